"""API handlers of acts that need a second person, and of proposed roles."""

from service.actions.authorization import or_not_found, require
from service.actions.membership import approval_decisions, proposals
from service.domain.membership.approvals import ApprovalRequest, RoleProposal
from service.store.membership import approvals as approvals_store
from service.web.api.schemas.membership import (
    ApprovalPage,
    ApprovalResponse,
    ApproveRequest,
    ProposalPage,
    ProposalResponse,
)
from service.web.http.api_handler import ApiCall, ApiResponse


def list_approvals(call: ApiCall[None]) -> ApiResponse:
    """List the acts that wait for a second person."""
    require(call.actor, "approval.read")
    found = approval_decisions.list_visible(call.tx, call.actor)
    return ApiResponse(ApprovalPage(items=[_approval(one) for one in found], next=None))


def approve(call: ApiCall[ApproveRequest]) -> ApiResponse:
    """Confirm an act as the second person."""
    id = call.path["approval"]
    return ApiResponse(
        _approval(approval_decisions.approve(call.tx, call.actor, request=id, channel=call.body.channel))
    )


def refuse(call: ApiCall[None]) -> ApiResponse:
    """Refuse an act, or withdraw one's own request."""
    approval_decisions.refuse(call.tx, call.actor, request=call.path["approval"])
    return ApiResponse(_approval(or_not_found(approvals_store.get(call.tx, call.path["approval"]))))


def list_proposals(call: ApiCall[None]) -> ApiResponse:
    """List the proposed focal points and signatories."""
    require(call.actor, "approval.read")
    found = proposals.list_visible(call.tx, call.actor)
    return ApiResponse(ProposalPage(items=[_proposal(one) for one in found], next=None))


def accept(call: ApiCall[None]) -> ApiResponse:
    """Accept a proposed role."""
    proposals.accept(call.tx, call.actor, proposal=call.path["proposal"])
    return ApiResponse()


def refuse_proposal(call: ApiCall[None]) -> ApiResponse:
    """Refuse a proposed role."""
    proposals.refuse(call.tx, call.actor, proposal=call.path["proposal"])
    return ApiResponse()


def _approval(one: ApprovalRequest) -> ApprovalResponse:
    return ApprovalResponse(
        id=one.id,
        act=one.act,
        subject=one.subject,
        organisation=one.organisation,
        requested_by=one.requested_by,
        requested_at=one.requested_at,
        due_at=one.due_at,
        state=one.state,
        confirmations=len(one.approvals),
        needed=one.needed,
    )


def _proposal(one: RoleProposal) -> ProposalResponse:
    return ProposalResponse(
        id=one.id,
        person=one.person,
        organisation=one.organisation,
        role=one.role,
        proposed_by=one.proposed_by,
        proposed_at=one.proposed_at,
    )
