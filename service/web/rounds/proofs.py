"""The proofs of a version: their page, their files, and the forms that ask for them again or waive them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response, StreamingResponse

from service.actions import authorization
from service.actions.authorization import or_not_found
from service.actions.proofs import proofs, waivers
from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.domain.errors import N_
from service.domain.policy import Resource
from service.domain.publication.export import FORMATS, file_name, stored_format
from service.domain.publication.proof import FAILED, WHOLE, PrintProof, ProofSpec, list_specs
from service.domain.publication.proof_waiver import find_hindrance
from service.store.documents import versions as versions_store
from service.web.forms.handlers import form, page
from service.web.forms.rounds import ProofWaiverForm, RemakeProofsForm
from service.web.http.context import Form, RequestContext, redirect
from service.web.http.downloads import attachment_headers, open_proof_file
from service.web.http.idempotency import new_idempotency_key, run_once
from service.web.rendering import labels
from service.web.rendering.export_stages import EXPORT_STAGES, PROOF_STATES
from service.web.rendering.render_failures import FailureView, present_proof_failure
from service.web.shell.document_page import render_document_page

STALE = "stale"
"""State of a proof that must be made again, because something has changed since."""


@dataclass(frozen=True)
class ProofFile:
    """A proof on its page. `state` is queued, rendering, whole, failed or stale; `step` of `steps` is its stage."""

    id: str
    format: str
    purpose: str
    state: str
    status_text: str
    step: int
    steps: int
    size: int | None
    failure: FailureView | None


@dataclass(frozen=True)
class ProofSummary:
    """The proofs of a version by language, and what the user may do about them.

    `can_remake`: some are stale, or have failed and may succeed now. `hindrance` says why they cannot be waived now;
    `waiver` is the reason of the waiver in force, and `asked` whether one waits for a second person.
    """

    version: Version
    by_lang: Mapping[str, Sequence[ProofFile]]
    is_whole: bool
    waiting: int
    can_remake: bool
    hindrance: str
    waiver: str
    asked: bool

    @property
    def files(self) -> list[ProofFile]:
        """Return all files."""
        return [one for those in self.by_lang.values() for one in those]

    @property
    def whole_count(self) -> int:
        """Return the number of whole files."""
        return sum(one.state == WHOLE for one in self.files)

    @property
    def failed_count(self) -> int:
        """Return the number of files that could not be created."""
        return sum(one.state == FAILED for one in self.files)


def summarise_proofs(context: RequestContext, document: Document) -> ProofSummary | None:
    """Return the proofs of the latest version; None if there is no version, or none is needed any more."""
    version = versions_store.get_latest(context.tx, document.id)
    if version is None or document.state in proofs.ENDED_STATES:
        return None
    state = proofs.proof_state(context.tx, version)
    waiver = None if state.is_whole else waivers.find_waiver(context.tx, version, state)
    found = {one.spec: one for one in (*state.making, *state.whole, *state.failed)}
    by_lang: dict[str, list[ProofFile]] = {}
    for spec in list_specs(version.editions):
        by_lang.setdefault(spec.lang, []).append(_proof_file(context, spec, found.get(spec)))
    views = [one.failure for those in by_lang.values() for one in those if one.failure]
    hindrance = find_hindrance(state, authentic=version.authentic, now=context.tx.now)
    return ProofSummary(
        version=version,
        by_lang=by_lang,
        is_whole=state.is_whole,
        waiting=len(state.making),
        can_remake=bool(state.unrequested or any(one.can_retry for one in views))
        and _may(context, document, "proof.request"),
        hindrance=context.formatter.error_message(hindrance) if hindrance else "",
        waiver=str(waiver.terms["reason"]) if waiver else "",
        asked=bool(waivers.list_waiting(context.tx, version, state)),
    )


@page
def show_proofs(context: RequestContext) -> Response:
    """Render `/documents/{document}/proofs`: the proofs of the latest version, with their progress."""
    found = authorization.load_document(context.tx, context.user, "version.read", context.path_param("document"))
    return render_document_page(
        context,
        found,
        "rounds/proofs.html",
        tab="endorsement",
        proofs=summarise_proofs(context, found),
        waives=_may(context, found, "round.open") and context.may("proof.waive", Resource()),
        writes=_may(context, found, "draft.save"),
        key=new_idempotency_key(),
    )


@page
def download_proof(context: RequestContext) -> Response:
    """Serve `/documents/{document}/proofs/{proof}`: the file of a whole proof, as an attachment."""
    proof, title = proofs.get_file(context.tx, context.user, proof_id=context.path_param("proof"))
    or_not_found(proof if proof.document == context.path_param("document") else None)
    format_ = stored_format(proof.format)
    name = f"{context.formatter.translate(N_('not approved'))} {title}"
    headers = attachment_headers(
        file_name(name, lang=proof.lang, suffix=format_.suffix),
        media_type=format_.media_type,
        sha256=str(proof.sha256),
        size=proof.size or 0,
    )
    return StreamingResponse(open_proof_file(context.app_state, str(proof.sha256)), headers=headers)


@form(redisplay=show_proofs)
def remake_proofs(context: RequestContext, form: Form) -> Response:
    """Request the proofs again that have failed or are stale."""
    document = context.path_param("document")
    proofs.request_again(
        context.tx, context.user, document_id=document, version_number=RemakeProofsForm.parse(form).version
    )
    return redirect(f"/documents/{document}/proofs")


@form(redisplay=show_proofs)
def waive_proofs(context: RequestContext, form: Form) -> Response:
    """Ask that a round may open without the proofs that are not whole."""

    def action() -> str:
        document, fields = context.path_param("document"), ProofWaiverForm.parse(form)
        waivers.request_waiver(
            context.tx, context.user, document_id=document, version_number=fields.version, reason=fields.reason
        )
        return f"/documents/{document}/proofs"

    return run_once(context, form, action)


def _may(context: RequestContext, document: Document, verb: str) -> bool:
    return context.may(verb, Resource(document=document.id, state=document.state, ever_shared=document.ever_shared))


def _proof_file(context: RequestContext, spec: ProofSpec, proof: PrintProof | None) -> ProofFile:
    state, stage = (proof.state, proof.stage) if proof else (STALE, "")
    stages = FORMATS[spec.format].stages
    step = stages.index(stage) + 1 if stage in stages else 0
    return ProofFile(
        id=proof.id if proof else "",
        format=spec.format,
        purpose=context.formatter.translate(labels.FORMATS[spec.format]),
        state=state,
        status_text=_status_text(context, state, stage, step, len(stages)),
        step=step,
        steps=len(stages),
        size=proof.size if proof else None,
        failure=present_proof_failure(context.formatter.translator, proof.failure)
        if proof and proof.state == FAILED
        else None,
    )


def _status_text(context: RequestContext, state: str, stage: str, step: int, steps: int) -> str:
    if not step:
        return context.formatter.translate(PROOF_STATES[state])
    doing = context.formatter.translate(EXPORT_STAGES[stage])
    return context.formatter.translate(N_("Step {number} of {of}: {doing}"), number=step, of=steps, doing=doing)
