"""The task `imports.word`: convert an uploaded Word file into text for review, and delete the file."""

from celery.exceptions import SoftTimeLimitExceeded

from service.actions.documents import word_import
from service.domain.documents.word_import import FAILURES
from service.jobs import IMPORT_WORD
from workers.app import HARD_TIME_LIMIT, celery
from workers.intake.docx_reader import ImportRefused, read_word
from workers.render.errors import RenderFailed
from workers.task import JobError, PermanentJobError, RetryableJobError, WorkerContext, run_job

SECONDS = min(60, HARD_TIME_LIMIT // 2)
"""Seconds that one file may take; it is refused then, because the next attempt would take as long."""


@celery.task(name=IMPORT_WORD, soft_time_limit=SECONDS)  # type: ignore[untyped-decorator]
def import_word(job_id: str) -> None:
    """Convert one Word file."""
    run_job(job_id, _import, on_failure=_on_failure)


def _import(context: WorkerContext, intake_id: str) -> None:
    with context.database.read() as tx:
        material = word_import.load_file(tx, intake_id)
    if material is None:
        return
    lang, data = material
    try:
        imported = read_word(data, lang=lang)
    except SoftTimeLimitExceeded as error:
        raise PermanentJobError("word_file_complex", FAILURES["word_file_complex"]) from error
    except ImportRefused as error:
        _refuse(context, intake_id, error)
        return
    except RenderFailed as error:
        if error.retry:
            raise RetryableJobError(error.code, error.message) from error
        raise PermanentJobError("word_file_unreadable", FAILURES["word_file_unreadable"]) from error
    if not imported.text:
        raise PermanentJobError("word_file_empty", FAILURES["word_file_empty"])
    with context.database.write(context.dispatcher) as tx:
        word_import.finish_reading(tx, intake_id, text=imported.text, found=imported.found)


def _refuse(context: WorkerContext, intake_id: str, refused: ImportRefused) -> None:
    """Mark an import as failed whose text cannot be stored, and say where in the file the reason stands."""
    error = refused.error
    with context.database.write(context.dispatcher) as tx:
        word_import.fail_reading(
            tx, intake_id, code=error.code, message=error.sentence, values=error.params, place=refused.place
        )


def _on_failure(context: WorkerContext, intake_id: str, error: JobError) -> None:
    with context.database.write(context.dispatcher) as tx:
        word_import.fail_reading(tx, intake_id, code=error.code, message=error.message)
