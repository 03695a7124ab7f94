"""Dump and load every row as a line of JSON, in one format for both databases.

A dump is taken from one state of the database and loaded into an empty one. Bytes are in base64. Rows may come in any
order if references are deferred (`deferred_references`).
"""

import base64
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import JSON, LargeBinary, Table, func, insert, inspect, select, update
from sqlalchemy.types import TypeEngine

from service.store.db import Database, Tx
from service.store.tables import metadata

BATCH_SIZE = 500
"""Rows read or written at a time."""

TABLE_NAMES = tuple(table.name for table in metadata.sorted_tables)
"""Names of all tables, each after the tables it refers to."""


def dump_rows(tx: Tx, name: str) -> Iterator[bytes]:
    """Yield the rows of a table, each as a line of JSON."""
    table = metadata.tables[name]
    query = select(table).order_by(*table.primary_key)
    with tx.connection.execute(query, execution_options={"yield_per": BATCH_SIZE}) as found:
        for row in found:
            values = {column.name: _to_json_value(row._mapping[column.name]) for column in table.columns}
            yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def load_rows(tx: Tx, name: str, rows: Iterable[bytes]) -> int:
    """Insert the rows of these lines into a table and return how many; missing columns take their default."""
    table, count = metadata.tables[name], 0
    parsed = (_parse_row(table, json.loads(line)) for line in rows)
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


def _to_json_value(value: object) -> object:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _parse_row(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values to insert. JSON columns that are null are left out: None would be stored as JSON `null`."""
    types = {name: table.columns[name].type for name in values}
    present = {name: value for name, value in values.items() if value is not None or not isinstance(types[name], JSON)}
    return {name: _from_json_value(types[name], value) for name, value in present.items()}


def _from_json_value(type_: TypeEngine[Any], value: Any) -> Any:
    return base64.b64decode(value) if isinstance(type_, LargeBinary) and value is not None else value
