"""Saving a draft: a whole text becomes minimal edits of the journal, merged with what others changed."""

from dataclasses import dataclass

from service.actions import authorization
from service.actions.drafts.conflicts import draft_conflict
from service.actions.drafts.integrity import (
    DraftBroken,
    check_position,
    load_readable_text,
)
from service.actions.drafts.planned_row import (
    DraftPosition,
    PlannedRow,
    append_row,
    load_shared_text,
    plan_row,
    position_of,
)
from service.domain.crdt.shared_text import SharedText
from service.domain.documents.document import DRAFTING, Document, Edition, check_document_state
from service.domain.errors import NotFound, at_field
from service.domain.membership.people import Actor
from service.domain.text.markup.canonical import EntryNotice, canonicalise_entry, text_sha256
from service.domain.text.markup.parser import parse_markup
from service.domain.text.merge.merge import merge_texts
from service.domain.text.merge.overlapping_sentences import (
    FlaggedPlace,
    FlaggedPlaces,
    flagged_places,
    overlapping_sentences,
)
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.drafts import journal as journal_store


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as a person edits it, with the position to name when saving.

    `broken_at` is the row that cannot be applied: the text is that before it.
    """

    lang: str
    title: str
    text: str
    epoch: int
    seq: int
    frozen: bool
    broken_at: int | None = None


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """The draft after a save.

    `merged`: others had changed it since the base. `notices`: what was changed on entry. `review`: sentences changed by
    both, as they read now. `flags`: what else to read again, with the words of each place. `unchecked`: a text was too
    long or complex to check that the merge reads as both meant.
    """

    seq: int
    epoch: int
    text: str
    merged: bool
    notices: tuple[EntryNotice, ...]
    review: tuple[FlaggedPlace, ...] = ()
    unchecked: bool = False
    flags: tuple[FlaggedPlaces, ...] = ()


@dataclass(frozen=True, slots=True)
class SavePlan:
    """A planned save of `text`, edited from `base`, valid while the draft is at `head` (both (epoch, seq)).

    `row` turns the live text into the result.
    """

    draft: str
    text: str
    base: DraftPosition
    head: DraftPosition
    row: PlannedRow
    notices: tuple[EntryNotice, ...]
    review: tuple[FlaggedPlace, ...] = ()
    unchecked: bool = False
    flags: tuple[FlaggedPlaces, ...] = ()


def read(tx: Tx, actor: Actor, *, document_id: str, lang: str) -> DraftView:
    """Return the live text of an edition. Raises `DraftBroken`."""
    opened = read_best_effort(tx, actor, document_id=document_id, lang=lang)
    if opened.broken_at is not None:
        raise DraftBroken(extra={"row": opened.broken_at})
    return opened


def read_best_effort(tx: Tx, actor: Actor, *, document_id: str, lang: str) -> DraftView:
    """Return the live text of an edition, or what can still be read of it."""
    document = authorization.load_document(tx, actor, "draft.read", document_id)
    edition = get_edition(document, lang)
    head = journal_store.get_head(tx, edition.draft)
    text, broken_at = load_readable_text(tx, edition.draft, head)
    return DraftView(lang, edition.title, text, head.epoch, head.seq, head.frozen, broken_at)


def plan_save(tx: Tx, actor: Actor, *, document_id: str, lang: str, text: str, epoch: int, seq: int) -> SavePlan:
    """Plan a save in a read transaction. Raises as `save` does.

    Reading, merging and comparing long texts takes seconds, during which other writers should not wait.
    """
    document = authorization.load_document(tx, actor, "draft.save", document_id)
    return plan_text(tx, document, lang=lang, text=text, epoch=epoch, seq=seq)


def plan_text(tx: Tx, document: Document, *, lang: str, text: str, epoch: int, seq: int) -> SavePlan:
    """Plan a save as `plan_save` does, for a document that is authorised for `draft.save`."""
    check_document_state(document, DRAFTING)
    draft = get_edition(document, lang).draft
    return _make_plan(tx, draft, journal_store.get_head(tx, draft), text=text, base=(epoch, seq))


def save(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, text: str, epoch: int, seq: int, plan: SavePlan | None = None
) -> SavedDraft:
    """Save a whole text that was edited from (epoch, seq).

    If the draft has changed since, the two are merged where that is exact; where the same words changed, `Conflict`
    `draft_conflict` carries both texts and nothing is written. A `plan` is used if the draft is still at its head;
    otherwise it is computed again, outside of the write lock.
    """
    document = authorization.load_document(tx, actor, "draft.save", document_id, lock=True)
    return save_text(tx, actor, document, lang=lang, text=text, epoch=epoch, seq=seq, plan=plan)


def save_text(
    tx: Tx,
    actor: Actor,
    document: Document,
    *,
    lang: str,
    text: str,
    epoch: int,
    seq: int,
    plan: SavePlan | None = None,
) -> SavedDraft:
    """Save as `save` does, for a document that is locked and authorised for `draft.save`."""
    check_document_state(document, DRAFTING)
    edition = get_edition(document, lang)
    head = journal_store.lock_head(tx, edition.draft)
    base, position = (epoch, seq), position_of(head)
    if plan is None or _plan_key(plan) != (edition.draft, text, base, position):
        plan = tx.plan(
            ("save", edition.draft, text, base),
            lambda reading: _make_plan(reading, edition.draft, head, text=text, base=base),
            position=position,
            draft=edition.draft,
        )
    new_head = append_row(tx, edition.draft, head, plan.row, actor=actor.person, origin="saved")
    if new_head.seq != head.seq:
        documents_store.touch(tx, document.id)
    return SavedDraft(
        new_head.seq,
        new_head.epoch,
        plan.row.text,
        merged=seq != head.seq,
        notices=plan.notices,
        review=plan.review,
        unchecked=plan.unchecked,
        flags=plan.flags,
    )


def _make_plan(tx: Tx, draft: str, head: journal_store.Head, *, text: str, base: DraftPosition) -> SavePlan:
    with at_field("text"):
        canonicalised = canonicalise_entry(text)
        parse_markup(canonicalised.text)
    epoch, seq = base
    check_position(head, epoch=epoch, seq=seq)
    replica = load_shared_text(tx, draft, epoch=epoch, upto=head.seq)
    live = replica.text
    base_text = live if seq == head.seq else load_shared_text(tx, draft, epoch=epoch, upto=seq).text
    position = position_of(head)
    if base_text == live:
        row = plan_row(replica, position, new_text=canonicalised.text)
        return SavePlan(draft, text, base, position, row, canonicalised.notices)
    result = merge_texts(base_text, live, canonicalised.text)
    if result.text is None:
        raise draft_conflict(base_text, live, canonicalised.text, result)
    row, review = plan_row(replica, position, new_text=result.text), tuple(overlapping_sentences(result))
    flags = tuple(flagged_places(result))
    return SavePlan(draft, text, base, position, row, canonicalised.notices, review, not result.checked, flags)


def _plan_key(plan: SavePlan) -> tuple[str, str, DraftPosition, DraftPosition]:
    return plan.draft, plan.text, plan.base, plan.head


def compact(tx: Tx, draft: str) -> int:
    """Replace the journal of a draft by one snapshot of its head, and return how many rows were deleted.

    The snapshot is loaded and compared first. Not scheduled: rows record who wrote what (DESIGN §4.1, Privacy).
    """
    head = journal_store.lock_head(tx, draft)
    live = load_shared_text(tx, draft, epoch=head.epoch)
    reloaded = SharedText.load(live.state(), client_id=live.client_id)
    if reloaded.text != live.text:
        return 0
    sha256 = text_sha256(live.text)
    journal_store.add_snapshot(tx, draft, epoch=head.epoch, seq=head.seq, state=live.state(), text_sha256=sha256)
    return journal_store.delete_compacted(tx, draft, epoch=head.epoch, seq=head.seq)


def get_edition(document: Document, lang: str) -> Edition:
    """Return the document's edition in `lang`. Raises `NotFound`."""
    found = document.editions.get(lang)
    if found is None:
        raise NotFound()
    return found
