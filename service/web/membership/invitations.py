"""Invitations: list, create, share and withdraw them; and the page on which one is accepted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from starlette.responses import Response

from service.actions.accounts.passwords import HashingRequest
from service.actions.authorization import or_not_found, require
from service.actions.membership import invitation_mail, invitations
from service.domain.accounts.rules import ROLES_FOCAL_POINTS_INVITE, Invitation
from service.domain.errors import N_
from service.domain.membership.people import ROLES, SECRETARIAT, Organisation
from service.i18n import Translator
from service.store.accounts import people as people_store
from service.store.membership import organisations as organisations_store
from service.store.publication import deliveries as deliveries_store
from service.web.forms.handlers import form, page
from service.web.forms.people import AcceptInvitationForm, InviteForm, OpenLinkForm
from service.web.http.context import Form, RequestContext, can_send_email, redirect
from service.web.http.cookies import (
    apply_account_preferences,
    browser_of,
    forget_opened_link,
    keep_opened_link,
    opened_link,
    remember_browser,
    sign_in_response,
)
from service.web.http.pages import render_page
from service.web.http.password_hashing import hash_before_write, hashing_result
from service.web.rendering.bounce_reasons import bounce_reason

FIELD_ERRORS = ("address_known",)
"""Error codes that are shown at their field."""


@dataclass(frozen=True)
class InvitationRow:
    """An invitation in the list and its state; `undelivered` is why its email did not arrive (message id), if so."""

    invitation: Invitation
    state: str
    organisation: Mapping[str, str]
    undelivered: str = ""


@dataclass(frozen=True)
class CreatedInvitation:
    """An invitation just created; `words` hold its link, and `shares` are links to messengers, if it is shown.

    `expires_at` is in µs UTC.
    """

    email: str
    expires_at: int
    words: str = ""
    shares: Mapping[str, str] = field(default_factory=dict)


@page
def list_invitations(context: RequestContext) -> Response:
    """`/invitations`: show the form and the invitations so far.

    Requires a recent authentication already, so that no filled-in form is lost to it.
    """
    require(context.user, "person.invite")
    anywhere = context.user.has_role([SECRETARIAT])
    all_organisations = organisations_store.list_all(context.tx)
    names = {one.id: one.names for one in all_organisations}
    found = invitations.list_invitations(context.tx, context.user)
    undelivered = deliveries_store.list_undelivered_invitations(context.tx)
    return render_page(
        context,
        "membership/invitations.html",
        section="organisations",
        organisation_options=_organisation_options(context, all_organisations, anywhere=anywhere),
        roles=[role for role in ROLES if anywhere or role in ROLES_FOCAL_POINTS_INVITE],
        lang=context.formatter.lang,
        mails_go=can_send_email(context),
        listed=[
            InvitationRow(
                one,
                one.state(now=context.tx.now),
                names.get(one.organisation or "", {}),
                bounce_reason(undelivered[one.id]) if one.id in undelivered else "",
            )
            for one in found
        ],
    )


@form(redisplay=list_invitations)
def invite(context: RequestContext, form: Form) -> Response:
    """Create an invitation for each address and email it; if one is rejected, none is created.

    Links are shown, in this response only, if the user asks for them or if no email is sent.
    """
    invitation = InviteForm.parse(form)
    lang = invitation.lang or context.formatter.lang
    return render_page(
        context,
        "membership/invitation_created.html",
        section="organisations",
        invited=[_invite_one(context, invitation, address, lang=lang) for address in invitation.addresses],
        lang=lang,
        mailed=can_send_email(context),
    )


def _invite_one(context: RequestContext, invitation: InviteForm, email: str, *, lang: str) -> CreatedInvitation:
    invited = invitations.invite(
        context.tx,
        context.user,
        email=email,
        organisation=invitation.organisation,
        roles=invitation.roles,
        lang=lang,
        secret=context.app_state.secret,
        mail_enabled=can_send_email(context),
        show_link=invitation.show,
    )
    if not invitation.show and can_send_email(context):
        return CreatedInvitation(email, invited.expires_at)
    address = invitation_mail.link_url(context.tx, invited.link)
    words = Translator(lang).t(
        N_("You are invited to write with us. The link works once, within three days:\n{link}"), link=address
    )
    return CreatedInvitation(email, invited.expires_at, words, _share_links(words, address))


@form()
def withdraw(context: RequestContext, _: Form) -> Response:
    """Withdraw an invitation."""
    invitations.withdraw(context.tx, context.user, invitation=context.path_param("invitation"))
    context.tell("invitation_withdrawn")
    return redirect("/invitations")


@page
def show_invitation(context: RequestContext) -> Response:
    """`/join`: show the invitation whose link was opened in this browser, else ask for the link.

    The secret of a link stands in its fragment (`/join#…`), which browsers send to nobody: it is in no log, and link
    previews of messengers do not see it.
    """
    link = opened_link(context.request)
    if not link:
        return render_page(context, "membership/join_open.html")
    found = invitations.get_by_link(context.tx, link=link)
    organisation = organisations_store.get(context.tx, found.organisation) if found.organisation else None
    known = people_store.get(context.tx, found.person) if found.person else None
    return render_page(
        context,
        "membership/join.html",
        invitation=found,
        organisation=organisation.names if organisation else {},
        names=known.names if known else {},
        mails_go=can_send_email(context),
    )


@form(allow_anonymous=True)
def open_link(context: RequestContext, form: Form) -> Response:
    """Keep the link in a cookie of this browser and redirect to its invitation. The link is not used up."""
    return _open(context, re.split("[#/]", OpenLinkForm.parse(form).link.strip())[-1])


@page
def open_earlier_link(context: RequestContext) -> Response:
    """`/join/…`: as `open_link`, for links that an earlier release sent."""
    return _open(context, context.path_param("link"))


def _open(context: RequestContext, link: str) -> Response:
    invitations.get_by_link(context.tx, link=link)
    return keep_opened_link(context, redirect("/join"), link=link)


def password_hashing(context: RequestContext, form: Form) -> HashingRequest:
    """Return what to hash before the write transaction of `accept`."""
    acceptance = AcceptInvitationForm.parse(form)
    return invitations.prepare_acceptance(
        context.tx,
        link=opened_link(context.request),
        names=acceptance.names,
        password=acceptance.password,
        mail_enabled=can_send_email(context),
    )


@form(
    redisplay=show_invitation,
    codes=FIELD_ERRORS,
    before_write=hash_before_write(password_hashing),
    allow_anonymous=True,
)
def accept(context: RequestContext, form: Form) -> Response:
    """Accept the invitation and sign the person in."""
    acceptance = AcceptInvitationForm.parse(form)
    own_device, lang = acceptance.own, context.formatter.lang if acceptance.lang is None else acceptance.lang
    person, token = invitations.accept(
        context.tx,
        link=opened_link(context.request),
        names=acceptance.names,
        lang=lang,
        hashed=hashing_result(context),
        browser=browser_of(context, own_device=own_device),
    )
    its = or_not_found(people_store.get(context.tx, person))
    response = sign_in_response(context, token, path="/", own_device=own_device)
    remember_browser(context, response, address=its.email, own_device=own_device)
    forget_opened_link(context, response)
    return apply_account_preferences(context, response, its)


def _organisation_options(
    context: RequestContext, organisations: Sequence[Organisation], *, anywhere: bool
) -> list[tuple[str, str]]:
    """Return "no organisation" and every member; unless `anywhere`, only the user's own organisation."""
    members = [
        (one.id, context.formatter.plain_name(one.names))
        for one in organisations
        if one.state == "member" and (anywhere or one.id == context.user.organisation)
    ]
    return (
        [("", context.formatter.translate(N_("No organisation: works for the coalition"))), *members]
        if anywhere
        else members
    )


def _share_links(message: str, address: str) -> dict[str, str]:
    """Return share links by name of the messenger."""
    text = message.removesuffix(address).strip()
    return {
        "WhatsApp": f"https://wa.me/?text={quote(message, safe='')}",
        "Telegram": f"https://t.me/share/url?{urlencode({'url': address, 'text': text})}",
    }
