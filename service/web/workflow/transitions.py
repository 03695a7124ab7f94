"""The next step of a document: cut a version, send it on or back, send an urgent one out, withdraw it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from service.actions import authorization
from service.actions.documents import documents, versions
from service.actions.drafts import save
from service.actions.endorsement import fast_track
from service.domain.documents.document import DRAFTING, ENDORSEMENT, REVIEW, WITHDRAWN, Document
from service.domain.errors import DomainError
from service.domain.text.markup.canonical import canonical
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.web.drafts.writing_advice import aids_beside
from service.web.forms.deadline_field import rests
from service.web.forms.fields import number
from service.web.forms.redisplay import refused, typed
from service.web.http.context import Form, Visit, onward
from service.web.http.pages import show
from service.web.workflow.offered_steps import offered_steps

EXCERPT = 60
"""Code points of a line that are shown on each side of the place."""

HOURS = 6
"""What the form of an urgent statement proposes."""


@dataclass(frozen=True)
class Text:
    """An edition as it would be cut: `seq` is what the person has seen of its draft."""

    lang: str
    title: str
    seq: int


@dataclass(frozen=True)
class Place:
    """Where a text cannot be printed: the words before, the character, the words after."""

    lang: str
    line: int
    before: str
    character: str
    after: str


def steps(visit: Visit) -> Response:
    """`/documents/{document}/steps`: what the reader may do next, each with its form."""
    document = authorization.document(visit.tx, visit.reader, "document.read", visit.path("document"))
    error = refused(visit)
    return show(
        visit,
        "workflow/steps.html",
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        offered=offered_steps(visit, document),
        texts=_texts(visit, document),
        version=versions_store.latest(visit.tx, document.id),
        form=typed(visit) if error else {},
        hours=HOURS,
        ends=_ends(visit, typed(visit) if error else {}),
        error=error,
        place=_place(visit, document, error) if error else None,
        apart=_apart(visit, document),
        waits=document.state == ENDORSEMENT,
    )


def _apart(visit: Visit, document: Document) -> Mapping[str, Sequence[str]]:
    """Before a version is cut: what the first text and another one do not both cite, by the language of the other."""
    if not {"cut", "send_out"} & set(offered_steps(visit, document)):
        return {}
    lang = document.authentic[0]
    text = save.read(visit.tx, visit.reader, document_id=document.id, lang=lang).text
    return aids_beside(visit, document, text, lang=lang).apart


ALLOWED_HOURS = frozenset(str(hours) for hours in range(fast_track.SHORTEST, fast_track.LONGEST + 1))


@dataclass(frozen=True)
class Ends:
    """When a round opened now for the hours of the form would close (µs UTC), and whether that is a day of rest."""

    hours: int
    at: int
    rests: bool


def _ends(visit: Visit, form: Form) -> Ends:
    asked = form.get("hours", "")
    hours = int(asked) if asked in ALLOWED_HOURS else HOURS
    at = visit.tx.now + hours * fast_track.HOUR
    return Ends(hours, at, rests(visit, at))


def cut(visit: Visit, form: Form) -> Response:
    """Cut a version of the texts the person has seen, and show it."""
    document = visit.path("document")
    new = versions.cut(
        visit.tx,
        visit.reader,
        document_id=document,
        note=form.get("note", ""),
        seen=_seen(form),
        rev=number(form, "rev"),
    )
    return onward(f"/documents/{document}/versions/{new.number}")


def send_out(visit: Visit, form: Form) -> Response:
    """Cut an urgent statement and open its round."""
    round_id = fast_track.send_out(
        visit.tx,
        visit.reader,
        document_id=visit.path("document"),
        hours=number(form, "hours"),
        at_least=number(form, "at_least"),
        seen=_seen(form),
        rev=number(form, "rev"),
    )
    return onward(f"/rounds/{round_id}")


def moving(to: str) -> Callable[[Visit, Form], Response]:
    """A handler that moves the document to the state `to`."""

    def move(visit: Visit, form: Form) -> Response:
        document, note = visit.path("document"), form.get("note", "")
        documents.move(visit.tx, visit.reader, document_id=document, to=to, note=note, rev=number(form, "rev"))
        return onward(f"/documents/{document}")

    return move


to_review, to_drafting, withdraw = moving(REVIEW), moving(DRAFTING), moving(WITHDRAWN)


def _texts(visit: Visit, document: Document) -> list[Text]:
    editions = document.editions.values()
    return [Text(one.lang, one.title, journal_store.head(visit.tx, one.draft).seq) for one in editions]


def _seen(form: Form) -> dict[str, int]:
    named = (name.removeprefix("seen_") for name in form if name.startswith("seen_"))
    return {lang: number(form, f"seen_{lang}") for lang in named}


def _place(visit: Visit, document: Document, error: DomainError) -> Place | None:
    """The line that cannot be printed, as it stands in the draft."""
    lang, line, column = (error.extra.get(name) for name in ("lang", "line", "column"))
    if not isinstance(line, int) or not isinstance(column, int) or lang not in document.editions:
        return None
    words = _line(visit, document, str(lang), line)
    at = column - 1
    before, after = words[max(0, at - EXCERPT) : at], words[at + 1 : at + 1 + EXCERPT]
    return Place(str(lang), line, before, words[at : at + 1], after)


def _line(visit: Visit, document: Document, lang: str, line: int) -> str:
    opened = save.read(visit.tx, visit.reader, document_id=document.id, lang=lang)
    lines = canonical(opened.text).text.split("\n")
    return lines[line - 1] if line <= len(lines) else ""
