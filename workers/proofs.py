"""The task `proofs.render`: render the newest version that waits for a proof as it would be sealed, and store the file.

A message only says that there is work: it runs the newest proof, not the one for which it was sent.
"""

import logging
from functools import partial

from service.actions.endorsement import urgent_sending
from service.actions.proofs import rendering
from service.actions.publication import exports
from service.freed_memory import return_freed_memory
from service.jobs import RENDER_PROOF
from service.store.db import DatabaseUnavailable, Tx
from service.store.publication import proofs as proofs_store
from workers.app import celery
from workers.file_rendering import render_file
from workers.render.content.manuscript import Manuscript
from workers.render.content.manuscript_from_seal import from_seal
from workers.render.formats import pipelines, render
from workers.task import JobError, WorkerContext, run_job, worker_context

log = logging.getLogger(__name__)


@celery.task(name=RENDER_PROOF)  # type: ignore[untyped-decorator]
def render_proof(job_id: str) -> None:
    """Render the newest proof that waits, or that of this job."""
    with worker_context().database.read() as tx:
        newest = proofs_store.find_newest_job(tx)
    run_job(newest or job_id, _render, on_failure=_on_failure)
    return_freed_memory()


def register_engines() -> None:
    """Tell the instance which engines render from now on. A worker that starts without its database tells it later.

    Files that earlier engines could not create are requested again.
    """
    context = worker_context()
    try:
        with context.database.write(context.dispatcher) as tx:
            before = proofs_store.get_engine(tx)
            if rendering.register_engines(tx, pipelines()) != before:
                exports.request_failed_again(tx)
    except DatabaseUnavailable:
        log.warning("the engines could not be registered: the first proof will do it")


def render_all() -> None:
    """Render all proofs that wait, in this process, as the lane would."""
    context = worker_context()
    with context.database.read() as tx:
        job_id = proofs_store.find_newest_job(tx)
    while job_id is not None:
        run_job(job_id, _render, on_failure=_on_failure)
        with context.database.read() as tx:
            job_id = proofs_store.find_newest_job(tx)


def _render(context: WorkerContext, proof_id: str) -> None:
    with context.database.write(context.dispatcher) as tx:
        material = rendering.start_proof(tx, proof_id)
    if material is None:
        return
    data = _render_file(context, material.proof.id, _build_manuscript(material), material.proof.format)
    sha256 = context.files.put(data)
    with context.database.write(context.dispatcher) as tx:
        rendering.finish_proof(tx, proof_id, pipelines=pipelines(), sha256=sha256, size=len(data))
    _carry_on_sending(context, material.proof.document)


def _build_manuscript(material: rendering.ProofInput) -> Manuscript:
    proof = material.proof
    return from_seal(
        material.content, seal_sha256=proof.content_sha256, edition=material.edition, lang=proof.lang, proof=True
    )


def _render_file(context: WorkerContext, proof_id: str, manuscript: Manuscript, format_: str) -> bytes:
    call = partial(render, manuscript, format_)
    return render_file(context, manuscript, call, set_stage=partial(_set_stage, proof_id))


def _set_stage(proof_id: str, tx: Tx, stage: str) -> None:
    rendering.report_stage(tx, proof_id, stage)


def _on_failure(context: WorkerContext, proof_id: str, error: JobError) -> None:
    with context.database.write(context.dispatcher) as tx:
        rendering.fail_proof(tx, proof_id, pipelines=pipelines(), failure=error.failure.to_json())
        proof = proofs_store.get(tx, proof_id)
    if proof:
        _carry_on_sending(context, proof.document)


def _carry_on_sending(context: WorkerContext, document_id: str) -> None:
    """Open the round that waits for these proofs, if one does. If this worker is lost before, the sweep does it."""
    with context.database.write(context.dispatcher) as tx:
        urgent_sending.carry_on(tx, document_id=document_id)
