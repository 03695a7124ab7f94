"""Comments of a text in brief, for the pages of its document and versions."""

from service.domain.comments import comment
from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.domain.policy import Thing
from service.store.comments import comments as comments_store
from service.store.comments.comments import Placed
from service.web.http.context import Visit


def open_count(visit: Visit, document: Document, lang: str) -> int | None:
    """How many open threads of this text the reader may see; None for whom they are not."""
    thing = Thing(document=document.id, state=document.state, shown=document.shown)
    if lang not in document.editions or not visit.may("comment.read", thing):
        return None
    return comments_store.open_counts(visit.tx, document.id, organisation=visit.reader.organisation).get(lang, 0)


def of_version(visit: Visit, document: Document, version: Version, lang: str) -> list[tuple[comment.Thread, Placed]]:
    """The threads that were open when a version was cut, at their places in its text; none for whom they are not."""
    thing = Thing(document=document.id, state=document.state, shown=document.shown)
    if not visit.may("comment.read", thing):
        return []
    return comments_store.placed(visit.tx, version.id, lang=lang, organisation=visit.reader.organisation)
