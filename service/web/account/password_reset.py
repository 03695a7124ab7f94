"""The way back in for whoever forgot their password: an address, a code by mail, a new password."""

from urllib.parse import urlencode

from starlette.responses import Response

from service.actions.accounts import password_reset
from service.actions.accounts.passwords import Question
from service.web.forms.redisplay import refused, typed
from service.web.http.context import Form, Visit, mails_go, onward
from service.web.http.cookies import OWN, browser, greeted, origin_of, signed_in
from service.web.http.pages import show
from service.web.http.password_hashing import hashed

REFUSALS = ("too_many_codes", "wrong_code", "code_void")
"""What is told at the field itself."""


def ask(visit: Visit) -> Response:
    """`/forgotten`: whose password it is."""
    email = typed(visit).get("email", visit.query("email"))
    return show(visit, "account/password_reset.html", email=email, mails_go=mails_go(visit), wrong=refused(visit))


def send(visit: Visit, form: Form) -> Response:
    """Mail a code, and ask for it; the same for an address nobody has."""
    address = form.get("email", "")
    id = password_reset.ask(visit.tx, address=address, origin=origin_of(visit, address), secret=visit.house.secret)
    return onward(f"/forgotten/code?{urlencode({'id': id})}")


def ask_for_code(visit: Visit) -> Response:
    """`/forgotten/code`: the code and the new password."""
    sent = typed(visit) or dict(visit.request.query_params)
    own = OWN in sent
    return show(
        visit,
        "account/password_reset_code.html",
        id=sent.get("id", ""),
        code=sent.get("code", ""),
        own=own,
        wrong=refused(visit),
    )


def asked(visit: Visit, form: Form) -> Question:
    id, code, new = (form.get(name, "") for name in ("id", "code", "new"))
    return password_reset.asked(visit.tx, id=id, code=code, new=new, secret=visit.house.secret)


def renew(visit: Visit, form: Form) -> Response:
    """Signed in, with the new password, here alone."""
    key, person = password_reset.renew(
        visit.tx,
        id=form.get("id", ""),
        code=form.get("code", ""),
        secret=visit.house.secret,
        hashed=hashed(visit),
        browser=browser(visit, form),
    )
    return greeted(visit, signed_in(visit, key, to="/", form=form), address=person.email, form=form)
