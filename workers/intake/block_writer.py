"""The writer from pandoc's JSON blocks to Mithaq markup."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.domain.text.structure.provisions import label_of
from service.domain.text.structure.references import typed_particle
from workers.intake.docx_package import RULE_MARK
from workers.intake.inline_writer import InlineWriter, Node, plain_text

MAX_HEADING_LEVEL = 6
MAX_BOLD_HEADING = 160
"""Code points of a bold line that may be a heading."""

_TOP_LEVEL_NAMES = ("الباب", "باب", "القسم", "الجزء", "Part", "PART", "Title")
_COLUMN_RULES = {"AlignLeft": ":---", "AlignRight": "---:", "AlignCenter": ":---:"}
_INDENT = "    "


@dataclass(slots=True)
class BlockWriter:
    """Writes blocks and collects footnotes.

    `heading_ids` are in document order, and so are `note_labels` ("" for a footnote without one); `reference_labels`
    maps a heading id to the texts that a reference to it prints.
    """

    heading_ids: Sequence[str]
    note_labels: Sequence[str] = ()
    reference_labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notices: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    heading_count: int = 0
    top_level: int = 2
    inlines: InlineWriter = field(init=False)
    _label_counts: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        self._label_counts = Counter(self.note_labels)
        self.inlines = InlineWriter(self._add_note, self._label_particle, self.notices)

    def write(self, blocks: Sequence[Node]) -> str:
        """Write the whole text, with the footnotes at the end."""
        blocks = list(_merge_split_lists(blocks))
        self._collect_labels(blocks)
        parts = [self.write_block(each) for each in blocks]
        notes = [f"[^{self._note_label(number)}]: {body}" for number, body in enumerate(self.notes, 1)]
        return "\n\n".join(filter(None, (*parts, "\n\n".join(notes)))) + "\n"

    def write_block(self, block: Node) -> str:
        """Write one block; "" if nothing of it is left."""
        kind, content = block["t"], block.get("c", [])
        if kind == "Header":
            return self._write_header(content)
        if kind in ("Para", "Plain"):
            return self._write_paragraph(content)
        if kind in ("BulletList", "OrderedList"):
            return self._write_list(kind, content)
        if kind in ("BlockQuote", "Div"):
            return self._write_container(kind, content)
        if kind == "Table":
            return self._write_table(content)
        if kind == "CodeBlock":
            return self.inlines.write([{"t": "Str", "c": content[1]}])
        return "---" if kind == "HorizontalRule" else ""

    def write_blocks(self, blocks: Iterable[Node]) -> str:
        """Write blocks, with blank lines between them."""
        return "\n\n".join(filter(None, map(self.write_block, _merge_split_lists(blocks))))

    def _collect_labels(self, blocks: Sequence[Node]) -> None:
        """Collect the labels of headings with ids, before the first reference to one of them is written."""
        headers = [each["c"][2] for each in blocks if each["t"] == "Header"]
        for name, inlines in zip(self.heading_ids, headers, strict=False):
            text = plain_text(inlines).strip()
            self.reference_labels[name] = tuple(filter(None, (label_of(text), text)))
        guessed = [text for each in blocks if (text := _bold_heading(each))]
        self.top_level = 3 if headers or any(text.startswith(_TOP_LEVEL_NAMES) for text in guessed) else 2

    def _write_header(self, content: Any) -> str:
        level, _, inlines = content
        name = self.heading_ids[self.heading_count] if self.heading_count < len(self.heading_ids) else ""
        self.heading_count += 1
        text = self.inlines.write(inlines).replace("\n", " ")
        return self._format_heading(text, level=level + 1, name=name) if text else ""

    def _format_heading(self, text: str, *, level: int, name: str = "") -> str:
        return f"{'#' * min(level, MAX_HEADING_LEVEL)} {text}" + (f" {{#{name}}}" if name else "")

    def _write_paragraph(self, inlines: Sequence[Node]) -> str:
        if plain_text(inlines).strip() == RULE_MARK:
            return "---"
        text = _bold_heading({"t": "Para", "c": inlines})
        if text:
            self.notices["headings_guessed"] += 1
            return self._format_heading(text, level=2 if text.startswith(_TOP_LEVEL_NAMES) else self.top_level)
        return self.inlines.write(inlines)

    def _write_container(self, kind: str, content: Any) -> str:
        if kind == "Div":
            return self.write_blocks(content[1])
        inner = self.write_blocks(content)
        return "\n".join(f"> {line}".rstrip() for line in inner.split("\n")) if inner else ""

    def _write_list(self, kind: str, content: Any) -> str:
        start, items = (1, content) if kind == "BulletList" else (content[0][0], content[1])
        tight = all(item and item[0]["t"] != "Para" for item in items)
        written = []
        for offset, item in enumerate(items):
            mark = "- " if kind == "BulletList" else f"{start + offset}. "
            written.append(mark + self._write_item(item, tight=tight).replace("\n", "\n" + " " * len(mark)))
        return "\n".join(_strip_blank(line) for line in ("\n" if tight else "\n\n").join(written).split("\n"))

    def _write_item(self, item: Sequence[Node], *, tight: bool) -> str:
        return ("\n" if tight else "\n\n").join(filter(None, map(self._write_nested, _merge_split_lists(item))))

    def _write_nested(self, block: Node) -> str:
        """Write a block inside a list item, cell or footnote, where headings become paragraphs."""
        if block["t"] in ("Para", "Plain"):
            return self.inlines.write(block["c"])
        return self.inlines.write(block["c"][2]) if block["t"] == "Header" else self.write_block(block)

    def _add_note(self, blocks: list[Node]) -> str:
        self.notes.append("")
        number = len(self.notes)
        body = "\n\n".join(filter(None, map(self._write_nested, blocks)))
        self.notes[number - 1] = "\n".join(
            _strip_blank(line) for line in body.replace("\n", "\n" + _INDENT).split("\n")
        )
        return self._note_label(number)

    def _note_label(self, number: int) -> str:
        """Return the label of a footnote, counted from 1: its own if unique, else its number."""
        named = self.note_labels[number - 1] if number <= len(self.note_labels) else ""
        return named if named and self._label_counts[named] == 1 else str(number)

    def _label_particle(self, name: str, words: str) -> str | None:
        return typed_particle(words.replace("\u00a0", " ").strip(), self.reference_labels.get(name, ()))

    def _write_table(self, content: Any) -> str:
        _, _, columns, head, bodies, foot = content
        rows = [*head[1], *(row for body in bodies for row in (*body[2], *body[3])), *foot[1]]
        written = [[self._write_cell(cell) for cell in row[1]] for row in rows]
        width = max([len(columns), *map(len, written)])
        if not written or not width:
            return ""
        rules = [_COLUMN_RULES.get(column[0]["t"], "---") for column in columns] + ["---"] * (width - len(columns))
        lines = [row + [""] * (width - len(row)) for row in written]
        return "\n".join("| " + " | ".join(row) + " |" for row in (lines[0], rules, *lines[1:]))

    def _write_cell(self, cell: Any) -> str:
        parts = (self._write_nested(each) for each in cell[4])
        return " ".join(filter(None, parts)).replace("\n", " ").replace("|", "\\|")


def _strip_blank(line: str) -> str:
    return line if line.strip() else ""


def _bold_heading(block: Node) -> str:
    """Return the text of a paragraph that looks like a heading, else "".

    It is one short line, all bold, that names a provision.
    """
    inlines = [one for one in block.get("c", ()) if one["t"] != "Space"] if block["t"] in ("Para", "Plain") else []
    while len(inlines) == 1 and inlines[0]["t"] == "Span":
        inlines = [one for one in inlines[0]["c"][1] if one["t"] != "Space"]
    if not inlines or any(_unwrap_spans(one)["t"] != "Strong" for one in inlines):
        return ""
    text = plain_text(block["c"]).strip()
    return text if len(text) <= MAX_BOLD_HEADING and label_of(text) else ""


def _unwrap_spans(inline: Node) -> Node:
    while inline["t"] == "Span" and len(inline["c"][1]) == 1:
        inline = inline["c"][1][0]
    return inline


def _merge_split_lists(blocks: Iterable[Node]) -> Iterator[Node]:
    """Merge numbered lists that the reader split in two.

    Pandoc's reader returns the second paragraph of an item as a bullet list between them; it goes back into the item.
    """
    queue = list(blocks)
    while queue:
        each = queue.pop(0)
        while each["t"] == "OrderedList" and (merged := _merge_next(each, queue)):
            each = merged
        yield each


def _merge_next(ordered_list: Node, queue: list[Node]) -> Node | None:
    (start, *style), items = ordered_list["c"]
    stray = _stray_paragraph(queue[0]) if queue else None
    following = queue[1] if stray and len(queue) > 1 else queue[0] if queue and not stray else None
    if stray and following is None:
        queue.pop(0)
        return {"t": "OrderedList", "c": [[start, *style], [*items[:-1], [*items[-1], *stray]]]}
    if following is None or following["t"] != "OrderedList" or following["c"][0][0] != start + len(items):
        return None
    items = [*items[:-1], [*items[-1], *(stray or [])]]
    del queue[: 2 if stray else 1]
    return {"t": "OrderedList", "c": [[start, *style], [*items, *following["c"][1]]]}


def _stray_paragraph(block: Node) -> list[Node] | None:
    """Return the blocks of a bullet list with a single, loose paragraph; else None."""
    if block["t"] != "BulletList" or len(block["c"]) != 1 or [one["t"] for one in block["c"][0]] != ["Para"]:
        return None
    return list(block["c"][0])
