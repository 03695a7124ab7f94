"""A restored or rehearsed instance acts on nobody: no email, no closing, no signature, until it is declared live."""

from collections.abc import Callable

import pytest

from service.actions.endorsement import closing, endings
from service.actions.publication import publications
from service.actions.trust import pause
from service.cli.doctor import command, record_checks
from service.domain.errors import Conflict
from service.jobs import DELIVER_EMAIL
from service.store import dump as dump_store
from service.store import record as record_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import notices as notices_store
from tests.integration.workers.conftest import job_ids, job_state
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    create_document,
    cut_version,
    move_to_review,
    open_round,
    open_round_with_document,
    prepare_endorsement,
)
from workers import notices, sweep


def pause_instance(instance: SampleInstance) -> None:
    with instance.write() as tx:
        dump_store.pause(tx)


def resume(instance: SampleInstance) -> None:
    with instance.write() as tx:
        pause.resume(tx)


def state_of(instance: SampleInstance, round_id: str) -> str:
    with instance.read() as tx:
        found = rounds_store.get(tx, round_id)
        return found.state if found else ""


def test_round_closes_only_once_live(worker_instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(worker_instance)
    with worker_instance.write() as tx:
        tx.connection.exec_driver_sql(f"UPDATE round SET closes_at = {tx.now}")
    pause_instance(worker_instance)
    sweep.sweep("")
    with worker_instance.write() as tx:
        assert not closing.close_if_due(tx, round_id=round_id)
    assert state_of(worker_instance, round_id) == "open"
    resume(worker_instance)
    sweep.sweep("")
    assert state_of(worker_instance, round_id) == "failed"


def test_email_waits_until_live(worker_instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(worker_instance)
    prepare_endorsement(worker_instance, round_id, "yusuf")
    (job,) = job_ids(worker_instance, DELIVER_EMAIL)[-1:]
    pause_instance(worker_instance)
    notices.deliver(job)
    assert job_state(worker_instance, job) == "queued"
    resume(worker_instance)
    notices.deliver(job)
    assert job_state(worker_instance, job) == "done"


def test_notices_are_not_emailed_while_paused(worker_instance: SampleInstance) -> None:
    open_round_with_document(worker_instance)
    with worker_instance.write() as tx:
        tx.connection.exec_driver_sql("UPDATE notice SET mail_at = 1 WHERE mail_at IS NOT NULL")
    pause_instance(worker_instance)
    sweep.sweep("")
    with worker_instance.read() as tx:
        due = notices_store.list_persons_due_email(tx, now=tx.now)
    assert due
    resume(worker_instance)
    sweep.sweep("")
    with worker_instance.read() as tx:
        assert not notices_store.list_persons_due_email(tx, now=tx.now)


def cast(instance: SampleInstance, round_id: str) -> None:
    cast_endorsement(instance, round_id, "yusuf")


def end(instance: SampleInstance, round_id: str) -> None:
    with instance.write() as tx:
        endings.request_cancel(tx, instance.actor(tx, "salma"), round_id=round_id)


def open_another(instance: SampleInstance, _: str) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    open_round(instance, document)


def publish(instance: SampleInstance, round_id: str) -> None:
    with instance.write() as tx:
        found = rounds_store.get(tx, round_id)
        publications.publish(tx, instance.actor(tx, "reem"), document_id=found.document if found else "")


@pytest.mark.parametrize("act", [cast, end, open_another, publish])
def test_what_binds_is_refused_while_paused(
    instance: SampleInstance, act: Callable[[SampleInstance, str], None]
) -> None:
    _, round_id = open_round_with_document(instance)
    pause_instance(instance)
    with pytest.raises(Conflict, match="paused"):
        act(instance, round_id)
    assert state_of(instance, round_id) == "open"


def test_live_is_recorded_and_happens_once(instance: SampleInstance) -> None:
    pause_instance(instance)
    assert "mithaq live" in (command.run_check(record_checks.paused, instance.app_state.settings) or (True, ""))[1]
    resume(instance)
    assert command.run_check(record_checks.paused, instance.app_state.settings) is None
    with instance.read() as tx:
        assert b'"act":"instance.live"' in (record_store.list_leaves(tx)[-1].content or b"")
    with pytest.raises(Conflict, match="not_paused"):
        resume(instance)
