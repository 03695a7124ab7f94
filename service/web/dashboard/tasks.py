"""What needs the reader now: one line each, one act each, what is most pressing first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.actions.publication import publications
from service.domain.documents.document import APPROVED, DRAFTING, ENDORSEMENT, PUBLISHED, Document
from service.domain.documents.last_seen import DraftSeen
from service.domain.endorsement.round import Round
from service.domain.errors import N_
from service.domain.membership.people import FOCAL_POINT, SIGNATORY, Mandate
from service.domain.policy import SEALED_STATES, Resource, scope
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
from service.web.http.context import RequestContext
from service.web.rounds.tally import RoundTally, round_tally

MAX_DOCUMENTS = 60
"""How many of the newest documents are looked through."""

MAX_MENTIONS = 5
"""How many comments that ask the reader are shown at once."""

FRESH_EMAIL_AGE = 15 * 60 * 1_000_000
"""µs a mail of the sample is worth being pointed at: codes live ten minutes."""


_PUBLICATION_SENTENCES = {
    "first": N_("Ready to be published"),
    "revision": N_("A new revision is ready to be published"),
}


@dataclass(frozen=True)
class Task:
    """`sentence` says what is asked, `act` what to press; `titles` of the document it is about, if any. `due` (µs UTC)
    is a deadline, `stands` how the round stands, `role` whether the reader themselves may sign."""

    kind: str
    sentence: str
    action: str
    link: str
    titles: Mapping[str, str]
    document: Document | None = None
    round: Round | None = None
    tally: RoundTally | None = None
    can_sign: bool = False
    name: str = ""
    count: int = 1


def list_tasks(context: RequestContext) -> list[Task]:
    """Everything that waits for the reader: rounds by their deadline, then what they confirm, mend, publish, read."""
    found = [
        one
        for _, one in documents_store.list_newest(context.tx, scope(context.user, "document.read"), limit=MAX_DOCUMENTS)
    ]
    return [
        *sorted(_round_tasks(context, found), key=lambda one: one.round.closes_at if one.round else 0),
        *_email_tasks(context),
        *_mandate_tasks(context),
        *_file_tasks(context, found),
        *_mention_tasks(context),
        *_draft_change_tasks(context, found),
    ]


def _round_tasks(context: RequestContext, found: list[Document]) -> Iterator[Task]:
    organisation_id = context.user.organisation
    newest_rounds = rounds_store.list_newest(context.tx, [one.id for one in found if one.state == ENDORSEMENT])
    for document in found:
        round_ = newest_rounds.get(document.id)
        if (
            organisation_id is None
            or round_ is None
            or not round_.is_accepting(now=context.tx.now)
            or organisation_id not in round_.organisations
        ):
            continue
        if not context.user.has_role([SIGNATORY, FOCAL_POINT], document=document.id):
            continue
        if endorsements_store.get_live(context.tx, round_id=round_.id, organisation=organisation_id) is None:
            yield _round_task(context, document, round_, organisation_id)


def _round_task(context: RequestContext, document: Document, round_: Round, organisation_id: str) -> Task:
    can_sign = mandates_store.get_live(context.tx, organisation=organisation_id, person=context.user.person) is not None
    names = next(entry.names for entry in round_.roll if entry.organisation == organisation_id)
    return Task(
        "round",
        N_("Your organisation’s answer is needed"),
        N_("Read the text and decide") if can_sign else N_("View the round"),
        f"/rounds/{round_.id}/sign" if can_sign else f"/rounds/{round_.id}",
        _titles(document),
        document=document,
        round=round_,
        tally=round_tally(context.tx, round_, formatter=context.formatter),
        can_sign=can_sign,
        name=context.formatter.plain_name(names),
    )


def _email_tasks(context: RequestContext) -> Iterator[Task]:
    newest = notices_store.list_newest_emails(context.tx, context.user.person, limit=1) if context.is_sample else []
    if newest and context.tx.now - newest[0].at < FRESH_EMAIL_AGE:
        yield Task("mail", N_("You have a new email"), N_("Read it"), "/mails", {})


def _mandate_tasks(context: RequestContext) -> Iterator[Task]:
    """Mandates the reader may confirm and has not."""
    if not context.may("mandate.confirm", Resource()):
        return
    waiting = [one for _, one in mandates_store.list_all(context.tx) if one.state == "granted"]
    for one in waiting:
        if context.user.person not in (one.granted_by, one.person, *one.confirmations):
            yield _mandate_task(context, one)


def _mandate_task(context: RequestContext, one: Mandate) -> Task:
    holder, organisation = (
        people_store.get(context.tx, one.person),
        organisations_store.get(context.tx, one.organisation),
    )
    return Task(
        "mandate",
        N_("A mandate needs your confirmation"),
        N_("Review and confirm"),
        "/mandates",
        organisation.names if organisation else {},
        name=context.formatter.plain_name(holder.names) if holder else "",
    )


def _file_tasks(context: RequestContext, found: list[Document]) -> Iterator[Task]:
    """Files that could not be made, approved documents whose files are all ready, and what happened to a published one
    since its last revision."""
    for document in _documents_with_files(context, found):
        resource = _resource(document)
        failed, ready = _export_states(context, document)
        link = f"/documents/{document.id}/files"
        if failed:
            yield Task(
                "failed", N_("A file could not be created"), N_("See why"), link, _titles(document), document=document
            )
        elif ready and context.may("publication.publish", resource):
            publication_news = publications.get_publish_status(context.tx, document)
            if publication_news in _PUBLICATION_SENTENCES:
                yield Task(
                    "publish",
                    _PUBLICATION_SENTENCES[publication_news],
                    N_("Review and publish"),
                    link,
                    _titles(document),
                    document=document,
                )


def _documents_with_files(context: RequestContext, found: list[Document]) -> list[Document]:
    """The approved documents whose files are the reader's business, and the published ones something happened to."""
    mine = [one for one in found if one.state in SEALED_STATES and context.may("export.request", _resource(one))]
    published = [one.id for one in mine if one.state == PUBLISHED]
    changed_since = publications_store.list_changed(context.tx, published) if published else frozenset()
    return [one for one in mine if one.state == APPROVED or one.id in changed_since]


def _resource(document: Document) -> Resource:
    return Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)


def _export_states(context: RequestContext, document: Document) -> tuple[bool, bool]:
    """(a standard file could not be made, all of them are ready)."""
    seal = seals_store.get_by_document(context.tx, document.id)
    sealed_exports = [
        one for _, one in exports_store.list_by_document(context.tx, document.id) if seal and one.seal == seal.id
    ]
    newest = {(one.lang, one.format): one.state for one in sealed_exports}
    wanted = len(document.editions) * len(FORMATS)
    return "failed" in newest.values(), list(newest.values()).count("ready") >= wanted


def _mention_tasks(context: RequestContext) -> Iterator[Task]:
    """Comments that ask the reader by name, which they have not answered."""
    for thread in comments_store.list_unanswered(
        context.tx, context.user.person, organisation=context.user.organisation, limit=MAX_MENTIONS
    ):
        document = documents_store.get(context.tx, thread.document)
        if document and context.may("comment.read", _resource(document)):
            mention = next(one for one in reversed(thread.comments) if context.user.person in one.mentions)
            name = people_store.get(context.tx, mention.person)
            yield Task(
                "mention",
                N_("You were mentioned in a comment"),
                N_("Read and reply"),
                f"/documents/{document.id}/comments?lang={thread.lang}&state=all#{thread.id}",
                _titles(document),
                document=document,
                name=context.formatter.plain_name(name.names) if name else "",
            )


def _draft_change_tasks(context: RequestContext, found: list[Document]) -> Iterator[Task]:
    """Drafts the reader works on that others changed since, and that they have not looked at after that."""
    mine = [one for one in found if one.state == DRAFTING and context.may("draft.save", _resource(one))]
    drafts = [edition.draft for one in mine for edition in one.editions.values()]
    last_writers = journal_store.list_last_writers(context.tx, drafts)
    last_seen = (
        last_seen_store.list_drafts_seen(context.tx, person=context.user.person, drafts=drafts) if drafts else {}
    )
    for document in mine:
        lang, change = _last_unseen_change(context, document, last_writers, last_seen)
        if change:
            name = people_store.get(context.tx, change.actor)
            yield Task(
                "moved",
                N_("Others continued writing"),
                N_("Continue reading"),
                f"/documents/{document.id}/changes?lang={lang}",
                _titles(document),
                document=document,
                name=context.formatter.plain_name(name.names) if name else "",
            )


def _last_unseen_change(
    context: RequestContext, document: Document, last_writers: Mapping[str, str], last_seen: Mapping[str, DraftSeen]
) -> tuple[str, Update | None]:
    """The language of an edition the reader has written in, and who wrote last there, if that was somebody else and
    they have not seen it; `hands` holds who was the last in each draft, `stays` how far the reader saw each."""
    for lang, edition in document.editions.items():
        if last_writers.get(edition.draft) in (None, context.user.person):
            continue
        epoch, last = journal_store.get_head(context.tx, edition.draft).epoch, last_seen.get(edition.draft)
        rows = journal_store.list_latest_by_person(context.tx, edition.draft, epoch=epoch)
        is_seen = rows and last and last.epoch == epoch and last.seq >= rows[0].seq
        writers = [row.actor for row in rows]
        if not is_seen and context.user.person in writers[1:]:
            return lang, rows[0]
    return "", None


def _titles(document: Document) -> Mapping[str, str]:
    return {lang: edition.title for lang, edition in document.editions.items()}
