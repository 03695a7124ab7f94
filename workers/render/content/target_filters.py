"""Passes over pandoc's JSON, one set a target, each ending in a whitelist: whatever is not on it is never printed.

Nothing a drafter wrote reaches Typst as markup. Words go in as string literals, because pandoc's own escaping depends
on the place (measured with 3.9: `- x` as the text of a list item becomes a list, `--` a dash), and because one literal
is one element where escaped signs are one each (measured: 180,000 signs took 50 s). Every other raw piece is one of the
few forms in `RAW_TYPST`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from workers.render.content.pandoc_json import BY_WEIGHT, IN_LANGUAGE, NOTE_NAME, NOTE_PREFIX, Node, attr, node
from workers.render.content.scripts import ARABIC
from workers.render.errors import RenderRefused

_NAME = r"[a-z][a-z0-9-]*"
RAW_TYPST = re.compile(
    r'#"(?:[^"\\\x00-\x1f\x7f]|\\["\\])*";'  # words
    rf"|<note-{_NAME}>|\#footnote\(<note-{_NAME}>\)"
    r'|\#(?:foreign|unbroken)\((?:"ltr"|"rtl"|auto), (?:"[a-z]{2,3}"|auto)\)\['
    r"|\#(?:together|against|announcing)\["
    r"|\#enum-from\([0-9]{1,9}\)\[|\]"
    rf"|\#let {_NAME} = (?:\[|\()|\],|\)|\(\[|\["
)
_BLOCKS = {"Header", "Para", "Plain", "BulletList", "OrderedList", "BlockQuote", "Table", "CodeBlock", "HorizontalRule"}
_INLINES = {"Space", "Emph", "Strong", "Code", "LineBreak", "Link", "Note"}
_PARTS = {"AlignDefault", "AlignLeft", "AlignRight", "AlignCenter", "ColWidth", "DefaultStyle", "DefaultDelim"}
ALLOWED = {
    "typst": _BLOCKS | _INLINES | _PARTS | {"RawBlock", "RawInline"},
    "docx": _BLOCKS | _INLINES | _PARTS | {"Str", "Span", "Superscript", "Div"},
}
_ADDRESS = re.compile(r"(?:https?://|mailto:|#)[^\s\"\\<>]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LANG = re.compile(r"[a-z]{2,3}")
UNBROKEN = 32
"""Characters of a code, such as A/RES/77/301, that stays on one line."""

SHORT_TABLE = 10
"""Rows."""

LRM, RLM = "\u200e", "\u200f"

Change = Callable[[Node], list[Node] | None]


@dataclass(frozen=True, slots=True)
class Page:
    """How the page runs. `emphasis` is "weight" in scripts without italics; `part` keeps names of notes apart."""

    rtl: bool
    emphasis: str
    part: str = "text"


def literal(text: str) -> str:
    """`text` as a Typst string in markup that says just these characters. Control characters become spaces."""
    plain = _CONTROL.sub(" ", text).replace("\\", "\\\\").replace('"', '\\"')
    return f'#"{plain}";'


def raw_block(code: str) -> Node:
    return node("RawBlock", ["typst", code])


def raw_inline(code: str) -> Node:
    return node("RawInline", ["typst", code])


def for_typst(blocks: Iterable[Node], *, page: Page) -> list[Node]:
    """`blocks` for pandoc's Typst writer. Raises RenderRefused if anything outside the whitelist is left."""
    written: list[Node] = _rewrite(list(_announced(_joined(list(blocks)))), _Typst(page).change)
    check(written, target="typst")
    return written


def for_docx(blocks: Iterable[Node], *, page: Page) -> list[Node]:
    """`blocks` for pandoc's DOCX writer. Raises RenderRefused if anything outside the whitelist is left."""
    written: list[Node] = _rewrite(list(blocks), _Docx(page).change)
    check(written, target="docx")
    return written


def check(value: Any, *, target: str) -> None:
    """Raises RenderRefused unless every node of `value` is allowed for `target`."""
    for each in nodes(value):
        kind, content = each["t"], each.get("c") or ["", ""]
        if kind not in ALLOWED[target]:
            raise RenderRefused(detail=f"a node {kind} is not printed")
        if kind.startswith("Raw") and (content[0] != target or not RAW_TYPST.fullmatch(content[1])):
            raise RenderRefused(detail="a piece of raw code is not one of ours")
        if kind == "Link" and not _ADDRESS.fullmatch(content[2][0]):
            raise RenderRefused(detail="a link has an address that is not printed")


def nodes(value: Any) -> Iterator[Node]:
    """Every node in `value`, outer ones first."""
    if isinstance(value, dict):
        yield value
        yield from nodes(value.get("c"))
    elif isinstance(value, list):
        for each in value:
            yield from nodes(each)


def _rewrite(value: Any, change: Change) -> Any:
    """`value` with `change` applied to each node, outer ones first; None leaves a node and goes on inside it."""
    if isinstance(value, dict):
        return {"t": value["t"], "c": _rewrite(value["c"], change)} if "c" in value else value
    if not isinstance(value, list):
        return value
    written: list[Any] = []
    for each in value:
        changed = change(each) if isinstance(each, dict) else None
        written += [_rewrite(each, change)] if changed is None else changed
    return written


def _joined(value: Any) -> Any:
    """`value` with strings and the single spaces between them as one string."""
    if isinstance(value, dict):
        return {"t": value["t"], "c": _joined(value["c"])} if "c" in value else value
    if not isinstance(value, list):
        return value
    written: list[Any] = []
    for each in map(_joined, value):
        kinds = [before["t"] for before in written[-2:] if isinstance(before, dict)]
        if isinstance(each, dict) and each["t"] == "Str" and kinds == ["Str", "Space"]:
            written[-2:] = [node("Str", f"{written[-2]['c']} {each['c']}")]
        else:
            written.append(each)
    return written


def _announced(blocks: list[Node]) -> Iterator[Node]:
    """A paragraph that ends in a colon is kept with the list, table or quotation it announces."""
    for block, following in zip_longest(blocks, blocks[1:]):
        if block["t"] == "Para" and following and following["t"] in _ANNOUNCED and _says(block).rstrip().endswith(":"):
            yield from (raw_block("#announcing["), block, raw_block("]"))
        else:
            yield block


_ANNOUNCED = {"BulletList", "OrderedList", "Table", "BlockQuote"}


def _says(value: Any) -> str:
    return "".join(each["c"] for each in nodes(value) if each["t"] == "Str")


@dataclass(slots=True)
class _Both:
    page: Page
    seen: set[str] = field(default_factory=set)

    def change(self, each: Node) -> list[Node] | None:
        found: Change | None = getattr(self, f"_{each['t'].lower()}", None)
        return found(each) if found else None

    def inside(self, content: Any) -> Any:
        return _rewrite(content, self.change)

    def _emph(self, each: Node) -> list[Node] | None:
        return [node("Strong", self.inside(each["c"]))] if self.page.emphasis == "weight" else None

    def _span(self, each: Node) -> list[Node] | None:
        (_, classes, pairs), children = each["c"]
        given = dict(pairs)
        if "custom-style" in given:
            return None
        if "note" in classes:
            return [self.note_mark(given["number"], given.get("label", ""))]
        return self.foreign(given.get("dir", ""), given.get("lang", ""), children)

    def _link(self, each: Node) -> list[Node] | None:
        """An address or Latin title in an Arabic line keeps its own direction, its slashes and its stops."""
        link, children, target = each["c"]
        if not self.page.rtl or ARABIC.search(_says(children)):
            return None
        return [node("Link", [link, self.foreign("ltr", "", children), target])]

    def note_mark(self, number: str, label: str) -> Node:
        raise NotImplementedError

    def foreign(self, direction: str, lang: str, children: Any) -> list[Node]:
        raise NotImplementedError


class _Typst(_Both):
    def _str(self, each: Node) -> list[Node]:
        return [raw_inline(literal(each["c"]))]

    def _orderedlist(self, each: Node) -> list[Node] | None:
        (start, *_), items = each["c"]
        if start == 1:
            return None
        first = [1, node("DefaultStyle"), node("DefaultDelim")]
        return [raw_block(f"#enum-from({start})["), node("OrderedList", [first, self.inside(items)]), raw_block("]")]

    def _table(self, each: Node) -> list[Node] | None:
        """A short table stays on one page."""
        *before, bodies, foot = each["c"]
        if len(bodies[0][3]) > SHORT_TABLE:
            return None
        return [raw_block("#together["), node("Table", self.inside([*before, bodies, foot])), raw_block("]")]

    def _alignright(self, _: Node) -> list[Node]:
        return [node("AlignLeft" if self.page.rtl else "AlignRight")]

    def note_mark(self, number: str, label: str) -> Node:
        label = f"<note-{self.page.part}-{number}>"
        again = number in self.seen
        self.seen.add(number)
        return raw_inline(f"#footnote({label})" if again else label)

    def foreign(self, direction: str, lang: str, children: Any) -> list[Node]:
        way = f'"{direction}"' if direction in {"ltr", "rtl"} else "auto"
        tongue = f'"{lang}"' if _LANG.fullmatch(lang) else "auto"
        said = _says(children)
        short = len(said) <= UNBROKEN and " " not in said
        function = "unbroken" if direction == "ltr" and short else "foreign"
        return [raw_inline(f"#{function}({way}, {tongue})["), *self.inside(children), raw_inline("]")]


class _Docx(_Both):
    def _emph(self, each: Node) -> list[Node] | None:
        heavy = _Both._emph(self, each)
        return heavy and [node("Span", [attr(custom_style=BY_WEIGHT), heavy])]

    def note_mark(self, number: str, label: str) -> Node:
        again = number in self.seen
        self.seen.add(number)
        named = NOTE_PREFIX + label if NOTE_NAME.fullmatch(label) else ""
        return node("Superscript", [node("Str", number)]) if again else node("Span", [attr(named), []])

    def foreign(self, direction: str, lang: str, children: Any) -> list[Node]:
        """Word and LibreOffice know no isolates. Marks inside give the run its direction; marks outside give the line
        its own back, or two runs side by side would change places."""
        within = {"ltr": LRM, "rtl": RLM}.get(direction, "")
        around = (RLM if self.page.rtl else LRM) if within else ""
        given = {key: value for key, value in (("dir", direction), ("lang", lang)) if value}
        named = {"custom_style": IN_LANGUAGE + lang} if lang else {}
        run = node("Span", [attr(**given), self.inside(children)])
        run = node("Span", [attr(**named), [run]]) if named else run
        return [node("Str", around + within), run, node("Str", within + around)] if within else [run]
