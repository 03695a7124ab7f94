"""Two editions of one document side by side: which provision is whose twin, and which twin was left behind."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain.text.diff.sequence_alignment import gaps, heaviest
from service.domain.text.redline.provision_identity import Twin
from service.domain.text.structure.ordinals import number_of
from service.domain.text.structure.outline import Provision
from service.domain.text.structure.provisions import LABEL

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Parity:
    """`pairs` are places in both lists of provisions, increasing in the first; the others have no twin."""

    pairs: tuple[Pair, ...]
    only_one: tuple[int, ...]
    only_other: tuple[int, ...]


def parity(one: Sequence[Provision], other: Sequence[Provision]) -> Parity:
    """Twins have the same `{#id}`; else the same level and number, in whatever digits or words; else the same place
    between twins, if as many headings of the same levels stand there in both."""
    pairs = dict(_same(one, other, [x.id for x in one], [x.id for x in other]))
    taken = set(pairs.values())
    by_number = _same(one, other, [_number(x) for x in one], [_number(x) for x in other])
    pairs |= {i: j for i, j in by_number if i not in pairs and j not in taken}
    pairs |= dict(_between(one, other, heaviest([(i, j, 1) for i, j in sorted(pairs.items())]), pairs))
    twins = set(pairs.values())
    return Parity(
        tuple(sorted(pairs.items())),
        tuple(i for i in range(len(one)) if i not in pairs),
        tuple(j for j in range(len(other)) if j not in twins),
    )


def behind(pairs: Sequence[Pair], one: Sequence[Twin], other: Sequence[Twin]) -> tuple[list[Pair], list[Pair]]:
    """Twins of which only one changed since a version: where `other` was left behind, and where `one` was. Both are
    what `identity.identify` says of each edition."""
    changed = [{twin.new for twin in edition if twin.changed} for edition in (one, other)]
    return (
        [(i, j) for i, j in pairs if i in changed[0] and j not in changed[1]],
        [(i, j) for i, j in pairs if i not in changed[0] and j in changed[1]],
    )


def _same(
    one: Sequence[Provision], other: Sequence[Provision], names: Sequence[object], others: Sequence[object]
) -> Iterator[Pair]:
    """Provisions of one level that a name tells apart from all others of their edition."""
    olds = [(x.level, name) for x, name in zip(one, names, strict=True)]
    news = [(x.level, name) for x, name in zip(other, others, strict=True)]
    once_old, once_new = Counter(olds), Counter(news)
    where = {name: j for j, name in enumerate(news) if once_new[name] == 1}
    for i, name in enumerate(olds):
        if name[1] is not None and once_old[name] == 1 and name in where:
            yield i, where[name]


def _between(
    one: Sequence[Provision], other: Sequence[Provision], chain: Sequence[Pair], pairs: dict[int, int]
) -> Iterator[Pair]:
    taken = set(pairs.values())
    for a0, a1, b0, b1 in gaps(chain, len(one), len(other)):
        left = [i for i in range(a0, a1) if i not in pairs and _number(one[i]) is None]
        right = [j for j in range(b0, b1) if j not in taken and _number(other[j]) is None]
        if [one[i].level for i in left] == [other[j].level for j in right]:
            yield from zip(left, right, strict=True)


def _number(provision: Provision) -> int | None:
    found = LABEL.match(provision.title)
    return number_of(found["number"]) if found else None
