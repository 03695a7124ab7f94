"""What PDF/A-2a and PDF/UA-1 ask of our files, as far as it can be checked without veraPDF, and where words stand."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pdfua
import pikepdf
import pytest

from tests.support.papers.pdf_geometry import misplaced_words
from workers.render.content.manuscript import Kind, Manuscript, Signatory, from_json
from workers.render.formats import render

TEMPLATES = Path(__file__).parents[4] / "templates"
EXAMPLES = {"ar": "manuscript.example.json", "en": "manuscript.example.en.json"}
FAULTY_RULE = "UA-14-001"
"""Levels of headings: pdfua 0.1.3 stops at our structure with an error of its own; the test of headings replaces it."""

FILES = [(lang, kind) for lang in EXAMPLES for kind in get_args(Kind)]


def example(lang: str) -> Manuscript:
    return from_json(json.loads((TEMPLATES / EXAMPLES[lang]).read_text(encoding="utf-8")))


@cache
def pdf_of(lang: str, kind: Kind) -> bytes:
    return render(replace(example(lang), kind=kind), "pdf")


@pytest.fixture(params=FILES, ids="-".join)
def pdf(request: pytest.FixtureRequest) -> Iterator[tuple[str, str, pikepdf.Pdf]]:
    lang, kind = request.param
    with pikepdf.open(io.BytesIO(pdf_of(lang, kind))) as document:
        yield lang, kind, document


def elements(element: Any) -> Iterator[Any]:
    """Yield the structure elements below one, in order."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def test_reader_knows_language_direction_title_and_order(pdf: tuple[str, str, pikepdf.Pdf]) -> None:
    lang, _, document = pdf
    preferences = document.Root.ViewerPreferences
    assert document.Root.Lang == lang
    assert preferences.DisplayDocTitle
    assert str(preferences.get("/Direction", "/L2R")) == ("/R2L" if lang == "ar" else "/L2R")
    assert all(page.obj.Tabs == pikepdf.Name.S for page in document.pages)
    assert len(document.Root.PageLabels.Nums) > 0
    assert document.Root.Outlines.First.Title


def test_every_font_is_embedded_and_tells_its_characters(pdf: tuple[str, str, pikepdf.Pdf]) -> None:
    *_, document = pdf
    fonts = [found for found in document.objects if isinstance(found, pikepdf.Dictionary) and "/BaseFont" in found]
    whole = [font for font in fonts if font.get("/Subtype") == pikepdf.Name.Type0]
    assert len(whole) > 2
    for font in whole:
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())
        assert "/ToUnicode" in font


def test_tables_notes_contents_and_links_are_tagged(pdf: tuple[str, str, pikepdf.Pdf]) -> None:
    _, kind, document = pdf
    found = list(elements(document.Root.StructTreeRoot))
    by_role: dict[str, list[Any]] = {}
    for element in found:
        by_role.setdefault(str(element.S), []).append(element)
    heads = by_role["/TH"]
    assert heads
    assert all(any(str(each.get("/Scope", "")) == "/Column" for each in attributes(head)) for head in heads)
    assert by_role["/TD"]
    assert len({str(note.ID) for note in by_role["/Note"]}) == len(by_role["/Note"]) >= 2
    assert len([label for label in by_role["/Lbl"] if str(label.P.S) != "/LI"]) >= len(by_role["/Note"])
    assert bool(by_role.get("/TOC") and by_role.get("/TOCI")) == (kind == "constitution")
    links = [one for page in document.pages for one in page.obj.get("/Annots", []) if one.Subtype == pikepdf.Name.Link]
    assert links
    assert all(str(link.get("/Contents", "")) for link in links)


def test_headings_begin_at_level_one_and_skip_none(pdf: tuple[str, str, pikepdf.Pdf]) -> None:
    *_, document = pdf
    levels = [int(str(one.S)[2:]) for one in elements(document.Root.StructTreeRoot) if str(one.S)[:2] == "/H"]
    assert levels[0] == 1
    assert all(level <= before + 1 for before, level in pairwise(levels))


def attributes(element: Any) -> list[Any]:
    found = element.get("/A", [])
    return list(found) if isinstance(found, pikepdf.Array) else [found]


def test_rules_of_pdfua_find_nothing(pdf: tuple[str, str, pikepdf.Pdf], tmp_path: Path) -> None:
    """16 of the 106 rules of PDF/UA-1: the others stay unproven without veraPDF (docs/adr/0043)."""
    lang, kind, _ = pdf
    file = tmp_path / "file.pdf"
    file.write_bytes(pdf_of(lang, kind))
    report = pdfua.validate(str(file))
    assert [finding for outcome in report.outcomes for finding in outcome.findings] == []
    assert {outcome.rule_id for outcome in report.outcomes if outcome.skipped_reason} <= {FAULTY_RULE}


@pytest.mark.parametrize(("lang", "kind"), FILES)
def test_no_word_is_over_another_or_outside_the_margins(lang: str, kind: Kind) -> None:
    assert misplaced_words(pdf_of(lang, kind)) == []


WIDE = {
    "ar": "| التاريخ | المسؤوليّات المشتركة | ملاحظات المتابعة | الجهة المستفيدة | المبلغ |\n|---|---|---|---|--:|\n"
    "| ٣١/١٢/٢٠٢٦ | والمستشفيات والمستوصفات في المحافظات كلّها | تُراجَع كلّ ستّة أشهر | البلديّات | 1,250,000 |\n",
    "en": "| Date | Responsibilities | Observations | Beneficiaries | Amount |\n|---|---|---|---|--:|\n"
    "| 31/12/2026 | Intergovernmental arrangements | Reviewed half-yearly | Municipalities | 1,250,000 |\n",
}


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_wide_tables_and_200_signatories_keep_to_their_place(lang: str) -> None:
    names = [f"{'منظمة' if lang == 'ar' else 'Organisation'} {number} " + "و" * (number % 9) for number in range(200)]
    text = f"{WIDE[lang]}\n" + "\n\n".join(
        f"{'#' * level} {'عنوان طويل' if lang == 'ar' else 'A long heading'} {level}\n\n- a\n  - b\n    - c"
        for level in (2, 3)
    )
    manuscript = replace(example(lang), text=text, signatories=tuple(Signatory(name, "endorse") for name in names))
    assert misplaced_words(render(replace(manuscript, reservations=()), "pdf")) == []
