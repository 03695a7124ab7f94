"""`mithaq import`: import organisations and people from a CSV table, as the web page does."""

from pathlib import Path

import click

from service.actions.membership import csv_import
from service.cli.common.database import open_database
from service.cli.common.errors import CommandError
from service.cli.common.options import with_var
from service.cli.common.terminal import terminal_language, translate_error
from service.cli.local.preflight import load_settings
from service.domain.errors import N_, DomainError
from service.domain.membership.import_plan import ImportPlan
from service.domain.membership.people import SCOPES, Actor
from service.i18n import Translator
from service.job_dispatch import NullDispatcher
from service.store.accounts import people as people_store
from service.store.db import Tx


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_var
@click.option(
    "--by", required=True, metavar="ADDRESS", help="Email address of the member of the secretariat who imports."
)
@click.option("--dry-run", is_flag=True, help="Read and check every line, but write nothing.")
def import_(file: Path, var: Path | None, by: str, dry_run: bool) -> None:
    """Import organisations and people from a CSV table."""
    settings = load_settings(var=var)
    try:
        with open_database(settings) as database, database.write(NullDispatcher()) as tx:
            plan = _import_table(tx, file.read_bytes(), by=by, dry_run=dry_run)
    except DomainError as error:
        raise CommandError("{wrong}", wrong=translate_error(error)) from error
    for line in _report_lines(plan):
        click.echo(line)
    if plan.errors:
        raise CommandError(N_("Nothing was imported: {count} lines cannot be imported."), count=len(plan.errors))


def _import_table(tx: Tx, data: bytes, *, by: str, dry_run: bool) -> ImportPlan:
    """Plan the import; apply it unless a line has an error or it is a dry run."""
    text, actor = csv_import.decode(data), _load_actor(tx, by)
    plan = csv_import.plan_import(tx, actor, text=text)
    return plan if dry_run or plan.errors else csv_import.apply_import(tx, actor, text=text)


def _load_actor(tx: Tx, address: str) -> Actor:
    person = people_store.get_by_email(tx, address.lower())
    actor = people_store.load_actor(tx, person.id, scopes=SCOPES) if person else None
    if actor is None:
        raise CommandError(N_("No one here has the email address {address}."), address=address)
    return actor


def _report_lines(plan: ImportPlan) -> list[str]:
    i18n = Translator(terminal_language())
    return [
        *(f"{one.line:>5}  {i18n.error_message(one.error)}" for one in plan.errors),
        *(f"{one.line:>5}  + {' / '.join(one.names.values())}" for one in plan.organisations),
        *(
            f"{one.line:>5}  + {' / '.join(one.names.values())} <{one.email}> {' '.join(one.roles)}".rstrip()
            for one in plan.people
        ),
    ]
