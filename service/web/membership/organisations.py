"""An organisation gets other names, leaves, or comes back: by the secretariat, on its page."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.membership import organisations
from service.domain.errors import N_, Malformed
from service.i18n import LANGUAGES
from service.store.membership import organisations as organisations_store
from service.web.http.context import Form, Visit, onward


def rename(visit: Visit, form: Form) -> Response:
    """Give the organisation the names of the form."""
    id, names = visit.path("organisation"), {lang: form.get(f"name_{lang}", "").strip() for lang in LANGUAGES}
    organisations.rename(visit.tx, visit.reader, organisation=id, names=names)
    return onward(f"/organisations/{id}")


def leave(visit: Visit, form: Form) -> Response:
    """Note that the organisation has left. Raises Malformed `not_confirmed`."""
    id = visit.path("organisation")
    authorization.require(visit.reader, "organisation.leave")
    authorization.seen(organisations_store.get(visit.tx, id))
    if "decided" not in form:
        raise Malformed("not_confirmed", N_("Confirm that this was decided, then send the form again."))
    organisations.leave(visit.tx, visit.reader, organisation=id)
    return onward(f"/organisations/{id}")


def rejoin(visit: Visit, _: Form) -> Response:
    """Take the organisation in again."""
    id = visit.path("organisation")
    organisations.rejoin(visit.tx, visit.reader, organisation=id)
    return onward(f"/organisations/{id}")
