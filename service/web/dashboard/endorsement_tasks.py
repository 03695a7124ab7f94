"""Tasks about rounds that wait for a second person: early ends to confirm, and disputes to settle."""

from collections.abc import Iterator, Sequence

from service.actions.endorsement import disputes, endings
from service.actions.publication.open_disputes import list_effective
from service.domain.documents.document import APPROVED, ENDORSEMENT, Document
from service.domain.endorsement.round import Round
from service.domain.errors import N_
from service.store.accounts import people as people_store
from service.store.endorsement import rounds as rounds_store
from service.web.dashboard.task import Task, document_resource, document_titles
from service.web.http.context import RequestContext


def endorsement_tasks(context: RequestContext, found: Sequence[Document]) -> Iterator[Task]:
    """Yield a task for each early end that the user can confirm, and each dispute that the user can settle."""
    states = (ENDORSEMENT, APPROVED)
    newest = rounds_store.list_newest(context.tx, [one.id for one in found if one.state in states])
    for document in found:
        round_ = newest.get(document.id)
        if round_ is not None:
            yield from _ending_tasks(context, document, round_)
            yield from _dispute_tasks(context, document, round_)


def _ending_tasks(context: RequestContext, document: Document, round_: Round) -> Iterator[Task]:
    if not round_.is_accepting(now=context.tx.now) or not context.may("round.close", document_resource(document)):
        return
    for one in endings.list_endings(context.tx, document, round_):
        if one.state.requested and context.user.person in one.state.missing and not one.state.is_enough:
            yield Task(
                "ending",
                N_("A round ends early if you confirm it"),
                N_("Review and confirm"),
                f"/rounds/{round_.id}#end",
                document_titles(document),
                document=document,
                name=_person_name(context, one.state.requested[0]),
            )


def _dispute_tasks(context: RequestContext, document: Document, round_: Round) -> Iterator[Task]:
    organisation = context.user.organisation
    if organisation not in round_.organisations:
        return
    mine = [one for one in list_effective(context.tx, round_) if one.dispute.organisation == organisation]
    settling = disputes.load_view(context.tx, context.user, round_id=round_.id).settling if mine else {}
    for one in mine:
        if one.dispute.id in settling:
            yield Task(
                "dispute",
                N_("Your organisation’s answer is disputed"),
                N_("Read and resolve"),
                f"/rounds/{round_.id}/dispute",
                document_titles(document),
                document=document,
                name=_person_name(context, one.dispute.person),
            )


def _person_name(context: RequestContext, person: str) -> str:
    found = people_store.get(context.tx, person)
    return context.formatter.plain_name(found.names) if found else ""
