"""Runs of a paragraph in a DOCX: each of one script, with its direction and font."""

import pytest
from lxml import etree

from workers.render.docx.paragraphs import rewrite_paragraph
from workers.render.docx.style_sheet import StyleSheet
from workers.render.docx.xml import ensure_properties, iter_elements, make_element, qn


def rewritten(text: str, *, rtl: bool) -> list[tuple[str, bool, str]]:
    """Return text, direction and font of each run of a paragraph with one run of `text`."""
    paragraph, run, content = make_element("p"), make_element("r"), make_element("t")
    content.text = text
    run.append(content)
    paragraph.append(run)
    if rtl:
        ensure_properties(run, "rPr").append(make_element("rtl"))
    rewrite_paragraph(paragraph, StyleSheet({}, {}, "ar-SY", rtl))
    return [(_text(one), bool(list(iter_elements(one, "rtl"))), _font(one)) for one in iter_elements(paragraph, "r")]


def _text(run: etree._Element) -> str:
    return "".join("\t" if one.tag == qn("tab") else one.text or "" for one in run.iter(qn("t"), qn("tab")))


def _font(run: etree._Element) -> str:
    return next((str(fonts.get(qn("cs"))) for fonts in iter_elements(run, "rFonts")), "")


@pytest.mark.parametrize(
    ("text", "rtl", "expected"),
    [
        ("نصّ A/RES/1 آخر", True, [("نصّ ", True, ""), ("A/RES/1", False, ""), (" آخر", True, "")]),
        ("see ميثاق", False, [("see ", False, ""), ("ميثاق", True, "")]),
        ("جمعية ܐܬܘܪ ܚܕ", True, [("جمعية ", True, ""), ("ܐܬܘܪ ܚܕ", True, "Noto Sans Syriac")]),
        ("in ܐܬܘܪ", False, [("in ", False, ""), ("ܐܬܘܪ", True, "Noto Sans Syriac")]),
        ("اتحاد Հայ Միություն", True, [("اتحاد ", True, ""), ("Հայ Միություն", False, "Noto Sans Armenian")]),
        ("هاتف +963 11 000 0142.", True, [("هاتف ", True, ""), ("+963 11 000 0142", False, ""), (".", True, "")]),
        ("القرار A/RES/1، 28 تموز", True, [("القرار ", True, ""), ("A/RES/1", False, ""), ("، 28 تموز", True, "")]),
        ("مبلغ ١ ٢٥٠ ٠٠٠", True, [("مبلغ ", True, ""), ("١ ٢٥٠ ٠٠٠", True, "")]),
        ("١-\tجمعية", True, [("١-", True, ""), ("\t", True, ""), ("جمعية", True, "")]),
    ],
)
def test_runs_have_one_script_each(text: str, rtl: bool, expected: list[tuple[str, bool, str]]) -> None:
    assert rewritten(text, rtl=rtl) == expected
