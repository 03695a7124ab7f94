"""The outline of an edition: its provisions and, for users who may edit it, lint warnings by provision."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from markupsafe import Markup
from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import save
from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.domain.policy import Resource
from service.domain.text.markup.canonical import canonicalise
from service.domain.text.review.edition_report import (
    EditionReport,
    SinceVersion,
    report_edition,
    report_left_behind,
    report_unmatched,
    warnings_by_provision,
)
from service.domain.text.review.outline_lint import LintWarning
from service.domain.text.structure.outline import Provision
from service.store.documents import versions as versions_store
from service.web.documents.outline_sentences import WARNING_SENTENCES
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.rendering import labels
from service.web.rendering.lru_cache import LruCache
from service.web.shell.document_page import render_document_page
from service.web.texts.redline_fragment import NumberedText, compare_texts
from service.web.texts.selection import chosen_language, is_draft_shown, numbering_of

_QUOTING_KINDS = (
    "reference_broken",
    "provision_unknown",
    "note_missing",
    "note_uncalled",
    "term_before_definition",
    "term_unused",
    "reference_typed",
)
"""Kinds that concern words within a line; these are shown with an excerpt."""

EXCERPT_LENGTH = 48
"""Code points of the line shown on each side of those words."""


@dataclass(frozen=True)
class OutlineWarning:
    """A warning as displayed: its message and the words concerned, with their context."""

    sentence: Markup
    before: str = ""
    words: str = ""
    after: str = ""


@dataclass(frozen=True)
class OutlineRow:
    """A provision with its warnings; `level` counts from 1."""

    level: int
    title: str
    href: str
    warnings: Sequence[OutlineWarning]


@page
def show_outline(context: RequestContext) -> Response:
    """Serve `/documents/{document}/outline?lang`: of the draft if the user is shown it, else of the newest version."""
    found = authorization.load_document(context.tx, context.user, "document.read", context.path_param("document"))
    lang = chosen_language(context, sorted(found.editions), authentic=found.authentic)
    shows_live_draft, last = is_draft_shown(context, found), versions_store.get_latest(context.tx, found.id)
    reports = _DocumentReports(context, found, last, shows_live_draft)
    its = reports.current(lang)
    resource = Resource(document=found.id, state=found.state, ever_shared=found.ever_shared)
    shows_warnings = shows_live_draft and its is not None and context.may("draft.save", resource)
    rows = _outline_rows(context, found, reports, lang, shows_warnings=shows_warnings)
    return render_document_page(
        context,
        found,
        "documents/outline.html",
        tab="text",
        lang=lang,
        version=None if shows_live_draft else last,
        empty=its is None,
        advises=shows_warnings,
        rows=rows,
        count=sum(len(row.warnings) for row in rows),
        missing=_missing_counterparts(found, reports, lang) if shows_warnings else {},
    )


def report_size(found: EditionReport) -> int:
    """Estimate the size of a report in the cache, in code points."""
    return len(found.text) + 200 * (len(found.provisions) + len(found.warnings))


_report_cache: LruCache[EditionReport] = LruCache(max_size=8_000_000, size_of=report_size)


def cached_report(text: NumberedText) -> EditionReport:
    """Return the report of a text from the LRU cache, keyed by its SHA-256 and numbering."""
    return _report_cache.get_or_create(
        (sha256(text.text.encode()).digest(), text.numbering), lambda: report_edition(text.text, scheme=text.numbering)
    )


@dataclass(frozen=True)
class _DocumentReports:
    """The reports of the editions of a document."""

    context: RequestContext
    document: Document
    last: Version | None
    shows_live_draft: bool

    def text(self, lang: str) -> NumberedText | None:
        if not self.shows_live_draft:
            return self.version_text(lang)
        opened = save.read(self.context.tx, self.context.user, document_id=self.document.id, lang=lang)
        return NumberedText(canonicalise(opened.text).text, numbering_of(self.context, self.document, lang))

    def version_text(self, lang: str) -> NumberedText | None:
        """Return the text of the newest version; None without a version or without that language."""
        its = self.last.editions.get(lang) if self.last else None
        return NumberedText(its.text, numbering_of(self.context, self.last, lang)) if its and self.last else None

    def current(self, lang: str) -> EditionReport | None:
        text = self.text(lang)
        return cached_report(text) if text else None

    def since(self, lang: str) -> SinceVersion | None:
        version_text, now = self.version_text(lang), self.text(lang)
        return (
            SinceVersion(cached_report(version_text), compare_texts(self.context.tx, version_text, now).redline)
            if version_text and now
            else None
        )

    def others(self, lang: str) -> Iterator[tuple[str, EditionReport]]:
        """Yield language and report of the other editions that are not blank."""
        for other in self.document.editions:
            other_report = self.current(other) if other != lang else None
            if other_report and other_report.text.strip():
                yield other, other_report


def _outline_rows(
    context: RequestContext, document: Document, reports: _DocumentReports, lang: str, *, shows_warnings: bool
) -> list[OutlineRow]:
    its = reports.current(lang)
    if its is None:
        return []
    warnings = list(_warnings(context, reports, its, lang)) if shows_warnings else []
    lint_warnings_by_place = dict(warnings_by_provision(its, [warning for warning, _ in warnings]))
    sentences = {id(warning): sentence for warning, sentence in warnings}
    warnings_by_place = {
        place: [sentences[id(warning)] for warning in found] for place, found in lint_warnings_by_place.items()
    }
    top = (
        [OutlineRow(1, "", f"/documents/{document.id}?lang={lang}", warnings_by_place[-1])]
        if -1 in warnings_by_place
        else []
    )
    top_level = min((provision.level for provision in its.provisions), default=1)
    return top + [
        OutlineRow(
            one.level - top_level + 1,
            one.title or one.label,
            _href(document, lang, place, one),
            warnings_by_place.get(place, []),
        )
        for place, one in enumerate(its.provisions)
    ]


def _warnings(
    context: RequestContext, reports: _DocumentReports, its: EditionReport, lang: str
) -> Iterator[tuple[LintWarning, OutlineWarning]]:
    """Yield every warning about an edition, also those from comparing it with others, with its displayed form."""
    for warning in its.warnings:
        yield warning, _warning(context, warning, its, lang)
    for other, other_report in reports.others(lang):
        name = context.formatter.translate(labels.TEXTS[other])
        for warning in report_unmatched(its, other_report)[0]:
            yield warning, OutlineWarning(context.formatter.translate(WARNING_SENTENCES[warning.kind], text=name))
        since = reports.since(lang), reports.since(other)
        if reports.last and since[0] and since[1]:
            for warning in report_left_behind(its, other_report, since=(since[0], since[1])):
                yield (
                    warning,
                    OutlineWarning(
                        context.formatter.translate(
                            WARNING_SENTENCES[warning.kind], number=reports.last.number, text=name
                        )
                    ),
                )


def _warning(context: RequestContext, warning: LintWarning, its: EditionReport, lang: str) -> OutlineWarning:
    words = its.text[warning.start : warning.end]
    named = words if warning.kind == "provision_unknown" else warning.subject
    sentence = context.formatter.translate(
        WARNING_SENTENCES[warning.kind], named=context.formatter.isolate(named, lang=lang)
    )
    if warning.kind not in _QUOTING_KINDS:
        return OutlineWarning(sentence)
    line = its.text.rfind("\n", 0, warning.start) + 1
    end = its.text.find("\n", warning.end)
    before = its.text[max(line, warning.start - EXCERPT_LENGTH) : warning.start]
    after = its.text[warning.end : min(end if end >= 0 else len(its.text), warning.end + EXCERPT_LENGTH)]
    return OutlineWarning(sentence, before, words, after)


def _missing_counterparts(document: Document, reports: _DocumentReports, lang: str) -> dict[str, list[OutlineRow]]:
    """Return, by language, the provisions of other editions that have no counterpart in this one."""
    its = reports.current(lang)
    found: dict[str, list[OutlineRow]] = {}
    for other, other_report in reports.others(lang) if its and its.text.strip() else ():
        starts = {warning.start for warning in report_unmatched(its, other_report)[1]} if its else set()
        unmatched = [(place, one) for place, one in enumerate(other_report.provisions) if one.span[0] in starts]
        rows = [
            OutlineRow(1, one.title or one.label, _href(document, other, place, one), ()) for place, one in unmatched
        ]
        found |= {other: rows} if rows else {}
    return found


def _href(document: Document, lang: str, place: int, provision: Provision) -> str:
    """Return the link to a provision on the page of its document."""
    anchor = f"h-{provision.id}" if provision.id else f"o-{place + 1}"
    return f"/documents/{document.id}?lang={lang}#t-{anchor}"
