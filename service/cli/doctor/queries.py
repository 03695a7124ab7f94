"""Queries of doctor checks on the database of the instance."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from service.cli.doctor.finding import CheckSkipped
from service.config import Settings
from service.store.db import Database, Tx, connect

Result = TypeVar("Result")


def has_no_database(settings: Settings) -> bool:
    """Return whether the SQLite file does not exist yet."""
    return settings.resolved_database_url.startswith("sqlite:") and not (settings.var / "mithaq.db").exists()


def run_query(settings: Settings, read: Callable[[Tx], Result]) -> Result:
    """Run a query. Raises CheckSkipped if there is no database, or if `database` reports its error."""

    def run(connected: Database) -> Result:
        with connected.read() as tx:
            return read(tx)

    return with_database(settings, run)


def with_database(settings: Settings, run: Callable[[Database], Result]) -> Result:
    """Run a function with the open database. Raises CheckSkipped as `run_query` does."""
    if has_no_database(settings):
        raise CheckSkipped
    connected = connect(settings.resolved_database_url)
    try:
        return run(connected)
    except SQLAlchemyError as error:
        raise CheckSkipped from error
    finally:
        connected.close()
