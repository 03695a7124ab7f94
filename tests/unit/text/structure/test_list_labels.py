"""Labels of list items."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.structure.list_labels import effective_style, item_label, printed_label


@pytest.mark.parametrize(
    ("number", "style", "label"),
    [
        (1, "decimal", "١"),
        (12, "decimal", "١٢"),
        (1, "abjad", "أ"),
        (5, "abjad", "هـ"),
        (28, "abjad", "غ"),
        (29, "abjad", "أأ"),
        (26, "lower-alpha", "z"),
        (27, "lower-alpha", "aa"),
        (53, "upper-alpha", "AAA"),
        (1994, "lower-roman", "mcmxciv"),
        (4, "upper-roman", "IV"),
        (0, "abjad", "٠"),
        (4_000, "lower-roman", "٤٠٠٠"),
    ],
)
def test_label_is_the_one_that_word_processors_print(number: int, style: str, label: str) -> None:
    assert item_label(number, style=style, digits="arab") == label  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("style", "lang", "label"),
    [("decimal", "ar", "٣-"), ("decimal", "en", "3."), ("abjad", "ar", "(ج)"), ("lower-roman", "en", "(iii)")],
)
def test_letters_are_in_brackets_as_texts_cite_them(style: str, lang: str, label: str) -> None:
    digits = "arab" if lang == "ar" else "latn"
    assert printed_label(3, style=style, digits=digits, lang=lang) == label  # type: ignore[arg-type]


def test_digits_and_letters_alternate_with_depth_unless_the_text_names_the_style() -> None:
    assert effective_style("decimal", within=None, lang="ar") == "decimal"
    assert effective_style("decimal", within="decimal", lang="ar") == "abjad"
    assert effective_style("decimal", within="decimal", lang="en") == "lower-alpha"
    assert effective_style("decimal", within="lower-alpha", lang="en") == "decimal"
    assert effective_style("upper-roman", within="decimal", lang="en") == "upper-roman"


@given(st.integers(1, 3_999), st.sampled_from(["abjad", "lower-alpha", "lower-roman"]))
def test_no_two_numbers_have_one_label(number: int, style: str) -> None:
    label = item_label(number, style=style, digits="latn")  # type: ignore[arg-type]
    assert label != item_label(number + 1, style=style, digits="latn")  # type: ignore[arg-type]
