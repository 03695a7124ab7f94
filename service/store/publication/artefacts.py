"""Digests of the stored files that rows refer to."""

from sqlalchemy import func, select, union

from service.store.db import Tx
from service.store.tables import artefact, coalition


def list_file_digests(tx: Tx) -> list[str]:
    """Return the SHA-256 digests of all files in use: artefacts and the logo."""
    logo = select(coalition.c.logo_sha256).where(coalition.c.logo_sha256.is_not(None))
    return sorted(tx.connection.execute(union(select(artefact.c.sha256), logo)).scalars())


def count_file_bytes(tx: Tx) -> int:
    """Return the bytes of all artefacts; a file that several rows name counts several times."""
    return int(tx.connection.execute(select(func.coalesce(func.sum(artefact.c.size), 0))).scalar_one())
