"""Fields in the stream of runs (ECMA-376 part 1 §17.16): only their results are text, and some are links."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from lxml import etree

from service.domain.text.markup.inlines import CITATION_PREFIX as CITED
from workers.intake.package.word_package import value, whole_number
from workers.render.content.pandoc_json import CITATION_PREFIX, NOTE_PREFIX
from workers.render.docx.xml import qn

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_WITHOUT_RESULT = {"AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "LISTNUM", "EQ", "SYMBOL"}


@dataclass(slots=True)
class _Field:
    code: list[str] = field(default_factory=list)
    in_code: bool = True
    dropdown: str = ""


@dataclass(slots=True)
class FieldState:
    """The fields that are open at a place of a story."""

    stack: list[_Field] = field(default_factory=list)
    left_open: int = 0

    @property
    def hides_text(self) -> bool:
        """Whether the text here is a field's code, or the number of a note that is called again."""
        return any(one.in_code or repeated_call("".join(one.code)) for one in self.stack)

    @property
    def href(self) -> str:
        """The target of the innermost link or reference field around this place, else ""."""
        return next((found for one in reversed(self.stack) if (found := field_target("".join(one.code)))), "")

    def read_character(self, element: etree._Element) -> str:
        """Read a `w:fldChar`; return the text that a field shows which stores none, else ""."""
        kind = value(element, "fldCharType")
        if kind == "begin":
            self.stack.append(_Field(dropdown=_chosen_entry(element)))
        elif kind == "separate" and self.stack:
            self.stack[-1].in_code = False
        elif kind == "end" and self.stack:
            ended = self.stack.pop()
            if not self.hides_text and ended.in_code:
                return ended.dropdown or text_in_code("".join(ended.code))
        return ""

    def add_code(self, text: str) -> None:
        """Add a piece of the code of the innermost field."""
        if self.stack and self.stack[-1].in_code:
            self.stack[-1].code.append(text)

    def end_paragraph(self) -> None:
        """Close fields whose code does not end in its paragraph: the rest of the story is not a code."""
        self.stack = [one for one in self.stack if not one.in_code]


def field_target(code: str) -> str:
    """Return the address, or `#bookmark`, to which a field leads; "" for other fields."""
    tokens = [(quoted or plain) for quoted, plain in _TOKEN.findall(code)]
    if len(tokens) < 2:
        return ""
    name = tokens[0].upper()
    if name == "REF" and "\\h" in tokens:
        return f"#{tokens[1]}"
    if name != "HYPERLINK":
        return ""
    local = next((f"#{after}" for before, after in pairwise(tokens) if before == "\\l"), "")
    return local if tokens[1].startswith("\\") else tokens[1] + local


def lacks_result(code: str) -> bool:
    """Return whether a field is one whose result Word computes and does not store."""
    return (code.split() or [""])[0].upper() in _WITHOUT_RESULT


def called_label(bookmark: str) -> str:
    """Return the label of a note, or the code of a citation (`ref:iccpr-25`), from the bookmark of its mark."""
    if bookmark.startswith(CITATION_PREFIX):
        return CITED + bookmark.removeprefix(CITATION_PREFIX)
    return bookmark.removeprefix(NOTE_PREFIX) if bookmark.startswith(NOTE_PREFIX) else ""


def repeated_call(code: str) -> str:
    """Return the label or code of the note that a field calls again; "" for other fields."""
    name, _, rest = code.strip().partition(" ")
    bookmark = rest.split()[0] if name.upper() == "NOTEREF" and rest.split() else ""
    return called_label(bookmark)


def text_in_code(code: str) -> str:
    """Return the words that a field shows from its code: those of `MACROBUTTON name words`."""
    parts = code.split(None, 2)
    return parts[2].strip() if len(parts) == 3 and parts[0].upper() == "MACROBUTTON" else ""


def _chosen_entry(element: etree._Element) -> str:
    """Return the chosen entry of an old form field with a list."""
    entries = [value(one) for one in element.iter(qn("listEntry"))]
    chosen = whole_number(value(next(element.iter(qn("result")), None), default="0"))
    return entries[chosen] if chosen is not None and 0 <= chosen < len(entries) else ""
