"""Forms of rounds: opening one, choosing a position, and confirming it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from service.domain.endorsement.terms import APPROVAL, DEFAULT_OPTIONS, MINUTE, RoundOptions
from service.i18n import LANGUAGES
from service.web.forms.models import Checkbox, FormInt, FormModel

MAX_AT_LEAST_DIGITS = 6
"""Digits of `at_least`."""


def _parse_at_least(value: object) -> object:
    """Return a short number as sent, else 0, which no rule accepts: under other rules the field may be empty."""
    is_short = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= MAX_AT_LEAST_DIGITS
    return value if is_short else 0


@dataclass(frozen=True, slots=True)
class Dotted:
    """The values of all form fields `prefix.…`, as sent, by the rest of their name."""

    prefix: str

    def collect(self, form: Mapping[str, str]) -> object:
        """Return the values by the rest of the field name."""
        start = f"{self.prefix}."
        return {name.removeprefix(start): value for name, value in form.items() if name.startswith(start)}


class DeadlineFields(FormModel):
    """A deadline on offer, or a date and time.

    `rest_day` confirms a date that is not a working day of the coalition.
    """

    deadline: str = ""
    date: str = ""
    time: str = ""
    rest_day: Checkbox = False


class RoundOptionFields(FormModel):
    """The options of a round; `dated` is "approval", or "day" for the date `dated_on`."""

    close_after_all_minutes: FormInt = DEFAULT_OPTIONS.close_after_all_us // MINUTE
    dated: str = APPROVAL
    dated_on: str = ""
    named_in_public: str = DEFAULT_OPTIONS.named_in_public
    visible_while_open: str = DEFAULT_OPTIONS.visible_while_open
    proof: str = DEFAULT_OPTIONS.proof

    @property
    def options(self) -> RoundOptions:
        """The options as sent; the domain checks them."""
        return RoundOptions(
            date=APPROVAL if self.dated == APPROVAL else self.dated_on,
            close_after_all_us=self.close_after_all_minutes * MINUTE,
            visible_while_open=self.visible_while_open,
            named_in_public=self.named_in_public,
            proof=self.proof,
        )


class OpenRoundForm(DeadlineFields, RoundOptionFields):
    """A round to open; `required` has a value for the id of each organisation whose endorsement is required.

    `without_codes` confirms that the round may open although no email goes out.
    """

    version: FormInt = 0
    rule: str = ""
    at_least: Annotated[int, BeforeValidator(_parse_at_least)] = 0
    quorum: str = ""
    required: Annotated[dict[str, str], Dotted("required")] = {}
    close_when_all_answered: Checkbox = False
    without_codes: Checkbox = False


class RemakeProofsForm(FormModel):
    """The number of the version whose proofs are made again."""

    version: FormInt = 0


class ProofWaiverForm(FormModel):
    """A request to open a round without some proofs of a version."""

    version: FormInt = 0
    reason: str = ""


class PositionForm(FormModel):
    """A position, with a reservation by language; `replaces` is the SHA-256 of the statement it replaces."""

    position: str = ""
    reservation: Annotated[dict[str, str], Dotted("reservation")] = {}
    lang: str = ""
    replaces: str | None = None

    @property
    def texts(self) -> dict[str, str]:
        """Return the reservation in the languages that exist."""
        return {code: words for code, words in self.reservation.items() if code in LANGUAGES}


class StatementCodeForm(FormModel):
    """The emailed code that confirms a statement."""

    code: str = ""


class EndingForm(FormModel):
    """A request to end a round early that is withdrawn: `act` is close or cancel."""

    act: str = ""


class DisputeForm(FormModel):
    """The answer that is disputed, by its id, and why."""

    endorsement: str = ""
    reason: str = ""


class SettlementForm(FormModel):
    """The dispute to settle, by its id."""

    dispute: str = ""
