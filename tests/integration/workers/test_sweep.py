"""The sweep: applies deadlines, and dispatches unclaimed jobs again with exponential backoff."""

import pytest

from service.actions.documents import search
from service.actions.membership import address_changes, offboarding
from service.jobs import RENDER_EXPORT, SWEEP
from service.store import jobs as jobs_store
from service.store.accounts import people as people_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import approvals as approvals_store
from service.store.tables import jobs as table
from tests.integration.workers.conftest import DEFAULT_LEASE
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    create_document,
    create_sealed_document,
    cut_version,
    move_to_review,
    open_round,
    open_round_with_document,
    set_secretariat,
)
from workers import sweep
from workers.app import celery
from workers.task import worker_context


def test_sweep_closes_and_seals_after_the_deadline(worker_instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(worker_instance)
    cast_endorsement(worker_instance, round_id, "yusuf")
    cast_endorsement(worker_instance, round_id, "huda")
    with worker_instance.read() as tx:
        found = rounds_store.get(tx, round_id)
        assert found is not None
    sweep.close_due_rounds(worker_context())
    assert _state(worker_instance, round_id) == "open"
    with worker_instance.write() as tx:
        tx.connection.exec_driver_sql(f"UPDATE round SET closes_at = {tx.now}")
    sweep.sweep("")
    assert _state(worker_instance, round_id) == "passed"


def test_one_failing_round_stops_neither_the_others_nor_the_dispatch(
    worker_instance: SampleInstance, caplog: pytest.LogCaptureFixture
) -> None:
    _, broken = open_round_with_document(worker_instance)
    sound_document = create_document(worker_instance)
    cut_version(worker_instance, sound_document)
    move_to_review(worker_instance, sound_document)
    sound = open_round(worker_instance, sound_document)
    with worker_instance.write() as tx:
        tx.connection.exec_driver_sql(f"UPDATE round SET closes_at = {tx.now}")
        tx.connection.exec_driver_sql("DROP TRIGGER round_no_change")
        tx.connection.exec_driver_sql(f"UPDATE round SET rule = '{{}}' WHERE id = '{broken}'")
        jobs_store.enqueue(tx, RENDER_EXPORT, ref="exp_none", effect_key="unheard")
        tx.connection.execute(table.update().values(next_at=tx.now - 1))
    worker_instance.dispatcher.dispatched.clear()
    sweep.sweep("")
    assert (_state(worker_instance, broken), _state(worker_instance, sound)) == ("open", "failed")
    assert RENDER_EXPORT in [job.name for job in worker_instance.dispatcher.dispatched]
    assert broken in caplog.text and "Traceback" in caplog.text


def _state(instance: SampleInstance, round_id: str) -> str:
    with instance.read() as tx:
        found = rounds_store.get(tx, round_id)
        assert found is not None
        return found.state


def test_acts_that_waited_are_carried_out_and_impossible_ones_end(worker_instance: SampleInstance) -> None:
    open_round_with_document(worker_instance)
    ids = {key: worker_instance.members.people[key].id for key in ("salma", "nabil", "yusuf", "huda")}
    with worker_instance.write() as tx:
        set_secretariat(tx, [ids["salma"]])
        salma = worker_instance.actor(tx, "salma")
        for key in ("nabil", "huda"):
            offboarding.close_person(tx, salma, person=ids[key])
        offboarding.apply_close(tx, person=ids["huda"], by=salma.person)
        change = address_changes.ask_for_colleague(
            tx, worker_instance.actor(tx, "lama"), person=ids["yusuf"], address="y@new.example"
        )
    sweep.sweep("")
    with worker_instance.write() as tx:
        assert len(approvals_store.list_waiting(tx)) == 2
        for table_name in ("approval_request", "address_change"):
            tx.connection.exec_driver_sql(f"UPDATE {table_name} SET due_at = {tx.now}")
    sweep.sweep("")
    with worker_instance.read() as tx:
        assert approvals_store.list_waiting(tx) == [] and change
        (done,) = approvals_store.list_done(tx, act="person.close")
        closed, moved = people_store.get(tx, ids["nabil"]), people_store.get(tx, ids["yusuf"])
        assert done.subject == ids["nabil"] and closed is not None and closed.state == "closed"
        assert moved is not None and moved.email == "y@new.example"


def test_unclaimed_job_is_dispatched_again_with_backoff(worker_instance: SampleInstance) -> None:
    create_sealed_document(worker_instance)
    with worker_instance.write() as tx:
        tx.connection.execute(table.update().values(next_at=tx.now - 1))
    waits = []
    for _ in range(4):
        worker_instance.dispatcher.dispatched.clear()
        with worker_instance.read() as tx:
            row = tx.connection.execute(table.select().where(table.c.name == RENDER_EXPORT)).first()
            assert row is not None
            due = max(row.next_at, tx.now)
        with worker_instance.write(at=due) as tx:
            assert row.id in [job.id for job in jobs_store.reschedule_overdue(tx)]
            assert row.id not in [job.id for job in jobs_store.reschedule_overdue(tx)]
            again = tx.connection.execute(table.select().where(table.c.id == row.id)).one()
            waits.append((again.next_at - tx.now) // jobs_store.INITIAL_BACKOFF)
    assert waits == [2, 4, 8, 16]


def test_job_of_a_lost_worker_is_dispatched_again_with_backoff(worker_instance: SampleInstance) -> None:
    create_sealed_document(worker_instance)
    with worker_instance.write() as tx:
        row = tx.connection.execute(table.select().where(table.c.name == RENDER_EXPORT)).first()
        assert row is not None
        jobs_store.reschedule_overdue(tx)
        assert jobs_store.claim(tx, row.id, lease=DEFAULT_LEASE) is not None
        due = tx.now + DEFAULT_LEASE
    waits: list[int] = []
    for _ in range(3):
        with worker_instance.write(at=due - 1) as tx:
            assert row.id not in [job.id for job in jobs_store.reschedule_overdue(tx)], waits
        with worker_instance.write(at=due) as tx:
            assert row.id in [job.id for job in jobs_store.reschedule_overdue(tx)]
            again = tx.connection.execute(table.select().where(table.c.id == row.id)).one()
            waits.append((again.next_at - tx.now) // jobs_store.INITIAL_BACKOFF)
            due = again.next_at
    assert waits == [2, 4, 8]


def test_claim_is_exclusive_until_its_lease_expires(worker_instance: SampleInstance) -> None:
    create_sealed_document(worker_instance)
    with worker_instance.write() as tx:
        id = tx.connection.execute(table.select().where(table.c.name == RENDER_EXPORT)).first()
        assert id is not None
        first = jobs_store.claim(tx, id.id, lease=DEFAULT_LEASE)
        assert first is not None and first.attempt == 1
        assert jobs_store.claim(tx, id.id, lease=DEFAULT_LEASE) is None
        over = tx.now + DEFAULT_LEASE
    with worker_instance.write(at=over) as tx:
        second = jobs_store.claim(tx, id.id, lease=DEFAULT_LEASE)
        assert second is not None and second.attempt == 2
        jobs_store.mark_done(tx, first)
        state = tx.connection.execute(table.select().where(table.c.id == id.id)).one().state
        assert state == "running"
        jobs_store.mark_done(tx, second)
    with worker_instance.write() as tx:
        assert jobs_store.claim(tx, id.id, lease=DEFAULT_LEASE) is None


def test_every_job_name_has_a_task() -> None:
    assert celery.tasks[SWEEP].name == SWEEP


def test_sweep_indexes_texts_and_one_that_fails_does_not_stop_the_others(
    worker_instance: SampleInstance, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = create_document(worker_instance), create_document(worker_instance)
    with worker_instance.write() as tx:
        tx.connection.exec_driver_sql(
            f"CREATE TRIGGER fails BEFORE INSERT ON search_entry WHEN NEW.document = '{broken}' "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    sweep.sweep("")
    with worker_instance.read() as tx:
        left = search.list_outdated(tx)
    assert {one.document for one in left} == {broken} and sound not in caplog.text
    assert f"a text of document {broken} could not be indexed" in caplog.text
