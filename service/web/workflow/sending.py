"""The page of an urgent statement that is sent out: progress of its proofs, how it ended, and a way to cancel."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from service.actions import authorization
from service.actions.endorsement import urgent_sending
from service.actions.proofs import proofs
from service.domain.documents.version import Version
from service.domain.endorsement.urgent_sending import FAILED, OPENED, UrgentSending
from service.domain.errors import DomainError
from service.domain.policy import Resource
from service.domain.publication.proof import list_specs
from service.store.documents import versions as versions_store
from service.store.endorsement import urgent_sendings as urgent_sendings_store
from service.web.forms.handlers import form, page
from service.web.forms.steps import CancelSendingForm
from service.web.http.context import Form, RequestContext, redirect
from service.web.rendering.render_failures import FailureView, present_proof_failure
from service.web.shell.document_page import render_document_page


@dataclass(frozen=True)
class ProofLine:
    """A file of the version: `state` is "missing", "making", "whole" or "failed"."""

    lang: str
    format: str
    state: str


@dataclass(frozen=True)
class SendingFailure:
    """Why no round was opened: a sentence, its code, and the file that could not be created, if that is why."""

    sentence: str
    code: str
    lang: str
    format: str
    proof: FailureView | None


@page
def show_sending(context: RequestContext) -> Response:
    """Render `/documents/{document}/sending`: the newest sending; once its round is open, redirect to the round."""
    document = authorization.load_document(context.tx, context.user, "version.read", context.path_param("document"))
    sending = authorization.or_not_found(urgent_sendings_store.get_latest(context.tx, document.id))
    if sending.state == OPENED:
        return redirect(f"/rounds/{sending.round}")
    version = authorization.or_not_found(versions_store.get(context.tx, sending.version))
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    return render_document_page(
        context,
        document,
        "workflow/sending.html",
        tab="steps",
        titles={code: edition.title for code, edition in version.editions.items()},
        sending=sending,
        version=version,
        lines=_proof_lines(context, version) if sending.is_under_way else [],
        failure=_failure(context, sending) if sending.state == FAILED else None,
        acts=context.may("round.open", resource),
        writes=context.may("draft.save", resource),
    )


@form(redisplay=show_sending)
def cancel(context: RequestContext, form: Form) -> Response:
    """Cancel the sending that the page showed, and redirect to the next steps."""
    document = context.path_param("document")
    urgent_sending.cancel(
        context.tx, context.user, document_id=document, sending_id=CancelSendingForm.parse(form).sending
    )
    context.tell("sending_cancelled")
    return redirect(f"/documents/{document}/steps")


def _proof_lines(context: RequestContext, version: Version) -> list[ProofLine]:
    state = proofs.proof_state(context.tx, version)
    states = {one.spec: one.state for one in (*state.whole, *state.failed)}
    states |= {one.spec: "making" for one in state.making if one.state == "rendering"}
    return [ProofLine(spec.lang, spec.format, states.get(spec, "missing")) for spec in list_specs(version.editions)]


def _failure(context: RequestContext, sending: UrgentSending) -> SendingFailure:
    failure: Mapping[str, Any] = sending.failure or {}
    proof = failure.get("proof") or {}
    error = DomainError(str(failure.get("code", "")), str(failure.get("message", "")), **failure.get("params", {}))
    return SendingFailure(
        sentence=context.formatter.error_message(error),
        code=error.code,
        lang=proof.get("lang", ""),
        format=proof.get("format", ""),
        proof=present_proof_failure(context.formatter.translator, proof["failure"]) if proof else None,
    )
