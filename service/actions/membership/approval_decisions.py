"""Confirm, refuse, withdraw and carry out acts that need a second person."""

from collections.abc import Callable, Mapping

from service.actions import notice_matters, notifications
from service.actions.accounts import address_proof
from service.actions.authorization import or_not_found, require
from service.actions.membership import approvals, coalition, offboarding, organisations, proposals, roles
from service.actions.membership.addresses import require_proved_address
from service.domain.membership.addresses import BY_CHANNEL
from service.domain.membership.approvals import (
    ADDRESS_CONFIRM,
    BY_ONE,
    DONE,
    ORGANISATION_LEAVE,
    ORGANISATION_REJOIN,
    PERSON_CLOSE,
    PROOF_WAIVE,
    REFUSED,
    ROLE_BEGIN,
    ROLE_GRANT,
    ROLE_TAKE,
    SETTINGS_LOWER,
    WAITING,
    WITHDRAWN,
    ApprovalRequest,
    check_may_approve,
    check_waiting,
    count_approvals,
    validate_channel,
)
from service.domain.membership.people import AUDITOR, SECRETARIAT, Actor
from service.domain.publication.notice_matters import APPROVAL_KINDS
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import approvals as approvals_store
from service.store.membership import contacts as contacts_store
from service.store.membership import proposals as proposals_store


def approve(tx: Tx, actor: Actor, *, request: str, channel: str) -> ApprovalRequest:
    """Confirm a request as another person, who checked by `channel`; with the last one needed it is carried out.

    Raises `NotFound`, `Conflict` `approval_over`, `already_confirmed`, `Forbidden` `second_person_needed`,
    `InvalidInput` `channel_needed`, and what the act itself raises.
    """
    require(actor, "approval.give")
    approvals.lock_secretariat(tx)
    found = or_not_found(approvals_store.lock(tx, request))
    check_may_approve(found, by=actor.person, eligible=approvals.list_eligible(tx, found))
    if not actor.has_role([SECRETARIAT]):
        require_proved_address(tx, actor)
    checked_by = validate_channel(channel)
    approvals_store.add_approval(tx, request, person=actor.person, channel=checked_by)
    facts = {"request": request, "channel": checked_by}
    record_store.append(tx, act="approval.give", actor=actor.person, facts=facts)
    notice_matters.settle(tx, APPROVAL_KINDS, about=request, persons=[actor.person])
    given = or_not_found(approvals_store.get(tx, request))
    if count_approvals(given, eligible=approvals.list_eligible(tx, given)) >= max(1, given.needed):
        _finish(tx, given)
    return or_not_found(approvals_store.get(tx, request))


def refuse(tx: Tx, actor: Actor, *, request: str) -> None:
    """Refuse a request: by those who may confirm it, or by the member of the secretariat it is about.

    Its requester withdraws it. Raises `NotFound`, `Conflict` `approval_over`, `Forbidden` `second_person_needed`.
    """
    require(actor, "account.own")
    found = or_not_found(approvals_store.lock(tx, request))
    check_waiting(found)
    own = actor.person == found.requested_by
    if not own and not may_refuse(tx, actor, found):
        raise proposals.second_person_needed()
    for one in found.params.get("proposals", ()):
        proposals_store.end(tx, str(one), state="refused", by=actor.person)
    _end(tx, found, state=WITHDRAWN if own else REFUSED, by=actor.person)


def carry_out_due(tx: Tx, *, request: str) -> bool:
    """Carry out a request whose time has come, for the sweep; return False if there was nothing to do.

    It is withdrawn instead if who asked is no longer in the secretariat. A request that nobody may confirm any more
    starts to wait. Raises what the act itself raises.
    """
    approvals.lock_secretariat(tx)
    found = approvals_store.lock(tx, request)
    if found is None or found.state != WAITING:
        return False
    if found.due_at is None:
        if approvals.list_eligible(tx, found):
            return False
        approvals.wait_alone(tx, found)
        return True
    if tx.now < found.due_at:
        return False
    _carry_out(tx, found)
    return True


def give_up(tx: Tx, *, request: str) -> None:
    """End a request that cannot be carried out, because what it is about has changed."""
    found = approvals_store.lock(tx, request)
    if found is not None and found.state == WAITING:
        _end(tx, found, state=REFUSED, by=None)


def list_due(tx: Tx) -> list[str]:
    """Return the ids of the requests that `carry_out_due` should look at."""
    waiting = approvals_store.list_waiting(tx)
    return [
        one.id
        for one in waiting
        if (one.due_at is not None and one.due_at <= tx.now)
        or (one.due_at is None and not approvals.list_eligible(tx, one))
    ]


def may_refuse(tx: Tx, actor: Actor, request: ApprovalRequest) -> bool:
    """Return whether the actor may refuse a request: as one who may confirm it, or as the secretary it is about."""
    is_subject = actor.person == request.about_person and actor.has_role([SECRETARIAT])
    own_organisation = request.act == ROLE_BEGIN and request.organisation is not None
    return (
        is_subject
        or actor.person in approvals.list_eligible(tx, request)
        or (own_organisation and actor.organisation == request.organisation and actor.person != request.about_person)
    )


def list_visible(tx: Tx, actor: Actor) -> list[ApprovalRequest]:
    """Return the waiting requests that the actor may see, oldest first.

    The secretariat and auditors see all; others those told to everybody, those about their organisation, and those
    that they may confirm.
    """
    waiting = approvals_store.list_waiting(tx)
    if actor.has_role([SECRETARIAT, AUDITOR]):
        return waiting
    return [
        one
        for one in waiting
        if (one.due_at is not None and not one.needed)
        or (one.organisation is not None and one.organisation == actor.organisation)
        or actor.person in approvals.list_eligible(tx, one)
    ]


def delete_old_contacts(tx: Tx) -> None:
    """Forget former addresses whose time is over."""
    contacts_store.delete_old(tx)


def _finish(tx: Tx, request: ApprovalRequest) -> None:
    """Carry out a confirmed request now, or when its time comes."""
    not_before = int(request.params.get("not_before") or 0)
    if tx.now < not_before:
        approvals_store.set_due(tx, request.id, due_at=not_before)
        return
    _carry_out(tx, request)


def _carry_out(tx: Tx, request: ApprovalRequest) -> None:
    if request.requested_by not in approvals.list_secretariat(tx):
        _end(tx, request, state=WITHDRAWN, by=None)
        return
    _ACTS[request.act](tx, request)
    _end(tx, request, state=DONE, by=None)


def _end(tx: Tx, request: ApprovalRequest, *, state: str, by: str | None) -> None:
    approvals_store.end(tx, request.id, state=state)
    notice_matters.settle(tx, APPROVAL_KINDS, about=request.id)
    approvers = [one.person for one in request.approvals]
    facts = {"request": request.id, "act": request.act, "subject": request.subject, "approved_by": approvers}
    record_store.append(tx, act=f"approval.{state}", actor=by, facts=facts)
    if state != WITHDRAWN:
        requester = [or_not_found(people_store.get(tx, request.requested_by))]
        notifications.notify(tx, requester, kind=f"approval.{state}", about=request.id, params={}, urgent=True)


def _begin_roles(tx: Tx, request: ApprovalRequest) -> None:
    channel = request.approvals[-1].channel if request.approvals else BY_ONE
    by = request.approvals[-1].person if request.approvals else request.requested_by
    found = (proposals_store.get(tx, str(id)) for id in request.params["proposals"])
    proposals.begin_all(tx, [one for one in found if one is not None], by=by, channel=channel)


def _grant_role(tx: Tx, request: ApprovalRequest) -> None:
    params = request.params
    role, document = str(params["role"]), str(params["document"])
    roles.apply_grant(tx, person=request.subject, role=role, document=document, by=request.requested_by)


def _take_role(tx: Tx, request: ApprovalRequest) -> None:
    role, document = str(request.params["role"]), str(request.params["document"])
    offboarding.take_role(tx, person=request.subject, role=role, document=document, by=request.requested_by)


def _close_person(tx: Tx, request: ApprovalRequest) -> None:
    offboarding.apply_close(tx, person=request.subject, by=request.requested_by)


def _leave(tx: Tx, request: ApprovalRequest) -> None:
    organisations.apply_leave(tx, organisation=request.subject, by=request.requested_by)


def _rejoin(tx: Tx, request: ApprovalRequest) -> None:
    organisations.apply_rejoin(tx, organisation=request.subject, by=request.requested_by)


def _confirm_address(tx: Tx, request: ApprovalRequest) -> None:
    by = request.approvals[-1].person if request.approvals else request.requested_by
    address_proof.mark_proved(tx, request.subject, proof=BY_CHANNEL, by=by)


def _lower_settings(tx: Tx, request: ApprovalRequest) -> None:
    lowered = {name: change["new"] for name, change in request.params["settings"].items()}
    coalition.apply_lowered(tx, lowered=lowered, by=request.requested_by)


def _waive_proofs(_: Tx, __: ApprovalRequest) -> None:
    """Change nothing: the opening of the round finds the confirmed request."""


_ACTS: Mapping[str, Callable[[Tx, ApprovalRequest], None]] = {
    ROLE_BEGIN: _begin_roles,
    ROLE_GRANT: _grant_role,
    ROLE_TAKE: _take_role,
    PERSON_CLOSE: _close_person,
    ORGANISATION_LEAVE: _leave,
    ORGANISATION_REJOIN: _rejoin,
    SETTINGS_LOWER: _lower_settings,
    ADDRESS_CONFIRM: _confirm_address,
    PROOF_WAIVE: _waive_proofs,
}
"""Act → how it is carried out."""
