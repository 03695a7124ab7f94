"""Live editing: admission to the room of a draft, and storing what was typed in the journal.

Admission decides who may write; under the draft's lock it is checked again whether the text may change at all.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from service.actions import authorization
from service.actions.drafts.integrity import DraftRestarted, check_epoch, check_not_frozen
from service.actions.drafts.save import get_edition
from service.domain.documents.document import DRAFTING, Document, wrong_state
from service.domain.errors import N_, DomainError, Forbidden, Unauthenticated
from service.domain.membership.people import Actor, Names
from service.domain.policy import Resource, may
from service.domain.text.markup.canonical import text_sha256
from service.store import record as record_store
from service.store.accounts import sessions as sessions_store
from service.store.comments import comments as comments_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.drafts import journal as journal_store
from service.store.drafts import pauses as pauses_store
from service.store.membership import organisations as organisations_store

WRITE, COMMENT, READ = "write", "comment", "read"


@dataclass(frozen=True, slots=True)
class Participant:
    """A person in the room of a draft: names, colour and mode.

    `read_only_code` is the error code of what prevents them from writing.
    """

    draft: str
    actor: Actor
    organisation: Names
    colour: int
    mode: str
    read_only_code: str | None


@dataclass(frozen=True, slots=True)
class AppendedUpdates:
    """The rows that others had appended before, and the seq of the last row of this append."""

    missed_updates: tuple[journal_store.Update, ...]
    seq: int


@dataclass(frozen=True, slots=True)
class StoreState:
    """What to poll for rooms: heads, live sessions, the record's last seq, and comment revisions.

    A longer record means that rights may have changed. Comment revisions are per draft, for everyone (None) and for
    each organisation.
    """

    heads: Mapping[str, journal_store.Head]
    live_sessions: frozenset[str]
    record_seq: int
    comment_revs: Mapping[str, Mapping[str | None, int]]


class ClientIdConflict(Forbidden):
    """CRDT client ids that are bound to another person."""

    code = "another_writer"
    sentence = N_("This change is marked as another person’s, so it was rejected.")

    def __init__(self, clients: Collection[int]) -> None:
        super().__init__()
        self.clients = frozenset(clients)


def admit(tx: Tx, *, token: str | None, session: str | None, document_id: str, lang: str) -> Participant:
    """Return the participant for an API token or session. Raises `Unauthenticated`, `NotFound`, `Forbidden`."""
    actor = authorization.authenticate(tx, token=token, session=session)
    if actor is None:
        raise Unauthenticated()
    document = authorization.load_document(tx, actor, "draft.read", document_id)
    draft = get_edition(document, lang).draft
    mode, read_only_code = _mode(actor, document, journal_store.get_head(tx, draft))
    organisation = organisations_store.get(tx, actor.organisation) if actor.organisation else None
    return Participant(draft, actor, organisation.names if organisation else {}, actor.colour, mode, read_only_code)


def _mode(actor: Actor, document: Document, head: journal_store.Head) -> tuple[str, str | None]:
    try:
        check_not_frozen(head)
        _check_drafting(document.state)
    except DomainError as error:
        return READ, error.code
    resource = Resource(
        document=document.id, state=document.state, ever_shared=document.ever_shared, organisation=actor.organisation
    )
    if may(actor, "draft.save", resource):
        return WRITE, None
    return COMMENT if may(actor, "comment.add", resource) else READ, Forbidden.code


def _check_drafting(state: str) -> None:
    if state != DRAFTING:
        raise wrong_state(state)


def load_draft(tx: Tx, draft: str) -> journal_store.StoredDraft:
    """Return the draft as it is stored now."""
    return journal_store.load_draft(tx, draft, epoch=journal_store.get_head(tx, draft).epoch)


def list_updates(tx: Tx, draft: str, *, epoch: int, after: int) -> tuple[journal_store.Update, ...]:
    """Return the rows beyond `after`. Raises `DraftRestarted`."""
    return _list_updates_after(tx, draft, journal_store.get_head(tx, draft), epoch=epoch, after=after)


def _list_updates_after(
    tx: Tx, draft: str, head: journal_store.Head, *, epoch: int, after: int
) -> tuple[journal_store.Update, ...]:
    """Return the rows beyond `after` without a gap.

    Raises `DraftRestarted` if rows were compacted away: the replica must be loaded again.
    """
    check_epoch(head, epoch)
    if head.seq <= after:
        return ()
    rows = journal_store.list_updates(tx, draft, epoch=epoch, after=after)
    if not rows or rows[0].seq != after + 1:
        raise DraftRestarted()
    return rows


def get_client_owners(tx: Tx, draft: str, clients: Collection[int]) -> dict[int, str]:
    """Return the owner (person id) of each of these client ids that is bound."""
    return journal_store.get_client_owners(tx, draft, clients)


def append_updates(
    tx: Tx, draft: str, *, epoch: int, after: int, rows: Sequence[tuple[str, bytes]], claims: Mapping[int, str]
) -> AppendedUpdates:
    """Append what persons (ids) typed, and return what others appended beyond `after`, read under the draft's lock.

    `claims` bind new client ids to persons. Raises `Conflict` `draft_frozen`, `document_state`, `DraftRestarted`,
    `ClientIdConflict`, and `DraftPaused`.
    """
    head = journal_store.lock_head(tx, draft)
    missed_updates = _list_updates_after(tx, draft, head, epoch=epoch, after=after)
    check_not_frozen(head)
    pauses_store.check_not_paused(tx, draft)
    _check_drafting(documents_store.get_state_by_draft(tx, draft))
    conflicting = journal_store.bind_clients(tx, draft, claims) if claims else frozenset()
    if conflicting:
        raise ClientIdConflict(conflicting)
    return AppendedUpdates(missed_updates, journal_store.append_all(tx, draft, head, rows, origin="typed").seq)


def add_snapshot(tx: Tx, draft: str, *, epoch: int, seq: int, state: bytes, text: str) -> None:
    """Store the state of the draft at `seq`."""
    journal_store.add_snapshot(tx, draft, epoch=epoch, seq=seq, state=state, text_sha256=text_sha256(text))


def read_state(tx: Tx, drafts: Collection[str], session_digests: Collection[str]) -> StoreState:
    """Return what may have changed for these drafts and for the sessions with these digests."""
    return StoreState(
        journal_store.get_heads(tx, drafts),
        sessions_store.filter_live(tx, session_digests),
        record_store.get_last_seq(tx),
        comments_store.sum_revs(tx, drafts),
    )
