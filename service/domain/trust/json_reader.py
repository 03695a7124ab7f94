"""Strict validators of the JSON values in signed objects. Each returns its value or raises InvalidValue.

What they accept must never change for a signed format, and does not depend on the Unicode version.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from service.domain.trust.canonical_json import Json

MAX_NAME_LENGTH = 500
"""Code points of a name."""

_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOST = r"(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::[1-9][0-9]{0,4})?"
_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_FORBIDDEN_IN_NAME = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
"""Controls, line separators, directional embeddings, overrides and isolates are not allowed in names."""


class InvalidValue(Exception):
    """A value is invalid; `path` is its dotted path."""

    def __init__(self, path: str = "") -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True, slots=True)
class JsonField:
    """A field of a signed object: its dotted path (at most two levels), attribute, reader and writer."""

    path: str
    attribute: str
    read: Callable[[Json], object]
    optional: bool = False
    write: Callable[[Any], Json] = lambda value: value


def read_fields(encoded: Mapping[str, Json], fields: Iterable[JsonField]) -> dict[str, Any]:
    """Return the values by attribute. Raises InvalidValue for an unknown, missing or invalid value."""
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
    """Return the object of those attributes of `source` that are not None. Raises InvalidValue."""
    encoded: dict[str, Json] = {}
    for field in fields:
        value = getattr(source, field.attribute)
        if value is not None:
            _put_value(encoded, field, value)
    return encoded


def one_of(*choices: str | Json) -> str:
    """Validate that the last argument is one of those before it."""
    *allowed, value = choices
    return _require(value, isinstance(value, str) and value in allowed)


def sha256(value: Json) -> str:
    """Validate a SHA-256 digest in lower-case hexadecimal."""
    return _match(r"[0-9a-f]{64}", value)


def identifier(value: Json) -> str:
    """Validate an id: a prefix and 128 bits in lower-case base32 without padding."""
    return _match(r"[a-z]{2,6}_[a-z2-7]{25}[aeimquy4]", value)


def host(value: Json) -> str:
    """Validate an ASCII host name or bracketed IPv6 address, with an optional port."""
    return _match(_HOST, value)


def log_origin(value: Json) -> str:
    """Validate the origin of a record: a host, `/log` and a number."""
    return _match(_HOST + r"/log[1-9][0-9]{0,3}", value)


def language_tag(value: Json) -> str:
    """Validate a language tag: a primary language of 2 or 3 letters and up to 3 subtags."""
    return _match(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", value)


def nonce(value: Json) -> str:
    """Validate 16 bytes in base64url without padding."""
    return _match(r"[A-Za-z0-9_-]{21}[AQgw]", value)


def display_name(value: Json) -> str:
    """Validate a name: 1 … MAX_NAME_LENGTH code points, trimmed, without control characters."""
    well_formed = isinstance(value, str) and 0 < len(value) <= MAX_NAME_LENGTH and value == value.strip()
    return _require(value, well_formed and not _FORBIDDEN_IN_NAME.search(str(value)))


def boolean(value: Json) -> bool:
    """Validate a boolean."""
    if isinstance(value, bool):
        return value
    raise InvalidValue


def positive_integer(value: Json) -> int:
    """Validate an integer above 0."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise InvalidValue


def timestamp(value: Json) -> int:
    """Parse an RFC 3339 time in UTC with whole seconds; return µs UTC."""
    if not isinstance(value, str) or not _TIMESTAMP.fullmatch(value):
        raise InvalidValue
    try:
        passed = datetime.fromisoformat(value) - _EPOCH
    except ValueError:
        raise InvalidValue from None
    return (passed.days * 86_400 + passed.seconds) * _SECOND


def format_timestamp(at: int) -> str:
    """Format `at` (µs UTC) as RFC 3339, truncated to seconds."""
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
            flat |= {f"{key}.{inner}": inner_value for inner, inner_value in value.items()}
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
