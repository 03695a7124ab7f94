"""Page and forms of the files of a text that is not approved: ask for one, follow it, download it."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response, StreamingResponse

from service.actions import authorization
from service.actions.publication import draft_files
from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.domain.errors import N_
from service.domain.policy import Resource
from service.domain.publication.draft_file import (
    FAILED,
    MARKDOWN,
    QUEUED,
    READY,
    RENDERING,
    DraftFile,
    DraftSubject,
    markdown_file,
)
from service.domain.publication.export import file_name, stored_format
from service.store.documents import versions as versions_store
from service.store.membership import organisations as organisations_store
from service.web.comparisons.detail import show_comparison
from service.web.forms.fields import parse_version_number
from service.web.forms.handlers import form, page
from service.web.forms.publication import RequestComparisonForm, RequestDraftFileForm
from service.web.http.context import Form, RequestContext, formatter_for, redirect
from service.web.http.downloads import attachment_headers, open_proof_file
from service.web.rendering.export_stages import EXPORT_STAGES, EXPORT_STATES
from service.web.rendering.render_failures import FailureView, present_proof_failure
from service.web.shell.document_page import render_document_page
from service.web.texts.selection import chosen_language

MARKDOWN_TYPE = "text/markdown; charset=utf-8"


@dataclass(frozen=True)
class DraftFileRow:
    """A file on the page. `number` is that of its version, None for the draft; times in µs UTC.

    A comparison has the number of its `older` version, and its `layout`.
    """

    id: str
    format: str
    lang: str
    number: int | None
    older: int | None
    layout: str
    line_numbers: bool
    requested_at: int
    state: str
    status_text: str
    size: int | None
    failure: FailureView | None


@page
def show_downloads(context: RequestContext) -> Response:
    """Render `/documents/{document}/downloads?lang&version`: the choice of a file, and the files asked for."""
    found = authorization.load_document(context.tx, context.user, "draft.export", context.path_param("document"))
    number = _chosen_number(context, found, context.query_param("version"))
    version = _version(context, found, number)
    titles = {code: one.title for code, one in (version.editions if version else found.editions).items()}
    files = _list_rows(context, found)
    return render_document_page(
        context,
        found,
        "publication/downloads.html",
        tab="files",
        titles=titles,
        number=number,
        lang=chosen_language(context, sorted(titles), authentic=found.authentic),
        files=files,
        waiting=sum(one.state in (QUEUED, RENDERING) for one in files),
    )


@form(redisplay=show_downloads)
def request_file(context: RequestContext, form: Form) -> Response:
    """Ask for a file, or serve Markdown at once."""
    document, sent = context.path_param("document"), RequestDraftFileForm.parse(form)
    number = parse_version_number(sent.version) if sent.version else None
    if sent.format == MARKDOWN:
        return _markdown(context, document, sent.lang, number)
    draft_files.request_file(
        context.tx,
        context.user,
        document_id=document,
        lang=sent.lang,
        number=number,
        format_=sent.format,
        line_numbers=sent.line_numbers,
    )
    version = f"&version={number}" if number is not None else ""
    return redirect(f"/documents/{document}/downloads?lang={sent.lang}{version}")


@form(redisplay=show_comparison)
def request_comparison(context: RequestContext, form: Form) -> Response:
    """Ask for the comparison of two versions as PDF: POST `/documents/{document}/comparison`."""
    document, sent = context.path_param("document"), RequestComparisonForm.parse(form)
    older, newer = parse_version_number(sent.older), parse_version_number(sent.newer)
    draft_files.request_comparison(
        context.tx, context.user, document_id=document, lang=sent.lang, older=older, newer=newer, layout=sent.layout
    )
    return redirect(f"/documents/{document}/downloads?lang={sent.lang}&version={newer}")


@page
def download(context: RequestContext) -> Response:
    """Serve `/documents/{document}/downloads/{file}`: one's own file, as an attachment."""
    file = draft_files.get_file(context.tx, context.user, file_id=context.path_param("file"))
    authorization.or_not_found(file if file.document == context.path_param("document") else None)
    format_, sha256 = stored_format(file.format), str(file.sha256)
    subject = file.subject
    compared = "" if subject.older is None else f" {subject.older}-{subject.number}"
    marked = f"{context.formatter.translate(N_('not approved'))}{compared} {subject.title}"
    name = file_name(marked, lang=subject.lang, suffix=format_.suffix)
    headers = attachment_headers(name, media_type=format_.media_type, sha256=sha256, size=file.size or 0)
    return StreamingResponse(open_proof_file(context.app_state, sha256), headers=headers)


def _markdown(context: RequestContext, document: str, lang: str, number: int | None) -> Response:
    subject, text = draft_files.take_text(context.tx, context.user, document_id=document, lang=lang, number=number)
    data = markdown_file(mark=_mark(context, subject), title=subject.title, text=text).encode()
    name = file_name(f"{context.formatter.translate(N_('not approved'))} {subject.title}", lang=lang, suffix=MARKDOWN)
    headers = attachment_headers(name, media_type=MARKDOWN_TYPE, sha256="", size=len(data))
    return Response(data, headers={name: value for name, value in headers.items() if name != "etag"})


def _mark(context: RequestContext, subject: DraftSubject) -> str:
    """Return the mark of a draft in the language of its text, with the organisation that takes it and the day."""
    formatter = formatter_for(context.request, context.coalition, actor=context.actor, lang=subject.lang)
    if subject.number is None:
        mark = formatter.translate(N_("Draft of “{title}”, not approved"), title=subject.title)
    else:
        mark = formatter.translate(
            N_("Draft: version {number} of “{title}”, not approved"), number=subject.number, title=subject.title
        )
    user = context.user
    organisation = organisations_store.get(context.tx, user.organisation) if user.organisation else None
    name = formatter.plain_name(organisation.names) if organisation else ""
    return " · ".join(part for part in (mark, name, formatter.format_date(context.tx.now)) if part)


def _list_rows(context: RequestContext, document: Document) -> Sequence[DraftFileRow]:
    files = draft_files.list_own(context.tx, context.user, document_id=document.id)
    return [_row(context, one) for one in files]


def _row(context: RequestContext, file: DraftFile) -> DraftFileRow:
    stage = EXPORT_STAGES.get(file.stage) or EXPORT_STATES[file.state]
    return DraftFileRow(
        id=file.id,
        format=file.format,
        lang=file.subject.lang,
        number=file.subject.number,
        older=file.subject.older,
        layout=file.subject.layout,
        line_numbers=file.line_numbers,
        requested_at=file.requested_at,
        state=file.state,
        status_text=context.formatter.translate(EXPORT_STATES[READY] if file.state == READY else stage),
        size=file.size,
        failure=present_proof_failure(context.formatter.translator, file.failure) if file.state == FAILED else None,
    )


def _chosen_number(context: RequestContext, document: Document, version: str) -> int | None:
    """Return the number of the chosen version; without a choice the draft, or the latest version for other readers."""
    if version:
        return parse_version_number(version)
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    if context.may("draft.read", resource):
        return None
    latest = versions_store.get_latest(context.tx, document.id)
    return authorization.or_not_found(latest).number


def _version(context: RequestContext, document: Document, number: int | None) -> Version | None:
    if number is None:
        return None
    return authorization.or_not_found(versions_store.get_by_number(context.tx, document.id, number))
