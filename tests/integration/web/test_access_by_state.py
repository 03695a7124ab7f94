"""Every route × every person of the sample × every state of a document: what the policy denies is denied.

Requests that the policy allows are sent only if they change nothing; those it denies are all sent. Pages take their
verb from the table of `test_access_matrix`, API operations from their own; a route without a verb fails. CI asks a
third of the persons for each state, in turn; `make soak` asks all of them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from service.actions.accounts import sign_in
from service.actions.documents import documents
from service.actions.membership import people
from service.domain.policy import POLICY, Resource, can_see_document, may
from service.sample.document import SampleMembers, load_actor
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import exports as exports_store
from service.store.publication import proofs as proofs_store
from service.web.api.operations import OPERATIONS
from service.web.http.auth import SESSION_COOKIE
from tests.integration.web.test_access_matrix import BODIES, EVERYONE, MATRIX, NUMBERS
from tests.support.factories import (
    SampleInstance,
    close_round,
    copy_template,
    create_document,
    create_sealed_document,
    create_suggestion,
    create_unsaved_change,
    cut_version,
    move_to_review,
    open_round,
)
from tests.support.hypothesis_profiles import is_soak
from tests.support.json_values import minimal_body
from tests.support.web_client import ORIGIN, create_publication, create_test_client, error_code

HEADERS = {"accept-language": "en", "origin": ORIGIN}
PUBLIC = "public"
"""Verb of operations for everyone."""

SAMPLE_PEOPLE = ("salma", "lama", "yusuf", "huda", "nabil", "reem")
ADDED_ROLES = ("observer", "auditor")
"""Roles that nobody in the sample has."""
VISITORS = ("", *SAMPLE_PEOPLE, *ADDED_ROLES)
"""An outsider, and people who between them hold every role, in more than one organisation."""

SPECIAL_BODIES = {
    "/api/v1/documents/{document}/editions/{lang}/restoration": {"number": 1},
}
"""Bodies of operations whose model has no single smallest value."""


@dataclass(frozen=True)
class CheckedRoute:
    """A route, the verb it checks, and whether it is decided on the document of its path."""

    kind: str
    method: str
    path: str
    verb: str
    on_document: bool


def _list_routes() -> list[CheckedRoute]:
    pages = [
        CheckedRoute("page", method, path, wanted.verb, bool(wanted.document_phase))
        for (method, path), wanted in MATRIX.items()
    ]
    operations = [
        CheckedRoute("api", one.method, one.path, one.verb, "{document}" in one.path or "{round}" in one.path)
        for one in OPERATIONS
    ]
    return pages + operations


ROUTES = _list_routes()


@dataclass(frozen=True)
class States:
    """An instance with documents in every state, by name, and the values of path parameters of each."""

    instance: SampleInstance
    documents: Mapping[str, Mapping[str, str]]
    people: Mapping[str, str]
    clients: Mapping[str, Any]


@pytest.fixture(scope="module")
def states(database_template: tuple[Path, SampleMembers], tmp_path_factory: pytest.TempPathFactory) -> Iterator[States]:
    instance = copy_template(*database_template, tmp_path_factory.mktemp("states"))
    found = _create_documents(instance)
    people_ids = {key: instance.members.people[key].id for key in SAMPLE_PEOPLE}
    people_ids |= {role: _add_person(instance, role) for role in ADDED_ROLES}
    with ExitStack() as stack:
        clients = {key: _signed_in(stack, instance, people_ids.get(key)) for key in VISITORS}
        yield States(instance, {name: _places(instance, id) for name, id in found.items()}, people_ids, clients)
    instance.database.close()


def _add_person(instance: SampleInstance, role: str) -> str:
    """Add a person with only this role and return their id."""
    with instance.write() as tx:
        return people.add_person(
            tx,
            instance.actor(tx, "salma"),
            name=role,
            email=f"{role}@one.example",
            organisation=None,
            lang="en",
            roles=(role,),
        )


def _signed_in(stack: ExitStack, instance: SampleInstance, person: str | None) -> Any:
    client = stack.enter_context(create_test_client(instance.app_state))
    if person:
        with instance.write() as tx:
            session = sign_in.start_session(tx, load_actor(tx, person), browser=sign_in.Browser())
        client.cookies.set(SESSION_COOKIE, session)
    return client


def _create_documents(instance: SampleInstance) -> dict[str, str]:
    approved, published = create_sealed_document(instance), create_sealed_document(instance)
    create_publication(instance, published)
    reviewed, asked, failed, withdrawn = (_in_review(instance) for _ in range(4))
    open_round(instance, asked)
    close_round(instance, open_round(instance, failed))
    _withdraw(instance, withdrawn)
    drafting, never_shared = create_document(instance), create_document(instance)
    create_unsaved_change(instance, drafting)
    create_suggestion(instance, drafting, "نصّ مقترَح.\n", lang="ar")
    _withdraw(instance, never_shared)
    return {
        "drafting": drafting,
        "reviewed": reviewed,
        "asked": asked,
        "failed": failed,
        "approved": approved,
        "published": published,
        "withdrawn": withdrawn,
        "never_shared": never_shared,
    }


def _in_review(instance: SampleInstance) -> str:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    return document


def _withdraw(instance: SampleInstance, document: str) -> None:
    with instance.write() as tx:
        actor = instance.actor(tx, "salma")
        documents.change_state(tx, actor, document_id=document, to_state="withdrawn", note="Given up.")


def _places(instance: SampleInstance, document: str) -> dict[str, str]:
    """Return the values of the path parameters; a parameter of which the document has nothing is left out."""
    with instance.read() as tx:
        rounds = rounds_store.list_by_document(tx, document)
        exports = exports_store.list_by_document(tx, document)
        version = versions_store.get_latest(tx, document)
        proofs = proofs_store.list_by_version(tx, version.id) if version else []
    places = {"document": document, "number": "1", "lang": "ar", "page": "drafter"}
    places |= {"round": rounds[-1].id} if rounds else {}
    places |= {"proof": proofs[0].id} if proofs else {}
    return places | ({"export": exports[0][1].id} if exports else {})


def test_every_role_is_among_the_visitors(states: States) -> None:
    with states.instance.read() as tx:
        held = {grant.role for id in states.people.values() for grant in load_actor(tx, id).grants}
    assert held == {"secretariat", "drafter", "focal_point", "signatory", "communications", "observer", "auditor"}


def test_every_route_has_a_verb_of_the_policy() -> None:
    assert [one.path for one in ROUTES if one.verb not in {*POLICY, EVERYONE, PUBLIC}] == []


@pytest.mark.parametrize("route", ROUTES, ids=lambda one: f"{one.kind} {one.method} {one.path}")
def test_what_the_policy_denies_is_denied(states: States, route: CheckedRoute) -> None:
    if route.verb in (EVERYONE, PUBLIC):
        pytest.skip("for everyone")
    names = set(re.findall(r"\{(\w+)\}", route.path))
    wrong = []
    for position, (state, places) in enumerate(states.documents.items()):
        if names <= set(places):
            visitors = VISITORS if is_soak() or not names else VISITORS[(position + ROUTES.index(route)) % 3 :: 3]
            wrong += [f"{state}, {found}" for found in _list_wrong_answers(states, route, places, visitors)]
        if not names:
            break
    assert wrong == []


def _list_wrong_answers(
    states: States, route: CheckedRoute, places: Mapping[str, str], visitors: Sequence[str]
) -> Iterator[str]:
    """Yield the visitors to whom the route answers otherwise than the policy says."""
    address = re.sub(r"\{(\w+)\}", lambda place: places[place[1]], route.path)
    for visitor in visitors:
        expected = _expected(states, visitor, route.verb, places["document"] if route.on_document else "")
        if expected != "allowed" or route.method == "GET":
            found = _request(states.clients[visitor], route, address)
            if not _agrees(found, expected):
                yield f"{visitor or 'stranger'}: {found}, not {expected}"


def _expected(states: States, visitor: str, verb: str, document: str) -> str:
    if not visitor:
        return "sign in"
    with states.instance.read() as tx:
        actor = load_actor(tx, states.people[visitor])
        found = documents_store.get(tx, document) if document else None
    if found is None:
        return "allowed" if may(actor, verb, Resource(organisation=actor.organisation)) else "refused"
    if not can_see_document(actor, document=found.id, state=found.state, ever_shared=found.ever_shared):
        return "hidden"
    thing = Resource(found.id, found.state, found.ever_shared, actor.organisation)
    return "allowed" if may(actor, verb, thing) else "refused"


def _request(client: Any, route: CheckedRoute, address: str) -> str:
    """Return the status and error code of the answer."""
    if route.kind == "page":
        body = {} if route.method == "GET" else BODIES.get(route.path, {"data": NUMBERS})
        answer = client.request(route.method, address, headers=HEADERS, follow_redirects=False, **body)
        to = answer.headers.get("location", "")
        code = "sign_in" if to.startswith("/sign-in") else error_code(answer) if answer.status_code >= 400 else ""
        return f"{answer.status_code} {code}".strip()
    answer = client.request(route.method, address, headers={**HEADERS, "if-match": "1"}, **_api_body(route))
    return f"{answer.status_code} {answer.json().get('code', '')}" if answer.status_code >= 400 else "200"


def _api_body(route: CheckedRoute) -> dict[str, Any]:
    if route.path in SPECIAL_BODIES:
        return {"json": SPECIAL_BODIES[route.path]}
    model = next(one.body for one in OPERATIONS if (one.method, one.path) == (route.method, route.path))
    if model is None:
        return {}
    return {"json": minimal_body(model)} if issubclass(model, BaseModel) else {"content": b"x"}


def _agrees(found: str, expected: str) -> bool:
    status = found.partition(" ")[0]
    if expected == "sign in":
        return status == "401" or found.endswith("sign_in")
    if expected == "hidden":
        return status == "404"
    if expected == "refused":
        return found == "403 forbidden"
    return status not in ("401", "403") and int(status) < 500
