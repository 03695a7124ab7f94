"""Provision identity: which provision of one version is which of the next, regardless of number and position."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.domain.text.diff.change_kinds import ChangeKind
from service.domain.text.markup.tokens import is_number
from service.domain.text.markup.tree import Span
from service.domain.text.redline.kept_text import KeptRun, kept_runs
from service.domain.text.redline.redline import Op, Redline
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
    spans = provision_spans(olds, len(old)), provision_spans(news, len(new))
    shared = _shared_length(*spans, runs)
    pairs |= {i: j for i, j in _mutual_best(shared) if i not in pairs and j not in matched}
    came_from = {j: i for i, j in pairs.items()}
    changed_olds, changed = _changed_provisions(spans, redline, old, new)
    changed |= {pairs[i] for i in changed_olds if i in pairs}
    changed |= set(_with_moved_passages(*spans, redline, pairs))
    found = [ProvisionMatch(came_from.get(j), j, j in changed or j not in came_from) for j in range(len(news))]
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


def _is_heading_number(op: Op, old: str, new: str) -> bool:
    """Return whether only the number in a heading was replaced."""
    is_heading = new.startswith("#", new.rfind("\n", 0, op.b0) + 1)
    return is_heading and is_number(old[op.a0 : op.a1]) and is_number(new[op.b0 : op.b1])


def _changed_provisions(
    spans: tuple[Sequence[Span], Sequence[Span]], redline: Redline, old: str, new: str
) -> tuple[set[int], set[int]]:
    """Return the old and the new provisions in which anything changed except numbers that follow from other changes."""
    ops = (*(op for op in redline.ops if op.move is None), *(op for move in redline.moves for op in move.ops))
    changed = [op for op in ops if op.kind not in _UNCHANGED_KINDS and not _is_heading_number(op, old, new)]
    return (
        {i for op in changed for i in _overlapping(spans[0], op.a0, op.a1)},
        {j for op in changed for j in _overlapping(spans[1], op.b0, op.b1)},
    )


def _with_moved_passages(
    olds: Sequence[Span], news: Sequence[Span], redline: Redline, pairs: Mapping[int, int]
) -> Iterator[int]:
    """Yield the new provisions that a passage left, or that it came to from another one."""
    came_from = {j: i for i, j in pairs.items()}
    for move in redline.moves:
        sources, targets = set(_overlapping(olds, move.a0, move.a1)), set(_overlapping(news, move.b0, move.b1))
        yield from (pairs[i] for i in sources if i in pairs and pairs[i] not in targets)
        yield from (j for j in targets if came_from.get(j) not in sources)
