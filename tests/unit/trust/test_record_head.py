"""The head of the record in its short form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import InvalidInput
from service.domain.trust.record_head import RecordHead, parse_head

COMMITMENTS = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(st.integers(0, 10**9), COMMITMENTS)
def test_short_form_names_its_entry(seq: int, commitment: str) -> None:
    parsed = parse_head(str(RecordHead(seq, commitment)))
    assert (parsed.seq, parsed.matches(commitment)) == (seq, True)
    assert parse_head(f" {seq}: {commitment.upper()} ") == RecordHead(seq, commitment)


@given(COMMITMENTS, COMMITMENTS)
def test_other_entry_does_not_match(one: str, other: str) -> None:
    assert parse_head(f"1:{one}").matches(other) == (one == other)


@pytest.mark.parametrize("text", ["", "1", "1:", "1:abc", ":" + "a" * 64, "1:" + "g" * 32, "1:" + "a" * 65])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="bad_head"):
        parse_head(text)


def test_head_as_a_receipt_shows_it_is_read() -> None:
    shown = "٦٥ dce6 6b7f 1d54 a88b 6952 bc06 e20b 4731…"
    assert parse_head(shown) == RecordHead(65, "dce66b7f1d54a88b6952bc06e20b4731")
