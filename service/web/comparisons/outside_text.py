"""Facts outside the text that changed, in the words of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.documents.outside_text import OutsideChange
from service.domain.errors import N_
from service.domain.text.redline.short_values import ValueLine, compare_values
from service.domain.text.structure.numbering import AUTOMATIC, TYPED
from service.web.rendering import labels
from service.web.rendering.formatting import LocaleFormatter

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

CODE_LABELS: Mapping[str, Mapping[str, str]] = {
    "kind": labels.KINDS,
    "issued_by": {
        "coalition": N_("Issued by the coalition"),
        "signatories": N_("Issued by those who sign it"),
    },
    "authentic": labels.TEXTS,
    "numbered_paragraphs": {"numbered": N_("Numbered in the files")},
    "numbering": {TYPED: N_("Typed in the text"), AUTOMATIC: N_("Added automatically")},
}
"""Labels of the values that are codes, by fact."""


@dataclass(frozen=True)
class ShownChange:
    """A fact that changed: the message id of its label, the language of its value ("": the page's), and its redline."""

    fact: str
    lang: str
    label: str
    lines: Sequence[ValueLine]


def shown_changes(changes: Sequence[OutsideChange], *, formatter: LocaleFormatter) -> list[ShownChange]:
    """Return changes as the page shows them."""
    return [
        ShownChange(
            one.fact,
            one.lang,
            FACT_LABELS[one.fact],
            compare_values(_in_words(one.fact, one.old, formatter), _in_words(one.fact, one.new, formatter)),
        )
        for one in changes
    ]


def _in_words(fact: str, value: Sequence[str], formatter: LocaleFormatter) -> Sequence[str]:
    if fact not in CODE_LABELS:
        return value
    return [formatter.translate(CODE_LABELS[fact].get(code, code)).striptags() for code in value]
