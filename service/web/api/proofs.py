"""API handlers of proofs: their state, their files, and what can be asked for."""

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.proofs import proofs, waivers
from service.domain.publication.export import file_name, stored_format
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.web.api.schemas.publication import (
    ProofPage,
    ProofResponse,
    ProofWaiverRequest,
    ProofWaiverResponse,
    RemakeProofsRequest,
)
from service.web.http.api_handler import ApiCall, ApiResponse
from service.web.http.downloads import attachment_headers, open_proof_file


def list_proofs(call: ApiCall[None]) -> ApiResponse:
    """List the proofs of the latest version, for what would be sealed now."""
    found = authorization.load_document(call.tx, call.actor, "version.read", call.path["document"])
    return ApiResponse(_present(call.tx, found.id))


def remake(call: ApiCall[RemakeProofsRequest]) -> ApiResponse:
    """Request the proofs again that have failed or are stale."""
    document = call.path["document"]
    proofs.request_again(call.tx, call.actor, document_id=document, version_number=call.body.version)
    return ApiResponse(_present(call.tx, document), 202)


def download(call: ApiCall[None]) -> ApiResponse:
    """Return the file of a whole proof."""
    proof, title = proofs.get_file(call.tx, call.actor, proof_id=call.path["proof"])
    format_, sha256 = stored_format(proof.format), str(proof.sha256)
    name = file_name(f"proof {title}", lang=proof.lang, suffix=format_.suffix)
    headers = attachment_headers(name, media_type=format_.media_type, sha256=sha256, size=proof.size or 0)
    return ApiResponse(headers=headers, stream=open_proof_file(call.app_state, sha256))


def waive(call: ApiCall[ProofWaiverRequest]) -> ApiResponse:
    """Ask that a round may open without the proofs that are not whole."""
    request = waivers.request_waiver(
        call.tx,
        call.actor,
        document_id=call.path["document"],
        version_number=call.body.version,
        reason=call.body.reason,
    )
    return ApiResponse(ProofWaiverResponse(approval=request), 201)


def _present(tx: Tx, document: str) -> ProofPage:
    version = or_not_found(versions_store.get_latest(tx, document))
    state = proofs.proof_state(tx, version)
    found = sorted((*state.making, *state.whole, *state.failed), key=lambda one: one.seq)
    items = [
        ProofResponse(
            id=one.id,
            document=one.document,
            version=version.number,
            format=one.format,
            lang=one.lang,
            state=one.state,
            stage=one.stage,
            requested_at=one.requested_at,
            ended_at=one.ended_at,
            sha256=one.sha256,
            size=one.size,
            failure=dict(one.failure) if one.failure else None,
        )
        for one in found
    ]
    return ProofPage(items=items, next=None, version=version.number, whole=state.is_whole)
