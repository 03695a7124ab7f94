"""The writer from pandoc's inline nodes to Mithaq markup: merges runs of one style, escapes special characters."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from service.domain.text.markup.dialect import is_allowed_link
from workers.render.content.pandoc_json import ID_PREFIX, LANGUAGE_STYLE_PREFIX, WEIGHT_EMPHASIS_STYLE

Node = dict[str, Any]

LRM, RLM = "\u200e", "\u200f"

_UNWRAPPED = {"Quoted": 1, "Cite": 1}
_DROPPED = {"Underline", "Strikeout", "Superscript", "Subscript", "SmallCaps"}
_SPECIAL_CHARACTERS = re.compile(r"[\\*`]|(?<!\w)_|_(?!\w)|\[(?=\^|[^\[\]]*\][({])|<(?=[A-Za-z][A-Za-z0-9+.-]*:)")
_SPECIAL_LINE_START = re.compile(r"(?m)^(#{1,6}(?=\s|$)|>|[-=]{2,}(?=\s*$)|~{3,})")
_LTR_RUN = re.compile(f"{RLM}{LRM}(?P<words>[^{LRM}{RLM}]+){LRM}{RLM}")
_RTL_RUN = re.compile(f"{LRM}{RLM}(?P<words>[^{LRM}{RLM}]+){RLM}{LRM}")
_NESTED_RUN = re.compile(r"\[\[(?P<words>[^\[\]]*)\]\{lang=(?P<lang>[A-Za-z0-9-]+)\}\]\{dir=(?P<dir>ltr|rtl)\}")


@dataclass(frozen=True, slots=True)
class StyledText:
    """A piece of escaped text and its style."""

    text: str
    strong: bool = False
    emphasis: bool = False


@dataclass(slots=True)
class InlineWriter:
    """Writes inline nodes.

    `add_note` stores the blocks of a footnote and returns its label; `label_particle` takes (heading id, link text) and
    returns the particle typed before a link text that only repeats the heading's label, None for other links; `counts`
    counts what is left out, by code.
    """

    add_note: Callable[[list[Node]], str]
    label_particle: Callable[[str, str], str | None]
    counts: Counter[str] = field(default_factory=Counter)

    def write(self, nodes: Iterable[Node]) -> str:
        """Write the text of one paragraph."""
        styled = self._styled_texts(nodes, StyledText(""))
        runs = [_merge_run(run) for _, run in groupby(styled, key=lambda one: (one.strong, one.emphasis))]
        neighbours = zip([StyledText(""), *runs], runs, [*runs[1:], StyledText("")], strict=False)
        text = "".join(
            _mark_up(one, before=before.text[-1:], after=after.text[:1]) for before, one, after in neighbours
        )
        text = "\n".join(line.strip() for line in text.split("\n")).strip("\n")
        return _SPECIAL_LINE_START.sub(lambda found: "\\" + found.group(), _restore_runs(text))

    def _text(self, nodes: Iterable[Node]) -> str:
        return "".join(one.text for one in self._styled_texts(nodes, StyledText("")))

    def _styled_texts(self, nodes: Iterable[Node], style: StyledText) -> Iterator[StyledText]:
        for each in nodes:
            yield from self._styled_text(each["t"], each.get("c"), style)

    def _styled_text(self, kind: str, content: Any, style: StyledText) -> Iterable[StyledText]:
        if kind == "Str":
            return [replace(style, text=_SPECIAL_CHARACTERS.sub(lambda found: "\\" + found.group(), content))]
        if kind in ("Space", "SoftBreak"):
            return [replace(style, text=" ")]
        if kind == "LineBreak":
            return [replace(style, text="\n")]
        if kind == "Strong":
            return self._styled_texts(content, replace(style, strong=True))
        if kind == "Emph":
            return self._styled_texts(content, replace(style, emphasis=True))
        if kind == "Span":
            return self._write_span(dict(content[0][2]).get("custom-style", ""), content[1], style)
        if kind in _UNWRAPPED:
            return self._styled_texts(content[1], style)
        if kind in _DROPPED:
            self.counts["formatting"] += 1
            return self._styled_texts(content, style)
        return self._write_other(kind, content, style)

    def _write_other(self, kind: str, content: Any, style: StyledText) -> Iterable[StyledText]:
        if kind == "Link":
            return self._write_link(content, style)
        if kind == "Note":
            return [StyledText(f"[^{self.add_note(content)}]")]
        if kind in ("Code", "Math"):
            return [replace(style, text=_SPECIAL_CHARACTERS.sub(lambda found: "\\" + found.group(), content[1]))]
        if kind == "Image":
            self.counts["images"] += 1
        return []

    def _write_span(self, name: str, children: list[Node], style: StyledText) -> Iterable[StyledText]:
        """Write a span: one with a style of an exported file gets its markup back; of others only the text is kept."""
        pieces = list(self._styled_texts(children, style))
        if name == WEIGHT_EMPHASIS_STYLE:
            return [replace(one, strong=False, emphasis=True) for one in pieces]
        if not name.startswith(LANGUAGE_STYLE_PREFIX) or not pieces:
            return pieces
        text = "".join(one.text for one in pieces)
        return [replace(pieces[0], text=f"[{text}]{{lang={name.removeprefix(LANGUAGE_STYLE_PREFIX)}}}")]

    def _write_link(self, content: Any, style: StyledText) -> Iterable[StyledText]:
        _, children, (href, _) = content
        text = self._text(children).replace(LRM, "").replace(RLM, "")
        target = href.replace(f"#{ID_PREFIX}", "#", 1)
        particle = self.label_particle(target[1:], text) if target.startswith("#") else None
        if particle is not None:
            return [replace(style, text=f"{particle}[]({target})")]
        if (
            not text.strip()
            or not is_allowed_link(target)
            or (target.startswith("#") and not href.startswith(f"#{ID_PREFIX}"))
        ):
            self.counts["links"] += bool(text.strip())
            return self._styled_texts(children, style)
        return [replace(style, text=f"[{text}]({_link_target(target)})")]


def plain_text(nodes: Iterable[Node]) -> str:
    """Return the text of inline nodes, without footnotes and direction marks."""
    return "".join(_node_text(each["t"], each.get("c")) for each in nodes)


def _node_text(kind: str, content: Any) -> str:
    if kind == "Str":
        return str(content).replace(LRM, "").replace(RLM, "")
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return " "
    if kind in ("Strong", "Emph", *_DROPPED):
        return plain_text(content)
    return plain_text(content[1]) if kind in (*_UNWRAPPED, "Span", "Link") else ""


def _merge_run(run: Iterable[StyledText]) -> StyledText:
    styled = list(run)
    return replace(styled[0], text="".join(one.text for one in styled))


def _mark_up(run: StyledText, *, before: str, after: str) -> str:
    """Put the emphasis marks around a run, with blanks outside of them.

    Punctuation at its ends stays outside as well if it adjoins a letter: there the marks would not be parsed as
    emphasis (CommonMark 0.31 §6.2).
    """
    mark = "**" * run.strong + "*" * run.emphasis
    start, end = 0, len(run.text)
    while start < end and _stays_outside(run.text[start], run.text[start - 1] if start else before):
        start += 1
    while start < end and _stays_outside(run.text[end - 1], run.text[end] if end < len(run.text) else after):
        end -= 1
    inner = run.text[start:end]
    return f"{run.text[:start]}{mark}{inner}{mark}{run.text[end:]}" if inner else run.text


def _stays_outside(character: str, neighbour: str) -> bool:
    return character.isspace() or (not _is_letter(character) and _is_letter(neighbour))


def _is_letter(character: str) -> bool:
    return character != "" and unicodedata.category(character)[0] in "LNM"


def _restore_runs(text: str) -> str:
    """Turn the direction marks that exported Word files put around a directional run back into that run."""
    text = _LTR_RUN.sub(r"[\g<words>]{dir=ltr}", text)
    text = _RTL_RUN.sub(r"[\g<words>]{dir=rtl}", text)
    return _NESTED_RUN.sub(r"[\g<words>]{dir=\g<dir> lang=\g<lang>}", text)


def _link_target(href: str) -> str:
    return f"<{href}>" if "(" in href or ")" in href else href
