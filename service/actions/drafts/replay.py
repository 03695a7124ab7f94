"""Replay a draft's journal between two positions: both texts, and the author of every change."""

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
"""Turns that are attributed, each a run of rows by one author; earlier ones have no known author."""


@dataclass(frozen=True, slots=True)
class Replay(Generic[AuthorT]):
    """The text before and after, and the attributed changes between them.

    `is_truncated`: there were more than MAX_TURNS turns, so the first ones have no author.
    """

    before: str
    after: str
    segments: tuple[AttributionOp[AuthorT], ...]
    is_truncated: bool


def replay(
    tx: Tx, draft: str, *, epoch: int, since: int, upto: int, author_of: Callable[[journal_store.Update], AuthorT]
) -> Replay[AuthorT]:
    """Replay the journal from `since`, a known position, to row `upto`. Raises `DraftBroken`."""
    stored = journal_store.load_draft(tx, draft, epoch=epoch, upto=since)
    rows = journal_store.list_updates(tx, draft, epoch=epoch, after=since, upto=upto)
    turns = [(author, [row.data for row in own_rows]) for author, own_rows in groupby(rows, author_of)]
    unattributed = [update for _, updates in turns[:-MAX_TURNS] for update in updates]
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
