"""Which blocks of a gap are the same block rewritten, and which deleted block is an inserted one moved."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.domain.text.diff.sequence_alignment import Pair, heaviest
from service.domain.text.markup.tokens import WORD, Keys, is_simple, tokens

PAIRED = 400
"""Likeness, in thousandths, from which two blocks of a gap are one rewritten."""

RARE = 8
"""Blocks a word may stand in to propose a pair."""

PROPOSALS = 4
"""Candidates weighed for one block."""

_ALL_PAIRS = 256


@dataclass(frozen=True, slots=True)
class Bag:
    """The words of a block and how often each stands there."""

    words: Mapping[int, int]
    size: int


def bag(text: str, keys: Keys) -> Bag:
    """What stands between blanks counts as a word where the script of `text` writes words so."""
    found = text.split() if is_simple(text) else tokens(text)
    words = Counter(key for key in keys.of(found) if key & 3 == WORD)
    return Bag(words, words.total())


def likeness(one: Bag, other: Bag) -> int:
    """Dice's coefficient of two bags of words, in thousandths; 0 of empty ones."""
    shared = sum(min(one.words[word], other.words[word]) for word in one.words.keys() & other.words.keys())
    return 2000 * shared // (one.size + other.size) if shared else 0


def pair(olds: Sequence[Bag], news: Sequence[Bag]) -> list[Pair]:
    """The heaviest chain of pairs at least `PAIRED` alike: places in `olds` and `news`, increasing."""
    found = []
    for i, j in _candidates(olds, news):
        alike = likeness(olds[i], news[j])
        if alike >= PAIRED:
            found.append((i, j, alike * (olds[i].size + news[j].size)))
    return heaviest(found)


def proposals(olds: Sequence[Bag], news: Sequence[Bag]) -> Iterator[Pair]:
    """For each old bag the new ones that share the most rare words with it."""
    where: dict[int, list[int]] = {}
    spread = Counter(word for bag in news for word in bag.words)
    for j, bag in enumerate(news):
        for word in bag.words:
            if spread[word] <= RARE:
                where.setdefault(word, []).append(j)
    for i, bag in enumerate(olds):
        votes = Counter(j for word in bag.words for j in where.get(word, ()))
        for j, _ in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))[:PROPOSALS]:
            yield i, j


def _candidates(olds: Sequence[Bag], news: Sequence[Bag]) -> Iterator[Pair]:
    if len(olds) * len(news) > _ALL_PAIRS:
        yield from proposals(olds, news)
        return
    for i in range(len(olds)):
        for j in range(len(news)):
            yield i, j
