"""International instruments: the table is consistent, and every citation is a note in the language of its text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.html.fragment import render_preview
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import Citation
from service.domain.text.structure.instruments import (
    INSTRUMENTS,
    find_instrument,
    list_citations,
    render_citation,
    unknown_citations,
)
from service.domain.text.structure.outline import build_outline
from tests.unit.text.strategies import ANY_TEXT

pytestmark = pytest.mark.unit

REFS = st.sampled_from(sorted(INSTRUMENTS))


def said(ref: str, lang: str) -> str:
    nodes = render_citation(Citation(ref), lang=lang, digits="arab" if lang == "ar" else "latn")
    return "".join(getattr(node, "text", "") or "".join(child.text for child in node.children) for node in nodes)  # type: ignore[union-attr]


def test_forty_unique_instruments_have_titles_in_both_languages() -> None:
    assert len(INSTRUMENTS) >= 40
    for one in INSTRUMENTS.values():
        assert one.titles["ar"].strip() == one.titles["ar"] and one.titles["en"].strip() == one.titles["en"]
        assert one.last is None or one.last > 0
    for lang in ("ar", "en"):
        titles = [one.titles[lang] for one in INSTRUMENTS.values()]
        assert len(set(titles)) == len(titles)


def test_citation_wording() -> None:
    assert said("iccpr-25", "en") == (
        "International Covenant on Civil and Political Rights, Article 25 (A/RES/2200(XXI)A)."
    )
    assert said("iccpr-25", "ar") == "العهد الدولي الخاص بالحقوق المدنية والسياسية، المادة ٢٥ (A/RES/2200(XXI)A)."
    assert said("unsc-2254-4", "ar") == "قرار مجلس الأمن ٢٢٥٤ (٢٠١٥)، الفقرة ٤ (S/RES/2254 (2015))."
    assert said("arab-charter", "en") == "Arab Charter on Human Rights (2004)."
    assert said("ilo-87-2", "ar") == (
        "اتفاقية الحرية النقابية وحماية حق التنظيم، ١٩٤٨ (رقم ٨٧)، المادة ٢ (68 UNTS 17)."
    )
    assert said("gc4-49", "ar") == (
        "اتفاقية جنيف (الرابعة) بشأن حماية الأشخاص المدنيين في وقت الحرب المؤرخة في ١٢ آب/أغسطس ١٩٤٩، "
        "المادة ٤٩ (75 UNTS 287)."
    )


@pytest.mark.parametrize(
    ("ref", "lang", "words"),
    [
        ("rome-8bis", "ar", "المادة ٨ مكررًا"),
        ("rome-15bis", "en", "Article 15 bis"),
        ("rome-15ter", "ar", "المادة ١٥ مكررًا ثانيًا"),
    ],
)
def test_articles_added_by_amendment_can_be_cited(ref: str, lang: str, words: str) -> None:
    assert words in said(ref, lang)


@pytest.mark.parametrize("ref", ["rome-9bis", "rome-8ter", "rome-8 bis", "iccpr-8bis", "rome-bis"])
def test_other_added_articles_cannot_be_cited(ref: str) -> None:
    assert find_instrument(ref) is None


def test_code_of_an_earlier_release_can_still_be_cited() -> None:
    assert (
        said("icppd-2", "en") == said("icpped-2", "en")
        and find_instrument("icppd") == find_instrument("icpped") is not None
    )
    assert find_instrument("icppd-46") is None
    assert list_citations(parse_markup("One.[](ref:icppd-2) Two.[](ref:icpped-2)\n")) == ("icpped-2",)


def test_resolution_symbols_have_one_form() -> None:
    assert {INSTRUMENTS[code].symbol for code in ("udhr", "genocide", "iccpr", "icescr")} == {
        "A/RES/217(III)A",
        "A/RES/260(III)A",
        "A/RES/2200(XXI)A",
    }


@given(REFS, st.integers(1, 400))
def test_article_can_be_cited_if_it_exists(code: str, number: int) -> None:
    last = INSTRUMENTS[code].last
    assert (find_instrument(f"{code}-{number}") is not None) == (last is None or number <= last)


@pytest.mark.parametrize(
    "ref", ["iccpr-0", "iccpr-025", "iccpr-54", "iccpr-", "iccpr-x", "nothing", "nothing-3", "unsc"]
)
def test_unknown_article_is_not_cited(ref: str) -> None:
    assert find_instrument(ref) is None
    if ref != "iccpr-":
        assert said(ref, "ar") == f"ref:{ref}"


def test_citation_is_a_note_numbered_with_the_others_once() -> None:
    tree = parse_markup(
        "One[^1], two[](ref:iccpr-25), three[](ref:udhr), again[](ref:iccpr-25).\n\n[^1]: See [](ref:cat-op-4).\n"
    )
    assert [note.label for note in tree.notes] == ["1", "ref:iccpr-25", "ref:udhr"]
    assert list_citations(tree) == ("cat-op-4", "iccpr-25", "udhr")
    assert not unknown_citations(tree) and not tree.uncalled and not build_outline(tree).broken


@pytest.mark.parametrize("typed", ["[the Covenant](ref:iccpr-25)", "[](ref:)", "[](ref:ICCPR)", "<ref:iccpr>"])
def test_citation_lookalike_stays_as_typed(typed: str) -> None:
    tree = parse_markup(f"See {typed}.\n")
    assert not list_citations(tree) and not tree.notes


def test_uncitable_code_is_reported_as_typed() -> None:
    assert unknown_citations(parse_markup("Of [](ref:iccpr-99) and [](ref:udhr-1) and [](ref:magna).\n")) == (
        "ref:iccpr-99",
        "ref:magna",
    )


def test_preview_prints_citations_in_each_language() -> None:
    tree = parse_markup("Everyone votes.[](ref:iccpr-25) Not so.[](ref:iccpr-99)\n")
    arabic = render_preview(tree, lang="ar", digits="arab", dir="rtl")
    assert "العهد الدولي الخاص بالحقوق المدنية والسياسية، المادة ٢٥ (<bdi" in arabic
    assert '<span class="broken"><bdi dir="ltr">ref:iccpr-99</bdi></span>' in arabic
    assert "International Covenant" in render_preview(tree, lang="en", digits="latn", dir="ltr")


@given(ANY_TEXT, REFS)
def test_citation_can_be_anywhere(text: str, ref: str) -> None:
    try:
        tree = parse_markup(f"{text}\n\nCited.[](ref:{ref})\n")
    except Exception as error:
        assert type(error).__name__ in ("TooLarge",), error
        return
    render_preview(tree, lang="ar", digits="arab", dir="rtl")
