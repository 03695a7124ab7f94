"""Redline of values that are no markup: a title, a place, the lines of an address."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from service.domain.text.diff.words.phrase_diff import diff_phrases
from service.domain.text.markup.tokens import TokenKeys

ValueRunKind = Literal["equal", "delete", "insert"]


@dataclass(frozen=True, slots=True)
class ValueRun:
    """Consecutive characters of a value that stayed, were deleted or were inserted."""

    kind: ValueRunKind
    text: str


ValueLine = tuple[ValueRun, ...]


def compare_values(old: Sequence[str], new: Sequence[str]) -> list[ValueLine]:
    """Compare two values line by line and word by word; the runs of all lines tile both values.

    Lines at the start and end that are the same are kept. As many lines in place of as many others are compared by
    words; otherwise the old ones are deleted and the new ones inserted.
    """
    head = _common_length(old, new)
    tail = _common_length(old[head:][::-1], new[head:][::-1])
    was, now = old[head : len(old) - tail], new[head : len(new) - tail]
    middle = (
        [_compare_line(*pair) for pair in zip(was, now, strict=True)]
        if len(was) == len(now)
        else [*_whole("delete", was), *_whole("insert", now)]
    )
    return [*_whole("equal", new[:head]), *middle, *_whole("equal", new[len(new) - tail :])]


def _common_length(old: Sequence[str], new: Sequence[str]) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(old), len(new)))


def _whole(kind: ValueRunKind, lines: Sequence[str]) -> list[ValueLine]:
    return [(ValueRun(kind, line),) for line in lines]


def _compare_line(old: str, new: str) -> ValueLine:
    hunks = diff_phrases(old, new, keys=TokenKeys(), readable=True).hunks
    runs = [run for hunk in hunks for run in _runs(old[hunk.a0 : hunk.a1], new[hunk.b0 : hunk.b1])]
    changed = [run.text for run in runs if run.kind != "equal"]
    if any(text.isspace() for text in changed):
        return ValueRun("delete", old), ValueRun("insert", new)
    return tuple(runs)


def _runs(old: str, new: str) -> Iterator[ValueRun]:
    """Yield one hunk: a change of any class is a deletion and an insertion, so that none is out of sight."""
    if old == new:
        yield ValueRun("equal", new)
        return
    if old:
        yield ValueRun("delete", old)
    if new:
        yield ValueRun("insert", new)
