"""Import of a Word file: upload, review of the converted text, and acceptance into the draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from starlette.responses import Response

from service.actions import authorization
from service.actions.documents import word_import
from service.actions.drafts import save
from service.domain.documents.word_import import FAILURES, NOTICES, PLACES, WAITING, WordImport
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
    """Findings shown beside the text: title of the file, labelled counts, and notices."""

    title: str
    counts: Sequence[tuple[str, int]]
    notices: Sequence["ImportNotice"]


@dataclass(frozen=True)
class ImportNotice:
    """A sentence with its count, and some of the places in the file that it is about."""

    sentence: str
    count: int
    places: Sequence["FilePlace"]


@dataclass(frozen=True)
class FilePlace:
    """A place in a Word file: a sentence with the placeholders `number` and `words`."""

    sentence: str
    number: int
    words: str


@dataclass(frozen=True)
class ImportFailure:
    """Why a file could not be imported, and where in the file the reason stands, if that is known."""

    code: str
    sentence: str
    values: Mapping[str, object]
    place: FilePlace | None


@page
def show_upload(context: RequestContext) -> Response:
    """Redirect to the edit page, which has the form: so a page with a refused file can be loaded again."""
    document = authorization.load_document(context.tx, context.user, "draft.save", context.path_param("document"))
    lang = save.get_edition(document, context.path_param("lang")).lang
    return redirect(f"/documents/{document.id}/texts/{lang}")


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
        failure=_import_failure(found),
        lang=found.lang,
        waiting=found.state == WAITING,
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
    counts = cast(Mapping[str, int], report.get("counts") or {})
    notices = cast(Mapping[str, int], report.get("notices") or {})
    samples = cast(Sequence[Mapping[str, Any]], report.get("samples") or ())
    return ImportFindings(
        str(report.get("title", "")),
        [(sentence, counts.get(code, 0)) for code, sentence in COUNT_LABELS.items()],
        [
            ImportNotice(sentence, notices[code], [_file_place(one) for one in samples if one["code"] == code])
            for code, sentence in NOTICES.items()
            if code in notices
        ],
    )


def _file_place(sample: Mapping[str, Any]) -> FilePlace:
    return FilePlace(PLACES[sample["place"]], sample["number"], sample["words"])


def _import_failure(found: WordImport) -> ImportFailure | None:
    """Return why the import failed; None if it did not."""
    if not found.failure:
        return None
    code, place = str(found.failure["code"]), cast(Mapping[str, Any] | None, found.failure.get("place"))
    return ImportFailure(
        code,
        FAILURES.get(code, str(found.failure["message"])),
        cast(Mapping[str, object], found.failure.get("values") or {}),
        FilePlace(PLACES[place["kind"]], place["number"], place["words"]) if place else None,
    )
