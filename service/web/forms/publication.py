"""Forms of publication: later translations, exports, and withdrawing a publication."""

from service.web.forms.models import FormInt, FormModel


class AddTranslationForm(FormModel):
    """A translation to add; `after` is the number of the translation it corrects, 0 for the first."""

    lang: str = ""
    title: str = ""
    text: str = ""
    after: FormInt


class RequestExportForm(FormModel):
    """The format and language of an export."""

    format: str = ""
    lang: str = ""


class WithdrawPublicationForm(FormModel):
    """The public note of a withdrawal."""

    note: str = ""
