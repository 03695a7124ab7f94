"""The next step of a document: cut a version, send it on or back, send an urgent one out, withdraw it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from service.actions import authorization
from service.actions.documents import documents, versions
from service.actions.drafts import save
from service.actions.endorsement import fast_track
from service.domain.documents.document import DRAFTING, ENDORSEMENT, REVIEW, WITHDRAWN, Document
from service.domain.errors import DomainError
from service.domain.text.markup.canonical import canonicalise
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.web.drafts.writing_advice import advice_with_differences
from service.web.forms.deadline_field import is_rest_day
from service.web.forms.handlers import FormHandler, form, page
from service.web.forms.redisplay import refused, typed
from service.web.forms.steps import CutVersionForm, MoveForm, SendOutForm
from service.web.http.context import Form, RequestContext, redirect
from service.web.http.pages import render_page
from service.web.workflow.offered_steps import offered_steps

EXCERPT_LENGTH = 60
"""Code points of a line that are shown on each side of the place."""

DEFAULT_HOURS = 6
"""What the form of an urgent statement proposes."""


@dataclass(frozen=True)
class EditionToCut:
    """An edition as it would be cut: `seq` is what the person has seen of its draft."""

    lang: str
    title: str
    seq: int


@dataclass(frozen=True)
class UnprintableCharacter:
    """Where a text cannot be printed: the words before, the character, the words after."""

    lang: str
    line: int
    before: str
    character: str
    after: str


@page
def show_steps(context: RequestContext) -> Response:
    """`/documents/{document}/steps`: what the reader may do next, each with its form."""
    document = authorization.load_document(context.tx, context.user, "document.read", context.path_param("document"))
    error = refused(context)
    return render_page(
        context,
        "workflow/steps.html",
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        offered=offered_steps(context, document),
        texts=_editions_to_cut(context, document),
        version=versions_store.get_latest(context.tx, document.id),
        hours=DEFAULT_HOURS,
        ends=_proposed_deadline(context, typed(context) if error else {}),
        place=_unprintable_character(context, document, error) if error else None,
        apart=_citation_differences(context, document),
        waits=document.state == ENDORSEMENT,
    )


def _citation_differences(context: RequestContext, document: Document) -> Mapping[str, Sequence[str]]:
    """Before a version is cut: what the first text and another one do not both cite, by the language of the other."""
    if not {"cut", "send_out"} & set(offered_steps(context, document)):
        return {}
    lang = document.authentic[0]
    text = save.read(context.tx, context.user, document_id=document.id, lang=lang).text
    return advice_with_differences(context, document, text, lang=lang).citation_differences


ALLOWED_HOURS = frozenset(str(hours) for hours in range(fast_track.MIN_HOURS, fast_track.MAX_HOURS + 1))


@dataclass(frozen=True)
class ProposedDeadline:
    """When a round opened now for the hours of the form would close (µs UTC), and whether that is a day of rest."""

    hours: int
    at: int
    is_rest_day: bool


def _proposed_deadline(context: RequestContext, form: Form) -> ProposedDeadline:
    value = form.get("hours", "")
    hours = int(value) if value in ALLOWED_HOURS else DEFAULT_HOURS
    at = context.tx.now + hours * fast_track.HOUR
    return ProposedDeadline(hours, at, is_rest_day(context, at))


@form(redisplay=show_steps)
def cut_version(context: RequestContext, form: Form) -> Response:
    """Cut a version of the texts the person has seen, and show it."""
    document, fields = context.path_param("document"), CutVersionForm.parse(form)
    new = versions.cut_version(
        context.tx,
        context.user,
        document_id=document,
        note=fields.note,
        seen_seqs=fields.seen,
        rev=fields.rev,
    )
    return redirect(f"/documents/{document}/versions/{new.number}")


@form(redisplay=show_steps)
def send_out(context: RequestContext, form: Form) -> Response:
    """Cut an urgent statement and open its round."""
    fields = SendOutForm.parse(form)
    round_id = fast_track.open_urgent_round(
        context.tx,
        context.user,
        document_id=context.path_param("document"),
        hours=fields.hours,
        at_least=fields.at_least,
        seen_seqs=fields.seen,
        rev=fields.rev,
    )
    return redirect(f"/rounds/{round_id}")


def move_to(to: str) -> FormHandler[[RequestContext, Form]]:
    """A handler that moves the document to the state `to`."""

    @form(redisplay=show_steps)
    def move(context: RequestContext, form: Form) -> Response:
        document, fields = context.path_param("document"), MoveForm.parse(form)
        documents.change_state(
            context.tx, context.user, document_id=document, to_state=to, note=fields.note, rev=fields.rev
        )
        return redirect(f"/documents/{document}")

    return move


to_review, to_drafting, withdraw = move_to(REVIEW), move_to(DRAFTING), move_to(WITHDRAWN)


def _editions_to_cut(context: RequestContext, document: Document) -> list[EditionToCut]:
    editions = document.editions.values()
    return [EditionToCut(one.lang, one.title, journal_store.get_head(context.tx, one.draft).seq) for one in editions]


def _unprintable_character(
    context: RequestContext, document: Document, error: DomainError
) -> UnprintableCharacter | None:
    """The line that cannot be printed, as it stands in the draft."""
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
