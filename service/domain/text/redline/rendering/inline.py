"""Render a redline as an HTML fragment: insertions underlined, deletions struck through, with screen-reader labels.

No information is conveyed by colour alone. Only the tags of `TAGS` occur, and all text is escaped.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import Literal
from unicodedata import category

from service.domain.text.redline.lines import LineRun, RedlineLine, redline_lines
from service.domain.text.redline.numbered_ops import MoveEnd, count_changes
from service.domain.text.redline.redline import Redline
from service.domain.text.redline.rendering.labels import RedlineLabels, labels_for
from service.domain.text.redline.rendering.line_direction import line_direction
from service.domain.text.redline.rendering.reference_labels import reference_labels
from service.domain.text.redline.rendering.run_text import TextWriter
from service.domain.text.redline.structure_marks import structure_marks
from service.domain.text.structure.list_labels import BULLETS, labels_by_line, typed_label
from service.domain.text.structure.provisions import in_digits

TAGS = frozenset(
    ("div", "p", "ins", "del", "span", "a", "bdi", "details", "summary", "mark", "b", "i", "code", "sup", "br")
)
"""Every tag that an inline redline may contain."""

MAX_UNFOLDED = 4
"""Unchanged lines in a row that are not folded."""


def render_inline(redline: Redline, old: str, new: str, *, lang: str) -> str:
    """Return a `<div class="redline">` with both texts in one reading order; long unchanged passages are folded.

    `old` and `new` are the texts that were compared. Every change has an id `c-1`, `c-2` …, every move `m-1-old` and
    `m-1-new`.
    """
    ui_labels = labels_for(lang)
    labels = reference_labels(old) | reference_labels(new)
    writer = RedlineWriter(ui_labels, labels, texts=(old, new))
    body = "".join(writer.render_lines(list(redline_lines(redline, old, new))))
    return f'<div class="redline" lang="{escape(lang)}" dir="{ui_labels.direction}">{body}</div>'


def change_summary(redline: Redline, *, lang: str) -> str:
    """Return a one-sentence summary: the numbers of changes, moves and renumbered provisions."""
    ui_labels = labels_for(lang)
    counted = [
        (ui_labels.changes, count_changes(redline)),
        (ui_labels.moved, len(redline.moves)),
        (ui_labels.renumbered, sum(op.kind == "renumber" for op in redline.ops)),
        (ui_labels.vocalised, sum(op.kind == "vocalisation" for op in redline.ops)),
        (ui_labels.unseen, sum(op.kind in ("space", "invisible") for op in redline.ops)),
    ]
    parts = [f"{label}: {in_digits(str(count), ui_labels.digits)}" for label, count in counted if count]
    return ui_labels.comma.join(parts) if parts else ui_labels.none


@dataclass(frozen=True, slots=True)
class AuthorBadge:
    """How an author is marked: a number, a colour index from 0, and screen-reader labels for additions and removals."""

    number: str
    colour: int
    added: str
    removed: str


@dataclass(slots=True)
class RedlineWriter:
    """Render redline lines as HTML."""

    ui_labels: RedlineLabels
    labels: dict[str, str]
    badges: Mapping[str, AuthorBadge] = field(default_factory=dict)
    """Badges by author."""
    texts: tuple[str, str] = ("", "")
    """The old and the new text, from which list items get their labels."""
    item_labels: tuple[Mapping[int, str], Mapping[int, str]] | None = None
    """Labels of list items by line start, for each text; computed when first needed."""
    numbered_changes: set[int] = field(default_factory=set)
    """Changes whose id was already written."""
    text_writer: TextWriter = field(init=False)

    def __post_init__(self) -> None:
        """Make the writer of words."""
        self.text_writer = TextWriter(self.ui_labels, self.labels)

    def render_lines(self, all_lines: Sequence[RedlineLine]) -> Iterator[str]:
        """Render lines, grouped into changed and unchanged ones."""
        for changed, run in groupby(all_lines, key=lambda line: line.has_visible_changes):
            group = list(run)
            if changed:
                yield from self.render_changed(group)
            else:
                yield from self.render_unchanged(group)

    def render_changed(self, group: Sequence[RedlineLine]) -> Iterator[str]:
        """Render changed lines; consecutive lines of one end of a move share a frame."""
        for (move, end), run in groupby(group, key=lambda line: (line.move, line.move_end)):
            html = "".join(map(self.render_line, run))
            yield self.render_moved(move, end, html) if move and end else html

    def render_moved(self, move: int, end: MoveEnd, html: str) -> str:
        """Render a frame around one end of a move, with a link to its other end."""
        other, label = ("new", self.ui_labels.moved_away) if end == "old" else ("old", self.ui_labels.moved_here)
        link = f'<a href="#m-{move}-{other}">{escape(label)}</a>'
        return f'<div class="moved" id="m-{move}-{end}"><p class="moved-to">{link}</p>{html}</div>'

    def render_unchanged(self, group: Sequence[RedlineLine]) -> Iterator[str]:
        """Render unchanged lines; of a long run only the first and last line and the last heading are not folded."""
        if len(group) <= MAX_UNFOLDED:
            yield from map(self.render_line, group)
            return
        headings = [index for index in range(1, len(group) - 1) if group[index].shape == "heading"]
        last = headings[-1] if headings else len(group) - 1
        yield self.render_line(group[0])
        yield self.render_folded(group[1:last])
        yield self.render_line(group[last])
        if last < len(group) - 1:
            yield self.render_folded(group[last + 1 : -1])
            yield self.render_line(group[-1])

    def render_folded(self, group: Sequence[RedlineLine]) -> str:
        """Render lines inside `<details>`; a single line is not folded."""
        html = "".join(map(self.render_line, group))
        if len(group) <= 1:
            return html
        count = in_digits(str(len(group)), self.ui_labels.digits)
        return f"<details><summary>{escape(self.ui_labels.unchanged)}: {count}</summary>{html}</details>"

    def render_line(self, line: RedlineLine) -> str:
        """Render one line as a paragraph."""
        self.text_writer.begin_line(line.runs)
        previous_runs = (None, *line.runs)
        html = "".join(self.render_run(one, previous=last) for last, one in zip(previous_runs, line.runs, strict=False))
        role = f' role="heading" aria-level="{min(line.level + 1, 6)}"' if line.shape == "heading" else ""
        level = f" {line.shape}-{line.level}" if line.shape in ("heading", "item") else ""
        direction = line_direction(line.runs, self.ui_labels.direction)
        way = f' dir="{direction}"' if direction != self.ui_labels.direction else ""
        shape = f"{line.shape}{level}{' on' if line.continues else ''}"
        return f'<p class="{shape}"{role}{way}>{self.render_marker(line)}{html}</p>'

    def render_marker(self, line: RedlineLine) -> str:
        """Render the list marker or note label of a line, if it has one."""
        if not line.marker:
            return ""
        label = self.item_label(line) if line.shape == "item" else line.marker
        if line.marker_was:
            old_reading = f"{self.ui_labels.became} {line.marker_was}"
            return (
                f'<span class="marker"><mark class="item_number" title="{escape(old_reading)}">'
                f'<bdi dir="{self.ui_labels.direction}">{escape(label)}</bdi>'
                f'<span class="spoken"> ({escape(old_reading)})</span></mark></span> '
            )
        return f'<span class="marker"><bdi dir="{self.ui_labels.direction}">{escape(label)}</bdi></span> '

    def item_label(self, line: RedlineLine) -> str:
        """Return the label of a list item as the text prints it, in the new text if it has the line."""
        if line.marker in BULLETS:
            return "•"
        if self.item_labels is None:
            lang, digits = self.ui_labels.lang, self.ui_labels.digits
            old, new = (labels_by_line(text, lang=lang, digits=digits) for text in self.texts)
            self.item_labels = old, new
        labels = [
            labels.get(-1 if place is None else place)
            for labels, place in zip(self.item_labels, line.places, strict=True)
        ]
        return (
            labels[1] or labels[0] or typed_label(line.marker, lang=self.ui_labels.lang, digits=self.ui_labels.digits)
        )

    def render_run(self, run: LineRun, *, previous: LineRun | None = None) -> str:
        """Render one run by its kind."""
        match run.kind:
            case "equal":
                return self.text_writer.write(run.new, kind="equal", ids=False)
            case "insert":
                return self.render_change("ins", run, previous)
            case "delete":
                return self.render_change("del", run, previous)
            case "structure":
                return self.render_structure(run)
            case "break":
                return "<br>"
            case _:
                return self.render_minor(run)

    def render_minor(self, run: LineRun) -> str:
        """Render a change that is folded: the new words, with the old ones in the title and for screen readers."""
        was = run.old.replace(" ", "\u2423") if run.kind in ("space", "invisible") else run.old
        old_reading = f"{self.ui_labels.became} {was or '∅'}"
        spoken = f'<span class="spoken">({escape(old_reading)}) </span>'
        words = self.text_writer.write(run.new, kind=run.kind)
        return f'<mark class="{run.kind}" title="{escape(old_reading)}">{spoken}{words}</mark>'

    def render_structure(self, run: LineRun) -> str:
        """Render the marks of a change of structure; the first carries the id of the change."""
        pieces = []
        for mark in structure_marks(run.old, run.new, column=run.column):
            tag = "ins" if mark.is_added else "del"
            label = self.ui_labels.added if mark.is_added else self.ui_labels.removed
            spoken = f'<span class="spoken">{escape(label)} {escape(self.ui_labels.structure[mark.name])} </span>'
            symbol = f'<bdi aria-hidden="true">{escape(mark.symbol)}</bdi>'
            pieces.append(f'<{tag} class="layout"{self.change_id(run)}>{spoken}{symbol}</{tag}>')
        return "".join(pieces)

    def change_id(self, run: LineRun) -> str:
        """Return the id attribute of a change where it is rendered first."""
        if run.change is None or run.change in self.numbered_changes:
            return ""
        self.numbered_changes.add(run.change)
        return f' id="c-{run.change}"'

    def render_change(self, tag: Literal["ins", "del"], run: LineRun, previous: LineRun | None) -> str:
        """Render an insertion or a deletion; the first run of a change carries its id."""
        text = run.new or run.old
        if not text:
            return ""
        only_id = text.lstrip().startswith("{#")
        id_attribute = self.change_id(run)
        badge = self.badges.get(run.author or "")
        opening = self.render_badge(tag, badge, inside_word=_splits_word(previous, run))
        return f"<{tag}{id_attribute}{opening}{self.text_writer.write(text, kind=run.kind, ids=only_id)}</{tag}>"

    def render_badge(self, tag: Literal["ins", "del"], badge: AuthorBadge | None, *, inside_word: bool) -> str:
        """Return the rest of an opening tag, with the label of the change and of its author.

        `inside_word`: the second author of one word is marked by colour only, so that the word stays readable.
        """
        if badge is None:
            label = self.ui_labels.added if tag == "ins" else self.ui_labels.removed
            return f'><span class="spoken">{escape(label)} </span>'
        if inside_word:
            return f' class="who{badge.colour}">'
        label = badge.added if tag == "ins" else badge.removed
        number = f'<span class="by-n" aria-hidden="true">{escape(badge.number)}</span>'
        return f' class="who{badge.colour}"><span class="spoken">{escape(label)} </span>{number}'


def _splits_word(before: LineRun | None, after: LineRun) -> bool:
    if before is None or before.kind != after.kind:
        return False
    last, first = (before.new or before.old)[-1:], (after.new or after.old)[:1]
    return all(category(letter)[0] in "LMN" for letter in last + first) and bool(last and first)
