"""Forms of rounds: opening one, choosing a position, and confirming it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from service.web.forms.models import Checkbox, FormInt, FormModel

MAX_AT_LEAST_DIGITS = 6


def _parse_at_least(value: object) -> object:
    """0, which no rule accepts, for anything that is not a short number: the field may be empty under other rules."""
    is_short = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= MAX_AT_LEAST_DIGITS
    return value if is_short else 0


@dataclass(frozen=True, slots=True)
class Dotted:
    """The values of all form fields `prefix.…`, as sent, by the rest of their name."""

    prefix: str

    def collect(self, form: Mapping[str, str]) -> object:
        start = f"{self.prefix}."
        return {name.removeprefix(start): value for name, value in form.items() if name.startswith(start)}


class DeadlineFields(FormModel):
    """One of the deadlines that are offered, or a day and a time; `rest_day` confirms that the day is meant although it
    is no working day."""

    deadline: str = ""
    date: str = ""
    time: str = ""
    rest_day: Checkbox = False


class OpenRoundForm(DeadlineFields):
    """`required` holds a value for each organisation, by its id, whose endorsement is required."""

    version: FormInt = 0
    rule: str = ""
    at_least: Annotated[int, BeforeValidator(_parse_at_least)] = 0
    quorum: str = ""
    required: Annotated[dict[str, str], Dotted("required")] = {}
    close_when_all_answered: Checkbox = False


class PositionForm(FormModel):
    """`replaces` is the SHA-256 of the statement that is replaced."""

    position: str = ""
    reservation: Annotated[dict[str, str], Dotted("reservation")] = {}
    lang: str = ""
    replaces: str | None = None


class StatementCodeForm(FormModel):
    code: str = ""
