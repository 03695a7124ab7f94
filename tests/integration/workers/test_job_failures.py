"""Job failures: transient ones are retried, permanent ones fail with their reason, lost workers count as attempts."""

import errno
from collections.abc import Callable
from io import BytesIO

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from PIL import Image
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from service.actions.membership import coalition
from service.domain.publication.export import Export, ExportSpec
from service.domain.publication.render_failure import failure_from_json
from service.files import FileStore
from service.jobs import RENDER_EXPORT
from service.store import jobs as jobs_store
from service.store.publication import exports as exports_store
from service.store.tables import artefact as artefacts
from service.store.tables import jobs
from tests.integration.workers.conftest import DEFAULT_LEASE, job_error, job_ids, job_state
from tests.support.factories import SampleInstance, create_sealed_document, stored_path
from workers import exports as rendering
from workers import proofs as proving
from workers.render.content.manuscript import Manuscript
from workers.render.errors import (
    RenderConformance,
    RenderFailed,
    RenderInterrupted,
    RenderMemory,
    RenderTimeout,
    RenderUnprintable,
)
from workers.task import worker_context


def first_job_and_export(instance: SampleInstance) -> tuple[str, Callable[[], Export]]:
    """Return (the first job of a sealed document's files, the state of its export)."""
    create_sealed_document(instance)
    (id, *_) = job_ids(instance, RENDER_EXPORT)
    with instance.read() as tx:
        ref = tx.connection.exec_driver_sql(f"SELECT ref FROM jobs WHERE id = '{id}'").scalar_one()

    def export() -> Export:
        with instance.read() as tx:
            found = exports_store.get(tx, ref)
        assert found is not None
        return found

    return id, export


def raising(error: BaseException) -> Callable[..., bytes]:
    def raised(*_: object, **__: object) -> bytes:
        raise error

    return raised


def code_of(export: Export) -> object:
    return export.failure and export.failure["code"]


def a_logo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8), (106, 42, 92)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "interrupted"),
        (SoftTimeLimitExceeded(), "interrupted"),
        (OperationalError("UPDATE", {}, Exception("database or disk is full")), "interrupted"),
        (RenderTimeout(detail="typst, 60 s"), "render_timeout"),
        (RenderInterrupted(detail="killed"), "render_interrupted"),
    ],
)
def test_transient_failure_is_retried_to_the_limit_and_then_has_its_reason(
    worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    id, export = first_job_and_export(worker_instance)
    monkeypatch.setattr(rendering, "render", raising(error))
    for _ in range(jobs_store.MAX_ATTEMPTS - 1):
        rendering.render_export(id)
        assert (job_state(worker_instance, id), export().state) == ("queued", "rendering")
    rendering.render_export(id)
    assert (job_state(worker_instance, id), export().state, code_of(export())) == ("failed", "failed", code)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RenderFailed(detail="typst: error"), "render_failed"),
        (RenderMemory(detail="typst"), "render_memory"),
        (RenderUnprintable(detail="U+E000"), "render_unprintable"),
    ],
)
def test_permanent_failure_is_final_at_once(
    worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    id, export = first_job_and_export(worker_instance)
    monkeypatch.setattr(rendering, "render", raising(error))
    rendering.render_export(id)
    assert (job_state(worker_instance, id), code_of(export())) == ("failed", code)


def test_unprintable_text_is_located_and_never_logged(
    worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    document = create_sealed_document(worker_instance)
    words = "عدد القرى ٤١ \ue000 قرية"

    def load_text(*_: object) -> Manuscript:
        return Manuscript("ar", "rtl", "arab", "statement", "عنوان", f"فقرة أولى.\n\n{words}\n")

    monkeypatch.setattr(rendering, "_build_manuscript", load_text)
    for id in job_ids(worker_instance, RENDER_EXPORT):
        rendering.render_export(id)
    with worker_instance.read() as tx:
        pdf = next(one for _, one in exports_store.list_by_document(tx, document) if one.format == "pdf")
        job = tx.connection.execute(select(jobs).where(jobs.c.ref == pdf.id)).one()
    failure = failure_from_json(pdf.failure)
    assert (failure.code, failure.line, failure.words) == ("render_unprintable", 3, words)
    assert (job.state, job.error) == ("failed", "render_unprintable")
    assert "render_unprintable" in caplog.text and "\ue000" not in caplog.text and "قرية" not in caplog.text


def test_file_that_failed_is_created_by_itself_after_an_update(
    worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    id, export = first_job_and_export(worker_instance)
    proving.register_engines()
    monkeypatch.setattr(rendering, "render", raising(RenderConformance(detail="a heading is missing")))
    rendering.render_export(id)
    assert export().state == "failed"
    waiting = len(job_ids(worker_instance, RENDER_EXPORT))
    proving.register_engines()
    assert len(job_ids(worker_instance, RENDER_EXPORT)) == waiting, "the same engines fail again"
    monkeypatch.setattr(proving, "pipelines", lambda: {"pdf": {"pipeline": 99}, "docx": {}})
    for _ in range(2):
        proving.register_engines()
    assert len(job_ids(worker_instance, RENDER_EXPORT)) == waiting + 1
    with worker_instance.read() as tx:
        newest = exports_store.find_newest(tx, seal=export().seal, edition=export().spec)
    assert newest is not None and newest.state == "queued"


def test_full_disk_is_transient(worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    id, export = first_job_and_export(worker_instance)
    with monkeypatch.context() as full:
        full.setattr(FileStore, "put", raising(OSError(errno.ENOSPC, "No space left on device")))
        rendering.render_export(id)
    assert (job_state(worker_instance, id), export().state) == ("queued", "rendering")
    rendering.render_export(id)
    assert (job_state(worker_instance, id), export().state) == ("done", "ready")


def test_missing_logo_is_a_reason_people_can_fix(worker_instance: SampleInstance) -> None:
    with worker_instance.write() as tx:
        actor = worker_instance.actor(tx, "salma")
        sha256 = coalition.set_logo(tx, actor, data=a_logo(), files=worker_instance.app_state.files)
    id, export = first_job_and_export(worker_instance)
    stored_path(worker_instance.app_state.files, sha256).unlink()
    rendering.render_export(id)
    assert (job_state(worker_instance, id), code_of(export())) == ("failed", "logo_lost")


def test_different_bytes_for_the_same_seal_are_rejected(
    worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    id, export = first_job_and_export(worker_instance)
    rendering.render_export(id)
    made = export()
    with worker_instance.write() as tx:
        known = exports_store.get_artefact(tx, made.artefact or "")
        assert known is not None
        edition = ExportSpec(made.format, made.lang)
        exports_store.add(tx, id="exp_again", document=made.document, seal=made.seal, edition=edition, by=None)
        jobs_store.enqueue(tx, RENDER_EXPORT, ref="exp_again", effect_key="again")
    stored_path(worker_instance.app_state.files, known.sha256).unlink()
    monkeypatch.setattr(rendering, "render", lambda *_, **__: b"other bytes")
    rendering.render_export(job_ids(worker_instance, RENDER_EXPORT)[-1])
    with worker_instance.read() as tx:
        refused = exports_store.get(tx, "exp_again")
        kept = tx.connection.execute(artefacts.select()).all()
    assert refused is not None and code_of(refused) == "bytes_differ"
    assert [row.sha256 for row in kept] == [known.sha256]


def test_job_that_loses_its_workers_finally_fails(worker_instance: SampleInstance) -> None:
    id, export = first_job_and_export(worker_instance)
    for attempt in range(1, jobs_store.MAX_ATTEMPTS + 1):
        with worker_instance.write() as tx:
            claim = jobs_store.claim(tx, id, lease=DEFAULT_LEASE)
            assert claim is not None and (claim.attempt, claim.is_exhausted) == (attempt, False)
            tx.connection.exec_driver_sql(f"UPDATE jobs SET lease_until = {tx.now} WHERE id = '{id}'")
    rendering.render_export(id)
    assert (job_state(worker_instance, id), export().state, code_of(export())) == ("failed", "failed", "worker_lost")
    assert job_error(worker_instance, id).startswith("worker_lost")
    with worker_instance.write() as tx:
        assert jobs_store.claim(tx, id, lease=DEFAULT_LEASE) is None


def test_damaged_logo_is_never_printed(worker_instance: SampleInstance) -> None:
    with worker_instance.write() as tx:
        actor = worker_instance.actor(tx, "salma")
        sha256 = coalition.set_logo(tx, actor, data=a_logo(), files=worker_instance.app_state.files)
    id, export = first_job_and_export(worker_instance)
    stored_path(worker_context().files, sha256).write_bytes(a_logo()[:-1])
    rendering.render_export(id)
    assert code_of(export()) == "logo_lost"
