"""Parsing of single form fields and query parameters."""

from service.domain.errors import N_, InvalidInput
from service.web.http.context import Form
from service.web.http.pagination import is_number


def optional_int(value: str) -> int | None:
    """Parse a whole number; None if it is not one."""
    return int(value) if is_number(value) else None


def parse_version_number(value: str) -> int:
    """Parse the number of a version in a URL, at most nine digits. Raises InvalidInput `bad_number`."""
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise InvalidInput("bad_number", N_("Give the number of the version."))
    return int(value)


MAX_DIGITS = 18
"""Digits that fit a signed 64-bit integer."""


def int_field(form: Form, name: str) -> int:
    """Parse a whole number of a form. Raises InvalidInput `bad_form`."""
    value = form.get(name, "")
    if not value.isascii() or not value.isdigit() or len(value) > MAX_DIGITS:
        raise InvalidInput("bad_form", N_("This form could not be read."))
    return int(value)
