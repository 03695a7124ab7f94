"""WebSocket messages in lib0 encoding, compatible with y-protocols. The first number is the message type."""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from service.domain.crdt.updates import Cursor, encode_varint

SYNC, AWARENESS, ACK, CONTROL, HASH = 0, 1, 100, 101, 102
"""Message types; the first two are those of y-protocols."""

STEP_1, STEP_2, UPDATE = 0, 1, 2
"""Kinds of SYNC message."""


class AwarenessEntry(NamedTuple):
    """The awareness state of a client: JSON, or b"null" once it is gone. The higher clock is newer."""

    client: int
    clock: int
    state: bytes


def chunk(data: bytes) -> bytes:
    """Encode length-prefixed bytes."""
    return encode_varint(len(data)) + data


def step_1(vector: bytes) -> bytes:
    """Encode a request for the updates missing from state vector `vector`."""
    return bytes((SYNC, STEP_1)) + chunk(vector)


def step_2(update: bytes, *, seq: int | None = None) -> bytes:
    """Encode the reply to step 1. The server appends the `seq` of the row the receiver then has."""
    return bytes((SYNC, STEP_2)) + chunk(update) + _encode_seq(seq)


def update(data: bytes, *, seq: int | None = None) -> bytes:
    """Encode an update, with `seq` appended as in `step_2`. Clients may ignore the suffix."""
    return bytes((SYNC, UPDATE)) + chunk(data) + _encode_seq(seq)


def _encode_seq(seq: int | None) -> bytes:
    return b"" if seq is None else encode_varint(seq)


def ack(count: int, seq: int) -> bytes:
    """Encode an acknowledgement: `count` update messages of this connection are stored, the last at or below `seq`."""
    return bytes((ACK,)) + encode_varint(count) + encode_varint(seq)


def control(kind: str, **fields: object) -> bytes:
    """Encode a control message: a JSON object with its `kind`."""
    message: Mapping[str, object] = {"kind": kind, **fields}
    return bytes((CONTROL,)) + chunk(json.dumps(message, ensure_ascii=False).encode())


def awareness(entries: Iterable[AwarenessEntry]) -> bytes:
    """Encode awareness entries as one message."""
    encoded = [encode_varint(one.client) + encode_varint(one.clock) + chunk(one.state) for one in entries]
    return bytes((AWARENESS,)) + chunk(encode_varint(len(encoded)) + b"".join(encoded))


def parse_entries(data: bytes) -> tuple[AwarenessEntry, ...]:
    """Parse the payload of an awareness message. Raises InvalidInput `update_refused`."""
    cursor = Cursor(data)
    found = []
    for _ in range(cursor.read_varint()):
        found.append(AwarenessEntry(cursor.read_varint(), cursor.read_varint(), cursor.read_chunk()))
    cursor.expect_end()
    return tuple(found)
