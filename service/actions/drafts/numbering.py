"""How the provisions of an edition are numbered, and texts without the numbers they read with anyway."""

from service.domain.text.markup.canonical import entry
from service.domain.text.structure.numbering import Scheme, scheme, unnumbered
from service.domain.text.structure.provisions import Digits
from service.i18n import language
from service.store.db import Tx
from service.store.membership import organisations as organisations_store


def numbers_of(tx: Tx, *, kind: str, numbering: str, lang: str) -> Scheme | None:
    """With the coalition's digits; None where the numbers are typed."""
    coalition = organisations_store.the_coalition(tx)
    own = coalition.settings.get("digits", {}).get(lang) if coalition else None
    digits: Digits = "arab" if (own or language(lang).digits) == "arab" else "latn"
    return scheme(numbering, lang=lang, kind=kind, digits=digits)


def bare(text: str, by: Scheme | None) -> str:
    """A text on entry; with automatic numbers, without the typed ones that are the same."""
    return unnumbered(entry(text).text, by) if by else text
