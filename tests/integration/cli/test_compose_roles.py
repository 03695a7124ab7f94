"""The roles that the script of docker-compose.yml creates in a new PostgreSQL, with passwords of any characters."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ProgrammingError

from service.config import Settings
from service.store.db import connect
from service.store.grants import grant
from service.store.migrate import migrate
from tests.support.compose_file import services
from tests.support.compose_topology import create_roles
from tests.support.postgres import run_server

HOSTILE = "'; DROP DATABASE postgres; -- \\ $$ \" \\getenv :owner_password"


@pytest.fixture(scope="module")
def server() -> Iterator[URL]:
    """A server with the roles, and their database."""
    with run_server() as postgres:
        url = make_url(postgres.get_uri(driver="psycopg"))
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE mithaq")
        engine.dispose()
        made = {**services()["postgres"]["environment"], "POSTGRES_PASSWORD": HOSTILE, "SERVICE_PASSWORD": HOSTILE[1:]}
        create_roles(url.render_as_string(hide_password=False), **made)
        yield url.set(database="mithaq")


def test_owner_and_service_are_ordinary_roles_and_the_superuser_has_no_password(server: URL) -> None:
    engine = create_engine(server)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolpassword IS NOT NULL FROM pg_authid"
            " WHERE rolcanlogin ORDER BY rolname"
        ).all()
    engine.dispose()
    assert [tuple(row) for row in rows] == [
        ("mithaq", False, False, False, True),
        ("mithaq_service", False, False, False, True),
        ("postgres", True, True, True, False),
    ]


def test_owner_migrates_and_the_service_cannot_change_tables(server: URL) -> None:
    owner = server.set(username="mithaq").render_as_string(hide_password=False)
    service = server.set(username="mithaq_service").render_as_string(hide_password=False)
    migrate(owner)
    database = connect(owner)
    grant(database, "mithaq_service")
    database.close()
    engine = create_engine(service)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM coalition").scalar() == 0
        with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"):
            connection.exec_driver_sql("DROP TABLE coalition")
    engine.dispose()
    assert Settings.load({"MITHAQ_DATABASE_URL": service, "MITHAQ_SECRET": "s" * 40}).resolved_database_url == service
