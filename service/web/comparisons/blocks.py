"""Blocks of a comparison page: the lines of its parts as HTML, folded and paired as a view shows them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup

from service.domain.text.redline.by_provision import Comparison, ComparisonPart
from service.domain.text.redline.lines import RedlineLine
from service.domain.text.redline.numbered_ops import MoveEnd
from service.domain.text.redline.rendering.inline import MAX_UNFOLDED, AuthorBadge, RedlineWriter
from service.domain.text.redline.rendering.labels import labels_for
from service.domain.text.redline.rendering.reference_labels import reference_labels
from service.domain.text.redline.side_by_side import old_reading, side_by_side
from service.domain.text.structure.provisions import Digits

MAX_FOLDED_LENGTH = 12_000
"""Code points of unchanged text that a fold can hold; a longer one has only a link to the text."""

ColumnRow = tuple[Markup | None, Markup | None]


@dataclass(frozen=True)
class ComparisonBlock:
    """Consecutive lines of a part that are shown in the same way.

    `kind`: lines | fold | gone (moved from here) | come (moved here) | skipped. `rows` are for two columns, `html` for
    one. `count` is the number of lines, for a move of words. `other_part` is the index of the part with the other end
    of a move, `inner_changes` the number of changes inside it.
    """

    kind: str
    html: Markup
    rows: tuple[ColumnRow, ...] = ()
    count: int = 0
    move: int = 0
    other_part: int = 0
    inner_changes: int = 0


@dataclass(frozen=True)
class ComparisonSection:
    """A touched part with its blocks, or a run of untouched parts with their `html`; None if it is too long to fold."""

    parts: tuple[ComparisonPart, ...]
    blocks: tuple[ComparisonBlock, ...]
    html: Markup | None

    @property
    def first(self) -> ComparisonPart:
        """The first part."""
        return self.parts[0]

    @property
    def last(self) -> ComparisonPart:
        """The last part."""
        return self.parts[-1]


def html_writer(texts: tuple[str, str], lang: str, digits: Digits, badges: Mapping[str, AuthorBadge]) -> RedlineWriter:
    """Return a writer of redlines that resolves the references of both texts."""
    labels = replace(labels_for(lang), digits=digits)
    return RedlineWriter(labels, reference_labels(texts[0]) | reference_labels(texts[1]), badges, texts)


@dataclass(frozen=True)
class BlockBuilder:
    """Builds the sections of one page, with one writer, so that element ids are unique."""

    comparison: Comparison
    writer: RedlineWriter
    view: str

    def section(self, run: tuple[ComparisonPart, ...]) -> ComparisonSection:
        """Return one touched part, or a run of untouched ones, as a section."""
        if run[0].touched or self.view == "provision":
            return ComparisonSection(run, tuple(block for part in run for block in self.blocks(part)), None)
        short = sum(part.size for part in run) <= MAX_FOLDED_LENGTH
        return ComparisonSection(
            run, (), self.lines_html([line for part in run for line in part.lines]) if short else None
        )

    def blocks(self, part: ComparisonPart) -> Iterator[ComparisonBlock]:
        """Yield the blocks of a touched part; runs of unchanged lines are abridged as the view asks."""
        for changed, run in groupby(part.lines, key=_has_visible_change):
            lines = list(run)
            if changed:
                yield from self.changed_blocks(lines)
            else:
                yield from _ABRIDGED[self.view](self, lines, lines[0] is part.lines[0])

    def changed_blocks(self, lines: Sequence[RedlineLine]) -> Iterator[ComparisonBlock]:
        """Yield changed lines, with each end of a move in a block of its own."""
        for (move, end), run in groupby(lines, key=lambda line: (line.move, line.move_end)):
            group = list(run)
            yield self.moved_block(move, end, group) if move and end else self.block("lines", group)

    def moved_block(self, move: int, end: MoveEnd, lines: Sequence[RedlineLine]) -> ComparisonBlock:
        """Return one end of a move."""
        word_count = self.comparison.word_count(move)
        if end == "old":
            removed = self.removed_html(lines)
            return ComparisonBlock(
                "gone", removed, ((removed, None),), word_count, move, self.comparison.move_targets.get(move, 0)
            )
        inner = len({run.change for line in lines for run in line.runs} - {None})
        arrived, other = self.lines_html(lines), self.comparison.move_sources.get(move, 0)
        return ComparisonBlock("come", arrived, ((None, arrived),), word_count, move, other, inner)

    def unabridged(self, lines: Sequence[RedlineLine], first: bool) -> Iterator[ComparisonBlock]:
        """Yield all lines."""
        yield self.block("lines", lines)

    def folded(self, lines: Sequence[RedlineLine], first: bool) -> Iterator[ComparisonBlock]:
        """Yield up to MAX_UNFOLDED lines as they are; of more, the first and last line, and the rest as a fold."""
        if len(lines) <= MAX_UNFOLDED:
            yield self.block("lines", lines)
            return
        yield self.block("lines", lines[:1])
        yield self.block("fold", lines[1:-1])
        yield self.block("lines", lines[-1:])

    def skipped(self, lines: Sequence[RedlineLine], first: bool) -> Iterator[ComparisonBlock]:
        """Yield the heading only; the other lines are skipped."""
        if first and lines[0].shape == "heading":
            yield self.block("lines", lines[:1])
            lines = lines[1:]
        if lines:
            yield ComparisonBlock("skipped", Markup(), count=len(lines))

    def block(self, kind: str, lines: Sequence[RedlineLine]) -> ComparisonBlock:
        """Return lines as one block: in two columns in the view `side`, unless it is a fold."""
        if self.view != "side" or kind == "fold":
            return ComparisonBlock(kind, self.lines_html(lines), count=len(lines))
        rows = tuple((self.line_html(old), self.line_html(new)) for old, new in side_by_side(lines))
        return ComparisonBlock(kind, Markup(), rows, len(lines))

    def line_html(self, line: RedlineLine | None) -> Markup | None:
        """Render one side of a row; None if it is empty."""
        return self.lines_html([line]) if line else None

    def lines_html(self, lines: Sequence[RedlineLine]) -> Markup:
        """Render lines one after another."""
        return Markup("".join(map(self.writer.render_line, lines)))

    def removed_html(self, lines: Sequence[RedlineLine]) -> Markup:
        """Render removed lines as they read in the old text."""
        return Markup("".join(self.writer.render_line(old_reading(line)) for line in lines))


_Abridger = Callable[[BlockBuilder, Sequence[RedlineLine], bool], Iterator[ComparisonBlock]]

_ABRIDGED: dict[str, _Abridger] = {
    "inline": BlockBuilder.folded,
    "side": BlockBuilder.folded,
    "changes": BlockBuilder.skipped,
    "provision": BlockBuilder.unabridged,
}


def _has_visible_change(line: RedlineLine) -> bool:
    """Whether the line moved or has a change that is not folded."""
    return line.has_visible_changes
