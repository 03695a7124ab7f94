"""Two versions of one passage as tokens, side by side, and the parts that are the same or differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from service.domain.text.diff.sequence_alignment import RangePair
from service.domain.text.markup.tokens import BLANK, TokenKeys, is_number, tokenize


@dataclass(slots=True)
class DiffPart:
    """Tokens i0–i1 of the old side and j0–j1 of the new one. `number`: one number in place of another."""

    is_equal: bool
    i0: int
    i1: int
    j0: int
    j1: int
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class TokenDiff:
    """The tokens of both, their keys, and the code point each begins at and, one place more, the last ends at."""

    olds: Sequence[str]
    news: Sequence[str]
    old_keys: Sequence[int]
    new_keys: Sequence[int]
    old_starts: Sequence[int]
    new_starts: Sequence[int]

    @classmethod
    def between(cls, old: str, new: str, keys: TokenKeys, *, start: int = 0) -> "TokenDiff":
        """Code points are counted from `start`."""
        olds, news = tokenize(old), tokenize(new)
        starts = [list(accumulate(map(len, side), initial=start)) for side in (olds, news)]
        return cls(olds, news, keys.for_tokens(olds), keys.for_tokens(news), *starts)

    def parts(self, runs: Sequence[RangePair]) -> list[DiffPart]:
        """Parts that tile both sides. `runs`: where words match, words at both ends of each."""
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
        """Nothing equal at the edge of a difference is called different; equal parts that meet are one."""
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
        """The part in code points."""
        return (
            self.old_starts[part.i0],
            self.old_starts[part.i1],
            self.new_starts[part.j0],
            self.new_starts[part.j1],
        )

    def old_text(self, part: DiffPart) -> str:
        return "".join(self.olds[part.i0 : part.i1])

    def new_text(self, part: DiffPart) -> str:
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
        """A run whose words match but for marks, or whose blanks differ."""
        token_pairs = zip(
            (place for place in range(i0, i1) if self.old_keys[place] & 3 != BLANK),
            (place for place in range(j0, j1) if self.new_keys[place] & 3 != BLANK),
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


def _coalesce(parts: Sequence[DiffPart]) -> list[DiffPart]:
    """Without empty parts, and equal parts that meet as one."""
    found: list[DiffPart] = []
    for part in parts:
        if part.i0 == part.i1 and part.j0 == part.j1:
            continue
        if found and part.is_equal and found[-1].is_equal:
            found[-1] = DiffPart(True, found[-1].i0, part.i1, found[-1].j0, part.j1)
        else:
            found.append(part)
    return found
