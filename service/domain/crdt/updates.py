"""What an update of a shared text says, read before it is applied.

The bytes are Yjs updates, format version 1: structs by client (strings, deleted runs, collected runs), then deletions.
A clock counts UTF-16 units, so a character outside the Basic Multilingual Plane takes two of them; its second half is a
`low`. Nothing here knows the CRDT's library.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from service.domain.errors import N_, DomainError, InvalidInput

ROOT_NAME = b"t"
EMPTY_UPDATE = b"\x00\x00"

_MAX_CLIENT_ID = 2**53 - 1
MAX_CLOCK = 2**31 - 1
_COLLECTED, _DELETED, _STRING, _SKIPPED = 0, 1, 4, 10
_HAS_LEFT, _HAS_RIGHT, _IS_ENTRY, _KIND = 0x80, 0x40, 0x20, 0x1F
_FORBIDDEN = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x84\x86-\x9f]|\xe2\x80[\xad\xae]|\xef\xb7[\x90-\xaf]|\xef\xbf[\xbe\xbf]"
)
"""Controls, overrides of direction and non-characters, in UTF-8: what the canonical form refuses. What it takes away
or replaces (line ends, embeddings, isolates, byte order marks) may be typed, and goes when a version is cut."""
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class UnitId(NamedTuple):
    """One UTF-16 unit that some client wrote."""

    client: int
    clock: int


class UnitRange(NamedTuple):
    """Units `start` … `end` - 1 of a client."""

    client: int
    start: int
    end: int


class Struct(NamedTuple):
    """A run that an update brings, between its neighbours at the time of writing; `lows` are its second halves."""

    run: UnitRange
    left: UnitId | None
    right: UnitId | None
    low_surrogates: tuple[UnitId, ...]


@dataclass(frozen=True, slots=True)
class ParsedUpdate:
    structs: tuple[Struct, ...]
    deletions: tuple[UnitRange, ...]


def invalid_update(reason: str) -> InvalidInput:
    """The refusal of an update; `why` is for the log."""
    return InvalidInput(
        "update_refused", N_("This change could not be read. Nothing was changed."), extra={"why": reason}
    )


def encode_varint(value: int) -> bytes:
    """A variable-length unsigned number."""
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


@contextmanager
def attach_row(row: int) -> Iterator[None]:
    """What is refused meanwhile was in that row."""
    try:
        yield
    except DomainError as error:
        error.extra = {**error.extra, "row": row}
        raise


class Cursor:
    """Reads lib0's numbers and chunks. Raises Malformed `update_refused` beyond the end."""

    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0

    def read_byte(self) -> int:
        if self.position >= len(self.data):
            raise invalid_update("ends too early")
        self.position += 1
        return self.data[self.position - 1]

    def read_varint(self, largest: int = _MAX_CLIENT_ID) -> int:
        data, position, value, shift = self.data, self.position, 0, 0  # a draft holds tens of thousands: no call a byte
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
        length = self.read_varint()
        chunk = self.data[self.position : self.position + length]
        if len(chunk) != length:
            raise invalid_update("ends too early")
        self.position += length
        return chunk

    def read_unit(self) -> UnitId:
        return UnitId(self.read_varint(), self.read_varint(MAX_CLOCK))

    def expect_end(self) -> None:
        if self.position != len(self.data):
            raise invalid_update("goes on after its end")


class UntrustedCursor(Cursor):
    """A cursor over what comes from outside. Raises Malformed `mark_refused` for letters that no text may hold."""

    def read_chunk(self) -> bytes:
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
    """Reads an update of a document that holds one text, named by ROOT, of plain strings.

    Every count is backed by bytes, so what passes cannot make a reader reserve memory. Raises Malformed
    `update_refused` on anything else.
    """
    cursor = cursor_class(data)
    structs = tuple(_read_structs(cursor))
    deletions = tuple(_read_deletions(cursor))
    cursor.expect_end()
    return ParsedUpdate(structs, deletions)


def parse_state_vector(data: bytes) -> dict[int, int]:
    """Reads a state vector: the next clock of each client. Raises Malformed `update_refused`."""
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
        raise invalid_update("has one neighbour on both sides")
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
