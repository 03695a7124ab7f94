"""Comparison by provision: a redline split into parts, each with its state.

A part is a heading with everything under it up to the next heading. Parts without visible changes are marked, so that a
page can fold them; long parts are split, so that each can be shown separately.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from service.domain.text.diff.change_kinds import NUMBERED_KINDS
from service.domain.text.redline.lines import LineRun, RedlineLine, redline_lines
from service.domain.text.redline.numbered_ops import MoveEnd, count_changes
from service.domain.text.redline.redline import Redline
from service.domain.text.redline.side_by_side import order_for_reading, split_sides
from service.domain.text.structure.provisions import label_of

PartState = Literal["same", "renumbered", "quiet", "changed", "added", "removed"]

MAX_PART_LENGTH = 24_000
"""Code points after which a part is split, at the end of a line."""

INVISIBLE_KINDS = ("space", "invisible")
"""Kinds of changes that are invisible in print."""

_ARTICLES = ("article", "art", "§", "المادة", "مادة")
_MAX_TITLE = 200


@dataclass(frozen=True, slots=True)
class ComparisonPart:
    """One part of a comparison.

    `label`: the name and number its heading begins with, else the whole heading; empty if there is none. `old_label`:
    the same in the old text. `changes`: numbers of the changes that begin here. `moves_out`, `moves_in`: moves that
    begin or end here. `has_word_changes`: words were added or removed here, moves excepted. `size`: code points.
    """

    index: int
    label: str
    old_label: str
    title: str
    state: PartState
    lines: tuple[RedlineLine, ...]
    changes: tuple[int, ...]
    moves_out: tuple[int, ...]
    moves_in: tuple[int, ...]
    has_word_changes: bool
    size: int

    @property
    def touched(self) -> bool:
        """Whether it contains visible changes."""
        return self.state in ("changed", "added", "removed")


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """Counts of changes.

    `parts` counts those in which words were added or removed; `articles` is true if each of them is an article.
    """

    changes: int
    parts: int
    articles: bool
    moved: int
    renumbered: int
    vocalised: int
    unseen: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not any((self.changes, self.moved, self.renumbered, self.vocalised, self.unseen))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts, part by part. `move_sources`, `move_targets`: part indexes of the ends of each move, by its number."""

    redline: Redline
    parts: tuple[ComparisonPart, ...]
    counts: ChangeCounts
    move_sources: Mapping[int, int]
    move_targets: Mapping[int, int]
    _old: str
    _new: str

    @property
    def texts(self) -> tuple[str, str]:
        """The old text and the new one."""
        return self._old, self._new

    def word_count(self, move: int) -> int:
        """Return how many words were moved."""
        found = self.redline.moves[move - 1]
        return len(self._old[found.a0 : found.a1].split())


def build_comparison(old: str, new: str, redline: Redline) -> Comparison:
    """Build the comparison of `old` and `new`, of which `redline` is the redline."""
    parts = tuple(_build_parts(order_for_reading(redline_lines(redline, old, new))))
    return Comparison(
        redline=redline,
        parts=parts,
        counts=_count_changes(redline, parts),
        move_sources={move: part.index for part in parts for move in part.moves_out},
        move_targets={move: part.index for part in parts for move in part.moves_in},
        _old=old,
        _new=new,
    )


def group_parts(parts: Iterable[ComparisonPart]) -> Iterator[tuple[ComparisonPart, ...]]:
    """Yield parts in order: each touched one alone, the others grouped with neighbours of the same state."""
    for _, run in groupby(parts, key=lambda part: str(part.index) if part.touched else part.state):
        yield tuple(run)


def paginate(
    groups: Iterable[tuple[ComparisonPart, ...]], *, page_size: int, fold_limit: int
) -> list[list[tuple[ComparisonPart, ...]]]:
    """Split groups into pages of about `page_size` code points, each with at least one group.

    A folded group counts `fold_limit` code points at most.
    """
    pages: list[list[tuple[ComparisonPart, ...]]] = [[]]
    remaining = page_size
    for run in groups:
        size = sum(part.size for part in run)
        size = size if run[0].touched else min(size, fold_limit)
        if pages[-1] and size > remaining:
            pages.append([])
            remaining = page_size
        pages[-1].append(run)
        remaining -= size
    return pages


def _build_parts(all_lines: Iterable[RedlineLine]) -> Iterator[ComparisonPart]:
    """Split at headings, and where a part grows too long."""
    begun_changes: set[int] = set()
    part_lines: list[RedlineLine] = []
    index, size, heading_names = 0, 0, ("", "", "")
    for line in all_lines:
        heading = line.shape == "heading"
        if part_lines and (heading or size > MAX_PART_LENGTH):
            yield _build_part(index, heading_names, part_lines, begun_changes, size)
            index, size, part_lines = index + 1, 0, []
        heading_names = _heading_names(line) if heading else heading_names
        part_lines.append(line)
        size += sum(len(run.old) + len(run.new) for run in line.runs)
    if part_lines:
        yield _build_part(index, heading_names, part_lines, begun_changes, size)


def _build_part(
    index: int, heading_names: tuple[str, str, str], lines: Sequence[RedlineLine], begun_changes: set[int], size: int
) -> ComparisonPart:
    """Build a part; `begun_changes`, the changes that began in earlier parts, is updated with those of this one."""
    runs = [run for line in lines for run in line.runs]
    numbers = dict.fromkeys(one.change for one in runs if one.change is not None and one.change not in begun_changes)
    begun_changes.update(numbers)
    label, old_label, title = heading_names
    return ComparisonPart(
        index=index,
        label=label,
        old_label=old_label,
        title=title,
        state=_part_state(runs),
        lines=tuple(lines),
        changes=tuple(numbers),
        moves_out=_move_ids(runs, "old"),
        moves_in=_move_ids(runs, "new"),
        has_word_changes=any(one.change is not None for one in runs),
        size=size,
    )


def _part_state(runs: Sequence[LineRun]) -> PartState:
    kinds = {run.kind for run in runs}
    if any(run.move for run in runs):
        return "changed"
    if kinds == {"insert"} or kinds == {"delete"}:
        return "added" if kinds == {"insert"} else "removed"
    if kinds & {*NUMBERED_KINDS, "vocalisation"}:
        return "changed"
    if "renumber" in kinds:
        return "renumbered"
    return "quiet" if kinds & set(INVISIBLE_KINDS) else "same"


def _move_ids(runs: Sequence[LineRun], end: MoveEnd) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one.move for one in runs if one.move is not None and one.end == end))


def _heading_names(heading: RedlineLine) -> tuple[str, str, str]:
    """Return the label, the old label and the title."""
    old, new = split_sides(heading)
    before, title = _heading_text(old), _heading_text(new)
    return label_of(title) or title, label_of(before) or before, title or before


def _heading_text(line: RedlineLine | None) -> str:
    text = "".join(one.new or one.old for one in line.runs) if line else ""
    return text.partition(" {#")[0].replace("**", "").strip()[:_MAX_TITLE]


def _count_changes(redline: Redline, parts: Sequence[ComparisonPart]) -> ChangeCounts:
    changed_parts = [part for part in parts if part.has_word_changes]
    names = {(part.label or part.old_label).lower().replace(".", " ").split(" ")[0] for part in changed_parts}
    return ChangeCounts(
        changes=count_changes(redline),
        parts=len({part.title or part.index for part in changed_parts}),
        articles=bool(names) and names <= set(_ARTICLES),
        moved=len(redline.moves),
        renumbered=len(redline.renumber_map),
        vocalised=sum(op.kind == "vocalisation" for op in redline.ops),
        unseen=sum(op.kind in INVISIBLE_KINDS for op in redline.ops),
    )
