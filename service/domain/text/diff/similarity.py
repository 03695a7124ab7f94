"""Similarity of blocks as bags of words: which blocks of a gap were rewritten, and which deleted block was moved."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.domain.text.diff.sequence_alignment import Pair, heaviest_chain
from service.domain.text.markup.tokens import WORD, TokenKeys, is_simple, tokenize

PAIR_THRESHOLD = 400
"""Similarity, in thousandths, from which two blocks of a gap count as one rewritten block."""

MAX_WORD_SPREAD = 8
"""A word proposes pairs only if it occurs in at most this many blocks."""

MAX_CANDIDATES = 4
"""Candidates scored for each block."""

_MAX_EXHAUSTIVE_PAIRS = 256


@dataclass(frozen=True, slots=True)
class WordBag:
    """The words of a block with their counts; `size` is their sum."""

    words: Mapping[int, int]
    size: int


def word_bag(text: str, keys: TokenKeys) -> WordBag:
    """Count the words of `text`, which are split at blanks in scripts that separate words by blanks."""
    found = text.split() if is_simple(text) else tokenize(text)
    words = Counter(key for key in keys.for_tokens(found) if key & 3 == WORD)
    return WordBag(words, words.total())


def similarity(one: WordBag, other: WordBag) -> int:
    """Return Dice's coefficient of two bags of words, in thousandths; 0 if both are empty."""
    shared = sum(min(one.words[word], other.words[word]) for word in one.words.keys() & other.words.keys())
    return 2000 * shared // (one.size + other.size) if shared else 0


def pair_blocks(olds: Sequence[WordBag], news: Sequence[WordBag]) -> list[Pair]:
    """Return the heaviest chain of index pairs at least `PAIR_THRESHOLD` similar, increasing on both sides."""
    found = []
    for i, j in _candidates(olds, news):
        score = similarity(olds[i], news[j])
        if score >= PAIR_THRESHOLD:
            found.append((i, j, score * (olds[i].size + news[j].size)))
    return heaviest_chain(found)


def propose_pairs(olds: Sequence[WordBag], news: Sequence[WordBag]) -> Iterator[Pair]:
    """Yield, for each old bag, the new ones that share the most rare words with it."""
    where: dict[int, list[int]] = {}
    spread = Counter(word for bag in news for word in bag.words)
    for j, bag in enumerate(news):
        for word in bag.words:
            if spread[word] <= MAX_WORD_SPREAD:
                where.setdefault(word, []).append(j)
    for i, bag in enumerate(olds):
        votes = Counter(j for word in bag.words for j in where.get(word, ()))
        for j, _ in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))[:MAX_CANDIDATES]:
            yield i, j


def _candidates(olds: Sequence[WordBag], news: Sequence[WordBag]) -> Iterator[Pair]:
    if len(olds) * len(news) > _MAX_EXHAUSTIVE_PAIRS:
        yield from propose_pairs(olds, news)
        return
    for i in range(len(olds)):
        for j in range(len(news)):
            yield i, j
