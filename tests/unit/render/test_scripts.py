import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.render.content.scripts import ARABIC_RUN, LATIN_RUN, dominant_direction, split_by_script


@given(st.text())
def test_pieces_lose_nothing(words: str) -> None:
    for foreign in (ARABIC_RUN, LATIN_RUN):
        assert "".join(piece for piece, _ in split_by_script(words, foreign=foreign)) == words


def test_a_phrase_stays_together_and_brackets_stay_with_the_line() -> None:
    found = list(split_by_script("قرار (Universal Declaration, 1948) ثم", foreign=LATIN_RUN))
    assert found == [("قرار (", False), ("Universal Declaration, 1948", True), (") ثم", False)]


@pytest.mark.parametrize(
    ("words", "direction"), [("نصّ عربي فيه one", "rtl"), ("text مع", "ltr"), ("12", "ltr"), ("", "ltr")]
)
def test_the_way_is_that_of_most_letters(words: str, direction: str) -> None:
    assert dominant_direction(words) == direction
