"""The matrix: every page route, tried by a stranger and by one person of each role, answers as the policy says.

A route that is added without a line here fails; so does a page that asks the policy about another verb than it should.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from service.actions.documents import word_import
from service.actions.membership import mandates
from service.actions.membership import people as people_actions
from service.domain.membership.people import OF_AN_ORGANISATION, ROLES, SCOPES
from service.domain.policy import Thing, may, sees
from service.sample.document import Cast, actor_of
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.publication import exports as exports_store
from service.store.publication import notices as notices_store
from service.web.routes import PAGES
from tests.support.factories import (
    Stage,
    a_cast,
    a_document,
    a_round,
    a_save,
    a_sealed_document,
    a_stage,
    a_stage_on,
    a_suggestion,
    a_version,
    an_invitation,
    in_review,
    prepared,
)
from tests.support.web_client import ORIGIN, a_publication, browser, code, with_files
from tests.support.word_files import ours

DATABASES = ("sqlite",)

ANYBODY = "anybody"
"""Strangers too."""

DRAFT, REVIEWED, ASKED, APPROVED, PUBLISHED = "draft", "reviewed", "asked", "approved", "published"
"""Documents of the scene, each in another phase."""


@dataclass(frozen=True)
class Line:
    """The verb a route asks the policy about, and the document it is tried on; `owned`: what it shows belongs to one
    person or organisation, to others it is not there."""

    verb: str
    on: str = ""
    owned: bool = False


def line(verb: str, on: str = "", *, owned: bool = False) -> Line:
    return Line(verb, on, owned)


# fmt: off
MATRIX: dict[tuple[str, str], Line] = {
    ("GET",  "/"):                                            line(ANYBODY),
    ("GET",  "/sign-in"):                                     line(ANYBODY),
    ("POST", "/sign-in"):                                     line(ANYBODY),
    ("POST", "/sign-in/sample"):                              line(ANYBODY, owned=True),
    ("GET",  "/sign-in/code"):                                line(ANYBODY),
    ("POST", "/sign-in/code"):                                line(ANYBODY),
    ("POST", "/sign-in/code/given"):                          line(ANYBODY),
    ("POST", "/sign-out"):                                    line(ANYBODY),
    ("POST", "/language"):                                    line(ANYBODY),
    ("GET",  "/forgotten"):                                   line(ANYBODY),
    ("POST", "/forgotten"):                                   line(ANYBODY),
    ("GET",  "/forgotten/code"):                              line(ANYBODY),
    ("POST", "/forgotten/code"):                              line(ANYBODY),
    ("GET",  "/join/{link}"):                                 line(ANYBODY),
    ("POST", "/join/{link}"):                                 line(ANYBODY),
    ("GET",  "/p/{publication}"):                             line(ANYBODY, PUBLISHED),
    ("GET",  "/invitations"):                                 line("person.invite"),
    ("POST", "/invitations"):                                 line("person.invite"),
    ("POST", "/invitations/{invitation}/withdrawal"):         line("person.invite", owned=True),
    ("GET",  "/account"):                                     line("account.own"),
    ("POST", "/account"):                                     line("account.own"),
    ("POST", "/account/password"):                            line("account.own"),
    ("POST", "/account/keys"):                                line("token.own"),
    ("POST", "/account/keys/{token}/end"):                    line("token.own", owned=True),
    ("POST", "/account/sessions/{session}/end"):              line("account.own", owned=True),
    ("POST", "/account/sessions/end"):                        line("account.own"),
    ("GET",  "/confirm"):                                     line("account.own"),
    ("POST", "/confirm"):                                     line("account.own"),
    ("POST", "/confirm/code"):                                line("account.own"),
    ("GET",  "/documents/new"):                               line("document.open"),
    ("POST", "/documents/new"):                               line("document.open"),
    ("GET",  "/documents/{document}"):                        line("document.read", DRAFT),
    ("GET",  "/documents/{document}/versions/{number}"):      line("version.read", REVIEWED),
    ("POST", "/documents/{document}/versions/{number}/restoration"): line("draft.save", REVIEWED),
    ("GET",  "/documents/{document}/comparison"):             line("version.read", REVIEWED),
    ("GET",  "/documents/{document}/exports/{export}"):       line("export.read", APPROVED),
    ("GET",  "/documents/{document}/front"):                  line("front.edit", DRAFT),
    ("POST", "/documents/{document}/front"):                  line("front.edit", DRAFT),
    ("GET",  "/documents/{document}/changes"):                line("draft.read", DRAFT),
    ("GET",  "/documents/{document}/history"):                line("draft.read", DRAFT),
    ("GET",  "/documents/{document}/history/restoration"):    line("draft.save", DRAFT),
    ("POST", "/documents/{document}/history/restoration"):    line("draft.save", REVIEWED),
    ("GET",  "/documents/{document}/authors"):                line("draft.read", DRAFT),
    ("GET",  "/documents/{document}/outline"):                line("document.read", REVIEWED),
    ("GET",  "/documents/{document}/numbering"):              line("draft.save", DRAFT),
    ("POST", "/documents/{document}/numbering"):              line("draft.save", DRAFT),
    ("GET",  "/documents/{document}/people"):                 line("role.grant", DRAFT),
    ("POST", "/documents/{document}/people"):                 line("role.grant"),
    ("POST", "/documents/{document}/people/end"):             line("role.take", owned=True),
    ("GET",  "/documents/{document}/editions"):               line("edition.add", DRAFT),
    ("POST", "/documents/{document}/editions"):               line("edition.add", DRAFT),
    ("GET",  "/documents/{document}/texts/{lang}"):           line("draft.save", DRAFT),
    ("POST", "/documents/{document}/texts/{lang}"):           line("draft.save", DRAFT),
    ("GET",  "/documents/{document}/texts/{lang}/read"):      line("comment.read", DRAFT),
    ("POST", "/documents/{document}/texts/{lang}/preview"):   line("draft.save", DRAFT),
    ("POST", "/documents/{document}/texts/{lang}/settled"):   line("draft.save", DRAFT),
    ("POST", "/documents/{document}/texts/{lang}/word"):      line("draft.save", DRAFT),
    ("GET",  "/intakes/{intake}"):                            line("draft.save", DRAFT),
    ("POST", "/intakes/{intake}"):                            line("draft.save", DRAFT),
    ("GET",  "/documents/{document}/comments"):               line("comment.read", DRAFT),
    ("POST", "/documents/{document}/comments"):               line("comment.add", DRAFT),
    ("POST", "/documents/{document}/comments/{comment}/replies"): line("comment.add", DRAFT, owned=True),
    ("POST", "/documents/{document}/comments/{comment}/settlement"): line("comment.settle", DRAFT, owned=True),
    ("POST", "/documents/{document}/comments/{comment}/reopening"): line("comment.settle", DRAFT, owned=True),
    ("POST", "/documents/{document}/comments/{comment}/withdrawal"): line("comment.add", DRAFT, owned=True),
    ("GET",  "/documents/{document}/suggestions"):            line("suggestion.read", DRAFT),
    ("GET",  "/documents/{document}/suggestions/{suggestion}"): line("suggestion.read", DRAFT, owned=True),
    ("POST", "/documents/{document}/suggestions/{suggestion}/taking"): line("draft.save", DRAFT),
    ("POST", "/documents/{document}/suggestions/{suggestion}/setting-aside"): line("suggestion.keep", owned=True),
    ("GET",  "/documents/{document}/steps"):                  line("document.read", DRAFT),
    ("POST", "/documents/{document}/versions"):               line("version.cut", DRAFT),
    ("POST", "/documents/{document}/sending-out"):            line("round.open", DRAFT),
    ("POST", "/documents/{document}/review"):                 line("document.move", DRAFT),
    ("POST", "/documents/{document}/drafting"):               line("document.move", REVIEWED),
    ("POST", "/documents/{document}/withdrawal"):             line("document.withdraw", REVIEWED),
    ("GET",  "/rounds/{round}"):                              line("round.read", ASKED),
    ("GET",  "/documents/{document}/files.zip"):              line("export.read", APPROVED),
    ("GET",  "/documents/{document}/translations"):           line("translation.add", APPROVED),
    ("POST", "/documents/{document}/translations"):           line("translation.add", APPROVED),
    ("GET",  "/documents/{document}/files"):                  line("export.read", APPROVED),
    ("POST", "/documents/{document}/exports"):                line("export.request", APPROVED),
    ("POST", "/documents/{document}/publication"):            line("publication.publish", APPROVED),
    ("POST", "/documents/{document}/publication/withdrawal"): line("publication.withdraw", PUBLISHED),
    ("GET",  "/documents/{document}/round"):                  line("round.open", REVIEWED),
    ("POST", "/documents/{document}/round"):                  line("round.open", REVIEWED),
    ("GET",  "/mandates"):                                    line("mandate.read"),
    ("POST", "/mandates"):                                    line("mandate.grant"),
    ("POST", "/mandates/{mandate}/confirm"):                  line("mandate.confirm"),
    ("POST", "/mandates/{mandate}/revoke"):                   line("mandate.revoke", owned=True),
    ("POST", "/rounds/{round}/close"):                        line("round.close", ASKED),
    ("POST", "/rounds/{round}/cancel"):                       line("round.close", ASKED),
    ("GET",  "/rounds/{round}/sign"):                         line("round.read", ASKED),
    ("POST", "/rounds/{round}/sign"):                         line("endorsement.cast", ASKED),
    ("GET",  "/rounds/{round}/sign/{challenge}"):             line("round.read", ASKED, owned=True),
    ("POST", "/rounds/{round}/sign/{challenge}"):             line("endorsement.cast", ASKED, owned=True),
    ("GET",  "/rounds/{round}/receipt"):                      line("round.read", ASKED, owned=True),
    ("GET",  "/rounds/{round}/receipt/statement"):            line("round.read", ASKED, owned=True),
    ("GET",  "/organisations"):                               line("organisation.read"),
    ("POST", "/organisations"):                               line("organisation.add"),
    ("GET",  "/organisations/{organisation}"):                line("organisation.read"),
    ("POST", "/organisations/{organisation}/names"):          line("organisation.edit"),
    ("POST", "/organisations/{organisation}/leaving"):        line("organisation.leave"),
    ("POST", "/organisations/{organisation}/return"):         line("organisation.add"),
    ("GET",  "/people"):                                      line("person.read"),
    ("POST", "/people"):                                      line("person.add"),
    ("GET",  "/people/{person}"):                             line("person.read", owned=True),
    ("POST", "/people/{person}/roles"):                       line("role.grant"),
    ("POST", "/people/{person}/roles/end"):                   line("role.take", owned=True),
    ("POST", "/people/{person}/close"):                       line("person.close"),
    ("GET",  "/import"):                                      line("organisation.add"),
    ("POST", "/import"):                                      line("organisation.add"),
    ("POST", "/import/whole"):                                line("organisation.add"),
    ("GET",  "/coalition"):                                   line("coalition.read"),
    ("POST", "/coalition"):                                   line("coalition.edit"),
    ("GET",  "/coalition/logo"):                              line("coalition.read", owned=True),
    ("POST", "/coalition/logo"):                              line("coalition.edit"),
    ("GET",  "/notices"):                                     line("notice.own"),
    ("POST", "/notices/read"):                                line("notice.own"),
    ("GET",  "/mails"):                                       line("notice.own"),
    ("GET",  "/mails/{mail}"):                                line("notice.own", owned=True),
}
# fmt: on

TAKEN, REFUSED, HIDDEN, DOOR, ABSENT = "taken", "refused", "hidden", "sent to the door", "absent"
"""What may be met. Absent is what is another's own, to whoever asks."""

ENGLISH = {"accept-language": "en"}
VISITORS = ("", *ROLES)

NUMBERS = dict.fromkeys(("key", "rev", "seq", "epoch", "passages", "hours", "at_least"), "1")
"""What our pages put into their forms themselves: without it a form cannot be read."""

UPLOAD: dict[str, Any] = {"files": {"file": ("x", b"x")}}
BODIES = {
    path: UPLOAD for path in ("/documents/{document}/texts/{lang}/word", "/import", "/import/whole", "/coalition/logo")
} | {"/documents/{document}/comments": {"data": {**NUMBERS, "lang": "ar", "part": "0-1"}}}
"""Forms that carry a file, or name a part of a text; of all others only what names the place of the act is sent."""

ROUTES = [(method, one.path) for one in PAGES for method in sorted((one.methods or set()) - {"HEAD"})]


@dataclass(frozen=True)
class Scene:
    """A database with a document in every phase and one person a role; `places` fill the addresses, by document."""

    directory: Path
    cast: Cast
    people: Mapping[str, str]
    keys: Mapping[str, str]
    documents: Mapping[str, str]
    places: Mapping[str, str] = field(default_factory=dict)

    def path(self, path: str, on: str) -> str:
        given = {**self.places, "document": self.documents[on or DRAFT], "number": "1", "lang": "ar"}
        return re.sub(r"\{(\w+)\}", lambda place: given[place[1]], path)


@pytest.fixture(scope="module")
def scene(template: tuple[Path, Cast], tmp_path_factory: pytest.TempPathFactory) -> Scene:
    directory = tmp_path_factory.mktemp("matrix")
    stage = a_stage(*template, directory)
    try:
        people_, keys = _one_a_role(stage)
        return _play(stage, directory, people_, keys)
    finally:
        stage.database.close()


def _one_a_role(stage: Stage) -> tuple[dict[str, str], dict[str, str]]:
    ids, keys = {}, {}
    for role in ROLES:
        with stage.write() as tx:
            ids[role] = people_actions.add_person(
                tx,
                stage.actor(tx, "salma"),
                name=f"Only {role}",
                email=f"{role}@one.example",
                organisation=stage.cast.organisations["sindyan"] if role in OF_AN_ORGANISATION else None,
                lang="en",
                roles=(role,),
            )
            keys[role] = people_actions.issue_token(tx, actor_of(tx, ids[role]), label="matrix", scopes=SCOPES).token
    return ids, keys


def _play(stage: Stage, directory: Path, people_: dict[str, str], keys: dict[str, str]) -> Scene:
    approved, published = (a_sealed_document(stage) for _ in range(2))
    publication = a_publication(stage, published)
    with_files(stage, approved)
    reviewed, asked = (_in_review(stage) for _ in range(2))
    round_id = a_round(stage, asked, version=2)
    challenge, _ = prepared(stage, round_id, "yusuf")
    a_cast(stage, round_id, "huda")
    with stage.write() as tx:
        salma = stage.actor(tx, "salma")
        made = an_invitation(tx, salma, organisation=None, roles=("observer",))
        mandate = mandates.grant(
            tx,
            stage.actor(tx, "nabil"),
            organisation=stage.cast.organisations["integrity"],
            person=stage.cast.people["nabil"].id,
        )
        export = next(one.id for _, one in exports_store.of_document(tx, approved))
        mail = notices_store.latest_mails(tx, stage.cast.people["yusuf"].id, limit=1)[0].id
    draft = a_document(stage)
    with stage.write() as tx:
        taken = word_import.bring(
            tx, stage.actor(tx, "lama"), document_id=draft, lang="ar", data=ours("نصّ.\n", lang="ar")
        )
    places = {
        "link": made.link,
        "invitation": made.id,
        "token": "tok_none",
        "session": "none",
        "comment": "cmt_none",
        "export": export,
        "intake": taken,
        "suggestion": a_suggestion(stage, draft).id,
        "mandate": mandate,
        "round": round_id,
        "challenge": challenge,
        "organisation": stage.cast.organisations["integrity"],
        "person": stage.cast.people["yusuf"].id,
        "mail": mail,
        "publication": publication,
    }
    found = {DRAFT: draft, REVIEWED: reviewed, ASKED: asked, APPROVED: approved, PUBLISHED: published}
    return Scene(directory, stage.cast, people_, keys, found, places)


def _in_review(stage: Stage) -> str:
    document = a_document(stage)
    a_version(stage, document)
    a_save(stage, document, "نصّ آخر.\n")
    a_version(stage, document)
    in_review(stage, document)
    return document


@pytest.fixture(scope="module")
def readers(scene: Scene) -> Iterator[dict[str, Any]]:
    """A browser for a stranger and one a role, signed in: for what only reads."""
    stage = a_stage_on("", scene.cast, scene.directory)
    with ExitStack() as stack:
        yield {role: stack.enter_context(_signed_in(scene, stage, role)) for role in VISITORS}
    stage.database.close()


@contextmanager
def _signed_in(scene: Scene, stage: Stage, role: str) -> Iterator[Any]:
    with browser(stage.house) as client:
        if role:
            client.post("/sign-in", data={"key": scene.keys[role]}, headers={"origin": ORIGIN}, follow_redirects=False)
        yield client


@contextmanager
def _actor_of_a_copy(scene: Scene, directory: Path, role: str) -> Iterator[Any]:
    """A browser on the scene once more, for one visitor to act on."""
    shutil.copytree(scene.directory, directory)
    stage = a_stage_on("", scene.cast, directory)
    try:
        with _signed_in(scene, stage, role) as client:
            yield client
    finally:
        stage.database.close()


def test_every_route_has_its_line() -> None:
    assert set(MATRIX) == set(ROUTES)


@pytest.mark.parametrize("path", [path for method, path in ROUTES if method == "GET"])
def test_a_page_is_shown_as_the_policy_says(scene: Scene, readers: Mapping[str, Any], path: str) -> None:
    wanted = MATRIX["GET", path]
    place = scene.path(path, wanted.on)
    answers = {role: readers[role].get(place, headers=ENGLISH, follow_redirects=False) for role in VISITORS}
    assert "\n".join(_wrong(scene, wanted, answers)) == ""


@pytest.mark.parametrize("path", [path for method, path in ROUTES if method == "POST"])
def test_a_form_is_taken_as_the_policy_says(scene: Scene, tmp_path: Path, path: str) -> None:
    wanted = MATRIX["POST", path]
    own = {"organisation": scene.cast.organisations["sindyan"], "person": scene.cast.people["yusuf"].id}
    place, body = scene.path(path, wanted.on), BODIES.get(path, {"data": {**NUMBERS, **own}})
    answers = {}
    for role in VISITORS:
        with _actor_of_a_copy(scene, tmp_path / (role or "stranger"), role) as client:
            answers[role] = client.post(place, headers={**ENGLISH, "origin": ORIGIN}, follow_redirects=False, **body)
    assert "\n".join(_wrong(scene, wanted, answers)) == ""


def _wrong(scene: Scene, wanted: Line, answers: Mapping[str, Any]) -> list[str]:
    """Who was answered otherwise than the policy says, and how."""
    stage = a_stage_on("", scene.cast, scene.directory)
    try:
        with stage.read() as tx:
            expected = {role: _expected(tx, scene, wanted, role) for role in answers}
    finally:
        stage.database.close()
    found = {role: _met(answer, wanted, role=role) for role, answer in answers.items()}
    wrong = [role for role in answers if found[role] != expected[role] and found[role] != ABSENT]
    return [f"{role or 'stranger'}: {found[role]}, not {expected[role]}" for role in wrong]


def _expected(tx: Tx, scene: Scene, wanted: Line, role: str) -> str:
    if wanted.verb == ANYBODY:
        return TAKEN
    if not role:
        return DOOR
    actor = actor_of(tx, scene.people[role])
    found = documents_store.get(tx, scene.documents[wanted.on]) if wanted.on else None
    if found is None:
        return TAKEN if may(actor, wanted.verb, Thing(organisation=actor.organisation)) else REFUSED
    if not sees(actor, document=found.id, state=found.state, shown=found.shown):
        return HIDDEN
    thing = Thing(found.id, found.state, found.shown, actor.organisation)
    return TAKEN if may(actor, wanted.verb, thing) else REFUSED


def _met(answer: Any, wanted: Line, *, role: str) -> str:
    """What the visitor met. A form that was looked into, and found wanting, was taken."""
    status, to = answer.status_code, answer.headers.get("location", "")
    if not role and (status == 401 or to.startswith("/sign-in?next=")):
        return DOOR
    if status == 404:
        return ABSENT if wanted.owned else HIDDEN
    if status == 403 and code(answer) == "forbidden":
        return REFUSED
    return TAKEN if status < 500 else f"broken ({status} {code(answer)})"
