"""Setting a coalition up: the steps from an empty instance to the first document, computed from what exists."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

IDENTITY, MAIL, SECRETARIES, MEMBERS, MANDATES, DOCUMENT = (
    "identity",
    "mail",
    "secretaries",
    "members",
    "mandates",
    "document",
)
"""Steps, in the order in which they are shown."""

MIN_SECRETARIES = 2
"""Acts of power need a second person of the secretariat."""


@dataclass(frozen=True, slots=True)
class SetupFacts:
    """What exists in an instance.

    `secretaries` are the persons of the secretariat who have joined; `organisations_joined` and
    `organisations_mandated` count the member organisations of which somebody has joined, or holds a mandate in force.
    """

    has_logo: bool
    has_mail_server: bool
    has_delivered_email: bool
    secretaries: int
    organisations: int
    organisations_joined: int
    organisations_mandated: int
    documents: int


@dataclass(frozen=True, slots=True)
class SetupStep:
    """A step and what it lacks (a code); empty if it is done."""

    name: str
    lacks: str

    @property
    def is_done(self) -> bool:
        """Return whether nothing is missing."""
        return not self.lacks


def setup_steps(facts: SetupFacts) -> tuple[SetupStep, ...]:
    """Return all steps in order."""
    return tuple(SetupStep(name, find(facts)) for name, find in _FINDERS.items())


def is_set_up(steps: tuple[SetupStep, ...]) -> bool:
    """Return whether every step is done."""
    return all(step.is_done for step in steps)


def _mail_lacks(facts: SetupFacts) -> str:
    if not facts.has_mail_server:
        return "mail_server"
    return "" if facts.has_delivered_email else "delivered_email"


def _members_lack(facts: SetupFacts) -> str:
    if not facts.organisations:
        return "organisations"
    return "people" if facts.organisations_joined < facts.organisations else ""


def _mandates_lack(facts: SetupFacts) -> str:
    is_complete = facts.organisations > 0 and facts.organisations_mandated >= facts.organisations
    return "" if is_complete else "mandates"


_FINDERS: Mapping[str, Callable[[SetupFacts], str]] = {
    IDENTITY: lambda facts: "" if facts.has_logo else "logo",
    MAIL: _mail_lacks,
    SECRETARIES: lambda facts: "" if facts.secretaries >= MIN_SECRETARIES else "second_secretary",
    MEMBERS: _members_lack,
    MANDATES: _mandates_lack,
    DOCUMENT: lambda facts: "" if facts.documents else "document",
}
