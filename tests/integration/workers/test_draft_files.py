"""drafts.render: texts that nobody approved, as files for those who may read them: marked, logged, kept for a week."""

import zipfile
from io import BytesIO

import pikepdf
import pytest

from service.actions.accounts import security_log
from service.actions.publication import draft_files
from service.domain.accounts.security_event import DRAFT_TAKEN
from service.domain.errors import Conflict, InvalidInput, NotFound, RateLimited
from service.domain.publication.draft_file import KEPT_FOR, DraftFile
from service.jobs import RENDER_DRAFT
from service.store.documents import versions as versions_store
from service.store.publication import draft_files as draft_files_store
from tests.integration.workers.conftest import job_ids
from tests.support.factories import SampleInstance, create_document, cut_version, save_text
from workers import draft_files as rendering
from workers import sweep
from workers.render.readback.pdf_reader import read_pdf
from workers.task import worker_context

AR = "## الماء {#water}\n\nنطالب بماء نظيف لكلّ حيّ من أحياء المدينة، وفق القرار 2254 (2015).\n"


def ask(
    instance: SampleInstance, document: str, format_: str, *, who: str, number: int | None = None, lines: bool = False
) -> str:
    with instance.write() as tx:
        return draft_files.request_file(
            tx, instance.actor(tx, who), document_id=document, lang="ar", number=number, format_=format_,
            line_numbers=lines,
        )  # fmt: skip


def finish(instance: SampleInstance, id: str) -> DraftFile:
    for job in job_ids(instance, RENDER_DRAFT):
        rendering.render_draft(job)
    with instance.read() as tx:
        found = draft_files_store.get(tx, id)
    assert found is not None
    return found


def test_draft_is_rendered_as_it_was_when_requested_marked_and_logged(worker_instance: SampleInstance) -> None:
    instance = worker_instance
    document = create_document(instance, texts={"ar": AR})
    asked = ask(instance, document, "pdf", who="lama", lines=True)
    word = ask(instance, document, "docx", who="lama", lines=True)
    save_text(instance, document, AR + "\nجملة لاحقة.\n")
    file = finish(instance, asked)
    assert (file.state, file.failure) == ("ready", None)
    pdf = instance.app_state.files.get(str(file.sha256))
    words = " ".join(piece.text for piece in read_pdf(pdf, rtl=True) if hasattr(piece, "text"))
    assert "لاحقة" not in words
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert str(opened.docinfo["/Title"]).startswith("مسودة «") and "غير معتمَدة" in str(opened.docinfo["/Title"])
    package = zipfile.ZipFile(BytesIO(instance.app_state.files.get(str(finish(instance, word).sha256))))
    assert b"w:lnNumType" in package.read("word/document.xml")
    with instance.read() as tx:
        actor = instance.actor(tx, "lama")
        assert draft_files.get_file(tx, actor, file_id=asked).sha256 == file.sha256
        events = [one for one in security_log.list_events(tx, instance.actor(tx, "salma")) if one.kind == DRAFT_TAKEN]
        assert [(one.person, one.detail["code"]) for one in events] == [
            (actor.person, "draft ar docx"), (actor.person, "draft ar pdf")
        ]  # fmt: skip
        with pytest.raises(NotFound):
            draft_files.get_file(tx, instance.actor(tx, "salma"), file_id=asked)


def test_version_is_taken_as_markdown_and_its_rules_of_lines_are_stored(worker_instance: SampleInstance) -> None:
    document = create_document(worker_instance, texts={"ar": AR})
    cut_version(worker_instance, document)
    save_text(worker_instance, document, "نصّ آخر.\n")
    with worker_instance.write() as tx:
        actor = worker_instance.actor(tx, "lama")
        subject, text = draft_files.take_text(tx, actor, document_id=document, lang="ar", number=1)
        version = versions_store.get_latest(tx, document)
        assert (subject.number, text) == (1, AR) and version is not None and version.line_rules == "mithaq.lines.v1"
        assert draft_files.take_text(tx, actor, document_id=document, lang="ar", number=None)[1] == "نصّ آخر.\n"
        with pytest.raises(NotFound):
            draft_files.take_text(tx, actor, document_id=document, lang="ar", number=2)
        with pytest.raises(NotFound, match="unknown_edition"):
            draft_files.take_text(tx, actor, document_id=document, lang="fr", number=1)


def test_what_is_refused(worker_instance: SampleInstance) -> None:
    document = create_document(worker_instance, texts={"ar": AR})
    with pytest.raises(NotFound):
        ask(worker_instance, document, "pdf", who="reem")
    with pytest.raises(InvalidInput, match="unknown_format"):
        ask(worker_instance, document, "odt", who="lama")
    with pytest.raises(Conflict, match="not_rendered"):
        ask(worker_instance, document, "md", who="lama")
    waiting = [ask(worker_instance, document, "pdf", who="lama") for _ in range(6)]
    with pytest.raises(RateLimited, match="quota_reached"):
        ask(worker_instance, document, "pdf", who="lama")
    with worker_instance.read() as tx, pytest.raises(Conflict, match="not_ready"):
        draft_files.get_file(tx, worker_instance.actor(tx, "lama"), file_id=waiting[0])


def test_file_is_deleted_after_a_week_with_its_bytes(worker_instance: SampleInstance) -> None:
    instance = worker_instance
    document = create_document(instance, texts={"ar": AR})
    asked = ask(instance, document, "docx", who="lama")
    file = finish(instance, asked)
    sweep.delete_draft_files(worker_context())
    assert instance.app_state.files.contains(str(file.sha256))
    with instance.write(at=file.requested_at + KEPT_FOR) as tx:
        digests = draft_files.delete_old(tx)
        assert digests == [file.sha256] and draft_files_store.get(tx, asked) is None
    instance.app_state.files.delete(str(file.sha256))
    assert not instance.app_state.files.contains(str(file.sha256))
