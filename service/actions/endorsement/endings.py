"""Early ends of a round: requested by persons of the secretariat, confirmed by others, or delayed and told to all."""

from dataclasses import dataclass

from service.actions import authorization, notifications
from service.actions.authorization import or_not_found
from service.actions.endorsement.closing import cancel_round, close_round
from service.domain.documents.document import Document
from service.domain.endorsement.endings import CANCEL, CLOSE, ENDINGS, WAIT, EndingState, ending_state
from service.domain.endorsement.round import Round, approvals_needed_to_close, check_round_open
from service.domain.errors import N_, Forbidden, NotFound
from service.domain.membership.approvals import ROLE_GRANT
from service.domain.membership.people import SECRETARIAT, Actor
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.accounts import recoveries as recoveries_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.endorsement import endings as endings_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import approvals as approvals_store


@dataclass(frozen=True, slots=True)
class Ending:
    """A possible early end of a round, `close` or `cancel`: how far its request has come.

    `due_at` (µs UTC) is when it takes effect if every organisation has been told of it.
    """

    act: str
    state: EndingState
    due_at: int | None


def request_close(tx: Tx, actor: Actor, *, round_id: str) -> Round:
    """Request an early close. It is done once as many persons have requested it as the round needs (`ending_state`).

    Raises `Forbidden` `joined_after_opening`, `Conflict` `round_closed`.
    """
    return _request(tx, actor, round_id=round_id, act=CLOSE)


def request_cancel(tx: Tx, actor: Actor, *, round_id: str) -> Round:
    """Request to cancel, as `request_close` does; the document goes back to review."""
    return _request(tx, actor, round_id=round_id, act=CANCEL)


def withdraw_request(tx: Tx, actor: Actor, *, round_id: str, act: str) -> Round:
    """Withdraw one's own request. If the organisations were told of the end, they are told that it does not come."""
    document, round_ = authorization.load_round(tx, actor, "round.close", round_id, lock=True)
    check_round_open(round_, now=tx.now)
    due_at = _due_at(tx, round_, act)
    if not endings_store.remove(tx, round_id, person=actor.person, act=act):
        raise NotFound()
    record_store.append(tx, act=f"round.{act}.withdraw", actor=actor.person, facts={"round": round_id})
    _stop(tx, document, round_, act, due_at=due_at)
    return or_not_found(rounds_store.get(tx, round_id))


def list_endings(tx: Tx, document: Document, round_: Round) -> tuple[Ending, Ending]:
    """Return how far the requests to close and to cancel a round have come."""
    close, cancel = (Ending(act, _state(tx, document, round_, act), _due_at(tx, round_, act)) for act in ENDINGS)
    return close, cancel


def list_due(tx: Tx) -> list[str]:
    """Return the ids of the open rounds that `end_if_due` would end, or tell of."""
    return [id for id in endings_store.list_requested_rounds(tx) if _is_due(tx, or_not_found(rounds_store.get(tx, id)))]


def end_if_due(tx: Tx, *, round_id: str) -> bool:
    """End a round whose early end is due, or begin its delay if all who remain have requested it.

    Returns False if the round stays open.
    """
    unlocked = or_not_found(rounds_store.get(tx, round_id))
    document = or_not_found(documents_store.lock(tx, unlocked.document))
    round_ = or_not_found(rounds_store.lock(tx, round_id))
    if not round_.is_accepting(now=tx.now):
        return False
    return any(_advance(tx, document, round_, act, by=None) for act in ENDINGS)


def _request(tx: Tx, actor: Actor, *, round_id: str, act: str) -> Round:
    document, round_ = authorization.load_round(tx, actor, "round.close", round_id, lock=True)
    check_round_open(round_, now=tx.now)
    if actor.person not in _state(tx, document, round_, act).counted:
        raise Forbidden(
            "joined_after_opening",
            N_("You joined the secretariat after this round opened. Someone who was in it then must end the round."),
        )
    if endings_store.add(tx, round_id, person=actor.person, act=act):
        record_store.append(tx, act=f"round.{act}.agree", actor=actor.person, facts={"round": round_id})
        if not _advance(tx, document, round_, act, by=actor.person):
            _tell_secretariat(tx, document, round_, act)
    return or_not_found(rounds_store.get(tx, round_id))


def _advance(tx: Tx, document: Document, round_: Round, act: str, *, by: str | None) -> bool:
    """End the round if its requests suffice, or tell every organisation and wait. Return whether it ended."""
    state, due_at = _state(tx, document, round_, act), _due_at(tx, round_, act)
    if not state.is_enough:
        _stop(tx, document, round_, act, due_at=due_at)
        return False
    if state.waits and (due_at is None or tx.now < due_at):
        if due_at is None:
            endings_store.set_due(tx, round_.id, act=act, due_at=tx.now + WAIT)
            facts = {"round": round_.id, "due_at": tx.now + WAIT}
            record_store.append(tx, act=f"round.{act}.announce", actor=by, facts=facts)
            _tell_organisations(tx, document, round_, kind="round.ending_announced", due_at=tx.now + WAIT, act=act)
        return False
    end = close_round if act == CLOSE else cancel_round
    end(tx, document, round_, by=by)
    return True


def _stop(tx: Tx, document: Document, round_: Round, act: str, *, due_at: int | None) -> None:
    """End the delay of a request that no longer suffices, and tell the organisations, if they were told of it."""
    if due_at is not None:
        endings_store.set_due(tx, round_.id, act=act, due_at=None)
        _tell_organisations(tx, document, round_, kind="round.ending_stopped", due_at=due_at, act=act)


def _is_due(tx: Tx, round_: Round) -> bool:
    document = or_not_found(documents_store.get(tx, round_.document))
    return any(
        (one.state.is_enough and (not one.state.waits or one.due_at is None or one.due_at <= tx.now))
        or (not one.state.is_enough and one.due_at is not None)
        for one in list_endings(tx, document, round_)
    )


def _state(tx: Tx, document: Document, round_: Round, act: str) -> EndingState:
    active = _active_secretariat(tx, document)
    at_opening = active if round_.secretariat is None else round_.secretariat
    needed = round_.terms.endings_needed if round_.terms else approvals_needed_to_close(len(at_opening))
    return ending_state(
        at_opening=at_opening,
        active=active,
        appointed_by=_list_appointers(tx) if set(active) - set(at_opening) else {},
        needed=needed,
        requesters=[one.person for one in endings_store.list_by_round(tx, round_.id) if one.act == act],
    )


def _active_secretariat(tx: Tx, document: Document) -> tuple[str, ...]:
    """Return the persons who may end rounds now; a person who recovered access counts only if there is no one else."""
    holders = tuple(one.id for one in people_store.list_role_holders(tx, [SECRETARIAT], document=document.id))
    restricted = recoveries_store.list_restricted(tx)
    return tuple(one for one in holders if one not in restricted) or holders


def _list_appointers(tx: Tx) -> dict[str, frozenset[str]]:
    """Return who decided together that a person joins the secretariat, in the newest decision about them."""
    return {
        one.subject: frozenset({one.requested_by, *(approval.person for approval in one.approvals)})
        for one in approvals_store.list_done(tx, act=ROLE_GRANT)
        if one.params.get("role") == SECRETARIAT
    }


def _due_at(tx: Tx, round_: Round, act: str) -> int | None:
    requests = [one for one in endings_store.list_by_round(tx, round_.id) if one.act == act]
    return min((one.due_at for one in requests if one.due_at is not None), default=None)


def _tell_secretariat(tx: Tx, document: Document, round_: Round, act: str) -> None:
    """Tell those who can confirm the request at once."""
    missing = set(_state(tx, document, round_, act).missing)
    recipients = [one for one in people_store.list_role_holders(tx, [SECRETARIAT]) if one.id in missing]
    notifications.notify(
        tx,
        recipients,
        kind="round.ending_requested",
        about=round_.id,
        params={"document": document.id},
        repeat_key=f"{act}:{tx.now}",
        urgent=True,
    )


def _tell_organisations(tx: Tx, document: Document, round_: Round, *, kind: str, due_at: int, act: str) -> None:
    for organisation in round_.organisations:
        notifications.notify_organisation(
            tx,
            organisation,
            kind=kind,
            about=round_.id,
            params={"document": document.id, "closes_at": due_at},
            repeat_key=f"{act}:{due_at}",
        )
