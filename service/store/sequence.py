"""The next number of a `seq` column: last + 1 inside the transaction, never a database sequence (those leave gaps)."""

from sqlalchemy import Table, func, select

from service.store.db import Tx


def following(tx: Tx, table: Table) -> int:
    """The number after the table's largest `seq`; 1 for an empty table."""
    return (tx.connection.execute(select(func.max(table.c.seq))).scalar_one_or_none() or 0) + 1
