"""Runs with a direction of their own, marked in a tree before it is written; addresses become links."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import regex

from service.domain.text.markup.dialect import is_allowed_link
from service.domain.text.markup.tree import (
    Block,
    BulletList,
    Cell,
    Direction,
    DirectionalRun,
    Emphasis,
    Heading,
    Inline,
    Link,
    Note,
    OrderedList,
    Paragraph,
    PlainText,
    Quote,
    Row,
    Strong,
    Table,
)
from service.domain.text.structure.isolated_runs import Run, is_one_number, isolated_runs, neighbours
from workers.render.content.line_breaks import MAX_UNBROKEN_TOKEN
from workers.render.content.scripts import ARABIC
from workers.render.content.tree_transforms import plain_text

ISOLATES = {"ltr": "\u2066", "rtl": "\u2067"}
END_OF_ISOLATE = "\u2069"
NO_BREAK_SPACE = "\u00a0"

_ADDRESS = regex.compile(
    r"https?://[^\s<>\"«»،؛“”]++|(?<![\w.@+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})++"
)
_TRAILING = ".,;:!?)'…"
_CODE = regex.compile(r"[^\s]*[\p{Nd}/-][^\s]*")


def isolate_text(text: str, *, line: Direction) -> str:
    """Return a text with isolates (UAX #9) around the runs that keep their own direction in a line."""
    return "".join(_isolated(run) for run in isolated_runs(text, line=line))


def isolate_runs(blocks: Iterable[Block], *, line: Direction) -> tuple[Block, ...]:
    """Return blocks with isolated runs and with links on bare addresses, for a page that runs in `line`.

    Words, numbers and signs stay the same; a number in groups of digits gets no-break spaces.
    """
    return _Isolator(line).blocks(blocks)


def _isolated(run: Run) -> str:
    if run.direction is None:
        return run.text
    text = run.text.replace(" ", NO_BREAK_SPACE) if is_one_number(run) else run.text
    return f"{ISOLATES[run.direction]}{text}{END_OF_ISOLATE}"


@dataclass(frozen=True, slots=True)
class _Isolator:
    line: Direction
    in_link: bool = False

    def blocks(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        return tuple(self.block(block) for block in blocks)

    def block(self, block: Block) -> Block:
        match block:
            case Heading() | Paragraph():
                return replace(block, children=self.inlines(block.children))
            case BulletList() | OrderedList():
                return replace(
                    block, items=tuple(replace(item, blocks=self.blocks(item.blocks)) for item in block.items)
                )
            case Quote():
                return replace(block, blocks=self.blocks(block.blocks))
            case Table():
                return replace(block, head=self.row(block.head), rows=tuple(self.row(row) for row in block.rows))
        return block

    def row(self, row: Row) -> Row:
        return replace(row, cells=tuple(Cell(self.inlines(cell.children)) for cell in row.cells))

    def inlines(self, inlines: Iterable[Inline], *, before: str = "", after: str = "") -> tuple[Inline, ...]:
        inlines = tuple(inlines)
        sides = neighbours([plain_text([each]) for each in inlines], before=before, after=after)
        pairs = zip(inlines, sides, strict=True)
        return tuple(written for inline, (left, right) in pairs for written in self.inline(inline, left, right))

    def inline(self, inline: Inline, before: str, after: str) -> Iterator[Inline]:
        match inline:
            case PlainText(text):
                yield from self.text(text, before, after)
            case Link(href, children):
                foreign = self.line == "rtl" and not ARABIC.search(plain_text(children))
                yield inline if foreign else Link(href, replace(self, in_link=True).inlines(children))
            case DirectionalRun(direction, _, children):
                yield replace(inline, children=replace(self, line=direction or self.line).inlines(children))
            case Emphasis() | Strong():
                yield replace(inline, children=self.inlines(inline.children, before=before, after=after))
            case Note():
                yield replace(inline, blocks=self.blocks(inline.blocks))
            case _:
                yield inline

    def text(self, text: str, before: str, after: str) -> Iterator[Inline]:
        start = 0
        for found in () if self.in_link else _ADDRESS.finditer(text):
            address = found.group().rstrip(_TRAILING)
            href = address if "://" in address else f"mailto:{address}"
            if is_allowed_link(href):
                yield from self.runs(text[start : found.start()], before, "")
                yield Link(href, (PlainText(address),))
                start, before = found.start() + len(address), ""
        yield from self.runs(text[start:], before, after)

    def runs(self, text: str, before: str, after: str) -> Iterator[Inline]:
        """Yield plain text with isolates, and short codes as runs that stay on one line."""
        plain = ""
        for run in isolated_runs(text, line=self.line, before=before, after=after):
            if run.direction == "ltr" and len(run.text) <= MAX_UNBROKEN_TOKEN and _CODE.fullmatch(run.text):
                if plain:
                    yield PlainText(plain)
                yield DirectionalRun("ltr", None, (PlainText(run.text),))
                plain = ""
            else:
                plain += _isolated(run)
        if plain:
            yield PlainText(plain)
