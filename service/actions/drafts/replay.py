"""A draft followed through its journal, from one place to another: what it said at both, and whose every change is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, TypeVar

from service.actions.drafts.integrity import readable
from service.domain.crdt.shared_text import SharedText, merge
from service.domain.text.attribution.attribution_ops import Bit, Rewriting, in_code_points
from service.store.db import Tx
from service.store.drafts import journal as journal_store

Hand = TypeVar("Hand")

MOST = 10_000
"""Turns of writing that are told apart, each of them one hand's rows in a row; those before them are nobody's."""


@dataclass(frozen=True, slots=True)
class Followed(Generic[Hand]):
    """What the draft said `before` and `after`, and what became of the one on the way. `untold`: there were more turns
    than are told apart, so whose the first of them were is not said."""

    before: str
    after: str
    bits: tuple[Bit[Hand], ...]
    untold: bool


def follow(
    tx: Tx, draft: str, *, epoch: int, since: int, upto: int, hand: Callable[[journal_store.Update], Hand]
) -> Followed[Hand]:
    """Follow the journal from `since`, a place that is known, to row `upto`. Raises Broken."""
    stored = journal_store.load(tx, draft, epoch=epoch, upto=since)
    rows = journal_store.tail(tx, draft, epoch=epoch, after=since, upto=upto)
    turns = [(who, [row.data for row in its]) for who, its in groupby(rows, hand)]
    untold = [row for _, its in turns[:-MOST] for row in its]
    told: list[tuple[Hand | None, list[bytes]]] = [(None, untold)] if untold else []
    with readable(draft):
        copy = SharedText.load(stored.state, stored.rows, client_id=1, sha256=stored.sha256)
        return _followed(copy, [*told, *turns[-MOST:]], untold=bool(untold))


def _followed(copy: SharedText, turns: Sequence[tuple[Hand | None, list[bytes]]], *, untold: bool) -> Followed[Hand]:
    before = copy.text
    made: Rewriting[Hand] = Rewriting(len(before.encode()))
    steps = copy.retrace(merge(updates) for _, updates in turns)
    for (who, _), edits in zip(turns, steps, strict=True):
        made.change(edits, who)
    return Followed(before, copy.text, tuple(in_code_points(made.bits(), before, copy.text)), untold)
