"""Authorization: `NotFound` when the actor cannot see something, `Forbidden` when they may not do what they ask."""

from typing import TypeVar

from service.actions.validation import secret_sha256
from service.domain.accounts.rules import require_recent_authentication
from service.domain.documents.document import Document
from service.domain.endorsement.round import Round
from service.domain.errors import N_, Conflict, Forbidden, NotFound
from service.domain.membership.people import Actor
from service.domain.policy import Resource, can_see_document, is_binding, may, needs_person
from service.store.accounts import people as people_store
from service.store.accounts import sessions as sessions_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import organisations as organisations_store

T = TypeVar("T")

BINDING_NOUNS = ("round.", "endorsement.", "publication.")
"""Beginnings of verbs that bind organisations or the public: refused while the instance is paused."""


def require(actor: Actor, verb: str, resource: Resource | None = None) -> None:
    """Check that `actor` may `verb`.

    Raises `Forbidden`; with code `person_needed` for an API token that asks for an act of power, `proof_needed` for a
    binding verb if they must authenticate again first.
    """
    require_person(actor, verb)
    if not may(actor, verb, resource or Resource()):
        raise Forbidden()
    if is_binding(verb):
        require_recent_authentication(actor)


def require_person(actor: Actor, verb: str) -> None:
    """Raise `Forbidden` `person_needed` if `verb` is an act of power and the request is made with an API token."""
    if actor.is_token and needs_person(verb):
        raise person_needed()


def person_needed() -> Forbidden:
    """Return the error for an API token that asks for what only a person may do."""
    return Forbidden(
        "person_needed",
        N_("A key cannot do this. Sign in with your password or a code, and do it yourself."),
    )


def or_not_found(found: T | None) -> T:
    """Return `found`. Raises `NotFound` if it is None."""
    if found is None:
        raise NotFound()
    return found


def check_not_paused(tx: Tx) -> None:
    """Raise `Conflict` `paused` in a restored or rehearsed instance that nobody has declared live."""
    if organisations_store.is_paused(tx):
        raise Conflict(
            "paused",
            N_("This service was restored from a backup and is paused. Nothing was changed. Ask your administrator."),
        )


def load_document(tx: Tx, actor: Actor, verb: str, document_id: str, *, lock: bool = False) -> Document:
    """Return the document, authorised for `verb` and locked if `lock`.

    Raises `NotFound` if the actor cannot see it, `Forbidden` if they may not `verb`, `Conflict` `paused`.
    """
    found = authorise(actor, verb, (documents_store.lock if lock else documents_store.get)(tx, document_id))
    if lock and verb.startswith(BINDING_NOUNS):
        check_not_paused(tx)
    return found


def authorise(actor: Actor, verb: str, document: Document | None) -> Document:
    """Return the document if `actor` may `verb` it. Raises as `load_document` does.

    An action that has loaded a document for one verb checks a second one here.
    """
    found = or_not_found(document)
    if not can_see_document(actor, document=found.id, state=found.state, ever_shared=found.ever_shared):
        raise NotFound()
    resource = Resource(
        document=found.id, state=found.state, ever_shared=found.ever_shared, organisation=actor.organisation
    )
    require(actor, verb, resource)
    return found


def load_round(tx: Tx, actor: Actor, verb: str, round_id: str, *, lock: bool = False) -> tuple[Document, Round]:
    """Return the round and its document, authorised for `verb`; both are locked if `lock`, the document first."""
    if lock:
        document = authorise(actor, verb, documents_store.lock_by_round(tx, round_id))
        locked = or_not_found(rounds_store.lock(tx, round_id))
        if verb.startswith(BINDING_NOUNS):
            check_not_paused(tx)
        return document, locked
    found = or_not_found(rounds_store.get(tx, round_id))
    return load_document(tx, actor, verb, found.document), found


def authenticate(tx: Tx, *, token: str | None, session: str | None) -> Actor | None:
    """Return the actor of a bearer token or a session; None if neither is valid."""
    if token:
        return people_store.load_actor_by_token(tx, secret_sha256(token))
    return sessions_store.load_actor(tx, secret_sha256(session)) if session else None


def was_session(tx: Tx, *, session: str | None) -> bool:
    """Whether `session` is the id of a session, even if that has ended."""
    return session is not None and sessions_store.exists(tx, secret_sha256(session))
