"""Forms of publication: later translations, exports, and withdrawing a publication."""

from service.web.forms.models import FormInt, FormModel, Lang, ShortText


class AddTranslationForm(FormModel):
    """`after` is the number of the translation that it corrects; 0 for the first."""

    lang: str = ""
    title: str = ""
    text: str = ""
    after: FormInt


class RequestExport(FormModel):
    """A file to create; shared with the API."""

    format: ShortText
    lang: Lang


class RequestExportForm(RequestExport):
    """An empty form is rejected by the act, after it has checked who asks."""

    format: ShortText = ""
    lang: Lang = ""


class WithdrawPublicationForm(FormModel):
    note: str = ""
