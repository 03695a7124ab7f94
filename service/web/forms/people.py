"""Forms of people, invitations and mandates."""

from typing import Annotated

from service.domain.membership.people import ROLES
from service.web.forms.models import Checkbox, FormModel, Id, PerLanguage, ShortText, Ticked


class AddPersonForm(FormModel):
    """A person to add to the coalition, with roles."""

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
    """Like GrantRole, but `role` may be empty: the action rejects it, after it has authorized the user."""

    role: ShortText = ""


class RevokeRoleForm(FormModel):
    """A role to revoke, in the whole coalition or for one document."""

    role: str = ""
    document: str = ""


class InviteForm(FormModel):
    """Invitations by email, with the roles they propose; `show` also shows their links to the inviter.

    `email` has one address, or several with commas between them.
    """

    email: str = ""
    organisation: str | None = None
    lang: str | None = None
    roles: Annotated[tuple[str, ...], Ticked("role", ROLES)] = ()
    show: Checkbox = False

    @property
    def addresses(self) -> list[str]:
        """The addresses, each once; one empty address if there is none, which `invite` rejects."""
        found = (one.strip() for one in self.email.split(","))
        return list(dict.fromkeys(one for one in found if one)) or [""]


class Approve(FormModel):
    """How a second person checked; shared with the API."""

    channel: ShortText


class ApproveForm(Approve):
    """Like Approve, but `channel` may be empty: the action rejects it at its field."""

    channel: ShortText = ""


class ConfirmAddressForm(ApproveForm):
    """How it was checked who a person is, where no email is sent."""


class ConfirmMandateForm(ApproveForm):
    """How it was checked who a person is to whom a mandate was granted."""


class AcceptInvitationForm(FormModel):
    """Names, language and password of an invited person; `own` is "this is my own device"."""

    names: Annotated[dict[str, str], PerLanguage("name")] = {}
    lang: str | None = None
    password: str = ""
    own: Checkbox = False


class GrantMandateForm(FormModel):
    """A mandate for `person`; `until` is its last day as an ISO 8601 date, or empty for no end."""

    person: str = ""
    until: str = ""


class AskForMandateForm(FormModel):
    """The page on which a signatory asked for a mandate."""

    next: str = ""


class OpenLinkForm(FormModel):
    """The link of an invitation, whole or its secret end."""

    link: str = ""
