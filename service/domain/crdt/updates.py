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

from service.domain.errors import N_, DomainError, Malformed

ROOT = b"t"
EMPTY = b"\x00\x00"

_LARGEST_CLIENT = 2**53 - 1
LARGEST_CLOCK = 2**31 - 1
_COLLECTED, _DELETED, _STRING, _SKIPPED = 0, 1, 4, 10
_HAS_LEFT, _HAS_RIGHT, _IS_ENTRY, _KIND = 0x80, 0x40, 0x20, 0x1F
_UNHELD = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x84\x86-\x9f]|\xe2\x80[\xad\xae]|\xef\xb7[\x90-\xaf]|\xef\xbf[\xbe\xbf]"
)
"""Controls, overrides of direction and non-characters, in UTF-8: what the canonical form refuses. What it takes away
or replaces (line ends, embeddings, isolates, byte order marks) may be typed, and goes when a version is cut."""
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Unit(NamedTuple):
    """One UTF-16 unit that some client wrote."""

    client: int
    clock: int


class Run(NamedTuple):
    """Units `start` … `end` - 1 of a client."""

    client: int
    start: int
    end: int


class Struct(NamedTuple):
    """A run that an update brings, between its neighbours at the time of writing; `lows` are its second halves."""

    run: Run
    left: Unit | None
    right: Unit | None
    lows: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Update:
    structs: tuple[Struct, ...]
    deletions: tuple[Run, ...]


def refused(why: str) -> Malformed:
    """The refusal of an update; `why` is for the log."""
    return Malformed("update_refused", N_("This change could not be read. Nothing was changed."), extra={"why": why})


def number(value: int) -> bytes:
    """A variable-length unsigned number."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


@contextmanager
def at_row(row: int) -> Iterator[None]:
    """What is refused meanwhile was in that row."""
    try:
        yield
    except DomainError as error:
        error.extra = {**error.extra, "row": row}
        raise


class Cursor:
    """Reads lib0's numbers and chunks. Raises Malformed `update_refused` beyond the end."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def byte(self) -> int:
        if self.at >= len(self.data):
            raise refused("ends too early")
        self.at += 1
        return self.data[self.at - 1]

    def number(self, largest: int = _LARGEST_CLIENT) -> int:
        data, at, value, shift = self.data, self.at, 0, 0  # a draft holds tens of thousands: no call a byte
        while at < len(data):
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if value > largest or shift > 63:
                raise refused("number too large")
            if byte < 0x80:
                self.at = at
                return value
        raise refused("ends too early")

    def chunk(self) -> bytes:
        length = self.number()
        chunk = self.data[self.at : self.at + length]
        if len(chunk) != length:
            raise refused("ends too early")
        self.at += length
        return chunk

    def unit(self) -> Unit:
        return Unit(self.number(), self.number(LARGEST_CLOCK))

    def end(self) -> None:
        if self.at != len(self.data):
            raise refused("goes on after its end")


class Typed(Cursor):
    """A cursor over what comes from outside. Raises Malformed `mark_refused` for letters that no text may hold."""

    def chunk(self) -> bytes:
        chunk = super().chunk()
        if _UNHELD.search(chunk):
            raise Malformed(
                "mark_refused",
                N_(
                    "What was written holds an invisible mark that no text may hold, such as one that turns the "
                    "direction of reading around. It was not taken."
                ),
            )
        return chunk


def parse(data: bytes, *, cursor: type[Cursor] = Cursor) -> Update:
    """Reads an update of a document that holds one text, named by ROOT, of plain strings.

    Every count is backed by bytes, so what passes cannot make a reader reserve memory. Raises Malformed
    `update_refused` on anything else.
    """
    reading = cursor(data)
    structs = tuple(_structs(reading))
    deletions = tuple(_deletions(reading))
    reading.end()
    return Update(structs, deletions)


def parse_vector(data: bytes) -> dict[int, int]:
    """Reads a state vector: the next clock of each client. Raises Malformed `update_refused`."""
    cursor = Cursor(data)
    pairs = [(cursor.number(), cursor.number(LARGEST_CLOCK)) for _ in range(cursor.number())]
    cursor.end()
    return dict(pairs)


def _structs(cursor: Cursor) -> Iterator[Struct]:
    clients = set()
    for _ in range(cursor.number()):
        count, client, clock = cursor.number(), cursor.number(), cursor.number(LARGEST_CLOCK)
        if client in clients:
            raise refused("names a client twice")
        clients.add(client)
        for _ in range(count):
            info = cursor.byte()
            struct = _struct(cursor, info, Unit(client, clock)) if info != _SKIPPED else None
            clock = struct.run.end if struct else clock + cursor.number(LARGEST_CLOCK)
            if clock > LARGEST_CLOCK:
                raise refused("clock too large")
            if struct:
                yield struct


def _struct(cursor: Cursor, info: int, first: Unit) -> Struct:
    kind = info & _KIND
    if info & _IS_ENTRY or kind not in (_COLLECTED, _DELETED, _STRING) or (kind == _COLLECTED and info):
        raise refused(f"content {info} is not of a text")
    left = cursor.unit() if info & _HAS_LEFT else None
    right = cursor.unit() if info & _HAS_RIGHT else None
    if kind != _COLLECTED and not left and not right and (cursor.number() != 1 or cursor.chunk() != ROOT):
        raise refused("not in the text")
    if left and left == right:
        raise refused("has one neighbour on both sides")
    if kind == _STRING:
        length, lows = _string(cursor, first)
    else:
        length, lows = cursor.number(LARGEST_CLOCK), ()
    if not length:
        raise refused("empty run")
    return Struct(Run(first.client, first.clock, first.clock + length), left, right, lows)


def _string(cursor: Cursor, first: Unit) -> tuple[int, tuple[Unit, ...]]:
    try:
        text = cursor.chunk().decode()
    except UnicodeDecodeError:
        raise refused("not UTF-8") from None
    before = [match.start() for match in _ASTRAL.finditer(text)]
    lows = tuple(Unit(first.client, first.clock + at + nth + 1) for nth, at in enumerate(before))
    return len(text) + len(lows), lows


def _deletions(cursor: Cursor) -> Iterator[Run]:
    for _ in range(cursor.number()):
        client = cursor.number()
        for _ in range(cursor.number()):
            start, length = cursor.number(LARGEST_CLOCK), cursor.number(LARGEST_CLOCK)
            if not length or start + length > LARGEST_CLOCK:
                raise refused("empty or endless deletion")
            yield Run(client, start, start + length)
