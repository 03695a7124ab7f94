"""Forms of organisations."""

from typing import Annotated

from service.web.forms.models import Checkbox, FormModel, LocalizedText, PerLanguage


class OrganisationNames(FormModel):
    """The names of an organisation by language; shared with the API."""

    names: Annotated[LocalizedText, PerLanguage("name", keep_empty=True)]


class LeaveForm(FormModel):
    """`decided` confirms that the organisation decided to leave."""

    decided: Checkbox = False
