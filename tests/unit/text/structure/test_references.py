"""References in Arabic sentences: «في المادة العشرين», «للمادة الثانية», and digits where the case cannot be
determined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.html.fragment import render_preview
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import Link, PlainText
from service.domain.text.redline.rendering.reference_labels import reference_labels
from service.domain.text.structure.number_words import arabic_ordinal, oblique, parse_number_words
from service.domain.text.structure.ordinals import parse_number
from service.domain.text.structure.provisions import LABEL_PATTERN
from service.domain.text.structure.references import inflect_reference, resolve_references, typed_particle

pytestmark = pytest.mark.unit

ORDINALS = st.builds(arabic_ordinal, st.integers(1, 999), feminine=st.booleans())
PARTICLES = st.sampled_from(["", "لـ", "بـ", "كـ", "ولـ", "فبـ"])
BEFORE = st.sampled_from(["", "كما في ", "تنصّ ", "وفق أحكام ", "خلافًا ", "(", "راجع الملحق "])


@pytest.mark.parametrize(
    ("before", "label", "kept", "words"),
    [
        ("كما في ", "المادة العشرون", "كما في ", "المادة العشرين"),
        ("وفق أحكام ", "المادة الثانية والعشرون", "وفق أحكام ", "المادة الثانية والعشرين"),
        ("عملًا بنصّ ", "المادة المئتان", "عملًا بنصّ ", "المادة المئتين"),
        ("من ", "الباب الثلاثون بعد المئة", "من ", "الباب الثلاثين بعد المئة"),
        ("خلافًا لـ", "المادة الثانية والعشرون", "خلافًا ", "للمادة الثانية والعشرين"),
        ("خلافًا ل", "المادة ٤", "خلافًا ", "للمادة ٤"),
        ("عملًا بـ", "المادة الأولى", "عملًا ", "بالمادة الأولى"),
        ("وفقًا للدستور ولـ", "الفصل الثاني", "وفقًا للدستور ", "وللفصل الثاني"),
        ("وفقًا لـ", "اللجنة الدستورية", "وفقًا ", "للجنة الدستورية"),
        ("تنصّ ", "المادة العشرون", "تنصّ ", "المادة ٢٠"),
        ("", "المادة العشرون", "", "المادة ٢٠"),
        ("تنصّ ", "المادة الثانية عشرة", "تنصّ ", "المادة الثانية عشرة"),
        ("كما في ", "المادة ٢٠", "كما في ", "المادة ٢٠"),
        ("see ", "Article 20", "see ", "Article 20"),
        ("قبل ", "الأشهر العشرون الأولى", "قبل ", "الأشهر العشرون الأولى"),
    ],
)
def test_reference_agrees_with_the_words_before_it(before: str, label: str, kept: str, words: str) -> None:
    assert inflect_reference(before, label, digits="arab") == (kept, words)


def test_second_of_two_references_is_governed_too() -> None:
    labels = {"a": "المادة العشرون", "b": "المادة الثلاثون", "c": "المادة الأربعون"}
    nodes = (PlainText("في "), Link("#a", ()), PlainText(" و"), Link("#b", ()), PlainText("، وتسري "), Link("#c", ()))
    said = "".join(
        one.children[0].text if isinstance(one, Link) else one.text  # type: ignore[union-attr]
        for one in resolve_references(nodes, labels, digits="arab")
    )
    assert said == "في المادة العشرين والمادة الثلاثين، وتسري المادة ٤٠"


def test_typed_words_and_unknown_references_are_unchanged() -> None:
    nodes = (PlainText("لـ"), Link("#a", (PlainText("هذه المادة"),)), PlainText("لـ"), Link("#gone", ()))
    assert resolve_references(nodes, {"a": "المادة العشرون"}, digits="arab") == nodes


def test_preview_prints_inflected_references() -> None:
    tree = parse_markup("### المادة العشرون: كذا {#a}\n\nخلافًا لـ[](#a)، وكما في [](#a).\n")
    shown = render_preview(tree, lang="ar", digits="arab", dir="rtl")
    assert 'خلافًا <a href="#t-h-a">للمادة العشرين</a>، وكما في <a href="#t-h-a">المادة العشرين</a>.' in shown


def test_heading_keeps_its_words() -> None:
    assert reference_labels("### المادة العشرون: كذا {#a}\n") == {"a": "المادة العشرون"}


@given(ORDINALS)
def test_oblique_form_is_the_same_number_and_final(written: str) -> None:
    assert parse_number_words(oblique(written)) == parse_number_words(written)
    assert oblique(oblique(written)) == oblique(written)
    assert not oblique(written).endswith(("ون", "تان"))


@given(ORDINALS, BEFORE, PARTICLES, st.sampled_from(["arab", "latn"]))
def test_printed_reference_maps_back_to_what_was_typed(written: str, before: str, particle: str, digits: str) -> None:
    label = f"المادة {written}"
    kept, words = inflect_reference(before + particle, label, digits=digits)  # type: ignore[arg-type]
    assert kept == before
    assert typed_particle(words, (label,)) == particle
    number = LABEL_PATTERN.search(words)
    assert number and parse_number(number["number"]) == parse_number_words(written)


@given(st.text(max_size=30), st.text(max_size=20))
def test_any_words_can_precede_any_label(before: str, label: str) -> None:
    kept, words = inflect_reference(before, label, digits="arab")
    assert before.startswith(kept)
    assert words or not label


@given(st.text(max_size=30))
def test_other_words_are_no_reference(words: str) -> None:
    assert typed_particle(words, ()) is None


def test_word_of_marks_alone_governs_nothing() -> None:
    """A tatweel before a reference: nothing is left of it without marks."""
    (link,) = resolve_references([PlainText("ـ "), Link("#a", ())], {"a": "المادة ١"}, digits="arab")[1:]
    assert isinstance(link, Link)
