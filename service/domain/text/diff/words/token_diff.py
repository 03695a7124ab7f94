"""Token diff: the tokens of two versions of one passage, and the parts that are equal or differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from service.domain.text.diff.sequence_alignment import RangePair
from service.domain.text.markup.tokens import BLANK, TokenKeys, is_number, tokenize

_NOTE_LABEL = "[^note]"
"""Stands for the label of any note."""


@dataclass(slots=True)
class DiffPart:
    """Tokens i0–i1 of the old side and j0–j1 of the new one; `is_number` if one number replaced another."""

    is_equal: bool
    i0: int
    i1: int
    j0: int
    j1: int
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class TokenDiff:
    """The tokens of both sides, their keys and their offsets.

    `old_starts` and `new_starts` have one entry more than the tokens: the code point each begins at, and the one at
    which the last ends.
    """

    olds: Sequence[str]
    news: Sequence[str]
    old_keys: Sequence[int]
    new_keys: Sequence[int]
    old_starts: Sequence[int]
    new_starts: Sequence[int]

    @classmethod
    def between(cls, old: str, new: str, keys: TokenKeys, *, start: int = 0) -> "TokenDiff":
        """Tokenize two texts; offsets count from `start`."""
        olds, news = tokenize(old), tokenize(new)
        starts = [list(accumulate(map(len, side), initial=start)) for side in (olds, news)]
        return cls(olds, news, *(_keys_of(side, keys) for side in (olds, news)), *starts)

    def parts(self, runs: Sequence[RangePair]) -> list[DiffPart]:
        """Return parts that tile both sides. `runs` are token ranges whose words match, with words at both ends."""
        parts: list[DiffPart] = []
        i = j = 0
        for i0, i1, j0, j1 in (*runs, (len(self.olds), len(self.olds), len(self.news), len(self.news))):
            parts += self._difference(i, i0, j, j0)
            if self.olds[i0:i1] == self.news[j0:j1]:
                parts.append(DiffPart(True, i0, i1, j0, j1))
            else:
                parts += self._word_by_word(i0, i1, j0, j1)
            i, j = i1, j1
        return self.trim(parts)

    def trim(self, parts: Sequence[DiffPart]) -> list[DiffPart]:
        """Remove equal tokens from the edges of differences, and join adjacent equal parts."""
        found: list[DiffPart] = []
        for part in parts:
            if part.is_equal:
                found.append(part)
                continue
            i0, i1, j0, j1 = self._core(part)
            found.append(DiffPart(True, part.i0, i0, part.j0, j0))
            found += self._difference(i0, i1, j0, j1)
            found.append(DiffPart(True, i1, part.i1, j1, part.j1))
        return _coalesce(found)

    def span(self, part: DiffPart) -> RangePair:
        """Return the ranges of a part in code points."""
        return (
            self.old_starts[part.i0],
            self.old_starts[part.i1],
            self.new_starts[part.j0],
            self.new_starts[part.j1],
        )

    def old_text(self, part: DiffPart) -> str:
        """Return the old text of a part."""
        return "".join(self.olds[part.i0 : part.i1])

    def new_text(self, part: DiffPart) -> str:
        """Return the new text of a part."""
        return "".join(self.news[part.j0 : part.j1])

    def _core(self, part: DiffPart) -> RangePair:
        olds, news = self.olds, self.news
        i0, i1, j0, j1 = part.i0, part.i1, part.j0, part.j1
        while i0 < i1 and j0 < j1 and olds[i0] == news[j0]:
            i0, j0 = i0 + 1, j0 + 1
        while i0 < i1 and j0 < j1 and olds[i1 - 1] == news[j1 - 1]:
            i1, j1 = i1 - 1, j1 - 1
        return i0, i1, j0, j1

    def _word_by_word(self, i0: int, i1: int, j0: int, j1: int) -> Iterator[DiffPart]:
        """Yield the parts of a run whose words match except for marks, or whose blanks differ."""
        token_pairs = zip(
            (index for index in range(i0, i1) if self.old_keys[index] & 3 != BLANK),
            (index for index in range(j0, j1) if self.new_keys[index] & 3 != BLANK),
            strict=True,
        )
        for i, j in token_pairs:
            yield from self._difference(i0, i, j0, j)
            yield DiffPart(self.olds[i] == self.news[j], i, i + 1, j, j + 1)
            i0, j0 = i + 1, j + 1

    def _difference(self, i0: int, i1: int, j0: int, j1: int) -> Iterator[DiffPart]:
        if i0 == i1 and j0 == j1:
            return
        same = self.olds[i0:i1] == self.news[j0:j1]
        one = not same and i1 - i0 == j1 - j0 == 1
        yield DiffPart(same, i0, i1, j0, j1, one and is_number(self.olds[i0]) and is_number(self.news[j0]))


def _keys_of(tokens: Sequence[str], keys: TokenKeys) -> list[int]:
    """Return the keys of tokens; labels of notes share one, so that renumbered notes do not disturb the alignment."""
    found = keys.for_tokens(tokens)
    if "^" in tokens:
        label = keys[_NOTE_LABEL]
        for place in range(2, len(tokens) - 1):
            if tokens[place - 2] == "[" and tokens[place - 1] == "^" and tokens[place + 1] == "]":
                found[place] = label
    return found


def _coalesce(parts: Sequence[DiffPart]) -> list[DiffPart]:
    """Drop empty parts and join adjacent equal ones."""
    found: list[DiffPart] = []
    for part in parts:
        if part.i0 == part.i1 and part.j0 == part.j1:
            continue
        if found and part.is_equal and found[-1].is_equal:
            found[-1] = DiffPart(True, found[-1].i0, part.i1, found[-1].j0, part.j1)
        else:
            found.append(part)
    return found
