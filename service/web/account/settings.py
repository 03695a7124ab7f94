"""One's own account: how one is spoken to, the password, keys, sessions; and showing again that it is you."""

from urllib.parse import urlencode

from starlette.responses import Response

from service.actions import validation
from service.actions.accounts import email_codes, rate_limit, settings, sign_in
from service.actions.accounts.passwords import Question
from service.actions.authorization import require, seen
from service.actions.membership import people
from service.domain.membership.people import SCOPES
from service.domain.policy import Thing
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.accounts import sessions as sessions_store
from service.web.account.auth_methods import ways
from service.web.forms.fields import names_of
from service.web.forms.redisplay import refused, typed
from service.web.http.auth import session
from service.web.http.context import Form, Visit, mails_go, onward, own_path
from service.web.http.cookies import as_person_likes, signed_out
from service.web.http.pages import show
from service.web.http.password_hashing import hashed

REFUSALS = ("wrong_password", "too_many_passwords", "scope_too_wide")
PROVING = ("wrong_password", "too_many_passwords", "too_many_codes", "wrong_code", "code_void")


def account(visit: Visit) -> Response:
    """`/account`."""
    require(visit.reader, "account.own")
    tx, me = visit.tx, visit.reader.person
    return show(
        visit,
        "account/account.html",
        section="account",
        person=seen(people_store.get(tx, me)),
        has_password=accounts_store.password_of(tx, me) is not None,
        proofs=ways(visit),
        sessions=sessions_store.of_person(tx, me),
        this=validation.key_sha256(session(visit.request) or ""),
        keys=[one for one in people_store.tokens(tx, me) if one["revoked_at"] is None],
        scopes=[scope for scope in SCOPES if scope in visit.reader.scopes],
        invites=visit.may("person.invite", Thing()),
        wrong=refused(visit),
        typed=typed(visit),
        typed_names=names_of(typed(visit)),
    )


def edit(visit: Visit, form: Form) -> Response:
    """Name, language, zone and digits: kept, and spoken at once."""
    given = {name: form.get(name, "") for name in ("lang", "zone", "digits")}
    settings.edit(visit.tx, visit.reader, names=names_of(form), **given)
    return as_person_likes(visit, onward("/account"), seen(people_store.get(visit.tx, visit.reader.person)))


def password_asked(visit: Visit, form: Form) -> Question:
    new, current = form.get("new", ""), form.get("current", "")
    return settings.asked_for_change(visit.tx, visit.reader, current=current, new=new)


def change_password(visit: Visit, _: Form) -> Response:
    key = session(visit.request) or ""
    settings.change_password(visit.tx, visit.reader, hashed=hashed(visit), session=key)
    return onward("/account#password")


def make_key(visit: Visit, form: Form) -> Response:
    """A key for programs: shown on this answer and never again."""
    scopes = tuple(scope for scope in SCOPES if f"scope_{scope}" in form)
    key = people.issue_token(visit.tx, visit.reader, label=form.get("label", ""), scopes=scopes)
    return show(visit, "account/token_created.html", section="account", key=key.token)


def end_key(visit: Visit, _: Form) -> Response:
    people.revoke_token(visit.tx, visit.reader, token=visit.path("token"))
    return onward("/account#keys")


def end_session(visit: Visit, _: Form) -> Response:
    settings.end_session(visit.tx, visit.reader, session=visit.path("session"))
    return onward("/account#sessions")


def leave_everywhere(visit: Visit, _: Form) -> Response:
    settings.sign_out_everywhere(visit.tx, visit.reader)
    return signed_out(visit, onward("/"))


def ask_proof(visit: Visit) -> Response:
    """`/confirm`: the password, or a code by mail, once more."""
    require(visit.reader, "account.own")
    sent = typed(visit) or dict(visit.request.query_params)
    return show(
        visit,
        "account/confirm.html",
        next=own_path(sent.get("next", "")),
        id=sent.get("id", ""),
        has_password=accounts_store.password_of(visit.tx, visit.reader.person) is not None,
        mails_go=mails_go(visit),
        wrong=refused(visit),
    )


def proof_asked(visit: Visit, form: Form) -> Question:
    """The password that was typed, and what it should match; nothing where a code was."""
    if form.get("id"):
        return Question()
    address = seen(people_store.get(visit.tx, visit.reader.person)).email
    known = sign_in.known_hash(visit.tx, address=address, origin=rate_limit.own(visit.reader))
    return Question(given=form.get("password", ""), known=known)


def prove(visit: Visit, form: Form) -> Response:
    """Go back to what needed the proof."""
    key = session(visit.request) or ""
    if form.get("id"):
        sign_in.prove_by_code(
            visit.tx,
            visit.reader,
            session=key,
            id=form["id"],
            code=form.get("code", ""),
            secret=visit.house.secret,
        )
    else:
        sign_in.prove_by_password(visit.tx, visit.reader, session=key, right=hashed(visit).right)
    return onward(own_path(form.get("next", "")))


def send_proof_code(visit: Visit, form: Form) -> Response:
    """Mail a code to the reader's own address, and ask for it."""
    address = seen(people_store.get(visit.tx, visit.reader.person)).email
    origin, secret = rate_limit.own(visit.reader), visit.house.secret
    id = email_codes.ask(visit.tx, address=address, purpose=email_codes.SIGN_IN, origin=origin, secret=secret)
    return onward(f"/confirm?{urlencode({'id': id, 'next': own_path(form.get('next', ''))})}")
