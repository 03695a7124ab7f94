"""The people of a document: who holds a role for it alone, and the secretariat's giving and taking."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.authorization import require
from service.actions.membership import directory, offboarding, people
from service.domain.membership.people import FOR_ONE_DOCUMENT
from service.store.membership import organisations as organisations_store
from service.web.documents.participants import by_name, circle
from service.web.http.context import Form, Visit, acting
from service.web.http.idempotency import new_key, once
from service.web.http.pages import show


def every(visit: Visit) -> Response:
    """`/documents/{document}/people`: for the secretariat. The proof is asked for before anybody chooses."""
    found = authorization.document(visit.tx, visit.reader, "document.read", visit.path("document"))
    require(visit.reader, "role.grant")
    active = [one for one in directory.everyone(visit.tx, visit.reader) if one.state == "active"]
    return show(
        visit,
        "documents/people.html",
        document=found,
        titles={code: edition.title for code, edition in found.editions.items()},
        circle=circle(visit, found),
        everyone=sorted(active, key=lambda one: by_name(visit, one)),
        names={one.id: one.names for one in organisations_store.every(visit.tx)},
        roles=FOR_ONE_DOCUMENT,
        key=new_key(),
    )


def give(visit: Visit, form: Form) -> Response:
    """Give a role for this document alone."""
    document = visit.path("document")

    def act() -> str:
        person, role = form.get("person", ""), form.get("role", "")
        people.grant_role(visit.tx, visit.reader, person=person, role=role, document=document)
        return f"/documents/{document}/people"

    return once(visit, form, act)


def take(visit: Visit, form: Form) -> Response:
    """Take such a role back."""
    document = visit.path("document")

    def act() -> str:
        person, role = form.get("person", ""), form.get("role", "")
        offboarding.take_role(visit.tx, visit.reader, person=person, role=role, document=document)
        return f"/documents/{document}/people"

    return once(visit, form, act)


GIVE, TAKE = acting(give), acting(take)
