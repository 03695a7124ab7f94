"""What the forms that give and remove roles tell on the next page."""

from service.domain.membership.people import ORGANISATION_ROLES
from service.store.accounts import people as people_store
from service.web.http.context import RequestContext
from service.web.rendering import labels
from service.web.rendering.act_results import Undo


def tell_role(context: RequestContext, code: str, person: str, role: str, *, undo: Undo | None) -> None:
    """Tell what happened to the role of a person. Only what is in effect and needs nobody else can be undone."""
    found = people_store.get(context.tx, person)
    name = context.formatter.plain_name(found.names) if found else person
    label = context.formatter.translator.t(labels.ROLES[role])
    is_own_act = code in ("role_given", "role_removed") and role not in ORGANISATION_ROLES
    context.tell(code, name=name, role=label, undo=undo if is_own_act else None)
