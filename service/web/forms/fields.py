"""Parsing of single form fields and query parameters."""

from service.domain.errors import N_, Malformed
from service.i18n import LANGUAGES
from service.web.http.context import Form
from service.web.http.pagination import is_number


def optional_number(value: str) -> int | None:
    return int(value) if is_number(value) else None


def numbered(value: str) -> int:
    """A version’s number as an address gives it. Raises Malformed `bad_number`."""
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise Malformed("bad_number", N_("A version is named by its number."))
    return int(value)


PLAIN_NUMBER = 18
"""Digits."""


def number(form: Form, name: str) -> int:
    """A whole number of a form. Raises Malformed `bad_form`."""
    given = form.get(name, "")
    if not given.isascii() or not given.isdigit() or len(given) > PLAIN_NUMBER:
        raise Malformed("bad_form", N_("This form could not be read."))
    return int(given)


def names_of(form: Form) -> dict[str, str]:
    """The names typed into the fields of a form, by language; empty ones are left out."""
    typed = {lang: form.get(f"name_{lang}", "").strip() for lang in LANGUAGES}
    return {lang: name for lang, name in typed.items() if name}
