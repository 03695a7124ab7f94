"""Three-way merge: combine the edits of two sides of one base where they do not overlap.

The result is validated before it is returned: text that neither side wrote, a broken heading or table, or a passage
that both moved is a conflict too. Conflicts are resolved by a person.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from service.domain.text.diff.minimal_edits import Splice, word_splices
from service.domain.text.markup.tree import Span
from service.domain.text.merge.diff3 import CleanPart, MergeConflict, MergePart, diff3, result_offset
from service.domain.text.merge.merge_validation import validate_parts
from service.domain.text.merge.relocation import Relocation, find_relocations, mark_move_conflicts
from service.domain.text.merge.review_flags import ReviewFlag, find_flags

_SENTENCE_END = regex.compile(r"[.!?؟۔…]+[\"'»”’)\]]*\s+|\n")


@dataclass(frozen=True, slots=True)
class MergeResult:
    """The result of a merge; `parts` tile the base.

    `text` is None if there is a conflict. `flags`: what a person should read again in the text, at its code points.
    `review`: sentences of the base that both sides changed without overlapping,
    which a person should read again. `checked` is false if the parser rejects one of the texts or the result as too
    large or too tangled: then nothing verified that the result reads as both sides meant.
    """

    text: str | None
    parts: tuple[MergePart, ...]
    review: tuple[Span, ...]
    relocations: tuple[Relocation, ...]
    checked: bool
    flags: tuple[ReviewFlag, ...] = ()

    @property
    def conflicts(self) -> tuple[MergeConflict, ...]:
        """The parts that are conflicts."""
        return tuple(part for part in self.parts if isinstance(part, MergeConflict))


def merge_texts(base: str, ours: str, theirs: str) -> MergeResult:
    """Merge two texts made from `base`. Swapping the sides swaps them in the conflicts and changes nothing else."""
    sides = word_splices(base, ours), word_splices(base, theirs)
    parts = mark_move_conflicts(base, ours, theirs, tuple(diff3(base, *sides)))
    validated = validate_parts(base, ours, theirs, parts)
    parts = parts if validated is None else validated
    review = tuple(_sentences_changed_by_both(base, *sides))
    if any(isinstance(part, MergeConflict) for part in parts):
        relocations = tuple(find_relocations(base, ours, theirs, parts, *sides))
        return MergeResult(None, parts, review, relocations, validated is not None)
    clean = [part for part in parts if isinstance(part, CleanPart)]
    text = "".join(part.text for part in clean)
    flags = find_flags((base, ours, theirs), text, clean) if {part.side for part in clean} >= {"ours", "theirs"} else []
    return MergeResult(text, parts, review, (), validated is not None, (*_flag_sentences(clean, review), *flags))


def _flag_sentences(parts: Sequence[CleanPart], review: Sequence[Span]) -> Iterator[ReviewFlag]:
    for start, end in review:
        yield ReviewFlag("both_changed", ((result_offset(parts, start), result_offset(parts, end, at_end=True)),))


def _sentences_changed_by_both(base: str, ours: Sequence[Splice], theirs: Sequence[Splice]) -> Iterator[Span]:
    """Yield the sentences of the base that contain edits of both sides, unless the edits are equal."""
    ends = [found.end() for found in _SENTENCE_END.finditer(base)]
    only_ours, only_theirs = set(ours) - set(theirs), set(theirs) - set(ours)
    for index in sorted(_sentence_indexes(ends, only_ours) & _sentence_indexes(ends, only_theirs)):
        yield ends[index - 1] if index else 0, ends[index] if index < len(ends) else len(base)


def _sentence_indexes(ends: Sequence[int], splices: set[Splice]) -> set[int]:
    """Return the indexes of the sentences that contain splices."""
    return {
        index
        for a0, a1, _ in splices
        for index in range(bisect_right(ends, a0), bisect_right(ends, max(a0, a1 - 1)) + 1)
    }
