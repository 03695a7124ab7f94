"""The ops of a redline in reading order, with the numbers of changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from service.domain.text.diff.change_kinds import NUMBERED_KINDS
from service.domain.text.redline.redline import Op, Redline

MoveEnd = Literal["old", "new"]


@dataclass(frozen=True, slots=True)
class NumberedOp:
    """An op in reading order, with the number of its change, from 1; ops inside a move have the move and its end."""

    op: Op
    change: int | None
    move: int | None = None
    end: MoveEnd | None = None


def numbered_ops(redline: Redline) -> Iterator[NumberedOp]:
    """Yield all ops in reading order. The new end of a move is replaced by the ops inside the move.

    A change is a run of ops of `NUMBERED_KINDS` by one author. The two ends of a move are not counted as changes.
    """
    moves = {move.id: move for move in redline.moves}
    count, previous = 0, None
    for op in redline.ops:
        is_target = op.move is not None and op.b0 < op.b1
        for inner in moves[op.move].ops if op.move is not None and is_target else (op,):
            key = (op.author, op.move) if inner.kind in NUMBERED_KINDS and (is_target or op.move is None) else None
            count += key is not None and key != previous
            previous = key
            end: MoveEnd | None = None if op.move is None else "new" if is_target else "old"
            yield NumberedOp(inner, count if key else None, op.move, end)


def count_changes(redline: Redline) -> int:
    """Return how many changes there are, those inside moves included."""
    return max((one.change or 0 for one in numbered_ops(redline)), default=0)
