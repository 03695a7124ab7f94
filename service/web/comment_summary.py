"""Comments of a text in brief, for the pages of its document and versions."""

from service.domain import comment as rules
from service.domain.document import Document
from service.domain.policy import Thing
from service.domain.version import Version
from service.store import comments as comments_store
from service.store.comments import Placed
from service.web.visit import Visit


def open_count(visit: Visit, document: Document, lang: str) -> int | None:
    """How many open threads of this text the reader may see; None for whom they are not."""
    thing = Thing(document=document.id, state=document.state, shown=document.shown)
    if lang not in document.editions or not visit.may("comment.read", thing):
        return None
    return comments_store.open_counts(visit.tx, document.id, organisation=visit.reader.organisation).get(lang, 0)


def of_version(visit: Visit, document: Document, version: Version, lang: str) -> list[tuple[rules.Thread, Placed]]:
    """The threads that were open when a version was cut, at their places in its text; none for whom they are not."""
    thing = Thing(document=document.id, state=document.state, shown=document.shown)
    if not visit.may("comment.read", thing):
        return []
    return comments_store.placed(visit.tx, version.id, lang=lang, organisation=visit.reader.organisation)
