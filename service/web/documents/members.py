"""Participants of a document: page, grant and revocation of roles for a single document."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.authorization import require
from service.actions.membership import directory, offboarding, people
from service.domain.membership.people import DOCUMENT_ROLES
from service.store.membership import organisations as organisations_store
from service.web.documents.participants import list_participants, name_sort_key
from service.web.forms.documents import DocumentRoleForm
from service.web.forms.handlers import form, page
from service.web.forms.role_results import tell_role
from service.web.http.context import Form, RequestContext
from service.web.http.idempotency import new_idempotency_key, run_once
from service.web.rendering.act_results import Undo
from service.web.shell.document_page import render_document_page


@page
def show_participants(context: RequestContext) -> Response:
    """Serve `/documents/{document}/people` to users who may grant roles.

    `require` runs first, so that users authenticate again before they fill in the form, not after.
    """
    found = authorization.load_document(context.tx, context.user, "document.read", context.path_param("document"))
    require(context.user, "role.grant")
    return render_document_page(
        context,
        found,
        "documents/people.html",
        tab="text",
        circle=list_participants(context, found),
        person_options=_person_options(context),
        roles=DOCUMENT_ROLES,
        key=new_idempotency_key(),
    )


def _person_options(context: RequestContext) -> list[tuple[str, str]]:
    """Return ids and labels of the active people, sorted by name; a label includes the organisation."""
    active = [one for one in directory.list_visible_people(context.tx, context.user) if one.state == "active"]
    organisations = {
        one.id: context.formatter.plain_name(one.names) for one in organisations_store.list_all(context.tx)
    }
    options = []
    for person in sorted(active, key=lambda one: name_sort_key(context, one)):
        name, organisation = context.formatter.plain_name(person.names), organisations.get(person.organisation or "")
        options.append((person.id, f"{name} ({organisation})" if organisation else name))
    return options


@form()
def grant_role(context: RequestContext, form: Form) -> Response:
    """Grant a person a role for this document only."""
    document = context.path_param("document")

    def action() -> str:
        chosen = DocumentRoleForm.parse(form)
        given = people.grant_role(context.tx, context.user, person=chosen.person, role=chosen.role, document=document)
        undo = Undo(f"/documents/{document}/people/end", {"person": chosen.person, "role": chosen.role})
        tell_role(context, "role_given" if given else "waits_for_second", chosen.person, chosen.role, undo=undo)
        return f"/documents/{document}/people"

    return run_once(context, form, action)


@form()
def revoke_role(context: RequestContext, form: Form) -> Response:
    """Revoke a role for this document."""
    document = context.path_param("document")

    def action() -> str:
        chosen = DocumentRoleForm.parse(form)
        ended = offboarding.revoke_role(
            context.tx, context.user, person=chosen.person, role=chosen.role, document=document
        )
        undo = Undo(f"/documents/{document}/people", {"person": chosen.person, "role": chosen.role})
        tell_role(context, "role_removed" if ended else "waits_for_second", chosen.person, chosen.role, undo=undo)
        return f"/documents/{document}/people"

    return run_once(context, form, action)
