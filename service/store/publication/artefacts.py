"""Which files the rows name."""

from sqlalchemy import select, union

from service.store.db import Tx
from service.store.tables import artefact, coalition


def list_file_digests(tx: Tx) -> list[str]:
    """The SHA-256 of every file that is kept: what was made, and the logo."""
    logo = select(coalition.c.logo_sha256).where(coalition.c.logo_sha256.is_not(None))
    return sorted(tx.connection.execute(union(select(artefact.c.sha256), logo)).scalars())
