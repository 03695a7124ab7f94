"""Forms of signing in, of passwords and of one's own account."""

from typing import Annotated

from service.domain.membership.people import SCOPES
from service.web.forms.models import Checkbox, FormModel, PerLanguage, Ticked


class SignInForm(FormModel):
    """By password, or by `key` (an API token) where it is given. `next` is the path to go on to."""

    email: str = ""
    password: str = ""
    key: str = ""
    own: Checkbox = False
    next: str = ""


class SampleSignInForm(FormModel):
    person: str = ""
    next: str = ""


class SendCodeForm(FormModel):
    """Ask for a code by email."""

    email: str = ""
    own: Checkbox = False
    next: str = ""


class CodeForm(FormModel):
    """The code that was emailed under `id`."""

    id: str = ""
    code: str = ""
    own: Checkbox = False
    next: str = ""


class PreferencesForm(FormModel):
    """Language and time zone of the pages; either may be left out."""

    lang: str = ""
    zone: str = ""
    next: str = ""


class ResetPasswordForm(FormModel):
    """A new password, with the code that was emailed under `id`."""

    id: str = ""
    code: str = ""
    new: str = ""
    own: Checkbox = False


class UpdateAccountForm(FormModel):
    """Empty `zone` and `digits`: as the coalition has them."""

    names: Annotated[dict[str, str], PerLanguage("name")] = {}
    lang: str = ""
    zone: str = ""
    digits: str = ""


class ChangePasswordForm(FormModel):
    current: str = ""
    new: str = ""


class CreateTokenForm(FormModel):
    label: str = ""
    scopes: Annotated[tuple[str, ...], Ticked("scope", SCOPES)] = ()


class ConfirmIdentityForm(FormModel):
    """By the code that was emailed under `id`, or by `password` where there is no `id`."""

    id: str = ""
    code: str = ""
    password: str = ""
    next: str = ""
