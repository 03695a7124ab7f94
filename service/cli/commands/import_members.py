"""`mithaq import`: organisations and people from a table, as on the page of the same name."""

from pathlib import Path

import click

from service.actions.membership import csv_import
from service.cli.common.errors import Refused
from service.cli.common.options import with_var
from service.cli.local.preflight import settings_of
from service.domain.errors import N_, DomainError
from service.domain.membership.people import SCOPES, Actor
from service.i18n import Words
from service.job_dispatch import Silence
from service.store.accounts import people as people_store
from service.store.db import Tx, connect


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_var
@click.option(
    "--by", required=True, metavar="ADDRESS", help="Mail address of the person of the secretariat who does it."
)
@click.option("--dry-run", is_flag=True, help="Read and judge every line, write nothing.")
def import_(file: Path, var: Path | None, by: str, dry_run: bool) -> None:
    """Bring in organisations and people from a CSV table."""
    database = connect(settings_of(var=var).database)
    try:
        with database.write(Silence()) as tx:
            found = _run(tx, file.read_bytes(), by=by, dry_run=dry_run)
    except DomainError as error:
        raise Refused("{sentence}", sentence=Words("en").error(error)) from error
    finally:
        database.close()
    for line in _told(found):
        click.echo(line)
    if found.faults:
        raise Refused(N_("Nothing was written: {count} lines cannot come in."), count=len(found.faults))


def _run(tx: Tx, data: bytes, *, by: str, dry_run: bool) -> csv_import.Plan:
    """What the table brings; written unless a line cannot come in, or it is only tried."""
    text, actor = csv_import.decoded(data), _actor(tx, by)
    found = csv_import.plan(tx, actor, text=text)
    return found if dry_run or found.faults else csv_import.carry_out(tx, actor, text=text)


def _actor(tx: Tx, address: str) -> Actor:
    who = people_store.by_email(tx, address.lower())
    actor = people_store.actor(tx, who.id, scopes=SCOPES) if who else None
    if actor is None:
        raise Refused(N_("There is nobody with the address {address} here."), address=address)
    return actor


def _told(found: csv_import.Plan) -> list[str]:
    words = Words("en")
    return [
        *(f"{one.line:>5}  {words.error(one.error)}" for one in found.faults),
        *(f"{one.line:>5}  + {' / '.join(one.names.values())}" for one in found.organisations),
        *(
            f"{one.line:>5}  + {' / '.join(one.names.values())} <{one.email}> {' '.join(one.roles)}".rstrip()
            for one in found.people
        ),
    ]
