"""The page of a document, its files, and the one act of this page: to publish."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response, StreamingResponse

from service.actions import authorization
from service.actions.drafts import suggestions
from service.actions.drafts.last_seen import News
from service.actions.publication import exports
from service.domain.documents.document import APPROVED, DRAFTING, REVIEW, Document
from service.domain.documents.version import Version
from service.domain.endorsement.round import Round
from service.domain.policy import Thing
from service.domain.publication.export import file_name
from service.domain.publication.publication import Translation
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import publications as publications_store
from service.store.publication import seals as seals_store
from service.store.publication.translations import newest
from service.web.comments.summary import open_count
from service.web.documents.participants import circle
from service.web.drafts.permissions import may_add, may_read
from service.web.drafts.writing_advice import ASKS, aids
from service.web.http.context import Visit
from service.web.http.downloads import file_headers, whole_file
from service.web.http.pages import show
from service.web.publication.export_list import Files, files
from service.web.publication.translation_texts import free, may_translate, translation_text
from service.web.rounds.tally import Standings, headline, standings
from service.web.texts.last_seen import new_since, seen, written_since
from service.web.texts.selection import Hand, Shown, chosen, draft_of, hands, shows_draft, version_text
from service.web.workflow.offered_steps import may_step
from service.web.workflow.progress import Standing, way


@dataclass(frozen=True)
class RoundCard:
    """A round in a few lines."""

    round: Round
    said: str
    standings: Standings


def document(visit: Visit) -> Response:
    """`/documents/{document}`: where it stands, its text, its versions, rounds, files."""
    found = authorization.document(visit.tx, visit.reader, "document.read", visit.path("document"))
    held = rounds_store.of_document(visit.tx, found.id)
    standing = _standing(visit, found, held[-1] if held else None)
    followed = newest(visit.tx, standing.seal.id) if standing.seal else {}
    langs = sorted({*found.editions, *followed})
    lang = chosen(visit, langs, authentic=found.authentic)
    drafted = shows_draft(visit, found)
    last = standing.version.number if standing.version else 0
    shown = _shown(visit, found, standing.version, followed, lang, drafted=drafted)
    writes = found.state == DRAFTING and visit.may("draft.save", Thing(document=found.id, state=found.state))
    return show(
        visit,
        "documents/document.html",
        document=found,
        titles={code: edition.title for code, edition in found.editions.items()},
        way=way(found, standing, voice=visit.voice),
        standing=standing,
        shown=shown,
        aids=aids(visit, shown.text, lang=lang) if writes and shown and shown.text else None,
        asks=ASKS,
        lang=lang,
        since=new_since(visit, found, newest=last, shown=last),
        news=_news(visit, found, lang, drafted=drafted, writes=writes),
        hands=_hands(visit, found, lang, drafted=drafted),
        versions=list(reversed(versions_store.cuts(visit.tx, found.id))),
        cards=[_card(visit, one) for one in reversed(held)],
        files=_files(visit, found, standing),
        opens=_opens(visit, found),
        missing=may_add(visit, found),
        langs=langs,
        translates=may_translate(visit, found) and bool(standing.seal and free(standing.seal)),
        publishes=_publishes(visit, found),
        writes=writes,
        reads=may_read(visit, found),
        steps=may_step(visit, found),
        suggested=suggestions.waiting(visit.tx, visit.actor, found) if visit.actor else 0,
        circle=circle(visit, found),
        talk=open_count(visit, found, lang),
        now=visit.tx.now,
    )


def file(visit: Visit) -> Response:
    """`/documents/{document}/exports/{export}`: a ready file, to be saved."""
    export, artefact, title = exports.file(visit.tx, visit.reader, export_id=visit.path("export"))
    authorization.seen(export if export.document == visit.path("document") else None)
    name = file_name(title, lang=export.lang, format_=export.format)
    headers = file_headers(name, media_type=artefact.media_type, sha256=artefact.sha256, size=artefact.size)
    return StreamingResponse(whole_file(visit.house, artefact.sha256), headers=headers)


def _standing(visit: Visit, document: Document, last: Round | None) -> Standing:
    tx = visit.tx
    return Standing(
        version=versions_store.latest(tx, document.id),
        round=last,
        seal=seals_store.of_document(tx, document.id),
        publication=publications_store.of_document(tx, document.id),
    )


def _shown(
    visit: Visit,
    document: Document,
    version: Version | None,
    followed: Mapping[str, Translation],
    lang: str,
    *,
    drafted: bool,
) -> Shown | None:
    """The draft where it is written and may be read, else the newest version or what followed it, else nothing yet."""
    if drafted:
        return draft_of(visit, document, lang)
    if version and lang in followed:
        return translation_text(visit, followed[lang], version)
    return version_text(visit, version, lang) if version and lang in version.editions else None


def _hands(visit: Visit, document: Document, lang: str, *, drafted: bool) -> list[Hand]:
    return hands(visit, document, lang) if drafted else []


def _news(visit: Visit, document: Document, lang: str, *, drafted: bool, writes: bool) -> Sequence[News]:
    """What others wrote since the reader was there. Who writes has seen a text once they were where it is written; all
    others see it here."""
    if drafted and not writes:
        head = journal_store.head(visit.tx, document.editions[lang].draft)
        seen(visit, document, lang, epoch=head.epoch, seq=head.seq)
    return written_since(visit, [document]).get(document.id, ())


def _card(visit: Visit, round_: Round) -> RoundCard:
    found = standings(visit.tx, round_, voice=visit.voice)
    said = headline(found, round_, voice=visit.voice)
    return RoundCard(round_, said, found)


def _files(visit: Visit, document: Document, standing: Standing) -> Files:
    return files(visit, document.id, seal=standing.seal.id if standing.seal else None)


def _publishes(visit: Visit, document: Document) -> bool:
    """Whether the reader is offered to publish: the act itself asks again."""
    thing = Thing(document=document.id, state=document.state, shown=document.shown)
    return document.state == APPROVED and visit.may("publication.publish", thing)


def _opens(visit: Visit, document: Document) -> bool:
    """Whether the reader is offered to open a round."""
    thing = Thing(document=document.id, state=document.state, shown=document.shown)
    return document.state == REVIEW and visit.may("round.open", thing)
