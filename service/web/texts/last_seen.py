"""Since when a text is new to its reader: what a page shows is noted after it was shown."""

from collections.abc import Collection, Mapping, Sequence

from service.actions.drafts import last_seen
from service.actions.drafts.last_seen import News
from service.domain.documents.document import Document
from service.domain.documents.last_seen import Look, looked, since
from service.store.drafts import last_seen as last_seen_store
from service.web.http.context import Visit
from service.web.rendering.formatting import MINUTE
from service.web.texts.selection import shows_draft


def new_since(visit: Visit, document: Document, *, newest: int, shown: int | None = None) -> int | None:
    """The version the reader saw last, where `newest` is new to them; `shown`, if any, is noted as seen after this."""
    last = last_seen_store.get(visit.tx, person=visit.reader.person, document=document.id)
    if shown and looked(last, version=shown, now=visit.tx.now) != last:
        _after(visit, document.id, shown)
    return since(last, newest=newest, now=visit.tx.now)


def all_of(visit: Visit, documents: Collection[str]) -> dict[str, Look]:
    """The reader's looks at `documents`; none of a stranger."""
    if visit.actor is None:
        return {}
    return last_seen_store.of_documents(visit.tx, person=visit.actor.person, documents=documents)


def written_since(visit: Visit, documents: Collection[Document]) -> Mapping[str, Sequence[News]]:
    """What others wrote in the drafts of `documents` since the reader was there, by document, where these are shown."""
    drafted = [one for one in documents if shows_draft(visit, one)]
    return last_seen.news(visit.tx, visit.reader, drafted) if drafted else {}


def seen(visit: Visit, document: Document, lang: str, *, epoch: int, seq: int) -> None:
    """Note, once the page is made, that the reader was shown the draft as it stood at (epoch, seq)."""
    draft, actor = document.editions[lang].draft, visit.reader
    last = last_seen_store.stays(visit.tx, person=actor.person, drafts=[draft]).get(draft)
    if last and (last.epoch, last.seq) == (epoch, seq) and visit.tx.now - last.at < MINUTE:
        return
    visit.after(lambda tx: last_seen.stay(tx, actor, document_id=document.id, lang=lang, epoch=epoch, seq=seq))


def _after(visit: Visit, document: str, version: int) -> None:
    actor = visit.reader
    visit.after(lambda tx: last_seen.look(tx, actor, document_id=document, version=version))
