"""Rows as they are stored, for the comparison with the record: a row that was altered by hand must not stop it."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import JSON, Text, cast, select

from service.store.db import Tx
from service.store.tables import metadata

BATCH_SIZE = 200
"""Rows read at a time."""

UNREADABLE: object = object()
"""Stands for a JSON column whose text is not JSON."""

StoredRow = Mapping[str, Any]
"""A row by column names: JSON columns as values, bytes as bytes."""


def stream_rows(tx: Tx, name: str, *, where: Mapping[str, Collection[str]] | None = None) -> Iterator[StoredRow]:
    """Yield the rows of a table, in the order of its key; with `where`, those with one of the values in each column."""
    table = metadata.tables[name]
    columns = [cast(one, Text).label(one.name) if isinstance(one.type, JSON) else one for one in table.columns]
    json_names = frozenset(one.name for one in table.columns if isinstance(one.type, JSON))
    binary = frozenset(one.name for one in table.columns if one.type.python_type is bytes)
    query = select(*columns).order_by(*table.primary_key)
    for column, values in (where or {}).items():
        query = query.where(table.columns[column].in_(sorted(values)))
    with tx.connection.execute(query, execution_options={"yield_per": BATCH_SIZE}) as found:
        for row in found:
            yield {
                column: _read_json(value) if column in json_names else _read_bytes(value, is_binary=column in binary)
                for column, value in row._mapping.items()
            }


def _read_json(value: str | None) -> Any:
    try:
        return None if value is None else json.loads(value)
    except ValueError:
        return UNREADABLE


def _read_bytes(value: Any, *, is_binary: bool) -> Any:
    """Return a value; SQLite keeps bytes that were written as text by hand as text."""
    return value.encode() if is_binary and isinstance(value, str) else value
