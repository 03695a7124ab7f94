"""API handlers of urgent statements that are sent out."""

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.endorsement import urgent_sending
from service.domain.endorsement.urgent_sending import UrgentSending
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.store.endorsement import urgent_sendings as urgent_sendings_store
from service.web.api.schemas.endorsement import SendingPage, SendingResponse, SendOutRequest
from service.web.http.api_handler import ApiCall, ApiResponse


def send_out(call: ApiCall[SendOutRequest]) -> ApiResponse:
    """Send an urgent statement out; its round opens once its files were checked."""
    body = call.body
    id = urgent_sending.send_out(
        call.tx,
        call.actor,
        document_id=call.path["document"],
        hours=body.hours,
        at_least=body.at_least,
        seen_seqs=body.seen,
        rev=call.rev,
        without_codes=body.without_codes,
        options=body.options,
    )
    return ApiResponse(_present(call.tx, or_not_found(urgent_sendings_store.get(call.tx, id))), 202)


def list_sendings(call: ApiCall[None]) -> ApiResponse:
    """List the sendings of a document, oldest first."""
    found = authorization.load_document(call.tx, call.actor, "version.read", call.path["document"])
    listed = urgent_sendings_store.list_by_document(call.tx, found.id)
    return ApiResponse(SendingPage(items=[_present(call.tx, one) for one in listed]))


def cancel(call: ApiCall[None]) -> ApiResponse:
    """Cancel a sending before its round opens."""
    document, sending = call.path["document"], call.path["sending"]
    urgent_sending.cancel(call.tx, call.actor, document_id=document, sending_id=sending)
    return ApiResponse(_present(call.tx, or_not_found(urgent_sendings_store.get(call.tx, sending))))


def _present(tx: Tx, found: UrgentSending) -> SendingResponse:
    return SendingResponse(
        id=found.id,
        document=found.document,
        version=or_not_found(versions_store.get(tx, found.version)).number,
        state=found.state,
        hours=found.options.hours,
        at_least=found.options.at_least,
        requested_at=found.requested_at,
        gives_up_at=found.gives_up_at,
        ended_at=found.ended_at,
        round=found.round,
        failure=dict(found.failure) if found.failure else None,
    )
