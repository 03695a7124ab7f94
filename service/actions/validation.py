"""Validation of input shared by several actions.

Text for print must be printable; otherwise it could be approved and never become a PDF.
"""

import hashlib
from collections.abc import Mapping

from service.domain.accounts.addresses import MAX_ADDRESS_LENGTH, parse_address
from service.domain.errors import N_, Conflict, InvalidInput, at_field
from service.domain.text.markup.canonical import canonical_name, canonicalise
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.printable import first_unprintable
from service.domain.text.structure.instruments import unknown_citations
from service.domain.text.structure.outline import build_outline
from service.files.script_fonts import available_scripts
from service.i18n import LANGUAGES, get_language

MAX_TITLE_LENGTH = 300
"""Code points."""

MAX_NAME_LENGTH = 200
"""Code points."""


def validate_printable_line(text: str, *, limit: int) -> str:
    """Return a name, title or line as `canonical_name` makes it. Raises also `InvalidInput` `unprintable_character`."""
    return check_printable(canonical_name(text, limit=limit))


def validate_printable_text(text: str) -> str:
    """Return a text of several lines, canonical and trimmed. Raises also `InvalidInput` `unprintable_character`."""
    return check_printable(canonicalise(text).text.strip())


def check_printable(text: str, *, lang: str = "") -> str:
    """Return `text` if the print fonts have every character. Raises `InvalidInput` `unprintable_character`."""
    found = first_unprintable(text, scripts=available_scripts())
    if found:
        location: dict[str, object] = {"line": found.line, "column": found.column}
        raise InvalidInput(
            "unprintable_character",
            N_("“{character}” cannot be printed (line {line}, column {column}). Replace it first."),
            extra=location | ({"lang": lang} if lang else {}),
            character=found.character,
            line=found.line,
            column=found.column,
        )
    return text


def check_ready_to_print(title: str, text: str, *, lang: str) -> None:
    """Check that every character has a glyph and every reference a target.

    Raises `InvalidInput` `unprintable_character`, `Conflict` `broken_reference`.
    """
    with at_field("title"):
        check_printable(title, lang=lang)
    with at_field("text"):
        check_printable(text, lang=lang)
    tree = parse_markup(text)
    broken_references = (*build_outline(tree).broken, *unknown_citations(tree))
    if broken_references:
        raise Conflict(
            "broken_reference",
            N_("These references point to headings that do not exist: {targets}. Correct them first."),
            extra={"lang": lang, "targets": list(broken_references)},
            field="text",
            targets=broken_references,
        )


def validate_title(title: str) -> str:
    """Return a document title, as `validate_printable_line` does."""
    return validate_printable_line(title, limit=MAX_TITLE_LENGTH)


def secret_sha256(secret: str) -> str:
    """Return the digest under which an API token or session id is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def validate_names(names: Mapping[str, str], *, field: str = "name") -> dict[str, str]:
    """Return names in at least one supported language. Raises `InvalidInput`.

    `field` is the prefix of their form fields: `name` for `name_ar`, `name_en` …
    """
    validated = {}
    for lang, name in names.items():
        if name:
            with at_field(f"{field}_{lang}"):
                validated[validate_language(lang)] = canonical_name(name, limit=MAX_NAME_LENGTH)
    if not validated:
        first_field = f"{field}_{next(iter(LANGUAGES))}"
        raise InvalidInput("no_name", N_("Enter a name in at least one language."), field=first_field)
    return validated


def validate_language(lang: str) -> str:
    """Return `lang`. Raises `InvalidInput` `unknown_language`."""
    return get_language(lang).code


def validate_email(email: str) -> str:
    """Return the normal form of an email address. Raises `InvalidInput` `bad_email`."""
    return parse_address(canonical_name(email, limit=MAX_ADDRESS_LENGTH))
