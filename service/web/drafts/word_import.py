"""A Word file on its way in: brought, read by a worker, looked over, taken as the text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from starlette.responses import Response

from service.actions import authorization
from service.actions.documents import word_import
from service.actions.drafts import save
from service.domain.documents.word_import import FAILURES, NOTICES, READY, Intake
from service.domain.errors import N_
from service.web.drafts.edit_form import Desk, Told, page
from service.web.forms.redisplay import refused, typed
from service.web.http.context import Form, Visit, onward
from service.web.http.pages import show

CONFLICT = "draft_conflict"

COUNTS = {
    "headings": N_("Headings"),
    "paragraphs": N_("Paragraphs"),
    "items": N_("List items"),
    "tables": N_("Tables"),
    "notes": N_("Footnotes"),
}


@dataclass(frozen=True)
class Findings:
    """What the review says beside the text: the title the file had, counts by their names, sentences with counts."""

    title: str
    counts: Sequence[tuple[str, int]]
    notices: Sequence[tuple[str, int]]


def bring(visit: Visit, _: Form, data: bytes) -> Response:
    """Take the file, and go on to where it is looked over."""
    document, lang = visit.path("document"), visit.path("lang")
    id = word_import.bring(visit.tx, visit.reader, document_id=document, lang=lang, data=data)
    return onward(f"/intakes/{id}")


def review(visit: Visit) -> Response:
    """`/intakes/{intake}`: whether it was read, what was found, and the text to be righted and taken."""
    found = word_import.look(visit.tx, visit.reader, intake_id=visit.path("intake"))
    error = refused(visit)
    if error and error.code == CONFLICT:
        return _in_conflict(visit, found)
    document = authorization.document(visit.tx, visit.reader, "draft.save", found.document)
    return show(
        visit,
        "drafts/word_import.html",
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        intake=found,
        text=typed(visit).get("text") if error else found.text,
        findings=_findings(found),
        failure=_failure(found),
        error=error,
        lang=found.lang,
        ready=found.state == READY,
    )


def plan(visit: Visit, form: Form) -> save.Plan:
    """Work the taking over out, before anybody has to wait for it."""
    return word_import.plan(visit.tx, visit.reader, intake_id=visit.path("intake"), text=form.get("text", ""))


def accept(visit: Visit, form: Form) -> Response:
    """Take the text as the person righted it, and go on to the edition."""
    found, _ = word_import.accept(
        visit.tx,
        visit.reader,
        intake_id=visit.path("intake"),
        text=form.get("text", ""),
        plan=cast(save.Plan, visit.request.state.plan),
    )
    return onward(f"/documents/{found.document}/texts/{found.lang}")


def _in_conflict(visit: Visit, found: Intake) -> Response:
    """Someone wrote in the same words since: both texts, and the choice, as on the page of writing."""
    document = authorization.document(visit.tx, visit.reader, "draft.save", found.document)
    title = save.edition_of(document, found.lang).title
    desk = Desk(title, title, typed(visit).get("text", ""), str(found.epoch), str(found.draft_seq))
    return page(visit, document, found.lang, desk, Told())


def _findings(found: Intake) -> Findings:
    said = found.found or {}
    counts, notices = said.get("counts"), said.get("notices")
    assert isinstance(counts, dict | None)
    assert isinstance(notices, dict | None)
    return Findings(
        str(said.get("title", "")),
        [(sentence, (counts or {}).get(code, 0)) for code, sentence in COUNTS.items()],
        [(sentence, (notices or {})[code]) for code, sentence in NOTICES.items() if code in (notices or {})],
    )


def _failure(found: Intake) -> tuple[str, str] | None:
    """Code and sentence of why nothing came of it."""
    if not found.failure:
        return None
    code = str(found.failure["code"])
    return code, FAILURES.get(code, str(found.failure["message"]))
