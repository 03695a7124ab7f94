"""A text cut at its blank lines, and the index of that: kept beside a version, it saves cutting the text again."""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate

BREAK = "\n\n"

VERSION = f"mithaq-index-1 {sys.byteorder}"
"""Indexes of another version are made anew."""

_BRIEF = 8
"""Bytes of a unit's digest. Two units of one digest are only taken for candidates: their texts are compared as well."""


@dataclass(frozen=True, slots=True)
class Units:
    """Units one after another: what each is called (the same unit, the same name), and where each begins and, one
    place more, where the next would."""

    names: Sequence[int]
    starts: Sequence[int]

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True, slots=True)
class Index:
    """The units of the text with this SHA-256: their code points, and a digest of each."""

    text_sha256: str
    sizes: Sequence[int]
    digests: Sequence[int]

    def to_bytes(self) -> bytes:
        """32 bits for each size, then 64 for each digest, in the byte order that VERSION names."""
        return array("I", self.sizes).tobytes() + array("Q", self.digests).tobytes()

    @classmethod
    def from_bytes(cls, raw: bytes, *, text_sha256: str) -> "Index | None":
        """What `to_bytes` gave; None of bytes that no index gives."""
        if not raw or len(raw) % 12:
            return None
        sizes, digests = array("I"), array("Q")
        sizes.frombytes(raw[: len(raw) // 3])
        digests.frombytes(raw[len(raw) // 3 :])
        return cls(text_sha256, sizes, digests)

    def units(self, start: int, end: int) -> Units | None:
        """The units between two code points of the text; None where no unit begins there or the text is shorter."""
        starts = list(accumulate(map(len(BREAK).__add__, self.sizes), initial=0))
        whole = end == starts[-1] - len(BREAK)
        first, last = bisect_left(starts, start), len(self.sizes) if whole else bisect_left(starts, end)
        known = last < len(starts) and starts[first] == start and (whole or starts[last] == end)
        if not known:
            return None
        return Units(list(self.digests[first:last]), starts[first : last + 1])


def index(text: str, *, text_sha256: str) -> Index:
    """The index of a text whose digest is known."""
    units = text.split(BREAK)
    briefs = (blake2b(unit.encode("utf-8", "surrogatepass"), digest_size=_BRIEF).digest() for unit in units)
    digests = array("Q")
    digests.frombytes(b"".join(briefs))
    return Index(text_sha256, array("I", map(len, units)), digests)


def cut_apart(old: str, new: str, *, start: int, ends: tuple[int, int]) -> tuple[Units, Units]:
    """The units of both texts from `start` on, up to their `ends`, with names that hold for the two of them."""
    names: dict[str, int] = {}
    seen, found = 0, []
    for text, end in ((old, ends[0]), (new, ends[1])):
        units = text[start:end].split(BREAK) if start < end else []
        if end < len(text) and units and not units[-1]:
            units.pop()
        starts = accumulate(map(len(BREAK).__add__, map(len, units)), initial=start)
        found.append(Units(list(map(names.setdefault, units, range(seen, seen + len(units)))), list(starts)))
        seen += len(units)
    return found[0], found[1]
