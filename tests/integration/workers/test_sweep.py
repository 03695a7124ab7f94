"""The sweep: deadlines are written down, unheard bells ring again with growing pauses."""

import pytest

from service.jobs import RENDER_EXPORT, SWEEP
from service.store import jobs as jobs_store
from service.store.endorsement import rounds as rounds_store
from service.store.tables import jobs as table
from tests.integration.workers.conftest import LEASE
from tests.support.factories import (
    Stage,
    a_cast,
    a_document,
    a_round,
    a_sealed_document,
    a_version,
    an_open_round,
    in_review,
)
from workers import sweep
from workers.app import celery
from workers.task import tools


def test_a_deadline_closes_and_seals(worker: Stage) -> None:
    _, round_id = an_open_round(worker)
    a_cast(worker, round_id, "yusuf")
    a_cast(worker, round_id, "huda")
    with worker.read() as tx:
        found = rounds_store.get(tx, round_id)
        assert found is not None
    sweep.close_rounds(tools())
    assert _state(worker, round_id) == "open"
    with worker.write() as tx:
        tx.connection.exec_driver_sql(f"UPDATE round SET closes_at = {tx.now}")
    sweep.sweep("")
    assert _state(worker, round_id) == "passed"


def test_one_broken_round_stops_neither_the_others_nor_the_bells(
    worker: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    _, broken = an_open_round(worker)
    sound_document = a_document(worker)
    a_version(worker, sound_document)
    in_review(worker, sound_document)
    sound = a_round(worker, sound_document)
    with worker.write() as tx:
        tx.connection.exec_driver_sql(f"UPDATE round SET closes_at = {tx.now}")
        tx.connection.exec_driver_sql(f"UPDATE round SET rule = '{{}}' WHERE id = '{broken}'")
        jobs_store.enqueue(tx, RENDER_EXPORT, ref="exp_none", effect_key="unheard")
        tx.connection.execute(table.update().values(next_at=tx.now - 1))
    worker.bell.rung.clear()
    sweep.sweep("")
    assert (_state(worker, broken), _state(worker, sound)) == ("open", "failed")
    assert RENDER_EXPORT in [job.name for job in worker.bell.rung]
    assert broken in caplog.text and "Traceback" in caplog.text


def _state(stage: Stage, round_id: str) -> str:
    with stage.read() as tx:
        found = rounds_store.get(tx, round_id)
        assert found is not None
        return found.state


def test_an_unheard_bell_rings_again_with_growing_pauses(worker: Stage) -> None:
    a_sealed_document(worker)
    with worker.write() as tx:
        tx.connection.execute(table.update().values(next_at=tx.now - 1))
    waits = []
    for _ in range(4):
        worker.bell.rung.clear()
        with worker.read() as tx:
            row = tx.connection.execute(table.select().where(table.c.name == RENDER_EXPORT)).first()
            assert row is not None
            due = max(row.next_at, tx.now)
        with worker.write(at=due) as tx:
            assert row.id in [job.id for job in jobs_store.due(tx)]
            assert row.id not in [job.id for job in jobs_store.due(tx)]
            again = tx.connection.execute(table.select().where(table.c.id == row.id)).one()
            waits.append((again.next_at - tx.now) // jobs_store.FIRST_WAIT)
    assert waits == [2, 4, 8, 16]


def test_a_job_whose_worker_was_lost_is_rung_for_with_growing_pauses_too(worker: Stage) -> None:
    a_sealed_document(worker)
    with worker.write() as tx:
        row = tx.connection.execute(table.select().where(table.c.name == RENDER_EXPORT)).first()
        assert row is not None
        jobs_store.due(tx)
        assert jobs_store.claim(tx, row.id, lease=LEASE) is not None
        due = tx.now + LEASE
    waits: list[int] = []
    for _ in range(3):
        with worker.write(at=due - 1) as tx:
            assert row.id not in [job.id for job in jobs_store.due(tx)], waits
        with worker.write(at=due) as tx:
            assert row.id in [job.id for job in jobs_store.due(tx)]
            again = tx.connection.execute(table.select().where(table.c.id == row.id)).one()
            waits.append((again.next_at - tx.now) // jobs_store.FIRST_WAIT)
            due = again.next_at
    assert waits == [2, 4, 8]


def test_a_claim_is_taken_once_and_again_after_its_lease(worker: Stage) -> None:
    a_sealed_document(worker)
    with worker.write() as tx:
        id = tx.connection.execute(table.select().where(table.c.name == RENDER_EXPORT)).first()
        assert id is not None
        first = jobs_store.claim(tx, id.id, lease=LEASE)
        assert first is not None and first.attempt == 1
        assert jobs_store.claim(tx, id.id, lease=LEASE) is None
        over = tx.now + LEASE
    with worker.write(at=over) as tx:
        second = jobs_store.claim(tx, id.id, lease=LEASE)
        assert second is not None and second.attempt == 2
        jobs_store.done(tx, first)
        state = tx.connection.execute(table.select().where(table.c.id == id.id)).one().state
        assert state == "running"
        jobs_store.done(tx, second)
    with worker.write() as tx:
        assert jobs_store.claim(tx, id.id, lease=LEASE) is None


def test_every_name_has_a_task() -> None:
    assert celery.tasks[SWEEP].name == SWEEP
