"""Which words of two versions of one passage are the same words: exact within a budget of operations."""

from collections.abc import Sequence

from service.domain.text.diff.sequence_alignment import RangePair, align_sequences, common_runs
from service.domain.text.diff.token_diff import TokenDiff
from service.domain.text.markup.tokens import BLANK

BUDGET = 64_000_000
"""Product of word counts up to which two passages are aligned exactly in one piece."""

_SHINGLE = 4


def align_words(token_diff: TokenDiff) -> tuple[list[RangePair], bool]:
    """Runs of tokens, words at both ends, whose words match; whether the budget was passed."""
    words_old = [place for place, key in enumerate(token_diff.old_keys) if key & 3 != BLANK]
    words_new = [place for place, key in enumerate(token_diff.new_keys) if key & 3 != BLANK]
    a, b = [token_diff.old_keys[place] for place in words_old], [token_diff.new_keys[place] for place in words_new]
    runs, coarse = _align(a, b)
    found = [(words_old[i0], words_old[i1 - 1] + 1, words_new[j0], words_new[j1 - 1] + 1) for i0, i1, j0, j1 in runs]
    return found, coarse


def _align(a: Sequence[int], b: Sequence[int]) -> tuple[list[RangePair], bool]:
    """The runs of equal words; what is equal at both ends costs no budget."""
    short = min(len(a), len(b))
    head = next((place for place in range(short) if a[place] != b[place]), short)
    tail = next((place for place in range(short - head) if a[-1 - place] != b[-1 - place]), short - head)
    x, y = a[head : len(a) - tail], b[head : len(b) - tail]
    inner, coarse = (common_runs(x, y), False) if len(x) * len(y) <= BUDGET else _align_shared_words(x, y)
    runs = [(i0 + head, i1 + head, j0 + head, j1 + head) for i0, i1, j0, j1 in inner]
    ends = [(0, head, 0, head), (len(a) - tail, len(a), len(b) - tail, len(b))]
    return [run for run in (ends[0], *runs, ends[1]) if run[0] < run[1]], coarse


def _align_shared_words(a: Sequence[int], b: Sequence[int]) -> tuple[list[RangePair], bool]:
    """Words that the other side does not hold at all cost nothing to leave out."""
    held_old, held_new = set(a), set(b)
    olds = [place for place, word in enumerate(a) if word in held_new]
    news = [place for place, word in enumerate(b) if word in held_old]
    if len(olds) * len(news) > BUDGET:
        return _align_by_shingles(a, b)
    found = common_runs([a[place] for place in olds], [b[place] for place in news])
    pairs = ((olds[i0 + step], news[j0 + step]) for i0, i1, j0, _ in found for step in range(i1 - i0))
    return [(i, i + 1, j, j + 1) for i, j in pairs], False


def _align_by_shingles(a: Sequence[int], b: Sequence[int]) -> tuple[list[RangePair], bool]:
    """Anchors on runs of four words, then exactly between them where that is within the budget."""
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
    return [shingles.setdefault(tuple(words[place : place + _SHINGLE]), len(shingles)) for place in range(len(words))]
