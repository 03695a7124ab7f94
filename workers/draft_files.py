"""The task `drafts.render`: render the file of a draft, version or comparison for the person who asked for it."""

from collections.abc import Callable
from functools import partial

from service.actions.publication import draft_files
from service.domain.text.redline.numbered_comparison import compare_numbered
from service.domain.text.structure.numbering import numbering_scheme
from service.domain.text.structure.provisions import Digits
from service.jobs import RENDER_DRAFT
from service.store.db import Tx
from workers.app import celery
from workers.file_rendering import render_file
from workers.render.content.manuscript import Manuscript
from workers.render.content.manuscript_of_draft import from_draft
from workers.render.formats import render
from workers.render.pdf.comparison import ComparedVersions, render_comparison
from workers.task import JobError, WorkerContext, run_job


@celery.task(name=RENDER_DRAFT)  # type: ignore[untyped-decorator]
def render_draft(job_id: str) -> None:
    """Render one file."""
    run_job(job_id, _render, on_failure=_on_failure)


def _render(context: WorkerContext, file_id: str) -> None:
    with context.database.write(context.dispatcher) as tx:
        material = draft_files.start_rendering(tx, file_id)
    if material is None:
        return
    data = _render_file(context, material)
    sha256 = context.files.put(data)
    with context.database.write(context.dispatcher) as tx:
        draft_files.finish_file(tx, file_id, sha256=sha256, size=len(data))


def _build_manuscript(material: draft_files.DraftFileInput) -> Manuscript:
    return from_draft(
        material.document,
        material.file.subject,
        text=material.text,
        numbering=material.numbering,
        letterhead=material.letterhead,
        organisation=material.organisation,
        requested_at=material.file.requested_at,
        line_numbers=material.file.line_numbers,
    )


def _compare(material: draft_files.DraftFileInput, older: draft_files.OlderText, *, digits: Digits) -> ComparedVersions:
    subject, kind = material.file.subject, material.document.kind
    old, new = (
        numbering_scheme(one, lang=subject.lang, kind=kind, digits=digits)
        for one in (older.numbering, material.numbering)
    )
    comparison = compare_numbered(older.text, material.text, (old, new), max_work=None)
    return ComparedVersions(
        subject.older or 0, subject.number or 0, older.title, comparison, subject.layout, older.outside
    )


def _render_file(context: WorkerContext, material: draft_files.DraftFileInput) -> bytes:
    manuscript = _build_manuscript(material)

    def call(*, logo: bytes | None, report: Callable[[str], None]) -> bytes:
        if material.older is None:
            return render(manuscript, material.file.format, logo=logo, report=report)
        compared = _compare(material, material.older, digits=manuscript.digits)
        return render_comparison(manuscript, compared, logo=logo, report=report)

    return render_file(context, manuscript, call, set_stage=partial(_set_stage, material.file.id))


def _set_stage(file_id: str, tx: Tx, stage: str) -> None:
    draft_files.report_stage(tx, file_id, stage)


def _on_failure(context: WorkerContext, file_id: str, error: JobError) -> None:
    with context.database.write(context.dispatcher) as tx:
        draft_files.fail_file(tx, file_id, failure=error.failure)
