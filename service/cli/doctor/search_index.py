"""The search index: whether it follows the texts, and making it again."""

from service.actions.documents import search as search_actions
from service.cli.common.errors import CommandError
from service.cli.doctor.finding import Finding
from service.cli.doctor.queries import run_query
from service.config import Settings
from service.domain.errors import N_
from service.job_dispatch import NullDispatcher
from service.store.db import Database

MAX_WAITING = 200
"""Texts that may wait for the index; the sweep takes a part of them each time."""


def search(settings: Settings) -> Finding:
    """Check that the search index follows the texts."""
    waiting = run_query(settings, search_actions.count_outdated)
    if waiting > MAX_WAITING:
        raise CommandError(
            N_("The search does not find {count} new texts. Start the worker, or run mithaq doctor --rebuild-search."),
            count=waiting,
        )
    return Finding(N_("The search knows all texts, or will within a minute"))


def rebuild(database: Database) -> None:
    """Delete the search index and make it again, each text in a transaction of its own."""
    with database.write(NullDispatcher()) as tx:
        search_actions.delete_all(tx)
    while True:
        with database.read() as tx:
            outdated = search_actions.list_outdated(tx)
            entries = [search_actions.prepare(tx, one) for one in outdated]
        for entry in entries:
            with database.write(NullDispatcher()) as tx:
                search_actions.store(tx, entry)
        if not outdated:
            return
