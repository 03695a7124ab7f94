"""Front matter of a document: what is printed before its text, beside the title."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.actions.validation import MAX_NAME_LENGTH, validate_language, validate_printable_line
from service.domain.errors import N_, InvalidInput, at_field

MAX_ADDRESSEES = 12

MAX_REFERENCE_LENGTH = 40
"""Code points."""


def validate_front_matter(front: Mapping[str, Any]) -> dict[str, Any]:
    """Return {"v": 1, "place": {lang: …}, "addressees": {lang: […]}}, and what is set of the newer fields.

    These are `reference`, the symbol or number of the document, and `numbered_paragraphs`, true if its paragraphs are
    numbered in print. Raises InvalidInput for anything else.
    """
    unknown = set(front) - {"v", "place", "addressees", "reference", "numbered_paragraphs"}
    if unknown:
        raise InvalidInput("unknown_field", N_("There is no field “{name}”."), name=sorted(unknown)[0])
    place = {
        validate_language(lang): _validate_lines([text], field=f"place_{lang}")[0]
        for lang, text in _nonempty_items(front, "place")
    }
    addressees = {
        validate_language(lang): _validate_lines(lines[:MAX_ADDRESSEES], field=f"addressees_{lang}")
        for lang, lines in _nonempty_items(front, "addressees")
    }
    return {"v": 1, "place": place, "addressees": addressees, **_set_fields(front)}


def _set_fields(front: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields newer than release 0.1, except those at their defaults, which terms of older rounds lack."""
    found: dict[str, Any] = {}
    reference = str(front.get("reference") or "").strip()
    if reference:
        found["reference"] = _validate_lines([reference], field="reference", limit=MAX_REFERENCE_LENGTH)[0]
    if front.get("numbered_paragraphs"):
        found["numbered_paragraphs"] = True
    return found


def _validate_lines(lines: Sequence[str], *, field: str, limit: int = MAX_NAME_LENGTH) -> list[str]:
    with at_field(field):
        return [validate_printable_line(line, limit=limit) for line in lines]


def _nonempty_items(front: Mapping[str, Any], field: str) -> list[tuple[str, Any]]:
    return [(lang, value) for lang, value in dict(front.get(field) or {}).items() if value]
