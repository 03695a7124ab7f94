"""Who has joined, and invitations of the people who have not: one person, or all of them at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from service.actions.membership import invitation_mail, person_invitations
from service.actions.membership.person_invitations import InvitedPerson
from service.domain.accounts.joining import Joining
from service.domain.errors import N_
from service.domain.membership.people import Person
from service.domain.policy import Resource
from service.i18n import Translator
from service.store.membership import organisations as organisations_store
from service.web.forms.handlers import form
from service.web.http.context import Form, RequestContext, can_send_email
from service.web.http.pages import render_page

MAX_KNOWN = 20
"""Organisations that the result of an import names as there already."""


@dataclass(frozen=True, slots=True)
class InvitationLink:
    """A link to hand on to one person: the text to copy, in their language."""

    person: Person
    words: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import added, and the names of organisations of the table that were there already."""

    organisations: int
    people: int
    known: Sequence[str]


@form()
def invite_person(context: RequestContext, _: Form) -> Response:
    """Invite one person and show what was done, with the link if no email is sent."""
    invited = person_invitations.invite_person(
        context.tx,
        context.user,
        person=context.path_param("person"),
        secret=context.app_state.secret,
        mail_enabled=can_send_email(context),
    )
    return _result_page(context, [invited])


@form()
def invite_all(context: RequestContext, _: Form) -> Response:
    """Invite everyone who has no invitation and has not joined, and show what was done."""
    invited = person_invitations.invite_all(
        context.tx, context.user, secret=context.app_state.secret, mail_enabled=can_send_email(context)
    )
    return _result_page(context, invited)


def list_joining(context: RequestContext, people: Sequence[Person]) -> Mapping[str, Joining]:
    """Return where each person stands, by id."""
    return person_invitations.list_joining(context.tx, people)


def count_uninvited(context: RequestContext) -> int:
    """Return how many people the user could invite now; 0 if they may not."""
    if not context.may("person.appoint", Resource()):
        return 0
    return len(person_invitations.list_uninvited(context.tx, context.user))


def result_query(*, organisations: int, people: int, known: Sequence[str]) -> dict[str, str]:
    """Return the query parameters with which `/people` shows the result of an import."""
    return {"organisations": str(organisations), "people": str(people), "known": ",".join(known[:MAX_KNOWN])}


def import_result(context: RequestContext) -> ImportResult | None:
    """Return the result of an import that the address of the page names, None without one."""
    counts = context.query_param("organisations"), context.query_param("people")
    if not all(one.isascii() and one.isdigit() and len(one) < 5 for one in counts):
        return None
    found = (
        organisations_store.get(context.tx, id) for id in context.query_param("known").split(",")[:MAX_KNOWN] if id
    )
    return ImportResult(
        int(counts[0]), int(counts[1]), [context.formatter.plain_name(one.names) for one in found if one]
    )


def _result_page(context: RequestContext, invited: Sequence[InvitedPerson]) -> Response:
    mailed = can_send_email(context)
    return render_page(
        context,
        "membership/people_invited.html",
        people=[one.person for one in invited],
        links=[] if mailed else [_link(context, one) for one in invited],
        expires_at=invited[0].invitation.expires_at,
        mailed=mailed,
        left=count_uninvited(context),
    )


def _link(context: RequestContext, invited: InvitedPerson) -> InvitationLink:
    address = invitation_mail.link_url(context.tx, invited.invitation.link)
    words = Translator(invited.person.lang).t(
        N_("You are invited to write with us. The link works once, within three days:\n{link}"), link=address
    )
    return InvitationLink(invited.person, words)
