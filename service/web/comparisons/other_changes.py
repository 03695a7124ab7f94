"""What differs between two versions besides the text that is shown: other texts, and what they are signed as."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.domain.errors import N_
from service.domain.text.structure.numbering import AUTOMATIC
from service.web.comparisons.navigation import ComparedText
from service.web.http.context import RequestContext
from service.web.rendering import labels
from service.web.texts.redline_fragment import compare_texts, summarize_counts

ISSUERS: Mapping[str, str] = {
    "coalition": N_("The coalition"),
    "signatories": N_("The signatories"),
}
NUMBERINGS: Mapping[bool, str] = {True: N_("Numbered automatically"), False: N_("Typed numbers")}


@dataclass(frozen=True)
class OtherText:
    """A text in another language that differs: its titles if they do, and its changes in one sentence."""

    lang: str
    titles: tuple[str, str] | None
    summary: Markup


@dataclass(frozen=True)
class ChangedFact:
    """A fact about the document that differs; both values as they are shown."""

    label: Markup
    old: Markup
    new: Markup


def other_texts(
    context: RequestContext, olds: Mapping[str, ComparedText], news: Mapping[str, ComparedText], *, lang: str
) -> list[OtherText]:
    """Return the other texts that differ, in title, text or numbering, or that only one side has."""
    empty = ComparedText(None, "", "")
    found = []
    for code in sorted({*olds, *news} - {lang}):
        old, new = olds.get(code, empty), news.get(code, empty)
        if (old.title, old.text, old.numbering) == (new.title, new.text, new.numbering):
            continue
        titles = (old.title, new.title) if old.title != new.title else None
        counts = compare_texts(context.tx, old.numbered_text, new.numbered_text).counts
        found.append(OtherText(code, titles, summarize_counts(counts, formatter=context.formatter)))
    return found


def changed_facts(context: RequestContext, old: Version | Document, new: Version | Document) -> list[ChangedFact]:
    """Return what differs of kind, issuer, official texts and numbering."""
    translate = context.formatter.translate
    rows: Sequence[tuple[str, str, str]] = [
        (N_("Kind"), labels.KINDS[old.kind], labels.KINDS[new.kind]),
        (N_("Issued by"), ISSUERS[old.issued_by], ISSUERS[new.issued_by]),
        (N_("Numbers"), NUMBERINGS[old.numbering == AUTOMATIC], NUMBERINGS[new.numbering == AUTOMATIC]),
    ]
    facts = [
        ChangedFact(translate(label), translate(before), translate(after))
        for label, before, after in rows
        if before != after
    ]
    officials = [_official_texts(context, one) for one in (old, new)]
    if officials[0] != officials[1]:
        facts.append(ChangedFact(translate(N_("Official texts")), *officials))
    return facts


def _official_texts(context: RequestContext, one: Version | Document) -> Markup:
    names = [context.formatter.translate(labels.TEXTS[code]) for code in sorted(one.authentic)]
    return context.formatter.join_facts(*names)
