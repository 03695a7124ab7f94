"""Index of a text by blank-line-separated units. Stored beside a version, it saves splitting the text again."""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate

BLANK_LINE = "\n\n"

INDEX_VERSION = f"mithaq-index-1 {sys.byteorder}"
"""Indexes stored under another version string are rebuilt."""

_DIGEST_BYTES = 8
"""Bytes of a unit's digest. Equal digests only make two units candidates: their texts are compared as well."""


@dataclass(frozen=True, slots=True)
class Units:
    """A sequence of units.

    Equal units have equal `ids`. `starts` has one entry more than `ids`: the code point each unit begins at, and the
    one at which the next would.
    """

    ids: Sequence[int]
    starts: Sequence[int]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class TextIndex:
    """The units of the text with this SHA-256: the size of each in code points, and its digest."""

    text_sha256: str
    sizes: Sequence[int]
    digests: Sequence[int]

    def to_bytes(self) -> bytes:
        """Serialise to 32 bits for each size, then 64 for each digest, in the byte order that `INDEX_VERSION` names."""
        return array("I", self.sizes).tobytes() + array("Q", self.digests).tobytes()

    @classmethod
    def from_bytes(cls, raw: bytes, *, text_sha256: str) -> "TextIndex | None":
        """Parse what `to_bytes` returned; None for bytes of any other length."""
        if not raw or len(raw) % 12:
            return None
        sizes, digests = array("I"), array("Q")
        sizes.frombytes(raw[: len(raw) // 3])
        digests.frombytes(raw[len(raw) // 3 :])
        return cls(text_sha256, sizes, digests)

    def units(self, start: int, end: int) -> Units | None:
        """Return the units between two code points; None if either is no boundary of units or lies beyond the text."""
        starts = list(accumulate(map(len(BLANK_LINE).__add__, self.sizes), initial=0))
        to_end = end == starts[-1] - len(BLANK_LINE)
        first, last = bisect_left(starts, start), len(self.sizes) if to_end else bisect_left(starts, end)
        is_aligned = last < len(starts) and starts[first] == start and (to_end or starts[last] == end)
        if not is_aligned:
            return None
        return Units(list(self.digests[first:last]), starts[first : last + 1])


def build_index(text: str, *, text_sha256: str) -> TextIndex:
    """Build the index of a text whose SHA-256 is already known."""
    units = text.split(BLANK_LINE)
    unit_digests = (
        blake2b(unit.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest() for unit in units
    )
    digests = array("Q")
    digests.frombytes(b"".join(unit_digests))
    return TextIndex(text_sha256, array("I", map(len, units)), digests)


def split_units(old: str, new: str, *, start: int, ends: tuple[int, int]) -> tuple[Units, Units]:
    """Split both texts into units from `start` up to their `ends`, with ids that are valid across both."""
    ids: dict[str, int] = {}
    count, found = 0, []
    for text, end in ((old, ends[0]), (new, ends[1])):
        units = text[start:end].split(BLANK_LINE) if start < end else []
        if end < len(text) and units and not units[-1]:
            units.pop()
        starts = accumulate(map(len(BLANK_LINE).__add__, map(len, units)), initial=start)
        found.append(Units(list(map(ids.setdefault, units, range(count, count + len(units)))), list(starts)))
        count += len(units)
    return found[0], found[1]
