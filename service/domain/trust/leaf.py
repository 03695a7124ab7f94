"""The rows of the record: what each commits to, and how they hang together.

A commitment says nothing of its content to those who lack the salt; erasing a row is deleting its content and salt.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

SALT_BYTES = 32
FIRST_PREV = "0" * 64
"""`prev` of the first row."""

_DOMAIN = b"mithaq.leaf.v1\n"


@dataclass(frozen=True, slots=True)
class Leaf:
    """`seq` counts from 1; `prev` is the commitment of the row before. An erased row has neither salt nor content."""

    seq: int
    prev: str
    salt: bytes | None
    content: bytes | None
    commitment: str


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first bad row: its index in what was given, and `seq`, `prev`, `commitment` or `half_erased`."""

    index: int
    problem: str


def commitment(salt: bytes, content: bytes) -> str:
    """What a row commits to, in lower-case hexadecimal: SHA-256 of the domain line, the salt and the content."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return hashlib.sha256(_DOMAIN + salt + content).hexdigest()


def next_leaf(content: bytes, *, salt: bytes, previous: Leaf | None) -> Leaf:
    """The row that follows `after`, or the first."""
    seq, prev = (previous.seq + 1, previous.commitment) if previous else (1, FIRST_PREV)
    return Leaf(seq=seq, prev=prev, salt=salt, content=content, commitment=commitment(salt, content))


def verify_chain(rows: Iterable[Leaf], *, previous: Leaf | None = None) -> ChainFault | None:
    """The first row that does not follow from those before it, None where all do.

    Leafs come in order from the first one, or from the one that follows `after`. Erased rows keep their place in the
    chain; their content can no longer be checked.
    """
    for index, row in enumerate(rows):
        problem = _find_fault(row, previous)
        if problem:
            return ChainFault(index, problem)
        previous = row
    return None


def _find_fault(row: Leaf, previous: Leaf | None) -> str | None:
    seq, prev = (previous.seq + 1, previous.commitment) if previous else (1, FIRST_PREV)
    if row.seq != seq:
        return "seq"
    if row.prev != prev:
        return "prev"
    if row.salt is None and row.content is None:
        return None
    if row.salt is None or row.content is None or len(row.salt) != SALT_BYTES:
        return "half_erased"
    return None if commitment(row.salt, row.content) == row.commitment else "commitment"
