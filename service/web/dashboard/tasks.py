"""Tasks of the dashboard: what waits for the user, most urgent first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.domain.documents.document import DRAFTING, ENDORSEMENT, REVIEW, Document
from service.domain.documents.last_seen import DraftSeen
from service.domain.endorsement.round import Round
from service.domain.errors import N_
from service.domain.membership.people import FOCAL_POINT, SIGNATORY, Mandate
from service.domain.policy import Resource, scope
from service.store.accounts import people as people_store
from service.store.comments import comments as comments_store
from service.store.documents import documents as documents_store
from service.store.drafts import journal as journal_store
from service.store.drafts import journal_history as journal_history_store
from service.store.drafts import last_seen as last_seen_store
from service.store.drafts.journal import Update
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store
from service.store.publication import notices as notices_store
from service.web.dashboard.approval_tasks import approval_tasks
from service.web.dashboard.colleague_tasks import colleague_tasks
from service.web.dashboard.endorsement_tasks import endorsement_tasks
from service.web.dashboard.publication_tasks import publication_tasks
from service.web.dashboard.task import Task, document_resource, document_titles
from service.web.http.context import RequestContext
from service.web.rounds.mandate_request import list_asked_names
from service.web.rounds.tally import round_tally

MAX_DOCUMENTS = 60
"""The newest documents that are searched for tasks."""

MAX_MENTIONS = 5
"""Tasks about mentions of the user that are shown at once."""

FRESH_EMAIL_AGE = 15 * 60 * 1_000_000
"""Age up to which an email of the sample is a task (µs); the codes in emails are valid for ten minutes."""


@dataclass(frozen=True)
class DraftReading:
    """The epoch of a draft, and what the user saw last of it."""

    epoch: int
    last: DraftSeen | None

    def is_seen(self, seq: int) -> bool:
        """Return whether the user has seen the row `seq`."""
        return self.last is not None and self.last.epoch == self.epoch and self.last.seq >= seq


def list_visible(context: RequestContext) -> list[Document]:
    """Return the newest documents that the user may read, those in which tasks are looked for."""
    found = documents_store.list_newest(context.tx, scope(context.user, "document.read"), limit=MAX_DOCUMENTS)
    return [one for _, one in found]


def list_tasks(context: RequestContext, found: Sequence[Document]) -> list[Task]:
    """Return all tasks of the user, those about documents for `found` only.

    Rounds come by deadline, then their ends and disputes, then emails, mandates and the rest.
    """
    return [
        *sorted(_round_tasks(context, found), key=lambda one: one.round.closes_at if one.round else 0),
        *endorsement_tasks(context, found),
        *_email_tasks(context),
        *approval_tasks(context),
        *colleague_tasks(context),
        *_mandate_tasks(context),
        *_missing_mandate_tasks(context, found),
        *publication_tasks(context, found),
        *_mention_tasks(context),
        *_draft_change_tasks(context, found),
    ]


def _round_tasks(context: RequestContext, found: Sequence[Document]) -> Iterator[Task]:
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
        document_titles(document),
        document=document,
        round=round_,
        tally=round_tally(context.tx, round_, reader=context.user, formatter=context.formatter),
        can_sign=can_sign,
        asked_for_mandate=[] if can_sign else list_asked_names(context),
        name=context.formatter.plain_name(names),
    )


def _email_tasks(context: RequestContext) -> Iterator[Task]:
    newest = notices_store.list_newest_emails(context.tx, context.user.person, limit=1) if context.is_sample else []
    if newest and context.tx.now - newest[0].at < FRESH_EMAIL_AGE:
        yield Task("mail", N_("You have a new email"), N_("Read it"), "/mails", {})


def _mandate_tasks(context: RequestContext) -> Iterator[Task]:
    """Yield a task for each mandate that the user may confirm and has not."""
    if not context.may("mandate.confirm", Resource()):
        return
    waiting = [one for _, one in mandates_store.list_all(context.tx) if one.state == "granted"]
    for one in waiting:
        if context.user.person not in (one.granted_by, one.person, *one.confirmations):
            yield _mandate_task(context, one)


def _missing_mandate_tasks(context: RequestContext, found: Sequence[Document]) -> Iterator[Task]:
    """Yield a task for a focal point whose organisation has granted no mandate, once a text is in review or later."""
    organisation_id = context.user.organisation
    if organisation_id is None or not context.may("mandate.grant", Resource(organisation=organisation_id)):
        return
    if not any(one.state in (REVIEW, ENDORSEMENT) for one in found):
        return
    granted = mandates_store.list_unrevoked(context.tx, organisation=organisation_id)
    if not any(one.expires_at is None or one.expires_at > context.tx.now for one in granted):
        organisation = organisations_store.get(context.tx, organisation_id)
        yield Task(
            "missing_mandate",
            N_("Nobody can sign for your organisation yet"),
            N_("Grant a mandate"),
            "/mandates",
            organisation.names if organisation else {},
        )


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


def _mention_tasks(context: RequestContext) -> Iterator[Task]:
    """Yield a task for each thread in which the user was mentioned and has not replied."""
    for thread in comments_store.list_unanswered(
        context.tx, context.user.person, organisation=context.user.organisation, limit=MAX_MENTIONS
    ):
        document = documents_store.get(context.tx, thread.document)
        if document and context.may("comment.read", document_resource(document)):
            mention = next(one for one in reversed(thread.comments) if context.user.person in one.mentions)
            name = people_store.get(context.tx, mention.person)
            yield Task(
                "mention",
                N_("You were mentioned in a comment"),
                N_("Read and reply"),
                f"/documents/{document.id}/comments?lang={thread.lang}&state=all#{thread.id}",
                document_titles(document),
                document=document,
                name=context.formatter.plain_name(name.names) if name else "",
            )


def _draft_change_tasks(context: RequestContext, found: Sequence[Document]) -> Iterator[Task]:
    """Yield a task for each document in which others changed a draft of the user since they last saw it."""
    mine = [one for one in found if one.state == DRAFTING and context.may("draft.save", document_resource(one))]
    drafts = _drafts_with_changes(context, [edition.draft for one in mine for edition in one.editions.values()])
    for document in mine:
        lang, change = _last_unseen_change(context, document, drafts)
        if change:
            name = people_store.get(context.tx, change.actor)
            yield Task(
                "moved",
                N_("Others continued writing"),
                N_("Continue reading"),
                f"/documents/{document.id}/changes?lang={lang}",
                document_titles(document),
                document=document,
                name=context.formatter.plain_name(name.names) if name else "",
            )


def _drafts_with_changes(context: RequestContext, drafts: Sequence[str]) -> Mapping[str, DraftReading]:
    """Return a mark of each draft that the user has written in, and not seen since somebody else wrote last."""
    person = context.user.person
    written = journal_history_store.list_written_by(context.tx, person, drafts) if drafts else frozenset()
    last_writers = journal_store.list_last_writers(context.tx, written) if written else {}
    changed = [draft for draft, writer in last_writers.items() if writer != person]
    if not changed:
        return {}
    heads = journal_store.get_heads(context.tx, changed)
    last_seen = last_seen_store.list_drafts_seen(context.tx, person=person, drafts=changed)
    marks = {draft: DraftReading(head.epoch, last_seen.get(draft)) for draft, head in heads.items()}
    return {draft: mark for draft, mark in marks.items() if not mark.is_seen(heads[draft].seq)}


def _last_unseen_change(
    context: RequestContext, document: Document, drafts: Mapping[str, DraftReading]
) -> tuple[str, Update | None]:
    """Return the language and the last update by hand of an edition with changes that the user has not seen.

    The user has written in the edition in this epoch. `drafts` are the drafts to look in, by id. Returns
    ("", None) if there is no such edition.
    """
    for lang, edition in document.editions.items():
        if edition.draft not in drafts:
            continue
        mark = drafts[edition.draft]
        rows = journal_store.list_latest_by_person(context.tx, edition.draft, epoch=mark.epoch)
        if rows and not mark.is_seen(rows[0].seq) and context.user.person in [row.actor for row in rows[1:]]:
            return lang, rows[0]
    return "", None
