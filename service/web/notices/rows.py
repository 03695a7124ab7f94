"""Notices as rows of a page: sentence, titles, link."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from service.domain.errors import N_
from service.domain.policy import Thing
from service.domain.publication.notice import LINKS, SENTENCES
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.publication import notices as notices_store
from service.web.http.context import Visit


@dataclass(frozen=True)
class Told:
    """A notice as it is shown to who is signed in: here, unlike in a mail, the document has its title."""

    id: str
    sentence: str
    titles: Mapping[str, str]
    link: str
    at: int
    read: bool


def latest(visit: Visit, *, limit: int) -> list[Told]:
    """The last notices to the reader, the newest first."""
    return [_told(visit, one) for one in notices_store.latest(visit.tx, visit.reader.person, limit=limit)]


def _told(visit: Visit, notice: notices_store.Notice) -> Told:
    link = LINKS.get(notice.kind.partition(".")[0], "").format_map({"document": "", **notice.params})
    return Told(
        notice.id,
        _sentence(visit, notice),
        _titles(visit, visit.tx, str(notice.params.get("document", ""))),
        link,
        notice.at,
        notice.read_at is not None,
    )


def _sentence(visit: Visit, notice: notices_store.Notice) -> Markup:
    moment = notice.params.get("closes_at")
    said = {"moment": visit.voice.moment(int(moment))} if moment else {}
    return visit.voice.say(SENTENCES.get(notice.kind, N_("Something has happened.")), **said)


def _titles(visit: Visit, tx: Tx, document_id: str) -> Mapping[str, str]:
    """The titles of a document, if the reader may see it still."""
    found = documents_store.get(tx, document_id) if document_id else None
    if found is None:
        return {}
    thing = Thing(document=found.id, state=found.state, shown=found.shown)
    return {lang: one.title for lang, one in found.editions.items()} if visit.may("document.read", thing) else {}
