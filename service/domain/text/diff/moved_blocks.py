"""Blocks that were deleted in one place and inserted, hardly changed, in another."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from service.domain.text.diff.blocks import Blocks
from service.domain.text.diff.similarity import Bag, bag, likeness, proposals
from service.domain.text.markup.tokens import Keys

ALIKE = 800
"""Likeness of a move, in thousandths."""

WORDS = 8
"""Fewest words of a moved block: shorter ones are boilerplate as often as not."""

CLEAR = 100
"""How much better, in thousandths, a move must be than the next best."""

Found = tuple[int, int, int]
"""Old block, new block, likeness in thousandths."""


def moved(old: Blocks, new: Blocks, *, olds: Sequence[int], news: Sequence[int], keys: Keys) -> list[Found]:
    """The moves among deleted blocks `olds` and inserted blocks `news`, each block at most once, in order of `olds`."""
    exact = list(_exact(old, new, olds, news, keys))
    olds = [i for i in olds if i not in {found[0] for found in exact}]
    news = [j for j in news if j not in {found[1] for found in exact}]
    return sorted([*exact, *_near(_long(old, olds, keys), _long(new, news, keys))])


def _exact(old: Blocks, new: Blocks, olds: Sequence[int], news: Sequence[int], keys: Keys) -> Iterator[Found]:
    gone, come = Counter(old.keys[i] for i in olds), Counter(new.keys[j] for j in news)
    where = {new.keys[j]: j for j in news if come[new.keys[j]] == 1}
    for i in olds:
        key = old.keys[i]
        if gone[key] == 1 and key in where and bag(key, keys).size >= WORDS:
            yield i, where[key], 1000


def _near(olds: Sequence[tuple[int, Bag]], news: Sequence[tuple[int, Bag]]) -> Iterator[Found]:
    bags_old, bags_new = [words for _, words in olds], [words for _, words in news]
    weighed = [(likeness(bags_old[p], bags_new[q]), p, q) for p, q in proposals(bags_old, bags_new)]
    best_old, best_new = (
        _best_two((p, score) for score, p, _ in weighed),
        _best_two((q, score) for score, _, q in weighed),
    )
    for score, p, q in weighed:
        clear = all(score == best[0] and score - best[1] >= CLEAR for best in (best_old[p], best_new[q]))
        if score >= ALIKE and clear:
            yield olds[p][0], news[q][0], score


def _best_two(scores: Iterable[tuple[int, int]]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for place, score in scores:
        first, second = found.get(place, (0, 0))
        found[place] = (score, first) if score > first else (first, max(second, score))
    return found


def _long(blocks: Blocks, places: Sequence[int], keys: Keys) -> list[tuple[int, Bag]]:
    bags = ((place, bag(blocks.keys[place], keys)) for place in places)
    return [(place, words) for place, words in bags if words.size >= WORDS]
