"""Two versions of one passage as tokens, side by side, and the parts that are the same or differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from service.domain.text.diff.sequence_alignment import Area
from service.domain.text.markup.tokens import BLANK, Keys, is_number, tokens


@dataclass(slots=True)
class Part:
    """Tokens i0–i1 of the old side and j0–j1 of the new one. `number`: one number in place of another."""

    same: bool
    i0: int
    i1: int
    j0: int
    j1: int
    number: bool = False


@dataclass(frozen=True, slots=True)
class Sides:
    """The tokens of both, their keys, and the code point each begins at and, one place more, the last ends at."""

    olds: Sequence[str]
    news: Sequence[str]
    old_keys: Sequence[int]
    new_keys: Sequence[int]
    old_starts: Sequence[int]
    new_starts: Sequence[int]

    @classmethod
    def of(cls, old: str, new: str, keys: Keys, *, start: int = 0) -> "Sides":
        """Code points are counted from `start`."""
        olds, news = tokens(old), tokens(new)
        starts = [list(accumulate(map(len, side), initial=start)) for side in (olds, news)]
        return cls(olds, news, keys.of(olds), keys.of(news), *starts)

    def parts(self, runs: Sequence[Area]) -> list[Part]:
        """Parts that tile both sides. `runs`: where words match, words at both ends of each."""
        parts: list[Part] = []
        i = j = 0
        for i0, i1, j0, j1 in (*runs, (len(self.olds), len(self.olds), len(self.news), len(self.news))):
            parts += self._difference(i, i0, j, j0)
            if self.olds[i0:i1] == self.news[j0:j1]:
                parts.append(Part(True, i0, i1, j0, j1))
            else:
                parts += self._word_by_word(i0, i1, j0, j1)
            i, j = i1, j1
        return self.trimmed(parts)

    def trimmed(self, parts: Sequence[Part]) -> list[Part]:
        """Nothing equal at the edge of a difference is called different; equal parts that meet are one."""
        found: list[Part] = []
        for part in parts:
            if part.same:
                found.append(part)
                continue
            i0, i1, j0, j1 = self._core(part)
            found.append(Part(True, part.i0, i0, part.j0, j0))
            found += self._difference(i0, i1, j0, j1)
            found.append(Part(True, i1, part.i1, j1, part.j1))
        return _joined(found)

    def span(self, part: Part) -> Area:
        """The part in code points."""
        return (
            self.old_starts[part.i0],
            self.old_starts[part.i1],
            self.new_starts[part.j0],
            self.new_starts[part.j1],
        )

    def old(self, part: Part) -> str:
        return "".join(self.olds[part.i0 : part.i1])

    def new(self, part: Part) -> str:
        return "".join(self.news[part.j0 : part.j1])

    def _core(self, part: Part) -> Area:
        olds, news = self.olds, self.news
        i0, i1, j0, j1 = part.i0, part.i1, part.j0, part.j1
        while i0 < i1 and j0 < j1 and olds[i0] == news[j0]:
            i0, j0 = i0 + 1, j0 + 1
        while i0 < i1 and j0 < j1 and olds[i1 - 1] == news[j1 - 1]:
            i1, j1 = i1 - 1, j1 - 1
        return i0, i1, j0, j1

    def _word_by_word(self, i0: int, i1: int, j0: int, j1: int) -> Iterator[Part]:
        """A run whose words match but for marks, or whose blanks differ."""
        places = zip(
            (place for place in range(i0, i1) if self.old_keys[place] & 3 != BLANK),
            (place for place in range(j0, j1) if self.new_keys[place] & 3 != BLANK),
            strict=True,
        )
        for i, j in places:
            yield from self._difference(i0, i, j0, j)
            yield Part(self.olds[i] == self.news[j], i, i + 1, j, j + 1)
            i0, j0 = i + 1, j + 1

    def _difference(self, i0: int, i1: int, j0: int, j1: int) -> Iterator[Part]:
        if i0 == i1 and j0 == j1:
            return
        same = self.olds[i0:i1] == self.news[j0:j1]
        one = not same and i1 - i0 == j1 - j0 == 1
        yield Part(same, i0, i1, j0, j1, one and is_number(self.olds[i0]) and is_number(self.news[j0]))


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Without empty parts, and equal parts that meet as one."""
    found: list[Part] = []
    for part in parts:
        if part.i0 == part.i1 and part.j0 == part.j1:
            continue
        if found and part.same and found[-1].same:
            found[-1] = Part(True, found[-1].i0, part.i1, found[-1].j0, part.j1)
        else:
            found.append(part)
    return found
