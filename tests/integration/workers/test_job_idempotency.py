"""One job, one effect: dispatched twice, claimed by three, or finished by a worker whose lease expired."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.jobs import RENDER_EXPORT
from service.store import record as record_store
from service.store.publication import exports as exports_store
from service.store.tables import artefact
from tests.integration.workers.conftest import job_ids, job_state
from tests.support.factories import SampleInstance, create_sealed_document
from workers import exports as rendering
from workers.render.formats import render
from workers.task import run_job


def effects(instance: SampleInstance) -> list[str]:
    """Return the exports that became ready, by the record."""
    with instance.read() as tx:
        acts = [json.loads(row.content or b"{}") for row in record_store.list_leaves(tx)]
        return [one["facts"]["export"] for one in acts if one["act"] == "export.ready"]


def artefacts(instance: SampleInstance) -> int:
    with instance.read() as tx:
        return len(tx.connection.execute(artefact.select()).all())


def test_three_workers_on_one_job_make_one_artefact(
    worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_sealed_document(worker_instance)
    (id, *_) = job_ids(worker_instance, RENDER_EXPORT)
    rendered = []

    def counted(*words: object, **more: object) -> bytes:
        rendered.append(words)
        return render(*words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(rendering, "render", counted)
    with ThreadPoolExecutor(3) as pool:
        for _ in pool.map(lambda id: run_job(id, rendering._render, on_failure=rendering._on_failure), [id] * 3):
            pass
    assert (len(rendered), len(effects(worker_instance)), artefacts(worker_instance)) == (1, 1, 1)
    assert job_state(worker_instance, id) == "done"


def test_task_that_outlives_its_lease_has_no_second_effect(
    worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message is delivered again, as Redis does after the visibility timeout, and the other worker is faster."""
    create_sealed_document(worker_instance)
    (id, *_) = job_ids(worker_instance, RENDER_EXPORT)
    attempts = []

    def slow(*words: object, **more: object) -> bytes:
        attempts.append(id)
        if len(attempts) == 1:
            with worker_instance.write() as tx:
                tx.connection.exec_driver_sql(f"UPDATE jobs SET lease_until = {tx.now} WHERE id = '{id}'")
            rendering.render_export(id)
        return render(*words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(rendering, "render", slow)
    rendering.render_export(id)
    assert (len(attempts), len(effects(worker_instance)), artefacts(worker_instance)) == (2, 1, 1)
    assert job_state(worker_instance, id) == "done"


def test_worker_with_expired_lease_does_not_undo_the_other(
    worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_sealed_document(worker_instance)
    (id, *_) = job_ids(worker_instance, RENDER_EXPORT)
    attempts = []

    def broken(*words: object, **more: object) -> bytes:
        attempts.append(id)
        if len(attempts) == 1:
            with worker_instance.write() as tx:
                tx.connection.exec_driver_sql(f"UPDATE jobs SET lease_until = {tx.now} WHERE id = '{id}'")
            rendering.render_export(id)
            raise ZeroDivisionError
        return render(*words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(rendering, "render", broken)
    rendering.render_export(id)
    assert job_state(worker_instance, id) == "done"
    with worker_instance.read() as tx:
        (export,) = effects(worker_instance)
        found = exports_store.get(tx, export)
        assert found is not None and found.state == "ready"
