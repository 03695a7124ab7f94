"""Ask for an act of power that a second person must confirm; see `approval_decisions` for what follows."""

from collections.abc import Mapping
from typing import Any

from service.actions import notifications
from service.actions.membership.power_notices import tell_everyone, tell_organisation
from service.domain.errors import N_, Conflict
from service.domain.membership.approvals import (
    DONE,
    PERSON_CLOSE,
    ROLE_TAKE,
    WAIT,
    ApprovalRequest,
    Schedule,
    eligible_approvers,
    schedule,
)
from service.domain.membership.people import FOCAL_POINT, SECRETARIAT, Person
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.accounts import recoveries as recoveries_store
from service.store.accounts import role_holders as role_holders_store
from service.store.db import Tx
from service.store.endorsement import rounds as rounds_store
from service.store.membership import approvals as approvals_store


def is_founding(tx: Tx) -> bool:
    """Return whether no round was ever opened here: the coalition is still being set up."""
    return not rounds_store.has_any(tx)


def list_secretariat(tx: Tx) -> frozenset[str]:
    """Return the active members of the secretariat of the whole coalition."""
    return frozenset(one.id for one in people_store.list_role_holders(tx, [SECRETARIAT]))


def lock_secretariat(tx: Tx) -> None:
    """Lock who is in the secretariat; in the lock order before all rows with a `seq`."""
    role_holders_store.lock_role_holders(tx, SECRETARIAT)


def list_confirmers(tx: Tx) -> frozenset[str]:
    """Return the members of the secretariat who may confirm now: not those who recovered their access recently."""
    return list_secretariat(tx) - recoveries_store.list_restricted(tx)


def ask(
    tx: Tx,
    by: str,
    *,
    act: str,
    subject: str,
    params: Mapping[str, Any],
    demanded: int = 2,
    not_before: int | None = None,
) -> str | None:
    """Ask for an act; return None if it may be carried out at once, else the id of the request that waits.

    `params` may name the `person` who cannot confirm it and the `organisation` to tell. With `not_before` (µs UTC) it
    waits until then even when confirmed. Raises `Conflict` `already_asked`.
    """
    lock_secretariat(tx)
    person = params.get("person")
    planned = schedule(
        list_secretariat(tx),
        requested_by=by,
        about_person=person,
        demanded=demanded,
        founding=is_founding(tx),
    )
    if planned.at_once and not_before is None:
        return None
    if any(
        {**one.params, "v": 1} == {**params, "v": 1}
        for one in approvals_store.list_waiting(tx, act=act, subject=subject)
    ):
        raise Conflict(
            "already_asked", N_("Someone asked for this already. It waits for a second person: see the first page.")
        )
    return _add_request(tx, by, planned, act=act, subject=subject, params=params, not_before=not_before)


def ask_two_or_one(tx: Tx, by: str, *, act: str, subject: str, params: Mapping[str, Any]) -> str | None:
    """Ask for an act as `ask` does; where the secretariat has one person, it is in force at once, and None is returned.

    The request is recorded in both cases.
    """
    lock_secretariat(tx)
    demanded = min(2, len(list_secretariat(tx) | {by}))
    waiting = ask(tx, by, act=act, subject=subject, params=params, demanded=demanded)
    if waiting is None:
        _record_at_once(tx, by, act=act, subject=subject, params=params)
    return waiting


def _record_at_once(tx: Tx, by: str, *, act: str, subject: str, params: Mapping[str, Any]) -> None:
    id = tx.new_id("apr")
    approvals_store.add(tx, id=id, act=act, subject=subject, params=params, needed=0, by=by, due_at=None)
    asked = {"request": id, "act": act, "subject": subject, "params": dict(params), "needed": 0, "due_at": None}
    record_store.append(tx, act="approval.request", actor=by, facts=asked)
    approvals_store.end(tx, id, state=DONE)
    done = {"request": id, "act": act, "subject": subject, "approved_by": []}
    record_store.append(tx, act="approval.done", actor=by, facts=done)


def _add_request(
    tx: Tx, by: str, planned: Schedule, *, act: str, subject: str, params: Mapping[str, Any], not_before: int | None
) -> str:
    id = tx.new_id("apr")
    due_at = None if planned.needed else max(tx.now + (planned.wait or 0), not_before or 0)
    kept = {**params, "not_before": not_before} if not_before else params
    approvals_store.add(tx, id=id, act=act, subject=subject, params=kept, needed=planned.needed, by=by, due_at=due_at)
    facts = {
        "request": id,
        "act": act,
        "subject": subject,
        "params": dict(kept),
        "needed": planned.needed,
        "due_at": due_at,
    }
    record_store.append(tx, act="approval.request", actor=by, facts=facts)
    request = approvals_store.get(tx, id)
    assert request is not None
    tell_of_request(tx, request)
    return id


def tell_of_request(tx: Tx, request: ApprovalRequest) -> None:
    """Tell those who may confirm, the organisation concerned, and everybody if nobody else may confirm."""
    notifications.notify(
        tx, list_approvers(tx, request), kind="approval.needed", about=request.id, params={}, urgent=True
    )
    if request.organisation:
        tell_organisation(tx, request.organisation, kind="power.requested", about=request.id)
    if request.due_at is not None and not request.needed:
        tell_everyone(tx, kind="approval.alone", about=request.id, params={"moment": request.due_at})


def wait_alone(tx: Tx, request: ApprovalRequest) -> None:
    """Let a request that nobody may confirm any more take effect after WAIT, and tell everybody."""
    due_at = tx.now + WAIT
    approvals_store.set_due(tx, request.id, due_at=due_at)
    facts = {"request": request.id, "due_at": due_at}
    record_store.append(tx, act="approval.wait", actor=None, facts=facts)
    tell_everyone(tx, kind="approval.alone", about=request.id, params={"moment": due_at})


def list_eligible(tx: Tx, request: ApprovalRequest) -> frozenset[str]:
    """Return the ids of those who may confirm a request now.

    Where a secretariat of two is asked to remove one of them, focal points of other organisations may confirm, so that
    neither can block it for ever.
    """
    secretariat = list_secretariat(tx)
    others = eligible_approvers(secretariat, requested_by=request.requested_by, about_person=request.about_person)
    if others or request.act not in (ROLE_TAKE, PERSON_CLOSE) or request.about_person not in secretariat:
        return others
    requester = people_store.get(tx, request.requested_by)
    own = requester.organisation if requester else None
    return frozenset(
        one.id
        for one in people_store.list_role_holders(tx, [FOCAL_POINT])
        if one.address_proved_at is not None
        and one.organisation not in (None, own)
        and one.id not in (request.requested_by, request.about_person)
    )


def list_approvers(tx: Tx, request: ApprovalRequest) -> list[Person]:
    """Return those who may confirm a request now and have not."""
    given = {one.person for one in request.approvals}
    found = (people_store.get(tx, id) for id in sorted(list_eligible(tx, request) - given))
    return [one for one in found if one is not None]
