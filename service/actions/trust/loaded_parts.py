"""The rows that versions and seals consist of, loaded for many of them with one query."""

import itertools
from collections.abc import Iterable, Iterator

from service.actions.trust.row_checks import Row
from service.store import record_rows as record_rows_store
from service.store.db import Tx

PART_TABLES = {"version": "version_edition", "seal": "seal_opening"}
"""Table → the table with the parts of its rows, whose column of that name says of which."""


class LoadedParts:
    """The parts of versions and seals, loaded for a batch of them at once."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._loaded: dict[str, list[Row]] = {}

    def load_with(self, table: str, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows of a table, after the parts of each batch were loaded."""
        if table not in PART_TABLES:
            yield from rows
            return
        remaining = iter(rows)
        while batch := list(itertools.islice(remaining, record_rows_store.BATCH_SIZE)):
            self._loaded = {row["id"]: [] for row in batch}
            where = {table: list(self._loaded)}
            for part in record_rows_store.stream_rows(self._tx, PART_TABLES[table], where=where):
                self._loaded[part[table]].append(part)
            yield from batch

    def of_version(self, version: str) -> list[Row]:
        """Return the editions of a version of this batch."""
        return self._loaded[version]

    def of_seal(self, seal: str) -> list[Row]:
        """Return the openings of a seal of this batch."""
        return self._loaded[seal]
