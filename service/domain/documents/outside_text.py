"""What is printed or decided outside the texts of a document, and what of it changed between two moments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.documents.document import Document
from service.domain.documents.version import Version

FRONT_FACTS = ("reference", "place", "addressees", "numbered_paragraphs")
FACTS = ("title", "kind", "issued_by", "authentic", *FRONT_FACTS, "numbering")
"""Every fact, in the order in which changes are listed."""


@dataclass(frozen=True, slots=True)
class OutsideText:
    """Facts outside the texts; `front` is the front matter, None if it is not known."""

    titles: Mapping[str, str]
    kind: str
    issued_by: str
    authentic: Sequence[str]
    numbering: str
    front: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class OutsideChange:
    """A fact that changed, in lines; `lang` is the language of a value that has one, else ""."""

    fact: str
    lang: str
    old: tuple[str, ...]
    new: tuple[str, ...]


def outside_of_draft(document: Document) -> OutsideText:
    """Return what is outside the texts of the draft."""
    titles = {lang: edition.title for lang, edition in document.editions.items()}
    return OutsideText(
        titles, document.kind, document.issued_by, document.authentic, document.numbering, document.front
    )


def outside_of_version(version: Version, front: Mapping[str, Any] | None) -> OutsideText:
    """Return what is outside the texts of a version that has this front matter."""
    titles = {lang: edition.title for lang, edition in version.editions.items()}
    return OutsideText(titles, version.kind, version.issued_by, version.authentic, version.numbering, front)


def outside_changes(old: OutsideText, new: OutsideText, *, lang: str) -> list[OutsideChange]:
    """Return the facts that changed, in the order of FACTS, those in `lang` before those in other languages.

    The title of a text that only one side has is no change of its own, and front matter that is not known is none.
    """
    before, after = (dict(_facts(side)) for side in (old, new))
    known = old.front is not None and new.front is not None
    keys = {
        key
        for key in {*before, *after}
        if before.get(key) != after.get(key)
        and (known or key[0] not in FRONT_FACTS)
        and (key[0] != "title" or (key in before and key in after))
    }
    return [
        OutsideChange(*key, before.get(key, ()), after.get(key, ()))
        for key in sorted(keys, key=lambda key: (FACTS.index(key[0]), key[1] != lang, key[1]))
    ]


def _facts(side: OutsideText) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    front = side.front or {}
    by_language = {
        "title": {code: (title,) for code, title in side.titles.items() if title},
        "place": {code: (place,) for code, place in (front.get("place") or {}).items() if place},
        "addressees": {code: tuple(lines) for code, lines in (front.get("addressees") or {}).items() if lines},
    }
    for fact, values in by_language.items():
        yield from (((fact, code), lines) for code, lines in values.items())
    yield ("kind", ""), (side.kind,)
    yield ("issued_by", ""), (side.issued_by,)
    yield ("authentic", ""), tuple(sorted(side.authentic))
    yield ("numbering", ""), (side.numbering,)
    if front.get("reference"):
        yield ("reference", ""), (str(front["reference"]),)
    if front.get("numbered_paragraphs"):
        yield ("numbered_paragraphs", ""), ("numbered",)
