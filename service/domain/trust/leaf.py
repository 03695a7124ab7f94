"""Rows of the record: salted commitments, linked into a hash chain.

A commitment reveals nothing of its content without the salt. Erasing a row deletes its content and salt.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

SALT_BYTES = 32
"""Bytes of a salt."""
FIRST_PREV = "0" * 64
"""`prev` of the first row."""

_DOMAIN = b"mithaq.leaf.v1\n"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A row: `seq` counts from 1; `prev` is the commitment of the previous row. Erased: no salt and no content."""

    seq: int
    prev: str
    salt: bytes | None
    content: bytes | None
    commitment: str


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first invalid row: its index in the input, and `seq`, `prev`, `commitment` or `half_erased`."""

    index: int
    problem: str


def commitment(salt: bytes, content: bytes) -> str:
    """Return the commitment of a row: SHA-256 of domain line, salt and content, in lower-case hexadecimal."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return hashlib.sha256(_DOMAIN + salt + content).hexdigest()


def next_leaf(content: bytes, *, salt: bytes, previous: Leaf | None) -> Leaf:
    """Return the row that follows `previous` (None: the first row)."""
    seq, prev = (previous.seq + 1, previous.commitment) if previous else (1, FIRST_PREV)
    return Leaf(seq=seq, prev=prev, salt=salt, content=content, commitment=commitment(salt, content))


def verify_chain(rows: Iterable[Leaf], *, previous: Leaf | None = None) -> ChainFault | None:
    """Return the first fault of the chain, None if it is valid.

    Rows are given in order, from the first or from the one that follows `previous`. Erased rows stay in the chain;
    their content can no longer be verified.
    """
    for index, row in enumerate(rows):
        problem = find_fault(row, previous)
        if problem:
            return ChainFault(index, problem)
        previous = row
    return None


def find_fault(row: Leaf, previous: Leaf | None, *, alone: bool = False) -> str | None:
    """Return what is wrong with a row that should follow `previous` (None: the first); None if nothing is.

    With `alone` only its own content is verified, not its place in the chain.
    """
    seq, prev = (previous.seq + 1, previous.commitment) if previous else (1, FIRST_PREV)
    if not alone and row.seq != seq:
        return "seq"
    if not alone and row.prev != prev:
        return "prev"
    if row.salt is None and row.content is None:
        return None
    if row.salt is None or row.content is None or len(row.salt) != SALT_BYTES:
        return "half_erased"
    return None if commitment(row.salt, row.content) == row.commitment else "commitment"
