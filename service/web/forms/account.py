"""Forms of sign-in, passwords and the account of the user."""

from typing import Annotated

from service.domain.membership.people import TOKEN_SCOPES
from service.web.forms.models import Checkbox, FormInt, FormModel, PerLanguage, Ticked


class SignInForm(FormModel):
    """Sign in by password, or by `key` (an API token) if it is given.

    `own` is "this is my own device"; `next` is the path to redirect to.
    """

    email: str = ""
    password: str = ""
    key: str = ""
    own: Checkbox = False
    next: str = ""


class SampleSignInForm(FormModel):
    """Sign in as a person of the sample coalition."""

    person: str = ""
    next: str = ""


class SendCodeForm(FormModel):
    """Request a code by email."""

    email: str = ""
    own: Checkbox = False
    next: str = ""


class CodeForm(FormModel):
    """The code that was emailed under `id`."""

    id: str = ""
    code: str = ""
    own: Checkbox = False
    next: str = ""


class TotpForm(FormModel):
    """A code of the authenticator app, or a recovery code; `ticket` stands for the first factor while signing in."""

    ticket: str = ""
    totp: str = ""
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
    totp: str = ""
    own: Checkbox = False


class UpdateAccountForm(FormModel):
    """Names and preferences of the user; an empty `zone` or `digits` means the coalition's."""

    names: Annotated[dict[str, str], PerLanguage("name")] = {}
    lang: str = ""
    zone: str = ""
    digits: str = ""


class ChangePasswordForm(FormModel):
    """The current password and a new one."""

    current: str = ""
    new: str = ""


class CreateTokenForm(FormModel):
    """The label and scopes of a new API token, and after how many `days` it ends."""

    label: str = ""
    days: FormInt = 90
    scopes: Annotated[tuple[str, ...], Ticked("scope", TOKEN_SCOPES)] = ()


class ConfirmIdentityForm(FormModel):
    """Confirm the identity of the user: by the code emailed under `id`, by a code of their app, or by `password`.

    `person`: a code by email is not enough, because the user is about to sign.
    """

    id: str = ""
    code: str = ""
    totp: str = ""
    person: Checkbox = False
    password: str = ""
    next: str = ""


class ChangeAddressForm(FormModel):
    """The new email address of the user, or of a colleague."""

    address: str = ""


class FinishAddressForm(FormModel):
    """The codes sent to both addresses, under the ids `old` and `new`, for the change `change`."""

    change: str = ""
    old: str = ""
    new: str = ""
    old_code: str = ""
    new_code: str = ""
