"""Who wrote what of an edition: read from the journal, which keeps every row with the person who appended it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from service.actions import access, drafts
from service.domain.errors import NotFound
from service.domain.people import Actor
from service.domain.sharedtext import SharedText, merge
from service.domain.text.blame import Passage, edited, written
from service.store import journal, versions
from service.store.db import Tx

MOST = 1_500
"""Turns of writing that are told apart, each of them one person's rows in a row; what came before them is nobody's."""


@dataclass(frozen=True, slots=True)
class Hand:
    """`person` is None where the journal does not say any more; `version`: the first that has the words, None where
    only the draft has them."""

    person: str | None
    version: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """A text of an edition: the draft at row `seq`, or a version cut from it there. `cuts`: the rows after which
    versions were cut, with their numbers."""

    draft: str
    epoch: int
    seq: int
    cuts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A text with its passages, which tile it."""

    text: str
    passages: tuple[Passage[Hand], ...]


def place(tx: Tx, actor: Actor, *, document_id: str, lang: str, number: int | None) -> Place:
    """Where the draft (`number` None) or a version of it stands in the journal, for those who may read the draft.
    Raises NotFound, for a version too that was cut before the draft was begun anew."""
    document = access.document(tx, actor, "draft.read", document_id)
    draft = drafts.edition_of(document, lang).draft
    head = journal.head(tx, draft)
    cuts = versions.places(tx, document_id, lang=lang, epoch=head.epoch)
    if number is None:
        return Place(draft, head.epoch, head.seq, tuple(cuts))
    at = next((seq for seq, cut in cuts if cut == number), None)
    if at is None:
        raise NotFound()
    return Place(draft, head.epoch, at, tuple(cut for cut in cuts if cut[0] <= at))


def read(tx: Tx, at: Place) -> Written:
    """Follow the journal to that row."""
    rows = [row for row in journal.tail(tx, at.draft, epoch=at.epoch, after=0) if row.seq <= at.seq]
    turns = [(hand, [row.data for row in its]) for hand, its in groupby(rows, lambda row: _hand(row, at.cuts))]
    before = rows[0].seq - 1 if rows else at.seq
    left_out = turns[:-MOST]
    copy = SharedText.new(client_id=1)
    if before:
        stored = journal.load(tx, at.draft, epoch=at.epoch, upto=before)
        copy = SharedText.load(stored.state, (update.data for update in stored.updates), client_id=1)
    for _, updates in left_out:
        copy.apply(merge(updates))
    passages: Sequence[Passage[Hand]] = written(copy.text, Hand(None, _version(before, at.cuts)))
    for hand, updates in turns[len(left_out) :]:
        passages = edited(passages, copy.trace(merge(updates)), hand)
    return Written(copy.text, tuple(passages))


def _hand(row: journal.Update, cuts: Sequence[tuple[int, int]]) -> Hand:
    return Hand(row.actor, _version(row.seq, cuts))


def _version(seq: int, cuts: Sequence[tuple[int, int]]) -> int | None:
    """The first version that was cut at row `seq` or later."""
    return next((number for at, number in cuts if seq <= at), None)
