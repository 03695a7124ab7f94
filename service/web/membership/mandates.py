"""Mandates: who may sign for which organisation; list, grant, confirm and revoke them."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from service.actions.authorization import or_not_found, require
from service.actions.membership import mandates
from service.domain.errors import N_, at_field
from service.domain.membership.people import Mandate, Names, Organisation
from service.domain.policy import Resource
from service.store.accounts import people as people_store
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store
from service.web.forms.deadline_field import parse_day_and_time
from service.web.forms.handlers import form, page
from service.web.forms.people import ConfirmMandateForm, GrantMandateForm
from service.web.http.context import Form, RequestContext
from service.web.http.idempotency import new_idempotency_key, run_once
from service.web.http.pages import render_page
from service.web.texts.selection import person_name

END_OF_DAY = "23:59"
"""Time of day at which a mandate ends."""


@dataclass(frozen=True)
class MandateRow:
    """A mandate in the list.

    `is_own`: its holder granted it. `missing` is the number of confirmations it still needs; `stuck`: nobody may
    confirm it now. `can_confirm` and `can_revoke` are what the user is offered.
    """

    mandate: Mandate
    state: str
    holder: str
    granted_by: str
    confirmed_by: Sequence[str]
    is_own: bool
    organisation: Names
    missing: int
    stuck: bool
    can_confirm: bool
    can_revoke: bool


@page
def list_mandates(context: RequestContext) -> Response:
    """`/mandates`: list the mandates of the user's organisation; for the secretariat and auditors, all."""
    require(context.user, "mandate.read")
    sees_all = context.may("mandate.confirm", Resource()) or not context.user.organisation
    found = mandates_store.list_all(context.tx, organisation=None if sees_all else context.user.organisation)
    mandate_rows = [_mandate_row(context, one) for _, one in reversed(found)]
    may_grant = context.may("mandate.grant", Resource(organisation=context.user.organisation))
    return render_page(
        context,
        "membership/mandates.html",
        waiting=[one for one in mandate_rows if one.state == "granted"],
        live=[one for one in mandate_rows if one.state == "confirmed"],
        ended=[one for one in mandate_rows if one.state in ("revoked", "expired")],
        own=_own_organisation(context) if may_grant else None,
        candidate_options=_candidate_options(context) if may_grant else [],
        key=new_idempotency_key(),
        now=context.tx.now,
    )


@form(redisplay=list_mandates)
def grant_mandate(context: RequestContext, form: Form) -> Response:
    """Grant a mandate to a person of the user's organisation; without a day it does not expire."""

    def action() -> str:
        mandate = GrantMandateForm.parse(form)
        mandates.grant_mandate(
            context.tx,
            context.user,
            organisation=context.user.organisation or "",
            person=mandate.person,
            expires_at=_end_of_day(context, mandate.until) if mandate.until else None,
        )
        context.tell("mandate_granted")
        return "/mandates"

    return run_once(context, form, action)


@form(redisplay=list_mandates, codes=())
def confirm_mandate(context: RequestContext, form: Form) -> Response:
    """Confirm a granted mandate, saying how the person was checked."""

    def action() -> str:
        mandate, channel = context.path_param("mandate"), ConfirmMandateForm.parse(form).channel
        mandates.confirm_mandate(context.tx, context.user, mandate=mandate, channel=channel)
        context.tell("mandate_confirmed")
        return "/mandates"

    return run_once(context, form, action)


@form()
def revoke_mandate(context: RequestContext, form: Form) -> Response:
    """Revoke a mandate with immediate effect."""

    def action() -> str:
        mandates.revoke_mandate(context.tx, context.user, mandate=context.path_param("mandate"))
        context.tell("mandate_revoked")
        return "/mandates"

    return run_once(context, form, action)


def _end_of_day(context: RequestContext, day: str) -> int:
    """Return when `day` ends in the coalition's time zone (µs UTC). Raises InvalidInput `unread_deadline`."""
    with at_field("until"):
        return parse_day_and_time(day, END_OF_DAY, zone=context.formatter.home_zone)


def _mandate_row(context: RequestContext, one: Mandate) -> MandateRow:
    over = one.expires_at is not None and one.expires_at <= context.tx.now
    state = "expired" if one.state == "confirmed" and over else one.state
    missing = mandates.count_missing_confirmations(context.tx, one) if one.state == "granted" else 0
    organisation = organisations_store.get(context.tx, one.organisation)
    user_id = context.user.person
    awaits_user = one.state == "granted" and user_id not in (one.granted_by, one.person, *one.confirmations)
    may_manage = context.may("mandate.confirm", Resource()) or one.organisation == context.user.organisation
    return MandateRow(
        mandate=one,
        state=state,
        holder=person_name(context, one.person),
        granted_by=person_name(context, one.granted_by),
        confirmed_by=[person_name(context, id) for id in one.confirmations],
        is_own=one.granted_by == one.person,
        organisation=organisation.names if organisation else {},
        missing=missing,
        stuck=one.state == "granted" and not missing,
        can_confirm=awaits_user and context.may("mandate.confirm", Resource()),
        can_revoke=state in ("granted", "confirmed") and may_manage and context.may("mandate.revoke", Resource()),
    )


def _own_organisation(context: RequestContext) -> Organisation:
    return or_not_found(organisations_store.get(context.tx, context.user.organisation or ""))


def _candidate_options(context: RequestContext) -> list[tuple[str, str]]:
    """Return an empty choice and the active people of the user's organisation."""
    found = people_store.list_all(context.tx, organisation=context.user.organisation)
    people = [(one.id, context.formatter.plain_name(one.names)) for _, one in found if one.state == "active"]
    return [("", context.formatter.translate(N_("Choose"))), *people]
