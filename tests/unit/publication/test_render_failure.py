"""Stored failures of a rendering: read back as written, and never a reason for a page to fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.publication.render_failure import CURES, Cure, Part, RenderFailure, failure_from_json

FIELDS = ("v", "code", "message", "line", "page", "words", "found", "part")
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9), st.lists(st.integers(), max_size=2))
POSITIONS = st.one_of(st.none(), st.integers(1, 10_000))
WORDS = st.text(max_size=40)


@given(
    st.builds(RenderFailure, st.sampled_from(sorted(CURES)), WORDS, POSITIONS, POSITIONS, WORDS, WORDS,
              st.sampled_from(Part))
)  # fmt: skip
def test_failure_is_read_as_it_was_stored(failure: RenderFailure) -> None:
    assert failure_from_json(failure.to_json()) == failure


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES))
def test_any_stored_value_can_be_read(stored: dict[str, object]) -> None:
    read = failure_from_json(stored)
    assert read.line is None or read.line > 0
    assert isinstance(read.words, str) and isinstance(read.part, Part)


def test_failure_of_an_earlier_release_has_no_position() -> None:
    stored = {"v": 1, "code": "render_unprintable", "message": "The text has a character …"}
    assert failure_from_json(stored) == RenderFailure("render_unprintable", "The text has a character …")
    assert RenderFailure("render_timeout", "x").to_json() == {"v": 1, "code": "render_timeout", "message": "x"}


@pytest.mark.parametrize(
    ("code", "cure", "permanent"),
    [
        ("render_timeout", Cure.RETRY, False),
        ("logo_lost", Cure.LOGO, True),
        ("render_unprintable", Cure.TEXT, True),
        ("render_differs", Cure.UPDATE, True),
        ("text_too_deep", Cure.TEXT, True),
    ],
)
def test_cure_tells_whether_another_try_can_help(code: str, cure: Cure, permanent: bool) -> None:
    assert (RenderFailure(code).cure, RenderFailure(code).is_permanent) == (cure, permanent)
