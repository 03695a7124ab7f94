"""Form handlers of the secretariat for an organisation: rename it, mark it as left, readmit it."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.membership import organisations
from service.domain.errors import N_, InvalidInput
from service.store.membership import organisations as organisations_store
from service.web.forms.handlers import form
from service.web.forms.organisations import LeaveForm, OrganisationNames
from service.web.http.context import Form, RequestContext, redirect
from service.web.membership.people import show_organisation


@form(redisplay=show_organisation)
def rename(context: RequestContext, form: Form) -> Response:
    """Rename the organisation."""
    id = context.path_param("organisation")
    names = OrganisationNames.parse(form).names
    organisations.rename_organisation(context.tx, context.user, organisation=id, names=names)
    context.tell("organisation_renamed")
    return redirect(f"/organisations/{id}")


@form()
def leave(context: RequestContext, form: Form) -> Response:
    """Mark the organisation as left. Raises InvalidInput `not_confirmed`."""
    id = context.path_param("organisation")
    authorization.require(context.user, "organisation.leave")
    found = authorization.or_not_found(organisations_store.get(context.tx, id))
    if not LeaveForm.parse(form).decided:
        raise InvalidInput("not_confirmed", N_("Confirm that the organisation decided this, then send the form again."))
    organisations.mark_left(context.tx, context.user, organisation=id)
    context.tell("organisation_left", name=context.formatter.plain_name(found.names))
    return redirect(f"/organisations/{id}")


@form()
def rejoin(context: RequestContext, _: Form) -> Response:
    """Readmit the organisation."""
    id = context.path_param("organisation")
    organisations.readmit(context.tx, context.user, organisation=id)
    found = authorization.or_not_found(organisations_store.get(context.tx, id))
    result = "organisation_returned" if found.state == "member" else "waits_for_second"
    context.tell(result, name=context.formatter.plain_name(found.names))
    return redirect(f"/organisations/{id}")
