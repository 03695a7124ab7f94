"""Versions. Append-only."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row, func, insert, select

from service.domain.documents.version import EditionText, Version, VersionSummary
from service.domain.text.diff.block_index import TextIndex
from service.store.db import Tx
from service.store.documents import block_indexes as block_indexes_store
from service.store.sequence import next_seq
from service.store.tables import version, version_edition


def add(tx: Tx, new: Version, *, indexes: Mapping[str, TextIndex]) -> None:
    """Add a version with its texts and their block indexes, by language."""
    row = {
        "id": new.id,
        "seq": next_seq(tx, version),
        "document": new.document,
        "number": new.number,
        "parent_sha256": new.parent_sha256,
        "version_sha256": new.version_sha256,
        "kind": new.kind,
        "issued_by": new.issued_by,
        "authentic": list(new.authentic),
        "cut_by": new.cut_by,
        "cut_at": new.cut_at,
        "note": new.note,
        "numbering": new.numbering,
        "line_rules": new.line_rules,
    }
    tx.connection.execute(insert(version).values(**row))
    for lang, edition in new.editions.items():
        tx.connection.execute(insert(version_edition).values(version=new.id, lang=lang, **_edition_row(edition)))
        block_indexes_store.add(tx, indexes[lang], version=new.id, lang=lang)


def get(tx: Tx, id: str) -> Version | None:
    """Return a version by id."""
    row = tx.connection.execute(select(version).where(version.c.id == id)).one_or_none()
    return _version(tx, row) if row else None


def get_by_number(tx: Tx, document: str, number: int) -> Version | None:
    """Return a document's version by its number."""
    query = select(version).where(version.c.document == document, version.c.number == number)
    row = tx.connection.execute(query).one_or_none()
    return _version(tx, row) if row else None


def get_latest(tx: Tx, document: str) -> Version | None:
    """Return the document's newest version."""
    query = select(version).where(version.c.document == document).order_by(version.c.number.desc()).limit(1)
    row = tx.connection.execute(query).one_or_none()
    return _version(tx, row) if row else None


def list_by_document(tx: Tx, document: str, *, after: int = 0, limit: int = 1000) -> list[Version]:
    """Return the document's versions by number, beyond number `after`."""
    query = select(version).where(version.c.document == document, version.c.number > after)
    return [_version(tx, row) for row in tx.connection.execute(query.order_by(version.c.number).limit(limit)).all()]


def list_cuts(tx: Tx, document: str) -> list[VersionSummary]:
    """Return the document's versions by number, without their texts."""
    table = version.c
    columns = (table.number, table.parent_sha256, table.version_sha256, table.cut_at, table.note)
    query = select(*columns).where(table.document == document).order_by(table.number)
    return [VersionSummary(*row) for row in tx.connection.execute(query)]


def list_cut_seqs(tx: Tx, document: str, *, lang: str, epoch: int) -> list[tuple[int, int]]:
    """Return (row of the journal, version number) for each cut of an edition in this epoch, in order."""
    columns = (version_edition.c.draft_seq, version.c.number)
    query = select(*columns).join(version, version.c.id == version_edition.c.version)
    of_edition = version.c.document == document, version_edition.c.lang == lang, version_edition.c.epoch == epoch
    return [(row[0], row[1]) for row in tx.connection.execute(query.where(*of_edition).order_by(version.c.number))]


def list_newest_numbers(tx: Tx, documents: Collection[str]) -> dict[str, int]:
    """Return the number of the newest version of each of these documents that has one."""
    query = select(version.c.document, func.max(version.c.number)).where(version.c.document.in_(list(documents)))
    return {row[0]: row[1] for row in tx.connection.execute(query.group_by(version.c.document))}


def _edition_row(edition: EditionText) -> dict[str, Any]:
    return {
        "title": edition.title,
        "text": edition.text,
        "text_sha256": edition.text_sha256,
        "epoch": edition.epoch,
        "draft_seq": edition.seq,
    }


def _version(tx: Tx, row: Row[Any]) -> Version:
    query = select(version_edition).where(version_edition.c.version == row.id).order_by(version_edition.c.lang)
    editions = {
        one.lang: EditionText(one.title, one.text, one.text_sha256, one.epoch, one.draft_seq)
        for one in tx.connection.execute(query)
    }
    return Version(
        row.id,
        row.document,
        row.number,
        row.parent_sha256,
        row.version_sha256,
        row.kind,
        row.issued_by,
        tuple(row.authentic),
        row.cut_by,
        row.cut_at,
        row.note,
        editions,
        row.numbering,
        row.line_rules,
    )
