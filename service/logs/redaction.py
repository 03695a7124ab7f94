"""What a log line may say: no values of rows or forms, no addresses of people, no passwords, no control characters.

Drivers and libraries put values into the messages of their errors. An error is therefore described here, by its class
and by what is known to name no value; what cannot be known is masked.
"""

import re
from collections.abc import Callable, Mapping

from service.domain.errors import DomainError

MAX_LINE = 2000
"""Characters of a message."""

MASK = "…"

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

_SCRUBBED = (
    # user and password of a URL, then what may be secret in its query or fragment
    (re.compile(r"\b([a-z][a-z0-9+.-]*://)[^\s'\"]*@", re.IGNORECASE), rf"\1{MASK}@"),
    (re.compile(r"\b([a-z][a-z0-9+.-]*://[^\s?#'\"]*)[?#][^\s'\"]+", re.IGNORECASE), rf"\1?{MASK}"),
    # what PostgreSQL, SQLAlchemy and pydantic say of values
    (re.compile(r"(DETAIL:|Failing row contains|\bKey \(|\[SQL:|\[parameters:|\binput_value=).*", re.DOTALL), MASK),
    # API tokens
    (re.compile(r"\bmtq_[A-Za-z0-9_-]+"), f"mtq_{MASK}"),
    # email addresses
    (re.compile(r"[^\s@<>()\[\],;:={}/]+@[^\W_][\w-]*(?:\.[\w-]+)+"), f"{MASK}@{MASK}"),
)

_QUOTED = re.compile(r"['\"].*['\"]", re.DOTALL)

_OWN = ("service", "workers")

_NAMES_NO_VALUE = (*_OWN, "redis", "kombu", "celery", "amqp", "sqlite3", "ssl", "asyncio", "websockets")
"""Packages whose errors quote names only: of columns, files, hosts."""

_DATA_CLASSES = ("22", "23")
"""Classes of SQLSTATE whose messages contain values: data exceptions and violated constraints."""


def escape_line(text: str) -> str:
    """Return `text` without line breaks and other control characters, at most MAX_LINE characters long."""
    cut = text if len(text) <= MAX_LINE else text[:MAX_LINE] + MASK
    return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", cut)


def scrub(text: str) -> str:
    """Return `text` with passwords in URLs, email addresses and quoted values of rows masked."""
    for pattern, replacement in _SCRUBBED:
        text = pattern.sub(replacement, text)
    return text


def describe_error(error: BaseException) -> str:
    """Describe an error in one line, without values that people or other programs supplied."""
    package = type(error).__module__.partition(".")[0]
    original = getattr(error, "orig", None)
    if package == "sqlalchemy" and isinstance(original, BaseException):
        return describe_error(original)
    name = type(error).__name__ if package in ("builtins", *_OWN) else f"{package}.{type(error).__name__}"
    words = _DESCRIBED.get(package, _describe_other)(error)
    return escape_line(scrub(f"{name}: {words}" if words else name))


def _describe_psycopg(error: BaseException) -> str:
    state = getattr(error, "sqlstate", None) or ""
    if not state or state[:2] not in _DATA_CLASSES:
        return _first_line(error)
    named = {name: getattr(getattr(error, "diag", None), f"{name}_name", None) for name in ("constraint", "column")}
    return " ".join([f"SQLSTATE {state}", *(f"{name} {value}" for name, value in named.items() if value)])


def _describe_pydantic(error: BaseException) -> str:
    errors = getattr(error, "errors", None)
    if errors is None:
        return ""
    return ", ".join(str(one["type"]) for one in errors(include_url=False, include_context=False, include_input=False))


def _describe_own(error: BaseException) -> str:
    """An error of ours; the places of its sentence are not filled in, for they hold what people wrote."""
    return f"{error.code}: {error.sentence}" if isinstance(error, DomainError) else str(error)


def _describe_other(error: BaseException) -> str:
    package = type(error).__module__.partition(".")[0]
    first = _first_line(error)
    return first if isinstance(error, OSError) or package in _NAMES_NO_VALUE else _QUOTED.sub(f"'{MASK}'", first)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]


_DESCRIBED: Mapping[str, Callable[[BaseException], str]] = {
    "psycopg": _describe_psycopg,
    "pydantic_core": _describe_pydantic,
    "service": _describe_own,
    "workers": _describe_own,
}
"""How errors of a package are described."""
