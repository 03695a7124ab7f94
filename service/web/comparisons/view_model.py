"""What a page shows of a comparison: which parts of the texts, in which view, and where the rest is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from types import MappingProxyType

from markupsafe import Markup

from service.domain.text.redline.by_provision import INVISIBLE_KINDS, Comparison, ComparisonPart, group_parts, paginate
from service.domain.text.redline.inline import MAX_UNFOLDED, AuthorBadge, RedlineWriter, reference_labels
from service.domain.text.redline.labels import labels_for
from service.domain.text.redline.lines import RedlineLine
from service.domain.text.redline.side_by_side import old_reading, side_by_side
from service.domain.text.structure.provisions import Digits

COMPARISON_VIEWS = ("inline", "side", "changes", "provision")

PAGE_LENGTH = 60_000
"""Code points of text on a page."""

MAX_FOLDED_LENGTH = 12_000
"""Code points of unchanged text that a fold holds; of more it only says where to read it."""

ColumnRow = tuple[Markup | None, Markup | None]


@dataclass(frozen=True)
class ComparisonBlock:
    """Lines of a part that share a fate. `kind`: lines | fold | gone | come | skipped. `rows` are for two columns, else
    `html` is for one. `other`: the part where a move's other end stands; `words` moved, `inner` changes inside."""

    kind: str
    html: Markup
    rows: tuple[ColumnRow, ...] = ()
    count: int = 0
    move: int = 0
    other_part: int = 0
    inner_changes: int = 0


@dataclass(frozen=True)
class ComparisonSection:
    """A touched part with its pieces, or a run of others: `html` is their text, None where it is too long to fold."""

    parts: tuple[ComparisonPart, ...]
    blocks: tuple[ComparisonBlock, ...]
    html: Markup | None

    @property
    def first(self) -> ComparisonPart:
        return self.parts[0]

    @property
    def last(self) -> ComparisonPart:
        return self.parts[-1]


@dataclass(frozen=True)
class ComparisonPage:
    """One page of a comparison. `page` counts from 1; `at` is the place of the part that stands alone, `before` how
    many steps (changes, arrivals) lie on pages before this one, `steps` all of them."""

    view: str
    comparison: Comparison
    sections: tuple[ComparisonSection, ...]
    outline: tuple[tuple[ComparisonPart, ...], ...]
    page: int
    pages: int
    at: int
    before: int
    steps: int
    _page_of: dict[int, int] = field(repr=False)

    def page_of(self, place: int) -> int:
        """On which page the part at `place` stands; 0 where it is shown by itself alone."""
        return self._page_of.get(place, 0)

    def part(self, place: int) -> ComparisonPart:
        return self.comparison.parts[place]


def build_comparison_page(
    comparison: Comparison,
    texts: tuple[str, str],
    *,
    lang: str,
    digits: Digits,
    view: str = "inline",
    page: int = 1,
    at: int | None = None,
    badges: Mapping[str, AuthorBadge] = MappingProxyType({}),
) -> ComparisonPage:
    """The page `page` of a view; of the view by provision the part `at`, else the first that was touched. What is out
    of range is the nearest that there is. `signs`: how the hands are shown that a redline names."""
    view = view if view in COMPARISON_VIEWS else COMPARISON_VIEWS[0]
    all_runs = list(group_parts(comparison.parts))
    visible_runs = [run for run in all_runs if run[0].touched] if view == "changes" else all_runs
    selected = _selected_part(comparison, at)
    pages_of_runs = _split_into_pages(
        [comparison.parts[selected : selected + 1]] if view == "provision" and comparison.parts else visible_runs
    )
    page = min(max(page, 1), len(pages_of_runs))
    builder = _BlockBuilder(comparison, _html_writer(texts, lang, digits, badges), view)
    return ComparisonPage(
        view=view,
        comparison=comparison,
        sections=tuple(builder.section(run) for run in pages_of_runs[page - 1]),
        outline=tuple(all_runs),
        page=page,
        pages=len(pages_of_runs),
        at=selected,
        before=sum(map(_step_count, _parts_before(all_runs, pages_of_runs[page - 1]))),
        steps=sum(map(_step_count, comparison.parts)),
        _page_of={part.index: number for number, its in enumerate(pages_of_runs, 1) for run in its for part in run},
    )


def page_size(comparison_page: ComparisonPage) -> int:
    """Characters a sheet takes, roughly: its pieces, and the texts its comparison speaks of."""
    blocks = (piece for section in comparison_page.sections for piece in section.blocks)
    columns = sum(len(side or "") for piece in blocks for row in piece.rows for side in row)
    html = sum(
        len(section.html or "") + sum(len(one.html) for one in section.blocks) for section in comparison_page.sections
    )
    return columns + html + sum(part.size for part in comparison_page.comparison.parts)


def _split_into_pages(visible_runs: Sequence[tuple[ComparisonPart, ...]]) -> list[list[tuple[ComparisonPart, ...]]]:
    return paginate(visible_runs, page_size=PAGE_LENGTH, fold_limit=MAX_FOLDED_LENGTH)


def _selected_part(comparison: Comparison, at: int | None) -> int:
    touched = next((part.index for part in comparison.parts if part.touched), 0)
    return touched if at is None else min(max(at, 0), max(len(comparison.parts) - 1, 0))


def _step_count(part: ComparisonPart) -> int:
    return len(part.changes) + len(part.moves_in)


def _parts_before(
    all_runs: Sequence[tuple[ComparisonPart, ...]], page: Sequence[tuple[ComparisonPart, ...]]
) -> list[ComparisonPart]:
    first = page[0][0].index if page else 0
    return [part for run in all_runs for part in run if part.index < first]


def _html_writer(texts: tuple[str, str], lang: str, digits: Digits, badges: Mapping[str, AuthorBadge]) -> RedlineWriter:
    words = replace(labels_for(lang), digits=digits)
    return RedlineWriter(words, reference_labels(texts[0], words) | reference_labels(texts[1], words), badges)


@dataclass(frozen=True)
class _BlockBuilder:
    """Writes the parts of one page; one writer, so that every id stands once."""

    comparison: Comparison
    writer: RedlineWriter
    view: str

    def section(self, run: tuple[ComparisonPart, ...]) -> ComparisonSection:
        if run[0].touched or self.view == "provision":
            return ComparisonSection(run, tuple(piece for part in run for piece in self.blocks(part)), None)
        short = sum(part.size for part in run) <= MAX_FOLDED_LENGTH
        return ComparisonSection(
            run, (), self.lines_html([line for part in run for line in part.lines]) if short else None
        )

    def blocks(self, part: ComparisonPart) -> Iterator[ComparisonBlock]:
        for changed, run in groupby(part.lines, key=_has_visible_change):
            lines = list(run)
            if changed:
                yield from self.changed_blocks(lines)
            else:
                yield from _ABRIDGED[self.view](self, lines, lines[0] is part.lines[0])

    def changed_blocks(self, lines: Sequence[RedlineLine]) -> Iterator[ComparisonBlock]:
        for (move, kind), run in groupby(lines, key=lambda line: (line.move, line.runs[0].kind)):
            its = list(run)
            yield self.moved_block(move, kind, its) if move else self.block("lines", its)

    def moved_block(self, move: int, kind: str, lines: Sequence[RedlineLine]) -> ComparisonBlock:
        words = self.comparison.word_count(move)
        if kind == "delete":
            removed = self.removed_html(lines)
            return ComparisonBlock(
                "gone", removed, ((removed, None),), words, move, self.comparison.move_targets.get(move, 0)
            )
        arrived_lines = self.comparison.lines_of_move(move)
        inner = sum(stretch.kind in ("insert", "delete") for line in arrived_lines for stretch in line.runs)
        arrived, other = self.lines_html(arrived_lines), self.comparison.move_sources.get(move, 0)
        return ComparisonBlock("come", arrived, ((None, arrived),), words, move, other, inner)

    def unabridged(self, lines: Sequence[RedlineLine], first: bool) -> Iterator[ComparisonBlock]:
        yield self.block("lines", lines)

    def folded(self, lines: Sequence[RedlineLine], first: bool) -> Iterator[ComparisonBlock]:
        """Short runs as they are; of long ones both ends, the rest folded."""
        if len(lines) <= MAX_UNFOLDED:
            yield self.block("lines", lines)
            return
        yield self.block("lines", lines[:1])
        yield self.block("fold", lines[1:-1])
        yield self.block("lines", lines[-1:])

    def skipped(self, lines: Sequence[RedlineLine], first: bool) -> Iterator[ComparisonBlock]:
        """Nothing but the heading."""
        if first and lines[0].shape == "heading":
            yield self.block("lines", lines[:1])
            lines = lines[1:]
        if lines:
            yield ComparisonBlock("skipped", Markup(), count=len(lines))

    def block(self, kind: str, lines: Sequence[RedlineLine]) -> ComparisonBlock:
        if self.view != "side" or kind == "fold":
            return ComparisonBlock(kind, self.lines_html(lines), count=len(lines))
        rows = tuple((self.line_html(old), self.line_html(new)) for old, new in side_by_side(lines))
        return ComparisonBlock(kind, Markup(), rows, len(lines))

    def line_html(self, line: RedlineLine | None) -> Markup | None:
        return self.lines_html([line]) if line else None

    def lines_html(self, lines: Sequence[RedlineLine]) -> Markup:
        return Markup("".join(map(self.writer.render_line, lines)))

    def removed_html(self, lines: Sequence[RedlineLine]) -> Markup:
        """Lines of which all was removed, as they read before."""
        return Markup("".join(self.writer.render_line(old_reading(line)) for line in lines))


_Abridger = Callable[[_BlockBuilder, Sequence[RedlineLine], bool], Iterator[ComparisonBlock]]

_ABRIDGED: dict[str, _Abridger] = {
    "inline": _BlockBuilder.folded,
    "side": _BlockBuilder.folded,
    "changes": _BlockBuilder.skipped,
    "provision": _BlockBuilder.unabridged,
}


def _has_visible_change(line: RedlineLine) -> bool:
    """Whether a reader sees a change in it."""
    return any(stretch.kind not in ("equal", *INVISIBLE_KINDS) for stretch in line.runs)
