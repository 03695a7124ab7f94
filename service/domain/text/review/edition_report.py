"""An edition looked over for those who write it: its provisions, and what they may want to mend. Nothing is refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain.text.markup.parser import read
from service.domain.text.redline.provision_identity import Twin, identify
from service.domain.text.redline.redline import Redline
from service.domain.text.review.outline_lint import Kind, Remark, ordered, remarks, typed_remarks
from service.domain.text.review.translation_parity import Pair, behind, parity
from service.domain.text.structure.numbering import Scheme, marked, marks, moved, spare
from service.domain.text.structure.outline import Provision, outline


@dataclass(frozen=True, slots=True)
class Survey:
    """`text` is the edition as it reads, with its numbers: spans are code points of it."""

    text: str
    provisions: tuple[Provision, ...]
    remarks: tuple[Remark, ...]


def survey(text: str, *, by: Scheme | None) -> Survey:
    """One edition by itself. Raises what the reader raises."""
    numbers = marks(text, by)
    reads = marked(text, numbers)
    tree = read(reads)
    seen = outline(tree, digits=by.digits if by else None)
    typed = [
        Remark("number_typed", moved(start, numbers), moved(end, numbers), text[start:end].strip())
        for start, end in spare(text, by)
    ]
    found = [*remarks(reads, tree), *typed, *(typed_remarks(reads, tree) if by else ())]
    return Survey(reads, seen.provisions, tuple(ordered(found)))


def twinless(one: Survey, other: Survey) -> tuple[list[Remark], list[Remark]]:
    """Provisions of `one` that have no twin in `other`, and those of `other` that have none in `one`: spans of the text
    each stands in."""
    found = parity(one.provisions, other.provisions)
    return (
        [_about("no_twin", one.provisions[place]) for place in found.only_one],
        [_about("twin_missing", other.provisions[place]) for place in found.only_other],
    )


@dataclass(frozen=True, slots=True)
class Since:
    """What an edition was, and the redline from that to what it is; both with their numbers."""

    was: Survey
    compared: Redline


def left_behind(one: Survey, other: Survey, *, since: tuple[Since, Since]) -> list[Remark]:
    """Provisions of `one` that nobody touched since a version, while their twins in `other` changed."""
    twins = _twins(one, since[0]), _twins(other, since[1])
    pairs: Sequence[Pair] = parity(one.provisions, other.provisions).pairs
    return [_about("left_behind", one.provisions[place]) for place, _ in behind(pairs, *twins)[1]]


def _twins(its: Survey, since: Since) -> list[Twin]:
    return identify(since.was.provisions, its.provisions, since.compared, old=since.was.text, new=its.text)


def _about(kind: Kind, provision: Provision) -> Remark:
    return Remark(kind, *provision.span, provision.label)


def by_provision(its: Survey, found: Sequence[Remark]) -> Iterator[tuple[int, list[Remark]]]:
    """The remarks of each provision that has some, by its place; -1 for what stands before the first."""
    starts = [provision.span[0] for provision in its.provisions]
    for place in range(-1, len(starts)):
        low = starts[place] if place >= 0 else 0
        high = starts[place + 1] if place + 1 < len(starts) else len(its.text) + 1
        here = [remark for remark in found if low <= remark.start < high]
        if here:
            yield place, here
