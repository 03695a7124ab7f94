"""Exact three-way merge: what two sides changed in one base, put together where their words do not meet.

A result is read again before it is given: what neither side wrote, a broken heading or table, a passage both moved, is
a conflict too. Whoever decides a conflict is a person.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from service.domain.text.diff.minimal_edits import Splice, splices
from service.domain.text.markup.tree import Span
from service.domain.text.merge.diff3 import Clean, Conflict, Part, weave
from service.domain.text.merge.merge_validation import recomposed
from service.domain.text.merge.relocation import Relocation, offers, parted

_SENTENCE_END = regex.compile(r"[.!?؟۔…]+[\"'»”’)\]]*\s+|\n")


@dataclass(frozen=True, slots=True)
class Merge:
    """`text` is None if there is a conflict; `parts` tile the base. `review`: sentences of the base that both sides
    changed without meeting: a person should read them again. `checked` is false where the reader takes one of the
    texts, or the result, for too long or too tangled: then nobody has looked whether the result reads as both meant.
    """

    text: str | None
    parts: tuple[Part, ...]
    review: tuple[Span, ...]
    relocations: tuple[Relocation, ...]
    checked: bool

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        return tuple(part for part in self.parts if isinstance(part, Conflict))


def merge(base: str, ours: str, theirs: str) -> Merge:
    """Merge two texts made from `base`. Swapping the sides swaps them in the conflicts and changes nothing else."""
    sides = splices(base, ours), splices(base, theirs)
    parts = parted(base, ours, theirs, tuple(weave(base, *sides)))
    read = recomposed(base, ours, theirs, parts)
    parts = parts if read is None else read
    conflicts = any(isinstance(part, Conflict) for part in parts)
    return Merge(
        text=None if conflicts else "".join(part.text for part in parts if isinstance(part, Clean)),
        parts=parts,
        review=tuple(_twice_changed(base, *sides)),
        relocations=tuple(offers(base, ours, theirs, parts, *sides)) if conflicts else (),
        checked=read is not None,
    )


def _twice_changed(base: str, ours: Sequence[Splice], theirs: Sequence[Splice]) -> Iterator[Span]:
    """Sentences of the base that hold edits of both sides, but not the same edits."""
    ends = [found.end() for found in _SENTENCE_END.finditer(base)]
    mine, yours = set(ours) - set(theirs), set(theirs) - set(ours)
    for place in sorted(_sentences(ends, mine) & _sentences(ends, yours)):
        yield ends[place - 1] if place else 0, ends[place] if place < len(ends) else len(base)


def _sentences(ends: Sequence[int], splices: set[Splice]) -> set[int]:
    """The places of the sentences that splices lie in."""
    return {
        place
        for a0, a1, _ in splices
        for place in range(bisect_right(ends, a0), bisect_right(ends, max(a0, a1 - 1)) + 1)
    }
