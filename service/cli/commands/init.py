"""`mithaq init`: create a real coalition, with its names, its origin and a link for the first person."""

from pathlib import Path

import click

from service.actions.membership import coalition, invitation_links
from service.cli.common.database import open_to_migrate
from service.cli.common.errors import CommandError
from service.cli.common.options import with_var
from service.cli.local.preflight import load_settings
from service.domain.accounts.rules import FIRST_LINK_LIFETIME, MINUTE
from service.domain.errors import N_, DomainError
from service.domain.membership.origin import parse_origin
from service.domain.membership.people import SECRETARIAT
from service.i18n import LANGUAGES
from service.job_dispatch import NullDispatcher
from service.store import migrate as migrate_store
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.db import Database, Tx
from service.store.membership import organisations as organisations_store


@click.command()
@with_var
@click.option("--origin", help="Public address, such as https://mithaq.example. Later: mithaq origin move.")
@click.option("--name-ar", default="", help="The coalition's name in Arabic.")
@click.option("--name-en", default="", help="The coalition's name in English. One of the two names is enough.")
@click.option("--person", help="Name of the first person in the secretariat.")
@click.option("--email", help="Their email address.")
@click.option("--lang", type=click.Choice(list(LANGUAGES)), default="ar", show_default=True, help="Their language.")
@click.option("--again", is_flag=True, help="Create a new link. Only while no one has joined yet.")
def init(
    var: Path | None,
    origin: str | None,
    name_ar: str,
    name_en: str,
    person: str | None,
    email: str | None,
    lang: str,
    again: bool,
) -> None:
    """Create a real coalition and invite the first person in its secretariat."""
    settings = load_settings(var=var)
    if settings.sample:
        raise CommandError(N_("This is set up as a demo. Remove MITHAQ_SAMPLE. A demo cannot become a real service."))
    first = {"name": person or "", "email": email or "", "lang": lang}
    names = {code: name for code, name in (("ar", name_ar), ("en", name_en)) if name}
    try:
        address = origin or settings.origin
        with open_to_migrate(settings) as database:
            migrate_store.upgrade(database)
            _print_link(
                *(
                    _new_link(database)
                    if again
                    else _found_coalition(database, origin=address, names=names, first=first)
                )
            )
    except DomainError as error:
        raise CommandError(error.sentence, **error.params) from error


def _found_coalition(
    database: Database, *, origin: str, names: dict[str, str], first: dict[str, str]
) -> tuple[str, str]:
    """Create the coalition; return (origin, link).

    Raises Conflict `founded_already` or InvalidInput.
    """
    origin = parse_origin(origin)
    with database.write(NullDispatcher()) as tx:
        _, person = coalition.create_coalition(
            tx, origin=origin, sample=False, settings={"names": names}, first_person=first
        )
        return origin, invitation_links.create_first_link(tx, person=person).link


def _new_link(database: Database) -> tuple[str, str]:
    """Return (origin, link) for the person named at creation. Raises CommandError once anyone has joined."""
    with database.write(NullDispatcher()) as tx:
        found = organisations_store.get_coalition(tx)
        if found is None:
            raise CommandError(N_("No coalition yet. Create one: mithaq init, without --again."))
        if found.sample or _has_anyone_signed_in(tx):
            raise CommandError(N_("People have already joined. They can invite others."))
        person = people_store.list_role_holders(tx, [SECRETARIAT])[0].id
        return found.origin, invitation_links.create_first_link(tx, person=person).link


def _has_anyone_signed_in(tx: Tx) -> bool:
    return any(accounts_store.has_ever_had_access(tx, person.id) for _, person in people_store.list_all(tx, limit=10))


def _print_link(origin: str, link: str) -> None:
    minutes = FIRST_LINK_LIFETIME // MINUTE
    click.echo(N_("Open this link within {minutes} minutes. It works once:").format(minutes=minutes))
    click.echo(f"  {origin}/join#{link}")
    click.echo(N_("If the link has expired: mithaq init --again"))
