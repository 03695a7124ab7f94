"""Two files read together, beside each read alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import InvalidText
from service.domain.text.markup.canonical import canonicalise, text_sha256
from service.domain.text.redline.canonical_pair import CanonicalPair, read_known_pair
from tests.support.hypothesis_profiles import examples

pytestmark = pytest.mark.unit

LINES = st.lists(
    st.sampled_from(
        (
            "Each party may leave the council.",
            "لكل طرف أن ينسحب من المجلس.",
            "",
            "",
            "- المادة ٥: ",
            "é",
            "e\u0301",
            "\u0301",
            "\u00a0",
            "\t",
            "a – b",
            "\ufeff",
            "\u2067x\u2069",
            "\r",
            "َ" * 20,
            "؀",
            "\x00",
        )
    ),
    max_size=8,
)
TEXT = LINES.map("\n".join)


@examples(400)
@given(TEXT, TEXT, TEXT, TEXT, st.sampled_from(("", "\n")))
def test_pair_is_as_each_file_alone(head: str, removed: str, inserted: str, tail: str, end: str) -> None:
    old, new = head + removed + tail + end, head + inserted + tail + end
    found = read_known_pair(old.encode(), new.encode())
    if found:
        assert found == CanonicalPair.of(canonicalise(old).text, canonicalise(new).text)
        assert (found.old, found.new) == (old, new)
        assert found.digests == (text_sha256(old), text_sha256(new))


@examples(200)
@given(TEXT, TEXT, TEXT)
def test_canonical_files_are_known(head: str, inserted: str, tail: str) -> None:
    try:
        old, new = canonicalise(head + tail).text, canonicalise(head + inserted + tail).text
    except InvalidText:
        return
    assert read_known_pair(old.encode(), new.encode()) == CanonicalPair.of(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a\n\nb\n", b"a\n\n"),
        (b"a\nb\n", b"a"),
        (b"a\n", b"\n"),
        (b"a\nb\nc\n", b"a\nb \nc\n"),
        (b"a\nb\nc\n", b"a\nb\r\nc\n"),
        (b"a\nb\nc\n", b"a\n\xff\nc\n"),
        ("م\nb\nc\n".encode(), "م\ne\u0301\nc\n".encode()),
        (b"a \nb\n", b"a \nc\n"),
    ],
)
def test_file_that_is_not_canonical_is_not_known(old: bytes, new: bytes) -> None:
    assert read_known_pair(old, new) is None
