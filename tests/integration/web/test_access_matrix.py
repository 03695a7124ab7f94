"""The access matrix: every page route, requested by an outsider and by one person of each role, responds as the policy
says.

A route that is added without a line here fails; so does a page that checks a verb of the policy other than its own.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from service.actions.accounts import sign_in
from service.actions.authorization import or_not_found
from service.actions.documents import word_import
from service.actions.membership import mandates
from service.domain.membership.people import ORGANISATION_ROLES, ROLES
from service.domain.policy import Resource, can_see_document, may
from service.sample.document import SampleMembers, load_actor
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.publication import exports as exports_store
from service.store.publication import notices as notices_store
from service.store.publication import proofs as proofs_store
from service.web.http.auth import SESSION_COOKIE
from service.web.routes import PAGE_ROUTES
from tests.support.factories import (
    SampleInstance,
    add_proved_person,
    cast_endorsement,
    copy_template,
    create_document,
    create_invitation,
    create_sealed_document,
    create_suggestion,
    create_unsaved_change,
    cut_version,
    move_to_review,
    open_instance,
    open_round,
    prepare_endorsement,
    save_text,
)
from tests.support.web_client import ORIGIN, create_publication, create_test_client, error_code, finish_exports
from tests.support.word_files import render_own_docx

DATABASES = ("sqlite",)

EVERYONE = "anybody"
"""Outsiders too."""

DRAFT, REVIEWED, ASKED, APPROVED, PUBLISHED = "draft", "reviewed", "asked", "approved", "published"
"""Documents of the fixture, each in another phase."""


@dataclass(frozen=True)
class RouteExpectation:
    """The verb a route checks, and the document it is requested on; `owned`: what it shows belongs to one person or
    organisation, for others it is not found."""

    verb: str
    document_phase: str = ""
    owned: bool = False


def expectation(verb: str, on: str = "", *, owned: bool = False) -> RouteExpectation:
    return RouteExpectation(verb, on, owned)


# fmt: off
MATRIX: dict[tuple[str, str], RouteExpectation] = {
    ("GET",  "/"):                                            expectation(EVERYONE),
    ("GET",  "/guide"):                                       expectation(EVERYONE),
    ("GET",  "/guide/{page}"):                                expectation(EVERYONE, owned=True),
    ("GET",  "/tour"):                                        expectation("account.own"),
    ("POST", "/tour/end"):                                    expectation("account.own"),
    ("GET",  "/sign-in"):                                     expectation(EVERYONE),
    ("POST", "/sign-in"):                                     expectation(EVERYONE),
    ("POST", "/sign-in/sample"):                              expectation(EVERYONE, owned=True),
    ("GET",  "/sign-in/code"):                                expectation(EVERYONE),
    ("POST", "/sign-in/code"):                                expectation(EVERYONE),
    ("POST", "/sign-in/code/given"):                          expectation(EVERYONE),
    ("GET",  "/sign-in/app"):                                 expectation(EVERYONE),
    ("POST", "/sign-in/app"):                                 expectation(EVERYONE),
    ("POST", "/sign-out"):                                    expectation(EVERYONE),
    ("POST", "/language"):                                    expectation(EVERYONE),
    ("GET",  "/forgotten"):                                   expectation(EVERYONE),
    ("POST", "/forgotten"):                                   expectation(EVERYONE),
    ("GET",  "/forgotten/code"):                              expectation(EVERYONE),
    ("POST", "/forgotten/code"):                              expectation(EVERYONE),
    ("GET",  "/join"):                                        expectation(EVERYONE),
    ("POST", "/join"):                                        expectation(EVERYONE),
    ("POST", "/join/open"):                                   expectation(EVERYONE),
    ("GET",  "/join/{link}"):                                 expectation(EVERYONE),
    ("GET",  "/p/{publication}"):                             expectation(EVERYONE, PUBLISHED),
    ("GET",  "/security"):                                    expectation("security.read"),
    ("GET",  "/invitations"):                                 expectation("person.invite"),
    ("POST", "/invitations"):                                 expectation("person.invite"),
    ("POST", "/invitations/{invitation}/withdrawal"):         expectation("person.invite", owned=True),
    ("GET",  "/account"):                                     expectation("account.own"),
    ("POST", "/account"):                                     expectation("account.own"),
    ("POST", "/account/password"):                            expectation("account.own"),
    ("GET",  "/account/app"):                                 expectation("account.own"),
    ("POST", "/account/app"):                                 expectation("account.secure"),
    ("POST", "/account/app/confirmation"):                    expectation("account.secure"),
    ("POST", "/account/app/codes"):                           expectation("account.secure"),
    ("POST", "/account/app/removal"):                         expectation("account.secure"),
    ("POST", "/people/{person}/app/removal"):                 expectation("factor.remove", owned=True),
    ("POST", "/account/address"):                             expectation("account.own"),
    ("POST", "/account/address/code"):                        expectation("account.own"),
    ("POST", "/account/address/change"):                      expectation("account.secure"),
    ("POST", "/account/address/change/codes"):                expectation("account.secure", owned=True),
    ("POST", "/account/keys"):                                expectation("token.own"),
    ("POST", "/account/keys/{token}/end"):                    expectation("token.own", owned=True),
    ("POST", "/account/sessions/{session}/end"):              expectation("account.own", owned=True),
    ("POST", "/account/sessions/end"):                        expectation("account.own"),
    ("GET",  "/confirm"):                                     expectation("account.own"),
    ("POST", "/confirm"):                                     expectation("account.own"),
    ("POST", "/confirm/code"):                                expectation("account.own"),
    ("GET",  "/documents"):                                   expectation("account.own"),
    ("GET",  "/documents/new"):                               expectation("document.open"),
    ("POST", "/documents/new"):                               expectation("document.open"),
    ("GET",  "/documents/{document}"):                        expectation("document.read", DRAFT),
    ("GET",  "/documents/{document}/versions/{number}"):      expectation("version.read", REVIEWED),
    ("POST", "/documents/{document}/versions/{number}/restoration"): expectation("draft.save", REVIEWED),
    ("GET",  "/documents/{document}/comparison"):             expectation("version.read", REVIEWED),
    ("GET",  "/documents/{document}/exports/{export}"):       expectation("export.read", APPROVED),
    ("POST", "/documents/{document}/comparison"):             expectation("draft.export", REVIEWED),
    ("GET",  "/documents/{document}/downloads"):              expectation("draft.export", REVIEWED),
    ("POST", "/documents/{document}/downloads"):              expectation("draft.export", REVIEWED),
    ("GET",  "/documents/{document}/downloads/{file}"):       expectation("draft.export", REVIEWED, owned=True),
    ("GET",  "/documents/{document}/proofs"):                 expectation("version.read", REVIEWED),
    ("POST", "/documents/{document}/proofs"):                 expectation("proof.request", REVIEWED),
    ("GET",  "/documents/{document}/proofs/{proof}"):         expectation("version.read", REVIEWED),
    ("POST", "/documents/{document}/proof-waiver"):           expectation("round.open", REVIEWED),
    ("GET",  "/documents/{document}/front"):                  expectation("front.edit", DRAFT),
    ("POST", "/documents/{document}/front"):                  expectation("front.edit", DRAFT),
    ("GET",  "/documents/{document}/changes"):                expectation("draft.read", DRAFT),
    ("GET",  "/documents/{document}/history"):                expectation("draft.read", DRAFT),
    ("GET",  "/documents/{document}/history/restoration"):    expectation("draft.save", DRAFT),
    ("POST", "/documents/{document}/history/restoration"):    expectation("draft.save", REVIEWED),
    ("GET",  "/documents/{document}/authors"):                expectation("draft.read", DRAFT),
    ("GET",  "/documents/{document}/outline"):                expectation("document.read", REVIEWED),
    ("GET",  "/documents/{document}/numbering"):              expectation("draft.save", DRAFT),
    ("POST", "/documents/{document}/numbering"):              expectation("draft.save", DRAFT),
    ("GET",  "/documents/{document}/people"):                 expectation("role.grant", DRAFT),
    ("POST", "/documents/{document}/people"):                 expectation("role.grant"),
    ("POST", "/documents/{document}/people/end"):             expectation("role.take", owned=True),
    ("GET",  "/documents/{document}/editions"):               expectation("edition.add", DRAFT),
    ("POST", "/documents/{document}/editions"):               expectation("edition.add", DRAFT),
    ("GET",  "/documents/{document}/texts/{lang}"):           expectation("draft.save", DRAFT),
    ("POST", "/documents/{document}/texts/{lang}"):           expectation("draft.save", DRAFT),
    ("GET",  "/documents/{document}/texts/{lang}/read"):      expectation("comment.read", DRAFT),
    ("POST", "/documents/{document}/texts/{lang}/preview"):   expectation("draft.save", DRAFT),
    ("POST", "/documents/{document}/texts/{lang}/settled"):   expectation("draft.save", DRAFT),
    ("GET",  "/documents/{document}/texts/{lang}/word"):      expectation("draft.save", DRAFT),
    ("POST", "/documents/{document}/texts/{lang}/word"):      expectation("draft.save", DRAFT),
    ("GET",  "/intakes/{intake}"):                            expectation("draft.save", DRAFT),
    ("POST", "/intakes/{intake}"):                            expectation("draft.save", DRAFT),
    ("GET",  "/documents/{document}/comments"):               expectation("comment.read", DRAFT),
    ("POST", "/documents/{document}/comments"):               expectation("comment.add", DRAFT),
    ("POST", "/documents/{document}/comments/{comment}/replies"): expectation("comment.add", DRAFT, owned=True),
    ("POST", "/documents/{document}/comments/{comment}/settlement"): expectation("comment.settle", DRAFT, owned=True),
    ("POST", "/documents/{document}/comments/{comment}/reopening"): expectation("comment.settle", DRAFT, owned=True),
    ("POST", "/documents/{document}/comments/{comment}/withdrawal"): expectation("comment.add", DRAFT, owned=True),
    ("GET",  "/documents/{document}/texts/{lang}/suggest"):   expectation("suggestion.add", DRAFT),
    ("POST", "/documents/{document}/texts/{lang}/suggest"):   expectation("suggestion.add", DRAFT),
    ("GET",  "/documents/{document}/suggestions"):            expectation("suggestion.read", DRAFT),
    ("GET",  "/documents/{document}/suggestions/{suggestion}"): expectation("suggestion.read", DRAFT),
    ("POST", "/documents/{document}/suggestions/{suggestion}/acceptance"): expectation("suggestion.decide", DRAFT),
    ("POST", "/documents/{document}/suggestions/{suggestion}/resolution"): expectation("suggestion.decide", DRAFT),
    ("POST", "/documents/{document}/suggestions/{suggestion}/dismissal"):
        expectation("suggestion.add", DRAFT, owned=True),
    ("GET",  "/documents/{document}/unsaved-changes"):        expectation("unsaved_change.read", DRAFT),
    ("GET",  "/documents/{document}/unsaved-changes/{change}"): expectation("unsaved_change.read", DRAFT, owned=True),
    ("POST", "/documents/{document}/unsaved-changes/{change}/taking"): expectation("draft.save", DRAFT),
    ("POST", "/documents/{document}/unsaved-changes/{change}/setting-aside"):
        expectation("unsaved_change.keep", owned=True),
    ("POST", "/documents/{document}/unsaved-changes/{change}/suggestion"):
        expectation("suggestion.add", DRAFT, owned=True),
    ("GET",  "/documents/{document}/steps"):                  expectation("document.read", DRAFT),
    ("POST", "/documents/{document}/steps/organisations"):    expectation("version.cut", DRAFT),
    ("POST", "/documents/{document}/steps/secretariat"):      expectation("version.cut", DRAFT),
    ("GET",  "/documents/{document}/versions"):               expectation("version.read", DRAFT),
    ("GET",  "/documents/{document}/record"):                 expectation("record.read", DRAFT),
    ("GET",  "/documents/{document}/endorsement"):            expectation("round.read", DRAFT),
    ("POST", "/documents/{document}/versions"):               expectation("version.cut", DRAFT),
    ("POST", "/documents/{document}/sending-out"):            expectation("round.open", DRAFT),
    ("GET",  "/documents/{document}/sending"):                expectation("version.read", DRAFT, owned=True),
    ("POST", "/documents/{document}/sending/cancellation"):   expectation("round.open", DRAFT, owned=True),
    ("POST", "/documents/{document}/review"):                 expectation("document.move", DRAFT),
    ("POST", "/documents/{document}/drafting"):               expectation("document.move", REVIEWED),
    ("POST", "/documents/{document}/withdrawal"):             expectation("document.withdraw", REVIEWED),
    ("GET",  "/rounds/{round}"):                              expectation("round.read", ASKED),
    ("GET",  "/documents/{document}/files.zip"):              expectation("export.read", APPROVED),
    ("GET",  "/documents/{document}/translations"):           expectation("translation.add", APPROVED),
    ("POST", "/documents/{document}/translations"):           expectation("translation.add", APPROVED),
    ("GET",  "/documents/{document}/files"):                  expectation("export.read", APPROVED),
    ("POST", "/documents/{document}/exports"):                expectation("export.request", APPROVED),
    ("POST", "/documents/{document}/publication"):            expectation("publication.publish", APPROVED),
    ("POST", "/documents/{document}/publication/withdrawal"): expectation("publication.withdraw", PUBLISHED),
    ("POST", "/documents/{document}/round/test-email"):       expectation("round.open", REVIEWED),
    ("GET",  "/documents/{document}/round"):                  expectation("round.open", REVIEWED),
    ("POST", "/documents/{document}/round"):                  expectation("round.open", REVIEWED),
    ("GET",  "/recoveries"):                                  expectation("access.refuse"),
    ("POST", "/recoveries/{recovery}/refusal"):               expectation("access.refuse", owned=True),
    ("GET",  "/mandates"):                                    expectation("mandate.read"),
    ("POST", "/mandates"):                                    expectation("mandate.grant"),
    ("POST", "/mandates/request"):                            expectation("endorsement.cast", owned=True),
    ("POST", "/mandates/{mandate}/confirm"):                  expectation("mandate.confirm"),
    ("POST", "/mandates/{mandate}/revoke"):                   expectation("mandate.revoke", owned=True),
    ("POST", "/rounds/{round}/close"):                        expectation("round.close", ASKED),
    ("POST", "/rounds/{round}/cancel"):                       expectation("round.close", ASKED),
    ("POST", "/rounds/{round}/ending-withdrawal"):            expectation("round.close", ASKED, owned=True),
    ("GET",  "/rounds/{round}/dispute"):                      expectation("round.read", ASKED, owned=True),
    ("POST", "/rounds/{round}/dispute"):                      expectation("dispute.make", ASKED, owned=True),
    ("POST", "/rounds/{round}/settlement"):                   expectation("dispute.settle", owned=True),
    ("GET",  "/rounds/{round}/sign"):                         expectation("round.read", ASKED),
    ("POST", "/rounds/{round}/sign"):                         expectation("endorsement.cast", ASKED),
    ("GET",  "/rounds/{round}/sign/reservation"):             expectation("round.read", ASKED, owned=True),
    ("GET",  "/rounds/{round}/sign/{challenge}"):             expectation("round.read", ASKED, owned=True),
    ("POST", "/rounds/{round}/sign/{challenge}"):             expectation("endorsement.cast", ASKED, owned=True),
    ("POST", "/rounds/{round}/sign/{challenge}/colleagues"):  expectation("endorsement.cast", ASKED, owned=True),
    ("GET",  "/rounds/{round}/sign/{challenge}/approval"):    expectation("round.read", ASKED, owned=True),
    ("POST", "/rounds/{round}/sign/{challenge}/approval"):    expectation("endorsement.approve", owned=True),
    ("GET",  "/rounds/{round}/receipt"):                      expectation("round.read", ASKED, owned=True),
    ("GET",  "/rounds/{round}/receipt/statement"):            expectation("round.read", ASKED, owned=True),
    ("GET",  "/organisations"):                               expectation("organisation.read"),
    ("POST", "/organisations"):                               expectation("organisation.add"),
    ("GET",  "/organisations/{organisation}"):                expectation("organisation.read"),
    ("POST", "/organisations/{organisation}/names"):          expectation("organisation.edit"),
    ("POST", "/organisations/{organisation}/leaving"):        expectation("organisation.leave"),
    ("POST", "/organisations/{organisation}/return"):         expectation("organisation.readmit"),
    ("GET",  "/people"):                                      expectation("person.read"),
    ("POST", "/people"):                                      expectation("person.add"),
    ("POST", "/people/invitations"):                          expectation("person.appoint", owned=True),
    ("POST", "/people/{person}/invitation"):                  expectation("person.appoint", owned=True),
    ("GET",  "/people/{person}"):                             expectation("person.read", owned=True),
    ("POST", "/people/{person}/roles"):                       expectation("role.grant"),
    ("POST", "/people/{person}/roles/end"):                   expectation("role.take", owned=True),
    ("POST", "/people/{person}/close"):                       expectation("person.close"),
    ("POST", "/people/{person}/address"):                     expectation("address.confirm"),
    ("POST", "/people/{person}/new-address"):                 expectation("address.change"),
    ("POST", "/people/{person}/new-address/stop"):            expectation("account.own", owned=True),
    ("GET",  "/approvals"):                                   expectation("approval.read"),
    ("POST", "/approvals/{request}/approval"):                expectation("approval.give", owned=True),
    ("POST", "/approvals/{request}/refusal"):                 expectation("account.own", owned=True),
    ("POST", "/proposals/{proposal}/acceptance"):             expectation("proposal.accept", owned=True),
    ("POST", "/proposals/{proposal}/refusal"):                expectation("account.own", owned=True),
    ("POST", "/proposals/{proposal}/confirmation"):           expectation("role.grant", owned=True),
    ("GET",  "/import"):                                      expectation("organisation.add"),
    ("POST", "/import"):                                      expectation("organisation.add"),
    ("POST", "/import/whole"):                                expectation("organisation.add"),
    ("POST", "/setup/test-email"):                            expectation("round.open", owned=True),
    ("POST", "/setup/away"):                                  expectation("coalition.edit"),
    ("GET",  "/coalition"):                                   expectation("coalition.read"),
    ("POST", "/coalition"):                                   expectation("coalition.edit"),
    ("GET",  "/coalition/logo"):                              expectation("coalition.read", owned=True),
    ("POST", "/coalition/logo"):                              expectation("coalition.edit"),
    ("GET",  "/notices"):                                     expectation("notice.own"),
    ("POST", "/notices/read"):                                expectation("notice.own"),
    ("GET",  "/mails"):                                       expectation("notice.own"),
    ("GET",  "/mails/{mail}"):                                expectation("notice.own", owned=True),
}
# fmt: on

ACCEPTED, REFUSED, HIDDEN, SIGN_IN, ABSENT = "accepted", "refused", "hidden", "sign in", "absent"
"""Possible outcomes. Absent: the resource belongs to another person or organisation."""

ENGLISH = {"accept-language": "en"}
VISITORS = ("", *ROLES)

NUMBERS = dict.fromkeys(("key", "rev", "seq", "epoch", "passages", "hours", "at_least", "hunk"), "1")
"""Hidden fields our pages put into their forms: without them a form cannot be parsed."""

UPLOAD: dict[str, Any] = {"files": {"file": ("x", b"x")}}
BODIES = {
    path: UPLOAD for path in ("/documents/{document}/texts/{lang}/word", "/import", "/import/whole", "/coalition/logo")
} | {
    "/documents/{document}/comments": {"data": {**NUMBERS, "lang": "ar", "part": "0-1"}},
    "/documents/{document}/comparison": {"data": {"lang": "ar", "older": "1", "newer": "1", "layout": "side"}},
    "/documents/{document}/downloads": {"data": {"format": "pdf", "lang": "ar", "version": "1"}},
}
"""Forms that carry a file, or name a part of a text; for all others only what identifies the target is sent."""

ROUTES = [(method, one.path) for one in PAGE_ROUTES for method in sorted((one.methods or set()) - {"HEAD"})]


@dataclass(frozen=True)
class MatrixFixture:
    """A database with a document in every phase and one person per role; `places` are the path parameters, by
    document."""

    directory: Path
    cast: SampleMembers
    people: Mapping[str, str]
    sessions: Mapping[str, str]
    documents: Mapping[str, str]
    path_values: Mapping[str, str] = field(default_factory=dict)

    def path(self, path: str, on: str) -> str:
        given = {**self.path_values, "document": self.documents[on or DRAFT], "number": "1", "lang": "ar"}
        return re.sub(r"\{(\w+)\}", lambda place: given[place[1]], path)


@pytest.fixture(scope="module")
def matrix(database_template: tuple[Path, SampleMembers], tmp_path_factory: pytest.TempPathFactory) -> MatrixFixture:
    directory = tmp_path_factory.mktemp("matrix")
    instance = copy_template(*database_template, directory)
    try:
        people_, sessions = _create_person_per_role(instance)
        return _create_documents(instance, directory, people_, sessions)
    finally:
        instance.database.close()


def _create_person_per_role(instance: SampleInstance) -> tuple[dict[str, str], dict[str, str]]:
    ids, sessions = {}, {}
    for role in ROLES:
        with instance.write() as tx:
            organisation = instance.members.organisations["sindyan"] if role in ORGANISATION_ROLES else None
            ids[role] = add_proved_person(tx, email=f"{role}@one.example", organisation=organisation, roles=(role,))
            browser = sign_in.Browser(own_device=True)
            sessions[role] = sign_in.start_session(tx, load_actor(tx, ids[role]), browser=browser)
    return ids, sessions


def _create_documents(
    instance: SampleInstance, directory: Path, people_: dict[str, str], sessions: dict[str, str]
) -> MatrixFixture:
    approved, published = (create_sealed_document(instance) for _ in range(2))
    publication = create_publication(instance, published)
    finish_exports(instance, approved)
    reviewed, in_round = (_in_review(instance) for _ in range(2))
    round_id = open_round(instance, in_round, version=2)
    challenge, _ = prepare_endorsement(instance, round_id, "yusuf")
    cast_endorsement(instance, round_id, "huda")
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        made = create_invitation(tx, salma, organisation=None, roles=("observer",))
        mandate = mandates.grant_mandate(
            tx,
            instance.actor(tx, "nabil"),
            organisation=instance.members.organisations["integrity"],
            person=instance.members.people["nabil"].id,
        )
        export = next(one.id for _, one in exports_store.list_by_document(tx, approved))
        proof = proofs_store.list_by_version(tx, or_not_found(versions_store.get_latest(tx, reviewed)).id)[0].id
        mail = notices_store.list_newest_emails(tx, instance.members.people["yusuf"].id, limit=1)[0].id
    draft = create_document(instance)
    with instance.write() as tx:
        taken = word_import.add_import(
            tx, instance.actor(tx, "lama"), document_id=draft, lang="ar", data=render_own_docx("نصّ.\n", lang="ar")
        )
    places = {
        "link": made.link,
        "invitation": made.id,
        "token": "tok_none",
        "request": "apr_none",
        "proposal": "prp_none",
        "recovery": "rec_none",
        "session": "none",
        "comment": "cmt_none",
        "export": export,
        "proof": proof,
        "file": "dft_none",
        "intake": taken,
        "change": create_unsaved_change(instance, draft).id,
        "suggestion": create_suggestion(instance, draft, "نصّ مقترَح.\n", lang="ar").id,
        "mandate": mandate,
        "round": round_id,
        "challenge": challenge,
        "organisation": instance.members.organisations["integrity"],
        "person": instance.members.people["yusuf"].id,
        "mail": mail,
        "publication": publication,
    }
    found = {DRAFT: draft, REVIEWED: reviewed, ASKED: in_round, APPROVED: approved, PUBLISHED: published}
    return MatrixFixture(directory, instance.members, people_, sessions, found, places)


def _in_review(instance: SampleInstance) -> str:
    document = create_document(instance)
    cut_version(instance, document)
    save_text(instance, document, "نصّ آخر.\n")
    cut_version(instance, document)
    move_to_review(instance, document)
    return document


@pytest.fixture(scope="module")
def clients(matrix: MatrixFixture) -> Iterator[dict[str, Any]]:
    """Return a client for an outsider and one per role, signed in: for read-only requests."""
    instance = open_instance("", matrix.cast, matrix.directory)
    with ExitStack() as stack:
        yield {role: stack.enter_context(_signed_in(matrix, instance, role)) for role in VISITORS}
    instance.database.close()


@contextmanager
def _signed_in(matrix: MatrixFixture, instance: SampleInstance, role: str) -> Iterator[Any]:
    with create_test_client(instance.app_state) as client:
        if role:
            client.cookies.set(SESSION_COOKIE, matrix.sessions[role])
        yield client


@contextmanager
def _client_on_copy(matrix: MatrixFixture, directory: Path, role: str) -> Iterator[Any]:
    """Return a client on a fresh copy of the database, for one visitor to act on."""
    shutil.copytree(matrix.directory, directory)
    instance = open_instance("", matrix.cast, directory)
    try:
        with _signed_in(matrix, instance, role) as client:
            yield client
    finally:
        instance.database.close()


def test_every_route_has_its_line() -> None:
    assert set(MATRIX) == set(ROUTES)


@pytest.mark.parametrize("path", [path for method, path in ROUTES if method == "GET"])
def test_page_is_shown_as_the_policy_says(matrix: MatrixFixture, clients: Mapping[str, Any], path: str) -> None:
    wanted = MATRIX["GET", path]
    place = matrix.path(path, wanted.document_phase)
    answers = {role: clients[role].get(place, headers=ENGLISH, follow_redirects=False) for role in VISITORS}
    assert "\n".join(_unexpected_answers(matrix, wanted, answers)) == ""


@pytest.mark.parametrize("path", [path for method, path in ROUTES if method == "POST"])
def test_form_is_accepted_as_the_policy_says(matrix: MatrixFixture, tmp_path: Path, path: str) -> None:
    wanted = MATRIX["POST", path]
    own = {"organisation": matrix.cast.organisations["sindyan"], "person": matrix.cast.people["yusuf"].id}
    place, body = matrix.path(path, wanted.document_phase), BODIES.get(path, {"data": {**NUMBERS, **own}})
    answers = {}
    for role in VISITORS:
        with _client_on_copy(matrix, tmp_path / (role or "stranger"), role) as client:
            answers[role] = client.post(place, headers={**ENGLISH, "origin": ORIGIN}, follow_redirects=False, **body)
    assert "\n".join(_unexpected_answers(matrix, wanted, answers)) == ""


def _unexpected_answers(matrix: MatrixFixture, wanted: RouteExpectation, answers: Mapping[str, Any]) -> list[str]:
    """Return the visitors whose responses differ from the policy, and how."""
    instance = open_instance("", matrix.cast, matrix.directory)
    try:
        with instance.read() as tx:
            expected = {role: _expected(tx, matrix, wanted, role) for role in answers}
    finally:
        instance.database.close()
    found = {role: _outcome_of(answer, wanted, role=role) for role, answer in answers.items()}
    wrong = [role for role in answers if found[role] != expected[role] and found[role] != ABSENT]
    return [f"{role or 'stranger'}: {found[role]}, not {expected[role]}" for role in wrong]


def _expected(tx: Tx, matrix: MatrixFixture, wanted: RouteExpectation, role: str) -> str:
    if wanted.verb == EVERYONE:
        return ACCEPTED
    if not role:
        return SIGN_IN
    actor = load_actor(tx, matrix.people[role])
    found = documents_store.get(tx, matrix.documents[wanted.document_phase]) if wanted.document_phase else None
    if found is None:
        return ACCEPTED if may(actor, wanted.verb, Resource(organisation=actor.organisation)) else REFUSED
    if not can_see_document(actor, document=found.id, state=found.state, ever_shared=found.ever_shared):
        return HIDDEN
    thing = Resource(found.id, found.state, found.ever_shared, actor.organisation)
    return ACCEPTED if may(actor, wanted.verb, thing) else REFUSED


def _outcome_of(response: Any, wanted: RouteExpectation, *, role: str) -> str:
    """Return the outcome for the visitor. A form that was validated and rejected counts as accepted."""
    status, to = response.status_code, response.headers.get("location", "")
    if not role and (status == 401 or to.startswith("/sign-in?next=")):
        return SIGN_IN
    if status == 404:
        return ABSENT if wanted.owned else HIDDEN
    if status == 403 and error_code(response) == "forbidden":
        return REFUSED
    return ACCEPTED if status < 500 else f"broken ({status} {error_code(response)})"
