"""Publications and their revisions. Revisions are append-only."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row, func, insert, select, union, update

from service.domain.publication.publication import Publication, PublicationRevision
from service.domain.trust import canonical_json
from service.store.db import Tx
from service.store.tables import (
    dispute,
    dispute_settlement,
    endorsement,
    export,
    publication,
    publication_revision,
    round_,
)


def add(tx: Tx, *, id: str, document: str) -> None:
    """Add a public publication of a document, without revisions."""
    row = {"id": id, "document": document, "state": "public", "published_at": tx.now, "note": ""}
    tx.connection.execute(insert(publication).values(**row))


def add_revision(tx: Tx, *, id: str, number: int, seal: str, content: Mapping[str, object], by: str) -> None:
    """Add a revision with its content as canonical JSON."""
    row = {"publication": id, "number": number, "seal": seal, "content": canonical_json.encode(content)}
    tx.connection.execute(insert(publication_revision).values(**row, published_by=by, published_at=tx.now))


def get_by_document(tx: Tx, document: str) -> Publication | None:
    """Return the publication of a document."""
    row = tx.connection.execute(select(publication).where(publication.c.document == document)).one_or_none()
    return _publication(tx, row) if row else None


def list_changed(tx: Tx, documents: Collection[str]) -> frozenset[str]:
    """Return those of `documents` that may have something new to publish.

    These are public, and an endorsement was withdrawn or disputed, a dispute settled, or an export ended after the last
    revision.
    """
    last = (
        select(publication.c.document, func.max(publication_revision.c.published_at).label("at"))
        .join(publication_revision, publication_revision.c.publication == publication.c.id)
        .where(publication.c.state == "public", publication.c.document.in_(list(documents)))
        .group_by(publication.c.document)
        .subquery()
    )
    files = select(last.c.document).join(export, export.c.document == last.c.document)
    ended_endorsements = select(last.c.document).join(round_, round_.c.document == last.c.document)
    ended_endorsements = ended_endorsements.join(endorsement, endorsement.c.round == round_.c.id)
    disputes = ended_endorsements.join(dispute, dispute.c.endorsement == endorsement.c.id)
    settlements = disputes.join(dispute_settlement, dispute_settlement.c.dispute == dispute.c.id)
    changed = union(
        files.where(export.c.ended_at > last.c.at),
        ended_endorsements.where(endorsement.c.ended_at > last.c.at),
        disputes.where(dispute.c.at > last.c.at),
        settlements.where(dispute_settlement.c.at > last.c.at),
    )
    return frozenset(tx.connection.execute(changed).scalars())


def get(tx: Tx, id: str) -> Publication | None:
    """Return a publication by id."""
    row = tx.connection.execute(select(publication).where(publication.c.id == id)).one_or_none()
    return _publication(tx, row) if row else None


def mark_withdrawn(tx: Tx, id: str, *, note: str) -> bool:
    """Compare-and-swap public → withdrawn; return False if it was withdrawn already."""
    query = update(publication).where(publication.c.id == id, publication.c.state == "public")
    return tx.connection.execute(query.values(state="withdrawn", note=note)).rowcount == 1


def _publication(tx: Tx, row: Row[Any]) -> Publication:
    query = select(publication_revision).where(publication_revision.c.publication == row.id)
    revisions = tuple(
        PublicationRevision(one.number, one.seal, json.loads(one.content), one.published_by, one.published_at)
        for one in tx.connection.execute(query.order_by(publication_revision.c.number))
    )
    return Publication(row.id, row.document, row.state, row.published_at, row.note, revisions)
