"""Positions of threads in the text of a draft, and what a reader may do with them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.drafts import save
from service.actions.drafts.integrity import reading_draft
from service.actions.drafts.planned_row import DraftPosition
from service.domain.comments import comment
from service.domain.comments.comment import OPEN, RESOLVED, PassageState, Thread, passage_state
from service.domain.comments.comment_anchor import AnchorPosition, load_and_locate
from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.domain.membership.people import Actor
from service.domain.policy import Resource, may
from service.store.comments import comments as comments_store
from service.store.comments.comments import ThreadPosition
from service.store.db import Tx
from service.store.drafts import journal as journal_store


@dataclass(frozen=True, slots=True)
class LocatedThread:
    """A thread, its position in the text, and the state of its passage."""

    thread: Thread
    position: AnchorPosition
    fate: PassageState


@dataclass(frozen=True, slots=True)
class LocatedThreads:
    """The threads visible to a reader, in text order, of the draft at row `seq`."""

    document: Document
    lang: str
    epoch: int
    seq: int
    text: str
    threads: tuple[LocatedThread, ...]


@dataclass(frozen=True, slots=True)
class ThreadPermissions:
    """What a reader may do with a thread."""

    reply: bool
    settle: bool
    reopen: bool


def list_threads(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, states: Collection[str] = (OPEN, RESOLVED)
) -> LocatedThreads:
    """Return the threads of an edition that `actor` may see, among those in `states`."""
    document = authorization.load_document(tx, actor, "comment.read", document_id)
    draft = save.get_edition(document, lang).draft
    head = journal_store.get_head(tx, draft)
    found = comments_store.list_threads(tx, draft, organisation=actor.organisation, states=states)
    text, located = _locate(tx, draft, (head.epoch, head.seq), found)
    placements = sorted(located, key=lambda one: (one.position.start, one.position.end))
    return LocatedThreads(document, lang, head.epoch, head.seq, text, tuple(placements))


def locate_thread(tx: Tx, thread: Thread) -> LocatedThread:
    """Return the current position of a thread that the reader may see."""
    head = journal_store.get_head(tx, thread.draft)
    _, (placement,) = _locate(tx, thread.draft, (head.epoch, head.seq), [thread])
    return placement


def get_thread(tx: Tx, actor: Actor, *, document_id: str, lang: str, thread: str) -> LocatedThread:
    """Return a thread with its current position. Raises `NotFound`."""
    document = authorization.load_document(tx, actor, "comment.read", document_id)
    found = comments_store.list_threads(
        tx, save.get_edition(document, lang).draft, organisation=actor.organisation, states=(OPEN, RESOLVED)
    )
    return locate_thread(tx, or_not_found(next((one for one in found if one.id == thread), None)))


def load_document_of(tx: Tx, actor: Actor, thread: Thread) -> Document:
    """Return the document of a thread, authorised for reading its comments."""
    return authorization.load_document(tx, actor, "comment.read", thread.document)


def get_permissions(actor: Actor, document: Document, thread: Thread) -> ThreadPermissions:
    """Return what `actor`, who may see it, may do with a thread of `document`."""
    may_comment = can_comment(actor, document)
    may_resolve = may(actor, "comment.settle", _resource(actor, document)) and comment.can_resolve(actor, thread)
    return ThreadPermissions(
        reply=may_comment and thread.is_open,
        settle=may_resolve and thread.is_open and document.state in comment.RESOLVABLE_STATES,
        reopen=may_resolve and thread.state == RESOLVED and document.state in comment.COMMENTABLE_STATES,
    )


def can_comment(actor: Actor, document: Document) -> bool:
    """Return whether `actor` may comment on `document` in its current state."""
    return document.state in comment.COMMENTABLE_STATES and may(actor, "comment.add", _resource(actor, document))


def save_positions(tx: Tx, draft: str, version: Version, *, at: DraftPosition, last_row: bytes) -> None:
    """Store the position of every open thread in a version that was just cut; later edits do not move these.

    Its text is that of the draft at the position `at`, with `last_row` appended if it is not empty.
    """
    found = comments_store.list_open_threads(tx, draft)
    if found:
        _, located = _locate(tx, draft, at, found, last_row=last_row)
        positions = [ThreadPosition(one.thread.id, one.position.start, one.position.end, one.fate) for one in located]
        comments_store.add_positions(tx, version.id, positions)


def _locate(
    tx: Tx, draft: str, at: DraftPosition, threads: Sequence[Thread], *, last_row: bytes = b""
) -> tuple[str, list[LocatedThread]]:
    """Return the text of a draft at (epoch, seq), with `last_row` appended, and the positions of threads in it."""
    anchors = tuple(one.anchor for one in threads)

    def plan(reading: Tx) -> tuple[str, list[AnchorPosition]]:
        stored = journal_store.load_draft(reading, draft, epoch=at[0], upto=at[1])
        rows = (*stored.update_bytes, last_row) if last_row else stored.update_bytes
        with reading_draft(draft):
            return load_and_locate(stored.state, rows, anchors, sha256=stored.text_sha256)

    text, positions = tx.plan(("locate", draft, anchors, last_row), plan, position=at, draft=draft)
    pairs = zip(threads, positions, strict=True)
    return text, [LocatedThread(one, where, passage_state(where, text, quote=one.quote)) for one, where in pairs]


def _resource(actor: Actor, document: Document) -> Resource:
    return Resource(
        document=document.id, state=document.state, ever_shared=document.ever_shared, organisation=actor.organisation
    )
