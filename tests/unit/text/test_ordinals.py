import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.ordinals import abjad, arabic_ordinal, number_of

pytestmark = pytest.mark.unit


@given(st.integers(1, 99), st.booleans())
def test_ordinals_there_and_back(number: int, feminine: bool) -> None:
    written = arabic_ordinal(number, feminine=feminine)
    assert number_of(written) == number
    assert number_of(written.replace("أ", "ا")) == number


@given(st.integers(1, 28))
def test_abjad_there_and_back(number: int) -> None:
    assert number_of(abjad(number)) == number


@given(st.integers(0, 10**8))
def test_digits(number: int) -> None:
    assert number_of(str(number)) == number


@given(st.text(max_size=12))
def test_anything_else_is_no_number(text: str) -> None:
    assert number_of(text) is None or any(char.isalnum() for char in text)


def test_forms() -> None:
    assert arabic_ordinal(1, feminine=True) == "الأولى"
    assert arabic_ordinal(11, feminine=False) == "الحادي عشر"
    assert arabic_ordinal(12, feminine=True) == "الثانية عشرة"
    assert arabic_ordinal(20, feminine=True) == "العشرون"
    assert arabic_ordinal(23, feminine=True) == "الثالثة والعشرون"
    assert number_of("الثالثة والعشرين") == 23
    assert [number_of(roman) for roman in ("I", "IV", "IX", "XIV", "XL", "LXXXIX")] == [1, 4, 9, 14, 40, 89]
    assert number_of("١٢") == 12
    assert abjad(5) == "هـ"


@pytest.mark.parametrize("number", [0, 100, -1])
def test_outside(number: int) -> None:
    with pytest.raises(ValueError, match="known from 1 to 99"):
        arabic_ordinal(number, feminine=True)
    with pytest.raises(ValueError, match="28 letters"):
        abjad(number)
