"""The people of a document: who holds a role for it alone, and the secretariat's giving and taking."""

from starlette.responses import Response

from service.actions import access, directory, leaving
from service.actions import people as people_actions
from service.actions.access import require
from service.domain.people import FOR_ONE_DOCUMENT
from service.store import organisations as organisations_store
from service.web.once import new_key, once
from service.web.page import show
from service.web.participants import by_name, circle
from service.web.visit import Form, Visit, acting


def every(visit: Visit) -> Response:
    """`/documents/{document}/people`: for the secretariat. The proof is asked for before anybody chooses."""
    found = access.document(visit.tx, visit.reader, "document.read", visit.path("document"))
    require(visit.reader, "role.grant")
    active = [one for one in directory.everyone(visit.tx, visit.reader) if one.state == "active"]
    return show(
        visit,
        "document_people.html",
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
        people_actions.grant_role(visit.tx, visit.reader, person=person, role=role, document=document)
        return f"/documents/{document}/people"

    return once(visit, form, act)


def take(visit: Visit, form: Form) -> Response:
    """Take such a role back."""
    document = visit.path("document")

    def act() -> str:
        person, role = form.get("person", ""), form.get("role", "")
        leaving.take_role(visit.tx, visit.reader, person=person, role=role, document=document)
        return f"/documents/{document}/people"

    return once(visit, form, act)


GIVE, TAKE = acting(give), acting(take)
