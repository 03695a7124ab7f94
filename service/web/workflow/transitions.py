"""Workflow steps of a document: create a version, change the state, send out an urgent statement, withdraw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from service.actions import authorization
from service.actions.documents import documents, review, versions
from service.actions.drafts import save
from service.actions.endorsement import mail_check, urgent_sending
from service.domain.documents.document import DRAFTING, ENDORSEMENT, REVIEW, WITHDRAWN, Document
from service.domain.endorsement.terms import DEFAULT_OPTIONS, MAX_CLOSE_AFTER_ALL, MINUTE
from service.domain.endorsement.urgent_sending import HOUR, MAX_HOURS, MIN_HOURS
from service.domain.errors import N_, DomainError
from service.domain.policy import Resource
from service.domain.text.markup.canonical import canonicalise
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.web.drafts.writing_advice import advice_with_differences
from service.web.forms.deadline_field import is_rest_day
from service.web.forms.handlers import Confirmation, form, page
from service.web.forms.steps import CutVersionForm, MoveForm, SendOutForm
from service.web.http.context import Form, RequestContext, redirect
from service.web.http.form_state import rejected_error, submitted_values
from service.web.rendering import labels, term_labels
from service.web.rendering.act_results import Undo
from service.web.shell.document_page import render_document_page
from service.web.shell.offered_steps import is_sent_out, offered_steps
from service.web.workflow.readiness import load_checklist

EXCERPT_LENGTH = 60
"""Code points of the line shown on each side of the character."""

DEFAULT_HOURS = 6
"""Proposed duration of an urgent round (hours)."""


@dataclass(frozen=True)
class EditionToCut:
    """An edition of which a version would be created; `seq` is the head of its draft as the user has seen it."""

    lang: str
    title: str
    seq: int


@dataclass(frozen=True)
class UnprintableCharacter:
    """A character that cannot be printed, its line (from 1) and the text before and after it."""

    lang: str
    line: int
    before: str
    character: str
    after: str


@page
def show_steps(context: RequestContext) -> Response:
    """`/documents/{document}/steps`: show the steps the user may take, each with its form."""
    document = authorization.load_document(context.tx, context.user, "document.read", context.path_param("document"))
    error = rejected_error(context)
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    prepares = document.state in (DRAFTING, REVIEW) and context.may("version.cut", resource)
    return render_document_page(
        context,
        document,
        "workflow/steps.html",
        tab="steps",
        offered=offered_steps(context, document),
        checklist=load_checklist(context, document) if prepares else None,
        asks_secretariat=prepares and not context.may("document.move", resource),
        texts=_editions_to_cut(context, document),
        version=versions_store.get_latest(context.tx, document.id),
        hours=DEFAULT_HOURS,
        ends=_proposed_deadline(context, submitted_values(context) if error else {}),
        place=_unprintable_character(context, document, error) if error else None,
        apart=_citation_differences(context, document),
        waits=document.state == ENDORSEMENT,
        sent_out=is_sent_out(context, document),
        mail=mail_check.load_state(context.tx),
        options=DEFAULT_OPTIONS,
        proposed_close_after=DEFAULT_OPTIONS.close_after_all_us // MINUTE,
        longest_close_after=MAX_CLOSE_AFTER_ALL // MINUTE,
        term_labels=term_labels,
    )


def _citation_differences(context: RequestContext, document: Document) -> Mapping[str, Sequence[str]]:
    """Return the citations that are not in both the first authentic text and another, by language of the other.

    Empty if the user is not offered to create a version.
    """
    if not {"cut", "send_out"} & set(offered_steps(context, document)):
        return {}
    lang = document.authentic[0]
    text = save.read(context.tx, context.user, document_id=document.id, lang=lang).text
    return advice_with_differences(context, document, text, lang=lang).citation_differences


ALLOWED_HOURS = frozenset(str(hours) for hours in range(MIN_HOURS, MAX_HOURS + 1))
"""Accepted values of the form field `hours`."""


@dataclass(frozen=True)
class ProposedDeadline:
    """When a round opened now for `hours` would close (`at`, µs UTC), and whether that is a rest day."""

    hours: int
    at: int
    is_rest_day: bool


def _proposed_deadline(context: RequestContext, form: Form) -> ProposedDeadline:
    value = form.get("hours", "")
    hours = int(value) if value in ALLOWED_HOURS else DEFAULT_HOURS
    at = context.tx.now + hours * HOUR
    return ProposedDeadline(hours, at, is_rest_day(context, at))


@form(redisplay=show_steps)
def cut_version(context: RequestContext, form: Form) -> Response:
    """Create a version of the texts as the user has seen them and redirect to it."""
    document, fields = context.path_param("document"), CutVersionForm.parse(form)
    new = versions.cut_version(
        context.tx,
        context.user,
        document_id=document,
        note=fields.note,
        seen_seqs=fields.seen,
        rev=fields.rev,
    )
    context.tell("version_created", number=new.number)
    return redirect(f"/documents/{document}/versions/{new.number}")


@form(redisplay=show_steps)
def send_out(context: RequestContext, form: Form) -> Response:
    """Create a version of an urgent statement and send it out, then redirect to the page that shows its progress."""
    fields = SendOutForm.parse(form)
    document = context.path_param("document")
    urgent_sending.send_out(
        context.tx,
        context.user,
        document_id=document,
        hours=fields.hours,
        at_least=fields.at_least,
        seen_seqs=fields.seen,
        rev=fields.rev,
        without_codes=fields.without_codes,
        options=fields.options,
    )
    return redirect(f"/documents/{document}/sending")


@form(redisplay=show_steps)
def to_review(context: RequestContext, form: Form) -> Response:
    """Send the document to review with the texts as the user has seen them, then redirect to the tab of endorsement."""
    document, fields = context.path_param("document"), CutVersionForm.parse(form)
    review.send_to_review(
        context.tx, context.user, document_id=document, note=fields.note, seen_seqs=fields.seen, rev=fields.rev
    )
    moved = authorization.or_not_found(documents_store.get(context.tx, document))
    undo = Undo(f"/documents/{document}/drafting", {"rev": str(moved.rev)})
    context.tell("sent_to_review", title=_title(context, moved), undo=undo)
    return redirect(f"/documents/{document}/endorsement")


@form(redisplay=show_steps)
def to_drafting(context: RequestContext, form: Form) -> Response:
    """Send the document back to drafting."""
    return _move(context, form, to_state=DRAFTING, result="back_to_drafting")


def _describe_withdrawal(context: RequestContext, form: Form) -> Confirmation | None:
    document = authorization.load_document(
        context.tx, context.user, "document.withdraw", context.path_param("document")
    )
    if not MoveForm.parse(form).note.strip():
        return None
    t = context.formatter.translate
    return Confirmation(
        question=t(N_("Withdraw this document?")),
        title=_title(context, document),
        lines=[
            t(N_("This ends the document permanently. Members can still read its versions and your note.")),
            t(N_("This cannot be undone.")),
        ],
        verb=t(N_("Withdraw the document")),
        back=f"/documents/{document.id}/steps",
        is_grave=True,
    )


@form(redisplay=show_steps, confirm=_describe_withdrawal)
def withdraw(context: RequestContext, form: Form) -> Response:
    """Withdraw the document with a note."""
    return _move(context, form, to_state=WITHDRAWN, result="document_withdrawn")


def _move(context: RequestContext, form: Form, *, to_state: str, result: str) -> Response:
    document, fields = context.path_param("document"), MoveForm.parse(form)
    documents.change_state(
        context.tx, context.user, document_id=document, to_state=to_state, note=fields.note, rev=fields.rev
    )
    context.tell(result, title=_title(context, authorization.or_not_found(documents_store.get(context.tx, document))))
    return redirect(f"/documents/{document}")


def _title(context: RequestContext, document: Document) -> str:
    return context.formatter.plain_name(labels.titles(document))


def _editions_to_cut(context: RequestContext, document: Document) -> list[EditionToCut]:
    editions = document.editions.values()
    return [EditionToCut(one.lang, one.title, journal_store.get_head(context.tx, one.draft).seq) for one in editions]


def _unprintable_character(
    context: RequestContext, document: Document, error: DomainError
) -> UnprintableCharacter | None:
    """Return the character in the draft that `error` reports; None if it reports no position."""
    lang, line, column = (error.extra.get(name) for name in ("lang", "line", "column"))
    if not isinstance(line, int) or not isinstance(column, int) or lang not in document.editions:
        return None
    line_text = _line(context, document, str(lang), line)
    index = column - 1
    before, after = line_text[max(0, index - EXCERPT_LENGTH) : index], line_text[index + 1 : index + 1 + EXCERPT_LENGTH]
    return UnprintableCharacter(str(lang), line, before, line_text[index : index + 1], after)


def _line(context: RequestContext, document: Document, lang: str, line_number: int) -> str:
    draft = save.read(context.tx, context.user, document_id=document.id, lang=lang)
    lines = canonicalise(draft.text).text.split("\n")
    return lines[line_number - 1] if line_number <= len(lines) else ""
