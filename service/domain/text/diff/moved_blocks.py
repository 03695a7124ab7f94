"""Detection of moved blocks: deleted in one place and inserted, almost unchanged, in another."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.domain.text.diff.blocks import Blocks
from service.domain.text.diff.similarity import WordBag, propose_pairs, similarity, word_bag
from service.domain.text.markup.tokens import TokenKeys

MIN_SIMILARITY = 800
"""Similarity from which a deletion and an insertion count as a move, in thousandths."""

MIN_WORDS = 8
"""Fewest words of a moved block: shorter ones are often boilerplate."""

MIN_MARGIN = 100
"""How much more similar, in thousandths, a move must be than the next best candidate."""


@dataclass(frozen=True, slots=True)
class FoundMove:
    """Old blocks that stand elsewhere in the new text; `score` is their similarity in thousandths."""

    olds: range
    news: range
    score: int


def find_moves(
    old: Blocks, new: Blocks, *, olds: Sequence[int], news: Sequence[int], keys: TokenKeys
) -> list[FoundMove]:
    """Match deleted blocks `olds` with inserted blocks `news`, each at most once, in order of `olds`."""
    exact = list(_exact_moves(old, new, olds, news, keys))
    olds = [i for i in olds if i not in {found[0] for found in exact}]
    news = [j for j in news if j not in {found[1] for found in exact}]
    similar = _similar_moves(_long_blocks(old, olds, keys), _long_blocks(new, news, keys))
    return [FoundMove(range(i, i + 1), range(j, j + 1), score) for i, j, score in sorted([*exact, *similar])]


def _exact_moves(
    old: Blocks, new: Blocks, olds: Sequence[int], news: Sequence[int], keys: TokenKeys
) -> Iterator[tuple[int, int, int]]:
    old_counts, new_counts = Counter(old.keys[i] for i in olds), Counter(new.keys[j] for j in news)
    where = {new.keys[j]: j for j in news if new_counts[new.keys[j]] == 1}
    for i in olds:
        key = old.keys[i]
        if old_counts[key] == 1 and key in where and word_bag(key, keys).size >= MIN_WORDS:
            yield i, where[key], 1000


def _similar_moves(
    olds: Sequence[tuple[int, WordBag]], news: Sequence[tuple[int, WordBag]]
) -> Iterator[tuple[int, int, int]]:
    bags_old, bags_new = [words for _, words in olds], [words for _, words in news]
    scored = [(similarity(bags_old[p], bags_new[q]), p, q) for p, q in propose_pairs(bags_old, bags_new)]
    best_old, best_new = (
        _best_two((p, score) for score, p, _ in scored),
        _best_two((q, score) for score, _, q in scored),
    )
    for score, p, q in scored:
        is_clear = all(score == best[0] and score - best[1] >= MIN_MARGIN for best in (best_old[p], best_new[q]))
        if score >= MIN_SIMILARITY and is_clear:
            yield olds[p][0], news[q][0], score


def _best_two(scores: Iterable[tuple[int, int]]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for index, score in scores:
        first, second = found.get(index, (0, 0))
        found[index] = (score, first) if score > first else (first, max(second, score))
    return found


def _long_blocks(blocks: Blocks, indexes: Sequence[int], keys: TokenKeys) -> list[tuple[int, WordBag]]:
    bags = ((index, word_bag(blocks.keys[index], keys)) for index in indexes)
    return [(index, words) for index, words in bags if words.size >= MIN_WORDS]
