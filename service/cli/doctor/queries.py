"""Queries of doctor checks on the database of the instance."""

from collections.abc import Callable
from typing import TypeVar

from service.cli.common.database import connected, has_no_file
from service.cli.common.errors import CommandError
from service.cli.doctor.finding import CheckSkipped
from service.config import Settings
from service.store.db import Database, Tx

Result = TypeVar("Result")


def run_query(settings: Settings, read: Callable[[Tx], Result]) -> Result:
    """Run a query. Raises CheckSkipped if there is no database, or if `database` reports its error."""

    def run(connected: Database) -> Result:
        with connected.read() as tx:
            return read(tx)

    return with_database(settings, run)


def with_database(settings: Settings, run: Callable[[Database], Result]) -> Result:
    """Run a function with the open database. Raises CheckSkipped as `run_query` does."""
    if has_no_file(settings):
        raise CheckSkipped
    try:
        with connected(settings) as database:
            return run(database)
    except CommandError as error:
        raise CheckSkipped from error
