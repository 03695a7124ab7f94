"""exports.render: one file per seal, format and language; a reason where there is none."""

import zipfile
from io import BytesIO

import pytest

from service.actions.publication import translations
from service.domain.publication.export import Export, ExportSpec
from service.jobs import RENDER_EXPORT
from service.store import jobs as jobs_store
from service.store.publication import exports as exports_store
from tests.integration.workers.conftest import job_ids, job_state
from tests.support.factories import SampleInstance, create_sealed_document
from workers import exports as rendering
from workers.render.errors import RenderConformance, RenderTimeout


def exports_of(instance: SampleInstance, document: str) -> list[Export]:
    with instance.read() as tx:
        return [one for _, one in exports_store.list_by_document(tx, document)]


def test_every_standard_file_is_rendered_and_stored_by_its_digest(worker_instance: SampleInstance) -> None:
    document = create_sealed_document(worker_instance)
    for id in job_ids(worker_instance, RENDER_EXPORT):
        rendering.render_export(id)
        assert job_state(worker_instance, id) == "done"
    for export in exports_of(worker_instance, document):
        assert (export.state, export.stage) == ("ready", "ready")
        with worker_instance.read() as tx:
            artefact = exports_store.get_artefact(tx, export.artefact or "")
        assert artefact is not None
        data = worker_instance.app_state.files.get(artefact.sha256)
        assert len(data) == artefact.size
        if export.format == "pdf":
            assert data.startswith(b"%PDF-1.7")
        else:
            assert "word/document.xml" in zipfile.ZipFile(BytesIO(data)).namelist()


def test_rendered_seal_is_not_rendered_again(worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    document = create_sealed_document(worker_instance)
    (id, *_) = job_ids(worker_instance, RENDER_EXPORT)
    rendering.render_export(id)
    (made,) = [one for one in exports_of(worker_instance, document) if one.state == "ready"]
    with worker_instance.write() as tx:
        exports_store.add(
            tx, id="exp_again", document=document, seal=made.seal, edition=ExportSpec(made.format, made.lang), by=None
        )
        jobs_store.enqueue(tx, RENDER_EXPORT, ref="exp_again", effect_key="again")
    monkeypatch.setattr(rendering, "render", _never)
    rendering.render_export(job_ids(worker_instance, RENDER_EXPORT)[-1])
    with worker_instance.read() as tx:
        again = exports_store.get(tx, "exp_again")
    assert again is not None and again.artefact == made.artefact


def test_later_translation_has_files_of_its_own_text(worker_instance: SampleInstance) -> None:
    document = create_sealed_document(worker_instance)
    with worker_instance.write() as tx:
        lama = worker_instance.actor(tx, "lama")
        translations.add_translation(
            tx, lama, document_id=document, lang="en", title="A title", text="Words that followed."
        )
    for id in job_ids(worker_instance, RENDER_EXPORT):
        rendering.render_export(id)
    made = {(one.lang, one.format): one for one in exports_of(worker_instance, document)}
    with worker_instance.read() as tx:
        artefact = exports_store.get_artefact(tx, made["en", "docx"].artefact or "")
    assert artefact is not None
    body = (
        zipfile.ZipFile(BytesIO(worker_instance.app_state.files.get(artefact.sha256)))
        .read("word/document.xml")
        .decode()
    )
    assert "Words that followed." in body and "after the text was approved" in body


def _never(*_: object, **__: object) -> bytes:
    raise AssertionError("rendered twice")


def test_second_dispatch_of_a_job_does_nothing(worker_instance: SampleInstance) -> None:
    document = create_sealed_document(worker_instance)
    (id, *_) = job_ids(worker_instance, RENDER_EXPORT)
    rendering.render_export(id)
    before = exports_of(worker_instance, document)
    rendering.render_export(id)
    assert exports_of(worker_instance, document) == before


def test_dispatch_of_a_deleted_job_does_nothing(worker_instance: SampleInstance) -> None:
    rendering.render_export("job_gone")


def test_failed_export_has_its_reason(worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    document = create_sealed_document(worker_instance)

    def refused(*_: object, **__: object) -> bytes:
        raise RenderConformance(detail="no /Lang")

    monkeypatch.setattr(rendering, "render", refused)
    (id, *_) = job_ids(worker_instance, RENDER_EXPORT)
    rendering.render_export(id)
    failed = [one for one in exports_of(worker_instance, document) if one.state == "failed"]
    assert [one.failure and one.failure["code"] for one in failed] == ["render_conformance"]
    assert job_state(worker_instance, id) == "failed"


def test_transient_error_is_retried_and_finally_fails(
    worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = create_sealed_document(worker_instance)

    def late(*_: object, **__: object) -> bytes:
        raise RenderTimeout(detail="typst, 60 s")

    monkeypatch.setattr(rendering, "render", late)
    (id, *_) = job_ids(worker_instance, RENDER_EXPORT)
    for _ in range(jobs_store.MAX_ATTEMPTS - 1):
        rendering.render_export(id)
        assert job_state(worker_instance, id) == "queued"
    rendering.render_export(id)
    assert job_state(worker_instance, id) == "failed"
    assert "failed" in [one.state for one in exports_of(worker_instance, document)]


def test_unexpected_error_fails_the_export_too(
    worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = create_sealed_document(worker_instance)

    def broken(*_: object, **__: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(rendering, "render", broken)
    (id, *_) = job_ids(worker_instance, RENDER_EXPORT)
    rendering.render_export(id)
    failed = [one for one in exports_of(worker_instance, document) if one.state == "failed"]
    assert [one.failure and one.failure["code"] for one in failed] == ["internal"]
