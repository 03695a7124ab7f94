"""Detection of moved blocks: deleted in one place and inserted, almost unchanged, in another."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from service.domain.text.diff.blocks import Blocks, mask_numbers
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
    all_olds, all_news = set(olds), set(news)
    exact = list(exact_moves(old, new, olds=olds, news=news, keys=keys))
    olds = [i for i in olds if i not in {found[0] for found in exact}]
    news = [j for j in news if j not in {found[1] for found in exact}]
    similar = _similar_moves(_long_blocks(old, olds, keys), _long_blocks(new, news, keys))
    found = {i: (j, score) for i, j, score in (*exact, *similar)}
    return _join_sections(_extend(old, new, found, all_olds, all_news))


def _extend(
    old: Blocks, new: Blocks, found: dict[int, tuple[int, int]], olds: set[int], news: set[int]
) -> dict[int, tuple[int, int]]:
    """Add the neighbours of moved blocks that moved with them: headings of one level, and equal short blocks."""
    moved = dict(found)
    olds, news = olds - moved.keys(), news - {j for j, _ in moved.values()}
    for start, step in product(sorted(found), (-1, 1)):
        i, j = start + step, found[start][0] + step
        while i in olds and j in news and _moves_along(old, new, i, j):
            moved[i] = j, 1000 if old.keys[i] == new.keys[j] else MIN_SIMILARITY
            olds.remove(i)
            news.remove(j)
            i, j = i + step, j + step
    return moved


def _moves_along(old: Blocks, new: Blocks, i: int, j: int) -> bool:
    if old.headings[i] or new.headings[j]:
        levels = [blocks.keys[index].partition(" ")[0].strip("#") for blocks, index in ((old, i), (new, j))]
        return old.headings[i] and new.headings[j] and (levels == ["", ""]) | (levels[0] != "" != levels[1])
    return mask_numbers(old.keys[i]) == mask_numbers(new.keys[j])


def _join_sections(moved: dict[int, tuple[int, int]]) -> list[FoundMove]:
    """Join moves of consecutive blocks; the score is that of the least similar ones."""
    found: list[FoundMove] = []
    for i, (j, score) in sorted(moved.items()):
        last = found[-1] if found else None
        if last and last.olds.stop == i and last.news.stop == j:
            joined = FoundMove(range(last.olds.start, i + 1), range(last.news.start, j + 1), min(last.score, score))
            found[-1] = joined
        else:
            found.append(FoundMove(range(i, i + 1), range(j, j + 1), score))
    return found


def exact_moves(
    old: Blocks, new: Blocks, *, olds: Sequence[int], news: Sequence[int], keys: TokenKeys
) -> Iterator[tuple[int, int, int]]:
    """Yield the moves of blocks whose words are unchanged: old block, new block, 1000."""
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
