"""Numbers of the lines of a text: lines are those of its words, not of a page, so that every file cites the same ones.

The rules `mithaq.lines.v1`: headings, paragraphs, rows of tables and blocks of code each begin a line, in reading
order. Their words as read, without labels of lists and marks of notes, are broken into lines of at most COLUMNS
grapheme clusters where UAX #14 allows it; what has no such place stays whole. Marks of direction are no words. Notes
have no lines: they are cited by their numbers. A row is its cells with tabs between them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from service.domain.text.markup.tree import (
    Block,
    BulletList,
    Cell,
    Citation,
    Code,
    CodeBlock,
    Heading,
    Inline,
    LineBreak,
    LineMark,
    Note,
    OrderedList,
    Paragraph,
    PlainText,
    Quote,
    Row,
    Table,
    Tree,
)
from service.domain.text.structure.instruments import render_citation
from service.domain.text.structure.line_breaking import break_lines
from service.domain.text.structure.outline import build_outline
from service.domain.text.structure.provisions import Digits
from service.domain.text.structure.references import resolve_references

LINE_RULES = "mithaq.lines.v1"
"""The name of these rules, stored with a version: rules that give other lines need another name."""

Resolve = Callable[[Iterable[Inline]], Iterable[Inline]]
"""Gives references and citations among inlines the text that they print."""

_CELLS = "\t"
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def canonical_lines(tree: Tree, *, lang: str, digits: Digits) -> list[str]:
    """Return the lines of an edition, the first of which is line 1."""
    resolve = _resolver(tree, lang=lang, digits=digits)
    leaves = ("".join(letter for letter in leaf if not _is_mark(letter)) for leaf in _leaves(tree.blocks, resolve))
    return [line for leaf in leaves for line in break_lines(leaf)]


def mark_tree(tree: Tree, *, lang: str, digits: Digits) -> Tree:
    """Return the tree with a LineMark where each line begins, and with the text of its references."""
    return replace(tree, blocks=mark_lines(tree.blocks, resolve=_resolver(tree, lang=lang, digits=digits)))


def mark_lines(blocks: Iterable[Block], *, resolve: Resolve = tuple) -> tuple[Block, ...]:
    """Return blocks with a LineMark after the first word of each line; lines of blocks of code are counted only."""
    return _Marker(resolve).mark_blocks(blocks)


@dataclass(slots=True)
class _Marker:
    resolve: Resolve
    number: int = 0
    """The number of the last line."""

    def mark_blocks(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        return tuple(self.mark_block(block) for block in blocks)

    def mark_block(self, block: Block) -> Block:
        match block:
            case Heading(children=children) | Paragraph(children=children):
                return replace(block, children=self.mark_leaf((tuple(self.resolve(children)),))[0])
            case Quote(blocks=inner):
                return replace(block, blocks=self.mark_blocks(inner))
            case BulletList(items=items) | OrderedList(items=items):
                marked = tuple(replace(item, blocks=self.mark_blocks(item.blocks)) for item in items)
                return replace(block, items=marked)
            case Table(head=head, rows=rows):
                return replace(block, head=self.mark_row(head), rows=tuple(self.mark_row(row) for row in rows))
            case CodeBlock(text=text):
                self.number += len(break_lines(text))
        return block

    def mark_row(self, row: Row) -> Row:
        cells = self.mark_leaf(tuple(tuple(self.resolve(cell.children)) for cell in row.cells))
        return replace(row, cells=tuple(Cell(each) for each in cells))

    def mark_leaf(self, parts: tuple[tuple[Inline, ...], ...]) -> tuple[tuple[Inline, ...], ...]:
        text = _CELLS.join(map(_text, parts))
        places = [at for at, letter in enumerate(text) if not _is_mark(letter)]
        marks, start = [], 0
        for line in break_lines("".join(text[at] for at in places)):
            self.number += 1
            if line.strip():
                end_of_word = start + len(line) - len(line.lstrip()) + len(line.split(None, 1)[0])
                marks.append((places[end_of_word - 1] + 1, self.number))
            start += len(line)
        cursor = _Cursor(marks)
        marked = []
        for part in parts:
            marked.append(cursor.insert(part))
            cursor.offset += len(_CELLS)
        return tuple(marked)


@dataclass(slots=True)
class _Cursor:
    """Walks inlines and inserts the marks of `marks`, pairs of offset and number, where they belong."""

    marks: list[tuple[int, int]]
    offset: int = 0

    def insert(self, inlines: Iterable[Inline]) -> tuple[Inline, ...]:
        return tuple(each for inline in inlines for each in self.insert_into(inline))

    def insert_into(self, inline: Inline) -> Iterator[Inline]:
        match inline:
            case PlainText(text=text):
                yield from self.split(text)
            case Code() | LineBreak() | Note() | Citation() | LineMark():
                yield inline
                self.offset += len(_text((inline,)))
                yield from self.passed()
            case _:
                yield replace(inline, children=self.insert(inline.children))

    def split(self, text: str) -> Iterator[Inline]:
        end = self.offset + len(text)
        while self.marks and self.marks[0][0] <= end:
            at, number = self.marks.pop(0)
            words, text = text[: at - self.offset], text[at - self.offset :]
            self.offset = at
            yield from (PlainText(words),) if words else ()
            yield LineMark(number)
        self.offset = end
        yield from (PlainText(text),) if text else ()

    def passed(self) -> Iterator[Inline]:
        while self.marks and self.marks[0][0] <= self.offset:
            yield LineMark(self.marks.pop(0)[1])


def _resolver(tree: Tree, *, lang: str, digits: Digits) -> Resolve:
    labels = build_outline(tree, digits=digits).labels

    def resolve(inlines: Iterable[Inline]) -> Iterator[Inline]:
        for inline in resolve_references(inlines, labels, digits=digits):
            match inline:
                case Citation():
                    yield from resolve(render_citation(inline, lang=lang, digits=digits))
                case PlainText() | Code() | LineBreak() | Note() | LineMark():
                    yield inline
                case _:
                    yield replace(inline, children=tuple(resolve(inline.children)))

    return resolve


def _leaves(blocks: Iterable[Block], resolve: Resolve) -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading(children=children) | Paragraph(children=children):
                yield _text(resolve(children))
            case Quote(blocks=inner):
                yield from _leaves(inner, resolve)
            case BulletList(items=items) | OrderedList(items=items):
                for item in items:
                    yield from _leaves(item.blocks, resolve)
            case Table(head=head, rows=rows):
                for row in (head, *rows):
                    yield _CELLS.join(_text(resolve(cell.children)) for cell in row.cells)
            case CodeBlock(text=text):
                yield text
            case _:
                pass


def _is_mark(letter: str) -> bool:
    return letter in _DIRECTION_MARKS


def _text(inlines: Iterable[Inline]) -> str:
    """Return the words as read, with a newline for a line break."""
    return "".join(_inline_text(inline) for inline in inlines)


def _inline_text(inline: Inline) -> str:
    match inline:
        case PlainText(text=text) | Code(text=text):
            return text
        case LineBreak():
            return "\n"
        case Note() | Citation() | LineMark():
            return ""
        case _:
            return _text(inline.children)
