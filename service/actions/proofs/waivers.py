"""Waivers of proofs: asked for by one person of the secretariat and confirmed by another, where there is one."""

from dataclasses import dataclass
from typing import Any

from service.actions import authorization
from service.actions.membership import approvals
from service.actions.proofs import proofs
from service.actions.validation import check_printable
from service.domain.documents.version import Version
from service.domain.errors import N_, Conflict, at_field
from service.domain.membership.approvals import PROOF_WAIVE, ApprovalRequest
from service.domain.membership.people import Actor
from service.domain.publication.proof import ProofState
from service.domain.publication.proof_waiver import (
    find_hindrance,
    find_lacking_file,
    is_covered,
    list_waived,
    validate_reason,
    waived_from_json,
)
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.store.membership import approvals as approvals_store


@dataclass(frozen=True, slots=True)
class GrantedWaiver:
    """A waiver in force: the id of its request, and what the terms of the round bind of it."""

    request: str
    terms: dict[str, Any]


def request_waiver(tx: Tx, actor: Actor, *, document_id: str, version_number: int, reason: str) -> str | None:
    """Ask that a round may open without the proofs of the latest version that are not whole.

    Return the id of the request that waits for a second person; None if it is in force at once, because the secretariat
    has one person. Raises `Conflict` `stale_version`, `already_asked`, `nothing_to_waive`, `proofs_not_awaited`,
    `official_text_unproved`, `difference_unknown`, and `InvalidInput` for the reason.
    """
    document = authorization.load_document(tx, actor, "round.open", document_id, lock=True)
    authorization.require(actor, "proof.waive")  # the secretariat of the whole coalition
    version = versions_store.get_latest(tx, document_id)
    if version is None or version.number != version_number:
        raise Conflict("stale_version", N_("Proofs are made of the latest version, and this is an older one."))
    state = proofs.proof_state(tx, version)
    hindrance = find_hindrance(state, authentic=version.authentic, now=tx.now)
    if hindrance:
        raise hindrance
    with at_field("reason"):
        words = check_printable(validate_reason(reason))
    params = {
        "document": document.id,
        "version": version.number,
        "content_sha256": state.content_sha256,
        "reason": words,
        "files": [one.to_json() for one in list_waived(state)],
    }
    return approvals.ask_two_or_one(tx, actor.person, act=PROOF_WAIVE, subject=document.id, params=params)


def find_waiver(tx: Tx, version: Version, state: ProofState) -> GrantedWaiver | None:
    """Return the newest waiver that covers the proofs of a version that are not whole."""
    if find_lacking_file(state, authentic=version.authentic):
        return None
    granted = approvals_store.list_done(tx, act=PROOF_WAIVE, subject=version.document)
    for one in reversed(granted):
        if _is_of(one, version, state) and is_covered(state, waived_from_json(one.params["files"])):
            files = [waived.to_json() for waived in list_waived(state)]
            return GrantedWaiver(one.id, {"reason": one.params["reason"], "files": files})
    return None


def list_waiting(tx: Tx, version: Version, state: ProofState) -> list[ApprovalRequest]:
    """Return the requests for a waiver of these proofs that wait for a second person."""
    waiting = approvals_store.list_waiting(tx, act=PROOF_WAIVE, subject=version.document)
    return [one for one in waiting if _is_of(one, version, state)]


def _is_of(request: ApprovalRequest, version: Version, state: ProofState) -> bool:
    params = request.params
    return bool(params["version"] == version.number and params["content_sha256"] == state.content_sha256)
