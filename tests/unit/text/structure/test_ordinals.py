import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.structure.number_words import arabic_ordinal, english_number_word, parse_number_words
from service.domain.text.structure.ordinals import abjad_letter, parse_number
from service.domain.text.structure.provisions import label_of

pytestmark = pytest.mark.unit


@given(st.integers(1, 999), st.booleans())
def test_ordinals_round_trip(number: int, feminine: bool) -> None:
    written = arabic_ordinal(number, feminine=feminine)
    spellings = (written, written.replace("أ", "ا"), written.replace("ون", "ين"), written.replace("مئة", "مائة"))
    for spelling in spellings:
        assert parse_number(spelling) == number
        assert label_of(f"المادة {spelling}: المساواة") == f"المادة {spelling}"


@given(st.integers(1, 9), st.integers(1, 99), st.booleans())
def test_hundred_may_come_first(hundreds: int, rest: int, feminine: bool) -> None:
    first, below = (arabic_ordinal(number, feminine=feminine) for number in (100 * hundreds, rest))
    assert parse_number_words(f"{first} و{below}") == 100 * hundreds + rest
    assert label_of(f"المادة {first} و{below}") == f"المادة {first} و{below}"


@given(st.integers(1, 99))
def test_english_words_round_trip(number: int) -> None:
    assert parse_number(english_number_word(number)) == number
    assert label_of(f"Part {english_number_word(number)}: Rights") == f"Part {english_number_word(number)}"


@given(st.integers(1, 28))
def test_abjad_numerals_round_trip(number: int) -> None:
    assert parse_number(abjad_letter(number)) == number
    assert label_of(f"البند {abjad_letter(number)}: كذا") == f"البند {abjad_letter(number)}"


@given(st.integers(0, 10**8))
def test_digits(number: int) -> None:
    assert parse_number(str(number)) == number


@given(st.text(max_size=12))
def test_other_words_are_no_number(text: str) -> None:
    assert parse_number(text) is None or any(char.isalnum() for char in text)


def test_ordinal_forms() -> None:
    assert arabic_ordinal(1, feminine=True) == "الأولى"
    assert arabic_ordinal(11, feminine=False) == "الحادي عشر"
    assert arabic_ordinal(12, feminine=True) == "الثانية عشرة"
    assert arabic_ordinal(20, feminine=True) == "العشرون"
    assert arabic_ordinal(23, feminine=True) == "الثالثة والعشرون"
    assert arabic_ordinal(100, feminine=True) == "المئة"
    assert arabic_ordinal(102, feminine=True) == "الثانية بعد المئة"
    assert arabic_ordinal(211, feminine=False) == "الحادي عشر بعد المئتين"
    assert english_number_word(21) == "Twenty-one"
    assert [parse_number(said) for said in ("الثالثة والعشرين", "المائة والثانية", "الحاديه")] == [23, 102, None]
    assert [parse_number(roman) for roman in ("I", "IV", "IX", "XIV", "XL", "LXXXIX")] == [1, 4, 9, 14, 40, 89]
    assert parse_number("١٢") == 12
    assert abjad_letter(5) == "هـ"


@pytest.mark.parametrize("heading", ["المادة الأولية", "الفصل وأصله", "الباب ونحوه", "Part Oneness", "البند بلا رقم"])
def test_words_that_only_begin_like_numbers(heading: str) -> None:
    assert label_of(heading) is None


@pytest.mark.parametrize("number", [0, 1000, -1])
def test_numbers_out_of_range(number: int) -> None:
    with pytest.raises(ValueError, match="known from 1 to 999"):
        arabic_ordinal(number, feminine=True)
    with pytest.raises(ValueError, match="28 letters"):
        abjad_letter(number)
    with pytest.raises(ValueError, match="known from 1 to 99"):
        english_number_word(number)
