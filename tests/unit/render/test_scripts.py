import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.render.content.scripts import ARABIC_RUN, LATIN_RUN, dominant_direction, split_by_script


@given(st.text())
def test_pieces_join_to_the_whole_text(words: str) -> None:
    for foreign in (ARABIC_RUN, LATIN_RUN):
        assert "".join(piece for piece, _ in split_by_script(words, foreign=foreign)) == words


def test_foreign_phrase_is_one_piece_without_its_brackets() -> None:
    found = list(split_by_script("قرار (Universal Declaration, 1948) ثم", foreign=LATIN_RUN))
    assert found == [("قرار (", False), ("Universal Declaration, 1948", True), (") ثم", False)]


@pytest.mark.parametrize(
    ("words", "direction"), [("نصّ عربي فيه one", "rtl"), ("text مع", "ltr"), ("12", "ltr"), ("", "ltr")]
)
def test_dominant_direction_is_that_of_most_letters(words: str, direction: str) -> None:
    assert dominant_direction(words) == direction
