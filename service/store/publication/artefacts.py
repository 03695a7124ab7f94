"""Digests of the stored files that rows refer to."""

from sqlalchemy import func, select, union

from service.store.db import Tx
from service.store.tables import artefact, coalition, proof


def list_file_digests(tx: Tx) -> list[str]:
    """Return the SHA-256 digests of all files in use: artefacts, proofs and the logo."""
    logo = select(coalition.c.logo_sha256).where(coalition.c.logo_sha256.is_not(None))
    proofs = select(proof.c.sha256).where(proof.c.sha256.is_not(None))
    return sorted(tx.connection.execute(union(select(artefact.c.sha256), proofs, logo)).scalars())


def count_file_bytes(tx: Tx) -> int:
    """Return the bytes of all artefacts and proofs; a file that several rows name counts several times."""
    sizes = (select(func.coalesce(func.sum(table.c.size), 0)) for table in (artefact, proof))
    return sum(int(tx.connection.execute(one).scalar_one()) for one in sizes)
