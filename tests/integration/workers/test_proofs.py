"""proofs.render: a version is rendered as it would be sealed, the newest first, and nothing else counts as a proof."""

import zipfile
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from sqlalchemy import select

from service.actions.authorization import or_not_found
from service.actions.documents import documents
from service.actions.membership import coalition, organisations
from service.actions.proofs import proofs, rendering
from service.actions.trust import record_check
from service.domain.errors import Conflict
from service.domain.publication.proof import QUEUED, WHOLE, PrintProof, ProofState
from service.domain.trust.record_differences import RecordReport
from service.jobs import RENDER_PROOF
from service.store import jobs as jobs_store
from service.store.documents import versions as versions_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import proofs as proofs_store
from service.store.tables import jobs, proof
from tests.integration.workers.conftest import job_state
from tests.integration.workers.test_job_failures import a_logo
from tests.support.factories import (
    TEST_PIPELINES,
    SampleInstance,
    create_document,
    cut_version,
    move_to_review,
    open_round,
    save_text,
)
from workers import proofs as proving
from workers import sweep, task
from workers.render.content.manuscript import Manuscript
from workers.render.errors import RenderConformance

TEXTS = {
    "ar": "## الماء {#water}\n\nنطالب بماء نظيف لكلّ حيّ من أحياء المدينة.\n\n- أوّلًا\n- ثانيًا\n",
    "en": "## Water {#water}\n\nWe ask for clean water in every quarter of the city.\n",
}


@pytest.fixture
def proving_instance(worker_instance: SampleInstance) -> SampleInstance:
    """An instance whose proofs wait for the worker."""
    worker_instance.dispatcher.completes_proofs = False
    return worker_instance


def create_version(instance: SampleInstance, *, texts: dict[str, str] | None = None) -> str:
    document = create_document(instance, texts=texts or {"ar": TEXTS["ar"]})
    cut_version(instance, document)
    return document


def state_of(instance: SampleInstance, document: str) -> ProofState:
    with instance.read() as tx:
        version = versions_store.get_latest(tx, document)
        assert version is not None
        return proofs.proof_state(tx, version)


def proofs_of(instance: SampleInstance, document: str) -> list[PrintProof]:
    """Return the proofs of all versions, oldest first."""
    with instance.read() as tx:
        found = [proofs_store.list_by_version(tx, one.id) for one in versions_store.list_by_document(tx, document)]
    return [one for those in found for one in those]


def test_version_is_proved_in_every_language_and_format_and_its_round_opens(proving_instance: SampleInstance) -> None:
    document = create_version(proving_instance, texts=TEXTS)
    move_to_review(proving_instance, document)
    assert {one.spec for one in state_of(proving_instance, document).making} == {
        ("ar", "pdf"), ("ar", "docx"), ("en", "pdf"), ("en", "docx")
    }  # fmt: skip
    with pytest.raises(Conflict, match="proof_not_whole"):
        open_round(proving_instance, document)
    proving.render_all()
    made = state_of(proving_instance, document)
    assert made.is_whole and made.engine is not None
    files = {(one.lang, one.format): proving_instance.app_state.files.get(str(one.sha256)) for one in made.whole}
    with pikepdf.open(BytesIO(files["ar", "pdf"])) as pdf:
        assert len(pdf.pages) >= 3  # the text, the signatories, a page of reservations
    word = zipfile.ZipFile(BytesIO(files["en", "docx"])).read("word/document.xml").decode()
    with proving_instance.read() as tx:
        members = proofs.load_subject(tx, or_not_found(versions_store.get_latest(tx, document))).roll
    assert all(one.names["en"] in word for one in members)
    assert word.count("We endorse this text but reserve our position") > 20
    assert "Not approved" in read_headers(files["en", "docx"]) and "غير معتمد" in read_headers(files["ar", "docx"])
    round_id = open_round(proving_instance, document)
    with proving_instance.read() as tx:
        opened = rounds_store.get(tx, round_id)
    assert opened is not None and opened.proofs is not None
    assert opened.proofs["engine"]["sha256"] == made.engine.sha256
    assert [(one["id"], one["sha256"]) for one in opened.proofs["proofs"]] == [(it.id, it.sha256) for it in made.whole]
    assert report_of(proving_instance).differences == []


def read_headers(file: bytes) -> str:
    archive = zipfile.ZipFile(BytesIO(file))
    return "".join(archive.read(name).decode() for name in archive.namelist() if "word/header" in name)


def report_of(instance: SampleInstance) -> RecordReport:
    """Compare the rows with the record."""
    with instance.read() as tx:
        return record_check.check_record(tx)


def test_message_runs_the_newest_proof(proving_instance: SampleInstance) -> None:
    older, newer = create_version(proving_instance), create_version(proving_instance)
    first = job_of(proving_instance, proofs_of(proving_instance, older)[0])
    proving.render_proof(first)
    assert [one.state for one in proofs_of(proving_instance, newer)] == [QUEUED, WHOLE]
    assert {one.state for one in proofs_of(proving_instance, older)} == {QUEUED}


def test_proof_of_a_lost_worker_is_rendered_again(proving_instance: SampleInstance) -> None:
    document = create_version(proving_instance)
    with proving_instance.write() as tx:
        job_id = proofs_store.find_newest_job(tx)
        claim = jobs_store.claim(tx, str(job_id), lease=-1)
        assert claim is not None and rendering.start_proof(tx, claim.ref)
    proving.render_all()
    assert state_of(proving_instance, document).is_whole
    assert job_state(proving_instance, claim.id) == "done"


def test_proofs_of_an_older_version_are_not_rendered(
    proving_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = create_version(proving_instance)
    save_text(proving_instance, document, "نصّ ثانٍ.\n")
    cut_version(proving_instance, document)
    rendered = count_renderings(monkeypatch)
    proving.render_all()
    assert rendered == ["docx", "pdf"]
    assert [(one.state, one.superseded_at is None) for one in proofs_of(proving_instance, document)] == [
        (QUEUED, False), (QUEUED, False), (WHOLE, True), (WHOLE, True)
    ]  # fmt: skip


def change_logo(instance: SampleInstance, document: str) -> None:
    with instance.write() as tx:
        coalition.set_logo(tx, instance.actor(tx, "salma"), data=a_logo(), files=instance.app_state.files)


def change_front(instance: SampleInstance, document: str) -> None:
    with instance.write() as tx:
        front = {"addressees": {"ar": ["إلى من يهمّه الأمر"]}}
        documents.update_front_matter(tx, instance.actor(tx, "lama"), document_id=document, front=front)


def add_member(instance: SampleInstance, document: str) -> None:
    with instance.write() as tx:
        names = {"ar": "رابطة النهر", "en": "River League"}
        organisations.add_organisation(tx, instance.actor(tx, "salma"), names=names)


def change_engines(instance: SampleInstance, document: str) -> None:
    with instance.write() as tx:
        rendering.register_engines(tx, {"pdf": {"typst": "another"}})


@pytest.mark.parametrize("change", [change_logo, change_front, add_member, change_engines])
def test_round_needs_new_proofs_where_anything_differs(
    instance: SampleInstance, change: Callable[[SampleInstance, str], None]
) -> None:
    document = create_version(instance)
    move_to_review(instance, document)
    assert state_of(instance, document).is_whole
    instance.dispatcher.completes_proofs = False
    change(instance, document)
    with pytest.raises(Conflict, match="proof_not_whole"):
        open_round(instance, document)
    requested = [one for one in proofs_of(instance, document) if one.state == QUEUED]
    assert {one.spec for one in requested} == {("ar", "pdf"), ("ar", "docx")}
    assert {job.name for job in instance.dispatcher.dispatched[-2:]} == {RENDER_PROOF}
    with pytest.raises(Conflict, match="proof_not_whole"):
        open_round(instance, document)
    assert len([one for one in proofs_of(instance, document) if one.state == QUEUED]) == 2


def test_proof_of_content_that_changed_meanwhile_is_requested_instead(proving_instance: SampleInstance) -> None:
    document = create_version(proving_instance)
    change_front(proving_instance, document)
    proving.render_all()
    state = state_of(proving_instance, document)
    assert state.is_whole
    assert [(one.state, one.superseded_at is None) for one in proofs_of(proving_instance, document)] == [
        (QUEUED, False), (QUEUED, False), (WHOLE, True), (WHOLE, True)
    ]  # fmt: skip


def test_older_release_does_not_ask_for_proofs_of_its_own_engines_again(instance: SampleInstance) -> None:
    document = create_version(instance)
    change_engines(instance, document)
    assert not state_of(instance, document).is_whole
    with instance.write() as tx:
        rendering.register_engines(tx, TEST_PIPELINES)
    assert state_of(instance, document).is_whole


def test_failed_proof_says_why_and_bars_the_round_until_it_is_made_again(
    proving_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = create_version(proving_instance)
    move_to_review(proving_instance, document)
    with monkeypatch.context() as patched:
        patched.setattr(proving, "render", failing(RenderConformance(detail="a heading was lost")))
        proving.render_all()
    state = state_of(proving_instance, document)
    assert {one.spec for one in state.failed} == {("ar", "pdf"), ("ar", "docx")} and not state.missing
    assert {(one.failure or {})["code"] for one in state.failed} == {"render_conformance"}
    with pytest.raises(Conflict, match="proof_failed"):
        open_round(proving_instance, document)
    with proving_instance.write() as tx:
        lama = proving_instance.actor(tx, "lama")
        proofs.request_again(tx, lama, document_id=document, version_number=1)
    again = state_of(proving_instance, document)
    assert len(again.making) == 2 and again.since == state.since
    proving.render_all()
    open_round(proving_instance, document)


def test_late_end_of_a_superseded_proof_changes_nothing(instance: SampleInstance) -> None:
    instance.dispatcher.completes_proofs = False
    document = create_version(instance)
    (first, _) = proofs_of(instance, document)
    with instance.write() as tx:
        assert rendering.start_proof(tx, first.id)
    change_front(instance, document)
    with instance.write() as tx:
        assert rendering.finish_proof(tx, first.id, pipelines=TEST_PIPELINES, sha256="1" * 64, size=1)
        assert not rendering.fail_proof(tx, first.id, pipelines=TEST_PIPELINES, failure={"code": "x", "message": "x"})
    assert not state_of(instance, document).whole


def test_superseded_proofs_are_deleted_with_their_files_after_30_days(
    proving_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = proving_instance.app_state.files
    document = create_version(proving_instance)
    count_renderings(monkeypatch)
    proving.render_all()
    (old, shared) = proofs_of(proving_instance, document)
    save_text(proving_instance, document, "نصّ ثانٍ.\n")
    cut_version(proving_instance, document)
    proving.render_all()
    kept = str(proofs_of(proving_instance, document)[-1].sha256)
    own = files.put(b"of the old proof alone")
    with proving_instance.write() as tx:
        tx.connection.execute(proof.update().where(proof.c.id == old.id).values(sha256=own, superseded_at=1))
        tx.connection.execute(proof.update().where(proof.c.id == shared.id).values(sha256=kept, superseded_at=1))
    sweep.run_steps(task.worker_context())
    assert [one.sha256 for one in proofs_of(proving_instance, document)] == [kept, kept]
    assert files.contains(kept) and not files.contains(own)
    with proving_instance.write() as tx:
        proofs_store.supersede(tx, document)
    sweep.run_steps(task.worker_context())
    assert len(proofs_of(proving_instance, document)) == 2


def job_of(instance: SampleInstance, proof: PrintProof) -> str:
    with instance.read() as tx:
        return str(tx.connection.execute(select(jobs.c.id).where(jobs.c.ref == proof.id)).scalar_one())


def count_renderings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which each rendering adds its format."""
    rendered: list[str] = []

    def render(manuscript: Manuscript, format_: str, **_: object) -> bytes:
        rendered.append(format_)
        return manuscript.title.encode()

    monkeypatch.setattr(proving, "render", render)
    return rendered


def failing(error: Exception) -> Callable[..., bytes]:
    def render(*_: object, **__: object) -> bytes:
        raise error

    return render
