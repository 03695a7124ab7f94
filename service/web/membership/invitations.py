"""Invitations: made, handed on, withdrawn; and the page a link leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.responses import Response

from service.actions.accounts.passwords import Question
from service.actions.authorization import require, seen
from service.actions.membership import invitation_mail, invitations
from service.domain.accounts.rules import INVITED_BY_FOCAL_POINTS, Invitation
from service.domain.errors import N_
from service.domain.membership.people import ROLES, SECRETARIAT
from service.i18n import Words
from service.store.accounts import people as people_store
from service.store.membership import organisations as organisations_store
from service.store.publication import notices as notices_store
from service.web.forms.fields import names_of
from service.web.forms.redisplay import refused, typed
from service.web.http.context import Form, Visit, languages, mails_go, onward
from service.web.http.cookies import as_person_likes, browser, remember, signed_in
from service.web.http.pages import show
from service.web.http.password_hashing import hashed

SHUT = ("address_known",)


@dataclass(frozen=True)
class Listed:
    """An invitation in the list, and how it stands; not `arrived`: its mail could not be delivered."""

    invitation: Invitation
    state: str
    organisation: Mapping[str, str]
    arrived: bool = True


def listed(visit: Visit) -> Response:
    """`/invitations`: the form and what was sent before. The proof is asked for before anybody types."""
    require(visit.reader, "person.invite")
    anywhere = visit.reader.holds([SECRETARIAT])
    every = organisations_store.every(visit.tx)
    names = {one.id: one.names for one in every}
    members = {one.id: one.names for one in every if one.state == "member"}
    found, lost = invitations.listed(visit.tx, visit.reader), notices_store.undelivered(visit.tx)
    return show(
        visit,
        "membership/invitations.html",
        section="organisations",
        anywhere=anywhere,
        members=members if anywhere else {one: members[one] for one in members if one == visit.reader.organisation},
        roles=[role for role in ROLES if anywhere or role in INVITED_BY_FOCAL_POINTS],
        lang=languages(visit.coalition)[0],
        mails_go=mails_go(visit),
        listed=[
            Listed(one, one.state(now=visit.tx.now), names.get(one.organisation or "", {}), one.id not in lost)
            for one in found
        ],
    )


def invite(visit: Visit, form: Form) -> Response:
    """The link, shown on this answer and never again; where mails go, it is on its way by mail too."""
    lang, secret = form.get("lang") or languages(visit.coalition)[0], visit.house.secret
    made = invitations.invite(
        visit.tx,
        visit.reader,
        email=form.get("email", ""),
        organisation=form.get("organisation", "") or None,
        roles=tuple(role for role in ROLES if f"role_{role}" in form),
        lang=lang,
        secret=secret,
        mails_go=mails_go(visit),
    )
    address = invitation_mail.address_of(visit.tx, made.link)
    words = Words(lang).t(
        N_("You are invited to write with us. The link opens once, within three days:\n{link}"), link=address
    )
    return show(
        visit,
        "membership/invitation_created.html",
        section="organisations",
        email=form.get("email", "").strip(),
        words=words,
        lang=lang,
        mailed=mails_go(visit),
        expires_at=made.expires_at,
        shares=_shares(words, address),
    )


def withdraw(visit: Visit, _: Form) -> Response:
    invitations.withdraw(visit.tx, visit.reader, invitation=visit.path("invitation"))
    return onward("/invitations")


def join(visit: Visit) -> Response:
    """`/join/…`: what a link leads to. Looking uses nothing up: previews of messengers look too."""
    found = invitations.opened(visit.tx, link=visit.path("link"))
    organisation = organisations_store.get(visit.tx, found.organisation) if found.organisation else None
    known = people_store.get(visit.tx, found.person) if found.person else None
    return show(
        visit,
        "membership/join.html",
        link=visit.path("link"),
        invitation=found,
        organisation=organisation.names if organisation else {},
        names=(names_of(typed(visit)) if refused(visit) else {}) or (known.names if known else {}),
        mails_go=mails_go(visit),
        wrong=refused(visit),
        typed=typed(visit),
    )


def password_asked(visit: Visit, form: Form) -> Question:
    return invitations.asked(
        visit.tx,
        link=visit.path("link"),
        names=names_of(form),
        password=form.get("password", ""),
        mails_go=mails_go(visit),
    )


def accept(visit: Visit, form: Form) -> Response:
    """The reader is in."""
    who = browser(visit, form)
    link, names, lang = visit.path("link"), names_of(form), form.get("lang", visit.voice.lang)
    person, key = invitations.accept(visit.tx, link=link, names=names, lang=lang, hashed=hashed(visit), browser=who)
    its = seen(people_store.get(visit.tx, person))
    response = remember(visit, signed_in(visit, key, to="/", form=form), address=its.email, form=form)
    return as_person_likes(visit, response, its)


def _shares(words: str, address: str) -> dict[str, str]:
    """Where messengers take a text to send on: their own name, and the address."""
    told = words.removesuffix(address).strip()
    return {
        "WhatsApp": f"https://wa.me/?text={quote(words, safe='')}",
        "Telegram": f"https://t.me/share/url?{urlencode({'url': address, 'text': told})}",
    }
