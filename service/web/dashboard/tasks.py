"""What needs the reader now: one line each, one act each, what is most pressing first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.actions.publication import publications
from service.domain.documents.document import APPROVED, DRAFTING, ENDORSEMENT, PUBLISHED, Document
from service.domain.documents.last_seen import Stay
from service.domain.endorsement.round import Round
from service.domain.errors import N_
from service.domain.membership.people import FOCAL_POINT, SIGNATORY, Mandate
from service.domain.policy import SEALED, Thing, scope
from service.domain.publication.export import FORMATS
from service.store.accounts import people as people_store
from service.store.comments import comments as comments_store
from service.store.documents import documents as documents_store
from service.store.drafts import journal as journal_store
from service.store.drafts import last_seen as last_seen_store
from service.store.drafts.journal import Update
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store
from service.store.publication import exports as exports_store
from service.store.publication import notices as notices_store
from service.store.publication import publications as publications_store
from service.store.publication import seals as seals_store
from service.web.http.context import Visit
from service.web.rounds.tally import Standings, standings

AMONG = 60
"""How many of the newest documents are looked through."""

MENTIONS = 5
"""How many comments that ask the reader are shown at once."""

FRESH = 15 * 60 * 1_000_000
"""µs a mail of the sample is worth being pointed at: codes live ten minutes."""


_NEWS = {"first": N_("Ready to be published"), "revision": N_("A new revision is ready to be published")}


@dataclass(frozen=True)
class Ask:
    """`sentence` says what is asked, `act` what to press; `titles` of the document it is about, if any. `due` (µs UTC)
    is a deadline, `stands` how the round stands, `role` whether the reader themselves may sign."""

    kind: str
    sentence: str
    act: str
    link: str
    titles: Mapping[str, str]
    document: Document | None = None
    round: Round | None = None
    stands: Standings | None = None
    signs: bool = False
    name: str = ""
    count: int = 1


def asks(visit: Visit) -> list[Ask]:
    """Everything that waits for the reader: rounds by their deadline, then what they confirm, mend, publish, read."""
    found = [one for _, one in documents_store.newest(visit.tx, scope(visit.reader, "document.read"), limit=AMONG)]
    return [
        *sorted(_rounds(visit, found), key=lambda one: one.round.closes_at if one.round else 0),
        *_mails(visit),
        *_mandates(visit),
        *_files(visit, found),
        *_mentions(visit),
        *_moved(visit, found),
    ]


def _rounds(visit: Visit, found: list[Document]) -> Iterator[Ask]:
    mine = visit.reader.organisation
    last = rounds_store.newest(visit.tx, [one.id for one in found if one.state == ENDORSEMENT])
    for document in found:
        round_ = last.get(document.id)
        if mine is None or round_ is None or not round_.accepts(now=visit.tx.now) or mine not in round_.organisations:
            continue
        if not visit.reader.holds([SIGNATORY, FOCAL_POINT], document=document.id):
            continue
        if endorsements_store.live(visit.tx, round_id=round_.id, organisation=mine) is None:
            yield _asked(visit, document, round_, mine)


def _asked(visit: Visit, document: Document, round_: Round, mine: str) -> Ask:
    signs = mandates_store.live(visit.tx, organisation=mine, person=visit.reader.person) is not None
    names = next(entry.names for entry in round_.roll if entry.organisation == mine)
    return Ask(
        "round",
        N_("Waiting for your organisation"),
        N_("Read the text and decide") if signs else N_("See how the round stands"),
        f"/rounds/{round_.id}/sign" if signs else f"/rounds/{round_.id}",
        _titles(document),
        document=document,
        round=round_,
        stands=standings(visit.tx, round_, voice=visit.voice),
        signs=signs,
        name=visit.voice.plain(names),
    )


def _mails(visit: Visit) -> Iterator[Ask]:
    newest = notices_store.latest_mails(visit.tx, visit.reader.person, limit=1) if visit.sample else []
    if newest and visit.tx.now - newest[0].at < FRESH:
        yield Ask("mail", N_("A new mail has come for you"), N_("Read it"), "/mails", {})


def _mandates(visit: Visit) -> Iterator[Ask]:
    """Mandates the reader may confirm and has not."""
    if not visit.may("mandate.confirm", Thing()):
        return
    waiting = [one for _, one in mandates_store.every(visit.tx) if one.state == "granted"]
    for one in waiting:
        if visit.reader.person not in (one.granted_by, one.person, *one.confirmations):
            yield _mandate(visit, one)


def _mandate(visit: Visit, one: Mandate) -> Ask:
    holder, its = people_store.get(visit.tx, one.person), organisations_store.get(visit.tx, one.organisation)
    return Ask(
        "mandate",
        N_("A mandate waits for your confirmation"),
        N_("Look and confirm"),
        "/mandates",
        its.names if its else {},
        name=visit.voice.plain(holder.names) if holder else "",
    )


def _files(visit: Visit, found: list[Document]) -> Iterator[Ask]:
    """Files that could not be made, approved documents whose files are all ready, and what happened to a published one
    since its last revision."""
    for document in _sealed(visit, found):
        thing = _thing(document)
        failed, ready = _states(visit, document)
        link = f"/documents/{document.id}/files"
        if failed:
            yield Ask(
                "failed", N_("A file could not be made"), N_("See why"), link, _titles(document), document=document
            )
        elif ready and visit.may("publication.publish", thing):
            news = publications.news(visit.tx, document)
            if news in _NEWS:
                yield Ask("publish", _NEWS[news], N_("Look and publish"), link, _titles(document), document=document)


def _sealed(visit: Visit, found: list[Document]) -> list[Document]:
    """The approved documents whose files are the reader's business, and the published ones something happened to."""
    mine = [one for one in found if one.state in SEALED and visit.may("export.request", _thing(one))]
    published = [one.id for one in mine if one.state == PUBLISHED]
    stirred = publications_store.stirred(visit.tx, published) if published else frozenset()
    return [one for one in mine if one.state == APPROVED or one.id in stirred]


def _thing(document: Document) -> Thing:
    return Thing(document=document.id, state=document.state, shown=document.shown)


def _states(visit: Visit, document: Document) -> tuple[bool, bool]:
    """(a standard file could not be made, all of them are ready)."""
    seal = seals_store.of_document(visit.tx, document.id)
    every = [one for _, one in exports_store.of_document(visit.tx, document.id) if seal and one.seal == seal.id]
    newest = {(one.lang, one.format): one.state for one in every}
    wanted = len(document.editions) * len(FORMATS)
    return "failed" in newest.values(), list(newest.values()).count("ready") >= wanted


def _mentions(visit: Visit) -> Iterator[Ask]:
    """Comments that ask the reader by name, which they have not answered."""
    for thread in comments_store.unanswered(
        visit.tx, visit.reader.person, organisation=visit.reader.organisation, limit=MENTIONS
    ):
        document = documents_store.get(visit.tx, thread.document)
        if document and visit.may("comment.read", _thing(document)):
            asking = next(one for one in reversed(thread.comments) if visit.reader.person in one.mentions)
            name = people_store.get(visit.tx, asking.person)
            yield Ask(
                "mention",
                N_("You are asked in a comment"),
                N_("Read and answer"),
                f"/documents/{document.id}/comments?lang={thread.lang}&state=all#{thread.id}",
                _titles(document),
                document=document,
                name=visit.voice.plain(name.names) if name else "",
            )


def _moved(visit: Visit, found: list[Document]) -> Iterator[Ask]:
    """Drafts the reader works on that others changed since, and that they have not looked at after that."""
    mine = [one for one in found if one.state == DRAFTING and visit.may("draft.save", _thing(one))]
    drafts = [edition.draft for one in mine for edition in one.editions.values()]
    hands = journal_store.last_hands(visit.tx, drafts)
    stays = last_seen_store.stays(visit.tx, person=visit.reader.person, drafts=drafts) if drafts else {}
    for document in mine:
        lang, last = _last_by_others(visit, document, hands, stays)
        if last:
            name = people_store.get(visit.tx, last.actor)
            yield Ask(
                "moved",
                N_("Others went on writing"),
                N_("Read on"),
                f"/documents/{document.id}/changes?lang={lang}",
                _titles(document),
                document=document,
                name=visit.voice.plain(name.names) if name else "",
            )


def _last_by_others(
    visit: Visit, document: Document, hands: Mapping[str, str], stays: Mapping[str, Stay]
) -> tuple[str, Update | None]:
    """The language of an edition the reader has written in, and who wrote last there, if that was somebody else and
    they have not seen it; `hands` holds who was the last in each draft, `stays` how far the reader saw each."""
    for lang, edition in document.editions.items():
        if hands.get(edition.draft) in (None, visit.reader.person):
            continue
        epoch, stay = journal_store.head(visit.tx, edition.draft).epoch, stays.get(edition.draft)
        rows = journal_store.writers(visit.tx, edition.draft, epoch=epoch)
        is_seen = rows and stay and stay.epoch == epoch and stay.seq >= rows[0].seq
        hands_on = [row.actor for row in rows]
        if not is_seen and visit.reader.person in hands_on[1:]:
            return lang, rows[0]
    return "", None


def _titles(document: Document) -> Mapping[str, str]:
    return {lang: edition.title for lang, edition in document.editions.items()}
