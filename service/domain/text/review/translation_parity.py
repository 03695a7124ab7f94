"""Translation parity: which provisions of two editions correspond, and which of them is outdated."""

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
    """Matched provisions: `pairs` are indexes into both lists, increasing in the first; the others are unmatched."""

    pairs: tuple[Pair, ...]
    only_one: tuple[int, ...]
    only_other: tuple[int, ...]


def match_editions(one: Sequence[Provision], other: Sequence[Provision]) -> EditionMatch:
    """Match the provisions of two editions.

    They match by the same `{#id}`; else by the same level and number, in any digits or words; else by position between
    matches, if both editions have headings of the same levels there.
    """
    pairs = dict(_same_name_pairs(one, other, [x.id for x in one], [x.id for x in other]))
    matched = set(pairs.values())
    by_number = _same_name_pairs(one, other, [_provision_number(x) for x in one], [_provision_number(x) for x in other])
    pairs |= {i: j for i, j in by_number if i not in pairs and j not in matched}
    pairs |= dict(_pairs_between(one, other, heaviest_chain([(i, j, 1) for i, j in sorted(pairs.items())]), pairs))
    matched_other = set(pairs.values())
    return EditionMatch(
        tuple(sorted(pairs.items())),
        tuple(i for i in range(len(one)) if i not in pairs),
        tuple(j for j in range(len(other)) if j not in matched_other),
    )


def outdated_pairs(
    pairs: Sequence[Pair], one: Sequence[ProvisionMatch], other: Sequence[ProvisionMatch]
) -> tuple[list[Pair], list[Pair]]:
    """Return pairs of which only one side changed since a version: `other` is outdated, and `one` is outdated.

    `one` and `other` are the results of `match_provisions` for each edition.
    """
    changed = [{match.new for match in edition if match.changed} for edition in (one, other)]
    return (
        [(i, j) for i, j in pairs if i in changed[0] and j not in changed[1]],
        [(i, j) for i, j in pairs if i not in changed[0] and j in changed[1]],
    )


def _same_name_pairs(
    one: Sequence[Provision], other: Sequence[Provision], names: Sequence[object], others: Sequence[object]
) -> Iterator[Pair]:
    """Yield provisions of equal level and name, where both together are unique in each edition."""
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
