"""A draft followed through its journal, from one place to another: what it said at both, and whose every change is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, TypeVar

from service.actions.drafts.integrity import reading_draft
from service.domain.crdt.shared_text import SharedText, join_updates
from service.domain.text.attribution.attribution_ops import AttributionLog, AttributionOp, to_code_points
from service.store.db import Tx
from service.store.drafts import journal as journal_store

AuthorT = TypeVar("AuthorT")

MAX_TURNS = 10_000
"""Turns of writing that are told apart, each of them one hand's rows in a row; those before them are nobody's."""


@dataclass(frozen=True, slots=True)
class Replay(Generic[AuthorT]):
    """What the draft said `before` and `after`, and what became of the one on the way. `untold`: there were more turns
    than are told apart, so whose the first of them were is not said."""

    before: str
    after: str
    segments: tuple[AttributionOp[AuthorT], ...]
    is_truncated: bool


def replay(
    tx: Tx, draft: str, *, epoch: int, since: int, upto: int, author_of: Callable[[journal_store.Update], AuthorT]
) -> Replay[AuthorT]:
    """Follow the journal from `since`, a place that is known, to row `upto`. Raises Broken."""
    stored = journal_store.load_draft(tx, draft, epoch=epoch, upto=since)
    rows = journal_store.list_updates(tx, draft, epoch=epoch, after=since, upto=upto)
    turns = [(who, [row.data for row in its]) for who, its in groupby(rows, author_of)]
    unattributed = [row for _, its in turns[:-MAX_TURNS] for row in its]
    leading_turns: list[tuple[AuthorT | None, list[bytes]]] = [(None, unattributed)] if unattributed else []
    with reading_draft(draft):
        replica = SharedText.load(stored.state, stored.update_bytes, client_id=1, sha256=stored.text_sha256)
        return _replay_turns(replica, [*leading_turns, *turns[-MAX_TURNS:]], is_truncated=bool(unattributed))


def _replay_turns(
    replica: SharedText, turns: Sequence[tuple[AuthorT | None, list[bytes]]], *, is_truncated: bool
) -> Replay[AuthorT]:
    before = replica.text
    rewriting: AttributionLog[AuthorT] = AttributionLog(len(before.encode()))
    steps = replica.replay(join_updates(updates) for _, updates in turns)
    for (author, _), edits in zip(turns, steps, strict=True):
        rewriting.apply(edits, author)
    return Replay(before, replica.text, tuple(to_code_points(rewriting.ops(), before, replica.text)), is_truncated)
