"""Import of organisations and people from CSV: every line is validated first, then all are written or none.

Columns: organisation_ar, organisation_en, name, name_ar, name_en, email, lang, roles. `name` is the name in `lang`. A
line without a name and `email` is an organisation alone; a line with them is a person of the organisation it names, in
either language, or of none. An unknown organisation is added with the first line that names it.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from service.actions.authorization import or_not_found, require
from service.actions.membership import approvals, proposals
from service.actions.membership.organisations import add_organisation
from service.actions.membership.people import add_with_proposals
from service.actions.validation import validate_email, validate_names
from service.domain.errors import N_, Conflict, DomainError, InvalidInput, TooLarge
from service.domain.membership.approvals import RoleProposal
from service.domain.membership.import_plan import ImportPlan, LineError, NewOrganisation, NewPerson
from service.domain.membership.people import ORGANISATION_ROLES, Actor, check_is_member, validate_role
from service.i18n import LANGUAGES, get_language
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store

MAX_BYTES = 512 * 1024
"""Bytes of a table."""

MAX_LINES = 2000
"""Lines of a table, without the heading."""

COLUMNS = (
    *(f"organisation_{lang}" for lang in LANGUAGES),
    "name",
    *(f"name_{lang}" for lang in LANGUAGES),
    "email",
    "lang",
    "roles",
)
"""Column names."""

DEFAULT_LANGUAGE = "ar"
"""Language of a person whose line names none."""

CsvRow = Mapping[str, str]
"""Cells by column."""
OrganisationKey = tuple[str, str]
"""(language, name) of an organisation."""


@dataclass
class _ImportState:
    """State of the validation: organisations and addresses known so far."""

    plan: ImportPlan
    known: dict[OrganisationKey, str | NewOrganisation]
    emails: dict[str, int]


def decode(data: bytes) -> str:
    """Decode a table: UTF-8, or UTF-16 with a byte order mark, as spreadsheets write it.

    Raises `InvalidInput` `csv_unreadable`, `TooLarge` `csv_too_large`.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("csv_too_large", N_("A table can be up to {limit} kilobytes."), limit=MAX_BYTES // 1024)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise InvalidInput(
            "csv_unreadable", N_("This table is not UTF-8. Save it as “CSV UTF-8”, then try again.")
        ) from None


def plan_import(tx: Tx, actor: Actor, *, text: str) -> ImportPlan:
    """Validate each line of a table; nothing is written.

    Raises `InvalidInput` `csv_columns`, `csv_unreadable`, `TooLarge` `csv_too_long` for a table as a whole.
    """
    require(actor, "organisation.add")
    require(actor, "person.add")
    require(actor, "role.grant")
    known_organisations: dict[OrganisationKey, str | NewOrganisation] = {
        (lang, name): one.id for one in organisations_store.list_all(tx) for lang, name in one.names.items()
    }
    state = _ImportState(ImportPlan(), known_organisations, {})
    for line, row in _parse_rows(text):
        try:
            _plan_line(tx, state, line, row)
        except DomainError as error:
            state.plan.errors.append(LineError(line, error))
    return state.plan


def apply_import(tx: Tx, actor: Actor, *, text: str) -> ImportPlan:
    """Import the whole table; focal points and signatories are proposed, all in one act.

    Raises `Conflict` `import_has_faults`, with nothing written, if a line has an error.
    """
    found = plan_import(tx, actor, text=text)
    if found.errors:
        raise Conflict(
            "import_has_faults",
            N_("Line {line} cannot be imported, so nothing was imported. Check the table again."),
            line=found.errors[0].line,
        )
    approvals.lock_secretariat(tx)
    ids = {id(one): add_organisation(tx, actor, names=one.names, from_table=True) for one in found.organisations}
    proposed: list[RoleProposal] = []
    for one in found.people:
        organisation_id = (
            ids[id(one.organisation)] if isinstance(one.organisation, NewOrganisation) else one.organisation
        )
        _, more = add_with_proposals(
            tx, actor, names=one.names, email=one.email, organisation=organisation_id, lang=one.lang, roles=one.roles
        )
        proposed += more
    proposals.settle(tx, proposed, by=actor.person)
    return found


def _parse_rows(text: str) -> list[tuple[int, CsvRow]]:
    """Return (line, cells by column), without empty lines."""
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.DictReader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), delimiter=delimiter)
    try:
        columns = [name.strip().lower() for name in reader.fieldnames or ()]
        _check_columns(columns)
        reader.fieldnames = columns
        rows = [(reader.line_num, {name: (row.get(name) or "").strip() for name in COLUMNS}) for row in reader]
    except csv.Error:
        raise _unreadable_csv() from None
    if len(rows) > MAX_LINES:
        raise TooLarge("csv_too_long", N_("A table can have up to {limit} lines."), limit=MAX_LINES)
    return [(line, row) for line, row in rows if any(row.values())]


def _check_columns(columns: list[str]) -> None:
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown:
        raise InvalidInput(
            "csv_columns",
            N_("The first line must contain column names from this list: {columns}. “{name}” is not one of them."),
            columns=COLUMNS,
            name=unknown[0],
        )
    if not any(name.startswith("organisation_") or name == "email" for name in columns):
        raise InvalidInput(
            "csv_columns", N_("The first line must contain column names from this list: {columns}."), columns=COLUMNS
        )


def _plan_line(tx: Tx, state: _ImportState, line: int, row: CsvRow) -> None:
    """Validate one line and add it to the plan. Raises `DomainError`, with nothing added."""
    names = {lang: row[f"organisation_{lang}"] for lang in LANGUAGES if row[f"organisation_{lang}"]}
    organisation, new_organisation = _resolve_organisation(state, line, names)
    if row["email"] or _person_names(row):
        state.plan.people.append(_plan_person(tx, state, line, row, organisation))
    elif new_organisation is None:
        raise Conflict(
            "organisation_known", N_("This organisation is already in the coalition, or the table lists it twice.")
        )
    if isinstance(organisation, str) and organisation not in state.plan.known:
        state.plan.known.append(organisation)
    if new_organisation:
        state.plan.organisations.append(new_organisation)
        state.known.update({(lang, name): new_organisation for lang, name in new_organisation.names.items()})


def _resolve_organisation(
    state: _ImportState, line: int, names: Mapping[str, str]
) -> tuple[str | NewOrganisation | None, NewOrganisation | None]:
    """Return (the organisation with these names, the same if it is new); None for no names."""
    if not names:
        return None, None
    validated = validate_names(names)
    found = [state.known[key] for key in validated.items() if key in state.known]
    if found and any(one != found[0] for one in found):
        raise Conflict("organisation_unclear", N_("These two names belong to two different organisations."))
    if found:
        return found[0], None
    new = NewOrganisation(line, validated)
    return new, new


def _plan_person(
    tx: Tx, state: _ImportState, line: int, row: CsvRow, organisation: str | NewOrganisation | None
) -> NewPerson:
    address = validate_email(row["email"])
    if isinstance(organisation, str):
        check_is_member(or_not_found(organisations_store.get(tx, organisation)))
    if people_store.get_by_email(tx, address):
        raise Conflict("email_taken", N_("Someone with this email address already exists."))
    if address in state.emails:
        raise Conflict("email_twice", N_("Line {line} has the same email address."), line=state.emails[address])
    roles = tuple(validate_role(role) for role in row["roles"].replace(";", " ").replace(",", " ").split())
    if organisation is None and set(roles) & ORGANISATION_ROLES:
        raise InvalidInput(
            "role_needs_organisation", N_("This role belongs to an organisation, and this person has none.")
        )
    names, lang = validate_names(_person_names(row)), get_language(row["lang"] or DEFAULT_LANGUAGE).code
    state.emails[address] = line
    return NewPerson(line, names, address, lang, roles, organisation)


def _person_names(row: CsvRow) -> dict[str, str]:
    """Return the person's names by language; `name` is the one in their own language."""
    names_by_language = {lang: row[f"name_{lang}"] for lang in LANGUAGES if row[f"name_{lang}"]}
    return names_by_language | ({row["lang"] or DEFAULT_LANGUAGE: row["name"]} if row["name"] else {})


def _unreadable_csv() -> InvalidInput:
    return InvalidInput("csv_unreadable", N_("This table could not be read. Save it as “CSV UTF-8”, then try again."))
