"""Waiting for a second person: acts of the secretariat, and proposed focal points and signatories."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from service.actions.authorization import or_not_found, require
from service.actions.membership import address_changes, addresses, approval_decisions, approvals, directory, proposals
from service.domain.errors import N_
from service.domain.membership.approvals import PROOF_WAIVE, ApprovalRequest, RoleProposal
from service.domain.membership.people import SECRETARIAT, Names
from service.store.accounts import people as people_store
from service.store.documents import documents as documents_store
from service.store.membership import approvals as approvals_store
from service.store.membership import organisations as organisations_store
from service.store.membership import proposals as proposals_store
from service.web.forms.account import ChangeAddressForm
from service.web.forms.handlers import form, page
from service.web.forms.people import ApproveForm, ConfirmAddressForm
from service.web.http.context import Form, RequestContext, can_send_email, redirect
from service.web.http.pages import render_page
from service.web.membership.people import show_person
from service.web.rendering import labels
from service.web.rendering.render_failures import CAUSES

PAGE = "/approvals"


@dataclass(frozen=True)
class RequestRow:
    """An act that waits: what it is, about whom, who asked, and what the user is offered.

    `missing` is how many more must confirm; `due_at` (µs UTC) when it takes effect anyway.
    """

    id: str
    act: str
    persons: list[str]
    organisation: Names
    details: list[str]
    requested_by: str
    requested_at: int
    due_at: int | None
    missing: int
    can_approve: bool
    can_refuse: bool
    is_own: bool


@dataclass(frozen=True)
class ProposalRow:
    """A proposed role, and what the user is offered. `orphaned`: nobody in the organisation can accept it."""

    proposal: RoleProposal
    person: str
    organisation: Names
    proposed_by: str
    can_accept: bool
    can_refuse: bool
    can_take_up: bool


@page
def list_approvals(context: RequestContext) -> Response:
    """`/approvals`: list what waits for a second person, with forms for those who may decide."""
    require(context.user, "approval.read")
    return render_page(
        context,
        "membership/approvals.html",
        section="organisations",
        requests=[request_row(context, one) for one in approval_decisions.list_visible(context.tx, context.user)],
        proposals=[proposal_row(context, one) for one in proposals.list_visible(context.tx, context.user)],
    )


@form(redisplay=list_approvals)
def approve(context: RequestContext, form: Form) -> Response:
    """Confirm a request as the second person."""
    channel = ApproveForm.parse(form).channel
    approval_decisions.approve(context.tx, context.user, request=context.path_param("request"), channel=channel)
    context.tell("request_approved")
    return redirect(PAGE)


@form(redisplay=list_approvals)
def refuse(context: RequestContext, _: Form) -> Response:
    """Refuse a request, or withdraw one's own."""
    approval_decisions.refuse(context.tx, context.user, request=context.path_param("request"))
    context.tell("request_refused")
    return redirect(PAGE)


@form(redisplay=list_approvals)
def accept_proposal(context: RequestContext, _: Form) -> Response:
    """Accept a proposed focal point or signatory of the user's organisation."""
    proposals.accept(context.tx, context.user, proposal=context.path_param("proposal"))
    context.tell("proposal_accepted")
    return redirect(PAGE)


@form(redisplay=list_approvals)
def refuse_proposal(context: RequestContext, _: Form) -> Response:
    """Refuse a proposed role, or withdraw one's own proposal."""
    proposals.refuse(context.tx, context.user, proposal=context.path_param("proposal"))
    context.tell("proposal_refused")
    return redirect(PAGE)


@form(redisplay=list_approvals)
def take_up_proposal(context: RequestContext, _: Form) -> Response:
    """Ask a second member of the secretariat to confirm a proposal that nobody can accept."""
    proposals.take_up(context.tx, context.user, proposal=context.path_param("proposal"))
    context.tell("waits_for_second")
    return redirect(PAGE)


@form(redisplay=show_person)
def confirm_address(context: RequestContext, form: Form) -> Response:
    """Confirm a person by another channel, where no email is sent."""
    person, channel = context.path_param("person"), ConfirmAddressForm.parse(form).channel
    mail_enabled = can_send_email(context)
    addresses.confirm_address(context.tx, context.user, person=person, channel=channel, mail_enabled=mail_enabled)
    context.tell("address_confirmed")
    return redirect(f"/people/{person}")


@form(redisplay=show_person, codes=("email_taken",))
def change_address(context: RequestContext, form: Form) -> Response:
    """Ask, as a focal point, to change a colleague's address."""
    person, address = context.path_param("person"), ChangeAddressForm.parse(form).address
    address_changes.ask_for_colleague(context.tx, context.user, person=person, address=address)
    return redirect(f"/people/{person}")


@form()
def stop_address_change(context: RequestContext, _: Form) -> Response:
    """Stop the change of an address that waits."""
    person = context.path_param("person")
    address_changes.stop(context.tx, context.user, person=person)
    return redirect("/account#address" if person == context.user.person else f"/people/{person}")


def request_row(context: RequestContext, one: ApprovalRequest) -> RequestRow:
    """Return what a page shows of a request."""
    user, eligible = context.user.person, approvals.list_eligible(context.tx, one)
    given = {approval.person for approval in one.approvals}
    organisation = organisations_store.get(context.tx, one.organisation) if one.organisation else None
    return RequestRow(
        id=one.id,
        act=labels.APPROVED_ACTS[one.act],
        persons=_persons(context, one),
        organisation=organisation.names if organisation else {},
        details=_details(context, one),
        requested_by=_name(context, one.requested_by),
        requested_at=one.requested_at,
        due_at=one.due_at,
        missing=max(0, max(1, one.needed) - len(given & eligible)) if eligible else 0,
        can_approve=user in eligible - given,
        can_refuse=approval_decisions.may_refuse(context.tx, context.user, one),
        is_own=user == one.requested_by,
    )


def proposal_row(context: RequestContext, one: RoleProposal) -> ProposalRow:
    """Return what a page shows of a proposal."""
    tx, user = context.tx, context.user
    acceptors = proposals.list_acceptors(tx, one.organisation)
    is_asked = any(one.id in request.params.get("proposals", ()) for request in approvals_store.list_waiting(tx))
    return ProposalRow(
        one,
        _name(context, one.person),
        or_not_found(organisations_store.get(tx, one.organisation)).names,
        _name(context, one.proposed_by) if one.proposed_by else "",
        can_accept=user.person in proposals.may_accept(acceptors, one),
        can_refuse=user.organisation == one.organisation or user.person == one.proposed_by,
        can_take_up=not acceptors and not is_asked and user.has_role([SECRETARIAT]),
    )


def _persons(context: RequestContext, one: ApprovalRequest) -> list[str]:
    """Return the names of the persons whom an act is about, as far as the user may see them."""
    found = (proposals_store.get(context.tx, str(id)) for id in one.params.get("proposals", ()))
    ids = list(dict.fromkeys(proposal.person for proposal in found if proposal))
    return [_name(context, id) for id in (ids or ([one.about_person] if one.about_person else []))]


def _name(context: RequestContext, person_id: str) -> str:
    person = people_store.get(context.tx, person_id)
    if person is None:
        return ""
    is_secretary = person_id in approvals.list_secretariat(context.tx)
    if is_secretary or directory.can_see_people_of(context.user, person.organisation):
        return context.formatter.plain_name(person.names)
    return context.formatter.translate(N_("Someone in this organisation"))


def _details(context: RequestContext, one: ApprovalRequest) -> list[str]:
    """Return further facts of an act: the role, old and new values of settings."""
    translate = context.formatter.translate
    found: list[str] = [translate(labels.ROLES[str(one.params["role"])])] if one.params.get("role") else []
    for name, change in one.params.get("settings", {}).items():
        found.append(
            translate(
                N_("{setting}: {old} → {new}"),
                setting=translate(labels.PROTECTIVE_SETTINGS[name]),
                old=str(change["old"]),
                new=str(change["new"]),
            )
        )
    return found + _waived_proofs(context, one)


def _waived_proofs(context: RequestContext, one: ApprovalRequest) -> list[str]:
    """Return what a waiver of proofs says; the secretariat also reads its document and where a file differs from it."""
    if one.act != PROOF_WAIVE:
        return []
    formatter, params = context.formatter, one.params
    reason = formatter.translate(N_("Reason: {reason}"), reason=str(params["reason"]))
    if not context.user.has_role([SECRETARIAT]):
        return [reason]
    document = or_not_found(documents_store.get(context.tx, one.subject))
    title = formatter.plain_name({lang: edition.title for lang, edition in document.editions.items()})
    version = formatter.translate(N_("Proofs of version {number}"), number=int(params["version"]))
    return [title, version, *_list_waived_files(context, params["files"]), reason]


def _list_waived_files(context: RequestContext, files: Iterable[Mapping[str, Any]]) -> list[str]:
    formatter = context.formatter
    facts: list[str] = []
    for file in files:
        failure = file["failure"]
        name = formatter.join_facts(file["format"].upper(), formatter.translate(labels.TEXTS[file["lang"]]))
        cause = formatter.translate(CAUSES.get(failure.get("code", ""), N_("It was not ready yet.")))
        facts += [name, cause]
        if failure.get("words"):
            facts.append(formatter.translate(N_("In the text: “{words}”"), words=failure["words"]))
        if failure.get("found"):
            facts.append(formatter.translate(N_("In the file: “{words}”"), words=failure["found"]))
    return facts
