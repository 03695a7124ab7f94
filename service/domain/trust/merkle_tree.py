"""Merkle tree of the record (RFC 6962 §2.1), verified as in RFC 9162 §2.1.3.2 and §2.1.4.2.

Hashes are 32 bytes of SHA-256. Indices count leaves from 0, sizes count leaves.
"""

import hashlib
from collections.abc import Sequence
from functools import reduce


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf; in the record, `data` is the 32 bytes of a commitment."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_hash(leaves: Sequence[bytes]) -> bytes:
    """Return the root of the tree over leaf hashes; without leaves, SHA-256 of the empty string."""
    peaks: list[bytes] = []
    for index, leaf in enumerate(leaves):
        peak = leaf
        for _ in range(_trailing_ones(index)):
            peak = node_hash(peaks.pop(), peak)
        peaks.append(peak)
    if not peaks:
        return hashlib.sha256().digest()
    return reduce(lambda right, left: node_hash(left, right), reversed(peaks))


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the proof that leaf `index` is in the tree over `leaves`. Raises IndexError if there is no such leaf."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} of {len(leaves)}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(index, leaves[:split]), root_hash(leaves[split:])]
    return [*inclusion_proof(index - split, leaves[split:]), root_hash(leaves[:split])]


def consistency_proof(old: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the proof that the tree over `leaves` extends the tree of its first `old` leaves.

    Raises IndexError unless 0 < old ≤ size.
    """
    if not 0 < old <= len(leaves):
        raise IndexError(f"size {old} of {len(leaves)}")
    return _subproof(old, leaves, complete=True)


def verify_inclusion(proof: Sequence[bytes], *, leaf: bytes, index: int, size: int, head: bytes) -> bool:
    """Return whether `proof` shows that leaf hash `leaf` has `index` in the tree of `size` leaves with root `head`."""
    if not 0 <= index < size:
        return False
    node, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            computed = node_hash(sibling, computed)
            skipped = _levels_as_left_child(node)
            node, last = node >> skipped, last >> skipped
        else:
            computed = node_hash(computed, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and computed == head


def verify_consistency(proof: Sequence[bytes], *, old: int, old_head: bytes, size: int, head: bytes) -> bool:
    """Return whether `proof` shows that the tree (`size`, root `head`) extends the tree (`old`, root `old_head`)."""
    if old == size and old > 0:
        return not proof and old_head == head
    if not 0 < old < size or not proof:
        return False
    path = [old_head, *proof] if old.bit_count() == 1 else list(proof)
    ones = _trailing_ones(old - 1)
    node, last = (old - 1) >> ones, (size - 1) >> ones
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            skipped = _levels_as_left_child(node)
            node, last = node >> skipped, last >> skipped
        else:
            after = node_hash(after, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and before == old_head and after == head


def _subproof(old: int, leaves: Sequence[bytes], *, complete: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if complete else [root_hash(leaves)]
    split = _split(len(leaves))
    if old <= split:
        return [*_subproof(old, leaves[:split], complete=complete), root_hash(leaves[split:])]
    return [*_subproof(old - split, leaves[split:], complete=False), root_hash(leaves[:split])]


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _trailing_ones(number: int) -> int:
    return (~number & number + 1).bit_length() - 1


def _levels_as_left_child(node: int) -> int:
    """Return how many levels up the path first is a right child: 0 if it is one already, or for node 0."""
    return (node & -node).bit_length() - 1 if node else 0
