"""Word alignment: which words of two versions of one passage correspond; exact within a budget of operations."""

from collections.abc import Sequence

from service.domain.text.diff.sequence_alignment import RangePair, align_sequences, common_runs
from service.domain.text.diff.words.token_diff import TokenDiff
from service.domain.text.markup.tokens import BLANK

BUDGET = 64_000_000
"""Product of word counts up to which two passages are aligned exactly and as a whole."""

_SHINGLE = 4


def align_words(token_diff: TokenDiff) -> tuple[list[RangePair], bool]:
    """Return the token ranges whose words match, with words at both ends, and whether the budget was exceeded."""
    words_old = [index for index, key in enumerate(token_diff.old_keys) if key & 3 != BLANK]
    words_new = [index for index, key in enumerate(token_diff.new_keys) if key & 3 != BLANK]
    a, b = [token_diff.old_keys[index] for index in words_old], [token_diff.new_keys[index] for index in words_new]
    runs, coarse = _align(a, b)
    found = [(words_old[i0], words_old[i1 - 1] + 1, words_new[j0], words_new[j1 - 1] + 1) for i0, i1, j0, j1 in runs]
    return found, coarse


def _align(a: Sequence[int], b: Sequence[int]) -> tuple[list[RangePair], bool]:
    """Align two lists of words; their common prefix and suffix cost no budget."""
    short = min(len(a), len(b))
    head = next((index for index in range(short) if a[index] != b[index]), short)
    tail = next((index for index in range(short - head) if a[-1 - index] != b[-1 - index]), short - head)
    x, y = a[head : len(a) - tail], b[head : len(b) - tail]
    inner, coarse = (common_runs(x, y), False) if len(x) * len(y) <= BUDGET else _align_shared_words(x, y)
    runs = [(i0 + head, i1 + head, j0 + head, j1 + head) for i0, i1, j0, j1 in inner]
    ends = [(0, head, 0, head), (len(a) - tail, len(a), len(b) - tail, len(b))]
    return [run for run in (ends[0], *runs, ends[1]) if run[0] < run[1]], coarse


def _align_shared_words(a: Sequence[int], b: Sequence[int]) -> tuple[list[RangePair], bool]:
    """Align only the words that occur on both sides: leaving out the others costs no budget."""
    old_words, new_words = set(a), set(b)
    olds = [index for index, word in enumerate(a) if word in new_words]
    news = [index for index, word in enumerate(b) if word in old_words]
    if len(olds) * len(news) > BUDGET:
        return _align_by_shingles(a, b)
    found = common_runs([a[index] for index in olds], [b[index] for index in news])
    pairs = ((olds[i0 + step], news[j0 + step]) for i0, i1, j0, _ in found for step in range(i1 - i0))
    return [(i, i + 1, j, j + 1) for i, j in pairs], False


def _align_by_shingles(a: Sequence[int], b: Sequence[int]) -> tuple[list[RangePair], bool]:
    """Anchor on shingles of four words, then align exactly between anchors where the budget allows it."""
    shingles: dict[tuple[int, ...], int] = {}
    anchors = align_sequences(_shingle_ids(a, shingles), _shingle_ids(b, shingles))
    runs: list[RangePair] = []
    coarse = False
    i = j = 0
    for x, y in (*anchors, (len(a), len(b))):
        if (x - i) * (y - j) <= BUDGET // 16:
            runs += [(i + i0, i + i1, j + j0, j + j1) for i0, i1, j0, j1 in common_runs(a[i:x], b[j:y])]
        else:
            coarse = True
        if x < len(a):
            runs.append((x, x + 1, y, y + 1))
        i, j = x + 1, y + 1
    return runs, coarse


def _shingle_ids(words: Sequence[int], shingles: dict[tuple[int, ...], int]) -> list[int]:
    return [shingles.setdefault(tuple(words[index : index + _SHINGLE]), len(shingles)) for index in range(len(words))]
