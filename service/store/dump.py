"""Dump and load every row as a line of JSON, in one format for both databases.

A dump is taken from one state of the database and loaded into an empty one. Bytes are in base64. Rows may come in any
order if references are deferred (`deferred_references`).
"""

import base64
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import JSON, LargeBinary, Table, func, insert, inspect, select, update

from service.store.db import Database, Tx
from service.store.tables import metadata

BATCH_SIZE = 500
"""Rows read or written at a time."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

NOT_DUMPED = frozenset({"search_entry"})
"""Tables that are computed from the others and filled again after a load."""

TABLE_NAMES = tuple(table.name for table in metadata.sorted_tables if table.name not in NOT_DUMPED)
"""Names of the other tables, each after the tables it refers to."""


def dump_rows(tx: Tx, name: str) -> Iterator[bytes]:
    """Yield the rows of a table, each as a line of JSON."""
    table = metadata.tables[name]
    names, binary = [column.name for column in table.columns], _binary_columns(table)
    query = select(table).order_by(*table.primary_key)
    with tx.connection.execute(query, execution_options={"yield_per": BATCH_SIZE}) as found:
        for row in found:
            values = dict(zip(names, row, strict=True))
            for column in binary:
                if values[column] is not None:
                    values[column] = base64.b64encode(values[column]).decode()
            yield _ENCODER.encode(values).encode() + b"\n"


def load_rows(tx: Tx, name: str, rows: Iterable[bytes]) -> int:
    """Insert the rows of these lines into a table and return how many; missing columns take their default."""
    table, count = metadata.tables[name], 0
    binary, nullable = _binary_columns(table), [one.name for one in table.columns if isinstance(one.type, JSON)]
    parsed = (_parse_row(line, binary=binary, json_columns=nullable) for line in rows)
    while batch := list(itertools.islice(parsed, BATCH_SIZE)):
        for _, same_columns in itertools.groupby(batch, key=lambda row: row.keys()):
            tx.connection.execute(insert(table), list(same_columns))
        count += len(batch)
    return count


def pause(tx: Tx) -> None:
    """Pause the instance of the loaded rows, unless it is paused already."""
    coalition = metadata.tables["coalition"]
    tx.connection.execute(update(coalition).where(coalition.c.paused_at.is_(None)).values(paused_at=tx.now))


def set_origin(tx: Tx, origin: str) -> None:
    """Give a rehearsed copy an address of its own. Its record does not say so: the copy is deleted."""
    tx.connection.execute(update(metadata.tables["coalition"]).values(origin=origin))


def is_empty(database: Database) -> bool:
    """Return whether the database has no tables of the schema, or only empty ones."""
    with database.read() as tx:
        existing = set(inspect(tx.connection).get_table_names()) & set(TABLE_NAMES)
        return not any(_count_rows(tx, name) for name in existing)


def count_rows(tx: Tx, name: str) -> int:
    """Return the number of rows of a table."""
    return _count_rows(tx, name)


def _count_rows(tx: Tx, name: str) -> int:
    return tx.connection.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one()


def _binary_columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if isinstance(column.type, LargeBinary)]


def _parse_row(line: bytes, *, binary: Sequence[str], json_columns: Sequence[str]) -> dict[str, Any]:
    """Return the values to insert. JSON columns that are null are left out: None would be stored as JSON `null`."""
    values: dict[str, Any] = json.loads(line)
    for name in json_columns:
        if name in values and values[name] is None:
            del values[name]
    for name in binary:
        if values.get(name) is not None:
            values[name] = base64.b64decode(values[name])
    return values
