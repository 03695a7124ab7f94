import pytest
from hypothesis import given

from service.domain.text.markup.tokens import (
    BLANK,
    OTHER,
    WORD,
    TokenKeys,
    fold,
    grapheme_ends,
    is_blank,
    is_number,
    is_word,
    tokenize,
)
from tests.unit.text.strategies import ANY_TEXT

pytestmark = pytest.mark.unit


@given(ANY_TEXT)
def test_tokens_tile_the_text_and_split_no_grapheme(text: str) -> None:
    cut = tokenize(text)
    assert "".join(cut) == text
    assert all(cut)
    ends, place = grapheme_ends(text), 0
    for token in cut:
        place += len(token)
        assert place in ends


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("ويُمارَس الحقّ", ["ويُمارَس", " ", "الحقّ"]),
        ("l'Assemblée 3.5", ["l'Assemblée", " ", "3.5"]),
        ("👨\u200d👩\u200d👧🇸🇾", ["👨\u200d👩\u200d👧", "🇸🇾"]),
        ("a\n\nb", ["a", "\n", "\n", "b"]),
        ("المادة ١٢.", ["المادة", " ", "١٢", "."]),
    ],
)
def test_word_boundaries(text: str, cut: list[str]) -> None:
    assert tokenize(text) == cut


def test_token_kinds() -> None:
    assert fold("كَتَـبَ\u200f") == "كتب"
    assert [is_blank(token) for token in (" ", "\n", "\u200f", " \u200f", "x", "َ")] == [
        True,
        True,
        True,
        True,
        False,
        False,
    ]
    assert [is_word(token) for token in ("ب", "7", "،", " ")] == [True, True, False, False]
    assert [is_number(token) for token in ("١٢", "7a", "1.5", "a7", "12ab")] == [True, True, True, False, False]


def test_keys_ignore_vowel_signs() -> None:
    keys = TokenKeys()
    assert keys["كتب"] == keys["كَتَبَ"] == WORD
    assert keys["قرأ"] == 1 << 2 | WORD
    assert keys.for_tokens([" ", "،", "x"]) == [2 << 2 | BLANK, 3 << 2 | OTHER, 4 << 2 | WORD]
    assert keys["َ"] != keys["ُ"]
