"""Parsing of single form fields and query parameters."""

from service.domain.errors import N_, InvalidInput
from service.web.http.pagination import is_number


def optional_int(value: str) -> int | None:
    """Parse a whole number; None if it is not one."""
    return int(value) if is_number(value) else None


def parse_version_number(value: str) -> int:
    """Parse the number of a version in a URL, at most nine digits. Raises InvalidInput `bad_number`."""
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise InvalidInput("bad_number", N_("Give the number of the version."))
    return int(value)
