"""What a job works on is neither in the log nor with the job when the database refuses it."""

import pytest

from service.domain.errors import InvalidInput
from service.jobs import RENDER_EXPORT
from service.store import jobs as jobs_store
from service.store.tables import jobs
from tests.integration.logs.canary import CANARY, PROVOCATIONS, captured_log_lines
from tests.integration.workers.conftest import job_error, job_ids, job_state
from tests.support.factories import SampleInstance
from workers.task import RetryableJobError, WorkerContext, run_job

DATABASES = ("sqlite", "postgresql")


def queue_job(instance: SampleInstance) -> str:
    with instance.write() as tx:
        jobs_store.enqueue(tx, RENDER_EXPORT, ref="exp_x", effect_key="x")
    return job_ids(instance, RENDER_EXPORT)[-1]


def note_failure(*_: object) -> None:
    pass


@pytest.mark.parametrize("kind", PROVOCATIONS)
def test_refused_values_are_neither_logged_nor_stored(worker_instance: SampleInstance, kind: str) -> None:
    def provoke(context: WorkerContext, _: str) -> None:
        with context.database.write(context.dispatcher) as tx:
            PROVOCATIONS[kind](tx)

    id = queue_job(worker_instance)
    with captured_log_lines() as lines:
        run_job(id, provoke, on_failure=note_failure)
    assert job_state(worker_instance, id) in ("failed", "queued")
    assert any(word in str(lines) for word in ("sqlite3.", "psycopg."))
    assert CANARY not in str(lines) + job_error(worker_instance, id)


def test_sentence_that_quotes_what_people_wrote_is_for_them_alone(worker_instance: SampleInstance) -> None:
    def refuse(*_: object) -> None:
        raise InvalidInput("text_too_complex", "The text is too complex: {line}", line=CANARY)

    sentences: list[str] = []
    id = queue_job(worker_instance)
    with captured_log_lines() as lines:
        run_job(id, refuse, on_failure=lambda _, __, error: sentences.append(error.message))
    assert sentences == [f"The text is too complex: {CANARY}"]
    assert CANARY not in str(lines) + job_error(worker_instance, id)
    assert "text_too_complex" in str(lines) and job_error(worker_instance, id) == "text_too_complex"


def test_answers_of_servers_are_stored_without_addresses(worker_instance: SampleInstance) -> None:
    def refuse(*_: object) -> None:
        raise RetryableJobError("mail_not_sent", f"450 <{CANARY}@example.org>: try again")

    id = queue_job(worker_instance)
    with captured_log_lines() as lines:
        run_job(id, refuse, on_failure=note_failure)
    assert job_error(worker_instance, id) == "mail_not_sent: 450 <…@…>: try again"
    assert "450" in lines.text and CANARY not in str(lines)


def test_request_of_a_job_is_forgotten_when_it_is_done(worker_instance: SampleInstance) -> None:
    id = queue_job(worker_instance)
    with worker_instance.write() as tx:
        tx.connection.execute(jobs.update().where(jobs.c.id == id).values(request="abcd1234"))
    with captured_log_lines("info") as lines:
        run_job(id, lambda *_: (_ for _ in ()).throw(OSError(28, "full")), on_failure=note_failure)
    assert "[abcd1234] workers.task: job" in str(lines)
    run_job(id, lambda *_: None, on_failure=note_failure)
    with worker_instance.read() as tx:
        assert tx.connection.execute(jobs.select().where(jobs.c.id == id)).one().request is None
