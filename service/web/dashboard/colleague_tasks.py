"""Tasks of the dashboard: answers of colleagues that wait for the user's confirmation."""

from collections.abc import Iterator

from service.actions.endorsement import colleagues
from service.domain.endorsement.endorsement import APPROVAL_LIFETIME
from service.domain.errors import N_, DomainError
from service.store.publication import notices as notices_store
from service.web.dashboard.task import Task, document_titles
from service.web.http.context import RequestContext


def colleague_tasks(context: RequestContext) -> Iterator[Task]:
    """Yield a task for each answer that a colleague prepared and asked the user to confirm within a day."""
    since = context.tx.now - APPROVAL_LIFETIME
    for notice in notices_store.list_of_kind(context.tx, context.user.person, kind="colleague.asked", since=since):
        round_id, challenge_id = str(notice.params["round"]), str(notice.params["about"])
        try:
            found = colleagues.load_request(context.tx, context.user, round_id=round_id, challenge_id=challenge_id)
        except DomainError:  # the round is over, or the user has no part in it any more
            continue
        if not found.is_approved:
            yield Task(
                "mandate",
                N_("A colleague asks you to confirm their answer"),
                N_("Read and confirm"),
                f"/rounds/{round_id}/sign/{challenge_id}/approval",
                document_titles(found.document),
                document=found.document,
                name=context.formatter.plain_name(found.signatory.names),
            )
