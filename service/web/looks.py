"""Since when a text is new to its reader: what a page shows is noted after it was shown."""

from collections.abc import Collection

from service.actions import readings
from service.domain.document import Document
from service.domain.reading import Look, looked, since
from service.store import readings as reading_store
from service.web.visit import Visit


def new_since(visit: Visit, document: Document, *, newest: int, shown: int | None = None) -> int | None:
    """The version the reader saw last, where `newest` is new to them; `shown`, if any, is noted as seen after this."""
    last = reading_store.get(visit.tx, person=visit.reader.person, document=document.id)
    if shown and looked(last, version=shown, now=visit.tx.now) != last:
        _after(visit, document.id, shown)
    return since(last, newest=newest, now=visit.tx.now)


def all_of(visit: Visit, documents: Collection[str]) -> dict[str, Look]:
    """The reader's looks at `documents`; none of a stranger."""
    if visit.actor is None:
        return {}
    return reading_store.of_documents(visit.tx, person=visit.actor.person, documents=documents)


def _after(visit: Visit, document: str, version: int) -> None:
    actor = visit.reader
    visit.after(lambda tx: readings.look(tx, actor, document_id=document, version=version))
