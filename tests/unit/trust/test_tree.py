import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.trust.merkle_tree import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_hash,
    verify_consistency,
    verify_inclusion,
)

LARGEST = 64
LEAVES = [leaf_hash(number.to_bytes(32, "big")) for number in range(LARGEST + 1)]
HEADS = [root_hash(LEAVES[:size]) for size in range(LARGEST + 1)]
ALIEN = leaf_hash(b"alien")

REFERENCE_INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
REFERENCE_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Test vectors shared by the implementations of Certificate Transparency."""


def test_roots_are_those_of_certificate_transparency() -> None:
    leaves = [leaf_hash(bytes.fromhex(data)) for data in REFERENCE_INPUTS]
    assert [root_hash(leaves[:size]).hex() for size in range(9)] == REFERENCE_ROOTS


def reference_root(leaves: list[bytes]) -> bytes:
    """Compute the root by RFC 6962 section 2.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(reference_root(leaves[:split]), reference_root(leaves[split:]))


@given(st.integers(1, 300))
def test_roots_are_those_of_the_definition(size: int) -> None:
    leaves = [leaf_hash(bytes([number % 256])) for number in range(size)]
    assert root_hash(leaves) == reference_root(leaves)


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_leaf_has_a_proof_and_no_forgery_verifies(size: int) -> None:
    for index in range(size):
        proof = inclusion_proof(index, LEAVES[:size])
        assert verify_inclusion_by_definition(proof, index, size)
        assert not verify_inclusion_by_definition(proof, index, size, leaf=ALIEN)
        assert not verify_inclusion_by_definition(proof, index, size, head=HEADS[size - 1])
        assert not verify_inclusion_by_definition([*proof, ALIEN], index, size)
        assert not verify_inclusion_by_definition([*proof, HEADS[size]], index, size)
        for other in {index ^ 1, index + 1, index - 1, size} - {index}:
            assert not verify_inclusion_by_definition(proof, other, size)
        for place in range(len(proof)):
            assert not verify_inclusion_by_definition(proof[:place] + proof[place + 1 :], index, size)
            assert not verify_inclusion_by_definition([*proof[:place], ALIEN, *proof[place + 1 :]], index, size)


def verify_inclusion_by_definition(
    proof: list[bytes], index: int, size: int, *, leaf: bytes | None = None, head: bytes | None = None
) -> bool:
    shown = leaf or LEAVES[index if 0 <= index < size else 0]
    return verify_inclusion(proof, leaf=shown, index=index, size=size, head=head or HEADS[size])


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_growth_has_a_proof_and_no_forgery_verifies(size: int) -> None:
    for old in range(1, size + 1):
        proof = consistency_proof(old, LEAVES[:size])
        assert verify_consistency_by_definition(proof, old, size)
        assert not verify_consistency_by_definition(proof, old, size, head=ALIEN)
        assert not verify_consistency_by_definition(proof, old, size, old_head=ALIEN)
        assert not verify_consistency_by_definition([*proof, ALIEN], old, size)
        assert not verify_consistency_by_definition([HEADS[old], *proof], old, size)
        for place in range(len(proof)):
            assert not verify_consistency_by_definition(proof[:place] + proof[place + 1 :], old, size)
            assert not verify_consistency_by_definition([*proof[:place], ALIEN, *proof[place + 1 :]], old, size)


def verify_consistency_by_definition(
    proof: list[bytes], old: int, size: int, *, old_head: bytes | None = None, head: bytes | None = None
) -> bool:
    return verify_consistency(proof, old=old, old_head=old_head or HEADS[old], size=size, head=head or HEADS[size])


@pytest.mark.parametrize("place", range(20))
def test_rewritten_leaf_breaks_consistency_with_a_witnessed_head(place: int) -> None:
    rewritten = [*LEAVES[:place], ALIEN, *LEAVES[place + 1 :]]
    forged = consistency_proof(20, rewritten)
    assert not verify_consistency(forged, old=20, old_head=HEADS[20], size=65, head=root_hash(rewritten))


@pytest.mark.parametrize(("old", "size"), [(0, 0), (0, 5), (6, 5), (-1, 5)])
def test_impossible_sizes_prove_nothing(old: int, size: int) -> None:
    assert not verify_consistency([], old=old, old_head=HEADS[0], size=size, head=HEADS[size])
    assert not verify_inclusion([], leaf=LEAVES[0], index=old - 1, size=max(0, old - 1), head=HEADS[0])
    with pytest.raises(IndexError):
        consistency_proof(old, LEAVES[:size])


@pytest.mark.parametrize("index", [-1, 5])
def test_unknown_leaf_has_no_proof(index: int) -> None:
    with pytest.raises(IndexError):
        inclusion_proof(index, LEAVES[:5])


def test_leaf_is_not_accepted_as_node() -> None:
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)
