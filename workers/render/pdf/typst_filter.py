"""The filter for Typst: nothing a drafter wrote reaches Typst as markup.

Text is passed in string literals, because pandoc's own escaping depends on the position (measured with 3.9: `- x` as
the text of a list item becomes a list, `--` a dash), and because one literal is one element where escaped characters
are one each (measured: 180,000 characters took 50 s).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from workers.render.content.allowed_nodes import check_allowed
from workers.render.content.line_breaks import MAX_UNBROKEN_TOKEN, add_break_opportunities, unbroken_limit
from workers.render.content.numbered_lists import label_for_typst
from workers.render.content.pandoc_json import Node, attr, node
from workers.render.content.target_filters import PageStyle, TargetFilter, plain_words, rewrite

HEADING_DEPTH = 4
"""Levels of indent that cost as many letters as the larger type of headings."""

MAX_CODE_TOKEN = 12
"""Code points of a token in code that is never broken."""

PAIR = 2
MAX_KEPT_CHARACTERS = 700
"""Code points of a list of two items that is kept on one page."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LANG = re.compile(r"[a-z]{2,3}")


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
    rewritten: list[Node] = rewrite(
        label_for_typst(
            list(_keep_pairs(_keep_with_next(_merge_strings(list(blocks))))), lang=style.lang, digits=style.digits
        ),
        TypstFilter(style).rewrite_node,
    )
    check_allowed(rewritten, target="typst")
    return rewritten


def _keep_pairs(blocks: Iterable[Node]) -> Iterator[Node]:
    """Keep a short list of two items on one page."""
    for block in blocks:
        items = block["c"][-1] if block["t"] == "OrderedList" else block["c"] if block["t"] == "BulletList" else ()
        if len(items) == PAIR and len(plain_words(block)) <= MAX_KEPT_CHARACTERS:
            yield from (raw_block("#kept["), block, raw_block("]"))
        else:
            yield block


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
            and plain_words(block).rstrip().endswith(":")
        ):
            yield from (raw_block("#announcing["), block, raw_block("]"))
        else:
            yield block


_KEPT_WITH_INTRODUCTION = {"BulletList", "OrderedList", "Table", "BlockQuote"}


def _is_note(each: Node) -> bool:
    return each["t"] == "Span" and "note" in each["c"][0][1]


def _is_line_mark(each: Node) -> bool:
    return each["t"] == "Span" and "line" in each["c"][0][1]


def _without_notes_and_links(inlines: Any) -> Any:
    def rewriter(each: Node) -> list[Node] | None:
        if each["t"] == "Link":
            return list(_without_notes_and_links(each["c"][1]))
        return [] if _is_note(each) or _is_line_mark(each) else None

    return rewrite(inlines, rewriter)


@dataclass(slots=True)
class TypstFilter(TargetFilter):
    """Rewrites nodes for pandoc's Typst writer."""

    heads: int = 0
    """Notes and links in heads of tables so far."""
    in_repeated_head: bool = False
    depth: int = 0
    """Lists, quotations and notes around the node; a heading counts as HEADING_DEPTH."""

    def _str(self, each: Node) -> list[Node]:
        return [raw_inline(typst_string(self.breakable(each["c"])))]

    def breakable(self, text: str) -> str:
        """Return a text in which overlong words may be broken."""
        return add_break_opportunities(text, limit=unbroken_limit(depth=self.depth))

    def _code(self, each: Node) -> list[Node]:
        return [node("Code", [each["c"][0], add_break_opportunities(each["c"][1], limit=MAX_CODE_TOKEN)])]

    def _codeblock(self, each: Node) -> list[Node]:
        return [node("CodeBlock", [each["c"][0], add_break_opportunities(each["c"][1], limit=MAX_CODE_TOKEN)])]

    def nested(self, each: Node, *, levels: int = 1) -> list[Node]:
        """Rewrite a node whose content has a narrower line."""
        self.depth += levels
        content = self.rewrite_children(each["c"])
        self.depth -= levels
        return [node(each["t"], content)]

    _bulletlist = _orderedlist = _blockquote = _note = nested

    def _plain(self, each: Node) -> list[Node]:
        """Give an empty item a text, since the marker of a list alone is not one at the end of a note."""
        return [node("Plain", self.rewrite_children(each["c"]) or [raw_inline(typst_string(""))])]

    def _header(self, each: Node) -> list[Node]:
        """Give a heading with notes or links its plain words too, which the contents print."""
        level, (identifier, *_), inlines = each["c"]
        plain = _without_notes_and_links(inlines)
        if plain == inlines:
            return self.nested(each, levels=HEADING_DEPTH)
        self.depth += HEADING_DEPTH
        parts = [
            raw_inline(f"#titled({level})["),
            *self.rewrite_children(inlines),
            raw_inline("]["),
            *self.rewrite_children(plain),
            raw_inline(f"]<{identifier}>" if identifier else "]"),
        ]
        self.depth -= HEADING_DEPTH
        return [node("Para", parts)]

    def _table(self, each: Node) -> list[Node]:
        """Set a table in its size; keep a short one on one page, and set a wide one on a page on its side."""
        (_, _, pairs), *content = each["c"]
        layout = dict(pairs)
        kept = layout["kept"] == "true"
        caption, columns, head, bodies, foot = content
        content = [*self.rewrite_children([caption, columns]), self._head(head, repeated=not kept)]
        content += self.rewrite_children([bodies, foot])
        function = "landscape" if layout["landscape"] == "true" else "together" if kept else "sized"
        table = node("Table", [attr(), *content])
        return [raw_block(f"#{function}({layout['size']}pt)["), table, raw_block("]")]

    def _head(self, head: Any, *, repeated: bool) -> Any:
        """Rewrite the head of a table, which is printed again on every page of it."""
        before, self.in_repeated_head = self.in_repeated_head, repeated
        rewritten = self.rewrite_children(head)
        self.in_repeated_head = before
        return rewritten

    def rewrite_node(self, each: Node) -> list[Node] | None:
        """Return the replacement of a node, or None to leave it."""
        if self.in_repeated_head and (_is_note(each) or _is_line_mark(each) or each["t"] == "Link"):
            return self._first_only(each)
        return TargetFilter.rewrite_node(self, each)

    def _first_only(self, each: Node) -> list[Node]:
        """Print a note or link of a table's head only where it stands first: repeated heads are artifacts."""
        self.heads += 1
        key = f"{self.style.note_scope}-{self.heads}"
        self.in_repeated_head = False
        once, again = self.rewrite_children([each]), self.rewrite_children(_without_notes_and_links([each]))
        self.in_repeated_head = True
        return [raw_inline(f'#at-first("{key}")['), *once, raw_inline("]["), *again, raw_inline("]")]

    def _alignright(self, _: Node) -> list[Node]:
        return [node("AlignLeft" if self.style.rtl else "AlignRight")]

    def line_mark(self, number: str) -> list[Node]:
        """Return the mark whose number the page prints in its margin."""
        return [raw_inline(f"#line-mark({number})")]

    def note_mark(self, number: str, label: str) -> Node:
        """Return the label of a footnote, or where it is called again, its mark."""
        label = f"<note-{self.style.note_scope}-{number}>"
        is_repeat = number in self.called_notes
        self.called_notes.add(number)
        return raw_inline(f"#footnote({label})" if is_repeat else label)

    def foreign_run(self, direction: str, lang: str, children: Any) -> list[Node]:
        """Return an isolated run; a short code without spaces stays on one line."""
        direction_argument = f'"{direction}"' if direction in {"ltr", "rtl"} else "auto"
        language_argument = f'"{lang}"' if _LANG.fullmatch(lang) else "auto"
        text = plain_words(children)
        short = len(text) <= MAX_UNBROKEN_TOKEN and " " not in text
        function = "unbroken" if direction == "ltr" and short else "foreign"
        return [
            raw_inline(f"#{function}({direction_argument}, {language_argument})["),
            *self.rewrite_children(children),
            raw_inline("]"),
        ]
