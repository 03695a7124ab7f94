"""Relocations: a new place, to be accepted by a person, for an edit inside a passage that the other side moved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from service.domain.text.diff.minimal_edits import Splice, apply_splices, word_splices
from service.domain.text.diff.moved_blocks import MIN_WORDS
from service.domain.text.markup.tree import Span
from service.domain.text.merge.diff3 import (
    CleanPart,
    MergeConflict,
    MergePart,
    both_readings,
    combine_runs,
    diff3,
)
from service.domain.text.redline.redline import Move, compute_redline


@dataclass(frozen=True, slots=True)
class Relocation:
    """A passage moved by one side and edited in place by the other.

    `mover` moved base code points a0–a1 to b0–b1 of its text; in the text of the other side, which edited them, they
    are c0–c1. `text` is the passage with the edits of both; `score` is the similarity of both ends of the move, in
    thousandths.
    """

    mover: Literal["ours", "theirs"]
    a0: int
    a1: int
    b0: int
    b1: int
    c0: int
    c1: int
    text: str
    score: int


def accept_relocation(base: str, ours: str, theirs: str, relocation: Relocation) -> tuple[str, str]:
    """Return both sides as if the mover had made the other's edits in the new place, to be merged again."""
    moved, unmoved = (ours, theirs) if relocation.mover == "ours" else (theirs, ours)
    moved = moved[: relocation.b0] + relocation.text + moved[relocation.b1 :]
    unmoved = unmoved[: relocation.c0] + base[relocation.a0 : relocation.a1] + unmoved[relocation.c1 :]
    return (moved, unmoved) if relocation.mover == "ours" else (unmoved, moved)


def find_relocations(
    base: str,
    ours: str,
    theirs: str,
    parts: Sequence[MergePart],
    our_splices: Sequence[Splice],
    their_splices: Sequence[Splice],
) -> Iterator[Relocation]:
    """Yield relocations for conflicts whose passage was moved, in order of the mover's text."""
    conflicts = [(part.a0, part.a1) for part in parts if isinstance(part, MergeConflict)]
    for move in compute_redline(base, ours).moves:
        yield from _relocations_of_move("ours", base, ours, move, conflicts, their_splices)
    for move in compute_redline(base, theirs).moves:
        yield from _relocations_of_move("theirs", base, theirs, move, conflicts, our_splices)


def _relocations_of_move(
    mover: Literal["ours", "theirs"],
    base: str,
    text: str,
    move: Move,
    conflicts: Sequence[Span],
    others: Sequence[Splice],
) -> Iterator[Relocation]:
    inside = [splice for splice in others if _is_inside(splice, move)]
    no_overlap = all(_is_inside(splice, move) or _is_outside(splice, move) for splice in others)
    old, changed = base[move.a0 : move.a1], apply_splices(base, move.a0, move.a1, inside)
    in_conflict = any(start < move.a1 and move.a0 < end for start, end in conflicts)
    if not (inside and no_overlap and in_conflict and changed.strip()):
        return
    parts = tuple(diff3(old, word_splices(old, text[move.b0 : move.b1]), word_splices(old, changed)))
    if all(isinstance(part, CleanPart) for part in parts):
        start = move.a0 + sum(len(new) - (a1 - a0) for a0, a1, new in others if a1 <= move.a0)
        merged = "".join(part.text for part in parts if isinstance(part, CleanPart))
        end = start + len(changed)
        yield Relocation(mover, move.a0, move.a1, move.b0, move.b1, start, end, merged, move.score)


def _is_inside(splice: Splice, move: Move) -> bool:
    """Return whether a splice edits the passage; insertions at its edges may belong to its neighbours."""
    return move.a0 <= splice[0] and splice[1] <= move.a1 and not _is_outside(splice, move)


def _is_outside(splice: Splice, move: Move) -> bool:
    return splice[1] <= move.a0 or splice[0] >= move.a1


# Passages that both sides removed


def mark_move_conflicts(base: str, ours: str, theirs: str, parts: tuple[MergePart, ...]) -> tuple[MergePart, ...]:
    """Return the parts, with a conflict for each passage that both sides removed and at least one inserted elsewhere.

    Either one side moved what the other deleted, or both moved it, and then it would occur twice.
    """
    removed = [part for part in parts if isinstance(part, CleanPart) and part.side == "both" and _is_long(base, part)]
    if not removed:
        return parts
    moves = [(0, move) for move in compute_redline(base, ours).moves] + [
        (1, move) for move in compute_redline(base, theirs).moves
    ]
    runs = []
    for side, move in moves:
        if any(part.a0 < move.a1 and move.a0 < part.a1 for part in removed):
            target_parts = _parts_at_target(base, parts, side, move)
            source_parts = [index for index, part in enumerate(parts) if part.a0 < move.a1 and move.a0 < part.a1]
            if not all(_is_unmoved(parts[index]) for index in target_parts):
                runs.append((min(*target_parts, *source_parts), max(*target_parts, *source_parts)))
    return combine_runs(base, parts, runs)


def _parts_at_target(base: str, parts: Sequence[MergePart], side: int, move: Move) -> list[int]:
    """Return the indexes of the parts that hold a passage's new place in the text of the side that moved it."""
    ends = list(accumulate(len(both_readings(base, part)[side]) for part in parts))
    return [
        index
        for index, (start, end) in enumerate(zip([0, *ends], ends, strict=False))
        if start < move.b1 and move.b0 < end
    ]


def _is_unmoved(part: MergePart) -> bool:
    return isinstance(part, CleanPart) and part.side in ("base", "both")


def _is_long(base: str, part: CleanPart) -> bool:
    return len(base[part.a0 : part.a1].split()) >= MIN_WORDS
