"""The door of every action: what an actor cannot see is not there; what they see but may not do is refused."""

from typing import TypeVar

from service.actions.validation import secret_sha256
from service.domain.accounts.rules import require_recent_authentication
from service.domain.documents.document import Document
from service.domain.endorsement.round import Round
from service.domain.errors import Forbidden, NotFound
from service.domain.membership.people import Actor
from service.domain.policy import Resource, can_see_document, is_binding, may
from service.store.accounts import people as people_store
from service.store.accounts import sessions as sessions_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.endorsement import rounds as rounds_store

T = TypeVar("T")


def require(actor: Actor, verb: str, thing: Resource | None = None) -> None:
    """Raises Forbidden unless `actor` may `verb`; `proof_needed` where they must first show again that it is they."""
    if not may(actor, verb, thing or Resource()):
        raise Forbidden()
    if is_binding(verb):
        require_recent_authentication(actor)


def or_not_found(found: T | None) -> T:
    """`found`, or NotFound."""
    if found is None:
        raise NotFound()
    return found


def load_document(tx: Tx, actor: Actor, verb: str, document_id: str, *, lock: bool = False) -> Document:
    """The document, locked if asked. NotFound if `actor` cannot see it, Forbidden if they may not `verb`."""
    return authorise(actor, verb, (documents_store.lock if lock else documents_store.get)(tx, document_id))


def authorise(actor: Actor, verb: str, document: Document | None) -> Document:
    found = or_not_found(document)
    if not can_see_document(actor, document=found.id, state=found.state, ever_shared=found.ever_shared):
        raise NotFound()
    thing = Resource(
        document=found.id, state=found.state, ever_shared=found.ever_shared, organisation=actor.organisation
    )
    require(actor, verb, thing)
    return found


def load_round(tx: Tx, actor: Actor, verb: str, round_id: str, *, lock: bool = False) -> tuple[Document, Round]:
    """The round and its document, both locked if asked: the document first."""
    if lock:
        return authorise(actor, verb, documents_store.lock_by_round(tx, round_id)), or_not_found(
            rounds_store.lock(tx, round_id)
        )
    found = or_not_found(rounds_store.get(tx, round_id))
    return load_document(tx, actor, verb, found.document), found


def authenticate(tx: Tx, *, token: str | None, session: str | None) -> Actor | None:
    """Who knocks, by bearer token or by session; None: a stranger."""
    if token:
        return people_store.load_actor_by_token(tx, secret_sha256(token))
    return sessions_store.load_actor(tx, secret_sha256(session)) if session else None
