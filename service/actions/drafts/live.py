"""What people who write at the same time do to the store: they come in, and what they typed lands in the journal.

Who may write is decided at the door; under the draft's lock it is asked once more whether the text may change at all.
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
from service.store.membership import organisations as organisations_store

WRITE, COMMENT, READ = "write", "comment", "read"


@dataclass(frozen=True, slots=True)
class Participant:
    """Who sits in the room of a draft: what they are called, and what they may do there. `why` is the code of what
    keeps them from writing."""

    draft: str
    actor: Actor
    organisation: Names
    colour: int
    mode: str
    read_only_code: str | None


@dataclass(frozen=True, slots=True)
class AppendedUpdates:
    """The rows that others had appended before, and the seq of the last of ours."""

    missed_updates: tuple[journal_store.Update, ...]
    seq: int


@dataclass(frozen=True, slots=True)
class StoreState:
    """Where drafts stand, which sessions go on, how far the record has come: if it is longer, rights may have changed;
    and how much was said about each draft, for everybody (None) and within each organisation."""

    heads: Mapping[str, journal_store.Head]
    live_sessions: frozenset[str]
    record_seq: int
    comment_revs: Mapping[str, Mapping[str | None, int]]


class ClientIdConflict(Forbidden):
    """Client ids that are bound to somebody else."""

    code = "another_writer"
    sentence = N_("This change is marked as another person’s, so it was rejected.")

    def __init__(self, clients: Collection[int]) -> None:
        super().__init__()
        self.clients = frozenset(clients)


def admit(tx: Tx, *, token: str | None, session: str | None, document_id: str, lang: str) -> Participant:
    """The guest who comes with this key. Raises Stranger, NotFound, Forbidden."""
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
    thing = Resource(
        document=document.id, state=document.state, ever_shared=document.ever_shared, organisation=actor.organisation
    )
    if may(actor, "draft.save", thing):
        return WRITE, None
    return COMMENT if may(actor, "comment.add", thing) else READ, Forbidden.code


def _check_drafting(state: str) -> None:
    if state != DRAFTING:
        raise wrong_state(state)


def load_draft(tx: Tx, draft: str) -> journal_store.StoredDraft:
    """The draft as it is stored now."""
    return journal_store.load_draft(tx, draft, epoch=journal_store.get_head(tx, draft).epoch)


def list_updates(tx: Tx, draft: str, *, epoch: int, after: int) -> tuple[journal_store.Update, ...]:
    """The rows beyond `after`. Raises Restarted."""
    return _list_updates_after(tx, draft, journal_store.get_head(tx, draft), epoch=epoch, after=after)


def _list_updates_after(
    tx: Tx, draft: str, head: journal_store.Head, *, epoch: int, after: int
) -> tuple[journal_store.Update, ...]:
    """None may be lacking: rows that were compacted away are known to a copy that is loaded anew."""
    check_epoch(head, epoch)
    if head.seq <= after:
        return ()
    rows = journal_store.list_updates(tx, draft, epoch=epoch, after=after)
    if not rows or rows[0].seq != after + 1:
        raise DraftRestarted()
    return rows


def get_client_owners(tx: Tx, draft: str, clients: Collection[int]) -> dict[int, str]:
    """Whose these client ids are, as far as that is known."""
    return journal_store.get_client_owners(tx, draft, clients)


def append_updates(
    tx: Tx, draft: str, *, epoch: int, after: int, rows: Sequence[tuple[str, bytes]], claims: Mapping[int, str]
) -> AppendedUpdates:
    """Append what people (ids) typed, having read under the draft's lock what others appended beyond `after`; `claims`
    bind new client ids to people. Raises Conflict `draft_frozen`, `document_state`, Restarted, and Taken."""
    head = journal_store.lock_head(tx, draft)
    missed_updates = _list_updates_after(tx, draft, head, epoch=epoch, after=after)
    check_not_frozen(head)
    _check_drafting(documents_store.get_state_by_draft(tx, draft))
    conflicting = journal_store.bind_clients(tx, draft, claims) if claims else frozenset()
    if conflicting:
        raise ClientIdConflict(conflicting)
    return AppendedUpdates(missed_updates, journal_store.append_all(tx, draft, head, rows, origin="typed").seq)


def add_snapshot(tx: Tx, draft: str, *, epoch: int, seq: int, state: bytes, text: str) -> None:
    """Keep the state of the draft as it stood at `seq`."""
    journal_store.add_snapshot(tx, draft, epoch=epoch, seq=seq, state=state, text_sha256=text_sha256(text))


def read_state(tx: Tx, drafts: Collection[str], session_digests: Collection[str]) -> StoreState:
    """What may have changed for these drafts and for the sessions of these digests."""
    return StoreState(
        journal_store.get_heads(tx, drafts),
        sessions_store.filter_live(tx, session_digests),
        record_store.get_last_seq(tx),
        comments_store.sum_revs(tx, drafts),
    )
