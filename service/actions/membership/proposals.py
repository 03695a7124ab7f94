"""Focal points and signatories are proposed; one of the organisation's people accepts them (trust rules §1).

For an organisation that never had people a second member of the secretariat confirms how the person was checked. For
one whose people have all gone, the same takes 72 hours, told to the addresses it had.
"""

from collections.abc import Iterable, Sequence

from service.actions import notice_matters
from service.actions.authorization import or_not_found, require
from service.actions.membership import approvals
from service.actions.membership.addresses import require_proved_address
from service.actions.membership.power_notices import list_active_people, tell_organisation
from service.domain.errors import N_, Conflict, Forbidden, NotFound
from service.domain.membership.addresses import is_address_proved
from service.domain.membership.approvals import (
    BY_ONE,
    ROLE_BEGIN,
    WAIT,
    RoleProposal,
    check_proposed,
)
from service.domain.membership.people import ORGANISATION_ROLES, SECRETARIAT, Actor, Person, RoleGrant, check_is_member
from service.domain.publication.notice_matters import PROPOSAL_KINDS
from service.store import record as record_store
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store
from service.store.membership import proposals as proposals_store


def propose(tx: Tx, person: Person, role: str, *, by: str | None) -> list[RoleProposal]:
    """Propose `person` for a role of their organisation, unless they hold it or are proposed; return the proposal."""
    held = RoleGrant(role, "") in people_store.list_grants(tx, person.id)
    if held or any(one.role == role for one in proposals_store.list_open(tx, person=person.id)):
        return []
    organisation = person.organisation or ""
    made = proposals_store.add(tx, id=tx.new_id("prp"), person=person.id, organisation=organisation, role=role, by=by)
    facts = {"proposal": made.id, "person": person.id, "organisation": organisation, "role": role}
    record_store.append(tx, act="role.propose", actor=by, facts=facts)
    return [made]


def settle(tx: Tx, proposed: Sequence[RoleProposal], *, by: str | None) -> None:
    """Accept new proposals as far as `by` alone may; ask those who must accept or confirm the others.

    All proposals for organisations that never had people are one request, confirmed in one act.
    """
    fresh: list[RoleProposal] = []
    late: dict[str, list[RoleProposal]] = {}
    for one in proposed:
        acceptors = list_acceptors(tx, one.organisation)
        organisation = or_not_found(organisations_store.get(tx, one.organisation))
        if by in may_accept(acceptors, one):
            begin(tx, one, by=by)
        elif acceptors:
            tell_organisation(tx, one.organisation, kind="power.role_proposed", about=one.id)
        elif by is not None and by not in approvals.list_secretariat(tx):
            continue  # the proposer may no longer do so: the secretariat takes it up or refuses it
        elif organisation.first_person_at is None or by is None:
            fresh.append(one)
        else:
            late.setdefault(one.organisation, []).append(one)
    for same_organisation in late.values():
        _ask_to_begin(tx, same_organisation, by=by or "", not_before=tx.now + WAIT)
    if by is None:
        begin_all(tx, fresh, by=None, channel=BY_ONE)
    elif fresh:
        _ask_to_begin(tx, fresh, by=by)


def accept(tx: Tx, actor: Actor, *, proposal: str) -> None:
    """Accept a proposal, as a focal point or signatory of the same organisation; the role begins.

    Raises `NotFound`, `Conflict` `approval_over`, `Forbidden` `address_not_proved`, `second_person_needed`.
    """
    require(actor, "proposal.accept")
    found = _load(tx, actor, proposal)
    require_proved_address(tx, actor)
    check_proposed(found)
    if actor.person not in may_accept(list_acceptors(tx, found.organisation), found):
        raise second_person_needed()
    begin(tx, found, by=actor.person)


def take_up(tx: Tx, actor: Actor, *, proposal: str) -> None:
    """Ask a second member of the secretariat to confirm a proposal that nobody in the organisation can accept.

    Raises `NotFound`, `Conflict` `approval_over`, `acceptance_possible`, `already_asked`.
    """
    require(actor, "role.grant")
    found = _load(tx, actor, proposal)
    check_proposed(found)
    if list_acceptors(tx, found.organisation):
        raise Conflict("acceptance_possible", N_("Someone in the organisation can accept this. Ask them."))
    settle(tx, [found], by=actor.person)


def refuse(tx: Tx, actor: Actor, *, proposal: str) -> None:
    """Refuse a proposal: by the organisation's people or the person themselves; its maker withdraws it.

    Raises `NotFound`, `Conflict` `approval_over`.
    """
    require(actor, "account.own")
    found = _load(tx, actor, proposal)
    check_proposed(found)
    state = "withdrawn" if actor.person == found.proposed_by else "refused"
    proposals_store.end(tx, found.id, state=state, by=actor.person)
    notice_matters.settle(tx, PROPOSAL_KINDS, about=found.id)
    facts = {"proposal": found.id, "person": found.person, "organisation": found.organisation, "role": found.role}
    record_store.append(tx, act="role.refuse", actor=actor.person, facts=facts)


def list_visible(tx: Tx, actor: Actor) -> list[RoleProposal]:
    """Return the open proposals that the actor may accept or refuse: all, for the secretariat."""
    everywhere = actor.has_role([SECRETARIAT])
    return [one for one in proposals_store.list_open(tx) if everywhere or one.organisation == actor.organisation]


def list_acceptors(tx: Tx, organisation: str) -> list[Person]:
    """Return who may accept: the organisation's focal points and signatories whose address is proved."""
    holders = {one.id for one in people_store.list_role_holders(tx, ORGANISATION_ROLES)}
    return [one for one in list_active_people(tx, organisation) if one.id in holders and is_address_proved(one)]


def may_accept(acceptors: Iterable[Person], proposal: RoleProposal) -> frozenset[str]:
    """Return which of an organisation's people may accept a proposal: the person proposed only if there is no other."""
    found = frozenset(one.id for one in acceptors)
    return found - {proposal.person} or found


def begin(tx: Tx, proposal: RoleProposal, *, by: str | None, channel: str = "") -> None:
    """Let a proposed role begin, and tell the organisation. Raises `Conflict` `approval_over`, `organisation_left`."""
    check_proposed(proposal)
    check_is_member(or_not_found(organisations_store.get(tx, proposal.organisation)))
    person = or_not_found(people_store.get(tx, proposal.person))
    if person.state != "active" or person.organisation != proposal.organisation:
        proposals_store.end(tx, proposal.id, state="withdrawn", by=by)
        return
    proposals_store.end(tx, proposal.id, state="accepted", by=by, channel=channel)
    notice_matters.settle(tx, PROPOSAL_KINDS, about=proposal.id)
    people_store.grant_role(tx, person_id=person.id, role=proposal.role, document="", by=by)
    facts = {"proposal": proposal.id, "person": person.id, "role": proposal.role, "document": "", "channel": channel}
    record_store.append(tx, act="role.grant", actor=by, facts=facts)
    if accounts_store.has_ever_had_access(tx, person.id):
        organisations_store.mark_first_person(tx, proposal.organisation)
    tell_organisation(tx, proposal.organisation, kind="power.role_begun", about=proposal.id)


def begin_all(tx: Tx, found: Iterable[RoleProposal], *, by: str | None, channel: str) -> None:
    """Let proposed roles begin; those that ended meanwhile are left out."""
    for one in found:
        current = proposals_store.get(tx, one.id)
        if current is not None and current.state == "proposed":
            begin(tx, current, by=by, channel=channel)


def second_person_needed() -> Forbidden:
    """Return the error for somebody who may not accept or confirm."""
    return Forbidden(
        "second_person_needed",
        N_("Someone else must confirm this: not the person who asked for it, and not the person it is about."),
    )


def withdraw_all(tx: Tx, person: str, *, by: str) -> None:
    """Withdraw the open proposals for a person who leaves."""
    for one in proposals_store.list_open(tx, person=person):
        proposals_store.end(tx, one.id, state="withdrawn", by=by)
        notice_matters.settle(tx, PROPOSAL_KINDS, about=one.id)


def _ask_to_begin(tx: Tx, found: Sequence[RoleProposal], *, by: str, not_before: int | None = None) -> None:
    ids = [one.id for one in found]
    params: dict[str, object] = {"proposals": ids}
    if len({one.person for one in found}) == 1:
        params |= {"person": found[0].person, "organisation": found[0].organisation}
    subject = found[0].person if len(found) == 1 else ids[0]
    if approvals.ask(tx, by, act=ROLE_BEGIN, subject=subject, params=params, not_before=not_before) is None:
        begin_all(tx, found, by=by, channel=BY_ONE)


def _load(tx: Tx, actor: Actor, proposal: str) -> RoleProposal:
    """Return a proposal that the actor may decide about. Raises `NotFound`."""
    found = or_not_found(proposals_store.get(tx, proposal))
    own = actor.organisation == found.organisation
    if not (own or actor.person in (found.proposed_by, found.person) or actor.has_role([SECRETARIAT])):
        raise NotFound()
    return found
