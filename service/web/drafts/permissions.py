"""What the current user may do with the drafts of a document."""

from service.domain.comments.comment import SPOKEN_IN
from service.domain.documents.document import DRAFTING, REVIEW, Document
from service.domain.policy import Thing
from service.i18n import LANGUAGES
from service.web.http.context import Visit


def may_add(visit: Visit, document: Document) -> bool:
    """Whether the reader is offered to add a language: the act itself asks again."""
    thing = Thing(document=document.id, state=document.state, shown=document.shown)
    return (
        document.state in (DRAFTING, REVIEW) and bool(missing_languages(document)) and visit.may("edition.add", thing)
    )


def missing_languages(document: Document) -> list[str]:
    return [lang for lang in LANGUAGES if lang not in document.editions]


def may_read(visit: Visit, document: Document) -> bool:
    """Whether the reader is shown the way here: in drafting, those who write have a page of their own."""
    thing = Thing(document=document.id, state=document.state, shown=document.shown)
    writes = document.state == DRAFTING and visit.may("draft.save", thing)
    return document.state in SPOKEN_IN and visit.may("comment.read", thing) and not writes
