"""Styles of a Word file, by the names that Word keeps in every language, and their inherited properties.

The id of a style is in the language of the program («1», "Titre1", "berschrift1"); its name is not ("heading 1"),
unless the file is from another program.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from workers.intake.package.word_package import child_value, is_on, value, whole_number
from workers.render.docx.xml import qn

_HEADING_NAME = re.compile(
    r"(?:heading|titre|titolo|título|titulo|überschrift|ueberschrift|kop|rubrik|заголовок|başlık|العنوان|عنوان)\s?([1-9])"
)
_ALIASES = {
    "titre": "title", "titel": "title", "titolo": "title", "título": "title", "العنوان": "title", "عنوان": "title",
    "sous-titre": "subtitle", "untertitel": "subtitle", "subtítulo": "subtitle", "العنوان الفرعي": "subtitle",
    "عنوان فرعي": "subtitle", "auteur": "author", "autor": "author", "المؤلف": "author", "datum": "date",
    "التاريخ": "date", "citation": "quote", "zitat": "quote", "cita": "quote", "اقتباس": "quote",
    "block text": "quote", "intense quote": "quote", "quotations": "quote", "quotation": "quote",
}  # fmt: skip
MAX_CHAIN = 20
"""Styles in one line of inheritance."""


@dataclass(slots=True)
class WordStyles:
    """The styles of a file; without a styles part, ids are taken for names."""

    root: etree._Element | None
    by_id: dict[str, etree._Element] = field(default_factory=dict)
    default_paragraph: str = ""
    _names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for style in self.root.findall(qn("style")) if self.root is not None else ():
            id = value(style, "styleId")
            self.by_id.setdefault(id, style)
            if value(style, "type") == "paragraph" and is_on_attribute(style, "default"):
                self.default_paragraph = self.default_paragraph or id

    @property
    def is_own(self) -> bool:
        """Whether the file is one that Mithaq exported, perhaps saved again by another program."""
        return {"signatory", "dateline", "seal"} <= {self.name(id) for id in self.by_id}

    def id_of(self, name: str) -> str:
        """Return the id of the style of a name; "" if there is none."""
        return next((id for id in self.by_id if self.name(id) == name), "")

    def name(self, id: str) -> str:
        """Return the name of a style in lower case, in English where it is a built-in one."""
        if id not in self._names:
            written = " ".join((child_value(self.by_id.get(id), "name") or id).lower().split())
            self._names[id] = _ALIASES.get(written, written)
        return self._names[id]

    def written_name(self, id: str) -> str:
        """Return the name of a style as the file has it."""
        return child_value(self.by_id.get(id), "name") or id

    def chain(self, id: str) -> Iterator[etree._Element]:
        """Yield a style and those it is based on."""
        for _ in range(MAX_CHAIN):
            style = self.by_id.get(id)
            if style is None:
                return
            yield style
            id = child_value(style, "basedOn")

    def names(self, id: str) -> Iterator[str]:
        """Yield the names of a style and of those it is based on."""
        yield self.name(id)
        for style in list(self.chain(id))[1:]:
            yield self.name(value(style, "styleId"))

    def find(self, id: str, *path: str) -> etree._Element | None:
        """Return the first element at `path` in a style or those it is based on."""
        steps = "/".join(map(qn, path))
        return next((found for style in self.chain(id) if (found := style.find(steps)) is not None), None)

    def is_on(self, id: str, *path: str) -> bool | None:
        """Return an on/off property of a style; None where nothing says it."""
        return is_on(self.find(id, *path))

    def heading_level(self, id: str) -> int | None:
        """Return the level of a heading style, from its name or its outline level; None for other styles."""
        for name in self.names(id):
            found = _HEADING_NAME.fullmatch(name)
            if found:
                return int(found[1])
        return outline_level(self.find(id, "pPr", "outlineLvl"))


def outline_level(element: etree._Element | None) -> int | None:
    """Return the level from 1 to 9 that `w:outlineLvl` gives; None for body text."""
    level = whole_number(value(element))
    return level + 1 if level is not None and 0 <= level < 9 else None


def is_on_attribute(element: etree._Element, name: str) -> bool:
    """Return an on/off attribute that is off where it is missing."""
    return value(element, name).lower() in ("1", "true", "on")
