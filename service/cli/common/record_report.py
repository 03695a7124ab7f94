"""The comparison of rows with the record, for several commands."""

from collections.abc import Callable, Sequence

from service.actions.trust import record_check
from service.domain.trust.record_differences import Difference, RecordReport
from service.store import protections as protections_store
from service.store.db import Database

MAX_LISTED = 200
"""Differences that are printed."""

Translate = Callable[..., str]
"""Returns the sentence of a message id, its placeholders filled in."""


def check_database(database: Database) -> RecordReport:
    """Compare all rows with the record, and the protections of the database with those of this release."""
    with database.read() as tx:
        report = record_check.check_record(tx)
        privileges = protections_store.list_excess_privileges(tx)
    changed = protections_store.list_changed_protections(database)
    report.differences += [Difference("trigger", "sqlite_master", name) for name in changed]
    report.differences += [Difference("privilege", "grants", name) for name in privileges]
    return report


def list_sentences(differences: Sequence[Difference], translate: Translate) -> list[str]:
    """Return a sentence for each of the first differences."""
    return [translate(one.sentence, **one.params) for one in differences[:MAX_LISTED]]
