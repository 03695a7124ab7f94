"""`mithaq origin`: show the public address, and move the instance to another one."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import click

from service.actions.membership import origin_move
from service.actions.membership.origin_move import OriginMove
from service.cli.common.database import open_database
from service.cli.common.errors import CommandError
from service.cli.common.options import with_lang, with_var
from service.cli.common.terminal import terminal_language
from service.cli.local.preflight import load_settings
from service.config import Settings
from service.domain.errors import N_, DomainError
from service.i18n import Translator
from service.job_dispatch import NullDispatcher
from service.store.db import Database
from service.store.membership import former_origins as former_origins_store
from service.store.membership import organisations as organisations_store

Translate = Callable[..., str]


@click.group()
def origin() -> None:
    """Show the public address, or move the service to another one."""


@origin.command()
@with_var
@with_lang
def show(var: Path | None, lang: str | None) -> None:
    """Print the public address, and the earlier ones with the time until which each was used (UTC)."""
    translator = Translator(lang or terminal_language())
    with open_database(load_settings(var=var)) as database, database.read() as tx:
        found, former = organisations_store.get_coalition(tx), former_origins_store.list_all(tx)
    if found is None:
        raise CommandError(N_("No coalition yet. Create a real one with: mithaq init"))
    click.echo(found.origin)
    for one in former:
        moment = translator.format_moment(one.moved_at, zone="UTC")
        click.echo(translator.t(N_("Until {moment} (UTC): {origin}"), moment=moment, origin=one.origin))


@origin.command()
@with_var
@with_lang
@click.argument("address", metavar="NEW")
@click.option(
    "--keep-access",
    is_flag=True,
    help="The old address stays yours: keys and open invitations stay valid. Without it they end.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def move(var: Path | None, lang: str | None, address: str, *, keep_access: bool, yes: bool) -> None:
    """Change the public address to NEW, such as https://mithaq.example. Says what that means, and asks first.

    The service may run. Everyone is signed out and told at once. Record and signatures stay valid.
    """
    settings, translate = load_settings(var=var), Translator(lang or terminal_language()).t
    try:
        with open_database(settings) as database:
            planned = _plan(database, address)
            _print_consequences(planned, translate, keep_access=keep_access)
            if not yes:
                _ask(planned, translate)
            _move(database, planned, keep_access=keep_access)
    except DomainError as error:
        raise CommandError("{wrong}", wrong=translate(error.sentence, **error.params)) from error
    click.echo(
        translate(
            N_("The public address is {origin} now. Web servers that run use it within seconds."),
            origin=planned.to_origin,
        )
    )
    for sentence in _list_settings_to_change(settings, planned, translate):
        click.echo(sentence)


def _plan(database: Database, address: str) -> OriginMove:
    with database.read() as tx:
        return origin_move.plan_move(tx, address=address)


def _move(database: Database, planned: OriginMove, *, keep_access: bool) -> None:
    with database.write(NullDispatcher()) as tx:
        origin_move.move(tx, address=planned.to_origin, keep_access=keep_access)


def _ask(planned: OriginMove, translate: Translate) -> None:
    """Raise CommandError unless somebody at a terminal agrees."""
    try:
        agreed = click.confirm(translate(N_("Move to {origin}?"), origin=planned.to_origin))
    except click.Abort:
        agreed = False
    if not agreed:
        raise CommandError("{wrong}", wrong=translate(N_("Nothing was changed.")))


def _print_consequences(planned: OriginMove, translate: Translate, *, keep_access: bool) -> None:
    click.echo(
        translate(N_("The public address changes from {old} to {new}."), old=planned.from_origin, new=planned.to_origin)
    )
    for sentence in [*_AT_ONCE, _KEPT if keep_access else _ENDED, *_LATER]:
        click.echo(f"- {translate(sentence, persons=planned.persons, keys=planned.tokens, open=planned.invitations)}")


_AT_ONCE = (
    N_(
        "Everyone is signed out, and signs in again at the new address. Email address, password and authenticator app "
        "stay the same."
    ),
    N_(
        "Everyone is told at once, by notice and email, with both addresses (people: {persons}). Tell them by another "
        "way too: an email alone about a new address looks like fraud."
    ),
)

_ENDED = N_(
    "Keys (valid: {keys}) and invitations (open: {open}) end, because the holder of the old address can catch them. "
    "With --keep-access they stay valid."
)

_KEPT = N_(
    "Keys (valid: {keys}) and invitations (open: {open}) stay valid. The holder of the old address can catch them."
)

_LATER = (
    N_(
        "Links in emails, published files and bookmarks keep the old address. While that still leads to this service, "
        "they lead to the same page at the new address; forms and programs are refused there."
    ),
    N_("Programs that use the API need the new address."),
    N_("Words that someone typed and that are not saved stay in their browser. Do this while no one is writing."),
    N_(
        "What was signed, sealed and published stays valid and keeps the old address in its files. It can be verified "
        "without that address."
    ),
    N_("There are no passkeys yet. They would be bound to the old address and end."),
    N_("Have a certificate for the new address and lead it to this service first."),
)
"""What a move means; message ids."""


def _list_settings_to_change(settings: Settings, planned: OriginMove, translate: Translate) -> list[str]:
    """Return sentences about settings of this terminal that still name another address."""
    sentences = []
    if settings.origin and settings.public_origin != planned.to_origin:
        sentences.append(
            translate(N_("Set MITHAQ_ORIGIN to {origin} in the settings of every process."), origin=planned.to_origin)
        )
    old_host = urlsplit(planned.from_origin).hostname or ""
    if settings.mail_from.rpartition("@")[2] == old_host:
        sentences.append(
            translate(
                N_("MITHAQ_MAIL_FROM is {address}. If {host} is lost, change it and start the workers again."),
                address=settings.mail_from,
                host=old_host,
            )
        )
    return sentences
