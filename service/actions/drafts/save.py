"""Drafts: the journal is the text. A whole-text save becomes the smallest edits against what the person had open."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.actions import authorization
from service.actions.drafts.conflicts import in_conflict
from service.actions.drafts.integrity import Broken, Restarted, check_epoch, check_thawed, legible, readable
from service.domain.crdt.shared_text import SharedText, new_client_id
from service.domain.crdt.text_edits import Edit
from service.domain.documents.document import DRAFTING, Document, Edition, check_state
from service.domain.errors import N_, Malformed, NotFound
from service.domain.membership.people import Actor
from service.domain.text.diff.minimal_edits import edits
from service.domain.text.markup.canonical import Notice, canonical, entry, text_sha256
from service.domain.text.markup.parser import read as read_markup
from service.domain.text.merge.merge import merge
from service.domain.text.merge.overlapping_sentences import sentences
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.drafts import journal as journal_store

SNAPSHOT_EVERY = 500
"""Rows between two snapshots of a draft."""


Place = tuple[int, int]
"""(epoch, seq) of a draft."""


@dataclass(frozen=True, slots=True)
class Opened:
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
class Saved:
    """`text` is the draft after the save; `merged` says that others had changed it meanwhile; `notices` tell what was
    changed on entry; `review` are sentences that the person and others changed both, as they read now; `unread` says
    that nobody has looked whether the merged text reads as both meant."""

    seq: int
    epoch: int
    text: str
    merged: bool
    notices: tuple[Notice, ...]
    review: tuple[str, ...] = ()
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a save comes to, worked out before its transaction: it holds for this `text` edited from `base`, while the
    draft stands at `head` (both (epoch, seq)). `changes` turn the live text into what is wanted."""

    draft: str
    text: str
    base: Place
    head: Place
    changes: tuple[Edit, ...]
    notices: tuple[Notice, ...]
    review: tuple[str, ...] = ()
    unread: bool = False


def read(tx: Tx, actor: Actor, *, document_id: str, lang: str) -> Opened:
    """The live text of an edition. Raises Broken."""
    opened = shown(tx, actor, document_id=document_id, lang=lang)
    if opened.broken_at is not None:
        raise Broken(extra={"row": opened.broken_at})
    return opened


def shown(tx: Tx, actor: Actor, *, document_id: str, lang: str) -> Opened:
    """The live text of an edition, or what can still be read of it."""
    document = authorization.document(tx, actor, "draft.read", document_id)
    edition = edition_of(document, lang)
    head = journal_store.head(tx, edition.draft)
    text, broken_at = legible(tx, edition.draft, head)
    return Opened(lang, edition.title, text, head.epoch, head.seq, head.frozen, broken_at)


def plan(tx: Tx, actor: Actor, *, document_id: str, lang: str, text: str, epoch: int, seq: int) -> Plan:
    """Work out a save in a transaction that only reads: reading, merging and comparing long texts takes seconds, in
    which nobody who writes should wait. Raises as `save` does."""
    document = authorization.document(tx, actor, "draft.save", document_id)
    check_state(document, DRAFTING)
    draft = edition_of(document, lang).draft
    return _planned(tx, draft, journal_store.head(tx, draft), text=text, base=(epoch, seq))


def save(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, text: str, epoch: int, seq: int, plan: Plan | None = None
) -> Saved:
    """Save a whole text that was edited from (epoch, seq). If the live text moved meanwhile, the two are merged where
    that is exact; where changed words meet, Conflict `draft_conflict` carries both texts and nothing is written.

    A `plan` of this save is followed as long as the draft stands where it was made; else it is worked out anew."""
    document = authorization.document(tx, actor, "draft.save", document_id, lock=True)
    check_state(document, DRAFTING)
    edition = edition_of(document, lang)
    head = journal_store.lock(tx, edition.draft)
    if plan is None or _what_for(plan) != (edition.draft, text, (epoch, seq), (head.epoch, head.seq)):
        plan = _planned(tx, edition.draft, head, text=text, base=(epoch, seq))
    live = load(tx, edition.draft, epoch=epoch)
    after = append(tx, edition.draft, head, live, changes=plan.changes, actor=actor.person, origin="saved")
    if after.seq != head.seq:
        documents_store.touch(tx, document_id)
    return Saved(
        after.seq,
        after.epoch,
        live.text,
        merged=seq != head.seq,
        notices=plan.notices,
        review=plan.review,
        unread=plan.unread,
    )


def _planned(tx: Tx, draft: str, head: journal_store.Head, *, text: str, base: Place) -> Plan:
    entered = entry(text)
    read_markup(entered.text)
    epoch, seq = base
    check_place(head, epoch=epoch, seq=seq)
    live = load(tx, draft, epoch=epoch, upto=head.seq).text
    was = live if seq == head.seq else load(tx, draft, epoch=epoch, upto=seq).text
    at = (head.epoch, head.seq)
    if was == live:
        return Plan(draft, text, base, at, changes_to(live, entered.text), entered.notices)
    result = merge(was, live, entered.text)
    if result.text is None:
        raise in_conflict(was, live, entered.text, result)
    changes, review = changes_to(live, result.text), tuple(sentences(result))
    return Plan(draft, text, base, at, changes, entered.notices, review, not result.checked)


def _what_for(plan: Plan) -> tuple[str, str, Place, Place]:
    return plan.draft, plan.text, plan.base, plan.head


def changes_to(live: str, wanted: str) -> tuple[Edit, ...]:
    """The smallest edits that turn `live` into `wanted`."""
    if not live or live == wanted:
        return (Edit(0, 0, wanted),) if live != wanted else ()
    return tuple(Edit(start, end, new) for start, end, new in edits(live, wanted))


def seed(tx: Tx, draft: str, *, text: str, actor: str, client_bits: int) -> None:
    """Row 1 of a draft: the text it starts from."""
    entered = entry(text).text
    read_markup(entered)
    fresh = SharedText.new(client_id=new_client_id(client_bits))
    head = journal_store.lock(tx, draft)
    append(tx, draft, head, fresh, changes=changes_to("", entered), actor=actor, origin="seed")


def append(
    tx: Tx, draft: str, head: journal_store.Head, live: SharedText, *, changes: Sequence[Edit], actor: str, origin: str
) -> journal_store.Head:
    """Make `changes` in the live text by one row after the locked `head`; the new head, or `head` if there are none.
    Raises Conflict `draft_frozen`."""
    check_thawed(head)
    if not changes:
        return head
    data = live.splice(list(changes))
    after = journal_store.append(tx, draft, head, client=live.client_id, actor=actor, origin=origin, data=data)
    if after.seq % SNAPSHOT_EVERY == 0 and live.is_sound():
        journal_store.keep_snapshot(
            tx, draft, epoch=after.epoch, seq=after.seq, state=live.state(), text_sha256=text_sha256(live.text)
        )
    return after


def rewrite(tx: Tx, draft: str, *, change: Callable[[str], str], actor: str, origin: str) -> None:
    """Make of the live text what `change` makes of its canonical form, by the smallest edits."""
    head = journal_store.lock(tx, draft)
    live = load(tx, draft, epoch=head.epoch)
    wanted = canonical(change(canonical(live.text).text)).text
    append(tx, draft, head, live, changes=changes_to(live.text, wanted), actor=actor, origin=origin)


def load(tx: Tx, draft: str, *, epoch: int, upto: int | None = None) -> SharedText:
    """The draft's text up to row `upto` (default: all), ready to be edited under a client id of its own.

    Raises Conflict `draft_restarted` for a place that compaction has taken away."""
    stored = journal_store.load(tx, draft, epoch=epoch, upto=upto)
    if upto is not None and stored.seq != upto:
        raise Restarted()
    client_id = new_client_id(secrets.randbits(52))
    with readable(draft):
        return SharedText.load(stored.state, stored.rows, client_id=client_id, sha256=stored.sha256)


def compact(tx: Tx, draft: str) -> int:
    """Replace the journal of a draft by one snapshot of its head; how many rows went. The snapshot is loaded and
    compared before any row is dropped. Not on the timetable: rows keep who wrote what (DESIGN §4.1, Privacy)."""
    head = journal_store.lock(tx, draft)
    live = load(tx, draft, epoch=head.epoch)
    again = SharedText.load(live.state(), client_id=live.client_id)
    if again.text != live.text:
        return 0
    sha256 = text_sha256(live.text)
    journal_store.keep_snapshot(tx, draft, epoch=head.epoch, seq=head.seq, state=live.state(), text_sha256=sha256)
    return journal_store.compact(tx, draft, epoch=head.epoch, seq=head.seq)


def edition_of(document: Document, lang: str) -> Edition:
    """Raises NotFound where the document has no such edition."""
    found = document.editions.get(lang)
    if found is None:
        raise NotFound()
    return found


def check_place(head: journal_store.Head, *, epoch: int, seq: int) -> None:
    """Raises Conflict `draft_restarted` and Malformed `unknown_place`."""
    check_epoch(head, epoch)
    if not 0 <= seq <= head.seq:
        raise Malformed("unknown_place", N_("This draft has no such place in its history."))
