"""Forms of people, invitations and mandates."""

from typing import Annotated

from service.domain.membership.people import ROLES
from service.web.forms.models import Checkbox, FormModel, Id, PerLanguage, ShortText, Ticked


class AddPersonForm(FormModel):
    names: Annotated[dict[str, str], PerLanguage("name")] = {}
    email: str = ""
    organisation: str | None = None
    lang: str = ""
    roles: Annotated[tuple[str, ...], Ticked("role", ROLES)] = ()


class GrantRole(FormModel):
    """A role, in the whole coalition or for one document; shared with the API."""

    role: ShortText
    document: Id = ""


class GrantRoleForm(GrantRole):
    """Without a role, it is the act that rejects it, after it has checked who asks."""

    role: ShortText = ""


class RevokeRoleForm(FormModel):
    role: str = ""
    document: str = ""


class InviteForm(FormModel):
    email: str = ""
    organisation: str | None = None
    lang: str | None = None
    roles: Annotated[tuple[str, ...], Ticked("role", ROLES)] = ()


class AcceptInvitationForm(FormModel):
    names: Annotated[dict[str, str], PerLanguage("name")] = {}
    lang: str | None = None
    password: str = ""
    own: Checkbox = False


class GrantMandateForm(FormModel):
    """`until` is the last day, as an ISO 8601 date; empty: without an end."""

    person: str = ""
    until: str = ""
