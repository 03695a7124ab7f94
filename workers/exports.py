"""The task `exports.render`: build the manuscript of a seal, render it, store the file, mark the export as ready.

The same seal gives the same bytes. An existing file is reused only if it can be read and matches its digest; otherwise
it is rendered again.
"""

from functools import partial

from service.actions.proofs.rendering import engine_sha256
from service.actions.publication import exports
from service.domain.publication.export import Artefact, artefact_key
from service.jobs import RENDER_EXPORT
from service.store.db import Tx
from workers.app import celery
from workers.file_rendering import render_file
from workers.render.content.manuscript import Manuscript, to_json
from workers.render.content.manuscript_from_seal import from_seal
from workers.render.formats import pipeline_key, pipelines, render
from workers.task import JobError, WorkerContext, run_job


@celery.task(name=RENDER_EXPORT)  # type: ignore[untyped-decorator]
def render_export(job_id: str) -> None:
    """Render the file of one export."""
    run_job(job_id, _render, on_failure=_on_failure)


def _render(context: WorkerContext, export_id: str) -> None:
    with context.database.write(context.dispatcher) as tx:
        material = exports.start_rendering(tx, export_id)
    if material is None or _is_intact(context, material.artefact):
        return
    export = material.export
    manuscript = _build_manuscript(material)
    key = artefact_key(format_=export.format, manuscript=to_json(manuscript), pipeline=pipeline_key(export.format))
    with context.database.read() as tx:
        existing = exports.find_artefact(tx, key)
    if existing is not None and _is_intact(context, existing):
        sha256, size = existing.sha256, existing.size
    else:
        data = _render_file(context, export_id, manuscript, export.format)
        sha256, size = context.files.put(data), len(data)
    with context.database.write(context.dispatcher) as tx:
        exports.finish_export(
            tx, export_id, key=key, sha256=sha256, size=size, format_=export.format, engine=engine_sha256(pipelines())
        )


def _is_intact(context: WorkerContext, artefact: Artefact | None) -> bool:
    return artefact is not None and context.files.contains(artefact.sha256)


def _build_manuscript(material: exports.RenderInput) -> Manuscript:
    seal, lang = material.seal, material.export.lang
    return from_seal(seal.content, seal_sha256=seal.seal_sha256, edition=material.edition, lang=lang)


def _render_file(context: WorkerContext, export_id: str, manuscript: Manuscript, format_: str) -> bytes:
    call = partial(render, manuscript, format_, simplifies_reservations=True)
    return render_file(context, manuscript, call, set_stage=partial(_set_stage, export_id))


def _set_stage(export_id: str, tx: Tx, stage: str) -> None:
    exports.report_stage(tx, export_id, stage)


def _on_failure(context: WorkerContext, export_id: str, error: JobError) -> None:
    with context.database.write(context.dispatcher) as tx:
        exports.fail_export(tx, export_id, failure=error.failure)
