"""What the worker needs of a proof, and how its work ends."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.actions.authorization import or_not_found
from service.actions.proofs import proofs
from service.domain.documents.document import Document
from service.domain.documents.version import EditionText, Version
from service.domain.publication.proof import QUEUED, RENDERING, EngineSet, PrintProof
from service.domain.publication.proof_content import proof_content, proof_sha256
from service.domain.trust.canonical_json import digest
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.publication import artefacts as artefacts_store
from service.store.publication import proofs as proofs_store

ENGINE_DOMAIN = "mithaq.engines.v1"


@dataclass(frozen=True, slots=True)
class ProofInput:
    """Everything a proof is rendered from: `content` as that of a seal."""

    proof: PrintProof
    edition: EditionText
    content: Mapping[str, object]


def engine_sha256(pipelines: Mapping[str, object]) -> str:
    """Return the digest of a set of engines: the pipeline keys of all formats."""
    return digest(ENGINE_DOMAIN, dict(pipelines))


def register_engines(tx: Tx, pipelines: Mapping[str, object]) -> EngineSet:
    """Make these engines the newest; nothing changes if they are."""
    newest, sha256 = proofs_store.get_engine(tx), engine_sha256(pipelines)
    if newest is not None and newest.sha256 == sha256:
        return newest
    return proofs_store.add_engine(tx, id=tx.new_id("eng"), sha256=sha256, content={"formats": dict(pipelines)})


def start_proof(tx: Tx, proof_id: str) -> ProofInput | None:
    """Return what the worker needs; None if the proof has ended or nobody waits for it any more.

    If what would be sealed has changed since the request, proofs of that are requested instead.
    """
    proof = proofs_store.get(tx, proof_id)
    if proof is None or proof.state not in (QUEUED, RENDERING) or proof.superseded_at is not None:
        return None
    document = or_not_found(documents_store.get(tx, proof.document))
    version = or_not_found(versions_store.get(tx, proof.version))
    if not _is_wanted(tx, document, version):
        proofs_store.supersede(tx, document.id)
        return None
    subject = proofs.load_subject(tx, version)
    if proof_sha256(subject) != proof.content_sha256:
        documents_store.lock(tx, document.id)  # so that an opening does not request the same
        proofs.request_proofs(tx, version)
        return None
    proofs_store.set_stage(tx, proof_id, "started")
    return ProofInput(proof, version.editions[proof.lang], proof_content(subject, at=proof.requested_at))


def report_stage(tx: Tx, proof_id: str, stage: str) -> None:
    """Set the stage of a rendering."""
    proofs_store.set_stage(tx, proof_id, stage)


def finish_proof(tx: Tx, proof_id: str, *, pipelines: Mapping[str, object], sha256: str, size: int) -> bool:
    """Mark a proof as whole; its file is stored. Return False if it had ended."""
    return proofs_store.mark_whole(tx, proof_id, engine=_engine(tx, pipelines).id, sha256=sha256, size=size)


def fail_proof(tx: Tx, proof_id: str, *, pipelines: Mapping[str, object], failure: Mapping[str, object]) -> bool:
    """Mark a proof as failed, with a reason people can read; return False if it had ended."""
    return proofs_store.mark_failed(tx, proof_id, engine=_engine(tx, pipelines).id, failure={"v": 1, **failure})


def delete_superseded(tx: Tx) -> list[str]:
    """Delete the proofs whose time is over; return the digests of files that no row names any more."""
    files = proofs_store.delete_superseded(tx)
    named = set(artefacts_store.list_file_digests(tx)) if files else set()
    return [sha256 for sha256 in files if sha256 not in named]


def _is_wanted(tx: Tx, document: Document, version: Version) -> bool:
    latest = versions_store.get_latest(tx, document.id)
    return document.state not in proofs.ENDED_STATES and latest is not None and latest.id == version.id


def _engine(tx: Tx, pipelines: Mapping[str, object]) -> EngineSet:
    """Return the row of the engines of this worker: during an update they may not be the newest."""
    found = proofs_store.get_engine(tx, sha256=engine_sha256(pipelines))
    return found or register_engines(tx, pipelines)
