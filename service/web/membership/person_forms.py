"""Forms on the page of a person: give and remove roles, close the account."""

from starlette.responses import Response

from service.actions.authorization import require
from service.actions.membership import directory, offboarding
from service.actions.membership import people as people_actions
from service.domain.errors import N_
from service.domain.membership.people import ORGANISATION_ROLES
from service.web.forms.handlers import Confirmation, form
from service.web.forms.people import GrantRoleForm, RevokeRoleForm
from service.web.forms.role_results import tell_role
from service.web.http.context import Form, RequestContext, redirect
from service.web.rendering.act_results import Undo


@form()
def grant_role(context: RequestContext, form: Form) -> Response:
    """Grant a role in the whole coalition."""
    id = context.path_param("person")
    grant = GrantRoleForm.parse(form)
    given = people_actions.grant_role(context.tx, context.user, person=id, role=grant.role)
    waits = "role_proposed" if grant.role in ORGANISATION_ROLES else "waits_for_second"
    undo = Undo(f"/people/{id}/roles/end", {"role": grant.role})
    tell_role(context, "role_given" if given else waits, id, grant.role, undo=undo)
    return redirect(f"/people/{id}")


@form()
def revoke_role(context: RequestContext, form: Form) -> Response:
    """Revoke a role, in the whole coalition or for a document."""
    id = context.path_param("person")
    grant = RevokeRoleForm.parse(form)
    ended = offboarding.revoke_role(context.tx, context.user, person=id, role=grant.role, document=grant.document)
    undo = None if grant.document else Undo(f"/people/{id}/roles", {"role": grant.role})
    tell_role(context, "role_removed" if ended else "waits_for_second", id, grant.role, undo=undo)
    return redirect(f"/people/{id}")


def _describe_closing(context: RequestContext, _: Form) -> Confirmation:
    require(context.user, "person.close")
    found = directory.get_person(context.tx, context.user, context.path_param("person"))
    t = context.formatter.translate
    return Confirmation(
        question=t(N_("Close this account?")),
        title=context.formatter.plain_name(found.names),
        lines=[
            t(N_("They are signed out everywhere, and their roles, mandates and keys end. This cannot be undone.")),
            t(N_("The people of their organisation are told.")),
        ],
        verb=t(N_("Close the account")),
        back=f"/people/{found.id}",
        is_grave=True,
    )


@form(confirm=_describe_closing)
def close_person(context: RequestContext, _: Form) -> Response:
    """Close the account of a person."""
    id = context.path_param("person")
    found = directory.get_person(context.tx, context.user, id)
    closed = offboarding.close_person(context.tx, context.user, person=id)
    name = context.formatter.plain_name(found.names)
    context.tell("person_closed" if closed else "waits_for_second", name=name)
    return redirect(f"/people/{id}")
