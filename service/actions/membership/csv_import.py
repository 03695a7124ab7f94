"""Organisations and people from a table: read and judged line by line first, then written whole or not at all.

Columns: organisation_ar, organisation_en, name, name_ar, name_en, email, lang, roles. `name` is the name in `lang`. A
line without a name and `email` is an organisation alone; a line with them is a person of the organisation it names, in
either language, or of none. An organisation the coalition does not have yet joins with the first line that names it.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from service.actions.authorization import require, seen
from service.actions.membership.people import add_organisation, add_person
from service.actions.validation import checked_email, checked_names
from service.domain.errors import N_, Conflict, DomainError, Malformed, TooLarge
from service.domain.membership.people import OF_AN_ORGANISATION, Actor, Names, check_member, known_role
from service.i18n import LANGUAGES, language
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store

LARGEST = 512 * 1024
"""Bytes of a table."""

MOST_LINES = 2000

COLUMNS = (
    *(f"organisation_{lang}" for lang in LANGUAGES),
    "name",
    *(f"name_{lang}" for lang in LANGUAGES),
    "email",
    "lang",
    "roles",
)

FIRST = "ar"
"""The language of whoever names none."""

Row = Mapping[str, str]
Key = tuple[str, str]
"""(language, name) of an organisation."""


@dataclass(frozen=True, slots=True)
class Joining:
    """A new organisation, first named on `line`."""

    line: int
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person of the table; `organisation` is the id of a member, the names of a new one, or None."""

    line: int
    names: Names
    email: str
    lang: str
    roles: tuple[str, ...]
    organisation: str | Joining | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line cannot come in."""

    line: int
    error: DomainError


@dataclass
class Plan:
    """What a table would bring, and what stands against it; lines are counted as in the file, the heading being 1."""

    organisations: list[Joining] = field(default_factory=list)
    people: list[Newcomer] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass
class _Reading:
    """The table as it is gone through: which organisations and addresses there are by now."""

    plan: Plan
    known: dict[Key, str | Joining]
    emails: dict[str, int]


def decoded(data: bytes) -> str:
    """The table's text: UTF-8, or UTF-16 with its mark, as spreadsheets write it. Raises Malformed `csv_unreadable`,
    TooLarge `csv_too_large`."""
    if len(data) > LARGEST:
        raise TooLarge("csv_too_large", N_("A table may have {limit} kilobytes at most."), limit=LARGEST // 1024)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Malformed(
            "csv_unreadable", N_("This table is not UTF-8. Save it as “CSV UTF-8”, then try again.")
        ) from None


def plan(tx: Tx, actor: Actor, *, text: str) -> Plan:
    """Read the table and judge each line; nothing is written. Raises Malformed `csv_columns`, `csv_unreadable`,
    TooLarge `csv_too_long` where there is no table to judge."""
    require(actor, "organisation.add")
    require(actor, "person.add")
    known: dict[Key, str | Joining] = {
        (lang, name): one.id for one in organisations_store.every(tx) for lang, name in one.names.items()
    }
    reading = _Reading(Plan(), known, {})
    for line, row in _rows(text):
        try:
            _take(tx, reading, line, row)
        except DomainError as error:
            reading.plan.faults.append(Fault(line, error))
    return reading.plan


def carry_out(tx: Tx, actor: Actor, *, text: str) -> Plan:
    """Write the whole table. Raises Conflict `import_has_faults`, with nothing written, if one line cannot come in."""
    found = plan(tx, actor, text=text)
    if found.faults:
        raise Conflict(
            "import_has_faults",
            N_("Line {line} cannot come in, so nothing was written. Look through the table again."),
            line=found.faults[0].line,
        )
    ids = {id(one): add_organisation(tx, actor, names=one.names) for one in found.organisations}
    for one in found.people:
        its = ids[id(one.organisation)] if isinstance(one.organisation, Joining) else one.organisation
        add_person(tx, actor, names=one.names, email=one.email, organisation=its, lang=one.lang, roles=one.roles)
    return found


def _rows(text: str) -> list[tuple[int, Row]]:
    """(line, cells by column); empty lines are left out."""
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.DictReader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), delimiter=delimiter)
    try:
        columns = [name.strip().lower() for name in reader.fieldnames or ()]
        _check_columns(columns)
        reader.fieldnames = columns
        rows = [(reader.line_num, {name: (row.get(name) or "").strip() for name in COLUMNS}) for row in reader]
    except csv.Error:
        raise _unreadable() from None
    if len(rows) > MOST_LINES:
        raise TooLarge("csv_too_long", N_("A table may have {limit} lines at most."), limit=MOST_LINES)
    return [(line, row) for line, row in rows if any(row.values())]


def _check_columns(columns: list[str]) -> None:
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown:
        raise Malformed(
            "csv_columns",
            N_("The first line must name columns of these: {columns}. “{name}” is none of them."),
            columns=COLUMNS,
            name=unknown[0],
        )
    if not any(name.startswith("organisation_") or name == "email" for name in columns):
        raise Malformed("csv_columns", N_("The first line must name columns of these: {columns}."), columns=COLUMNS)


def _take(tx: Tx, reading: _Reading, line: int, row: Row) -> None:
    """Judge one line. Raises DomainError, having taken nothing of it."""
    names = {lang: row[f"organisation_{lang}"] for lang in LANGUAGES if row[f"organisation_{lang}"]}
    own, joining = _organisation(reading, line, names)
    if row["email"] or _called(row):
        reading.plan.people.append(_person(tx, reading, line, row, own))
    elif joining is None:
        raise Conflict(
            "organisation_known", N_("The coalition has this organisation already, or the table names it twice.")
        )
    if joining:
        reading.plan.organisations.append(joining)
        reading.known.update({(lang, name): joining for lang, name in joining.names.items()})


def _organisation(
    reading: _Reading, line: int, names: Mapping[str, str]
) -> tuple[str | Joining | None, Joining | None]:
    """(the organisation these names mean, the same if it is new); None for no names."""
    if not names:
        return None, None
    checked = checked_names(names)
    found = [reading.known[key] for key in checked.items() if key in reading.known]
    if found and any(one != found[0] for one in found):
        raise Conflict("organisation_unclear", N_("These two names belong to two different organisations."))
    if found:
        return found[0], None
    new = Joining(line, checked)
    return new, new


def _person(tx: Tx, reading: _Reading, line: int, row: Row, organisation: str | Joining | None) -> Newcomer:
    address = checked_email(row["email"])
    if isinstance(organisation, str):
        check_member(seen(organisations_store.get(tx, organisation)))
    if people_store.by_email(tx, address):
        raise Conflict("email_taken", N_("There is a person with this address already."))
    if address in reading.emails:
        raise Conflict("email_twice", N_("Line {line} has the same address."), line=reading.emails[address])
    roles = tuple(known_role(role) for role in row["roles"].replace(";", " ").replace(",", " ").split())
    if organisation is None and set(roles) & OF_AN_ORGANISATION:
        raise Malformed("role_needs_organisation", N_("This role is held for an organisation; this person has none."))
    names, lang = checked_names(_called(row)), language(row["lang"] or FIRST).code
    reading.emails[address] = line
    return Newcomer(line, names, address, lang, roles, organisation)


def _called(row: Row) -> dict[str, str]:
    """The names of a line's person; `name` is that in their language."""
    named = {lang: row[f"name_{lang}"] for lang in LANGUAGES if row[f"name_{lang}"]}
    return named | ({row["lang"] or FIRST: row["name"]} if row["name"] else {})


def _unreadable() -> Malformed:
    return Malformed("csv_unreadable", N_("This table could not be read. Save it as “CSV UTF-8”, then try again."))
