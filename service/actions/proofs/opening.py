"""The proofs on which a round opens."""

from dataclasses import dataclass

from service.actions.proofs import proofs, waivers
from service.domain.documents.version import Version
from service.domain.errors import N_, Conflict, DomainError
from service.domain.publication.proof import PrintProof, ProofState
from service.domain.publication.proof_content import ProofSubject
from service.store.db import Tx


@dataclass(frozen=True, slots=True)
class OpeningProofs:
    """What a round keeps of its proofs: `stored` is the JSON of its column, `facts` what the record says.

    `without_proof` is what its terms bind of a waiver.
    """

    stored: dict[str, object]
    facts: dict[str, object]
    without_proof: dict[str, object] | None


def require_proofs(tx: Tx, sealed: ProofSubject) -> OpeningProofs:
    """Return the whole proofs of exactly what a round would seal, or those that a waiver leaves.

    Where one is missing or stale, new ones are requested, and the request stays although this raises `Conflict`
    `proof_not_whole`; `proof_failed` if one has failed.
    """
    version = sealed.version
    state = proofs.request_proofs(tx, version, subject=sealed)
    waiver = None if state.is_whole else waivers.find_waiver(tx, version, state)
    if state.engine is None or not (state.is_whole or waiver):
        raise tx.commit_on(proof_failed(state) if state.failed else _not_whole(state, version))
    stored: dict[str, object] = {
        "content_sha256": state.content_sha256,
        "engine": {"id": state.engine.id, "sha256": state.engine.sha256},
        "proofs": [_proof_json(one) for one in state.whole],
    }
    facts: dict[str, object] = {"engine": state.engine.sha256, "proofs": [one.id for one in state.whole]}
    if waiver:
        facts["waiver"] = waiver.request
    return OpeningProofs({"v": 1, **stored}, facts, waiver.terms if waiver else None)


def is_ready(tx: Tx, version: Version, state: ProofState) -> bool:
    """Return whether a round may open on the proofs of a version: all are whole, or a waiver covers the others."""
    return state.is_whole or (state.engine is not None and waivers.find_waiver(tx, version, state) is not None)


def _proof_json(proof: PrintProof) -> dict[str, object]:
    return {"id": proof.id, "lang": proof.lang, "format": proof.format, "sha256": proof.sha256}


def _not_whole(state: ProofState, version: Version) -> DomainError:
    return Conflict(
        "proof_not_whole",
        N_(
            "The proofs of version {number} are not ready yet. They are being made, which takes a few seconds. Nothing "
            "was opened: try again when they are ready."
        ),
        extra={"missing": [spec._asdict() for spec in state.missing]},
        number=version.number,
    )


def proof_failed(state: ProofState) -> DomainError:
    """Return the error for a version of which a file cannot be created."""
    return Conflict(
        "proof_failed",
        N_(
            "A file of this version cannot be created, so nobody could publish it. Nothing was opened. The page of the "
            "proofs says what is wrong and where."
        ),
        extra={"failed": [one.spec._asdict() for one in state.failed]},
    )
