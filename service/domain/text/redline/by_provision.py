"""A redline as its readers meet it: provision by provision, with what became of each of them.

A part is a heading with all that stands under it up to the next one. Parts in which nothing is to be read are told
from the others, so that a page can fold them, and parts are short enough to be shown by themselves.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from service.domain.text.redline.lines import LOUD, Line, Stretch, changes, lines
from service.domain.text.redline.redline import Redline, redline
from service.domain.text.redline.side_by_side import faces, homed
from service.domain.text.structure.provisions import label_of

State = Literal["same", "renumbered", "quiet", "changed", "added", "removed"]

ROOM = 24_000
"""Code points after which a part is cut in two, at the end of a line."""

UNSEEN = ("space", "invisible")
"""Kinds of changes that nobody sees on paper."""

_ARTICLES = ("article", "art", "§", "المادة", "مادة")
_HASHES = 200


@dataclass(frozen=True, slots=True)
class Part:
    """`label`: the name and number its heading begins with, else the whole heading; empty where there is none. `was`:
    the same in the old text. `changes`: numbers of the changes that begin here; `gone`, `come`: moves that left from
    here and that arrived. `loud`: words were added or removed here, moves apart."""

    place: int
    label: str
    was: str
    title: str
    state: State
    lines: tuple[Line, ...]
    changes: tuple[int, ...]
    gone: tuple[int, ...]
    come: tuple[int, ...]
    loud: bool
    size: int

    @property
    def touched(self) -> bool:
        """Whether there is something to read in it."""
        return self.state in ("changed", "added", "removed")


@dataclass(frozen=True, slots=True)
class Counts:
    """How much changed: `parts` are those in which words were added or removed; `articles` says that each of them is
    an article."""

    changes: int
    parts: int
    articles: bool
    moved: int
    renumbered: int
    vocalised: int
    unseen: int

    @property
    def nothing(self) -> bool:
        return not any((self.changes, self.moved, self.renumbered, self.vocalised, self.unseen))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both texts, part by part. `departures`, `arrivals`: in which part the ends of each move stand."""

    redline: Redline
    parts: tuple[Part, ...]
    counts: Counts
    departures: Mapping[int, int]
    arrivals: Mapping[int, int]
    _old: str
    _new: str

    @property
    def texts(self) -> tuple[str, str]:
        """The old text and the new one."""
        return self._old, self._new

    def inside(self, move: int) -> tuple[Line, ...]:
        """What a moved passage says now, with what changed in it; its changes carry no numbers."""
        found = self.redline.moves[move - 1]
        old, new = self._old[found.a0 : found.a1], self._new[found.b0 : found.b1]
        return tuple(_unnumbered(line) for line in lines(redline(old, new), old, new))

    def words(self, move: int) -> int:
        """How many words were moved."""
        found = self.redline.moves[move - 1]
        return len(self._old[found.a0 : found.a1].split())


def compare(old: str, new: str, found: Redline) -> Comparison:
    """`found` is the redline of `old` and `new`."""
    parts = tuple(_parts(homed(lines(found, old, new))))
    return Comparison(
        redline=found,
        parts=parts,
        counts=_counts(found, parts),
        departures={move: part.place for part in parts for move in part.gone},
        arrivals={move: part.place for part in parts for move in part.come},
        _old=old,
        _new=new,
    )


def runs(parts: Iterable[Part]) -> Iterator[tuple[Part, ...]]:
    """Parts in their order: each touched one by itself, the others with the neighbours they share a state with."""
    for _, run in groupby(parts, key=lambda part: str(part.place) if part.touched else part.state):
        yield tuple(run)


def pages(all_runs: Iterable[tuple[Part, ...]], *, room: int, fold: int) -> list[list[tuple[Part, ...]]]:
    """Runs on pages of about `room` code points, each at least one run. A run that is folded counts `fold` at most."""
    made: list[list[tuple[Part, ...]]] = [[]]
    left = room
    for run in all_runs:
        size = sum(part.size for part in run)
        size = size if run[0].touched else min(size, fold)
        if made[-1] and size > left:
            made.append([])
            left = room
        made[-1].append(run)
        left -= size
    return made


def _parts(all_lines: Iterable[Line]) -> Iterator[Part]:
    """Cut at headings, and where a part grows too long."""
    seen: set[int] = set()
    waiting: list[Line] = []
    place, size, named = 0, 0, ("", "", "")
    for line in all_lines:
        heading = line.shape == "heading"
        if waiting and (heading or size > ROOM):
            yield _part(place, named, waiting, seen, size)
            place, size, waiting = place + 1, 0, []
        named = _named(line) if heading else named
        waiting.append(line)
        size += sum(len(stretch.old) + len(stretch.new) for stretch in line.stretches)
    if waiting:
        yield _part(place, named, waiting, seen, size)


def _part(place: int, named: tuple[str, str, str], its: Sequence[Line], seen: set[int], size: int) -> Part:
    """`seen`: changes that began in earlier parts; those of this one join them."""
    stretches = [stretch for line in its for stretch in line.stretches]
    numbers = dict.fromkeys(one.change for one in stretches if one.change is not None and one.change not in seen)
    seen.update(numbers)
    label, was, title = named
    return Part(
        place=place,
        label=label,
        was=was,
        title=title,
        state=_state(stretches),
        lines=tuple(its),
        changes=tuple(numbers),
        gone=_moves(stretches, "delete"),
        come=_moves(stretches, "insert"),
        loud=any(one.change is not None for one in stretches),
        size=size,
    )


def _state(stretches: Sequence[Stretch]) -> State:
    kinds = {stretch.kind for stretch in stretches}
    if kinds == {"insert"} or kinds == {"delete"}:
        return "changed" if any(one.move for one in stretches) else "added" if kinds == {"insert"} else "removed"
    if kinds & {*LOUD, "vocalisation"}:
        return "changed"
    if "renumber" in kinds:
        return "renumbered"
    return "quiet" if kinds & set(UNSEEN) else "same"


def _moves(stretches: Sequence[Stretch], kind: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one.move for one in stretches if one.move is not None and one.kind == kind))


def _named(heading: Line) -> tuple[str, str, str]:
    """Label, label before, and title."""
    old, new = faces(heading)
    before, title = _words(old), _words(new)
    return label_of(title) or title, label_of(before) or before, title or before


def _words(line: Line | None) -> str:
    said = "".join(one.new or one.old for one in line.stretches) if line else ""
    return said.partition(" {#")[0].replace("**", "").strip()[:_HASHES]


def _unnumbered(line: Line) -> Line:
    return replace(line, stretches=tuple(replace(stretch, change=None) for stretch in line.stretches))


def _counts(found: Redline, parts: Sequence[Part]) -> Counts:
    loud = [part for part in parts if part.loud]
    names = {(part.label or part.was).lower().replace(".", " ").split(" ")[0] for part in loud}
    return Counts(
        changes=max((number or 0 for number in changes(found)), default=0),
        parts=len({part.title or part.place for part in loud}),
        articles=bool(names) and names <= set(_ARTICLES),
        moved=len(found.moves),
        renumbered=len(found.renumber_map),
        vocalised=sum(op.kind == "vocalisation" for op in found.ops),
        unseen=sum(op.kind in UNSEEN for op in found.ops),
    )
