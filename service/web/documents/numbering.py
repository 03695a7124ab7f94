"""Whether the numbers of articles are typed, or follow from their order by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from service.actions import authorization
from service.actions.documents import documents
from service.actions.drafts import save
from service.domain.documents.document import DRAFTING, Document
from service.domain.text.markup.canonical import canonical
from service.domain.text.structure.numbering import AUTOMATIC, NUMBERINGS, marks, scheme, unnumbered
from service.web.forms.fields import number
from service.web.http.context import Form, Visit, onward
from service.web.http.pages import show

SHOWN = 6


@dataclass(frozen=True)
class Found:
    """What would be numbered in one text: the first names with their numbers, and how many there are."""

    lang: str
    first: Sequence[str]
    count: int


def ask(visit: Visit) -> Response:
    """`/documents/{document}/numbering`: the choice, and what it comes to in each text."""
    document = authorization.document(visit.tx, visit.reader, "draft.save", visit.path("document"))
    return show(
        visit,
        "documents/numbering.html",
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        drafting=document.state == DRAFTING,
        choices=NUMBERINGS,
        found=[_found(visit, document, lang) for lang in document.editions],
    )


def choose(visit: Visit, form: Form) -> Response:
    """Keep the choice, unless someone changed the document meanwhile."""
    document, choice = visit.path("document"), form.get("numbering", "")
    documents.renumber(visit.tx, visit.reader, document_id=document, numbering=choice, rev=number(form, "rev"))
    return onward(f"/documents/{document}")


def _found(visit: Visit, document: Document, lang: str) -> Found:
    text = canonical(save.read(visit.tx, visit.reader, document_id=document.id, lang=lang).text).text
    by = scheme(AUTOMATIC, lang=lang, kind=document.kind, digits=visit.voice.digits_of(lang))
    names = [f"{mark.name}{mark.words}" for mark in marks(unnumbered(text, by), by)]
    return Found(lang, names[:SHOWN], len(names))
