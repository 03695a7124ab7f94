"""Accesses that the administrator recovered: list, refuse."""

from dataclasses import dataclass

from starlette.responses import Response

from service.actions.accounts import recovery
from service.domain.accounts.recovery import Recovery
from service.web.forms.handlers import form, page
from service.web.http.context import Form, RequestContext, redirect
from service.web.http.pages import render_page
from service.web.texts.selection import person_name


@dataclass(frozen=True)
class RecoveryRow:
    """A recovery in the list: the person's name, and whether the user is offered to refuse."""

    recovery: Recovery
    name: str
    can_refuse: bool


@page
def list_recoveries(context: RequestContext) -> Response:
    """`/recoveries`: list the recovered accesses whose waiting time is not over."""
    found = recovery.list_unfinished(context.tx, context.user)
    return render_page(context, "membership/recoveries.html", recoveries=[_row(context, one) for one in found])


@form()
def refuse_recovery(context: RequestContext, form: Form) -> Response:
    """Refuse a recovered access."""
    recovery.refuse(context.tx, context.user, recovery=context.path_param("recovery"))
    return redirect("/recoveries")


def _row(context: RequestContext, one: Recovery) -> RecoveryRow:
    pending = one.is_pending(now=context.tx.clock()) and one.person != context.user.person
    return RecoveryRow(one, person_name(context, one.person), pending)
