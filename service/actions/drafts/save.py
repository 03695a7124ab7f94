"""Drafts: the journal is the text. A whole-text save becomes the smallest edits against what the person had open."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.actions import authorization
from service.actions.drafts.conflicts import draft_conflict
from service.actions.drafts.integrity import (
    DraftBroken,
    DraftRestarted,
    check_epoch,
    check_not_frozen,
    load_readable_text,
    reading_draft,
)
from service.domain.crdt.shared_text import SharedText, new_client_id
from service.domain.crdt.text_edits import Edit
from service.domain.documents.document import DRAFTING, Document, Edition, check_document_state
from service.domain.errors import N_, InvalidInput, NotFound, at_field
from service.domain.membership.people import Actor
from service.domain.text.diff.minimal_edits import minimal_edits
from service.domain.text.markup.canonical import EntryNotice, canonicalise, canonicalise_entry, text_sha256
from service.domain.text.markup.parser import parse_markup as read_markup
from service.domain.text.merge.merge import merge_texts
from service.domain.text.merge.overlapping_sentences import overlapping_sentences
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.drafts import journal as journal_store

SNAPSHOT_INTERVAL = 500
"""Rows between two snapshots of a draft."""


DraftPosition = tuple[int, int]
"""(epoch, seq) of a draft."""


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as it stands: what a person edits, and what they must name when they save. `broken_at` is the row that
    nobody can read: the text is what stood before it."""

    lang: str
    title: str
    text: str
    epoch: int
    seq: int
    frozen: bool
    broken_at: int | None = None


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """`text` is the draft after the save; `merged` says that others had changed it meanwhile; `notices` tell what was
    changed on entry; `review` are sentences that the person and others changed both, as they read now; `unread` says
    that nobody has looked whether the merged text reads as both meant."""

    seq: int
    epoch: int
    text: str
    merged: bool
    notices: tuple[EntryNotice, ...]
    review: tuple[str, ...] = ()
    unchecked: bool = False


@dataclass(frozen=True, slots=True)
class SavePlan:
    """What a save comes to, worked out before its transaction: it holds for this `text` edited from `base`, while the
    draft stands at `head` (both (epoch, seq)). `changes` turn the live text into what is wanted."""

    draft: str
    text: str
    base: DraftPosition
    head: DraftPosition
    changes: tuple[Edit, ...]
    notices: tuple[EntryNotice, ...]
    review: tuple[str, ...] = ()
    unchecked: bool = False


def read(tx: Tx, actor: Actor, *, document_id: str, lang: str) -> DraftView:
    """The live text of an edition. Raises Broken."""
    opened = read_best_effort(tx, actor, document_id=document_id, lang=lang)
    if opened.broken_at is not None:
        raise DraftBroken(extra={"row": opened.broken_at})
    return opened


def read_best_effort(tx: Tx, actor: Actor, *, document_id: str, lang: str) -> DraftView:
    """The live text of an edition, or what can still be read of it."""
    document = authorization.load_document(tx, actor, "draft.read", document_id)
    edition = get_edition(document, lang)
    head = journal_store.get_head(tx, edition.draft)
    text, broken_at = load_readable_text(tx, edition.draft, head)
    return DraftView(lang, edition.title, text, head.epoch, head.seq, head.frozen, broken_at)


def plan_save(tx: Tx, actor: Actor, *, document_id: str, lang: str, text: str, epoch: int, seq: int) -> SavePlan:
    """Work out a save in a transaction that only reads: reading, merging and comparing long texts takes seconds, in
    which nobody who writes should wait. Raises as `save` does."""
    document = authorization.load_document(tx, actor, "draft.save", document_id)
    check_document_state(document, DRAFTING)
    draft = get_edition(document, lang).draft
    return _make_plan(tx, draft, journal_store.get_head(tx, draft), text=text, base=(epoch, seq))


def save(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, text: str, epoch: int, seq: int, plan: SavePlan | None = None
) -> SavedDraft:
    """Save a whole text that was edited from (epoch, seq). If the live text moved meanwhile, the two are merged where
    that is exact; where changed words meet, Conflict `draft_conflict` carries both texts and nothing is written.

    A `plan` of this save is followed as long as the draft stands where it was made; else it is worked out anew."""
    document = authorization.load_document(tx, actor, "draft.save", document_id, lock=True)
    check_document_state(document, DRAFTING)
    edition = get_edition(document, lang)
    head = journal_store.lock_head(tx, edition.draft)
    if plan is None or _plan_key(plan) != (edition.draft, text, (epoch, seq), (head.epoch, head.seq)):
        plan = _make_plan(tx, edition.draft, head, text=text, base=(epoch, seq))
    live = load_shared_text(tx, edition.draft, epoch=epoch)
    new_head = append_edits(tx, edition.draft, head, live, changes=plan.changes, actor=actor.person, origin="saved")
    if new_head.seq != head.seq:
        documents_store.touch(tx, document_id)
    return SavedDraft(
        new_head.seq,
        new_head.epoch,
        live.text,
        merged=seq != head.seq,
        notices=plan.notices,
        review=plan.review,
        unchecked=plan.unchecked,
    )


def _make_plan(tx: Tx, draft: str, head: journal_store.Head, *, text: str, base: DraftPosition) -> SavePlan:
    with at_field("text"):
        canonicalised = canonicalise_entry(text)
        read_markup(canonicalised.text)
    epoch, seq = base
    check_position(head, epoch=epoch, seq=seq)
    live = load_shared_text(tx, draft, epoch=epoch, upto=head.seq).text
    base_text = live if seq == head.seq else load_shared_text(tx, draft, epoch=epoch, upto=seq).text
    head_position = (head.epoch, head.seq)
    if base_text == live:
        return SavePlan(
            draft, text, base, head_position, compute_edits(live, canonicalised.text), canonicalised.notices
        )
    result = merge_texts(base_text, live, canonicalised.text)
    if result.text is None:
        raise draft_conflict(base_text, live, canonicalised.text, result)
    changes, review = compute_edits(live, result.text), tuple(overlapping_sentences(result))
    return SavePlan(draft, text, base, head_position, changes, canonicalised.notices, review, not result.checked)


def _plan_key(plan: SavePlan) -> tuple[str, str, DraftPosition, DraftPosition]:
    return plan.draft, plan.text, plan.base, plan.head


def compute_edits(live: str, proposed: str) -> tuple[Edit, ...]:
    """The smallest edits that turn `live` into `wanted`."""
    if not live or live == proposed:
        return (Edit(0, 0, proposed),) if live != proposed else ()
    return tuple(Edit(start, end, new) for start, end, new in minimal_edits(live, proposed))


def add_seed(tx: Tx, draft: str, *, text: str, actor: str, client_bits: int) -> None:
    """Row 1 of a draft: the text it starts from."""
    canonicalised = canonicalise_entry(text).text
    read_markup(canonicalised)
    shared_text = SharedText.new(client_id=new_client_id(client_bits))
    head = journal_store.lock_head(tx, draft)
    append_edits(tx, draft, head, shared_text, changes=compute_edits("", canonicalised), actor=actor, origin="seed")


def append_edits(
    tx: Tx, draft: str, head: journal_store.Head, live: SharedText, *, changes: Sequence[Edit], actor: str, origin: str
) -> journal_store.Head:
    """Make `changes` in the live text by one row after the locked `head`; the new head, or `head` if there are none.
    Raises Conflict `draft_frozen`."""
    check_not_frozen(head)
    if not changes:
        return head
    data = live.splice(list(changes))
    new_head = journal_store.append(tx, draft, head, client=live.client_id, actor=actor, origin=origin, data=data)
    if new_head.seq % SNAPSHOT_INTERVAL == 0 and live.is_consistent():
        journal_store.add_snapshot(
            tx, draft, epoch=new_head.epoch, seq=new_head.seq, state=live.state(), text_sha256=text_sha256(live.text)
        )
    return new_head


def rewrite_text(tx: Tx, draft: str, *, change: Callable[[str], str], actor: str, origin: str) -> None:
    """Make of the live text what `change` makes of its canonical form, by the smallest edits."""
    head = journal_store.lock_head(tx, draft)
    live = load_shared_text(tx, draft, epoch=head.epoch)
    rewritten = canonicalise(change(canonicalise(live.text).text)).text
    append_edits(tx, draft, head, live, changes=compute_edits(live.text, rewritten), actor=actor, origin=origin)


def load_shared_text(tx: Tx, draft: str, *, epoch: int, upto: int | None = None) -> SharedText:
    """The draft's text up to row `upto` (default: all), ready to be edited under a client id of its own.

    Raises Conflict `draft_restarted` for a place that compaction has taken away."""
    stored = journal_store.load_draft(tx, draft, epoch=epoch, upto=upto)
    if upto is not None and stored.seq != upto:
        raise DraftRestarted()
    client_id = new_client_id(secrets.randbits(52))
    with reading_draft(draft):
        return SharedText.load(stored.state, stored.update_bytes, client_id=client_id, sha256=stored.text_sha256)


def compact(tx: Tx, draft: str) -> int:
    """Replace the journal of a draft by one snapshot of its head; how many rows went. The snapshot is loaded and
    compared before any row is dropped. Not on the timetable: rows keep who wrote what (DESIGN §4.1, Privacy)."""
    head = journal_store.lock_head(tx, draft)
    live = load_shared_text(tx, draft, epoch=head.epoch)
    reloaded = SharedText.load(live.state(), client_id=live.client_id)
    if reloaded.text != live.text:
        return 0
    sha256 = text_sha256(live.text)
    journal_store.add_snapshot(tx, draft, epoch=head.epoch, seq=head.seq, state=live.state(), text_sha256=sha256)
    return journal_store.delete_compacted(tx, draft, epoch=head.epoch, seq=head.seq)


def get_edition(document: Document, lang: str) -> Edition:
    """Raises NotFound where the document has no such edition."""
    found = document.editions.get(lang)
    if found is None:
        raise NotFound()
    return found


def check_position(head: journal_store.Head, *, epoch: int, seq: int) -> None:
    """Raises Conflict `draft_restarted` and Malformed `unknown_place`."""
    check_epoch(head, epoch)
    if not 0 <= seq <= head.seq:
        raise InvalidInput("unknown_place", N_("The draft’s history has no such point."))
