"""Renumbering: which provision has which number now, and references that still use the old number."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.domain.text.diff.block_diff import BlockDiff, DiffSegment
from service.domain.text.diff.blocks import Blocks, is_heading
from service.domain.text.structure.provisions import (
    Reference,
    find_references_to,
    first_number,
    heading_reference,
    refers_to_other_text,
)


@dataclass(frozen=True, slots=True)
class Flag:
    """A warning, in code points of the new text.

    `stale_reference`: it names `found`, but the provision that had that number is now `expected`.
    """

    kind: str
    b0: int
    b1: int
    found: str
    expected: str


def find_renumbering(compared: BlockDiff) -> dict[str, str]:
    """Return the names of renumbered provisions, from their headings: {"article 12": "article 13"}.

    A name on several headings counts only if most of them agree.
    """
    votes = Counter(_votes(compared))
    if all(old == new for old, new in votes):
        return {}
    votes.update(_unchanged_votes(compared, _numbers(old for old, _ in votes)))
    winners: dict[str, tuple[str, int]] = {}
    for (old, new), count in votes.items():
        best, most = winners.get(old, ("", 0))
        if count > most:
            winners[old] = (new, count)
        elif count == most and new != best:
            winners[old] = ("", most)
    return {old: new for old, (new, _) in winners.items() if new and new != old}


def is_renumbering(reference: tuple[str, str], renumbered: Mapping[str, str]) -> bool:
    """Return whether a changed reference follows the renumbering."""
    return renumbered.get(reference[0]) == reference[1]


def find_stale_references(compared: BlockDiff, renumbered: Mapping[str, str]) -> Iterator[Flag]:
    """Yield references of the new text that contradict the renumbering: left unchanged, or changed otherwise."""
    new_segments = [segment for segment in compared.segments if segment.b0 < segment.b1] if renumbered else []
    new = compared.new
    changed = [segment.reference[1] for segment in new_segments if segment.reference]
    numbers, in_words = _numbers([*renumbered, *changed]), _has_numbers_in_words(compared)
    for reference in find_references_to(new.text, numbers, in_words=in_words) if new_segments else ():
        current = str(reference)
        expected = renumbered.get(
            _old_reference(
                _segment_at(new_segments, reference.start), _segment_at(new_segments, reference.end - 1), current
            ),
            current,
        )
        if (
            expected != current
            and not _in_heading(new, reference)
            and not refers_to_other_text(new.text, reference.end)
        ):
            yield Flag("stale_reference", reference.start, reference.end, current, expected)


def _has_numbers_in_words(compared: BlockDiff) -> bool:
    """Return whether a heading that was compared has its number in words."""
    news = (compared.new.keys[j] for _, j in compared.pairs if compared.new.headings[j])
    return any(not first_number(key) and heading_reference(key) is not None for key in news)


def _segment_at(segments: Sequence[DiffSegment], offset: int) -> DiffSegment:
    return segments[bisect_right(segments, offset, key=lambda segment: segment.b0) - 1]


def _in_heading(blocks: Blocks, reference: Reference) -> bool:
    index = bisect_right(blocks.spans, reference.start, key=lambda span: span[0]) - 1
    if not blocks.is_passage(index):
        return blocks.headings[index]
    start, end = blocks.text.rfind("\n", 0, reference.start) + 1, blocks.text.find("\n", reference.start)
    return is_heading(blocks.text[start:end])


def _old_reference(first: DiffSegment, last: DiffSegment, current: str) -> str:
    """Return what a reference that begins and ends in these segments was in the old text; "" if it is new."""
    if last.reference:
        return last.reference[0]
    return current if first.kind == last.kind == "equal" else ""


def _votes(compared: BlockDiff) -> Iterator[tuple[str, str]]:
    for i, j in compared.pairs:
        if compared.old.headings[i] and compared.new.headings[j]:
            old, new = heading_reference(compared.old.keys[i]), heading_reference(compared.new.keys[j])
            if old and new and old.name == new.name:
                yield str(old), str(new)


def _unchanged_votes(compared: BlockDiff, numbers: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the headings with one of `numbers` in unchanged passages."""
    in_words = _has_numbers_in_words(compared)
    for index in range(len(compared.old)):
        if compared.old.is_passage(index):
            for line in compared.old.source(index).split("\n"):
                may_be = is_heading(line, numbers=numbers) or (in_words and is_heading(line))
                found = heading_reference(line) if may_be else None
                if found and found.number in numbers:
                    yield str(found), str(found)


def _numbers(names: Iterable[str]) -> set[str]:
    return {name.rpartition(" ")[2] for name in names}
