"""Export formats are a registry: an unknown name is refused, and a new one needs two entries and a renderer."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from service.domain.errors import InvalidInput
from service.domain.publication import export
from service.domain.publication.export import Export, ExportFormat, ExportSpec
from service.jobs import RENDER_EXPORT
from service.store import jobs as jobs_store
from service.store.publication import exports as exports_store
from service.store.tables import jobs as jobs_table
from service.web.app import create_app
from tests.integration.workers.conftest import job_state
from tests.support.factories import SampleInstance, create_sealed_document
from workers import exports as rendering
from workers.render import formats
from workers.render.content.manuscript import Manuscript
from workers.render.content.prepared_text import PreparedManuscript

TEXT_FORMAT = ExportFormat("text/x-press", "press.txt", ("reading", "writing"))
MANUSCRIPT = Manuscript(lang="en", dir="ltr", digits="latn", kind="statement", title="Title", text="One paragraph.\n")


def render_text(prepared: PreparedManuscript, *, logo: bytes | None, report: Callable[[str], None]) -> bytes:
    report("writing")
    return f"{prepared.manuscript.title}\n".encode()


def compare_text(prepared: PreparedManuscript, finished: bytes) -> None:
    assert finished.decode().strip() == prepared.manuscript.title


@pytest.fixture
def text_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third format, added as a developer would: an entry in the domain and one in the workers."""
    monkeypatch.setitem(export.FORMATS, "text", TEXT_FORMAT)
    renderer = formats.Renderer(TEXT_FORMAT, render_text, compare_text, lambda: {"text": "1"})
    monkeypatch.setitem(formats.FORMATS, "text", renderer)


def exports_by_format(instance: SampleInstance, document: str) -> dict[str, Export]:
    with instance.read() as tx:
        return {one.format: one for _, one in exports_store.list_by_document(tx, document)}


@pytest.mark.parametrize("name", ["odt", "PDF", ""])
def test_unknown_format_is_rejected_before_any_work(name: str) -> None:
    stages: list[str] = []
    with pytest.raises(InvalidInput) as refused:
        formats.render(MANUSCRIPT, name, report=stages.append)
    assert (refused.value.code, stages) == ("unknown_format", [])
    with pytest.raises(InvalidInput) as refused:
        formats.pipeline_key(name)
    assert refused.value.code == "unknown_format"


def test_export_of_an_unknown_format_fails_and_leaves_no_file(worker_instance: SampleInstance) -> None:
    document = create_sealed_document(worker_instance)
    seal = exports_by_format(worker_instance, document)["pdf"].seal
    with worker_instance.write() as tx:
        exports_store.add(tx, id="exp_odt", document=document, seal=seal, edition=ExportSpec("odt", "ar"), by=None)
        jobs_store.enqueue(tx, RENDER_EXPORT, ref="exp_odt", effect_key="odt")
    (job,) = _jobs_of(worker_instance, "exp_odt")
    rendering.render_export(job)
    failed = exports_by_format(worker_instance, document)["odt"]
    assert (failed.state, failed.artefact) == ("failed", None)
    assert failed.failure is not None and failed.failure["code"] == "unknown_format"
    assert "odt" in str(failed.failure["message"])
    assert job_state(worker_instance, job) == "failed"


@pytest.mark.usefixtures("text_format")
def test_new_format_is_requested_rendered_and_served(worker_instance: SampleInstance) -> None:
    document = create_sealed_document(worker_instance)
    wanted = exports_by_format(worker_instance, document)["text"]
    (job,) = _jobs_of(worker_instance, wanted.id)
    rendering.render_export(job)
    made = exports_by_format(worker_instance, document)["text"]
    assert made.state == "ready"
    headers = {"authorization": f"Bearer {worker_instance.token('reem')}"}
    with TestClient(create_app(worker_instance.app_state), base_url="http://localhost") as client:
        answer = client.get(f"/api/v1/exports/{made.id}/file", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/x-press")
    assert ".press.txt" in answer.headers["content-disposition"]
    assert not answer.content.startswith((b"PK", b"%PDF"))


@pytest.mark.usefixtures("text_format")
def test_pipeline_key_of_a_format_has_only_its_own_part() -> None:
    assert formats.pipeline_key("text")["text"] == "1"
    assert "text" not in formats.pipeline_key("pdf")
    assert formats.pipeline_key("pdf") == formats.pipeline_key("docx")


def _jobs_of(instance: SampleInstance, export_id: str) -> set[str]:
    with instance.read() as tx:
        return {row.id for row in tx.connection.execute(jobs_table.select().where(jobs_table.c.ref == export_id))}
