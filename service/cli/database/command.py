"""`mithaq database create`: the database of an instance on PostgreSQL, and the two roles that use it."""

import ipaddress
import secrets
from pathlib import Path

import click
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from service.cli.common.database_errors import first_line
from service.cli.common.errors import CommandError
from service.cli.common.terminal import say
from service.domain.errors import N_
from service.store.administration import database_setup as database_setup_store
from service.store.administration.database_setup import DatabaseSetup

DRIVER = "postgresql+psycopg"
PLACEHOLDER = "PASSWORD"
"""Printed where a password is not known or was given."""

MIN_PASSWORD = 16
"""Characters of a password that is read from a file."""

RESERVED_NAMES = ("public", "none")

with_password_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def database() -> None:
    """Create the database and its two roles on PostgreSQL."""


@database.command()
@click.option(
    "--owner", default="mithaq", show_default=True, help="Role that owns the tables. It migrates and restores."
)
@click.option("--service", default="mithaq_service", show_default=True, help="Role that the service uses.")
@click.option("--database", "name", default="mithaq", show_default=True, help="Name of the database.")
@click.option("--host", default="localhost", show_default=True, help="Host of PostgreSQL, for the addresses printed.")
@click.option(
    "--run",
    "address",
    metavar="URL",
    help="Run the SQL there as a superuser, instead of printing it. Its password: PGPASSWORD or ~/.pgpass.",
)
@click.option("--print", "prints", is_flag=True, help="Print the SQL for psql. This is the default.")
@click.option("--owner-password-file", type=with_password_file, help="File with a password. Default: a new random one.")
@click.option("--service-password-file", type=with_password_file, help="File with a password. Default: a random one.")
@click.option("--new-passwords", is_flag=True, help="Change the passwords of roles that exist already.")
def create(
    owner: str,
    service: str,
    name: str,
    host: str,
    address: str | None,
    prints: bool,
    owner_password_file: Path | None,
    service_password_file: Path | None,
    new_passwords: bool,
) -> None:
    """Create the database, the role that owns it and the role of the service. Can be repeated.

    Prints SQL for psql to standard output, and the addresses for the settings, with their passwords, to standard error.
    """
    if prints and address:
        raise CommandError(N_("Use either --run or --print."))
    _check_names(owner=owner, service=service, database=name)
    passwords = {owner: _password(owner_password_file), service: _password(service_password_file)}
    setup = DatabaseSetup(
        owner,
        service,
        name,
        database_setup_store.scram_verifier(passwords[owner], owner),
        database_setup_store.scram_verifier(passwords[service], service),
        replace_passwords=new_passwords,
    )
    shown = {owner: owner_password_file is None, service: service_password_file is None}
    if address:
        server = _parse_address(address)
        changed = _run(server, setup)
        shown = {role: show and role in changed for role, show in shown.items()}
    else:
        server = _server_at(host)
        click.echo("\n".join(database_setup_store.list_script_lines(setup)))
    urls = {
        role: server.set(username=role, password=password if shown[role] else PLACEHOLDER, database=name)
        for role, password in passwords.items()
    }
    _print_settings(urls[owner], urls[service], is_done=address is not None)


def _check_names(*, owner: str, service: str, database: str) -> None:
    """Check that PostgreSQL keeps the names as they are. Raises CommandError."""
    for name in (owner, service, database):
        size = len(name.encode("utf-8", "replace"))
        is_reserved = name in RESERVED_NAMES or name.startswith("pg_")
        if is_reserved or not name.isprintable() or not 0 < size <= database_setup_store.MAX_NAME_BYTES:
            raise CommandError(
                N_(
                    "{name} cannot be a name in PostgreSQL: it is empty, too long (more than 63 bytes), not printable, "
                    "or taken (public, none and all that begins with pg_)."
                ),
                name=ascii(name),
            )
    if owner == service:
        raise CommandError(N_("Give the roles two different names: the role of the service must not own the tables."))


def _password(path: Path | None) -> str:
    """Return the password in a file, or a new one. Raises CommandError."""
    if path is None:
        return secrets.token_hex(24)
    try:
        password = path.read_text("utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise CommandError(N_("{path} cannot be read."), path=path) from error
    if len(password) < MIN_PASSWORD or not password.isprintable():
        raise CommandError(
            N_("The password in {path} needs at least {count} characters, in one line."), path=path, count=MIN_PASSWORD
        )
    return password


def _parse_address(address: str) -> URL:
    """Return the address of `--run`. Raises CommandError if it is none, or has a password others could read."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in (DRIVER, "postgresql", "postgres"):
        raise CommandError(N_("--run needs the address of a server, such as postgresql://postgres@localhost/postgres"))
    if url.password or "password" in url.query:
        raise CommandError(
            N_("Leave the password out of --run, where other users see it. Use PGPASSWORD or the file ~/.pgpass.")
        )
    return URL.create(DRIVER, url.username, None, url.host, url.port, url.database, url.query)


def _server_at(host: str) -> URL:
    """Return the address of a server; connections to other computers must be encrypted."""
    return URL.create(DRIVER, host=host, query={} if _is_local(host) else {"sslmode": "require"})


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _run(server: URL, setup: DatabaseSetup) -> tuple[str, ...]:
    """Run the statements; return the roles whose password is the one of `setup`. Raises CommandError."""
    try:
        return database_setup_store.create_database(server, setup)
    except SQLAlchemyError as error:
        raise CommandError(
            N_(
                "PostgreSQL refused ({reason}). The role in --run must be a superuser, or have CREATEROLE and CREATEDB."
                " Its password comes from PGPASSWORD or ~/.pgpass."
            ),
            reason=first_line(error),
        ) from error


def _print_settings(owner: URL, service: URL, *, is_done: bool) -> None:
    """Print the addresses and what to do next to standard error: standard output is for psql."""
    if not is_done:
        say(N_("Give this SQL to psql, as a superuser: … | sudo -u postgres psql -X"), err=True)
    say(N_("For mithaq migrate and mithaq restore only:"), err=True)
    click.echo(f"  MITHAQ_DATABASE_URL={_format_url(owner)}", err=True)
    say(N_("For everything else:"), err=True)
    click.echo(f"  MITHAQ_DATABASE_URL={_format_url(service)}", err=True)
    if PLACEHOLDER in (owner.password, service.password) or not is_done:
        say(N_("A role that existed keeps its password; --new-passwords changes it."), err=True)
    say(N_("In pg_hba.conf of PostgreSQL, before other lines, with the network of your computers:"), err=True)
    roles = f"{_quoted(owner.username)},{_quoted(service.username)}"
    click.echo(f"  hostssl  {_quoted(owner.database)}  {roles}  NETWORK  scram-sha-256", err=True)
    say(
        N_("Next, with the first address: mithaq migrate --grant-to {role}. Then, with the second: mithaq init"),
        err=True,
        role=service.username,
    )


def _format_url(url: URL) -> str:
    """Return an address as a setting, without spaces."""
    return url.render_as_string(hide_password=False).replace(" ", "%20")


def _quoted(name: str | None) -> str:
    """Return a name for pg_hba.conf, where quotes keep words such as `all` from having a meaning."""
    return '"' + (name or "").replace('"', '""') + '"'
