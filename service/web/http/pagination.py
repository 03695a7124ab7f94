"""Keyset pagination: opaque cursors that encode a `seq`."""

import base64
import binascii
from collections.abc import Mapping

from service.domain.errors import N_, InvalidInput

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
MAX_DIGITS = 18
"""Digits that fit a signed 64-bit integer."""


def page_window(query: Mapping[str, str]) -> tuple[int, int]:
    """Return (after, limit) of a list. Raises InvalidInput `bad_cursor`, `bad_limit`."""
    limit = query.get("limit", str(DEFAULT_LIMIT))
    if not is_number(limit) or not 1 <= int(limit) <= MAX_LIMIT:
        raise InvalidInput("bad_limit", N_("A page can show 1 to {most} entries."), most=MAX_LIMIT)
    return (_decode_cursor(query["cursor"]) if query.get("cursor") else 0), int(limit)


def is_number(value: str) -> bool:
    """Whether `value` is a whole number in ASCII digits that the database can hold."""
    return value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS


def next_cursor(seqs: list[int], limit: int) -> str | None:
    """Return the cursor of the next page; None on the last page."""
    if len(seqs) < limit:
        return None
    return base64.urlsafe_b64encode(f"seq:{seqs[-1]}".encode()).decode().rstrip("=")


def _decode_cursor(value: str) -> int:
    try:
        decoded = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        decoded = ""
    number = decoded.removeprefix("seq:")
    if not decoded.startswith("seq:") or not is_number(number):
        raise InvalidInput("bad_cursor", N_("Unknown page cursor."))
    return int(number)
