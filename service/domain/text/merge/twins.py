"""Edits among equal neighbours: which of two equal passages was deleted cannot be known from the texts.

Such an edit is given the range of all places at which it may have been made. An edit of the other side that touches the
range is a conflict, even an equal one: each side may have meant another of the passages.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from service.domain.text.diff.minimal_edits import Splice, apply_splices
from service.domain.text.markup.tree import Span

MAX_TWIN_LENGTH = 20_000
"""Code points of the longest inserted or deleted passage that is looked for beside itself."""


def possible_ranges(base: str, splices: Sequence[Splice]) -> list[Span]:
    """Return, for each splice, the range in which it may have been made: its own, unless it is among equal passages.

    The passages are equal in the base, or in the text with the splices: one that was doubled.
    """
    runs = sorted({*twin_runs(base), *_runs_of_side(base, splices)})
    return [_possible_range(base, splice, runs) for splice in splices]


def _runs_of_side(base: str, splices: Sequence[Splice]) -> Iterator[Span]:
    """Yield the ranges of the base that equal lines of the text with the splices come from."""
    runs = twin_runs(apply_splices(base, 0, len(base), splices))
    starts: list[int] = []
    """Offset in the new text at which each splice begins."""
    shift = 0
    for start, end, text in splices:
        starts.append(start + shift)
        shift += len(text) - (end - start)
    for first, last in runs:
        yield _to_base(splices, starts, first, at_end=False), _to_base(splices, starts, last, at_end=True)


def _to_base(splices: Sequence[Splice], starts: Sequence[int], offset: int, *, at_end: bool) -> int:
    """Map an offset of the new text to the base; inside a splice, to its start or its end."""
    index = bisect_right(starts, offset) - 1
    if index < 0:
        return offset
    start, end, text = splices[index]
    inside = offset - starts[index]
    if inside >= len(text):
        return end + inside - len(text)
    return end if at_end else start


def twin_runs(text: str) -> list[Span]:
    """Return the ranges of equal lines that follow each other, blank lines between them left aside."""
    runs: list[Span] = []
    previous, start, end, count, offset = "", 0, 0, 0, 0
    for line in text.split("\n"):
        words = line.strip()
        if words and words == previous:
            count, end = count + 1, offset + len(line) + 1
        elif words:
            if count > 1:
                runs.append((start, end))
            previous, start, end, count = words, offset, offset + len(line) + 1, 1
        offset += len(line) + 1
    return [*runs, (start, min(end, len(text)))] if count > 1 else runs


def _possible_range(base: str, splice: Splice, runs: Sequence[Span]) -> Span:
    start, end, text = splice
    old = base[start:end]
    if (not old) != (not text):
        start, end = _range_of_slides(base, start, end, old or text)
    index = max(0, bisect_right(runs, start, key=lambda run: run[0]) - 1)
    while index and runs[index - 1][1] >= start:
        index -= 1
    while index < len(runs) and runs[index][0] <= end:
        if runs[index][1] >= start:
            start, end = min(start, runs[index][0]), max(end, runs[index][1])
        index += 1
    return (start, _next_line(base, end)) if (start, end) != splice[:2] else (start, end)


def _next_line(base: str, offset: int) -> int:
    """Return where the line after an offset begins if the offset is at the end of a line."""
    while offset < len(base) and base[offset] == "\n":
        offset += 1
    return offset


def _range_of_slides(base: str, start: int, end: int, text: str) -> Span:
    """Extend a deletion or insertion over the equal passages beside it."""
    if len(text) > MAX_TWIN_LENGTH or not text.strip():
        return start, end
    left = _common_length(base, start - 1, text, step=-1)
    right = _common_length(base, end, text, step=1)
    return (start - left, end + right) if left + right >= len(text) else (start, end)


def _common_length(base: str, offset: int, text: str, *, step: int) -> int:
    """Return how far the base repeats `text` from an offset on, in one direction."""
    length, size = 0, len(text)
    while 0 <= offset < len(base) and base[offset] == text[length % size if step > 0 else -1 - length % size]:
        offset, length = offset + step, length + 1
    return length
