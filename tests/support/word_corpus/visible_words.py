"""What a person sees in a Word file: a walk of its XML that shares nothing with the importer.

It knows no lists, styles or numbers: it returns the words of the paragraphs of the body, and of the notes called there.
"""

import io
import unicodedata
import zipfile
from collections import Counter
from xml.etree import ElementTree as ET

import regex

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_HIDDEN = {"del", "moveFrom", "delText", "instrText", "rPr", "pPr", "sdtPr", "tblPr", "fldData"}
_BREAKS = {"tab", "br", "cr", "ptab", "sym", "noBreakHyphen"}
_CONTROL = regex.compile(r"[\x7f-\x9f]")


def words_of(text: str) -> Counter[str]:
    """Return the words of a text, in a form in which raised digits and digits of every script are equal."""
    plain = unicodedata.normalize("NFKC", text).replace("\u0640", "")
    digits = "".join(str(unicodedata.digit(one)) if one.isdecimal() else one for one in plain)
    return Counter(_WORD.findall(digits))


def visible_words(data: bytes) -> Counter[str]:
    """Return the words that Word shows in the body of a file, boxes and notes."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        roots = {name: ET.fromstring(package.read(name)) for name in package.namelist() if name.endswith("xml")}
    main = next(root for root in roots.values() if _local(root) == "document")
    notes = {_local(root): root for root in roots.values() if _local(root) in ("footnotes", "endnotes")}
    walk = _Walk(notes)
    walk.story(main)
    return words_of("\n".join(walk.paragraphs))


class _Walk:
    def __init__(self, notes: dict[str, ET.Element]) -> None:
        self.notes = notes
        self.paragraphs: list[str] = []
        self.fields: list[bool] = []

    def story(self, element: ET.Element) -> None:
        for child in element:
            name = _local(child)
            if name == "p":
                self.paragraph(child)
            elif name == "AlternateContent":
                self.story(_branch(child))
            elif name not in _HIDDEN:
                self.story(child)

    def paragraph(self, element: ET.Element) -> None:
        index = len(self.paragraphs)
        self.paragraphs.append("")
        self.paragraphs[index] = self.inline(element)

    def inline(self, element: ET.Element) -> str:
        text = ""
        for child in element:
            name = _local(child)
            if name == "txbxContent":
                self.story(child)
            elif name == "r" and _is_vanished(child):
                continue
            elif name == "AlternateContent":
                text += self.inline(_branch(child))
            elif name == "fldChar":
                self.field(_attribute(child, "fldCharType"))
            elif name in ("footnoteReference", "endnoteReference"):
                self.note(name.removesuffix("Reference"), _attribute(child, "id"))
            elif name in _HIDDEN or any(self.fields):
                text += self.inline(child) if name == "r" else ""
            elif name == "t":
                text += _CONTROL.sub("", child.text or "")
            elif name in _BREAKS:
                text += " "
            else:
                text += self.inline(child)
        return text

    def field(self, kind: str) -> None:
        if kind == "begin":
            self.fields.append(True)
        elif kind == "separate":
            self.fields[-1] = False
        elif kind == "end":
            self.fields.pop()

    def note(self, kind: str, id: str) -> None:
        for note in self.notes.get(f"{kind}s", ()):
            if _attribute(note, "id") == id:
                self.story(note)


def _branch(alternatives: ET.Element) -> ET.Element:
    choice = next((one for one in alternatives if _local(one) == "Choice"), None)
    if choice is not None and any(_local(one) == "t" for one in choice.iter()):
        return choice
    return next((one for one in alternatives if _local(one) == "Fallback"), alternatives)


def _is_vanished(run: ET.Element) -> bool:
    return any(_local(one) == "vanish" and _attribute(one, "val") not in ("0", "false") for one in run.iter())


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _attribute(element: ET.Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")
