"""Messages of the room: lib0 numbers and chunks, as y-protocols and Yjs write them. The first number is the kind."""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from service.domain.crdt.updates import Cursor, encode_varint, invalid_update

SYNC, AWARENESS, ACK, CONTROL, HASH = 0, 1, 100, 101, 102
STEP_1, STEP_2, UPDATE = 0, 1, 2

MAX_STATE_BYTES = 8 * 1024
"""Bytes of what one writer may say of themselves."""


class AwarenessEntry(NamedTuple):
    """What a client says of itself: JSON, or b"null" once it is gone; the higher clock is the newer word."""

    client: int
    clock: int
    state: bytes


def chunk(data: bytes) -> bytes:
    """Bytes behind their length."""
    return encode_varint(len(data)) + data


def step_1(vector: bytes) -> bytes:
    """Asks for what is not in `vector`."""
    return bytes((SYNC, STEP_1)) + chunk(vector)


def step_2(update: bytes, *, seq: int | None = None) -> bytes:
    """Answers step 1. The room ends it with the `seq` of the row to which it brings its reader."""
    return bytes((SYNC, STEP_2)) + chunk(update) + _encode_seq(seq)


def update(data: bytes, *, seq: int | None = None) -> bytes:
    """What was written; the room ends it as it does `step_2`. Whoever does not care reads no further."""
    return bytes((SYNC, UPDATE)) + chunk(data) + _encode_seq(seq)


def _encode_seq(seq: int | None) -> bytes:
    return b"" if seq is None else encode_varint(seq)


def ack(count: int, seq: int) -> bytes:
    """So many update-bearing messages of this connection are on disk, the last of them at or below `seq`."""
    return bytes((ACK,)) + encode_varint(count) + encode_varint(seq)


def control(kind: str, **fields: object) -> bytes:
    """A word of the room to a browser."""
    message: Mapping[str, object] = {"kind": kind, **fields}
    return bytes((CONTROL,)) + chunk(json.dumps(message, ensure_ascii=False).encode())


def awareness(entries: Iterable[AwarenessEntry]) -> bytes:
    """What clients say of themselves, as one message."""
    encoded = [encode_varint(one.client) + encode_varint(one.clock) + chunk(one.state) for one in entries]
    return bytes((AWARENESS,)) + chunk(encode_varint(len(encoded)) + b"".join(encoded))


def parse_entries(data: bytes) -> tuple[AwarenessEntry, ...]:
    """The entries in the chunk of an awareness message. Raises Malformed."""
    cursor = Cursor(data)
    found = []
    for _ in range(cursor.read_varint()):
        entry = AwarenessEntry(cursor.read_varint(), cursor.read_varint(), cursor.read_chunk())
        if len(entry.state) > MAX_STATE_BYTES:
            raise invalid_update("says too much of itself")
        found.append(entry)
    cursor.expect_end()
    return tuple(found)
