"""Import of a Word file: upload, review of the converted text, and acceptance into the draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from starlette.responses import Response

from service.actions import authorization
from service.actions.documents import word_import
from service.actions.drafts import save
from service.domain.documents.word_import import FAILURES, NOTICES, READY, WordImport
from service.domain.errors import N_
from service.web.drafts.edit import show_editor
from service.web.drafts.edit_form import EditForm, SaveResult, render_editor
from service.web.forms.drafts import WordImportForm
from service.web.forms.handlers import form, page, upload_form
from service.web.forms.limits import MAX_TEXT_FORM_BYTES, MAX_WORD_FORM_BYTES
from service.web.http.context import Form, RequestContext, plan_before_write, redirect
from service.web.http.form_state import rejected_error, submitted_values
from service.web.http.pages import render_page

CONFLICT = "draft_conflict"

COUNT_LABELS = {
    "headings": N_("Headings"),
    "paragraphs": N_("Paragraphs"),
    "items": N_("List items"),
    "tables": N_("Tables"),
    "notes": N_("Footnotes"),
}


@dataclass(frozen=True)
class ImportFindings:
    """Findings shown beside the text: title of the file, labelled counts, and notices with their counts."""

    title: str
    counts: Sequence[tuple[str, int]]
    notices: Sequence[tuple[str, int]]


@upload_form(redisplay=show_editor, max_bytes=MAX_WORD_FORM_BYTES)
def upload_file(context: RequestContext, _: Form, data: bytes) -> Response:
    """Store the uploaded file as an import and redirect to its review page."""
    document, lang = context.path_param("document"), context.path_param("lang")
    id = word_import.add_import(context.tx, context.user, document_id=document, lang=lang, data=data)
    return redirect(f"/intakes/{id}")


@page
def show_import(context: RequestContext) -> Response:
    """Serve `/intakes/{intake}`: state and findings of an import, and its text to be corrected and accepted."""
    found = word_import.get_import(context.tx, context.user, import_id=context.path_param("intake"))
    error = rejected_error(context)
    if error and error.code == CONFLICT:
        return _conflict_page(context, found)
    document = authorization.load_document(context.tx, context.user, "draft.save", found.document)
    return render_page(
        context,
        "drafts/word_import.html",
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        intake=found,
        text=found.text,
        findings=_import_findings(found),
        failure=_failure_reason(found),
        lang=found.lang,
        ready=found.state == READY,
    )


def plan_accept(context: RequestContext, form: Form) -> save.SavePlan:
    """Compute the acceptance before the write lock is taken."""
    return word_import.plan_acceptance(
        context.tx, context.user, import_id=context.path_param("intake"), text=WordImportForm.parse(form).text
    )


@form(redisplay=show_import, max_bytes=MAX_TEXT_FORM_BYTES, before_write=plan_before_write(plan_accept))
def accept(context: RequestContext, form: Form) -> Response:
    """Accept the corrected text into the draft and redirect to the edit page."""
    found, _ = word_import.accept_import(
        context.tx,
        context.user,
        import_id=context.path_param("intake"),
        text=WordImportForm.parse(form).text,
        plan=cast(save.SavePlan, context.request.state.plan),
    )
    return redirect(f"/documents/{found.document}/texts/{found.lang}")


def _conflict_page(context: RequestContext, found: WordImport) -> Response:
    """Render both texts of a conflict and the choice between them, as on the edit page."""
    document = authorization.load_document(context.tx, context.user, "draft.save", found.document)
    title = save.get_edition(document, found.lang).title
    edit_form = EditForm(
        title, title, submitted_values(context).get("text", ""), str(found.epoch), str(found.draft_seq)
    )
    return render_editor(context, document, found.lang, edit_form, SaveResult())


def _import_findings(found: WordImport) -> ImportFindings:
    report = found.found or {}
    counts, notices = report.get("counts"), report.get("notices")
    assert isinstance(counts, dict | None)
    assert isinstance(notices, dict | None)
    return ImportFindings(
        str(report.get("title", "")),
        [(sentence, (counts or {}).get(code, 0)) for code, sentence in COUNT_LABELS.items()],
        [(sentence, (notices or {})[code]) for code, sentence in NOTICES.items() if code in (notices or {})],
    )


def _failure_reason(found: WordImport) -> tuple[str, str] | None:
    """Return code and message of the failure; None if the import did not fail."""
    if not found.failure:
        return None
    code = str(found.failure["code"])
    return code, FAILURES.get(code, str(found.failure["message"]))
