"""Parsers of form bodies in bounded memory: URL-encoded (WHATWG URL standard) and multipart (RFC 7578).

Both are plain functions over the received bytes, so that they run in a thread and never on the event loop.
"""

from collections.abc import Iterator, Mapping
from typing import BinaryIO
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, FormParser, parse_options_header

from service.domain.errors import N_, InvalidInput

MAX_FORM_FIELDS = 500

MAX_UPLOAD_FIELDS = 20

MAX_NAME_BYTES = 200
"""Bytes of the name of a field."""

SLICE_BYTES = 64 * 1024
"""Bytes that are percent-decoded at once: decoding needs up to a hundred times their size."""


def parse_form(raw: bytes | bytearray) -> dict[str, str]:
    """Parse a URL-encoded form; the last of several fields with one name counts. Raises InvalidInput `bad_form`."""
    fields: dict[str, str] = {}
    try:
        for number, (start, end) in enumerate(_field_bounds(raw)):
            equals = raw.find(b"=", start, end)
            name_end = end if equals < 0 else equals
            if number >= MAX_FORM_FIELDS or name_end - start > 3 * MAX_NAME_BYTES:
                raise _unreadable()
            fields[_decode(raw, start, name_end)] = _decode(raw, min(name_end + 1, end), end)
    except UnicodeDecodeError:
        raise _unreadable() from None
    return fields


def parse_upload(raw: bytes | bytearray, *, content_type: str) -> tuple[dict[str, str], bytes]:
    """Parse a multipart form into (fields, bytes of the file, empty if none was chosen).

    Raises InvalidInput `bad_form`.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise _unreadable()
    parts = _UploadParts()
    config = {"MAX_FIELDS": MAX_UPLOAD_FIELDS, "MAX_FIELD_SIZE": len(raw), "MAX_MEMORY_FILE_SIZE": len(raw) + 1}
    try:
        parser = FormParser("multipart/form-data", parts.add_field, parts.add_file, boundary=boundary, config=config)
        with memoryview(raw) as view:
            for start in range(0, len(raw), SLICE_BYTES):
                parser.write(bytes(view[start : start + SLICE_BYTES]))
        parser.finalize()
        parser.close()
        return parts.fields, parts.data
    except (FormParserError, UnicodeDecodeError):
        raise _unreadable() from None


class _UploadParts:
    """The parts of a multipart form, collected by the callbacks of its parser."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.data = b""
        self._files = 0

    def add_field(self, field: Field) -> None:
        self.fields[(field.field_name or b"").decode()] = (field.value or b"").decode()
        self._check_count()

    def add_file(self, file: File) -> None:
        self._files += 1
        self._check_count()
        content: BinaryIO = file.file_object
        content.seek(0)
        self.data = content.read()
        file.close()

    def _check_count(self) -> None:
        if self._files > 1 or len(self.fields) > MAX_UPLOAD_FIELDS:
            raise _unreadable()


def _field_bounds(raw: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each field that is not empty."""
    start = 0
    while start < len(raw):
        found = raw.find(b"&", start)
        end = len(raw) if found < 0 else found
        if end > start:
            yield start, end
        start = end + 1


def _decode(raw: bytes | bytearray, start: int, end: int) -> str:
    """Percent-decode one slice after another, none of which ends inside an escape."""
    if not raw[start:end].isascii():
        raise _unreadable()
    decoded = bytearray()
    while start < end:
        stop = min(start + SLICE_BYTES, end)
        escape = raw.find(b"%", max(start, stop - 2), stop) if stop < end else -1
        stop = escape if escape > start else stop
        decoded += unquote_to_bytes(bytes(raw[start:stop]).replace(b"+", b" "))
        start = stop
    return decoded.decode()


def _unreadable() -> InvalidInput:
    return InvalidInput("bad_form", N_("This form could not be read."))


Form = Mapping[str, str]
"""The fields of a form by name."""
