"""Workflow steps of a document: create a version, change the state, send out an urgent statement, withdraw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from service.actions import authorization
from service.actions.documents import documents, versions
from service.actions.drafts import save
from service.actions.endorsement import mail_check, urgent_sending
from service.domain.documents.document import DRAFTING, ENDORSEMENT, REVIEW, WITHDRAWN, Document
from service.domain.endorsement.terms import DEFAULT_OPTIONS, MAX_CLOSE_AFTER_ALL, MINUTE
from service.domain.endorsement.urgent_sending import HOUR, MAX_HOURS, MIN_HOURS
from service.domain.errors import DomainError
from service.domain.text.markup.canonical import canonicalise
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.web.drafts.writing_advice import advice_with_differences
from service.web.forms.deadline_field import is_rest_day
from service.web.forms.handlers import FormHandler, form, page
from service.web.forms.steps import CutVersionForm, MoveForm, SendOutForm
from service.web.http.context import Form, RequestContext, redirect
from service.web.http.form_state import rejected_error, submitted_values
from service.web.http.pages import render_page
from service.web.rendering import term_labels
from service.web.workflow.offered_steps import is_sent_out, offered_steps

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
    return render_page(
        context,
        "workflow/steps.html",
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        offered=offered_steps(context, document),
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
    """Create a version of the texts as the user has seen them and redirect to the steps that follow."""
    document, fields = context.path_param("document"), CutVersionForm.parse(form)
    versions.cut_version(
        context.tx,
        context.user,
        document_id=document,
        note=fields.note,
        seen_seqs=fields.seen,
        rev=fields.rev,
    )
    return redirect(f"/documents/{document}/steps")


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


def move_to(to: str) -> FormHandler[[RequestContext, Form]]:
    """Return a form handler that changes the state of the document to `to`.

    It redirects to the steps of the document if the user can open a round next, and to the document otherwise.
    """

    @form(redisplay=show_steps)
    def move(context: RequestContext, form: Form) -> Response:
        document, fields = context.path_param("document"), MoveForm.parse(form)
        documents.change_state(
            context.tx, context.user, document_id=document, to_state=to, note=fields.note, rev=fields.rev
        )
        moved = authorization.load_document(context.tx, context.user, "document.read", document)
        return redirect(f"/documents/{document}{'/steps' if 'round' in offered_steps(context, moved) else ''}")

    return move


to_review, to_drafting, withdraw = move_to(REVIEW), move_to(DRAFTING), move_to(WITHDRAWN)


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
