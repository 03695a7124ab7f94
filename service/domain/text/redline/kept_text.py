"""Kept text: which characters of the new text come from the old text, and from where.

Equal text, in place or moved; the letters in changes that leave the letters (breaks, blanks, harakat, emphasis); and
words that were removed in one place and added in another: runs that are unique on both sides, and lines that occur once
in each text.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

import regex

from service.domain.text.diff.change_kinds import WORD_KINDS, ChangeKind
from service.domain.text.diff.common_affixes import common_prefix_length, common_suffix_length
from service.domain.text.diff.sequence_alignment import RangePair
from service.domain.text.markup.tree import Span
from service.domain.text.redline.redline import Op, Redline

MIN_RUN_WORDS = 5
"""Fewest words of a run that was removed in one place and added in another."""

LETTER_KINDS: frozenset[ChangeKind] = frozenset(
    ("structure", "format", "space", "invisible", "vocalisation", "lookalike")
)
"""Kinds of change that leave the letters, or most of them, as they are."""

_WORD = regex.compile(r"[\w\p{M}]+")


class KeptRun(NamedTuple):
    """Old code points a0–a1 stand at new offset b0. `is_moved`: elsewhere than between their old neighbours."""

    a0: int
    a1: int
    b0: int
    is_moved: bool

    @property
    def b1(self) -> int:
        """The end of the run in the new text."""
        return self.b0 + self.a1 - self.a0


class _Words(NamedTuple):
    """Words of some ranges of a text, with their spans; an empty word separates two ranges."""

    words: Sequence[str]
    spans: Sequence[Span]

    @classmethod
    def read(cls, text: str, ranges: Sequence[Span]) -> "_Words":
        words: list[str] = []
        spans: list[Span] = []
        for start, end in ranges:
            for found in _WORD.finditer(text, start, end):
                words.append(found.group())
                spans.append(found.span())
            words.append("")
            spans.append((end, end))
        return cls(words, spans)

    def unique_runs(self) -> dict[tuple[str, ...], int]:
        """Return the runs of `MIN_RUN_WORDS` words that occur once, with their positions."""
        width = range(MIN_RUN_WORDS)
        runs = [tuple(run) for run in zip(*(self.words[shift:] for shift in width), strict=False)]
        counts = Counter(runs)
        return {run: index for index, run in enumerate(runs) if counts[run] == 1 and "" not in run}


def kept_runs(redline: Redline, old: str, new: str) -> list[KeptRun]:
    """Return the kept runs of two texts that `redline` compares, in order of the new text; no two overlap."""
    found = [run for op in redline.ops if op.move is None for run in _runs_in_op(op, old, new, is_moved=False)]
    found += [run for move in redline.moves for op in move.ops for run in _runs_in_op(op, old, new, is_moved=True)]
    found += _displaced_runs(redline, old, new)
    return _joined(sorted(found, key=attrgetter("b0")))


def _joined(runs: Sequence[KeptRun]) -> list[KeptRun]:
    found: list[KeptRun] = []
    for run in runs:
        last = found[-1] if found else None
        if last and (last.a1, last.b1, last.is_moved) == (run.a0, run.b0, run.is_moved):
            found[-1] = last._replace(a1=run.a1)
        else:
            found.append(run)
    return found


def kept_letters(old: str, new: str) -> Iterator[RangePair]:
    """Yield the ranges of letters and of what surrounds them that are equal, in order.

    If both texts have the same number of letters and digits, each is compared with its counterpart, else only the
    beginnings and the ends.
    """
    letters, counterparts = ([at for at, char in enumerate(text) if char.isalnum()] for text in (old, new))
    if len(letters) != len(counterparts):
        yield from _common_ends(old, new, 0, 0)
        return
    a = b = 0
    for i, j in zip(letters, counterparts, strict=True):
        yield from _common_ends(old[a:i], new[b:j], a, b)
        if old[i] == new[j]:
            yield i, i + 1, j, j + 1
        a, b = i + 1, j + 1
    yield from _common_ends(old[a:], new[b:], a, b)


def _common_ends(old: str, new: str, a: int, b: int) -> Iterator[RangePair]:
    """Yield the common beginning and end of two texts that begin at `a` and `b`."""
    head = common_prefix_length(old, new)
    if head:
        yield a, a + head, b, b + head
    tail = common_suffix_length(old, new, limit=min(len(old), len(new)) - head)
    if tail:
        yield a + len(old) - tail, a + len(old), b + len(new) - tail, b + len(new)


def _runs_in_op(op: Op, old: str, new: str, *, is_moved: bool) -> Iterator[KeptRun]:
    if op.kind == "equal":
        yield KeptRun(op.a0, op.a1, op.b0, is_moved)
    elif op.kind in LETTER_KINDS:
        for a0, a1, b0, _ in kept_letters(old[op.a0 : op.a1], new[op.b0 : op.b1]):
            yield KeptRun(op.a0 + a0, op.a0 + a1, op.b0 + b0, is_moved)


def _displaced_runs(redline: Redline, old: str, new: str) -> Iterator[KeptRun]:
    """Yield the runs of words that were removed in one place and added in another, outside of moves."""
    changed = [op for op in redline.ops if op.kind in WORD_KINDS and op.move is None]
    olds = _Words.read(old, [(op.a0, op.a1) for op in changed if op.a0 < op.a1])
    news = _Words.read(new, [(op.b0, op.b1) for op in changed if op.b0 < op.b1])
    seen: set[int] = set()
    taken: set[int] = set()
    for i, j in _starts(olds, news, old, new):
        if i in seen or j in taken:
            continue
        first, size = _extend(olds.words, news.words, i, j, seen, taken)
        target = first + j - i
        seen.update(range(first, first + size))
        taken.update(range(target, target + size))
        yield from _word_runs((old, new), olds.spans[first : first + size], news.spans[target : target + size])


def _starts(olds: _Words, news: _Words, old: str, new: str) -> Iterator[tuple[int, int]]:
    """Yield the positions at which a run, or a line that occurs once in each text, begins in both."""
    where = news.unique_runs()
    yield from ((i, where[run]) for run, i in olds.unique_runs().items() if run in where)
    lines, places = _whole_lines(olds, old), _whole_lines(news, new)
    if shared := lines.keys() & places.keys():
        counts = [Counter(text.split("\n")) for text in (old, new)]
        for line, i in lines.items():
            if line in shared and counts[0][line] == counts[1][line] == 1:
                yield i, places[line]


def _whole_lines(found: _Words, text: str) -> dict[str, int]:
    """Return the lines of which all words are in `found`, with the position of their first word."""
    lines: dict[str, int] = {}
    last_end = 0
    for index, (start, stop) in enumerate(found.spans):
        if start < last_end or start == stop:
            continue
        begin = text.rfind("\n", 0, start) + 1
        line = text[begin : _line_end(text, start)]
        last_end = begin + len(line)
        spans = [word.span() for word in _WORD.finditer(text, begin, last_end)]
        if list(found.spans[index : index + len(spans)]) == spans:
            lines[line] = index
    return lines


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return end if end >= 0 else len(text)


def _word_runs(texts: tuple[str, str], olds: Sequence[Span], news: Sequence[Span]) -> Iterator[KeptRun]:
    """Yield the kept runs of equal words: the words, and what is equal between them."""
    old, new = texts
    a = b = None
    for (a0, a1), (b0, _) in zip(olds, news, strict=True):
        if a is not None and b is not None:
            for x0, x1, y0, _ in _common_ends(old[a:a0], new[b:b0], a, b):
                yield KeptRun(x0, x1, y0, is_moved=True)
        yield KeptRun(a0, a1, b0, is_moved=True)
        a, b = a1, b0 + a1 - a0


def _extend(
    olds: Sequence[str], news: Sequence[str], i: int, j: int, seen: set[int], taken: set[int]
) -> tuple[int, int]:
    """Return the first old word and the number of words of the longest equal run around `i` and `j`."""
    first, end, shift = i, i, j - i

    def is_free(index: int) -> bool:
        is_equal = olds[index] == news[index + shift] != ""
        return is_equal and index not in seen and index + shift not in taken

    while min(first, first + shift) > 0 and is_free(first - 1):
        first -= 1
    while is_free(end):
        end += 1
    return first, end - first
