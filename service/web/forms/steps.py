"""Forms of the next step of a document.

`rev` is the revision of the document that the page showed.
"""

from typing import Annotated

from service.web.forms.models import Checkbox, FormInt, FormModel, Lang, NonNegativeInt, Prefixed, ShortText
from service.web.forms.rounds import RoundOptionFields


class CutVersion(FormModel):
    """A version to create; shared with the API. `seen`: the seq of each draft as the person saw it, by language."""

    note: ShortText = ""
    seen: dict[Lang, NonNegativeInt] = {}


class CutVersionForm(CutVersion):
    """Create a version."""

    seen: Annotated[dict[Lang, FormInt], Prefixed("seen")] = {}
    rev: FormInt


class SendOutForm(RoundOptionFields):
    """Create a version of an urgent statement and send it out; its round is open for `hours`."""

    hours: FormInt
    at_least: FormInt
    without_codes: Checkbox = False
    seen: Annotated[dict[Lang, FormInt], Prefixed("seen")] = {}
    rev: FormInt


class AskOrganisationForm(FormModel):
    """The organisation whose people are asked for a signatory."""

    organisation: str = ""


class CancelSendingForm(FormModel):
    """The sending to cancel, by its id."""

    sending: str = ""


class MoveForm(FormModel):
    """Move the document to another state, with a note."""

    note: str = ""
    rev: FormInt
