"""The only parser: canonical text to syntax tree (DESIGN §4.4). Preview, outline, checks and exports use the tree."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import regex
from markdown_it import MarkdownIt
from markdown_it.token import Token

from service.domain.errors import N_, TooLarge
from service.domain.text.markup import inlines
from service.domain.text.markup.canonical import check_text_length
from service.domain.text.markup.dialect import MAX_TABLE_CELLS, build_parser, table_too_large
from service.domain.text.markup.tree import (
    Align,
    Block,
    BulletList,
    Cell,
    Citation,
    CodeBlock,
    Heading,
    Inline,
    Item,
    Note,
    OrderedList,
    Paragraph,
    Quote,
    Row,
    Span,
    Table,
    ThematicBreak,
    Tree,
)
from service.domain.text.markup.work_meter import MAX_WORK, WorkMeter

MAX_DEPTH = 10
"""Nesting depth of lists and quotes."""

MAX_NOTES = 2_000
"""Footnotes, and calls of footnotes, in one text."""

MAX_OPEN_BRACKETS = 100
"""Brackets or backticks in a row, and brackets open at the same time in one paragraph."""

_TANGLED = regex.compile(rf"\]{{{MAX_OPEN_BRACKETS + 1}}}|`{{{MAX_OPEN_BRACKETS + 1}}}")
_BRACKETS = regex.compile(r"\[+|\]+|\n[ \t]*\n")
_ALIGNS: dict[object, Align] = {"text-align:left": "start", "text-align:right": "end", "text-align:center": "center"}
_LISTS = ("bullet_list_open", "ordered_list_open")
_local = threading.local()


def parse_markup(text: str, *, max_work: float | None = MAX_WORK) -> Tree:
    """Parse a canonical text with at most `max_work` units of work, each about a microsecond; None: without a limit.

    The limit is for what enters and for pages. A text that was stored before there was one is read without it, outside
    of requests.

    Raises TooLarge `text_too_long`, `text_too_deep`, `too_many_notes`, `table_too_large`, `text_too_tangled`,
    `text_too_complex`.
    """
    check_text_length(text)
    if _TANGLED.search(text) or _max_open_brackets(text) > MAX_OPEN_BRACKETS:
        raise TooLarge(
            "text_too_tangled", N_("More than {limit} brackets or backticks in a row."), limit=MAX_OPEN_BRACKETS
        )
    parser, meter = _parser()
    meter.start(text, limit=max_work)
    return _TreeBuilder(text, parser.parse(text)).build()


def count_work(text: str) -> float:
    """Return the units of work that parsing a canonical text takes."""
    parse_markup(text, max_work=None)
    return _parser()[1].used


def _parser() -> tuple[MarkdownIt, WorkMeter]:
    """Return the parser of this thread: markdown-it does not document its parsers as thread-safe."""
    if not hasattr(_local, "parser"):
        meter = WorkMeter()
        _local.parser = build_parser(meter), meter
    parser: tuple[MarkdownIt, WorkMeter] = _local.parser
    return parser


def _max_open_brackets(text: str) -> int:
    """Return the most brackets open at the same time in one paragraph; each makes the parser look ahead."""
    deepest = level = 0
    for found in _BRACKETS.finditer(text):
        run = found.group()
        level = level + len(run) if run[0] == "[" else max(0, level - len(run)) if run[0] == "]" else 0
        deepest = max(deepest, level)
    return deepest


@dataclass(slots=True)
class _NoteRegistry:
    """Footnotes found so far: definitions by label (the first counts), numbers in order of first call."""

    bodies: dict[str, Sequence[Token]] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)
    called: dict[str, Note] = field(default_factory=dict)
    calls: int = 0


class _TreeBuilder:
    """Build the tree from markdown-it's flat token stream."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
        self.starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self.notes = _NoteRegistry()
        self.tokens = self._extract_definitions(tokens)

    def build(self) -> Tree:
        blocks = tuple(self._build_blocks(self.tokens, depth=0, in_note=False))
        uncalled = [label for label in self.notes.bodies if label not in self.notes.called]
        return Tree(blocks, tuple(self.notes.called.values()), (*uncalled, *self.notes.repeated))

    def _extract_definitions(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """Remove footnote definitions from the stream; they may appear anywhere, but not inside one another."""
        remaining: list[Token] = []
        open_at: list[int] = []
        for token in tokens:
            if token.type == "footnote_reference_open":
                open_at.append(len(remaining))
            if token.type != "footnote_reference_close":
                remaining.append(token)
                continue
            start = open_at.pop()
            self._add_definition(remaining[start].meta["label"], remaining[start + 1 :])
            del remaining[start:]
        return remaining

    def _add_definition(self, label: str, body: Sequence[Token]) -> None:
        if label in self.notes.bodies:
            self.notes.repeated.append(label)
        else:
            self.notes.bodies[label] = body
        _check_notes(len(self.notes.bodies) + len(self.notes.repeated))

    # blocks

    def _build_blocks(self, tokens: Sequence[Token], *, depth: int, in_note: bool) -> Iterator[Block]:
        if depth > MAX_DEPTH:
            raise TooLarge(
                "text_too_deep", N_("Lists and quotations are nested more than {limit} levels deep."), limit=MAX_DEPTH
            )
        for part in _split_siblings(tokens):
            yield self._build_block(part, depth=depth, in_note=in_note)

    def _build_block(self, part: Sequence[Token], *, depth: int, in_note: bool) -> Block:
        first, span = part[0], self._span_of(part[0])
        if first.type == "paragraph_open":
            return Paragraph(self._build_inline(part[1], in_note=in_note), span)
        if first.type == "heading_open":
            return Heading(int(first.tag[1]), first.meta.get("id"), self._build_inline(part[1], in_note=in_note), span)
        if first.type in _LISTS:
            return self._build_list(part, span, depth=depth + 1, in_note=in_note)
        if first.type == "blockquote_open":
            return Quote(tuple(self._build_blocks(part[1:-1], depth=depth + 1, in_note=in_note)), span)
        if first.type == "table_open":
            return self._build_table(part, span, in_note=in_note)
        if first.type == "fence":
            return CodeBlock(f"{first.info}\n{first.content}" if first.info.strip() else first.content, span)
        if first.type == "hr":
            return ThematicBreak(span)
        raise AssertionError(first.type)

    def _build_list(self, part: Sequence[Token], span: Span, *, depth: int, in_note: bool) -> Block:
        items = tuple(
            Item(tuple(self._build_blocks(item[1:-1], depth=depth, in_note=in_note)), self._span_of(item[0]))
            for item in _split_siblings(part[1:-1])
        )
        level = part[0].level + 2
        tight = all(token.hidden for token in part if token.type == "paragraph_open" and token.level == level)
        if part[0].type == "bullet_list_open":
            return BulletList(items, tight, span)
        return OrderedList(int(part[0].attrs.get("start", 1)), items, tight, span, part[0].meta.get("style", "decimal"))

    def _build_table(self, part: Sequence[Token], span: Span, *, in_note: bool) -> Table:
        cells = [token for token in part if token.type in ("th_open", "td_open")]
        if len(cells) > MAX_TABLE_CELLS:
            raise table_too_large()
        aligns = tuple(_ALIGNS.get(token.attrs.get("style"), "default") for token in cells if token.type == "th_open")
        rows = [row for half in _split_siblings(part[1:-1]) for row in _split_siblings(half[1:-1])]
        read = [self._build_row(row, in_note=in_note) for row in rows]
        return Table(aligns, read[0], tuple(read[1:]), span)

    def _build_row(self, row: Sequence[Token], *, in_note: bool) -> Row:
        cells = tuple(Cell(self._build_inline(cell[1], in_note=in_note)) for cell in _split_siblings(row[1:-1]))
        return Row(cells, self._span_of(row[0]))

    # inline

    def _build_inline(self, token: Token, *, in_note: bool) -> tuple[Inline, ...]:
        children = token.children or []
        if in_note:
            return inlines.build_inlines(children, note=_literal_call, cite=Citation)
        return inlines.build_inlines(children, note=self._build_call, cite=self._build_citation)

    def _build_call(self, label: str) -> Note:
        body = self.notes.bodies.get(label, ())
        return self._build_note(label, lambda: tuple(self._build_blocks(body, depth=0, in_note=True)))

    def _build_citation(self, ref: str) -> Note:
        """Return a separate note, called again where the same reference is cited again."""
        return self._build_note(f"{inlines.CITATION_PREFIX}{ref}", lambda: (Paragraph((Citation(ref),), (0, 0)),))

    def _build_note(self, label: str, body: Callable[[], tuple[Block, ...]]) -> Note:
        self.notes.calls += 1
        _check_notes(self.notes.calls)
        known = self.notes.called.get(label)
        if known:
            return Note(known.number, label, ())
        blocks = body()
        note = self.notes.called[label] = Note(len(self.notes.called) + 1, label, blocks)
        return note

    def _span_of(self, token: Token) -> Span:
        """Return the span of a token's whole lines in code points, without trailing blank lines and newline."""
        first, last = token.map or [0, 0]
        start = self.starts[first]
        end = self.starts[min(last, len(self.starts) - 1)]
        return start, start + len(self.text[start:end].rstrip())


def _split_siblings(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the runs of tokens that open and close at the level of the stream."""
    depth = start = 0
    for index, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tokens[start : index + 1]
            start = index + 1


def _literal_call(label: str) -> str:
    """Return the literal text of a call inside a note: print has no footnotes of footnotes."""
    return f"[^{label}]"


def _check_notes(count: int) -> None:
    if count > MAX_NOTES:
        raise TooLarge("too_many_notes", N_("This text has more than {limit} footnotes."), limit=MAX_NOTES)
