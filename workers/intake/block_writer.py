"""Pandoc's blocks as text of the dialect."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.domain.text.structure.provisions import label_of
from workers.intake.docx_package import RULE
from workers.intake.inline_writer import Inlines, Node, plain

DEEPEST = 6
LONGEST_HEADING = 160
"""Characters of a line in bold that may be a heading."""

_TOP_NAMES = ("الباب", "باب", "القسم", "الجزء", "Part", "PART", "Title")
_RULES = {"AlignLeft": ":---", "AlignRight": "---:", "AlignCenter": ":---:"}
_INDENT = "    "


@dataclass(slots=True)
class Writer:
    """Writes blocks and gathers footnotes. `names` are the names of headings in their order, `note_names` the
    labels of footnotes that have one; `labels` what a reference
    to each of them prints."""

    names: Sequence[str]
    note_names: Sequence[str] = ()
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notices: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    headings: int = 0
    top: int = 2
    inlines: Inlines = field(init=False)

    def __post_init__(self) -> None:
        self.inlines = Inlines(self._note, self._repeats, self.notices)

    def write(self, blocks: Sequence[Node]) -> str:
        """The whole text, its footnotes at the end."""
        blocks = list(_joined(blocks))
        self._learn(blocks)
        parts = [self.block(each) for each in blocks]
        notes = [f"[^{self._noted(place)}]: {body}" for place, body in enumerate(self.notes, 1)]
        return "\n\n".join(filter(None, (*parts, "\n\n".join(notes)))) + "\n"

    def block(self, each: Node) -> str:
        """One block; "" where nothing of it is left."""
        kind, content = each["t"], each.get("c", [])
        if kind == "Header":
            return self._header(content)
        if kind in ("Para", "Plain"):
            return self._paragraph(content)
        if kind in ("BulletList", "OrderedList"):
            return self._list(kind, content)
        if kind in ("BlockQuote", "Div"):
            return self._wrapped(kind, content)
        if kind == "Table":
            return self._table(content)
        if kind == "CodeBlock":
            return self.inlines.write([{"t": "Str", "c": content[1]}])
        return "---" if kind == "HorizontalRule" else ""

    def blocks(self, blocks: Iterable[Node]) -> str:
        return "\n\n".join(filter(None, map(self.block, _joined(blocks))))

    def _learn(self, blocks: Sequence[Node]) -> None:
        """Know the labels of named headings before the first reference to one of them is written."""
        headers = [each["c"][2] for each in blocks if each["t"] == "Header"]
        for name, inlines in zip(self.names, headers, strict=False):
            said = plain(inlines).strip()
            self.labels[name] = tuple(filter(None, (label_of(said), said)))
        guessed = [said for each in blocks if (said := _bold(each))]
        self.top = 3 if headers or any(said.startswith(_TOP_NAMES) for said in guessed) else 2

    def _header(self, content: Any) -> str:
        level, _, inlines = content
        name = self.names[self.headings] if self.headings < len(self.names) else ""
        self.headings += 1
        said = self.inlines.write(inlines).replace("\n", " ")
        return self._heading(said, level=level + 1, name=name) if said else ""

    def _heading(self, said: str, *, level: int, name: str = "") -> str:
        return f"{'#' * min(level, DEEPEST)} {said}" + (f" {{#{name}}}" if name else "")

    def _paragraph(self, inlines: Sequence[Node]) -> str:
        if plain(inlines).strip() == RULE:
            return "---"
        said = _bold({"t": "Para", "c": inlines})
        if said:
            self.notices["headings_guessed"] += 1
            return self._heading(said, level=2 if said.startswith(_TOP_NAMES) else self.top)
        return self.inlines.write(inlines)

    def _wrapped(self, kind: str, content: Any) -> str:
        if kind == "Div":
            return self.blocks(content[1])
        inner = self.blocks(content)
        return "\n".join(f"> {line}".rstrip() for line in inner.split("\n")) if inner else ""

    def _list(self, kind: str, content: Any) -> str:
        start, items = (1, content) if kind == "BulletList" else (content[0][0], content[1])
        tight = all(item and item[0]["t"] != "Para" for item in items)
        written = []
        for place, item in enumerate(items):
            mark = "- " if kind == "BulletList" else f"{start + place}. "
            written.append(mark + self._item(item, tight=tight).replace("\n", "\n" + " " * len(mark)))
        return "\n".join(_bare(line) for line in ("\n" if tight else "\n\n").join(written).split("\n"))

    def _item(self, item: Sequence[Node], *, tight: bool) -> str:
        return ("\n" if tight else "\n\n").join(filter(None, map(self._inner, _joined(item))))

    def _inner(self, each: Node) -> str:
        """A block inside a list: never a heading."""
        if each["t"] in ("Para", "Plain"):
            return self.inlines.write(each["c"])
        return self.inlines.write(each["c"][2]) if each["t"] == "Header" else self.block(each)

    def _note(self, blocks: list[Node]) -> str:
        self.notes.append("")
        place = len(self.notes)
        body = "\n\n".join(filter(None, map(self._inner, blocks)))
        self.notes[place - 1] = "\n".join(_bare(line) for line in body.replace("\n", "\n" + _INDENT).split("\n"))
        return self._noted(place)

    def _noted(self, place: int) -> str:
        """The label of the footnote at `place`: its own, else its number."""
        named = self.note_names[place - 1] if place <= len(self.note_names) else ""
        return named if named and self.note_names.count(named) == 1 else str(place)

    def _repeats(self, name: str, words: str) -> bool:
        return words.replace("\u00a0", " ").strip() in self.labels.get(name, ())

    def _table(self, content: Any) -> str:
        _, _, columns, head, bodies, foot = content
        rows = [*head[1], *(row for body in bodies for row in (*body[2], *body[3])), *foot[1]]
        written = [[self._cell(cell) for cell in row[1]] for row in rows]
        width = max([len(columns), *map(len, written)])
        if not written or not width:
            return ""
        rules = [_RULES.get(column[0]["t"], "---") for column in columns] + ["---"] * (width - len(columns))
        lines = [row + [""] * (width - len(row)) for row in written]
        return "\n".join("| " + " | ".join(row) + " |" for row in (lines[0], rules, *lines[1:]))

    def _cell(self, cell: Any) -> str:
        parts = (self._inner(each) for each in cell[4])
        return " ".join(filter(None, parts)).replace("\n", " ").replace("|", "\\|")


def _bare(line: str) -> str:
    return line if line.strip() else ""


def _bold(each: Node) -> str:
    """What a paragraph says that is a heading by its looks: one short line, all in bold, that names a provision."""
    inlines = [one for one in each.get("c", ()) if one["t"] != "Space"] if each["t"] in ("Para", "Plain") else []
    while len(inlines) == 1 and inlines[0]["t"] == "Span":
        inlines = [one for one in inlines[0]["c"][1] if one["t"] != "Space"]
    if not inlines or any(_strong(one)["t"] != "Strong" for one in inlines):
        return ""
    said = plain(each["c"]).strip()
    return said if len(said) <= LONGEST_HEADING and label_of(said) else ""


def _strong(each: Node) -> Node:
    while each["t"] == "Span" and len(each["c"][1]) == 1:
        each = each["c"][1][0]
    return each


def _joined(blocks: Iterable[Node]) -> Iterator[Node]:
    """Numbered lists that were cut in two are one again, a paragraph that came back as a bullet between them included
    (pandoc's reader gives the second paragraph of an item so)."""
    waiting = list(blocks)
    while waiting:
        each = waiting.pop(0)
        while each["t"] == "OrderedList" and (more := _more(each, waiting)):
            each = more
        yield each


def _more(each: Node, waiting: list[Node]) -> Node | None:
    (start, *style), items = each["c"]
    stray = _stray(waiting[0]) if waiting else None
    following = waiting[1] if stray and len(waiting) > 1 else waiting[0] if waiting and not stray else None
    if stray and following is None:
        waiting.pop(0)
        return {"t": "OrderedList", "c": [[start, *style], [*items[:-1], [*items[-1], *stray]]]}
    if following is None or following["t"] != "OrderedList" or following["c"][0][0] != start + len(items):
        return None
    items = [*items[:-1], [*items[-1], *(stray or [])]]
    del waiting[: 2 if stray else 1]
    return {"t": "OrderedList", "c": [[start, *style], [*items, *following["c"][1]]]}


def _stray(each: Node) -> list[Node] | None:
    """The paragraph of a bullet list that has but one, set loose."""
    if each["t"] != "BulletList" or len(each["c"]) != 1 or [one["t"] for one in each["c"][0]] != ["Para"]:
        return None
    return list(each["c"][0])
