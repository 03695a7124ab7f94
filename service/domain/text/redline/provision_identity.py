"""Provision identity: which provision of one version is which of the next, regardless of number and position."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.domain.text.diff.change_kinds import ChangeKind
from service.domain.text.markup.tree import Span
from service.domain.text.redline.kept_text import KeptRun, kept_runs
from service.domain.text.redline.redline import Redline
from service.domain.text.structure.outline import Provision

_UNCHANGED_KINDS: frozenset[ChangeKind] = frozenset(("equal", "renumber", "space", "item_number", "note_number"))
"""Kinds of change that leave the words of a provision as they are, except numbers."""


@dataclass(frozen=True, slots=True)
class ProvisionMatch:
    """One provision in two versions, by its index in each; None if it is not in that version.

    `changed`: a word of it, other than its number, changed.
    """

    old: int | None
    new: int | None
    changed: bool


def provision_spans(provisions: Sequence[Provision], length: int) -> list[Span]:
    """Return the span of each provision, from its heading to the next heading of any level; `length` is the text's."""
    starts = [provision.span[0] for provision in provisions]
    return list(pairwise([*starts, length]))


def match_provisions(
    olds: Sequence[Provision], news: Sequence[Provision], redline: Redline, *, old: str, new: str
) -> list[ProvisionMatch]:
    """Match the provisions of two versions, in order of the new one; deleted provisions come last.

    Headings with the same `{#id}`, unique in each version, are the same provision. Others match if they share the most
    unchanged text, each being the other's best match.
    """
    pairs = dict(_by_id(olds, news))
    matched = set(pairs.values())
    runs = kept_runs(redline, old, new)
    shared = _shared_length(provision_spans(olds, len(old)), provision_spans(news, len(new)), runs)
    pairs |= {i: j for i, j in _mutual_best(shared) if i not in pairs and j not in matched}
    came_from = {j: i for i, j in pairs.items()}
    untouched = _unchanged_provisions(provision_spans(news, len(new)), redline)
    found = [ProvisionMatch(came_from.get(j), j, not untouched[j] or j not in came_from) for j in range(len(news))]
    return [*found, *(ProvisionMatch(i, None, True) for i in range(len(olds)) if i not in pairs)]


def _by_id(olds: Sequence[Provision], news: Sequence[Provision]) -> Iterator[tuple[int, int]]:
    once_old, once_new = Counter(one.id for one in olds), Counter(one.id for one in news)
    where = {one.id: j for j, one in enumerate(news) if once_new[one.id] == 1}
    for i, one in enumerate(olds):
        if one.id and once_old[one.id] == 1 and one.id in where:
            yield i, where[one.id]


def _shared_length(olds: Sequence[Span], news: Sequence[Span], runs: Sequence[KeptRun]) -> Counter[tuple[int, int]]:
    """Count the code points each old provision shares with each new one, in place or moved."""
    found: Counter[tuple[int, int]] = Counter()
    for run in runs:
        for i in _overlapping(olds, run.a0, run.a1):
            shift = run.b0 - run.a0
            start, end = max(run.a0, olds[i][0]) + shift, min(run.a1, olds[i][1]) + shift
            for j in _overlapping(news, start, end):
                found[i, j] += max(0, min(end, news[j][1]) - max(start, news[j][0]))
    return found


def _overlapping(spans: Sequence[Span], start: int, end: int) -> Iterator[int]:
    index = max(0, bisect_right(spans, (start, end)) - 1)
    while index < len(spans) and spans[index][0] < end:
        if spans[index][1] > start:
            yield index
        index += 1


def _mutual_best(shared: Counter[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    best_old, best_new = (_best(shared, side) for side in (0, 1))
    for i, j in sorted(shared):
        if shared[i, j] and best_old[i] == best_new[j] == (i, j):
            yield i, j


def _best(shared: Counter[tuple[int, int]], side: int) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for pair in sorted(shared):
        if pair[side] not in found or shared[pair] > shared[found[pair[side]]]:
            found[pair[side]] = pair
    return found


def _unchanged_provisions(news: Sequence[Span], redline: Redline) -> list[bool]:
    """Return, for each new provision, whether nothing in it changed except its number and its place."""
    ops = (*(op for op in redline.ops if op.move is None), *(op for move in redline.moves for op in move.ops))
    changed = {
        j for op in ops if op.kind not in _UNCHANGED_KINDS for j in _overlapping(news, op.b0, max(op.b1, op.b0 + 1))
    }
    return [j not in changed for j in range(len(news))]
