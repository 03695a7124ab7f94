"""Canonical JSON (RFC 8785), restricted to ASCII keys and values without floating point.

Values and byte strings correspond one to one, so a digest can be verified by encoding the value again. Nothing is
normalised: input that is not canonical is rejected.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import NoReturn

from service.domain.errors import N_, InvalidInput

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

MAX_SAFE_INTEGER = 2**53 - 1
"""The largest integer that every JSON parser represents exactly (RFC 7493)."""

MAX_DEPTH = 64
"""Levels of nesting."""

_DOMAIN = re.compile(r"[a-z]+(\.[a-z0-9]+)+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def encode(value: object) -> bytes:
    """Encode null, booleans, integers up to MAX_SAFE_INTEGER, strings, lists, tuples and mappings with ASCII keys.

    Raises InvalidInput `not_canonical` for anything else, and beyond MAX_DEPTH levels.
    """
    return json.dumps(
        _check_value(value, MAX_DEPTH), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def decode(data: bytes) -> Json:
    """Decode canonical bytes. Raises InvalidInput `not_canonical` if encoding the value gives different bytes."""
    try:
        value: Json = json.loads(data.decode(), parse_float=_reject_token, parse_constant=_reject_token)
    except (ValueError, RecursionError):
        raise _not_canonical("not JSON") from None
    if encode(value) != data:
        raise _not_canonical("not in canonical form")
    return value


def digest(domain: str, value: object) -> str:
    """Return SHA-256 of the line `domain` and the encoded `value`, in lower-case hexadecimal.

    The domain (`mithaq.version.v1`) separates digests of different kinds of object.
    """
    return digest_bytes(domain, encode(value))


def digest_bytes(domain: str, data: bytes) -> str:
    """Return SHA-256 of the line `domain` and `data`, in lower-case hexadecimal."""
    if not _DOMAIN.fullmatch(domain):
        raise ValueError(f"{domain!r} is not a valid digest domain")
    return hashlib.sha256(domain.encode() + b"\n" + data).hexdigest()


def _check_value(value: object, depth: int) -> Json:
    match value:
        case None | bool():
            return value
        case int() if abs(value) <= MAX_SAFE_INTEGER:
            return int(value)
        case str() if not _SURROGATE.search(value):
            return str(value)
        case list() | tuple() if depth:
            return [_check_value(item, depth - 1) for item in value]
        case Mapping() if depth:
            return {_check_key(key): _check_value(item, depth - 1) for key, item in value.items()}
    raise _not_canonical(f"{type(value).__name__} has no canonical form here")


def _check_key(key: object) -> str:
    if isinstance(key, str) and key.isascii():
        return str(key)
    raise _not_canonical("a key is not ASCII")


def _reject_token(token: str) -> NoReturn:
    raise ValueError(token)


def _not_canonical(reason: str) -> InvalidInput:
    return InvalidInput("not_canonical", N_("This is not in canonical form."), extra={"why": reason})
