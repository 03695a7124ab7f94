"""The structure of a DOCX: lists, quotations, notes and the styles that a person works on with."""

from collections.abc import Iterator

import pytest
from lxml import etree

from workers.render.content.manuscript import Manuscript, Reservation
from workers.render.docx.xml import iter_elements, parse, qn, read_package
from workers.render.formats import render

TEXT = """\
## عن الماء {#water}

نصّ فيه *تشديد* و**قوّة** و***كلاهما***.[^source]

- ### عنوان **قويّ** في بند

1. بند أول[^source]

   تتمّة البند الأول.

   > قول منقول.

   وفيه:

   - نقطة
     - نقطة أدنى

2. بند ثانٍ

> قول آخر
>
> 1. بند منقول

```
سطر
سطر آخر
```

| السنة | العدد |
|---|---|
| 2024 | |

يُنظر القرار.[](ref:unsc-2254-4) وكذلك هنا.[](ref:unsc-2254-4)

[^source]: سجلّ البلدية.

    1. صفحة أولى
"""


@pytest.fixture(scope="module")
def package() -> dict[str, bytes]:
    manuscript = Manuscript(
        lang="ar",
        dir="rtl",
        digits="arab",
        kind="statement",
        title="نداء",
        text=TEXT,
        reservations=(Reservation(1, "جمعية النهر", "نتحفّظ على البند.[^why]\n\n[^why]: لأسباب مالية.\n"),),
    )
    return read_package(render(manuscript, "docx"))


@pytest.fixture(scope="module")
def body(package: dict[str, bytes]) -> etree._Element:
    return parse(package["word/document.xml"])


def style_of(paragraph: etree._Element) -> str:
    return next((style.get(qn("val"), "") for style in iter_elements(paragraph, "pStyle")), "")


def text_of(element: etree._Element) -> str:
    return "".join(text.text or "" for text in iter_elements(element, "t"))


def styled(body: etree._Element) -> Iterator[tuple[str, str]]:
    return ((style_of(paragraph), text_of(paragraph)) for paragraph in iter_elements(body, "p"))


def paragraph_with(body: etree._Element, words: str) -> etree._Element:
    return next(paragraph for paragraph in iter_elements(body, "p") if words in text_of(paragraph))


def indents(paragraph: etree._Element) -> tuple[str | None, str | None]:
    found = paragraph.find(f"{qn('pPr')}/{qn('ind')}")
    return (None, None) if found is None else (found.get(qn("left")), found.get(qn("right")))


def test_items_and_their_further_paragraphs_have_the_styles_of_word(body: etree._Element) -> None:
    found = dict((words, style) for style, words in styled(body))
    assert found["تتمّة البند الأول."] == "ListContinue"
    assert (found["نقطة"], found["نقطة أدنى"], found["بند ثانٍ"]) == ("ListBullet2", "ListBullet3", "ListNumber")
    numbered = [
        style_of(paragraph) for paragraph in iter_elements(body, "p") if list(iter_elements(paragraph, "numPr"))
    ]
    assert numbered == ["ListBullet", "ListNumber", "ListBullet2", "ListBullet3", "ListNumber", "ListNumber"]


def test_indentation_tells_lists_from_quotations(body: etree._Element) -> None:
    assert indents(paragraph_with(body, "قول منقول")) == ("980", "480")
    assert indents(paragraph_with(body, "بند منقول")) == ("980", "480")
    assert indents(paragraph_with(body, "قول آخر")) == (None, None)
    assert style_of(paragraph_with(body, "قول منقول")) == style_of(paragraph_with(body, "قول آخر")) == "Quote"


def test_loose_lists_have_space_between_items_and_tight_ones_have_none(body: etree._Element) -> None:
    loose, tight = (
        [one.get(qn("val")) for one in iter_elements(paragraph_with(body, words), "contextualSpacing")]
        for words in ("بند ثانٍ", "نقطة أدنى")
    )
    assert (loose, tight) == (["0"], [])


def test_paragraph_that_announces_a_list_stays_with_it(body: etree._Element) -> None:
    kept = [text_of(one) for one in iter_elements(body, "p") if list(iter_elements(one, "keepNext"))]
    assert kept == ["وفيه:"]


def test_emphasis_and_strong_text_stay_apart_in_arabic(body: etree._Element) -> None:
    marks = {}
    for run in iter_elements(paragraph_with(body, "تشديد"), "r"):
        properties = run.find(qn("rPr"))
        names = [] if properties is None else [etree.QName(one).localname for one in properties]
        marks[text_of(run)] = [name for name in names if name in ("b", "bCs", "i", "iCs")]
    assert marks["تشديد"] == ["bCs", "i"]
    assert marks["قوّة"] == ["b", "bCs"]
    assert marks["كلاهما"] == ["b", "bCs", "i"]


def test_strong_text_in_strong_text_is_strong_once(body: etree._Element) -> None:
    runs = [run for run in iter_elements(paragraph_with(body, "في بند"), "r") if text_of(run) == "قويّ"]
    assert [len(list(iter_elements(run, "b"))) for run in runs] == [1]


def test_every_style_is_defined_and_none_is_left_over(package: dict[str, bytes], body: etree._Element) -> None:
    styles = parse(package["word/styles.xml"])
    names = {style.get(qn("styleId")): style for style in iter_elements(styles, "style")}
    roots = [parse(data) for name, data in package.items() if name.startswith("word/") and name.endswith(".xml")]
    for kind in ("pStyle", "rStyle", "tblStyle", "basedOn", "next"):
        used = {one.get(qn("val")) for root in roots for one in iter_elements(root, kind)}
        assert used <= names.keys(), used - names.keys()
    assert len(names) < 70 and not any("Tok" in str(name) for name in names)
    assert "TableNormal" in names
    named = {str(one.get(qn("val"))) for one in iter_elements(styles, "name")}
    assert {"heading 1", "List Number", "List Bullet 5", "List Continue", "Quote", "toc 3", "footnote text"} <= named


def test_list_styles_and_their_numbering_name_each_other(package: dict[str, bytes]) -> None:
    numbering, styles = parse(package["word/numbering.xml"]), parse(package["word/styles.xml"])
    instances = {one.get(qn("numId")) for one in iter_elements(numbering, "num")}
    by_style = {style.get(qn("styleId")): style for style in iter_elements(styles, "style")}
    linked = [one.get(qn("val")) for one in iter_elements(numbering, "pStyle")]
    assert len(linked) == len(set(linked)) == 10
    for name in linked:
        numbers = [one.get(qn("val")) for one in iter_elements(by_style[name], "numId")]
        assert len(numbers) == 1 and numbers[0] in instances
    kinds = [etree.QName(child).localname for child in numbering]
    assert kinds == sorted(kinds)


def test_note_marks_have_brackets_and_the_label_around_them(body: etree._Element) -> None:
    paragraph = paragraph_with(body, "تشديد")
    tags = [etree.QName(child).localname for child in paragraph][-5:]
    assert tags == ["bookmarkStart", "r", "r", "r", "bookmarkEnd"]
    assert text_of(paragraph).endswith(".()")
    names = [one.get(qn("name")) for one in iter_elements(body, "bookmarkStart")]
    assert names == ["p-water", "n-source", "c-unsc-2254-4", "s-reservation-1-why"]


def test_repeated_note_is_a_field_with_the_number_of_the_note(body: etree._Element) -> None:
    fields = {one.get(qn("instr"), "").strip(): text_of(one) for one in iter_elements(body, "fldSimple")}
    assert fields == {"NOTEREF n-source \\f \\h": "1", "NOTEREF c-unsc-2254-4 \\f \\h": "2"}


def test_notes_of_a_reservation_are_its_own(package: dict[str, bytes], body: etree._Element) -> None:
    assert len(list(iter_elements(body, "footnoteReference"))) == 3
    notes = [text_of(note) for note in iter_elements(parse(package["word/footnotes.xml"]), "footnote")]
    assert any("لأسباب مالية" in note for note in notes)


def test_first_line_of_a_note_stands_beside_its_mark(package: dict[str, bytes]) -> None:
    notes = parse(package["word/footnotes.xml"])
    first = next(one for one in iter_elements(notes, "p") if list(iter_elements(one, "footnoteRef")))
    assert text_of(first) == "() سجلّ البلدية."


def test_code_keeps_its_lines(body: etree._Element) -> None:
    code = next(paragraph for paragraph in iter_elements(body, "p") if style_of(paragraph) == "SourceCode")
    assert len(list(iter_elements(code, "br"))) == 1 and text_of(code) == "سطرسطر آخر"
