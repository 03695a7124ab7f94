"""What the import of a table would add, and which of its lines have errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.domain.errors import DomainError
from service.domain.membership.people import Names


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """A new organisation, first named on `line`."""

    line: int
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person in the table; `organisation` is the id of a member, a new organisation, or None."""

    line: int
    names: Names
    email: str
    lang: str
    roles: tuple[str, ...]
    organisation: str | NewOrganisation | None


@dataclass(frozen=True, slots=True)
class LineError:
    """Why a line cannot be imported."""

    line: int
    error: DomainError


@dataclass
class ImportPlan:
    """What an import would add, and its errors; lines are counted as in the file, the heading being 1.

    `known` are the ids of the organisations that were there already, in the order of the table.
    """

    organisations: list[NewOrganisation] = field(default_factory=list)
    people: list[NewPerson] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
