"""What changed outside the text between two sides of a comparison: titles, front matter, kind, issuer and numbering."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.domain.endorsement.round import Round
from service.domain.errors import N_
from service.domain.text.redline.short_values import ValueLine, compare_values
from service.domain.text.structure.numbering import AUTOMATIC, TYPED
from service.store.endorsement import rounds as rounds_store
from service.web.http.context import RequestContext
from service.web.rendering import labels
from service.web.rendering.formatting import LocaleFormatter

ISSUERS: Mapping[str, str] = {
    "coalition": N_("Issued by the coalition"),
    "signatories": N_("Issued by those who sign it"),
}
NUMBERINGS: Mapping[str, str] = {TYPED: N_("Typed in the text"), AUTOMATIC: N_("Added automatically")}

FACT_LABELS: Mapping[str, str] = {
    "title": N_("Title"),
    "kind": N_("Kind of document"),
    "issued_by": N_("Issuer"),
    "authentic": N_("Official texts"),
    "reference": N_("Reference of the document"),
    "place": N_("Place"),
    "addressees": N_("Addressees"),
    "numbered_paragraphs": N_("Paragraphs"),
    "numbering": N_("Numbers of articles"),
}
"""Label by fact, in the order of the page."""

FactKey = tuple[str, str]
"""A fact and the language of its value; "" for a value in the language of the page."""


@dataclass(frozen=True)
class OutsideText:
    """What is printed or decided outside the texts of one side; `front` is None if it is not known."""

    titles: Mapping[str, str]
    kind: str
    issued_by: str
    authentic: Sequence[str]
    numbering: str
    front: Mapping[str, Any] | None


@dataclass(frozen=True)
class OutsideChange:
    """A fact that changed; `lang` is the language of its value, "" for that of the page."""

    fact: str
    lang: str
    old: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def label(self) -> str:
        """The message id of its label."""
        return FACT_LABELS[self.fact]

    @property
    def lines(self) -> list[ValueLine]:
        """Its redline."""
        return compare_values(self.old, self.new)


def outside_of_draft(document: Document) -> OutsideText:
    """Return what is outside the texts of the draft."""
    titles = {lang: edition.title for lang, edition in document.editions.items()}
    return OutsideText(
        titles, document.kind, document.issued_by, document.authentic, document.numbering, document.front
    )


def outside_of_version(context: RequestContext, document: Document, version: Version, *, newest: int) -> OutsideText:
    """Return what is outside the texts of a version.

    Its front matter is that of its last round. Without a round, the newest version has that of the document, which its
    round would take; that of an older one is not known.
    """
    rounds = [one for one in rounds_store.list_by_document(context.tx, document.id) if one.version == version.id]
    front = front_of_round(rounds[-1]) if rounds else None
    if front is None and version.number == newest:
        front = document.front
    return outside_with_front(version, front)


def outside_with_front(version: Version, front: Mapping[str, Any] | None) -> OutsideText:
    """Return what is outside the texts of a version that has this front matter."""
    titles = {lang: edition.title for lang, edition in version.editions.items()}
    return OutsideText(titles, version.kind, version.issued_by, version.authentic, version.numbering, front)


def front_of_round(round_: Round) -> Mapping[str, Any] | None:
    """Return the front matter that a round fixed; None for a round of an earlier format."""
    return round_.terms.front if round_.terms else None


def outside_changes(
    old: OutsideText, new: OutsideText, *, lang: str, formatter: LocaleFormatter
) -> list[OutsideChange]:
    """Return the facts that changed, in the order of FACT_LABELS, those in `lang` before those in other languages.

    The title of a text that only one side has is no change of its own.
    """
    before, after = (dict(_facts(side, formatter)) for side in (old, new))
    known = old.front is not None and new.front is not None
    keys = {
        key
        for key in (*before, *after)
        if before.get(key) != after.get(key)
        and (known or key[0] not in ("reference", "place", "addressees", "numbered_paragraphs"))
        and (key[0] != "title" or (key in before and key in after))
    }
    order = list(FACT_LABELS)
    return [
        OutsideChange(*key, before.get(key, ()), after.get(key, ()))
        for key in sorted(keys, key=lambda key: (order.index(key[0]), key[1] != lang, key[1]))
    ]


def _facts(side: OutsideText, formatter: LocaleFormatter) -> Iterator[tuple[FactKey, tuple[str, ...]]]:
    for code, title in side.titles.items():
        if title:
            yield ("title", code), (title,)
    yield ("kind", ""), (_say(formatter, labels.KINDS.get(side.kind, side.kind)),)
    yield ("issued_by", ""), (_say(formatter, ISSUERS.get(side.issued_by, side.issued_by)),)
    yield ("authentic", ""), tuple(_say(formatter, labels.TEXTS.get(one, one)) for one in sorted(side.authentic))
    yield ("numbering", ""), (_say(formatter, NUMBERINGS.get(side.numbering, side.numbering)),)
    yield from _front_facts(side.front or {}, formatter)


def _front_facts(front: Mapping[str, Any], formatter: LocaleFormatter) -> Iterator[tuple[FactKey, tuple[str, ...]]]:
    if front.get("reference"):
        yield ("reference", ""), (str(front["reference"]),)
    for code, place in dict(front.get("place") or {}).items():
        if place:
            yield ("place", code), (place,)
    for code, lines in dict(front.get("addressees") or {}).items():
        if lines:
            yield ("addressees", code), tuple(lines)
    if front.get("numbered_paragraphs"):
        yield ("numbered_paragraphs", ""), (_say(formatter, N_("Numbered in the files")),)


def _say(formatter: LocaleFormatter, message: str) -> str:
    return formatter.translate(message).striptags()
