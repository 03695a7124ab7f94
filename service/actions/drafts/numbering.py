"""Numbering schemes of editions, and texts without redundant typed numbers."""

from service.domain.text.markup.canonical import canonicalise_entry
from service.domain.text.structure.numbering import NumberingScheme, numbering_scheme, strip_redundant_numbers
from service.domain.text.structure.provisions import Digits
from service.i18n import get_language
from service.store.db import Tx
from service.store.membership import organisations as organisations_store


def get_numbering_scheme(tx: Tx, *, kind: str, numbering: str, lang: str) -> NumberingScheme | None:
    """Return the numbering scheme, with the coalition's digits; None if numbers are typed."""
    coalition = organisations_store.get_coalition(tx)
    coalition_digits = coalition.settings.get("digits", {}).get(lang) if coalition else None
    digits: Digits = "arab" if (coalition_digits or get_language(lang).digits) == "arab" else "latn"
    return numbering_scheme(numbering, lang=lang, kind=kind, digits=digits)


def strip_typed_numbers(text: str, numbering_scheme: NumberingScheme | None) -> str:
    """Return a text on entry; with automatic numbering, without typed numbers equal to the automatic ones."""
    return strip_redundant_numbers(canonicalise_entry(text).text, numbering_scheme) if numbering_scheme else text
