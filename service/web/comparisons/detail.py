"""Page: comparison of two versions of a document, or of a version with the draft."""

from collections.abc import Mapping

from markupsafe import Markup
from starlette.responses import Response

from service.actions import authorization
from service.actions.documents.outside_text import load_outside_of_version
from service.actions.drafts import save
from service.domain.documents.document import Document
from service.domain.documents.outside_text import OutsideText, outside_changes, outside_of_draft
from service.domain.documents.version import Version
from service.domain.errors import N_
from service.domain.text.redline.by_provision import ChangeCounts
from service.store.documents import versions as versions_store
from service.web.comparisons.navigation import DRAFT_PARAM, ComparedText, comparison_links, version_text_of
from service.web.comparisons.other_texts import other_changed_texts
from service.web.comparisons.outside_text import shown_changes
from service.web.forms.fields import parse_version_number
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.shell.document_page import render_document_page
from service.web.texts.last_seen import last_seen_version
from service.web.texts.redline_fragment import summarize_counts
from service.web.texts.selection import chosen_language, is_draft_shown, numbering_of


@page
def show_comparison(context: RequestContext) -> Response:
    """Show a comparison: `/documents/{document}/comparison?lang&old&new&view&page&at`.

    Without `old` and `new`, compare the newest version with the one before it, or the first one with the draft.
    """
    found = authorization.load_document(context.tx, context.user, "version.read", context.path_param("document"))
    versions_by_number = {one.number: one for one in versions_store.list_by_document(context.tx, found.id)}
    lang = chosen_language(context, sorted(found.editions), authentic=found.authentic)
    shows_draft = is_draft_shown(context, found)
    newest = max(versions_by_number, default=0)
    new = context.query_param("new") or (str(newest) if newest > 1 or not shows_draft else DRAFT_PARAM)
    new_side = (
        _draft_text(context, found, lang)
        if new == DRAFT_PARAM and shows_draft
        else _version_by_number(context, versions_by_number, parse_version_number(new), lang)
    )
    old_side = _version_by_number(
        context,
        versions_by_number,
        parse_version_number(context.query_param("old") or str((new_side.number or newest + 1) - 1)),
        lang,
    )
    last_seen_version(context, found, newest=newest, shown=new_side.number)
    links = comparison_links(
        context,
        old_side,
        new_side,
        lang=lang,
        path=context.request.url.path,
        view=context.query_param("view"),
        page=_optional_int(context.query_param("page")) or 1,
        at=_optional_int(context.query_param("at")),
    )
    old_outside, new_outside = (_outside_of(context, found, versions_by_number, one) for one in (old_side, new_side))
    changed = outside_changes(old_outside, new_outside, lang=lang)
    outside = shown_changes(changed, formatter=context.formatter)
    texts = (_texts_of(context, found, versions_by_number, one) for one in (old_side, new_side))
    return render_document_page(
        context,
        found,
        "comparisons/comparison.html",
        tab="changes",
        lang=lang,
        old=old_side,
        new=new_side,
        numbers=sorted(versions_by_number),
        drafted=shows_draft,
        ways=links,
        sheet=links.comparison_page,
        outside=[one for one in outside if (one.fact, one.lang) != ("title", lang)],
        title_change=next((one for one in outside if (one.fact, one.lang) == ("title", lang)), None),
        outside_count=len(outside),
        others=other_changed_texts(context, *texts, lang=lang, path=context.request.url.path),
        said=_summarize(context, links.comparison_page.comparison.counts, len(outside)),
    )


def _texts_of(
    context: RequestContext, document: Document, versions_by_number: Mapping[int, Version], side: ComparedText
) -> dict[str, ComparedText]:
    """Return the texts of a side in every language that it has."""
    if side.number is None:
        return {code: _draft_text(context, document, code) for code in document.editions}
    version = versions_by_number[side.number]
    return {code: version_text_of(context, version, code) for code in version.editions}


def _outside_of(
    context: RequestContext, document: Document, versions_by_number: Mapping[int, Version], side: ComparedText
) -> OutsideText:
    if side.number is None:
        return outside_of_draft(document)
    return load_outside_of_version(context.tx, document, versions_by_number[side.number])


def _summarize(context: RequestContext, counts: ChangeCounts, outside: int) -> Markup:
    """Summarise the changes of the text and those outside it in one sentence."""
    formatter = context.formatter
    if not outside:
        return summarize_counts(counts, formatter=formatter)
    found = formatter.n("{count} change outside the text", "{count} changes outside the text", outside)
    if counts.is_empty:
        return formatter.translate(N_("The words of the text are the same, {changes}."), changes=found)
    said = summarize_counts(counts, formatter=formatter)
    return formatter.translate(N_("{one}, {other}"), one=said, other=found)


def _optional_int(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def _version_by_number(
    context: RequestContext, versions_by_number: Mapping[int, Version], number: int, lang: str
) -> ComparedText:
    """Return the text of a version in `lang`; empty if the language was added later. Raises NotFound."""
    return version_text_of(context, authorization.or_not_found(versions_by_number.get(number)), lang)


def _draft_text(context: RequestContext, document: Document, lang: str) -> ComparedText:
    draft = save.read(context.tx, context.user, document_id=document.id, lang=lang)
    return ComparedText(None, draft.title, draft.text, numbering_of(context, document, lang))
