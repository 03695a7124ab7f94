"""Forms of publication: later translations, exports, and withdrawing a publication."""

from service.web.forms.models import FormInt, FormModel


class AddTranslationForm(FormModel):
    """`after` is the number of the translation that it corrects; 0 for the first."""

    lang: str = ""
    title: str = ""
    text: str = ""
    after: FormInt


class RequestExportForm(FormModel):
    format: str = ""
    lang: str = ""


class WithdrawPublicationForm(FormModel):
    note: str = ""
