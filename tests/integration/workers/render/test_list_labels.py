"""One numbering everywhere: page, comparison, PDF and DOCX print the same labels of the same text."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # ships no types
import pytest
from lxml import etree, html

from service.domain.text.html.fragment import render_preview
from service.domain.text.markup.item_labels import letter_label
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import ListStyle
from service.domain.text.redline.redline import compute_redline
from service.domain.text.redline.rendering.inline import render_inline
from tests.integration.workers.render.conftest import TEMPLATES
from workers.render.content.manuscript import Manuscript
from workers.render.content.prepared_text import prepare_manuscript
from workers.render.docx.document import render_docx
from workers.render.docx.xml import iter_elements, parse, qn, read_package
from workers.render.pdf.document import render_pdf

pytestmark = pytest.mark.integration

TEXT = """1. w1
   1. w2
   2. w3
      1. w4
      2. w5
2. w6

   (iii) w7
   (iv) w8

{between} [^n]

3. w9
4. w10
   {a} w11
       1. w12
       2. w13
          1. w14
   {b} w15

(A) w16
(B) w17

{between}

(C) w18
(E) w19

- w20
  1. w21
     - w22
       1. w23

[^n]: {between}

    1. w24

{long}"""
LONG = 31
"""Items of the last list: more than there are letters."""

OUTER = {
    "ar": "1- (أ) (ب) 1- 2- 2- (iii) (iv) 3- 4- (أ) 1- 2- (أ) (ب) (A) (B) (C) (E) 1- (أ)",
    "en": "1. (a) (b) 1. 2. 2. (iii) (iv) 3. 4. (a) 1. 2. (a) (b) (A) (B) (C) (E) 1. (a)",
}
"""Labels of w1 to w23 without the bullets, with Latin digits."""

STYLES: dict[str, ListStyle] = {"ar": "abjad", "en": "lower-alpha"}
BETWEEN = {"ar": "فقرة بين القائمتين", "en": "A paragraph between lists"}


def text_of(lang: str) -> str:
    letters = [str(letter_label(number, style=STYLES[lang])) for number in range(1, LONG + 1)]
    long = "".join(f"({letter}) w{100 + number}\n" for number, letter in enumerate(letters, 1))
    return TEXT.format(between=BETWEEN[lang], long=long, a=f"({letters[0]})", b=f"({letters[1]})")


def expected_labels(lang: str) -> dict[str, str]:
    labels = (OUTER[lang].translate(str.maketrans("1234", "١٢٣٤")) if lang == "ar" else OUTER[lang]).split()
    words = [f"w{number}" for number in range(1, 24) if number not in (20, 22)]
    letters = (letter_label(number, style=STYLES[lang]) for number in range(1, LONG + 1))
    found = dict(zip(words, labels, strict=True)) | {f"w{100 + n}": f"({one})" for n, one in enumerate(letters, 1)}
    return found | {"w24": "١-" if lang == "ar" else "1."}


@dataclass(frozen=True)
class Outputs:
    """What each output shows of the same text: word of an item → its label."""

    page: dict[str, str]
    comparison: dict[str, str]
    pdf: dict[str, str]
    """Without brackets, whose order in a line from right to left depends on the reader."""
    docx: dict[str, str]


@pytest.fixture(scope="module", params=["ar", "en"])
def outputs(request: pytest.FixtureRequest) -> tuple[str, Outputs]:
    lang, text = request.param, text_of(request.param)
    digits: Any = "arab" if lang == "ar" else "latn"
    direction: Any = "rtl" if lang == "ar" else "ltr"
    manuscript = Manuscript(lang=lang, dir=direction, digits=digits, kind="statement", title="ع", text=text)
    prepared = prepare_manuscript(manuscript, directory=TEMPLATES)
    page = render_preview(parse_markup(text), lang=lang, digits=digits, dir=direction)
    shown = render_inline(compute_redline(text, text + "\nx\n"), text, text + "\nx\n", lang=lang)
    return lang, Outputs(
        page=_html_labels(page, ".//bdi[@class='item-label']"),
        comparison=_html_labels(shown, ".//span[@class='marker']"),
        pdf=dict(_pdf_labels(render_pdf(prepared, logo=None, report=lambda _: None))),
        docx=dict(_docx_labels(render_docx(prepared, logo=None, report=lambda _: None))),
    )


def _html_labels(fragment: str, path: str) -> dict[str, str]:
    found = html.fromstring(fragment).findall(path)
    pairs = ((re.search(r"w[0-9]+", _text_after(one)), "".join(map(str, one.itertext())).strip()) for one in found)
    return {word.group(): label for word, label in pairs if word and label != "•"}


def _text_after(one: etree._Element) -> str:
    """Return the text behind a label, which may stand in an element of its own direction."""
    following = one.getnext()
    return (one.tail or "") + " " + ("" if following is None else "".join(map(str, following.itertext())))


def _pdf_labels(pdf: bytes) -> Iterator[tuple[str, str]]:
    with pypdfium2.PdfDocument(pdf) as document:
        lines = [line for page in document for line in page.get_textpage().get_text_bounded().splitlines()]
    for line in lines:
        word = re.search(r"(?<![0-9])(?:w([0-9]+)|([0-9]+)w)", line)  # "1w" in a line from right to left
        label = "" if word is None else line[: word.start()] if word[1] else line.replace(word.group(), "")
        label = unicodedata.normalize("NFKC", re.sub(r"\W", "", label))
        if word and label:
            yield f"w{word[1] or word[2]}", label


def _docx_labels(package: bytes) -> Iterator[tuple[str, str]]:
    """Yield word and label of each numbered paragraph, resolved as ECMA-376 part 1 §17.9 says."""
    parts = {name: parse(part) for name, part in read_package(package).items() if name.endswith(".xml")}
    levels = dict(_docx_levels(parts["word/numbering.xml"]))
    for story in ("word/document.xml", "word/footnotes.xml"):
        counts: Counter[tuple[str, int]] = Counter()
        for paragraph in iter_elements(parts[story], "p"):
            ids = [paragraph.find(f"{qn('pPr')}/{qn('numPr')}/{qn(name)}") for name in ("numId", "ilvl")]
            word = re.search(r"w[0-9]+", "".join(text.text or "" for text in iter_elements(paragraph, "t")))
            if ids[0] is None or ids[1] is None or not word:
                continue
            numbering, depth = str(ids[0].get(qn("val"))), int(str(ids[1].get(qn("val"))))
            start, kind, text = levels[numbering, depth]
            label = _docx_label(start + counts[numbering, depth], kind)
            counts[numbering, depth] += 1
            if kind != "bullet":
                yield word.group(), text.replace(f"%{depth + 1}", label)


def _docx_levels(numbering: Any) -> Iterator[tuple[tuple[str, int], tuple[int, str, str]]]:
    abstracts = {str(one.get(qn("abstractNumId"))): one for one in iter_elements(numbering, "abstractNum")}
    for num in iter_elements(numbering, "num"):
        starts = {
            str(one.get(qn("ilvl"))): int(_value(one, "startOverride", "1"))
            for one in iter_elements(num, "lvlOverride")
        }
        for level in iter_elements(abstracts[_value(num, "abstractNumId", "")], "lvl"):
            depth, start = str(level.get(qn("ilvl"))), int(_value(level, "start", "1"))
            shown = (starts.get(depth, start), _value(level, "numFmt", ""), _value(level, "lvlText", ""))
            yield (str(num.get(qn("numId"))), int(depth)), shown


def _value(parent: Any, name: str, default: str) -> str:
    child = parent.find(qn(name))
    return default if child is None else str(child.get(qn("val")))


_FORMATS: dict[str, ListStyle] = {
    "arabicAbjad": "abjad",
    "lowerLetter": "lower-alpha",
    "upperLetter": "upper-alpha",
    "lowerRoman": "lower-roman",
}


def _docx_label(number: int, kind: str) -> str:
    return str(letter_label(number, style=_FORMATS[kind])) if kind in _FORMATS else str(number)


def test_page_and_comparison_label_items_alike(outputs: tuple[str, Outputs]) -> None:
    lang, found = outputs
    assert found.page == expected_labels(lang)
    assert found.comparison == expected_labels(lang)


def test_pdf_labels_items_as_the_page_does(outputs: tuple[str, Outputs]) -> None:
    lang, found = outputs
    assert found.pdf == {word: label.strip("()-.") for word, label in expected_labels(lang).items()}


def test_docx_labels_items_as_the_page_does(outputs: tuple[str, Outputs]) -> None:
    lang, found = outputs
    latin = str.maketrans("١٢٣٤", "1234")  # Word shows the digits that its settings ask for
    assert found.docx == {word: label.translate(latin) for word, label in expected_labels(lang).items()}
