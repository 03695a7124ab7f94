"""The door of every action: what an actor cannot see is not there; what they see but may not do is refused."""

from typing import TypeVar

from service.actions.validation import key_sha256
from service.domain.accounts.rules import check_proved
from service.domain.documents.document import Document
from service.domain.endorsement.round import Round
from service.domain.errors import Forbidden, NotFound
from service.domain.membership.people import Actor
from service.domain.policy import Thing, is_binding, may, sees
from service.store.accounts import people as people_store
from service.store.accounts import sessions as sessions_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.endorsement import rounds as rounds_store

T = TypeVar("T")


def require(actor: Actor, verb: str, thing: Thing | None = None) -> None:
    """Raises Forbidden unless `actor` may `verb`; `proof_needed` where they must first show again that it is they."""
    if not may(actor, verb, thing or Thing()):
        raise Forbidden()
    if is_binding(verb):
        check_proved(actor)


def seen(found: T | None) -> T:
    """`found`, or NotFound."""
    if found is None:
        raise NotFound()
    return found


def document(tx: Tx, actor: Actor, verb: str, document_id: str, *, lock: bool = False) -> Document:
    """The document, locked if asked. NotFound if `actor` cannot see it, Forbidden if they may not `verb`."""
    return _allowed(actor, verb, (documents_store.lock if lock else documents_store.get)(tx, document_id))


def _allowed(actor: Actor, verb: str, document: Document | None) -> Document:
    found = seen(document)
    if not sees(actor, document=found.id, state=found.state, shown=found.shown):
        raise NotFound()
    thing = Thing(document=found.id, state=found.state, shown=found.shown, organisation=actor.organisation)
    require(actor, verb, thing)
    return found


def round_(tx: Tx, actor: Actor, verb: str, round_id: str, *, lock: bool = False) -> tuple[Document, Round]:
    """The round and its document, both locked if asked: the document first."""
    if lock:
        return _allowed(actor, verb, documents_store.lock_of_round(tx, round_id)), seen(rounds_store.lock(tx, round_id))
    found = seen(rounds_store.get(tx, round_id))
    return document(tx, actor, verb, found.document), found


def whoami(tx: Tx, *, token: str | None, session: str | None) -> Actor | None:
    """Who knocks, by bearer token or by session; None: a stranger."""
    if token:
        return people_store.actor_of_token(tx, key_sha256(token))
    return sessions_store.actor(tx, key_sha256(session)) if session else None
