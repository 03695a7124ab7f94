"""What a signatory without a mandate is offered: to ask for one, in one act."""

from starlette.responses import Response

from service.actions.membership import mandates
from service.web.forms.handlers import form
from service.web.forms.people import AskForMandateForm
from service.web.http.context import Form, RequestContext, redirect, safe_redirect_path

MAX_NAMES = 3
"""Names on the button; the others are asked as well."""


def list_asked_names(context: RequestContext) -> list[str]:
    """Return the names of those whom the user may ask for a mandate; none if they need none."""
    if context.actor is None:
        return []
    asked = mandates.list_asked_for_mandate(context.tx, context.actor)
    return [context.formatter.plain_name(one.names) for one in asked[:MAX_NAMES]]


@form()
def ask_for_mandate(context: RequestContext, form: Form) -> Response:
    """Ask for a mandate and redirect to `next`."""
    asked = mandates.ask_for_mandate(context.tx, context.user)
    names = context.formatter.join_people([context.formatter.plain_name(one.names) for one in asked[:MAX_NAMES]])
    context.tell("mandate_wanted", name=names.striptags())
    return redirect(safe_redirect_path(AskForMandateForm.parse(form).next))
