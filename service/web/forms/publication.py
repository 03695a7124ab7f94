"""Forms of publication: later translations, exports, and withdrawing a publication."""

from typing import Annotated

from service.web.forms.models import Checkbox, FormInt, FormModel, Lang, Prefixed, ShortText


class AddTranslationForm(FormModel):
    """A translation to add; `after` is the number of the translation it corrects, 0 for the first."""

    lang: str = ""
    title: str = ""
    text: str = ""
    after: FormInt


class RequestExport(FormModel):
    """A file to create; shared with the API."""

    format: ShortText
    lang: Lang


class RequestExportForm(RequestExport):
    """The format and language of an export; the act rejects an empty form, after it has checked who asks."""

    format: ShortText = ""
    lang: Lang = ""


class PublishForm(FormModel):
    """Publish a document; `descriptions` of its link by language."""

    descriptions: Annotated[dict[Lang, str], Prefixed("description")] = {}


class RequestDraftFileForm(FormModel):
    """A file of a text that is not approved; `version` is empty for the draft."""

    format: ShortText = ""
    lang: Lang = ""
    version: str = ""
    line_numbers: Checkbox = False


class RequestComparisonForm(FormModel):
    """The comparison of two versions as a PDF."""

    lang: Lang = ""
    older: str = ""
    newer: str = ""
    layout: ShortText = ""


class WithdrawPublicationForm(FormModel):
    """The public note of a withdrawal."""

    note: str = ""
