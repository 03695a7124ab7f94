"""Since when a text is new to its reader: what a page shows is noted after it was shown."""

from collections.abc import Collection, Mapping, Sequence

from service.actions import readings
from service.actions.readings import News
from service.domain.document import Document
from service.domain.reading import Look, looked, since
from service.store import readings as readings_store
from service.web.editions import shows_draft
from service.web.visit import Visit
from service.web.voice import MINUTE


def new_since(visit: Visit, document: Document, *, newest: int, shown: int | None = None) -> int | None:
    """The version the reader saw last, where `newest` is new to them; `shown`, if any, is noted as seen after this."""
    last = readings_store.get(visit.tx, person=visit.reader.person, document=document.id)
    if shown and looked(last, version=shown, now=visit.tx.now) != last:
        _after(visit, document.id, shown)
    return since(last, newest=newest, now=visit.tx.now)


def all_of(visit: Visit, documents: Collection[str]) -> dict[str, Look]:
    """The reader's looks at `documents`; none of a stranger."""
    if visit.actor is None:
        return {}
    return readings_store.of_documents(visit.tx, person=visit.actor.person, documents=documents)


def written_since(visit: Visit, documents: Collection[Document]) -> Mapping[str, Sequence[News]]:
    """What others wrote in the drafts of `documents` since the reader was there, by document, where these are shown."""
    drafted = [one for one in documents if shows_draft(visit, one)]
    return readings.news(visit.tx, visit.reader, drafted) if drafted else {}


def seen(visit: Visit, document: Document, lang: str, *, epoch: int, seq: int) -> None:
    """Note, once the page is made, that the reader was shown the draft as it stood at (epoch, seq)."""
    draft, actor = document.editions[lang].draft, visit.reader
    last = readings_store.stays(visit.tx, person=actor.person, drafts=[draft]).get(draft)
    if last and (last.epoch, last.seq) == (epoch, seq) and visit.tx.now - last.at < MINUTE:
        return
    visit.after(lambda tx: readings.stay(tx, actor, document_id=document.id, lang=lang, epoch=epoch, seq=seq))


def _after(visit: Visit, document: str, version: int) -> None:
    actor = visit.reader
    visit.after(lambda tx: readings.look(tx, actor, document_id=document, version=version))
