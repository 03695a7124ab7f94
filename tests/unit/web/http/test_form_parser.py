"""Parsers of form bodies: as strict as the standard library, whatever the slices."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import InvalidInput
from service.web.http import form_parser
from service.web.http.form_parser import MAX_FORM_FIELDS, MAX_UPLOAD_FIELDS, parse_form, parse_upload

BOUNDARY = "b0undary"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def parse_by_standard_library(raw: bytes) -> dict[str, str] | None:
    try:
        return dict(parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict"))
    except ValueError:
        return None


def parse_or_none(raw: bytes) -> dict[str, str] | None:
    try:
        return parse_form(raw)
    except InvalidInput:
        return None


@given(st.dictionaries(st.text(max_size=10), st.text(max_size=50), max_size=5))
def test_form_is_read_as_it_was_sent(fields: dict[str, str]) -> None:
    assert parse_form(urlencode(fields).encode()) == fields


@given(st.lists(st.sampled_from([b"a", b"=", b"&", b"%41", b"%", b"%d8%a8", b"+", b";", b"\xff"]), max_size=30))
def test_any_bytes_are_read_as_by_the_standard_library(parts: list[bytes]) -> None:
    raw = b"".join(parts)
    assert parse_or_none(raw) == parse_by_standard_library(raw)


@given(st.text(max_size=60), st.integers(4, 9))
def test_no_slice_ends_inside_an_escape(value: str, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(form_parser, "SLICE_BYTES", size)
        assert parse_form(urlencode({"text": value}).encode()) == {"text": value}


@pytest.mark.parametrize(
    "raw", [b"&".join(b"f%d=1" % number for number in range(MAX_FORM_FIELDS + 1)), b"n" * 1000 + b"=1", b"a=%ff"]
)
def test_too_many_fields_long_names_and_broken_utf8_are_rejected(raw: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_form(raw)
    assert caught.value.code == "bad_form"


def part(name: str, content: bytes, *, file: bool = False) -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"' + ('; filename="x"' if file else "")
    return f"--{BOUNDARY}\r\n{disposition}\r\n\r\n".encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


@given(st.binary(max_size=2000), st.text(max_size=50))
def test_upload_is_read_as_it_was_sent(content: bytes, note: str) -> None:
    raw = part("note", note.encode()) + part("file", content, file=True) + END
    if f"\r\n--{BOUNDARY}".encode() not in content:
        assert parse_upload(raw, content_type=CONTENT_TYPE) == ({"note": note}, content)


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (part("a", b"1") + END, "application/json"),
        (part("a", b"1") + END, "multipart/form-data"),
        (part("a", b"1"), CONTENT_TYPE + "x"),
        (part("a", b"1", file=True) + part("b", b"2", file=True) + END, CONTENT_TYPE),
        (b"".join(part(f"f{number}", b"") for number in range(MAX_UPLOAD_FIELDS + 1)) + END, CONTENT_TYPE),
        (f"--{BOUNDARY}\r\nX: {'y' * 10_000}\r\n\r\n\r\n".encode() + END, CONTENT_TYPE),
        (f"--{BOUNDARY}\r\n\r\nx\r\n".encode() + END, CONTENT_TYPE),
        (part("a", b"\xff") + END, CONTENT_TYPE),
    ],
)
def test_unreadable_upload_is_rejected(raw: bytes, content_type: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_upload(raw, content_type=content_type)
    assert caught.value.code == "bad_form"


def test_form_without_a_file_has_no_bytes() -> None:
    assert parse_upload(part("a", b"1") + END, content_type=CONTENT_TYPE) == ({"a": "1"}, b"")
