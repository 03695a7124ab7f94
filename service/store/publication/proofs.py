"""Proofs of versions, and the sets of engines that render them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, or_, select, update

from service.domain.publication.proof import KEPT_AFTER, EngineSet, PrintProof, ProofSpec
from service.jobs import RENDER_PROOF
from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import engine_set, jobs, proof

_UNFINISHED = ("queued", "rendering")
_WITH_ENGINE = select(proof, engine_set.c.sha256.label("engine_sha256")).outerjoin(
    engine_set, engine_set.c.id == proof.c.engine
)


def add(tx: Tx, *, id: str, document: str, version: str, spec: ProofSpec, content_sha256: str) -> None:
    """Add a proof, queued."""
    row = {"id": id, "seq": next_seq(tx, proof), "document": document, "version": version, **spec._asdict()}
    other_columns = {"content_sha256": content_sha256, "state": "queued", "stage": "queued", "requested_at": tx.now}
    tx.connection.execute(insert(proof).values(**row, **other_columns))


def get(tx: Tx, id: str) -> PrintProof | None:
    """Return a proof by id."""
    row = tx.connection.execute(_WITH_ENGINE.where(proof.c.id == id)).one_or_none()
    return _proof(row) if row else None


def list_by_version(tx: Tx, version: str) -> list[PrintProof]:
    """Return all proofs of a version, oldest first."""
    rows = tx.connection.execute(_WITH_ENGINE.where(proof.c.version == version).order_by(proof.c.seq))
    return [_proof(row) for row in rows]


def set_stage(tx: Tx, id: str, stage: str) -> None:
    """Set the stage of a rendering that is not finished."""
    query = update(proof).where(proof.c.id == id, proof.c.state.in_(_UNFINISHED))
    tx.connection.execute(query.values(state="rendering", stage=stage))


def mark_whole(tx: Tx, id: str, *, engine: str, sha256: str, size: int) -> bool:
    """Compare-and-swap → whole; return False if the proof has ended."""
    values = {"state": "whole", "stage": "whole", "engine": engine, "sha256": sha256, "size": size, "ended_at": tx.now}
    return _end(tx, id, values)


def mark_failed(tx: Tx, id: str, *, engine: str, failure: Mapping[str, object]) -> bool:
    """Compare-and-swap → failed; return False if the proof has ended."""
    values = {"state": "failed", "stage": "failed", "engine": engine, "failure": dict(failure), "ended_at": tx.now}
    return _end(tx, id, values)


def supersede(tx: Tx, document: str, *, version: str = "", content_sha256: str = "") -> None:
    """Mark the proofs of a document as superseded, except those of this version and content."""
    other = or_(proof.c.version != version, proof.c.content_sha256 != content_sha256)
    query = update(proof).where(proof.c.document == document, proof.c.superseded_at.is_(None), other)
    tx.connection.execute(query.values(superseded_at=tx.now))


def supersede_one(tx: Tx, id: str) -> None:
    """Mark a proof as superseded: it is made again."""
    query = update(proof).where(proof.c.id == id, proof.c.superseded_at.is_(None))
    tx.connection.execute(query.values(superseded_at=tx.now))


def has_old(tx: Tx) -> bool:
    """Return whether there is a proof for `delete_superseded`."""
    return tx.connection.execute(select(proof.c.id).where(_is_old(tx)).limit(1)).first() is not None


def delete_superseded(tx: Tx) -> list[str]:
    """Delete the proofs superseded more than KEPT_AFTER ago; return the digests of their files."""
    old = _is_old(tx)
    digests = tx.connection.execute(select(proof.c.sha256).where(old, proof.c.sha256.is_not(None)).distinct())
    found = sorted(digests.scalars())
    tx.connection.execute(delete(proof).where(old))
    return found


def find_newest_job(tx: Tx) -> str | None:
    """Return the job of the newest proof that can be rendered now, None if there is none.

    It is queued and not waiting for a later attempt, or its worker was lost.
    """
    due = (jobs.c.state == "queued") & ((jobs.c.attempts == 0) | (jobs.c.next_at <= tx.now))
    lost = (jobs.c.state == "running") & (jobs.c.lease_until <= tx.now)
    query = select(jobs.c.id).join(proof, proof.c.id == jobs.c.ref).where(jobs.c.name == RENDER_PROOF, or_(due, lost))
    query = query.order_by(proof.c.superseded_at.is_not(None), proof.c.seq.desc()).limit(1)
    return tx.connection.execute(query).scalar_one_or_none()


def get_engine(tx: Tx, *, sha256: str = "") -> EngineSet | None:
    """Return the engines registered last, of those with this digest if one is given."""
    query = select(engine_set).order_by(engine_set.c.seq.desc()).limit(1)
    if sha256:
        query = query.where(engine_set.c.sha256 == sha256)
    row = tx.connection.execute(query).one_or_none()
    return EngineSet(row.id, row.seq, row.sha256) if row else None


def add_engine(tx: Tx, *, id: str, sha256: str, content: Mapping[str, object]) -> EngineSet:
    """Add a set of engines, the newest from now on."""
    seq = next_seq(tx, engine_set)
    row = {"id": id, "seq": seq, "sha256": sha256, "content": {"v": 1, **content}, "at": tx.now}
    tx.connection.execute(insert(engine_set).values(**row))
    return EngineSet(id, seq, sha256)


def _is_old(tx: Tx) -> ColumnElement[bool]:
    return proof.c.superseded_at <= tx.now - KEPT_AFTER


def _end(tx: Tx, id: str, values: Mapping[str, object]) -> bool:
    query = update(proof).where(proof.c.id == id, proof.c.state.in_(_UNFINISHED))
    return tx.connection.execute(query.values(values)).rowcount == 1


def _proof(row: Row[Any]) -> PrintProof:
    return PrintProof(**{name: row._mapping[name] for name in PrintProof.__dataclass_fields__})
