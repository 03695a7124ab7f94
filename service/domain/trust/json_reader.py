"""Strict readers of the values in signed objects. Each takes a JSON value and returns it, or raises Unreadable.

What they accept must never change for a format that was signed, and does not depend on the tables of a Unicode version.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from service.domain.trust.canonical_json import Json

MAX_NAME_LENGTH = 500
"""Code points."""

_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOST = r"(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::[1-9][0-9]{0,4})?"
_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_FORBIDDEN_IN_NAME = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
"""Controls, line separators, directional embeddings, overrides and isolates: none may stand in a name."""


class InvalidValue(Exception):
    """`path` names the value that is wrong, dotted."""

    def __init__(self, path: str = "") -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True, slots=True)
class JsonField:
    """Where a value stands in the object (dotted, at most two deep) and how it is read and written."""

    path: str
    attribute: str
    read: Callable[[Json], object]
    optional: bool = False
    write: Callable[[Any], Json] = lambda value: value


def read_fields(encoded: Mapping[str, Json], fields: Iterable[JsonField]) -> dict[str, Any]:
    """The values by attribute. Raises Unreadable for a value no field has, a missing one and a wrong one."""
    found = _flatten(encoded)
    values = {}
    for field in fields:
        if field.path in found:
            values[field.attribute] = _read_one(field, found.pop(field.path))
        elif field.optional:
            values[field.attribute] = None
        else:
            raise InvalidValue(field.path)
    for path in found:
        raise InvalidValue(path)
    return values


def write_fields(source: object, fields: Iterable[JsonField]) -> dict[str, Json]:
    """The object that holds the attributes of `source` which are not None. Raises Unreadable."""
    encoded: dict[str, Json] = {}
    for field in fields:
        value = getattr(source, field.attribute)
        if value is not None:
            _put_value(encoded, field, value)
    return encoded


def one_of(*choices: str | Json) -> str:
    """The last argument, if it is one of those before it."""
    *allowed, value = choices
    return _require(value, isinstance(value, str) and value in allowed)


def sha256(value: Json) -> str:
    return _match(r"[0-9a-f]{64}", value)


def identifier(value: Json) -> str:
    """A prefix and 128 bits in lower-case base32 without padding."""
    return _match(r"[a-z]{2,6}_[a-z2-7]{25}[aeimquy4]", value)


def host(value: Json) -> str:
    """A host name in ASCII or an address, with its port where it is not the usual one."""
    return _match(_HOST, value)


def log_origin(value: Json) -> str:
    return _match(_HOST + r"/log[1-9][0-9]{0,3}", value)


def language_tag(value: Json) -> str:
    return _match(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", value)


def nonce(value: Json) -> str:
    """16 bytes in base64url without padding."""
    return _match(r"[A-Za-z0-9_-]{21}[AQgw]", value)


def display_name(value: Json) -> str:
    well_formed = isinstance(value, str) and 0 < len(value) <= MAX_NAME_LENGTH and value == value.strip()
    return _require(value, well_formed and not _FORBIDDEN_IN_NAME.search(str(value)))


def boolean(value: Json) -> bool:
    if isinstance(value, bool):
        return value
    raise InvalidValue


def positive_integer(value: Json) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise InvalidValue


def timestamp(value: Json) -> int:
    """Microseconds UTC of an RFC 3339 time by whole seconds."""
    if not isinstance(value, str) or not _TIMESTAMP.fullmatch(value):
        raise InvalidValue
    try:
        passed = datetime.fromisoformat(value) - _EPOCH
    except ValueError:
        raise InvalidValue from None
    return (passed.days * 86_400 + passed.seconds) * _SECOND


def format_timestamp(at: int) -> str:
    """The RFC 3339 time of `at` microseconds UTC, down to the second."""
    try:
        return (_EPOCH + timedelta(seconds=at // _SECOND)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        raise InvalidValue from None


def _flatten(encoded: Mapping[str, Json]) -> dict[str, Json]:
    flat: dict[str, Json] = {}
    for key, value in encoded.items():
        if "." in key or value == {}:
            raise InvalidValue(key)
        if isinstance(value, dict):
            flat |= {f"{key}.{inner}": held for inner, held in value.items()}
        else:
            flat[key] = value
    return flat


def _put_value(encoded: dict[str, Json], field: JsonField, value: object) -> None:
    group, _, key = field.path.rpartition(".")
    target = encoded.setdefault(group, {}) if group else encoded
    assert isinstance(target, dict)
    try:
        target[key] = field.write(value)
    except InvalidValue:
        raise InvalidValue(field.path) from None


def _read_one(field: JsonField, value: Json) -> object:
    try:
        return field.read(value)
    except InvalidValue:
        raise InvalidValue(field.path) from None


def _match(pattern: str, value: Json) -> str:
    return _require(value, isinstance(value, str) and re.fullmatch(pattern, value))


def _require(value: Json, valid: object) -> str:
    if valid and isinstance(value, str):
        return value
    raise InvalidValue
