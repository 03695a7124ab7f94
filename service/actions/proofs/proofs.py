"""Proofs of a version: requested when it is cut, and again whenever what would be sealed with it has changed.

They belong to the system: nobody's quota counts them.
"""

from service import jobs
from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.membership.coalition import letterhead
from service.domain.documents.document import APPROVED, PUBLISHED, WITHDRAWN
from service.domain.documents.version import Version
from service.domain.endorsement.round import RollEntry
from service.domain.errors import N_, Conflict
from service.domain.membership.people import Actor
from service.domain.publication.proof import WHOLE, PrintProof, ProofSpec, ProofState, evaluate_proofs
from service.domain.publication.proof_content import ProofSubject, proof_sha256
from service.store import jobs as jobs_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.membership import organisations as organisations_store
from service.store.publication import proofs as proofs_store

ENDED_STATES = frozenset({APPROVED, PUBLISHED, WITHDRAWN})
"""States of documents of which no proof is needed."""


def load_subject(tx: Tx, version: Version) -> ProofSubject:
    """Return everything that would be sealed with a version now, besides rule, dates and answers."""
    document = or_not_found(documents_store.get(tx, version.document))
    coalition = or_not_found(organisations_store.get_coalition(tx))
    roll = tuple(RollEntry(one.id, one.names) for _, one in organisations_store.list_members(tx))
    front = {"place": {}, "addressees": {}, **document.front}
    return ProofSubject(version, front, letterhead(coalition), roll)


def proof_state(tx: Tx, version: Version, *, subject: ProofSubject | None = None) -> ProofState:
    """Return the state of the proofs of a version, for what would be sealed now and the newest engines.

    `subject` is what would be sealed, if the caller has loaded it.
    """
    return evaluate_proofs(
        proofs_store.list_by_version(tx, version.id),
        languages=version.editions,
        content_sha256=proof_sha256(subject or load_subject(tx, version)),
        engine=proofs_store.get_engine(tx),
    )


def request_proofs(tx: Tx, version: Version, *, subject: ProofSubject | None = None) -> ProofState:
    """Request the proofs of a version that are neither whole, failed nor on their way; return their state before.

    Those of other versions of its document, and of other content, are superseded.
    """
    state = proof_state(tx, version, subject=subject)
    proofs_store.supersede(tx, version.document, version=version.id, content_sha256=state.content_sha256)
    for spec in state.unrequested:
        _add(tx, version, spec, content_sha256=state.content_sha256)
    return state


def request_again(tx: Tx, actor: Actor, *, document_id: str, version_number: int) -> None:
    """Request the proofs of the latest version again that have failed, besides those that are missing.

    Raises `Conflict` `stale_version`, `document_state`.
    """
    document = authorization.load_document(tx, actor, "proof.request", document_id, lock=True)
    version = versions_store.get_latest(tx, document_id)
    if version is None or version.number != version_number:
        raise Conflict("stale_version", N_("Proofs are made of the latest version, and this is an older one."))
    if document.state in ENDED_STATES:
        raise Conflict("document_state", N_("This text is approved or withdrawn. It needs no proofs any more."))
    for failed in proof_state(tx, version).failed:
        proofs_store.supersede_one(tx, failed.id)
    request_proofs(tx, version)


def get_file(tx: Tx, actor: Actor, *, proof_id: str) -> tuple[PrintProof, str]:
    """Return a whole proof and the title of its text. Raises `NotFound`, `Conflict` `not_ready`."""
    proof = or_not_found(proofs_store.get(tx, proof_id))
    authorization.load_document(tx, actor, "version.read", proof.document)
    if proof.state != WHOLE or proof.sha256 is None:
        raise Conflict("not_ready", N_("This file is not ready yet."), extra={"state": proof.state})
    version = or_not_found(versions_store.get(tx, proof.version))
    return proof, version.editions[proof.lang].title


def _add(tx: Tx, version: Version, spec: ProofSpec, *, content_sha256: str) -> None:
    id = tx.new_id("prf")
    proofs_store.add(tx, id=id, document=version.document, version=version.id, spec=spec, content_sha256=content_sha256)
    jobs_store.enqueue(tx, jobs.RENDER_PROOF, ref=id, effect_key=f"{jobs.RENDER_PROOF}:{id}")
