import dataclasses
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.trust.leaf import FIRST_PREV, ChainFault, Leaf, commitment, next_leaf, verify_chain

SALT = bytes(range(32))


def rows_of(contents: list[bytes]) -> list[Leaf]:
    rows: list[Leaf] = []
    for nth, content in enumerate(contents):
        rows.append(next_leaf(content, salt=bytes([nth]) * 32, previous=rows[-1] if rows else None))
    return rows


ROWS = rows_of([b"one", b"two", b"three", b"four", b"five"])


def test_commitment_is_the_hash_of_domain_salt_and_content() -> None:
    assert commitment(SALT, b"{}") == hashlib.sha256(b"mithaq.leaf.v1\n" + SALT + b"{}").hexdigest()


@pytest.mark.parametrize("salt", [b"", SALT[:31], SALT + b"x"])
def test_salt_has_its_length(salt: bytes) -> None:
    with pytest.raises(ValueError):
        commitment(salt, b"{}")


def test_first_row_links_to_the_start() -> None:
    assert (ROWS[0].seq, ROWS[0].prev) == (1, FIRST_PREV)
    assert ROWS[1].prev == ROWS[0].commitment


@given(st.lists(st.binary(max_size=20), max_size=8), st.integers(0, 8))
def test_chain_verifies_from_any_row(contents: list[bytes], start: int) -> None:
    rows = rows_of(contents)
    assert verify_chain(rows) is None
    assert verify_chain(
        rows[start:], previous=rows[start - 1] if 0 < start <= len(rows) else None
    ) is None or start > len(rows)


@pytest.mark.parametrize("index", range(len(ROWS)))
def test_erased_row_keeps_its_place(index: int) -> None:
    rows = [*ROWS]
    rows[index] = dataclasses.replace(rows[index], salt=None, content=None)
    assert verify_chain(rows) is None


@pytest.mark.parametrize("index", range(len(ROWS)))
@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"content": b"ten"}, "commitment"),
        ({"salt": SALT}, "commitment"),
        ({"salt": b"short"}, "half_erased"),
        ({"salt": None}, "half_erased"),
        ({"content": None}, "half_erased"),
        ({"commitment": "0" * 64}, "commitment"),
        ({"prev": "f" * 64}, "prev"),
        ({"seq": 40}, "seq"),
    ],
)
def test_first_invalid_row_is_named(index: int, change: dict[str, object], what: str) -> None:
    rows = [*ROWS]
    rows[index] = Leaf(**{**dataclasses.asdict(rows[index]), **change})
    assert verify_chain(rows) == ChainFault(index, what)


def test_missing_swapped_and_foreign_rows_are_detected() -> None:
    assert verify_chain([*ROWS[:2], *ROWS[3:]]) == ChainFault(2, "seq")
    assert verify_chain(ROWS[1:]) == ChainFault(0, "seq")
    assert verify_chain([ROWS[0], ROWS[2], ROWS[1]]) == ChainFault(1, "seq")
    rewritten = [*ROWS[:2], next_leaf(b"other", salt=SALT, previous=ROWS[1]), *ROWS[3:]]
    assert verify_chain(rewritten) == ChainFault(3, "prev")


def test_truncation_is_not_detected_by_the_chain_alone() -> None:
    assert verify_chain(ROWS[:3]) is None
