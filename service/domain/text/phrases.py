"""The words of two versions of one block, aligned exactly, and the differences made readable."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from service.domain.text.chains import Area, align, common
from service.domain.text.tokens import Keys, fold, is_blank, is_number, is_word, tokens, without_invisible

Kind = Literal["equal", "insert", "delete", "replace", "space", "invisible", "vocalisation", "renumber"]

BUDGET = 64_000_000
"""Product of word counts up to which two blocks are aligned exactly in one piece."""

_SHINGLE = 4


@dataclass(slots=True)
class Part:
    """Tokens i0–i1 of the old block and j0–j1 of the new one. `number`: one number in place of another."""

    same: bool
    i0: int
    i1: int
    j0: int
    j1: int
    number: bool = False


@dataclass(frozen=True, slots=True)
class Hunk:
    """A difference, or what is equal, in code points of both blocks."""

    kind: Kind
    a0: int
    a1: int
    b0: int
    b1: int
    number: bool


@dataclass(frozen=True, slots=True)
class Compared:
    hunks: Sequence[Hunk]
    coarse: bool


def compare(old: str, new: str, *, keys: Keys, readable: bool) -> Compared:
    """Hunks that tile both texts. `readable`: stray equal words between differences become part of them.

    `coarse`: the budget was passed, and somewhere more is shown as changed than was.
    """
    olds, news = tokens(old), tokens(new)
    runs, coarse = _matching(olds, news, keys)
    parts = _trimmed(_parts(olds, news, runs), olds, news)
    if readable:
        parts = _trimmed(_absorbed(parts, olds, news), olds, news)
    starts, ends = [0, *accumulate(map(len, olds))], [0, *accumulate(map(len, news))]
    hunks = [_hunk(part, old, new, starts, ends) for part in parts]
    return Compared(hunks, coarse)


def kind_of(old: str, new: str) -> Kind:
    """What kind of change turns `old` into `new`."""
    if old == new:
        return "equal"
    if without_invisible(old) == without_invisible(new):
        return "invisible"
    if fold(old) == fold(new):
        return "vocalisation"
    if is_blank(old or " ") and is_blank(new or " "):
        return "space"
    if not old:
        return "insert"
    return "replace" if new else "delete"


def _hunk(part: Part, old: str, new: str, starts: Sequence[int], ends: Sequence[int]) -> Hunk:
    a0, a1, b0, b1 = starts[part.i0], starts[part.i1], ends[part.j0], ends[part.j1]
    kind: Kind = "equal" if part.same else kind_of(old[a0:a1], new[b0:b1])
    return Hunk(kind, a0, a1, b0, b1, part.number)


# Matching words


def _matching(olds: Sequence[str], news: Sequence[str], keys: Keys) -> tuple[list[Area], bool]:
    """Runs of tokens, words at both ends, whose words match; whether the budget was passed."""
    words_old = [place for place, token in enumerate(olds) if not is_blank(token)]
    words_new = [place for place, token in enumerate(news) if not is_blank(token)]
    a, b = [keys[olds[place]] for place in words_old], [keys[news[place]] for place in words_new]
    runs, coarse = _aligned(a, b)
    found = [(words_old[i0], words_old[i1 - 1] + 1, words_new[j0], words_new[j1 - 1] + 1) for i0, i1, j0, j1 in runs]
    return found, coarse


def _aligned(a: Sequence[int], b: Sequence[int]) -> tuple[list[Area], bool]:
    """The runs of equal words; what is equal at both ends costs no budget."""
    short = min(len(a), len(b))
    head = next((place for place in range(short) if a[place] != b[place]), short)
    tail = next((place for place in range(short - head) if a[-1 - place] != b[-1 - place]), short - head)
    x, y = a[head : len(a) - tail], b[head : len(b) - tail]
    inner, coarse = (common(x, y), False) if len(x) * len(y) <= BUDGET else _by_shingles(x, y)
    runs = [(i0 + head, i1 + head, j0 + head, j1 + head) for i0, i1, j0, j1 in inner]
    ends = [(0, head, 0, head), (len(a) - tail, len(a), len(b) - tail, len(b))]
    return [run for run in (ends[0], *runs, ends[1]) if run[0] < run[1]], coarse


def _by_shingles(a: Sequence[int], b: Sequence[int]) -> tuple[list[Area], bool]:
    """Anchors on runs of four words, then exactly between them where that is within the budget."""
    shingles: dict[tuple[int, ...], int] = {}
    anchors = align(_shingled(a, shingles), _shingled(b, shingles))
    runs: list[Area] = []
    coarse = False
    i = j = 0
    for x, y in (*anchors, (len(a), len(b))):
        if (x - i) * (y - j) <= BUDGET // 16:
            runs += [(i + i0, i + i1, j + j0, j + j1) for i0, i1, j0, j1 in common(a[i:x], b[j:y])]
        else:
            coarse = True
        if x < len(a):
            runs.append((x, x + 1, y, y + 1))
        i, j = x + 1, y + 1
    return runs, coarse


def _shingled(words: Sequence[int], shingles: dict[tuple[int, ...], int]) -> list[int]:
    return [shingles.setdefault(tuple(words[place : place + _SHINGLE]), len(shingles)) for place in range(len(words))]


# Parts


def _parts(olds: Sequence[str], news: Sequence[str], runs: Sequence[Area]) -> list[Part]:
    parts: list[Part] = []
    i = j = 0
    for i0, i1, j0, j1 in (*runs, (len(olds), len(olds), len(news), len(news))):
        parts += _difference(olds, news, (i, i0, j, j0))
        if olds[i0:i1] == news[j0:j1]:
            parts.append(Part(True, i0, i1, j0, j1))
        else:
            parts += _word_by_word(olds, news, (i0, i1, j0, j1))
        i, j = i1, j1
    return _joined(parts)


def _word_by_word(olds: Sequence[str], news: Sequence[str], run: Area) -> Iterator[Part]:
    """A run whose words match but for marks, or whose blanks differ."""
    i0, i1, j0, j1 = run
    places = zip(
        (place for place in range(i0, i1) if not is_blank(olds[place])),
        (place for place in range(j0, j1) if not is_blank(news[place])),
        strict=True,
    )
    for i, j in places:
        yield from _difference(olds, news, (i0, i, j0, j))
        yield Part(olds[i] == news[j], i, i + 1, j, j + 1)
        i0, j0 = i + 1, j + 1


def _difference(olds: Sequence[str], news: Sequence[str], area: Area) -> Iterator[Part]:
    i0, i1, j0, j1 = area
    if i0 == i1 and j0 == j1:
        return
    same = olds[i0:i1] == news[j0:j1]
    number = not same and i1 - i0 == j1 - j0 == 1 and is_number(olds[i0]) and is_number(news[j0])
    yield Part(same, i0, i1, j0, j1, number)


def _trimmed(parts: Sequence[Part], olds: Sequence[str], news: Sequence[str]) -> list[Part]:
    """Nothing equal at the edge of a difference is called different."""
    found: list[Part] = []
    for part in parts:
        if part.same:
            found.append(part)
            continue
        i0, i1, j0, j1 = part.i0, part.i1, part.j0, part.j1
        while i0 < i1 and j0 < j1 and olds[i0] == news[j0]:
            i0, j0 = i0 + 1, j0 + 1
        while i0 < i1 and j0 < j1 and olds[i1 - 1] == news[j1 - 1]:
            i1, j1 = i1 - 1, j1 - 1
        found.append(Part(True, part.i0, i0, part.j0, j0))
        found += _difference(olds, news, (i0, i1, j0, j1))
        found.append(Part(True, i1, part.i1, j1, part.j1))
    return _joined(found)


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


# Readability


def _absorbed(parts: Sequence[Part], olds: Sequence[str], news: Sequence[str]) -> list[Part]:
    """Make what stands between two differences part of them where it holds no word, or at most two and fewer letters
    than each of the differences. Differences in marks, blanks and numbers alone do not attract what is around them."""
    found: list[Part] = []
    islands: list[int] = []
    """Places in `found` of differences that may still absorb towards the left."""
    for part in parts:
        found.append(part)
        if not _attracts(part, olds, news):
            continue
        while islands and _is_chaff(found[islands[-1] + 1 : -1], found[islands[-1]], found[-1], olds, news):
            place = islands.pop()
            start, end = found[place], found[-1]
            del found[place:]
            found.append(Part(False, start.i0, end.i1, start.j0, end.j1))
        islands.append(len(found) - 1)
    return found


def _attracts(part: Part, olds: Sequence[str], news: Sequence[str]) -> bool:
    if part.same or part.number:
        return False
    kind = kind_of("".join(olds[part.i0 : part.i1]), "".join(news[part.j0 : part.j1]))
    return kind in ("insert", "delete", "replace")


def _is_chaff(island: Sequence[Part], left: Part, right: Part, olds: Sequence[str], news: Sequence[str]) -> bool:
    between = [token for part in island for token in olds[part.i0 : part.i1]]
    words = sum(map(is_word, between))
    if words == 0:
        return "\n" not in between
    size = sum(map(len, between))
    return words <= 2 and size <= min(_size(left, olds, news), _size(right, olds, news))


def _size(part: Part, olds: Sequence[str], news: Sequence[str]) -> int:
    return max(sum(map(len, olds[part.i0 : part.i1])), sum(map(len, news[part.j0 : part.j1])))
