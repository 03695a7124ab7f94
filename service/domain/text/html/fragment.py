"""The tree as an HTML fragment for pages: escaped, from a short list of tags, without styles or scripts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import assert_never

from service.domain.errors import N_
from service.domain.text.markup.tree import (
    Align,
    Block,
    BulletList,
    Cite,
    Code,
    CodeBlock,
    Direction,
    Emphasis,
    Heading,
    Inline,
    LineBreak,
    Link,
    Note,
    OrderedList,
    Paragraph,
    Quote,
    Row,
    Rule,
    Run,
    Strong,
    Table,
    Tree,
    Words,
)
from service.domain.text.structure.instruments import citation, cited
from service.domain.text.structure.outline import outline
from service.domain.text.structure.provisions import Digits, in_digits

TAGS = frozenset(
    [
        "div",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "br",
        "em",
        "strong",
        "code",
        "pre",
        "a",
        "bdi",
        "span",
        "sup",
        "ul",
        "ol",
        "li",
        "blockquote",
        "hr",
        "section",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ]
)
"""Every tag a preview may hold."""

Say = Callable[[str], str]
"""Gives a message id in the language of the page."""


def preview(tree: Tree, *, lang: str, digits: Digits, dir: Direction, prefix: str = "t", say: Say = str) -> str:
    """A `<div>` with the text. Headings begin at h2: h1 is the page's.

    Ids in it begin with `prefix`; give each text of a page its own. Tables carry classes `align-…` and stand in
    a `<div class="table">` that keys can reach, for a narrow page scrolls it; lists carry `digits-arab` or
    `digits-latn`; a reference that leads nowhere has the class `broken`.
    """
    page = _Page(lang, digits, prefix, say, dict(outline(tree, digits=digits).labels))
    body = page.blocks(tree.blocks) + page.notes(tree.notes)
    return f'<div class="text" lang="{escape(lang)}" dir="{dir}">{body}</div>'


@dataclass(slots=True)
class _Page:
    lang: str
    digits: Digits
    prefix: str
    say: Say
    labels: dict[str, str]
    headings: int = 0
    """How many were written: those without a name of their own have their place as an id."""
    calls: dict[int, int] = field(default_factory=dict)
    """How often each note was called so far: a call's id, and the links back to it."""

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "".join(self.block(block) for block in blocks)

    def block(self, block: Block) -> str:
        match block:
            case Heading(level=level, id=id, children=children):
                self.headings += 1
                named = f' id="{self.prefix}-h-{id}"' if id else f' id="{self.prefix}-o-{self.headings}"'
                return f"<h{min(level + 1, 6)}{named}>{self.inline(children)}</h{min(level + 1, 6)}>"
            case Paragraph(children=children):
                return f"<p>{self.inline(children)}</p>"
            case BulletList() | OrderedList():
                return self.list(block)
            case Quote(blocks=inner):
                return f"<blockquote>{self.blocks(inner)}</blockquote>"
            case Table():
                return self.table(block)
            case CodeBlock(text=text):
                return f'<pre dir="auto"><code>{escape(text)}</code></pre>'
            case Rule():
                return "<hr>"
            case _:
                assert_never(block)

    def list(self, block: BulletList | OrderedList) -> str:
        items = "".join(f"<li>{self.item(item.blocks, tight=block.tight)}</li>" for item in block.items)
        if isinstance(block, BulletList):
            return f"<ul>{items}</ul>"
        start = f' start="{block.start}"' if block.start != 1 else ""
        return f'<ol class="digits-{self.digits}"{start}>{items}</ol>'

    def item(self, blocks: Sequence[Block], *, tight: bool) -> str:
        """In a tight list the words of an item stand without a paragraph around them."""
        if tight and blocks and isinstance(blocks[0], Paragraph):
            return self.inline(blocks[0].children) + self.blocks(blocks[1:])
        return self.blocks(blocks)

    def table(self, table: Table) -> str:
        head = self.row(table.head, table.aligns, cell='th scope="col"')
        rows = "".join(self.row(row, table.aligns, cell="td") for row in table.rows)
        body = f"<tbody>{rows}</tbody>" if rows else ""
        label = escape(self.say(N_("Table")))
        shown = f"<table><thead>{head}</thead>{body}</table>"
        return f'<div class="table" role="group" aria-label="{label}" tabindex="0">{shown}</div>'

    def row(self, row: Row, aligns: Sequence[Align], *, cell: str) -> str:
        cells = (
            f'<{cell} class="align-{align}">{self.inline(part.children)}</{cell[:2]}>'
            for part, align in zip(row.cells, aligns, strict=True)
        )
        return f"<tr>{''.join(cells)}</tr>"

    def inline(self, nodes: Iterable[Inline]) -> str:
        return "".join(self.node(node) for node in nodes)

    def node(self, node: Inline) -> str:
        match node:
            case Words(text=text):
                return escape(text, quote=False)
            case Emphasis(children=children):
                return f"<em>{self.inline(children)}</em>"
            case Strong(children=children):
                return f"<strong>{self.inline(children)}</strong>"
            case Code(text=text):
                return f'<code dir="auto">{escape(text, quote=False)}</code>'
            case LineBreak():
                return "<br>"
            case Link():
                return self.link(node)
            case Run(direction=direction, lang=lang, children=children):
                attrs = (f' dir="{direction}"' if direction else "") + (f' lang="{escape(lang)}"' if lang else "")
                return f"<bdi{attrs}>{self.inline(children)}</bdi>"
            case Note():
                return self.call(node)
            case Cite():
                return self.cite(node)
            case _:
                assert_never(node)

    def link(self, link: Link) -> str:
        if not link.href.startswith("#"):
            shown = self.inline(link.children)
            shown = f'<bdi dir="ltr">{shown}</bdi>' if link.children == (Words(link.href),) else shown
            return f'<a href="{escape(link.href)}" rel="nofollow noopener noreferrer">{shown}</a>'
        target = link.href[1:]
        shown = self.inline(link.children) or escape(self.labels.get(target, link.href))
        if target not in self.labels:
            return f'<span class="broken">{shown}</span>'
        return f'<a href="#{self.prefix}-h-{target}">{shown}</a>'

    def cite(self, cite: Cite) -> str:
        shown = self.inline(citation(cite, lang=self.lang, digits=self.digits))
        return shown if cited(cite.ref) else f'<span class="broken">{shown}</span>'

    def call(self, note: Note) -> str:
        times = self.calls[note.number] = self.calls.get(note.number, 0) + 1
        shown = in_digits(str(note.number), self.digits)
        called = f"{self.prefix}-c-{note.number}-{times}"
        return f'<sup id="{called}"><a href="#{self.prefix}-n-{note.number}">{shown}</a></sup>'

    def notes(self, notes: Sequence[Note]) -> str:
        if not notes:
            return ""
        items = "".join(f'<li id="{self.prefix}-n-{note.number}">{self.note(note)}</li>' for note in notes)
        label = escape(self.say(N_("Notes")))
        return f'<section class="notes" aria-label="{label}"><ol class="digits-{self.digits}">{items}</ol></section>'

    def note(self, note: Note) -> str:
        back = escape(self.say(N_("Back to the text")))
        links = "".join(
            f' <a href="#{self.prefix}-c-{note.number}-{time}" aria-label="{back}">↩</a>'
            for time in range(1, self.calls.get(note.number, 0) + 1)
        )
        body = self.blocks(note.blocks)
        return f"{body[:-4]}{links}</p>" if body.endswith("</p>") else f"{body}<p>{links.lstrip()}</p>"
