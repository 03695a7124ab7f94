"""The people of a document: who holds a role for it alone, and the secretariat's giving and taking."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.authorization import require
from service.actions.membership import directory, offboarding, people
from service.domain.membership.people import DOCUMENT_ROLES
from service.store.membership import organisations as organisations_store
from service.web.documents.participants import list_participants, name_sort_key
from service.web.forms.handlers import form, page
from service.web.http.context import Form, RequestContext
from service.web.http.idempotency import new_idempotency_key, run_once
from service.web.http.pages import render_page


@page
def show_participants(context: RequestContext) -> Response:
    """`/documents/{document}/people`: for the secretariat. The proof is asked for before anybody chooses."""
    found = authorization.load_document(context.tx, context.user, "document.read", context.path_param("document"))
    require(context.user, "role.grant")
    active = [one for one in directory.list_visible_people(context.tx, context.user) if one.state == "active"]
    return render_page(
        context,
        "documents/people.html",
        document=found,
        titles={code: edition.title for code, edition in found.editions.items()},
        circle=list_participants(context, found),
        everyone=sorted(active, key=lambda one: name_sort_key(context, one)),
        names={one.id: one.names for one in organisations_store.list_all(context.tx)},
        roles=DOCUMENT_ROLES,
        key=new_idempotency_key(),
    )


@form()
def grant_role(context: RequestContext, form: Form) -> Response:
    """Give a role for this document alone."""
    document = context.path_param("document")

    def action() -> str:
        person, role = form.get("person", ""), form.get("role", "")
        people.grant_role(context.tx, context.user, person=person, role=role, document=document)
        return f"/documents/{document}/people"

    return run_once(context, form, action)


@form()
def revoke_role(context: RequestContext, form: Form) -> Response:
    """Take such a role back."""
    document = context.path_param("document")

    def action() -> str:
        person, role = form.get("person", ""), form.get("role", "")
        offboarding.revoke_role(context.tx, context.user, person=person, role=role, document=document)
        return f"/documents/{document}/people"

    return run_once(context, form, action)
