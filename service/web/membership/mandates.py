"""Mandates: who may sign for which organisation; granted, confirmed and revoked by hand."""

from dataclasses import dataclass

from starlette.responses import Response

from service.actions.authorization import require, seen
from service.actions.membership import mandates
from service.domain.membership.people import Mandate, Names, Organisation, Person
from service.domain.policy import Thing
from service.store.accounts import people as people_store
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store
from service.web.forms.deadline_field import day_given
from service.web.forms.redisplay import acting_or_again, typed
from service.web.http.context import Form, Visit, acting
from service.web.http.idempotency import new_key, once
from service.web.http.pages import show
from service.web.texts.selection import person_name

LAST_HOUR = "23:59"
"""A mandate ends with its day."""


@dataclass(frozen=True)
class Line:
    """A mandate as its page shows it. `missing` confirmations keep it waiting; `can_*`: what the reader is offered."""

    mandate: Mandate
    state: str
    holder: str
    granted_by: str
    organisation: Names
    missing: int
    can_confirm: bool
    can_revoke: bool


def every(visit: Visit) -> Response:
    """`/mandates`: those of the reader's organisation; for the secretariat and auditors, all, the waiting first."""
    require(visit.reader, "mandate.read")
    wide = visit.may("mandate.confirm", Thing()) or not visit.reader.organisation
    found = mandates_store.every(visit.tx, organisation=None if wide else visit.reader.organisation)
    lines = [_line(visit, one) for _, one in reversed(found)]
    grants = visit.may("mandate.grant", Thing(organisation=visit.reader.organisation))
    return show(
        visit,
        "membership/mandates.html",
        waiting=[one for one in lines if one.state == "granted"],
        live=[one for one in lines if one.state == "confirmed"],
        ended=[one for one in lines if one.state in ("revoked", "expired")],
        own=_own(visit) if grants else None,
        candidates=_candidates(visit) if grants else [],
        form=typed(visit),
        key=new_key(),
    )


def grant(visit: Visit, form: Form) -> Response:
    """Entrust a person of the reader's organisation; without a day the mandate has no end."""

    def act() -> str:
        day = form.get("until", "")
        mandates.grant(
            visit.tx,
            visit.reader,
            organisation=visit.reader.organisation or "",
            person=form.get("person", ""),
            expires_at=day_given(day, LAST_HOUR, zone=visit.voice.home) if day else None,
        )
        return "/mandates"

    return once(visit, form, act)


def confirm(visit: Visit, form: Form) -> Response:
    """Confirm a mandate that waits."""

    def act() -> str:
        mandates.confirm(visit.tx, visit.reader, mandate=visit.path("mandate"))
        return "/mandates"

    return once(visit, form, act)


def revoke(visit: Visit, form: Form) -> Response:
    """End a mandate at once."""

    def act() -> str:
        mandates.revoke(visit.tx, visit.reader, mandate=visit.path("mandate"))
        return "/mandates"

    return once(visit, form, act)


GRANT = acting_or_again(grant, every)
CONFIRM, REVOKE = acting(confirm), acting(revoke)


def _line(visit: Visit, one: Mandate) -> Line:
    state = "expired" if one.state == "confirmed" and not one.is_live(now=visit.tx.now) else one.state
    organisation = organisations_store.get(visit.tx, one.organisation)
    mine = visit.reader.person
    waits = one.state == "granted" and mine not in (one.granted_by, one.person, *one.confirmations)
    ours = visit.may("mandate.confirm", Thing()) or one.organisation == visit.reader.organisation
    return Line(
        mandate=one,
        state=state,
        holder=person_name(visit, one.person),
        granted_by=person_name(visit, one.granted_by),
        organisation=organisation.names if organisation else {},
        missing=mandates.missing(visit.tx, one) if one.state == "granted" else 0,
        can_confirm=waits and visit.may("mandate.confirm", Thing()),
        can_revoke=state in ("granted", "confirmed") and ours and visit.may("mandate.revoke", Thing()),
    )


def _own(visit: Visit) -> Organisation:
    return seen(organisations_store.get(visit.tx, visit.reader.organisation or ""))


def _candidates(visit: Visit) -> list[Person]:
    """The active people of the reader's organisation."""
    found = people_store.every(visit.tx, organisation=visit.reader.organisation)
    return [one for _, one in found if one.state == "active"]
