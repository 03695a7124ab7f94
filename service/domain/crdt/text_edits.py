"""Edits of a text: places in code points, and where these are in its UTF-8."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from service.domain.errors import N_, Malformed

_HALF = re.compile("[\ud800-\udfff]")


class Edit(NamedTuple):
    """Code points [start, end) of a text become `text`."""

    start: int
    end: int
    text: str


ByteEdit = tuple[int, int, bytes]
"""Bytes [start, end) of the UTF-8 of a text become others."""


def checked(edits: Sequence[Edit], text: str) -> list[Edit]:
    """The edits that do something, in the order of the text."""
    ordered = sorted((edit for edit in edits if edit.start != edit.end or edit.text), key=lambda edit: edit[:2])
    inside = all(0 <= start <= end <= len(text) for start, end, _ in ordered)
    apart = all(one.end <= other.start for one, other in pairwise(ordered))
    whole = not any(_HALF.search(new) for _, _, new in ordered)
    if not (inside and apart and whole):
        raise Malformed("edit_refused", N_("This change does not fit the text. Nothing was changed."))
    return ordered


def byte_offsets(text: str, places: Sequence[int]) -> list[int]:
    """Where the rising code points `places` of `text` are in its UTF-8."""
    offsets, done, at = [], 0, 0
    for place in places:
        at += len(text[done:place].encode())
        done = place
        offsets.append(at)
    return offsets


def edits_of(deltas: Sequence[dict[str, object]], before: bytes) -> Iterator[Edit]:
    """Edits in code points from a delta in bytes of `before`."""
    at = place = 0
    for delta in deltas:
        match delta:
            case {"retain": int(length)}:
                at, place = at + length, place + len(before[at : at + length].decode())
            case {"delete": int(length)}:
                end = place + len(before[at : at + length].decode())
                yield Edit(place, end, "")
                at, place = at + length, end
            case {"insert": str(words)}:
                yield Edit(place, place, words)


def byte_edits_of(deltas: Sequence[dict[str, object]]) -> Iterator[ByteEdit]:
    """Edits in bytes from a delta in bytes."""
    at = 0
    for delta in deltas:
        match delta:
            case {"retain": int(length)}:
                at += length
            case {"delete": int(length)}:
                yield at, at + length, b""
                at += length
            case {"insert": str(words)}:
                yield at, at, words.encode()
