"""Which provision carries which number now, and references that still carry the old one."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.domain.text.diff.blocks import Blocks, is_heading
from service.domain.text.diff.pieces import Compared, Piece
from service.domain.text.structure.provisions import Reference, heading_reference, is_elsewhere, references_to


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a person should look at, in code points of the new text. `stale_reference`: it names `found`, but what
    carried that number is now `expected`."""

    kind: str
    b0: int
    b1: int
    found: str
    expected: str


def renumbering(compared: Compared) -> dict[str, str]:
    """Names of provisions that became others, as their headings say: {"article 12": "article 13"}.

    A name that several headings carry counts only where most of them agree.
    """
    votes = Counter(_votes(compared))
    if all(old == new for old, new in votes):
        return {}
    votes.update(_votes_to_stay(compared, _numbers(old for old, _ in votes)))
    winners: dict[str, tuple[str, int]] = {}
    for (old, new), count in votes.items():
        best, most = winners.get(old, ("", 0))
        if count > most:
            winners[old] = (new, count)
        elif count == most and new != best:
            winners[old] = ("", most)
    return {old: new for old, (new, _) in winners.items() if new and new != old}


def is_renumbering(reference: tuple[str, str], numbering: Mapping[str, str]) -> bool:
    return numbering.get(reference[0]) == reference[1]


def stale_references(compared: Compared, numbering: Mapping[str, str]) -> Iterator[Flag]:
    """References of the new text that the renumbering contradicts: left alone, or changed to something else."""
    shown = [piece for piece in compared.pieces if piece.b0 < piece.b1] if numbering else []
    new = compared.new
    changed = [piece.reference[1] for piece in shown if piece.reference]
    for reference in references_to(new.text, _numbers([*numbering, *changed])) if shown else ():
        now = str(reference)
        expected = numbering.get(_was(_at(shown, reference.start), _at(shown, reference.end - 1), now), now)
        if expected != now and not _in_heading(new, reference) and not is_elsewhere(new.text, reference.end):
            yield Flag("stale_reference", reference.start, reference.end, now, expected)


def _at(shown: Sequence[Piece], place: int) -> Piece:
    return shown[bisect_right(shown, place, key=lambda piece: piece.b0) - 1]


def _in_heading(blocks: Blocks, reference: Reference) -> bool:
    place = bisect_right(blocks.spans, reference.start, key=lambda span: span[0]) - 1
    if not blocks.is_passage(place):
        return blocks.headings[place]
    start, end = blocks.text.rfind("\n", 0, reference.start) + 1, blocks.text.find("\n", reference.start)
    return is_heading(blocks.text[start:end])


def _was(first: Piece, last: Piece, now: str) -> str:
    """What a reference that begins and ends in these pieces said in the old text; "" where it is new."""
    if last.reference:
        return last.reference[0]
    return now if first.kind == last.kind == "equal" else ""


def _votes(compared: Compared) -> Iterator[tuple[str, str]]:
    for i, j in compared.pairs:
        if compared.old.headings[i] and compared.new.headings[j]:
            old, new = heading_reference(compared.old.keys[i]), heading_reference(compared.new.keys[j])
            if old and new and old.name == new.name:
                yield str(old), str(new)


def _votes_to_stay(compared: Compared, numbers: Collection[str]) -> Iterator[tuple[str, str]]:
    """The headings with one of `numbers` in passages that did not change."""
    for place in range(len(compared.old)):
        if compared.old.is_passage(place):
            for line in compared.old.source(place).split("\n"):
                found = heading_reference(line) if is_heading(line, numbers=numbers) else None
                if found:
                    yield str(found), str(found)


def _numbers(names: Iterable[str]) -> set[str]:
    return {name.rpartition(" ")[2] for name in names}
