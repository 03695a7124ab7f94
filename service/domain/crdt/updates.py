"""Parser of Yjs updates (format version 1), used to validate an update before it is applied.

An update holds structs by client (strings, deleted runs, garbage-collected runs), then deletions. Clocks count UTF-16
units: a character outside the Basic Multilingual Plane takes two, the second being its low surrogate. Independent of
the CRDT library.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from service.domain.errors import N_, DomainError, InvalidInput

ROOT_NAME = b"t"
"""Name of the root text of a document."""

EMPTY_UPDATE = b"\x00\x00"
"""An update without structs and deletions."""

_MAX_CLIENT_ID = 2**53 - 1
MAX_CLOCK = 2**31 - 1
"""Largest clock (UTF-16 units of one client)."""

_COLLECTED, _DELETED, _STRING, _SKIPPED = 0, 1, 4, 10
_HAS_LEFT, _HAS_RIGHT, _IS_ENTRY, _KIND = 0x80, 0x40, 0x20, 0x1F
_FORBIDDEN = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x84\x86-\x9f]|\xe2\x80[\xad\xae]|\xef\xb7[\x90-\xaf]|\xef\xbf[\xbe\xbf]"
)
"""Controls, directional overrides and noncharacters, in UTF-8: what the canonical form rejects.

What it removes or replaces (line ends, embeddings, isolates, byte order marks) may be typed, and is removed when a
version is cut.
"""
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class UnitId(NamedTuple):
    """The id of one UTF-16 unit written by a client."""

    client: int
    clock: int


class UnitRange(NamedTuple):
    """Units `start` … `end` - 1 of a client."""

    client: int
    start: int
    end: int


class Struct(NamedTuple):
    """A run of an update, with its left and right origins (neighbours when it was written)."""

    run: UnitRange
    left: UnitId | None
    right: UnitId | None
    low_surrogates: tuple[UnitId, ...]


@dataclass(frozen=True, slots=True)
class ParsedUpdate:
    """The structs and deletions of an update."""

    structs: tuple[Struct, ...]
    deletions: tuple[UnitRange, ...]


def invalid_update(reason: str) -> InvalidInput:
    """Return the error for an update; `reason` is for the log."""
    return InvalidInput(
        "update_refused", N_("This change could not be read. Nothing was changed."), extra={"why": reason}
    )


def encode_varint(value: int) -> bytes:
    """Encode an unsigned integer as a lib0 varint."""
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


@contextmanager
def attach_row(row: int) -> Iterator[None]:
    """Add `row` to the `extra` of a DomainError raised in the block."""
    try:
        yield
    except DomainError as error:
        error.extra = {**error.extra, "row": row}
        raise


class Cursor:
    """Reads lib0 encoding. Methods raise InvalidInput `update_refused` beyond the end of the data."""

    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0

    def read_byte(self) -> int:
        """Read one byte."""
        if self.position >= len(self.data):
            raise invalid_update("ends too early")
        self.position += 1
        return self.data[self.position - 1]

    def read_varint(self, largest: int = _MAX_CLIENT_ID) -> int:
        """Read an unsigned integer up to `largest`."""
        data, position, value, shift = (
            self.data,
            self.position,
            0,
            0,
        )  # inlined: a draft has tens of thousands of varints
        while position < len(data):
            byte = data[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if value > largest or shift > 63:
                raise invalid_update("number too large")
            if byte < 0x80:
                self.position = position
                return value
        raise invalid_update("ends too early")

    def read_chunk(self) -> bytes:
        """Read length-prefixed bytes."""
        length = self.read_varint()
        chunk = self.data[self.position : self.position + length]
        if len(chunk) != length:
            raise invalid_update("ends too early")
        self.position += length
        return chunk

    def read_unit(self) -> UnitId:
        """Read a unit id."""
        return UnitId(self.read_varint(), self.read_varint(MAX_CLOCK))

    def expect_end(self) -> None:
        """Raise InvalidInput `update_refused` if data is left."""
        if self.position != len(self.data):
            raise invalid_update("has data after its end")


class UntrustedCursor(Cursor):
    """A cursor over untrusted data. Raises InvalidInput `mark_refused` for characters not allowed in texts."""

    def read_chunk(self) -> bytes:
        """Read length-prefixed bytes and check their characters."""
        chunk = super().read_chunk()
        if _FORBIDDEN.search(chunk):
            raise InvalidInput(
                "mark_refused",
                N_(
                    "The text contains a hidden character that is not allowed, such as one that reverses reading "
                    "direction. It was not accepted."
                ),
            )
        return chunk


def parse_update(data: bytes, *, cursor_class: type[Cursor] = Cursor) -> ParsedUpdate:
    """Parse an update of a document with one plain text named ROOT_NAME.

    Every count is backed by bytes, so a valid update cannot make a reader allocate excessive memory. Raises
    InvalidInput `update_refused` for anything else.
    """
    cursor = cursor_class(data)
    structs = tuple(_read_structs(cursor))
    deletions = tuple(_read_deletions(cursor))
    cursor.expect_end()
    return ParsedUpdate(structs, deletions)


def parse_state_vector(data: bytes) -> dict[int, int]:
    """Parse a state vector: the next clock of each client. Raises InvalidInput `update_refused`."""
    cursor = Cursor(data)
    pairs = [(cursor.read_varint(), cursor.read_varint(MAX_CLOCK)) for _ in range(cursor.read_varint())]
    cursor.expect_end()
    return dict(pairs)


def _read_structs(cursor: Cursor) -> Iterator[Struct]:
    clients = set()
    for _ in range(cursor.read_varint()):
        count, client, clock = cursor.read_varint(), cursor.read_varint(), cursor.read_varint(MAX_CLOCK)
        if client in clients:
            raise invalid_update("names a client twice")
        clients.add(client)
        for _ in range(count):
            info = cursor.read_byte()
            struct = _read_struct(cursor, info, UnitId(client, clock)) if info != _SKIPPED else None
            clock = struct.run.end if struct else clock + cursor.read_varint(MAX_CLOCK)
            if clock > MAX_CLOCK:
                raise invalid_update("clock too large")
            if struct:
                yield struct


def _read_struct(cursor: Cursor, info: int, first: UnitId) -> Struct:
    kind = info & _KIND
    if info & _IS_ENTRY or kind not in (_COLLECTED, _DELETED, _STRING) or (kind == _COLLECTED and info):
        raise invalid_update(f"content {info} is not of a text")
    left = cursor.read_unit() if info & _HAS_LEFT else None
    right = cursor.read_unit() if info & _HAS_RIGHT else None
    if (
        kind != _COLLECTED
        and not left
        and not right
        and (cursor.read_varint() != 1 or cursor.read_chunk() != ROOT_NAME)
    ):
        raise invalid_update("not in the text")
    if left and left == right:
        raise invalid_update("has the same left and right origin")
    if kind == _STRING:
        length, low_surrogates = _read_string(cursor, first)
    else:
        length, low_surrogates = cursor.read_varint(MAX_CLOCK), ()
    if not length:
        raise invalid_update("empty run")
    return Struct(UnitRange(first.client, first.clock, first.clock + length), left, right, low_surrogates)


def _read_string(cursor: Cursor, first: UnitId) -> tuple[int, tuple[UnitId, ...]]:
    try:
        text = cursor.read_chunk().decode()
    except UnicodeDecodeError:
        raise invalid_update("not UTF-8") from None
    astral_offsets = [match.start() for match in _ASTRAL.finditer(text)]
    low_surrogates = tuple(UnitId(first.client, first.clock + at + nth + 1) for nth, at in enumerate(astral_offsets))
    return len(text) + len(low_surrogates), low_surrogates


def _read_deletions(cursor: Cursor) -> Iterator[UnitRange]:
    for _ in range(cursor.read_varint()):
        client = cursor.read_varint()
        for _ in range(cursor.read_varint()):
            start, length = cursor.read_varint(MAX_CLOCK), cursor.read_varint(MAX_CLOCK)
            if not length or start + length > MAX_CLOCK:
                raise invalid_update("empty or endless deletion")
            yield UnitRange(client, start, start + length)
