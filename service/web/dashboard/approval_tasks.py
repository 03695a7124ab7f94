"""Tasks about who acts for whom: acts that need a second person, proposed roles, notices nobody could deliver."""

from collections.abc import Iterator

from service.actions.membership import approval_decisions, proposals
from service.domain.errors import N_
from service.domain.membership.addresses import is_address_proved
from service.domain.membership.people import ORGANISATION_ROLES
from service.domain.policy import Resource
from service.store.accounts import people as people_store
from service.store.membership import organisations as organisations_store
from service.web.dashboard.task import Task
from service.web.http.context import RequestContext
from service.web.membership.approvals import proposal_row, request_row
from service.web.membership.participation import list_untold

APPROVALS = "/approvals"


def approval_tasks(context: RequestContext) -> Iterator[Task]:
    """Yield a task for each request and proposal the user may decide about, and for what they must do themselves."""
    if not context.may("approval.read", Resource()):
        return
    yield from _address_task(context)
    for one in proposals.list_visible(context.tx, context.user):
        proposed = proposal_row(context, one)
        if proposed.can_accept or proposed.can_take_up:
            sentence = N_("Someone was proposed to act for your organisation")
            orphaned = N_("A proposed focal point or signatory waits for the secretariat")
            yield Task(
                "proposal",
                sentence if proposed.can_accept else orphaned,
                N_("Accept or refuse"),
                APPROVALS,
                proposed.organisation,
                name=proposed.person,
            )
    for request in approval_decisions.list_visible(context.tx, context.user):
        row = request_row(context, request)
        if row.can_approve or (row.can_refuse and not row.is_own):
            action = N_("Confirm or refuse")
            yield Task("approval", row.act, action, APPROVALS, row.organisation, name=", ".join(row.persons))
    if list_untold(context):
        yield Task(
            "untold",
            N_("We could not email your colleagues about a change in who acts for your organisation"),
            N_("See who"),
            f"/organisations/{context.user.organisation}",
            {},
        )


def _address_task(context: RequestContext) -> Iterator[Task]:
    """Yield a task for a focal point or signatory whose address is not proved."""
    person = people_store.get(context.tx, context.user.person)
    if person is None or is_address_proved(person) or not context.user.has_role(ORGANISATION_ROLES):
        return
    organisation = organisations_store.get(context.tx, person.organisation or "")
    yield Task(
        "address",
        N_("Prove your email address, so that you can act for your organisation"),
        N_("Ask for a code"),
        "/account#address",
        organisation.names if organisation else {},
    )
