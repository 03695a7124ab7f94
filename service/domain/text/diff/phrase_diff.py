"""What changed between two versions of one block, in code points."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain.text.diff.change_kinds import Kind, kind_of
from service.domain.text.diff.coalesce_changes import readably
from service.domain.text.diff.common_affixes import shared_head, shared_tail
from service.domain.text.diff.hunks import Hunk, by_lines
from service.domain.text.diff.sequence_alignment import Area
from service.domain.text.diff.token_diff import Sides
from service.domain.text.diff.word_alignment import word_runs
from service.domain.text.markup.tokens import Keys

_LETTERS = "\u0700"
"""Below it whatever is a letter or a digit begins a word of its own after a blank, and joins nothing before it."""


@dataclass(frozen=True, slots=True)
class Compared:
    hunks: Sequence[Hunk]
    coarse: bool


def compare(old: str, new: str, *, keys: Keys, readable: bool) -> Compared:
    """Hunks that tile both texts. `readable`: stray equal words between differences become part of them.

    `coarse`: the budget was passed, and somewhere more is shown as changed than was.
    """
    head, tail = _shared_ends(old, new)
    sides = Sides.of(old[head : len(old) - tail], new[head : len(new) - tail], keys, start=head)
    runs, coarse = word_runs(sides)
    hunks = list(_hunks(sides, runs, readable=readable))
    if head:
        hunks.insert(0, Hunk("equal", 0, head, 0, head))
    if tail:
        hunks.append(Hunk("equal", len(old) - tail, len(old), len(new) - tail, len(new)))
    return Compared(by_lines(hunks, old, new), coarse)


def _hunks(sides: Sides, runs: Sequence[Area], *, readable: bool) -> Iterator[Hunk]:
    parts = sides.parts(runs)
    if readable:
        parts = readably(parts, sides)
    for part in parts:
        old, new = sides.old(part), sides.new(part)
        kind: Kind = "equal" if part.same else kind_of(old, new)
        a0, a1, b0, b1 = sides.span(part)
        kept = _shared_blanks(old, new) if kind == "space" else 0
        if kept:
            yield Hunk("equal", a0, a0 + kept, b0, b0 + kept)
        yield Hunk(kind, a0 + kept, a1, b0 + kept, b1, part.number)


def _shared_blanks(old: str, new: str) -> int:
    """Blanks that stay where others came or went: an indentation that grew has not become another."""
    plain = not (old + new).strip(" \t\n")
    return shared_head(old, new) if plain else 0


def _shared_ends(old: str, new: str) -> tuple[int, int]:
    """Code points both begin and end with, up to the blanks before a word: what is cut there is cut between words."""
    head = shared_head(old, new)
    tail = shared_tail(old, new, most=min(len(old), len(new)) - head)
    return _word_before(old, head), len(old) - _word_after(old, len(old) - tail)


def _word_before(text: str, place: int) -> int:
    """The last place before `place` where a word begins after a blank; 0 of none."""
    while place > 0:
        place = text.rfind(" ", 0, place - 1) + 1 if place > 1 else 0
        if place and text[place] < _LETTERS and text[place].isalnum():
            break
    return place


def _word_after(text: str, place: int) -> int:
    """The first place after `place` where a word begins after a blank; the end of none."""
    while place < len(text):
        place = text.find(" ", place) + 1 or len(text)
        if place < len(text) and text[place] < _LETTERS and text[place].isalnum():
            break
    return place
