"""The door: sign in by password, by a code by mail, by key; sign out; choose the language and the zone."""

from urllib.parse import urlencode

from starlette.responses import Response

from service.actions.accounts import email_codes, settings, sign_in
from service.actions.accounts.passwords import Question
from service.i18n import LANGUAGES
from service.web.account import sample_users
from service.web.forms.redisplay import refused, typed
from service.web.http.auth import session
from service.web.http.context import LANG, ZONE, Form, Visit, mails_go, onward, own_path
from service.web.http.cookies import OWN, browser, greeted, keep, origin_of, signed_in, signed_out
from service.web.http.pages import show
from service.web.http.password_hashing import hashed
from service.web.rendering.time_zones import ZONES

REFUSALS = ("wrong_password", "unknown_key", "too_many_passwords", "too_many_codes", "wrong_code", "code_void")
"""What is told at the field itself."""


def ask(visit: Visit) -> Response:
    """The page of the door."""
    to = own_path(visit.query("next") or typed(visit).get("next", ""))
    if visit.actor and not refused(visit):
        return onward(to)
    return show(
        visit,
        "account/sign_in.html",
        next=to,
        wrong=refused(visit),
        typed=typed(visit),
        groups=sample_users.groups(visit) if visit.sample else [],
        mails_go=mails_go(visit),
    )


def to_compare(visit: Visit, form: Form) -> Question:
    """The password that was typed, and what it should match."""
    if form.get("key"):
        return Question()
    address = form.get("email", "")
    known = sign_in.known_hash(visit.tx, address=address, origin=origin_of(visit, address))
    return Question(given=form.get("password", ""), known=known)


def enter(visit: Visit, form: Form) -> Response:
    """A key or a password was given: go on where the reader wanted to go."""
    to, address = own_path(form.get("next", "")), form.get("email", "")
    who = browser(visit, form, address=address)
    if form.get("key"):
        return signed_in(visit, sign_in.by_key(visit.tx, token=form["key"], browser=who), to=to, form=form)
    key = sign_in.by_password(visit.tx, address=address, right=hashed(visit).right, browser=who)
    return greeted(visit, signed_in(visit, key, to=to, form=form), address=address, form=form)


def play(visit: Visit, form: Form) -> Response:
    """In a sample: come in as one of its people."""
    sample = visit.house.settings.sample
    key = sign_in.by_name(visit.tx, person=form.get("person", ""), sample=sample, browser=browser(visit, form))
    return signed_in(visit, key, to=own_path(form.get("next", "")), form=form)


def send_code(visit: Visit, form: Form) -> Response:
    """Mail a code, and ask for it."""
    address = form.get("email", "")
    origin = origin_of(visit, address)
    id = email_codes.ask(
        visit.tx, address=address, purpose=email_codes.SIGN_IN, origin=origin, secret=visit.house.secret
    )
    kept = {"id": id, "next": own_path(form.get("next", ""))} | ({OWN: "on"} if OWN in form else {})
    return onward(f"/sign-in/code?{urlencode(kept)}")


def ask_for_code(visit: Visit) -> Response:
    """The page where the mailed code is typed. It looks the same whether or not anybody has the address."""
    sent = typed(visit) or dict(visit.request.query_params)
    own, to = OWN in sent, own_path(sent.get("next", ""))
    return show(visit, "account/sign_in_code.html", id=sent.get("id", ""), next=to, own=own, wrong=refused(visit))


def enter_by_code(visit: Visit, form: Form) -> Response:
    key, person = sign_in.by_code(
        visit.tx,
        id=form.get("id", ""),
        code=form.get("code", ""),
        secret=visit.house.secret,
        browser=browser(visit, form),
    )
    to = own_path(form.get("next", ""))
    return greeted(visit, signed_in(visit, key, to=to, form=form), address=person.email, form=form)


def leave(visit: Visit, _: Form) -> Response:
    """End the session, here and on the server."""
    key = session(visit.request)
    if key:
        sign_in.leave(visit.tx, session=key)
    return signed_out(visit, onward("/"))


def choose(visit: Visit, form: Form) -> Response:
    """Keep the language and the zone the reader wants; what is not known is left as it was."""
    response = onward(own_path(form.get("next", "")))
    chosen = {name: form[name] for name, known in ((LANG, LANGUAGES), (ZONE, ZONES)) if form.get(name, "") in known}
    settings.choose(visit.tx, visit.actor, lang=chosen.get(LANG, ""), zone=chosen.get(ZONE, ""))
    for name, value in chosen.items():
        keep(visit, response, name, value)
    return response
