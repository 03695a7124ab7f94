import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import DomainError, InvalidText, TooLarge
from service.domain.text.markup.canonical import CanonicalText, canonical_name, canonicalise, text_sha256
from service.domain.text.markup.is_canonical import is_known_canonical
from tests.support.hypothesis_profiles import examples
from tests.unit.text.strategies import ANY_TEXT

pytestmark = pytest.mark.unit

NOISE = st.one_of(
    ANY_TEXT, st.text(st.sampled_from("a \t\r\n\u0085\u2028\ufeff\u202a\u2067\u2069\u200fé\u0301\u00a0م"), max_size=30)
)


def refusal(raw: str | bytes) -> DomainError:
    with pytest.raises(DomainError) as raised:
        canonicalise(raw)
    return raised.value


@given(NOISE)
def test_canonical_text_is_unchanged(raw: str) -> None:
    try:
        once = canonicalise(raw)
    except InvalidText:
        return
    assert canonicalise(once.text) == CanonicalText(once.text, ())
    assert canonicalise(once.text.encode()) == CanonicalText(once.text, ())


@given(NOISE)
def test_canonical_text_has_its_properties(raw: str) -> None:
    try:
        text = canonicalise(raw).text
    except InvalidText:
        return
    assert unicodedata.is_normalized("NFC", text)
    assert all(line == line.rstrip() for line in text.split("\n"))
    assert text == "" or (text.endswith("\n") and not text.endswith("\n\n"))


def test_lines_whitespace_and_marks_are_normalised() -> None:
    assert canonicalise("\ufeffcafe\u0301 \u00a0\r\nb\t\rc\n\n\n").text == "café\nb\nc\n"
    assert canonicalise(" \n\t\n").text == ""
    assert canonicalise("م\u200fن\u200eه\u200cو\u200dي").text == "م\u200fن\u200eه\u200cو\u200dي\n"


def test_bidi_embeddings_are_removed_and_counted() -> None:
    taken = canonicalise("\u2067ميثاق\u2069 \u202ax\u202c\n")
    assert taken.text == "ميثاق x\n"
    assert [(notice.code, notice.count) for notice in taken.notices] == [("embeddings_removed", 4)]


@pytest.mark.parametrize(
    ("raw", "code", "extra"),
    [
        (b"ab\xff", "invalid_utf8", {"byte": 2}),
        ("a\n\nb\x00", "control_character", {"name": "U+0000 NULL", "line": 3, "column": 2}),
        ("\x0b", "control_character", {"name": "U+000B LINE TABULATION", "line": 1, "column": 1}),
        ("\ud800", "control_character", {"name": "U+D800", "line": 1, "column": 1}),
        ("\ufffe", "control_character", {"name": "U+FFFE", "line": 1, "column": 1}),
        ("ab\u202ec", "bidi_override", {"name": "U+202E RIGHT-TO-LEFT OVERRIDE", "line": 1, "column": 3}),
        (
            "b" + "\u0316\u0301" * 16,
            "too_many_marks",
            {"name": "U+0316 COMBINING GRAVE ACCENT BELOW", "line": 1, "column": 2},
        ),
    ],
)
def test_rejected_characters_are_named_with_their_position(
    raw: str | bytes, code: str, extra: dict[str, object]
) -> None:
    error = refusal(raw)
    assert isinstance(error, InvalidText)
    assert (error.code, error.extra) == (code, extra)


def test_limit_counts_code_points() -> None:
    assert len(canonicalise("م" * 999_999).text) == 1_000_000
    for raw in ("م" * 1_000_000, "م" * 9_000_000, b"a" * 20_000_000):
        error = refusal(raw)
        assert isinstance(error, TooLarge)
        assert error.code == "text_too_long"


def test_million_combining_marks_terminate() -> None:
    assert refusal("a" + "\u0316\u0301" * 400_000).code == "too_many_marks"
    assert refusal("a" + ("\u0316\u0301" * 50 + "\u202a") * 4_000).code == "too_many_marks"


@given(NOISE)
def test_valid_names_are_unchanged(raw: str) -> None:
    try:
        once = canonical_name(raw, limit=60)
    except DomainError:
        return
    assert canonical_name(once, limit=60) == once
    assert "\n" not in once


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "name_empty"),
        (" \u200f\u200c ", "name_empty"),
        ("a\nb", "name_not_one_line"),
        ("a\tb", "name_not_one_line"),
        ("a\u2067b", "bidi_override"),
        ("a\u202eb", "bidi_override"),
        ("a\x00", "control_character"),
        ("a" * 21, "name_too_long"),
        ("a" * 1_000_000, "name_too_long"),
    ],
)
def test_invalid_names_are_rejected(raw: str, code: str) -> None:
    with pytest.raises(DomainError) as raised:
        canonical_name(raw, limit=20)
    assert raised.value.code == code


def test_names_are_trimmed_and_composed() -> None:
    assert canonical_name("  cafe\u0301 العدالة \n", limit=20) == "café العدالة"


def test_digest() -> None:
    assert text_sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@examples(400)
@given(st.one_of(NOISE, st.text(alphabet="\n\u064bae\u0653ا\ud800", max_size=40)))
def test_is_canonical_implies_unchanged(raw: str) -> None:
    for text in (raw, f"{raw}\n"):
        if is_known_canonical(text):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("service.domain.text.markup.canonical.is_known_canonical", lambda *_: False)
                assert canonicalise(text) == CanonicalText(text, ())


@pytest.mark.parametrize("text", ["", "a\n", "É « – l’été »\n\nb\n", "النَّاسُ\u200f\n", "漢字 👨\u200d👩\n"])
def test_ordinary_texts_are_recognised_as_canonical(text: str) -> None:
    assert is_known_canonical(text)
