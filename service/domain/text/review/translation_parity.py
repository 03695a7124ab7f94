"""Two editions of one document side by side: which provision is whose twin, and which twin was left behind."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain.text.diff.sequence_alignment import gaps_between, heaviest_chain
from service.domain.text.redline.provision_identity import ProvisionMatch
from service.domain.text.structure.ordinals import parse_number
from service.domain.text.structure.outline import Provision
from service.domain.text.structure.provisions import LABEL_PATTERN

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class EditionMatch:
    """`pairs` are places in both lists of provisions, increasing in the first; the others have no twin."""

    pairs: tuple[Pair, ...]
    only_one: tuple[int, ...]
    only_other: tuple[int, ...]


def match_editions(one: Sequence[Provision], other: Sequence[Provision]) -> EditionMatch:
    """Twins have the same `{#id}`; else the same level and number, in whatever digits or words; else the same place
    between twins, if as many headings of the same levels stand there in both."""
    pairs = dict(_same_name_pairs(one, other, [x.id for x in one], [x.id for x in other]))
    matched = set(pairs.values())
    by_number = _same_name_pairs(one, other, [_provision_number(x) for x in one], [_provision_number(x) for x in other])
    pairs |= {i: j for i, j in by_number if i not in pairs and j not in matched}
    pairs |= dict(_pairs_between(one, other, heaviest_chain([(i, j, 1) for i, j in sorted(pairs.items())]), pairs))
    twins = set(pairs.values())
    return EditionMatch(
        tuple(sorted(pairs.items())),
        tuple(i for i in range(len(one)) if i not in pairs),
        tuple(j for j in range(len(other)) if j not in twins),
    )


def outdated_pairs(
    pairs: Sequence[Pair], one: Sequence[ProvisionMatch], other: Sequence[ProvisionMatch]
) -> tuple[list[Pair], list[Pair]]:
    """Twins of which only one changed since a version: where `other` was left behind, and where `one` was. Both are
    what `identity.identify` says of each edition."""
    changed = [{twin.new for twin in edition if twin.changed} for edition in (one, other)]
    return (
        [(i, j) for i, j in pairs if i in changed[0] and j not in changed[1]],
        [(i, j) for i, j in pairs if i not in changed[0] and j in changed[1]],
    )


def _same_name_pairs(
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


def _pairs_between(
    one: Sequence[Provision], other: Sequence[Provision], chain: Sequence[Pair], pairs: dict[int, int]
) -> Iterator[Pair]:
    matched = set(pairs.values())
    for a0, a1, b0, b1 in gaps_between(chain, len(one), len(other)):
        unmatched_one = [i for i in range(a0, a1) if i not in pairs and _provision_number(one[i]) is None]
        unmatched_other = [j for j in range(b0, b1) if j not in matched and _provision_number(other[j]) is None]
        if [one[i].level for i in unmatched_one] == [other[j].level for j in unmatched_other]:
            yield from zip(unmatched_one, unmatched_other, strict=True)


def _provision_number(provision: Provision) -> int | None:
    found = LABEL_PATTERN.match(provision.title)
    return parse_number(found["number"]) if found else None
