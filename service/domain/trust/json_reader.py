"""Strict readers of the values in signed objects. Each takes a JSON value and returns it, or raises Unreadable.

What they accept must never change for a format that was signed, and does not depend on the tables of a Unicode version.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from service.domain.trust.canonical_json import Json

LONGEST_NAME = 500
"""Code points."""

_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOST = r"(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::[1-9][0-9]{0,4})?"
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_UNNAMEABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
"""Controls, line separators, directional embeddings, overrides and isolates: none may stand in a name."""


class Unreadable(Exception):
    """`path` names the value that is wrong, dotted."""

    def __init__(self, path: str = "") -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True, slots=True)
class Field:
    """Where a value stands in the object (dotted, at most two deep) and how it is read and written."""

    path: str
    attribute: str
    read: Callable[[Json], object]
    optional: bool = False
    write: Callable[[Any], Json] = lambda value: value


def read(plain: Mapping[str, Json], fields: Iterable[Field]) -> dict[str, Any]:
    """The values by attribute. Raises Unreadable for a value no field has, a missing one and a wrong one."""
    found = _flat(plain)
    values = {}
    for field in fields:
        if field.path in found:
            values[field.attribute] = _read_one(field, found.pop(field.path))
        elif field.optional:
            values[field.attribute] = None
        else:
            raise Unreadable(field.path)
    for path in found:
        raise Unreadable(path)
    return values


def write(source: object, fields: Iterable[Field]) -> dict[str, Json]:
    """The object that holds the attributes of `source` which are not None. Raises Unreadable."""
    plain: dict[str, Json] = {}
    for field in fields:
        value = getattr(source, field.attribute)
        if value is not None:
            _put(plain, field, value)
    return plain


def one_of(*choices: str | Json) -> str:
    """The last argument, if it is one of those before it."""
    *allowed, value = choices
    return _checked(value, isinstance(value, str) and value in allowed)


def sha256(value: Json) -> str:
    return _matching(r"[0-9a-f]{64}", value)


def identity(value: Json) -> str:
    """A prefix and 128 bits in lower-case base32 without padding."""
    return _matching(r"[a-z]{2,6}_[a-z2-7]{25}[aeimquy4]", value)


def host(value: Json) -> str:
    """A host name in ASCII or an address, with its port where it is not the usual one."""
    return _matching(_HOST, value)


def log(value: Json) -> str:
    return _matching(_HOST + r"/log[1-9][0-9]{0,3}", value)


def language(value: Json) -> str:
    return _matching(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", value)


def nonce(value: Json) -> str:
    """16 bytes in base64url without padding."""
    return _matching(r"[A-Za-z0-9_-]{21}[AQgw]", value)


def name(value: Json) -> str:
    held = isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value == value.strip()
    return _checked(value, held and not _UNNAMEABLE.search(str(value)))


def flag(value: Json) -> bool:
    if isinstance(value, bool):
        return value
    raise Unreadable


def positive(value: Json) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise Unreadable


def moment(value: Json) -> int:
    """Microseconds UTC of an RFC 3339 time by whole seconds."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise Unreadable
    try:
        passed = datetime.fromisoformat(value) - _EPOCH
    except ValueError:
        raise Unreadable from None
    return (passed.days * 86_400 + passed.seconds) * _SECOND


def written_moment(at: int) -> str:
    """The RFC 3339 time of `at` microseconds UTC, down to the second."""
    try:
        return (_EPOCH + timedelta(seconds=at // _SECOND)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        raise Unreadable from None


def _flat(plain: Mapping[str, Json]) -> dict[str, Json]:
    flat: dict[str, Json] = {}
    for key, value in plain.items():
        if "." in key or value == {}:
            raise Unreadable(key)
        if isinstance(value, dict):
            flat |= {f"{key}.{inner}": held for inner, held in value.items()}
        else:
            flat[key] = value
    return flat


def _put(plain: dict[str, Json], field: Field, value: object) -> None:
    group, _, key = field.path.rpartition(".")
    target = plain.setdefault(group, {}) if group else plain
    assert isinstance(target, dict)
    try:
        target[key] = field.write(value)
    except Unreadable:
        raise Unreadable(field.path) from None


def _read_one(field: Field, value: Json) -> object:
    try:
        return field.read(value)
    except Unreadable:
        raise Unreadable(field.path) from None


def _matching(pattern: str, value: Json) -> str:
    return _checked(value, isinstance(value, str) and re.fullmatch(pattern, value))


def _checked(value: Json, holds: object) -> str:
    if holds and isinstance(value, str):
        return value
    raise Unreadable
