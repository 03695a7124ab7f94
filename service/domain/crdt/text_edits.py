"""Edits of a text, in code points and in bytes of its UTF-8."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from service.domain.errors import N_, InvalidInput

_SURROGATE = re.compile("[\ud800-\udfff]")


class Edit(NamedTuple):
    """Replace code points [start, end) of a text with `text`."""

    start: int
    end: int
    text: str


ByteEdit = tuple[int, int, bytes]
"""Replace bytes [start, end) of the UTF-8 of a text with the given bytes."""


def validate_edits(edits: Sequence[Edit], text: str) -> list[Edit]:
    """Return the edits that have an effect, in text order.

    Raises InvalidInput `edit_refused` if they overlap, are out of range or contain a lone surrogate.
    """
    ordered = sorted((edit for edit in edits if edit.start != edit.end or edit.text), key=lambda edit: edit[:2])
    in_range = all(0 <= start <= end <= len(text) for start, end, _ in ordered)
    disjoint = all(one.end <= other.start for one, other in pairwise(ordered))
    well_formed = not any(_SURROGATE.search(new) for _, _, new in ordered)
    if not (in_range and disjoint and well_formed):
        raise InvalidInput("edit_refused", N_("This change does not match the text. Nothing was changed."))
    return ordered


def byte_offsets(text: str, positions: Sequence[int]) -> list[int]:
    """Convert ascending code point offsets of `text` to byte offsets of its UTF-8."""
    offsets, done, byte_offset = [], 0, 0
    for position in positions:
        byte_offset += len(text[done:position].encode())
        done = position
        offsets.append(byte_offset)
    return offsets


def edits_from_delta(deltas: Sequence[dict[str, object]], before: bytes) -> Iterator[Edit]:
    """Convert a delta in bytes of `before` to edits in code points."""
    byte_offset = position = 0
    for delta in deltas:
        match delta:
            case {"retain": int(length)}:
                byte_offset, position = (
                    byte_offset + length,
                    position + len(before[byte_offset : byte_offset + length].decode()),
                )
            case {"delete": int(length)}:
                end = position + len(before[byte_offset : byte_offset + length].decode())
                yield Edit(position, end, "")
                byte_offset, position = byte_offset + length, end
            case {"insert": str(inserted)}:
                yield Edit(position, position, inserted)


def byte_edits_from_delta(deltas: Sequence[dict[str, object]]) -> Iterator[ByteEdit]:
    """Convert a delta in bytes to edits in bytes."""
    byte_offset = 0
    for delta in deltas:
        match delta:
            case {"retain": int(length)}:
                byte_offset += length
            case {"delete": int(length)}:
                yield byte_offset, byte_offset + length, b""
                byte_offset += length
            case {"insert": str(inserted)}:
                yield byte_offset, byte_offset, inserted.encode()
