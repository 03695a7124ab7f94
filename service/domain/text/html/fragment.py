"""Render the tree as an HTML fragment for pages: escaped, from a fixed set of tags, without styles or scripts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import assert_never

from service.domain.errors import N_
from service.domain.text.markup.inlines import plain_text
from service.domain.text.markup.tree import (
    Align,
    Block,
    BulletList,
    Citation,
    Code,
    CodeBlock,
    Direction,
    DirectionalRun,
    Emphasis,
    Heading,
    Inline,
    LineBreak,
    LineMark,
    Link,
    ListStyle,
    Note,
    OrderedList,
    Paragraph,
    PlainText,
    Quote,
    Row,
    Strong,
    Table,
    ThematicBreak,
    Tree,
)
from service.domain.text.structure.instruments import find_instrument, render_citation
from service.domain.text.structure.isolated_runs import Run, isolated_runs, neighbours
from service.domain.text.structure.list_labels import effective_style, printed_label
from service.domain.text.structure.outline import build_outline
from service.domain.text.structure.provisions import Digits, in_digits, label_of
from service.domain.text.structure.references import resolve_references

TAGS = frozenset(
    {
        "div", "h2", "h3", "h4", "h5", "h6", "p", "br", "em", "strong", "code", "pre", "a", "bdi", "span", "sup",
        "ul", "ol", "li", "blockquote", "hr", "section", "table", "thead", "tbody", "tr", "th", "td"
    }
)  # fmt: skip
"""Every tag that a preview may contain."""

Translate = Callable[[str], str]
"""Translate a message id to the language of the page."""


def render_preview(
    tree: Tree, *, lang: str, digits: Digits, dir: Direction, prefix: str = "t", translate: Translate = str
) -> str:
    """Return a `<div>` with the text. Headings begin at h2, because h1 is the page's.

    Ids begin with `prefix`, which must differ between the texts of one page. Table cells have classes `align-…`; a
    table is inside a focusable `<div class="table">` that scrolls on narrow pages; the items of an `<ol
    class="labelled">` begin with their labels, and the list of notes has the class `digits-arab` or `digits-latn`; a
    broken reference has the class `broken`.
    """
    page = _Renderer(lang, digits, dir, prefix, translate, dict(build_outline(tree).labels))
    body = page.render_blocks(tree.blocks) + page.render_notes(tree.notes)
    return f'<div class="text" lang="{escape(lang)}" dir="{dir}">{body}</div>'


@dataclass(slots=True)
class _Renderer:
    lang: str
    digits: Digits
    dir: Direction
    prefix: str
    translate: Translate
    labels: dict[str, str]
    within: ListStyle | None = None
    """The style in which the nearest numbered list around prints."""
    headings: int = 0
    """Headings rendered so far; a heading without an id is numbered instead."""
    calls: dict[int, int] = field(default_factory=dict)
    """How often each note was called so far, for the ids of the calls and the links back to them."""

    def render_blocks(self, blocks: Iterable[Block]) -> str:
        return "".join(self.render_block(block) for block in blocks)

    def render_block(self, block: Block) -> str:
        match block:
            case Heading(level=level, id=id, children=children):
                self.headings += 1
                id_attribute = f' id="{self.prefix}-h-{id}"' if id else f' id="{self.prefix}-o-{self.headings}"'
                return f"<h{min(level + 1, 6)}{id_attribute}>{self.render_heading(children)}</h{min(level + 1, 6)}>"
            case Paragraph(children=children):
                return f"<p>{self.render_inline(children)}</p>"
            case BulletList() | OrderedList():
                return self.render_list(block)
            case Quote(blocks=inner):
                return f"<blockquote>{self.render_blocks(inner)}</blockquote>"
            case Table():
                return self.render_table(block)
            case CodeBlock(text=text):
                return f'<pre dir="auto"><code>{escape(text)}</code></pre>'
            case ThematicBreak():
                return "<hr>"
            case _:
                assert_never(block)

    def render_heading(self, children: Sequence[Inline]) -> str:
        """Render the words of a heading; the name and number it begins with have the class `label`.

        Not in a heading with runs of the other direction, which would be drawn in the order of the line if they were
        split.
        """
        first = children[0] if children else None
        label = label_of(first.text) if isinstance(first, PlainText) else None
        is_mixed = any(run.direction for run in isolated_runs(plain_text(children), line=self.dir))
        if label is None or is_mixed or not isinstance(first, PlainText):
            return self.render_inline(children)
        rest = (replace(first, text=first.text[len(label) :]), *children[1:])
        return (
            f'<span class="label">{self.render_inline((replace(first, text=label),))}</span>{self.render_inline(rest)}'
        )

    def render_list(self, block: BulletList | OrderedList) -> str:
        if isinstance(block, BulletList):
            items = "".join(f"<li>{self.render_item(item.blocks, tight=block.tight)}</li>" for item in block.items)
            return f"<ul>{items}</ul>"
        around, self.within = self.within, effective_style(block.style, within=self.within, lang=self.lang)
        items = "".join(
            f"<li>{self.render_item(item.blocks, tight=block.tight, label=self.item_label(number))}</li>"
            for number, item in enumerate(block.items, block.start)
        )
        self.within = around
        start = f' start="{block.start}"' if block.start != 1 else ""
        return f'<ol class="labelled" role="list"{start}>{items}</ol>'

    def item_label(self, number: int) -> str:
        """Return the label of an item of the current numbered list, as text that is copied and read out."""
        label = printed_label(number, style=self.within or "decimal", digits=self.digits, lang=self.lang)
        return f'<bdi class="item-label" dir="{self.dir}">{label} </bdi>'

    def render_item(self, blocks: Sequence[Block], *, tight: bool, label: str = "") -> str:
        """Render an item, with its label in its first paragraph; in a tight list that has no `<p>`."""
        if not (blocks and isinstance(blocks[0], Paragraph)):
            return label + self.render_blocks(blocks)
        words = label + self.render_inline(blocks[0].children)
        return (words if tight else f"<p>{words}</p>") + self.render_blocks(blocks[1:])

    def render_table(self, table: Table) -> str:
        head = self.render_row(table.head, table.aligns, cell='th scope="col"')
        rows = "".join(self.render_row(row, table.aligns, cell="td") for row in table.rows)
        body = f"<tbody>{rows}</tbody>" if rows else ""
        label = escape(self.translate(N_("Table")))
        html = f"<table><thead>{head}</thead>{body}</table>"
        return f'<div class="table" role="group" aria-label="{label}" tabindex="0">{html}</div>'

    def render_row(self, row: Row, aligns: Sequence[Align], *, cell: str) -> str:
        cells = (
            f'<{cell} class="align-{align}">{self.render_inline(part.children)}</{cell[:2]}>'
            for part, align in zip(row.cells, aligns, strict=True)
        )
        return f"<tr>{''.join(cells)}</tr>"

    def render_inline(self, nodes: Iterable[Inline], *, before: str = "", after: str = "") -> str:
        """Render inlines between the texts `before` and `after`, which decide where a run goes on."""
        resolved = resolve_references(nodes, self.labels, digits=self.digits)
        sides = neighbours([plain_text([node]) for node in resolved], before=before, after=after)
        return "".join(self.render_node(node, *pair) for node, pair in zip(resolved, sides, strict=True))

    def render_node(self, node: Inline, before: str, after: str) -> str:
        match node:
            case PlainText(text=text):
                runs = isolated_runs(text, line=self.dir, before=before, after=after)
                return "".join(_render_run(run) for run in runs)
            case Emphasis(children=children):
                return f"<em>{self.render_inline(children, before=before, after=after)}</em>"
            case Strong(children=children):
                return f"<strong>{self.render_inline(children, before=before, after=after)}</strong>"
            case Code(text=text):
                return f'<code dir="auto">{escape(text, quote=False)}</code>'
            case LineBreak():
                return "<br>"
            case Link():
                return self.render_link(node)
            case DirectionalRun(direction=direction, lang=lang, children=children):
                attrs = (f' dir="{direction}"' if direction else "") + (f' lang="{escape(lang)}"' if lang else "")
                inside = replace(self, dir=direction or self.dir)
                return f"<bdi{attrs}>{inside.render_inline(children)}</bdi>"
            case Note():
                return self.render_call(node)
            case Citation():
                return self.render_citation_node(node)
            case LineMark(number=n):
                return f'<span class="line-number" aria-hidden="true">{in_digits(str(n), self.digits)}</span>'
            case _:
                assert_never(node)

    def render_link(self, link: Link) -> str:
        if not link.href.startswith("#"):
            is_address = link.children == (PlainText(link.href),)
            address = f'<bdi dir="ltr">{escape(link.href, quote=False)}</bdi>'
            html = address if is_address else self.render_inline(link.children)
            return f'<a href="{escape(link.href)}" rel="nofollow noopener noreferrer">{html}</a>'
        target = link.href[1:]
        html = self.render_inline(link.children) or escape(link.href)
        if target not in self.labels:
            return f'<span class="broken">{html}</span>'
        return f'<a href="#{self.prefix}-h-{target}">{html}</a>'

    def render_citation_node(self, cite: Citation) -> str:
        html = self.render_inline(render_citation(cite, lang=self.lang, digits=self.digits))
        return html if find_instrument(cite.ref) else f'<span class="broken">{html}</span>'

    def render_call(self, note: Note) -> str:
        times = self.calls[note.number] = self.calls.get(note.number, 0) + 1
        shown = in_digits(str(note.number), self.digits)
        link = f'<a href="#{self.prefix}-n-{note.number}">{shown}</a>'
        return f'<sup id="{self.prefix}-c-{note.number}-{times}">{link}</sup>'

    def render_notes(self, notes: Sequence[Note]) -> str:
        if not notes:
            return ""
        items = "".join(f'<li id="{self.prefix}-n-{note.number}">{self.render_note(note)}</li>' for note in notes)
        label = escape(self.translate(N_("Notes")))
        return f'<section class="notes" aria-label="{label}"><ol class="digits-{self.digits}">{items}</ol></section>'

    def render_note(self, note: Note) -> str:
        back = escape(self.translate(N_("Back to the text")))
        links = "".join(
            f' <a href="#{self.prefix}-c-{note.number}-{time}" aria-label="{back}">↩</a>'
            for time in range(1, self.calls.get(note.number, 0) + 1)
        )
        body = self.render_blocks(note.blocks)
        return f"{body[:-4]}{links}</p>" if body.endswith("</p>") else f"{body}<p>{links.lstrip()}</p>"


def _render_run(run: Run) -> str:
    text = escape(run.text, quote=False)
    return f'<bdi dir="{run.direction}">{text}</bdi>' if run.direction else text
