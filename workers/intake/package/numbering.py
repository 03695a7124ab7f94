"""Automatic numbers of a Word file, counted and written as Word shows them (ECMA-376 part 1 §17.9)."""

import re
from dataclasses import dataclass, field

from lxml import etree

from service.domain.text.markup.item_labels import ABJAD
from service.domain.text.markup.tree import ListStyle
from workers.intake.package.number_formats import LIST_STYLES, arabic_alphabet_letter, format_number
from workers.intake.package.styles import WordStyles
from workers.intake.package.word_package import child_value, is_on, value, whole_number
from workers.render.content.list_numbering import AUTOMATIC_LETTERS_NAME
from workers.render.docx.xml import qn

LEVELS = 9
_PLACEHOLDER = re.compile(r"%([1-9])")
_PLAIN_LABEL = re.compile(r"[\s().\-–—:\[\]،]*%[1-9][\s().\-–—:\[\]،]*")


@dataclass(frozen=True, slots=True)
class NumberLevel:
    """One level of a list; `restart_after` is the level (from 1) after which it restarts, 0 for never."""

    kind: str
    text: str
    start: int
    suffix: str
    legal: bool
    restart_after: int | None
    left: int | None
    style_id: str


@dataclass(frozen=True, slots=True)
class Label:
    """What Word shows before a paragraph.

    `words` is the label with its punctuation; `style` is None where our lists cannot show it; a `blank` one is that of
    a paragraph which continues an item. `left` is the indent of the text in twentieths of a point.
    """

    num_id: str
    depth: int
    words: str
    bullet: bool = False
    blank: bool = False
    style: ListStyle | None = None
    number: int = 0
    left: int | None = None


@dataclass(slots=True)
class WordNumbering:
    """The numbering of a file and the state of its counters; paragraphs must come in document order."""

    root: etree._Element | None
    styles: WordStyles
    lang: str
    _nums: dict[str, etree._Element] = field(default_factory=dict)
    _abstracts: dict[str, etree._Element] = field(default_factory=dict)
    _levels: dict[str, tuple[str, dict[int, NumberLevel]]] = field(default_factory=dict)
    _counters: dict[str, list[int | None]] = field(default_factory=dict)
    _restarted: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.root is not None:
            self._nums = {value(one, "numId"): one for one in self.root.findall(qn("num"))}
            self._abstracts = {value(one, "abstractNumId"): one for one in self.root.findall(qn("abstractNum"))}

    def count(self, properties: etree._Element | None, style_id: str) -> Label | None:
        """Count a paragraph and return its label; None if it has no number."""
        found = self._list_of(properties, style_id)
        if found is None:
            return None
        num_id, depth = found
        abstract, levels = self._levels_of(num_id)
        level = levels.get(depth)
        if level is None:
            return None
        number = self._advance(num_id, abstract, depth, levels)
        return self._label(num_id, depth, level, number, abstract=abstract, levels=levels)

    def _list_of(self, properties: etree._Element | None, style_id: str) -> tuple[str, int] | None:
        """Return number id and level, of the paragraph itself or else of its style."""
        styled_num = value(self.styles.find(style_id, "pPr", "numPr", "numId"))
        num_id = child_value(properties, "numPr", "numId") or styled_num
        if not num_id or num_id not in self._nums:
            return None
        depth = child_value(properties, "numPr", "ilvl")
        if not depth and num_id == styled_num:
            depth = value(self.styles.find(style_id, "pPr", "numPr", "ilvl")) or self._linked_level(num_id, style_id)
        return num_id, _depth(depth) or 0

    def _linked_level(self, num_id: str, style_id: str) -> str:
        ids = {value(style, "styleId") for style in self.styles.chain(style_id)}
        levels = self._levels_of(num_id)[1]
        return next((str(depth) for depth, level in levels.items() if level.style_id in ids), "")

    def _levels_of(self, num_id: str) -> tuple[str, dict[int, NumberLevel]]:
        if num_id not in self._levels:
            num = self._nums[num_id]
            abstract_id = self._resolve_link(child_value(num, "abstractNumId"))
            abstract = self._abstracts.get(abstract_id)
            levels = {} if abstract is None else _read_levels(abstract)
            for override in num.findall(qn("lvlOverride")):
                levels |= _read_levels(override)
            self._levels[num_id] = abstract_id, levels
        return self._levels[num_id]

    def _resolve_link(self, abstract_id: str) -> str:
        """Follow `w:numStyleLink` to the list that a numbering style defines."""
        for _ in range(LEVELS):
            name = child_value(self._abstracts.get(abstract_id), "numStyleLink")
            num_id = value(self.styles.find(name, "pPr", "numPr", "numId")) if name else ""
            if num_id not in self._nums:
                return abstract_id
            abstract_id = child_value(self._nums[num_id], "abstractNumId")
        return abstract_id

    def _advance(self, num_id: str, abstract: str, depth: int, levels: dict[int, NumberLevel]) -> int:
        counters = self._counters.setdefault(abstract, [None] * LEVELS)
        restart = self._start_override(num_id, depth)
        if restart is not None and (num_id, depth) not in self._restarted:
            counters[depth] = None
        self._restarted.add((num_id, depth))
        before = counters[depth]
        start = levels[depth].start if restart is None else restart
        counters[depth] = number = start if before is None else before + 1
        for deeper in range(depth + 1, LEVELS):
            after = levels[deeper].restart_after if deeper in levels else None
            if after is None or (after and depth < after):
                counters[deeper] = None
        return number

    def _start_override(self, num_id: str, depth: int) -> int | None:
        for override in self._nums[num_id].findall(qn("lvlOverride")):
            start = whole_number(child_value(override, "startOverride"))
            if value(override, "ilvl") == str(depth) and start is not None:
                return start
        return None

    def _label(
        self,
        num_id: str,
        depth: int,
        level: NumberLevel,
        number: int,
        *,
        abstract: str,
        levels: dict[int, NumberLevel],
    ) -> Label:
        counters = self._counters[abstract]
        if level.kind == "bullet":
            return Label(num_id, depth, "", bullet=True, blank=not level.text.strip(), left=level.left)

        def placeholder(found: re.Match[str]) -> str:
            index = int(found[1]) - 1
            shown = levels.get(index, level)
            counted = counters[index]
            kind = "decimal" if level.legal and index != depth else "decimal" if level.legal else shown.kind
            return format_number(shown.start if counted is None else counted, kind, lang=self.lang)

        words = _PLACEHOLDER.sub(placeholder, level.text).strip()
        if not words:
            return Label(num_id, depth, "", blank=True, left=level.left)
        plain = _PLAIN_LABEL.fullmatch(level.text) and f"%{depth + 1}" in level.text
        kind = "decimal" if level.legal else level.kind
        style = LIST_STYLES.get(kind) if plain and number > 0 else None
        if kind == "arabicAlpha" and style:
            letter = arabic_alphabet_letter(number)
            number = ABJAD.index("هـ" if letter == "ه" else letter) + 1 if len(letter) == 1 else 0
            style = style if number else None
        if style and child_value(self._abstracts.get(abstract), "name") == AUTOMATIC_LETTERS_NAME:
            style = "decimal"
        suffix = "" if level.suffix == "nothing" else " "
        return Label(num_id, depth, words + suffix, style=style, number=number, left=level.left)


def _read_levels(parent: etree._Element) -> dict[int, NumberLevel]:
    found = {}
    for element in parent.findall(qn("lvl")):
        depth, start = _depth(value(element, "ilvl")), whole_number(child_value(element, "start"))
        if depth is None:
            continue
        found[depth] = NumberLevel(
            kind=_kind(element),
            text=child_value(element, "lvlText"),
            start=0 if start is None else start,
            suffix=child_value(element, "suff", default="tab"),
            legal=bool(is_on(element.find(qn("isLgl")))),
            restart_after=whole_number(child_value(element, "lvlRestart")),
            left=indent(element.find(qn("pPr"))),
            style_id=child_value(element, "pStyle"),
        )
    return found


def _depth(written: str) -> int | None:
    """Return the level of `w:ilvl`; None for what is none."""
    depth = whole_number(written)
    return depth if depth is not None and 0 <= depth < LEVELS else None


def _kind(element: etree._Element) -> str:
    """Return the number format; newer formats stand in a choice with an older one as fallback."""
    direct = element.find(qn("numFmt"))
    found = direct if direct is not None else next(element.iter(qn("numFmt")), None)
    return value(found, default="decimal")


def indent(properties: etree._Element | None) -> int | None:
    """Return the indent at the start of the lines in twentieths of a point; None where nothing says it."""
    for name in ("start", "left"):
        written = whole_number(child_value(properties, "ind", attribute=name))
        if written is not None:
            return written
    return None
