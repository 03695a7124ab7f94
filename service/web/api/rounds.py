"""API handlers of rounds, endorsements and seals."""

from typing import Any

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.endorsement import disputes, endings, endorsements, rounds, sealing
from service.actions.endorsement.visible_answers import list_visible_endorsements
from service.domain.endorsement.dispute import DisputeStatus
from service.store.endorsement import rounds as rounds_store
from service.store.publication import seals as seals_store
from service.web.api import presenters
from service.web.api.schemas.endorsement import (
    ConfirmEndorsementRequest,
    DisputePage,
    DisputeRequest,
    DisputeResponse,
    EndorsementPage,
    OpenRoundRequest,
    PreparedEndorsementResponse,
    PrepareEndorsementRequest,
    RoundPage,
    SealOpeningPage,
    SealOpeningResponse,
    SealResponse,
    WithdrawEndingRequest,
)
from service.web.http.api_handler import ApiCall, ApiResponse


def list_rounds(call: ApiCall[None]) -> ApiResponse:
    """List the rounds of a document."""
    found = authorization.load_document(call.tx, call.actor, "round.read", call.path["document"])
    listed = rounds_store.list_by_document(call.tx, found.id)
    items = [presenters.round_(call.tx, one, reader=call.actor) for one in listed]
    return ApiResponse(RoundPage(items=items))


def open_round(call: ApiCall[OpenRoundRequest]) -> ApiResponse:
    """Open a round."""
    body = call.body
    id = rounds.open_round(
        call.tx,
        call.actor,
        document_id=call.path["document"],
        version_number=body.version,
        closes_at=body.closes_at,
        rule=body.rule,
        close_when_all_answered=body.close_when_all_answered,
        options=body.options,
        rev=call.rev,
        without_codes=body.without_codes,
    )
    return ApiResponse(presenters.round_(call.tx, or_not_found(rounds_store.get(call.tx, id)), reader=call.actor), 201)


def show_round(call: ApiCall[None]) -> ApiResponse:
    """Return a round."""
    _, found = authorization.load_round(call.tx, call.actor, "round.read", call.path["round"])
    return ApiResponse(presenters.round_(call.tx, found, reader=call.actor))


def prepare(call: ApiCall[PrepareEndorsementRequest]) -> ApiResponse:
    """Prepare a statement to be confirmed by a code."""
    body = call.body
    made = endorsements.prepare(
        call.tx,
        call.actor,
        round_id=call.path["round"],
        position=body.position,
        reservation=body.reservation,
        lang=body.lang,
        replaces=body.replaces,
        secret=call.app_state.secret,
    )
    return ApiResponse(
        PreparedEndorsementResponse(
            challenge=made.challenge,
            sentence=made.sentence,
            statement=made.statement.decode(),
            statement_sha256=made.statement_sha256,
            expires_at=made.expires_at,
        ),
        201,
    )


def cast(call: ApiCall[ConfirmEndorsementRequest]) -> ApiResponse:
    """Confirm the prepared statement: cast the endorsement."""
    new = endorsements.cast(
        call.tx,
        call.actor,
        round_id=call.path["round"],
        challenge_id=call.body.challenge,
        code=call.body.code,
        secret=call.app_state.secret,
    )
    return ApiResponse(presenters.endorsement(new), 201)


def withdraw(call: ApiCall[ConfirmEndorsementRequest]) -> ApiResponse:
    """Confirm the prepared statement: withdraw the endorsement."""
    ended = endorsements.withdraw(
        call.tx,
        call.actor,
        round_id=call.path["round"],
        challenge_id=call.body.challenge,
        code=call.body.code,
        secret=call.app_state.secret,
    )
    return ApiResponse(presenters.endorsement(ended))


def list_endorsements(call: ApiCall[None]) -> ApiResponse:
    """List the endorsements of a round."""
    _, found = authorization.load_round(call.tx, call.actor, "round.read", call.path["round"])
    items = [presenters.endorsement(one) for one in list_visible_endorsements(call.tx, call.actor, found)]
    return ApiResponse(EndorsementPage(items=items))


def close(call: ApiCall[None]) -> ApiResponse:
    """Close a round early."""
    found = endings.request_close(call.tx, call.actor, round_id=call.path["round"])
    return ApiResponse(presenters.round_(call.tx, found, reader=call.actor))


def cancel(call: ApiCall[None]) -> ApiResponse:
    """Cancel a round."""
    found = endings.request_cancel(call.tx, call.actor, round_id=call.path["round"])
    return ApiResponse(presenters.round_(call.tx, found, reader=call.actor))


def withdraw_ending(call: ApiCall[WithdrawEndingRequest]) -> ApiResponse:
    """Withdraw one's own request to end a round early."""
    found = endings.withdraw_request(call.tx, call.actor, round_id=call.path["round"], act=call.body.act)
    return ApiResponse(presenters.round_(call.tx, found, reader=call.actor))


def list_disputes(call: ApiCall[None]) -> ApiResponse:
    """List the disputes of answers in a round."""
    _, found = authorization.load_round(call.tx, call.actor, "round.read", call.path["round"])
    items = [_present_dispute(call, one) for one in disputes.list_visible(call.tx, call.actor, found)]
    return ApiResponse(DisputePage(items=items))


def dispute(call: ApiCall[DisputeRequest]) -> ApiResponse:
    """Dispute the answer of one's own organisation."""
    body = call.body
    made = disputes.dispute(
        call.tx, call.actor, round_id=call.path["round"], endorsement_id=body.endorsement, reason=body.reason
    )
    return ApiResponse(_present_dispute(call, made), 201)


def settle(call: ApiCall[None]) -> ApiResponse:
    """Settle a dispute of one's own organisation, or confirm the answer as the first of two."""
    return ApiResponse(_present_dispute(call, disputes.settle(call.tx, call.actor, dispute_id=call.path["dispute"])))


def _present_dispute(call: ApiCall[Any], status: DisputeStatus) -> DisputeResponse:
    return presenters.dispute(status, organisation=call.actor.organisation)


def show_seal(call: ApiCall[None]) -> ApiResponse:
    """Return the seal of a document."""
    found = authorization.load_document(call.tx, call.actor, "version.read", call.path["document"])
    seal = or_not_found(seals_store.get_by_document(call.tx, found.id))
    return ApiResponse(
        SealResponse(id=seal.id, seal_sha256=seal.seal_sha256, sealed_at=seal.sealed_at, content=dict(seal.content))
    )


def list_openings(call: ApiCall[None]) -> ApiResponse:
    """List the openings of the commitments of a seal that the caller may have."""
    openings = sealing.list_openings(call.tx, call.actor, document_id=call.path["document"])
    items = [
        SealOpeningResponse(
            commitment=one.commitment, organisation=one.organisation, position=one.position, salt=one.salt.hex()
        )
        for one in openings
    ]
    return ApiResponse(SealOpeningPage(items=items))
