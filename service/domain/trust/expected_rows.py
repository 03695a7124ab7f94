"""The rows that a record names, and what its entries say of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.domain.trust.entry import Entry

CLOCK_TOLERANCE = 60 * 1_000_000
"""µs by which the time of a row may differ from that of its entry: both are of one transaction."""

ERASURE = "erasure"
"""Act of an entry that says which earlier entries were emptied (`seqs`)."""

KEYS = {
    "version": ("document", "number"),
    "role_grant": ("person", "role", "document"),
    "mandate_confirmation": ("mandate", "person"),
    "round_closing": ("round", "person", "act"),
    "endorsement": ("statement_sha256",),
    "artefact": ("key",),
    "approval": ("request", "person"),
    "dispute_settlement": ("dispute", "person", "act"),
    "translation": ("seal", "lang", "number"),
    "publication_revision": ("publication", "number"),
}
"""Columns by which entries name a row; the others are named by id."""

NAMED_TABLES = (
    "coalition", "former_origin", "organisation", "person", "role_grant", "mandate", "mandate_confirmation",
    "token", "invitation",
    "document", "version", "round", "round_closing", "endorsement", "seal", "export", "artefact", "translation",
    "publication", "publication_revision", "access_recovery", "role_proposal",
    "approval_request", "approval", "dispute", "dispute_settlement", "urgent_sending",
)  # fmt: skip
"""Tables of which the record names every row."""

BOUND_COLUMNS = {
    "coalition": ("settings",),
    "person": ("email", "names"),
    "mandate": ("expires_at",),
    "publication_revision": ("content",),
    "translation": ("title",),
}
"""Columns of consequence that entries of earlier releases did not bind."""


@dataclass(frozen=True, slots=True)
class Matches:
    """A value that a predicate accepts."""

    accepts: Callable[[Any], bool]


def is_expected(stored: object, expected: object) -> bool:
    """Return whether a stored value is the expected one, or one that it accepts."""
    if isinstance(expected, Matches):
        try:
            return expected.accepts(stored)
        except (TypeError, KeyError, AttributeError):
            return False
    return stored == expected


def near(at: int) -> Matches:
    """Accept a time of the transaction of an entry made at `at`."""
    return Matches(lambda stored: abs(stored - at) <= CLOCK_TOLERANCE)


def one_of(*values: object) -> Matches:
    """Accept any of `values`."""
    return Matches(lambda stored: stored in values)


def same_roles(roles: Iterable[str]) -> Matches:
    """Accept a column with these roles, in any order."""
    wanted = sorted(roles)
    return Matches(lambda stored: sorted(stored["roles"]) == wanted)


def same_params(params: Mapping[str, Any]) -> Matches:
    """Accept a column with these parameters, apart from the version of their form."""
    wanted = {name: value for name, value in params.items() if name != "v"}
    return Matches(lambda stored: {name: value for name, value in stored.items() if name != "v"} == wanted)


def subset(values: Iterable[str]) -> Matches:
    """Accept some of these items: rights may have been narrowed later."""
    allowed = frozenset(values)
    return Matches(lambda stored: allowed.issuperset(stored))


SET = Matches(lambda stored: stored is not None)
"""Accept anything but null."""


@dataclass(slots=True)
class ExpectedRow:
    """What entries say of a row: columns, digests of values by column (with the salt of their entry), other facts."""

    columns: dict[str, object] = field(default_factory=dict)
    values: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class ExpectedRows:
    """The expected rows by (table, key), and what is needed to go from one entry to the next."""

    rows: dict[tuple[str, str], ExpectedRow] = field(default_factory=dict)
    live_answers: dict[tuple[str, str], str] = field(default_factory=dict)
    seals: dict[str, str] = field(default_factory=dict)
    erased: set[int] = field(default_factory=set)

    def add(self, table: str, *key: object, **columns: object) -> ExpectedRow:
        """Expect a row that an entry adds."""
        row = self.rows[table, join_key(*key)] = ExpectedRow(columns=columns)
        return row

    def change(self, table: str, *key: object, **columns: object) -> ExpectedRow:
        """Change what is expected of a row; a row whose first entry was erased is named by the later one."""
        row = self.rows.setdefault((table, join_key(*key)), ExpectedRow())
        row.columns.update(columns)
        return row

    def remove(self, table: str, *key: object) -> None:
        """Expect a row no more."""
        self.rows.pop((table, join_key(*key)), None)

    def bind_values(self, entry: Entry) -> None:
        """Expect the values whose digests the entry carries."""
        for name, sha256 in entry.bound_values.items():
            table, _, column = name.partition(".")
            key = [entry.facts[part] for part in VALUE_KEYS.get(table, (table,))]
            self.change(table, *key).values[column] = (sha256, entry.salt)


Fold = Callable[[ExpectedRows, Entry], None]
"""Takes an entry into account."""

VALUE_KEYS = {
    "publication_revision": ("publication", "revision"),
    "translation": ("seal", "lang", "number"),
}
"""Facts that name the row of a bound value; by default the one called as the table."""


def join_key(*key: object) -> str:
    """Return the key of a row as text."""
    return "/".join(str(part) for part in key)
