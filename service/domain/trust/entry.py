"""Entries of the record: their content as values, and the salted digests of values that they bind.

An entry that changes a value which its facts do not show carries `value_sha256`: for each `table.column` the digest of
the new value under the salt of the entry. Without the salt, which is deleted with the entry's content, the value cannot
be guessed from it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.domain.trust.canonical_json import digest_bytes, encode
from service.domain.trust.leaf import Leaf

VALUE_DOMAIN = "mithaq.value.v1"

BOUND_VALUES = "value_sha256"
"""Key of the facts under which an entry has the digests of values, by `table.column`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the record: `at` in µs UTC, `actor` None for acts of the service itself."""

    seq: int
    at: int
    act: str
    actor: str | None
    facts: Mapping[str, Any]
    salt: bytes

    @property
    def bound_values(self) -> Mapping[str, str]:
        """Digests of values by `table.column`."""
        found: Mapping[str, str] = self.facts.get(BOUND_VALUES, {})
        return found


def read_entry(leaf: Leaf) -> Entry | None:
    """Return the entry of a leaf whose commitment was verified; None if it was erased."""
    if leaf.content is None or leaf.salt is None:
        return None
    content = json.loads(leaf.content)
    return Entry(leaf.seq, content["at"], content["act"], content["actor"], content["facts"], leaf.salt)


def value_sha256(value: object, *, column: str, salt: bytes) -> str:
    """Return the salted digest by which an entry binds the new value of a column (`table.column`)."""
    return digest_bytes(VALUE_DOMAIN, salt + encode({"column": column, "value": value}))
