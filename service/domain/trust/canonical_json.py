"""Canonical JSON: RFC 8785 for values that need no care: ASCII keys and no floating point.

One value has one sequence of bytes and the other way round, so what was hashed can be checked by writing it again.
Nothing is normalised here: what is not canonical is refused.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import NoReturn

from service.domain.errors import N_, InvalidInput

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

MAX_SAFE_INTEGER = 2**53 - 1
"""The largest integer that every reader of JSON keeps exactly."""

MAX_DEPTH = 64

_DOMAIN = re.compile(r"[a-z]+(\.[a-z0-9]+)+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def encode(value: object) -> bytes:
    """The bytes of null, booleans, integers up to LARGEST, strings, lists, tuples and mappings with ASCII keys.

    Raises Malformed `not_canonical` for anything else, and beyond DEEPEST levels.
    """
    return json.dumps(
        _check_value(value, MAX_DEPTH), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def decode(data: bytes) -> Json:
    """The value of canonical bytes. Raises Malformed `not_canonical` where writing the value again gives others."""
    try:
        value: Json = json.loads(data.decode(), parse_float=_reject_token, parse_constant=_reject_token)
    except (ValueError, RecursionError):
        raise _not_canonical("not JSON") from None
    if encode(value) != data:
        raise _not_canonical("written otherwise")
    return value


def digest(domain: str, value: object) -> str:
    """SHA-256 of the line `domain` and the bytes of `value`, in lower-case hexadecimal.

    The domain keeps digests of different things apart: `mithaq.version.v1`.
    """
    return digest_bytes(domain, encode(value))


def digest_bytes(domain: str, data: bytes) -> str:
    """SHA-256 of the line `domain` and `data`, in lower-case hexadecimal."""
    if not _DOMAIN.fullmatch(domain):
        raise ValueError(f"{domain!r} is no domain line")
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
