"""Filters over pandoc's JSON, one per target; each result is checked against the allowlist of `allowed_nodes`.

Nothing a drafter wrote reaches Typst as markup. Text is passed in string literals, because pandoc's own escaping
depends on the position (measured with 3.9: `- x` as the text of a list item becomes a list, `--` a dash), and because
one literal is one element where escaped characters are one each (measured: 180,000 characters took 50 s).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from service.domain.text.structure.provisions import Digits
from workers.render.content.allowed_nodes import check_allowed, walk_nodes
from workers.render.content.line_breaks import MAX_UNBROKEN_TOKEN, add_break_opportunities
from workers.render.content.numbered_lists import label_for_typst, number_for_docx
from workers.render.content.pandoc_json import (
    LANGUAGE_STYLE_PREFIX,
    Node,
    attr,
    node,
    note_bookmark,
)
from workers.render.content.scripts import ARABIC

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LANG = re.compile(r"[a-z]{2,3}")
MAX_UNSPLIT_ROWS = 10
"""Rows of a table that stays on one page."""

LRM, RLM = "\u200e", "\u200f"

NodeRewriter = Callable[[Node], list[Node] | None]
"""Returns the replacement of a node, or None to leave it and continue inside."""


@dataclass(frozen=True, slots=True)
class PageStyle:
    """Properties of the page.

    `emphasis` is "weight" in scripts without italics; `note_scope` keeps the footnote labels of several texts apart;
    `lang` and `digits` are those of the labels of list items.
    """

    rtl: bool
    emphasis: str
    note_scope: str = "text"
    lang: str = "en"
    digits: Digits = "latn"


def typst_string(text: str) -> str:
    """Quote a text as a Typst string literal in markup. Control characters become spaces."""
    escaped = _CONTROL.sub(" ", text).replace("\\", "\\\\").replace('"', '\\"')
    return f'#"{escaped}";'


def raw_block(code: str) -> Node:
    """Build a raw Typst block."""
    return node("RawBlock", ["typst", code])


def raw_inline(code: str) -> Node:
    """Build raw inline Typst code."""
    return node("RawInline", ["typst", code])


def for_typst(blocks: Iterable[Node], *, style: PageStyle) -> list[Node]:
    """Rewrite blocks for pandoc's Typst writer. Raises RenderRefused if a node is not allowed."""
    rewritten: list[Node] = _rewrite(
        label_for_typst(list(_keep_with_next(_merge_strings(list(blocks)))), lang=style.lang, digits=style.digits),
        _TypstFilter(style).rewrite_node,
    )
    check_allowed(rewritten, target="typst")
    return rewritten


def for_docx(blocks: Iterable[Node], *, style: PageStyle) -> list[Node]:
    """Rewrite blocks for pandoc's DOCX writer. Raises RenderRefused if a node is not allowed."""
    rewritten: list[Node] = _rewrite(number_for_docx(list(blocks), lang=style.lang), _DocxFilter(style).rewrite_node)
    check_allowed(rewritten, target="docx")
    return rewritten


def _rewrite(value: Any, rewriter: NodeRewriter) -> Any:
    """Apply `rewriter` to each node of `value`, outer ones first; None leaves a node and continues inside it."""
    if isinstance(value, dict):
        return {"t": value["t"], "c": _rewrite(value["c"], rewriter)} if "c" in value else value
    if not isinstance(value, list):
        return value
    rewritten: list[Any] = []
    for each in value:
        changed = rewriter(each) if isinstance(each, dict) else None
        rewritten += [_rewrite(each, rewriter)] if changed is None else changed
    return rewritten


def _merge_strings(value: Any) -> Any:
    """Merge strings and the single spaces between them into one string."""
    if isinstance(value, dict):
        return {"t": value["t"], "c": _merge_strings(value["c"])} if "c" in value else value
    if not isinstance(value, list):
        return value
    merged: list[Any] = []
    for each in map(_merge_strings, value):
        kinds = [before["t"] for before in merged[-2:] if isinstance(before, dict)]
        if isinstance(each, dict) and each["t"] == "Str" and kinds == ["Str", "Space"]:
            merged[-2:] = [node("Str", f"{merged[-2]['c']} {each['c']}")]
        else:
            merged.append(each)
    return merged


def _keep_with_next(blocks: list[Node]) -> Iterator[Node]:
    """Keep a paragraph that ends in a colon on the page of the list, table or quotation after it."""
    for block, following in zip_longest(blocks, blocks[1:]):
        if (
            block["t"] == "Para"
            and following
            and following["t"] in _KEPT_WITH_INTRODUCTION
            and _plain_text(block).rstrip().endswith(":")
        ):
            yield from (raw_block("#announcing["), block, raw_block("]"))
        else:
            yield block


_KEPT_WITH_INTRODUCTION = {"BulletList", "OrderedList", "Table", "BlockQuote"}


def _labelled(item: list[Node]) -> list[Node]:
    """Begin an item with a paragraph, since Word prints labels at paragraphs only: not at tables or quotations.

    Pandoc leaves out a paragraph without inlines.
    """
    if item and item[0]["t"] in {"Para", "Plain"} and item[0]["c"]:
        return item
    return [node("Plain", [node("Str", "")]), *(each for each in item if each.get("c") != [])]


def _plain_text(value: Any) -> str:
    return "".join(each["c"] for each in walk_nodes(value) if each["t"] == "Str")


@dataclass(slots=True)
class _TargetFilter:
    """Rewrites nodes by type: the method `_` and the lower-case type, if there is one."""

    style: PageStyle
    called_notes: set[str] = field(default_factory=set)

    def rewrite_node(self, each: Node) -> list[Node] | None:
        """Return the replacement of a node, or None to leave it."""
        rewriter: NodeRewriter | None = getattr(self, f"_{each['t'].lower()}", None)
        return rewriter(each) if rewriter else None

    def rewrite_children(self, content: Any) -> Any:
        """Rewrite the content of a node."""
        return _rewrite(content, self.rewrite_node)

    def _emph(self, each: Node) -> list[Node] | None:
        return [node("Strong", self.rewrite_children(each["c"]))] if self.style.emphasis == "weight" else None

    def _span(self, each: Node) -> list[Node] | None:
        (_, classes, pairs), children = each["c"]
        attributes = dict(pairs)
        if "custom-style" in attributes:
            return None
        if "note" in classes:
            return [self.note_mark(attributes["number"], attributes.get("label", ""))]
        return self.foreign_run(attributes.get("dir", ""), attributes.get("lang", ""), children)

    def _link(self, each: Node) -> list[Node] | None:
        """Set a Latin link text in an Arabic line in its own direction, with its slashes and full stops."""
        link, children, target = each["c"]
        if not self.style.rtl or ARABIC.search(_plain_text(children)):
            return None
        return [node("Link", [link, self.foreign_run("ltr", "", children), target])]

    def note_mark(self, number: str, label: str) -> Node:
        """Return the mark of a footnote reference: a label at the first reference, a repetition afterwards."""
        raise NotImplementedError

    def foreign_run(self, direction: str, lang: str, children: Any) -> list[Node]:
        """Return the nodes of a run with its own direction or language."""
        raise NotImplementedError


class _TypstFilter(_TargetFilter):
    def _str(self, each: Node) -> list[Node]:
        return [raw_inline(typst_string(add_break_opportunities(each["c"])))]

    def _table(self, each: Node) -> list[Node]:
        """Set a table in its size; keep a short one on one page, and set a wide one on a page on its side."""
        (_, _, pairs), *content = each["c"]
        layout, bodies = dict(pairs), content[3]
        table = node("Table", [attr(), *self.rewrite_children(content)])
        kept = len(bodies[0][3]) <= MAX_UNSPLIT_ROWS
        function = "landscape" if layout["landscape"] == "true" else "together" if kept else "sized"
        return [raw_block(f"#{function}({layout['size']}pt)["), table, raw_block("]")]

    def _alignright(self, _: Node) -> list[Node]:
        return [node("AlignLeft" if self.style.rtl else "AlignRight")]

    def note_mark(self, number: str, label: str) -> Node:
        label = f"<note-{self.style.note_scope}-{number}>"
        is_repeat = number in self.called_notes
        self.called_notes.add(number)
        return raw_inline(f"#footnote({label})" if is_repeat else label)

    def foreign_run(self, direction: str, lang: str, children: Any) -> list[Node]:
        direction_argument = f'"{direction}"' if direction in {"ltr", "rtl"} else "auto"
        language_argument = f'"{lang}"' if _LANG.fullmatch(lang) else "auto"
        text = _plain_text(children)
        short = len(text) <= MAX_UNBROKEN_TOKEN and " " not in text
        function = "unbroken" if direction == "ltr" and short else "foreign"
        return [
            raw_inline(f"#{function}({direction_argument}, {language_argument})["),
            *self.rewrite_children(children),
            raw_inline("]"),
        ]


class _DocxFilter(_TargetFilter):
    def _bulletlist(self, each: Node) -> list[Node]:
        return [node("BulletList", self.rewrite_children([_labelled(item) for item in each["c"]]))]

    def _orderedlist(self, each: Node) -> list[Node]:
        style, items = each["c"]
        return [node("OrderedList", [style, self.rewrite_children([_labelled(item) for item in items])])]

    def _emph(self, each: Node) -> list[Node] | None:
        return None

    def note_mark(self, number: str, label: str) -> Node:
        is_repeat = number in self.called_notes
        self.called_notes.add(number)
        bookmark = note_bookmark(label, scope=self.style.note_scope)
        if not is_repeat:
            return node("Span", [attr(bookmark), []])
        words = [node("Str", number)]
        return node("Link", [attr(), words, [f"#{bookmark}", ""]]) if bookmark else node("Superscript", words)

    def foreign_run(self, direction: str, lang: str, children: Any) -> list[Node]:
        """Mark a directional run with direction marks, since Word and LibreOffice do not support isolates.

        Marks inside give the run its direction; marks outside restore that of the line, or two adjacent runs would
        swap.
        """
        inner_mark = {"ltr": LRM, "rtl": RLM}.get(direction, "")
        outer_mark = (RLM if self.style.rtl else LRM) if inner_mark else ""
        attributes = {key: value for key, value in (("dir", direction), ("lang", lang)) if value}
        style = {"custom_style": LANGUAGE_STYLE_PREFIX + lang} if lang else {}
        run = node("Span", [attr(**attributes), self.rewrite_children(children)])
        run = node("Span", [attr(**style), [run]]) if style else run
        return (
            [node("Str", outer_mark + inner_mark), run, node("Str", inner_mark + outer_mark)] if inner_mark else [run]
        )
