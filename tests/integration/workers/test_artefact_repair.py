"""A file lost or damaged on disk is reported as such, from the first byte on, and rendered again by the worker."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from service.actions.publication import publications
from service.domain.publication.export import Artefact, ExportSpec
from service.jobs import RENDER_EXPORT
from service.store import jobs as jobs_store
from service.store.publication import exports as exports_store
from service.store.tables import jobs as table
from service.web.app import create_app
from tests.integration.workers.conftest import job_ids, job_state
from tests.support.factories import SampleInstance, create_sealed_document, stored_path
from workers import exports as rendering


@pytest.fixture
def client(worker_instance: SampleInstance) -> Iterator[TestClient]:
    with TestClient(
        create_app(worker_instance.app_state), base_url="http://localhost", raise_server_exceptions=False
    ) as client:
        yield client


def create_ready_exports(instance: SampleInstance, *, files: int = 1) -> tuple[str, str, Artefact]:
    """Return (document, export, artefact) of the first of a document's `files` that are ready."""
    document = create_sealed_document(instance)
    for id in job_ids(instance, RENDER_EXPORT)[:files]:
        rendering.render_export(id)
    with instance.read() as tx:
        export = next(one for _, one in exports_store.list_by_document(tx, document) if one.state == "ready")
        artefact = exports_store.get_artefact(tx, export.artefact or "")
    assert artefact is not None
    return document, export.id, artefact


def flip_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def waiting_jobs(instance: SampleInstance, export: str) -> list[str]:
    """Return the queued jobs that render the file of an export."""
    with instance.read() as tx:
        query = table.select().where(table.c.ref == export, table.c.state == "queued")
        return [row.id for row in tx.connection.execute(query)]


def truncate(path: Path) -> None:
    path.write_bytes(b"")


DAMAGE = pytest.mark.parametrize("damage", [flip_bit, Path.unlink, truncate])


@DAMAGE
def test_damaged_file_is_rejected_and_repaired(
    worker_instance: SampleInstance, client: TestClient, damage: Callable[[Path], None]
) -> None:
    _, export, artefact = create_ready_exports(worker_instance)
    address = f"/api/v1/exports/{export}/file"
    headers = {"authorization": f"Bearer {worker_instance.token('reem')}"}
    whole = client.get(address, headers=headers)
    assert (whole.status_code, len(whole.content)) == (200, artefact.size)
    damage(stored_path(worker_instance.app_state.files, artefact.sha256))
    for _ in range(3):
        response = client.get(address, headers=headers)
        assert (response.status_code, response.json()["code"]) == (503, "file_damaged")
    (again,) = waiting_jobs(worker_instance, export)
    rendering.render_export(again)
    assert job_state(worker_instance, again) == "done"
    healed = client.get(address, headers=headers)
    assert (healed.status_code, healed.content) == (200, whole.content)
    assert healed.headers["etag"] == whole.headers["etag"]
    assert waiting_jobs(worker_instance, export) == []


def test_damaged_published_file_is_repaired_too(worker_instance: SampleInstance, client: TestClient) -> None:
    document, export, artefact = create_ready_exports(worker_instance, files=4)
    with worker_instance.write() as tx:
        publication = publications.publish(tx, worker_instance.actor(tx, "reem"), document_id=document).id
    address = f"/api/v1/publications/{publication}/files/{artefact.sha256}"
    whole = client.get(address)
    assert whole.status_code == 200
    flip_bit(stored_path(worker_instance.app_state.files, artefact.sha256))
    assert client.get(address).json()["code"] == "file_damaged"
    (again,) = waiting_jobs(worker_instance, export)
    rendering.render_export(again)
    assert client.get(address).content == whole.content


def test_page_reports_a_damaged_file(worker_instance: SampleInstance, client: TestClient) -> None:
    document, export, artefact = create_ready_exports(worker_instance)
    form = {"person": worker_instance.members.people["reem"].id}
    client.post("/sign-in/sample", data=form, headers={"origin": "http://localhost"})
    address = f"/documents/{document}/exports/{export}"
    assert client.get(address).status_code == 200
    flip_bit(stored_path(worker_instance.app_state.files, artefact.sha256))
    response = client.get(address)
    assert response.status_code == 503
    assert "file_damaged" in response.text


def test_damaged_artefact_is_not_reused_for_another_export(worker_instance: SampleInstance) -> None:
    document, export, artefact = create_ready_exports(worker_instance)
    with worker_instance.read() as tx:
        first = exports_store.get(tx, export)
    assert first is not None
    with worker_instance.write() as tx:
        edition = ExportSpec(first.format, first.lang)
        exports_store.add(tx, id="exp_again", document=document, seal=first.seal, edition=edition, by=None)
        jobs_store.enqueue(tx, RENDER_EXPORT, ref="exp_again", effect_key="again")
    flip_bit(stored_path(worker_instance.app_state.files, artefact.sha256))
    rendering.render_export(*waiting_jobs(worker_instance, "exp_again"))
    with worker_instance.read() as tx:
        second = exports_store.get(tx, "exp_again")
    assert second is not None and (second.state, second.artefact) == ("ready", artefact.id)
    assert worker_instance.app_state.files.contains(artefact.sha256)


def test_lost_file_is_rendered_again_by_the_renderer_after_an_upgrade(
    worker_instance: SampleInstance, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, export, artefact = create_ready_exports(worker_instance)
    stored_path(worker_instance.app_state.files, artefact.sha256).unlink()
    address = f"/api/v1/exports/{export}/file"
    headers = {"authorization": f"Bearer {worker_instance.token('reem')}"}
    assert client.get(address, headers=headers).status_code == 503
    monkeypatch.setattr(rendering, "pipeline_key", lambda _: {"press": "of the next release"})
    monkeypatch.setattr(rendering, "render", lambda *_, **__: b"%PDF of the next release")
    (again,) = waiting_jobs(worker_instance, export)
    rendering.render_export(again)
    assert client.get(address, headers=headers).content == b"%PDF of the next release"
