"""Labels of list items as Word counts them (ECMA-376 part 1 §17.9)."""

import re
from dataclasses import dataclass, field

from lxml import etree

from service.domain.text.markup.tree import ListStyle
from service.domain.text.structure.list_labels import item_label
from workers.render.docx.xml import iter_elements, qn
from workers.render.readback.flow import label_text

_STYLES: dict[str, ListStyle] = {
    "decimal": "decimal",
    "hindiNumbers": "decimal",
    "arabicAbjad": "abjad",
    "lowerLetter": "lower-alpha",
    "upperLetter": "upper-alpha",
    "lowerRoman": "lower-roman",
    "upperRoman": "upper-roman",
}
_PLACEHOLDER = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: the number it begins with, the format of its numbers, and the text of its labels."""

    start: int
    number_format: str
    text: str


@dataclass(slots=True)
class Numbering:
    """Counts the items of a document.

    `abstract` is by the number of the list, `levels` by abstract list and level, `overrides` by list and level. Lists
    of one abstract list count on together, unless the list begins again.
    """

    abstract: dict[str, str]
    levels: dict[tuple[str, int], Level]
    overrides: dict[tuple[str, int], int]
    counters: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def next_label(self, number_id: str, depth: int) -> str | None:
        """Return the label of the next item without punctuation, "" for a bullet; None if nothing is printed."""
        abstract = self.abstract.get(number_id)
        level = self.levels.get((abstract, depth)) if abstract is not None else None
        if abstract is None or level is None:
            return None
        counters = self.counters.setdefault(abstract, {})
        if (number_id, depth) in self.overrides and (number_id, depth) not in self.begun:
            counters[depth] = self.overrides[number_id, depth]
        else:
            counters[depth] = counters[depth] + 1 if depth in counters else level.start
        self.begun.add((number_id, depth))
        for deeper in [each for each in counters if each > depth]:
            del counters[deeper]
        if level.number_format == "bullet":
            return "" if level.text.strip() else None
        label = _PLACEHOLDER.sub(lambda match: self._number(abstract, int(match.group(1)) - 1), level.text)
        return label_text(label) or None

    def _number(self, abstract: str, depth: int) -> str:
        level = self.levels[abstract, depth]
        number = self.counters[abstract].get(depth, level.start)
        style = _STYLES.get(level.number_format)
        return item_label(number, style=style, digits="latn") if style else ""


def read_numbering(root: etree._Element | None) -> Numbering:
    """Read the part numbering.xml; None for a package without one."""
    numbering = Numbering({}, {}, {})
    if root is None:
        return numbering
    for abstract in iter_elements(root, "abstractNum"):
        for level in iter_elements(abstract, "lvl"):
            key = (abstract.get(qn("abstractNumId"), ""), int(level.get(qn("ilvl"), "0")))
            numbering.levels[key] = Level(
                int(value_of(level, "start") or "1"), value_of(level, "numFmt"), value_of(level, "lvlText")
            )
    for number in iter_elements(root, "num"):
        number_id = number.get(qn("numId"), "")
        numbering.abstract[number_id] = value_of(number, "abstractNumId")
        for override in iter_elements(number, "lvlOverride"):
            start = value_of(override, "startOverride")
            if start:
                numbering.overrides[number_id, int(override.get(qn("ilvl"), "0"))] = int(start)
    return numbering


def value_of(element: etree._Element, name: str) -> str:
    """Return the `w:val` of a child, or ""."""
    child = element.find(qn(name))
    return "" if child is None else child.get(qn("val"), "")
