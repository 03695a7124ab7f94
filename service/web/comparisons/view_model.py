"""What a page shows of a comparison: which parts of the texts, in which view, and where the rest is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from types import MappingProxyType

from markupsafe import Markup

from service.domain.text.redline.by_provision import UNSEEN, Comparison, Part, pages, runs
from service.domain.text.redline.inline import FOLDED, Sign, Writer, labels_in
from service.domain.text.redline.labels import words_for
from service.domain.text.redline.lines import Line
from service.domain.text.redline.side_by_side import before, beside
from service.domain.text.structure.provisions import Digits

VIEWS = ("inline", "side", "changes", "provision")

ROOM = 60_000
"""Code points of text on a page."""

FOLD = 12_000
"""Code points of unchanged text that a fold holds; of more it only says where to read it."""

Row = tuple[Markup | None, Markup | None]


@dataclass(frozen=True)
class Piece:
    """Lines of a part that share a fate. `kind`: lines | fold | gone | come | skipped. `rows` are for two columns, else
    `html` is for one. `other`: the part where a move's other end stands; `words` moved, `inner` changes inside."""

    kind: str
    html: Markup
    rows: tuple[Row, ...] = ()
    count: int = 0
    move: int = 0
    other: int = 0
    inner: int = 0


@dataclass(frozen=True)
class Section:
    """A touched part with its pieces, or a run of others: `html` is their text, None where it is too long to fold."""

    parts: tuple[Part, ...]
    pieces: tuple[Piece, ...]
    html: Markup | None

    @property
    def first(self) -> Part:
        return self.parts[0]

    @property
    def last(self) -> Part:
        return self.parts[-1]


@dataclass(frozen=True)
class Sheet:
    """One page of a comparison. `page` counts from 1; `at` is the place of the part that stands alone, `before` how
    many steps (changes, arrivals) lie on pages before this one, `steps` all of them."""

    view: str
    comparison: Comparison
    sections: tuple[Section, ...]
    outline: tuple[tuple[Part, ...], ...]
    page: int
    pages: int
    at: int
    before: int
    steps: int
    _page_of: dict[int, int] = field(repr=False)

    def page_of(self, place: int) -> int:
        """On which page the part at `place` stands; 0 where it is shown by itself alone."""
        return self._page_of.get(place, 0)

    def part(self, place: int) -> Part:
        return self.comparison.parts[place]


def sheet(
    comparison: Comparison,
    texts: tuple[str, str],
    *,
    lang: str,
    digits: Digits,
    view: str = "inline",
    page: int = 1,
    at: int | None = None,
    signs: Mapping[str, Sign] = MappingProxyType({}),
) -> Sheet:
    """The page `page` of a view; of the view by provision the part `at`, else the first that was touched. What is out
    of range is the nearest that there is. `signs`: how the hands are shown that a redline names."""
    view = view if view in VIEWS else VIEWS[0]
    all_runs = list(runs(comparison.parts))
    shown = [run for run in all_runs if run[0].touched] if view == "changes" else all_runs
    alone = _alone(comparison, at)
    cut = _cut([comparison.parts[alone : alone + 1]] if view == "provision" and comparison.parts else shown)
    page = min(max(page, 1), len(cut))
    hand = _Hand(comparison, _writer(texts, lang, digits, signs), view)
    return Sheet(
        view=view,
        comparison=comparison,
        sections=tuple(hand.section(run) for run in cut[page - 1]),
        outline=tuple(all_runs),
        page=page,
        pages=len(cut),
        at=alone,
        before=sum(map(_steps, _upto(all_runs, cut[page - 1]))),
        steps=sum(map(_steps, comparison.parts)),
        _page_of={part.place: number for number, its in enumerate(cut, 1) for run in its for part in run},
    )


def weight(sheet: Sheet) -> int:
    """Characters a sheet takes, roughly: its pieces, and the texts its comparison speaks of."""
    pieces = (piece for section in sheet.sections for piece in section.pieces)
    columns = sum(len(side or "") for piece in pieces for row in piece.rows for side in row)
    html = sum(len(section.html or "") + sum(len(one.html) for one in section.pieces) for section in sheet.sections)
    return columns + html + sum(part.size for part in sheet.comparison.parts)


def _cut(shown: Sequence[tuple[Part, ...]]) -> list[list[tuple[Part, ...]]]:
    return pages(shown, room=ROOM, fold=FOLD)


def _alone(comparison: Comparison, at: int | None) -> int:
    touched = next((part.place for part in comparison.parts if part.touched), 0)
    return touched if at is None else min(max(at, 0), max(len(comparison.parts) - 1, 0))


def _steps(part: Part) -> int:
    return len(part.changes) + len(part.come)


def _upto(all_runs: Sequence[tuple[Part, ...]], page: Sequence[tuple[Part, ...]]) -> list[Part]:
    first = page[0][0].place if page else 0
    return [part for run in all_runs for part in run if part.place < first]


def _writer(texts: tuple[str, str], lang: str, digits: Digits, signs: Mapping[str, Sign]) -> Writer:
    words = replace(words_for(lang), digits=digits)
    return Writer(words, labels_in(texts[0], words) | labels_in(texts[1], words), signs)


@dataclass(frozen=True)
class _Hand:
    """Writes the parts of one page; one writer, so that every id stands once."""

    comparison: Comparison
    writer: Writer
    view: str

    def section(self, run: tuple[Part, ...]) -> Section:
        if run[0].touched or self.view == "provision":
            return Section(run, tuple(piece for part in run for piece in self.pieces(part)), None)
        short = sum(part.size for part in run) <= FOLD
        return Section(run, (), self.html([line for part in run for line in part.lines]) if short else None)

    def pieces(self, part: Part) -> Iterator[Piece]:
        for changed, run in groupby(part.lines, key=_reads):
            lines = list(run)
            if changed:
                yield from self.changed(lines)
            else:
                yield from _ABRIDGED[self.view](self, lines, lines[0] is part.lines[0])

    def changed(self, lines: Sequence[Line]) -> Iterator[Piece]:
        for (move, kind), run in groupby(lines, key=lambda line: (line.move, line.stretches[0].kind)):
            its = list(run)
            yield self.moved(move, kind, its) if move else self.piece("lines", its)

    def moved(self, move: int, kind: str, lines: Sequence[Line]) -> Piece:
        words = self.comparison.words(move)
        if kind == "delete":
            gone = self.plain(lines)
            return Piece("gone", gone, ((gone, None),), words, move, self.comparison.arrivals.get(move, 0))
        inside = self.comparison.inside(move)
        inner = sum(stretch.kind in ("insert", "delete") for line in inside for stretch in line.stretches)
        come, other = self.html(inside), self.comparison.departures.get(move, 0)
        return Piece("come", come, ((None, come),), words, move, other, inner)

    def whole(self, lines: Sequence[Line], first: bool) -> Iterator[Piece]:
        yield self.piece("lines", lines)

    def folded(self, lines: Sequence[Line], first: bool) -> Iterator[Piece]:
        """Short runs as they are; of long ones both ends, the rest folded."""
        if len(lines) <= FOLDED:
            yield self.piece("lines", lines)
            return
        yield self.piece("lines", lines[:1])
        yield self.piece("fold", lines[1:-1])
        yield self.piece("lines", lines[-1:])

    def skipped(self, lines: Sequence[Line], first: bool) -> Iterator[Piece]:
        """Nothing but the heading."""
        if first and lines[0].shape == "heading":
            yield self.piece("lines", lines[:1])
            lines = lines[1:]
        if lines:
            yield Piece("skipped", Markup(), count=len(lines))

    def piece(self, kind: str, lines: Sequence[Line]) -> Piece:
        if self.view != "side" or kind == "fold":
            return Piece(kind, self.html(lines), count=len(lines))
        rows = tuple((self.one(old), self.one(new)) for old, new in beside(lines))
        return Piece(kind, Markup(), rows, len(lines))

    def one(self, line: Line | None) -> Markup | None:
        return self.html([line]) if line else None

    def html(self, lines: Sequence[Line]) -> Markup:
        return Markup("".join(map(self.writer.line, lines)))

    def plain(self, lines: Sequence[Line]) -> Markup:
        """Lines of which all was removed, as they read before."""
        return Markup("".join(self.writer.line(before(line)) for line in lines))


_Abridge = Callable[[_Hand, Sequence[Line], bool], Iterator[Piece]]

_ABRIDGED: dict[str, _Abridge] = {
    "inline": _Hand.folded,
    "side": _Hand.folded,
    "changes": _Hand.skipped,
    "provision": _Hand.whole,
}


def _reads(line: Line) -> bool:
    """Whether a reader sees a change in it."""
    return any(stretch.kind not in ("equal", *UNSEEN) for stretch in line.stretches)
