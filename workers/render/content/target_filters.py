"""Filters over pandoc's JSON, one per target; each result is checked against the allowlist of `allowed_nodes`.

That for Typst is `workers.render.pdf.typst_filter`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from service.domain.text.structure.provisions import Digits
from workers.render.content.allowed_nodes import check_allowed, walk_nodes
from workers.render.content.numbered_lists import number_for_docx
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


def for_docx(blocks: Iterable[Node], *, style: PageStyle) -> list[Node]:
    """Rewrite blocks for pandoc's DOCX writer. Raises RenderRefused if a node is not allowed."""
    rewritten: list[Node] = rewrite(number_for_docx(list(blocks), lang=style.lang), _DocxFilter(style).rewrite_node)
    check_allowed(rewritten, target="docx")
    return rewritten


def rewrite(value: Any, rewriter: NodeRewriter) -> Any:
    """Apply `rewriter` to each node of `value`, outer ones first; None leaves a node and continues inside it."""
    if isinstance(value, dict):
        return {"t": value["t"], "c": rewrite(value["c"], rewriter)} if "c" in value else value
    if not isinstance(value, list):
        return value
    rewritten: list[Any] = []
    for each in value:
        changed = rewriter(each) if isinstance(each, dict) else None
        rewritten += [rewrite(each, rewriter)] if changed is None else changed
    return rewritten


def _labelled(item: list[Node]) -> list[Node]:
    """Begin an item with a paragraph, since Word prints labels at paragraphs only: not at tables or quotations.

    Pandoc leaves out a paragraph without inlines.
    """
    if item and item[0]["t"] in {"Para", "Plain"} and item[0]["c"]:
        return item
    return [node("Plain", [node("Str", "")]), *(each for each in item if each.get("c") != [])]


def plain_words(value: Any) -> str:
    """Return the text of nodes, without spaces that are nodes of their own."""
    return "".join(each["c"] for each in walk_nodes(value) if each["t"] == "Str")


@dataclass(slots=True)
class TargetFilter:
    """Rewrites nodes by type: the method `_` and the lower-case type, if there is one."""

    style: PageStyle
    called_notes: set[str] = field(default_factory=set)

    def rewrite_node(self, each: Node) -> list[Node] | None:
        """Return the replacement of a node, or None to leave it."""
        rewriter: NodeRewriter | None = getattr(self, f"_{each['t'].lower()}", None)
        return rewriter(each) if rewriter else None

    def rewrite_children(self, content: Any) -> Any:
        """Rewrite the content of a node."""
        return rewrite(content, self.rewrite_node)

    def _emph(self, each: Node) -> list[Node] | None:
        return [node("Strong", self.rewrite_children(each["c"]))] if self.style.emphasis == "weight" else None

    def _span(self, each: Node) -> list[Node] | None:
        (_, classes, pairs), children = each["c"]
        attributes = dict(pairs)
        if "custom-style" in attributes:
            return None
        if "line" in classes:
            return self.line_mark(attributes["number"])
        if "note" in classes:
            mark = self.note_mark(attributes["number"], attributes.get("label", ""))
            return [*self.rewrite_children(children), mark]
        return self.foreign_run(attributes.get("dir", ""), attributes.get("lang", ""), children)

    def _link(self, each: Node) -> list[Node] | None:
        """Set a Latin link text in an Arabic line in its own direction, with its slashes and full stops."""
        link, children, target = each["c"]
        if not self.style.rtl or ARABIC.search(plain_words(children)):
            return None
        return [node("Link", [link, self.foreign_run("ltr", "", children), target])]

    def line_mark(self, number: str) -> list[Node]:
        """Return what marks a numbered line; nothing where the format numbers lines itself."""
        return []

    def note_mark(self, number: str, label: str) -> Node:
        """Return the mark of a footnote reference: a label at the first reference, a repetition afterwards."""
        raise NotImplementedError

    def foreign_run(self, direction: str, lang: str, children: Any) -> list[Node]:
        """Return the nodes of a run with its own direction or language."""
        raise NotImplementedError


class _DocxFilter(TargetFilter):
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
