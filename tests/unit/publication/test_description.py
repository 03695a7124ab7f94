"""The description of a published text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import InvalidInput
from service.domain.publication.description import MAX_DESCRIPTION, check_description, describe_text

SENTENCE = "Water is a right of every person in the country."


@given(
    st.text(max_size=600) | st.lists(st.sampled_from(["كلمة", "word", "\n\n", "# ", ". ", "؟ ", "👩‍👩‍👧"])).map("".join)
)
def test_a_description_is_one_short_line(markup: str) -> None:
    made = describe_text(markup)
    assert len(made) <= MAX_DESCRIPTION
    assert made == " ".join(made.split())


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("## Article 1 {#a}\n\nWe **ask** for [water](https://example.org).[^1]\n\n[^1]: A note.", "We ask for water."),
        ("| a | b |\n|---|---|\n\nنطالب بالماء.\n\n- بند", "نطالب بالماء. بند"),
        (" ".join([SENTENCE] * 6), " ".join([SENTENCE] * 4)),
        ("", ""),
    ],
)
def test_it_has_whole_sentences_without_markup(markup: str, expected: str) -> None:
    assert describe_text(markup) == expected


def test_a_long_sentence_ends_after_a_word() -> None:
    made = describe_text("كلمة، " * 100)
    assert made.endswith("كلمة …") and len(made) > MAX_DESCRIPTION - 10


def test_a_long_word_ends_between_two_characters() -> None:
    assert describe_text("👩‍👩‍👧" * 100) == f"{'👩‍👩‍👧' * 39}…"


@given(st.text(max_size=400))
def test_written_description_is_one_line_of_at_most_200_characters(written: str) -> None:
    words = " ".join(written.split())
    if len(words) > MAX_DESCRIPTION:
        with pytest.raises(InvalidInput) as refused:
            check_description(written)
        assert refused.value.code == "description_too_long"
    else:
        assert check_description(written) == words
