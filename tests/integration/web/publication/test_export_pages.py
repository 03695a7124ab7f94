"""Files and publication by hand: outsider, wrong role, not found, conflict, success."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest

from service.actions.publication import exports
from service.store.endorsement import rounds as rounds_store
from service.store.publication import exports as exports_store
from service.web.rendering.export_stages import EXPORT_FAILURES
from tests.integration.web.rounds.test_signing_pages import fields, signed
from tests.support.factories import Stage, a_document, a_sealed_document
from tests.support.web_client import Reader, a_publication, code, links, opened, tree, with_files, words


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


# Wrong role


def test_who_may_not_publish_is_offered_nothing_and_refused(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    with_files(stage, document)
    page = reader.sign_in("yusuf").get(f"/documents/{document}/files")
    assert page.status_code == 200 and not tree(page).xpath("//main//form")
    for path in ("exports", "publication"):
        assert reader.post(f"/documents/{document}/{path}").status_code == 403
    a_publication(stage, document)
    assert reader.post(f"/documents/{document}/publication/withdrawal", {"note": "x"}).status_code == 403


# Not found


def test_a_document_without_a_seal_has_no_files(reader: Reader, stage: Stage) -> None:
    document = a_document(stage)
    reader.sign_in("lama")
    assert reader.get(f"/documents/{document}/files").status_code == 404
    assert reader.get("/documents/doc_none/files").status_code == 404


def test_before_a_file_is_ready_there_is_no_archive_of_them(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    reader.sign_in("reem")
    assert reader.get(f"/documents/{document}/files.zip").status_code == 404


# Conflict


def test_nothing_is_published_before_its_files_are_ready_and_nothing_twice(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    reader.sign_in("reem")
    page = reader.get(f"/documents/{document}/files")
    assert "0 of 2 files are ready" in words(page)
    assert tree(page).xpath("//*[@data-progress='running']")
    early = reader.post(f"/documents/{document}/publication")
    assert (early.status_code, code(early)) == (409, "files_not_ready")
    assert f"/documents/{document}/files" in links(early)
    a_publication(stage, document)
    assert code(reader.post(f"/documents/{document}/publication")) == "nothing_new"


def test_a_withdrawal_needs_its_note(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    a_publication(stage, document)
    reader.sign_in("reem")
    answer = reader.post(f"/documents/{document}/publication/withdrawal", {"note": " "})
    assert answer.status_code == 409 and "the note is public" in words(answer)
    assert tree(answer).xpath("string(//*[@id='note']/@aria-invalid)") == "true"


# Success


def test_a_file_that_could_not_be_made_is_asked_for_again(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    with stage.write() as tx:
        failed = exports_store.of_document(tx, document)[0][1]
        exports.fail(tx, failed.id, code="render_failed", message="The file could not be made.")
    reader.sign_in("reem")
    page = reader.get(f"/documents/{document}/files")
    answer = reader.post(f"/documents/{document}/exports", fields(page))
    assert answer.headers["location"] == f"/documents/{document}/files"
    assert "Try again" not in words(reader.get(f"/documents/{document}/files"))


def test_published_by_hand_then_anew_then_withdrawn(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    with_files(stage, document)
    reader.sign_in("reem")
    page = reader.get(f"/documents/{document}/files")
    answers = [reader.post(f"/documents/{document}/publication", fields(page)) for _ in range(2)]
    assert {one.headers["location"] for one in answers} == {answers[0].headers["location"]}
    assert "The public page shows everything there is." in words(reader.get(f"/documents/{document}/files"))
    round_id = next(link for link in links(reader.get(f"/documents/{document}")) if link.startswith("/rounds/"))
    reader.sign_in("yusuf")
    signed(reader, round_id.removeprefix("/rounds/"), "yusuf", "withdraw")
    page = reader.sign_in("reem").get(f"/documents/{document}/files")
    assert "Publish a new revision" in words(page)
    public = reader.post(f"/documents/{document}/publication", fields(page)).headers["location"]
    assert "Withdrew its endorsement on" in words(reader.get(public))
    gone = reader.post(f"/documents/{document}/publication/withdrawal", {"note": "نُشرت قبل أوانها."})
    assert "نُشرت قبل أوانها." in words(reader.get(gone.headers["location"]))


def test_the_document_leads_to_its_next_page(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    reader.sign_in("lama")
    assert f"/documents/{document}/files" in links(reader.get(f"/documents/{document}"))


def test_each_file_says_what_is_done_with_it_now(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    with stage.write() as tx:
        pdf, docx = (one for _, one in exports_store.of_document(tx, document))
        exports_store.stage(tx, pdf.id, "typesetting")
        exports_store.stage(tx, docx.id, "started")
    page = reader.sign_in("reem").get(f"/documents/{document}/files")
    assert "Step 3 of 4: the pages are set" in words(page) and "Being made" in words(page)
    classes = tree(page).xpath("//*[contains(@class, 'stages')][1]/i/@class")
    assert classes[:4] == ["is-done", "is-done", "is-now", ""]
    put_back = f"UPDATE jobs SET state = 'queued', attempts = 1 WHERE ref = '{pdf.id}'"
    with stage.write() as tx:
        tx.connection.exec_driver_sql(put_back)
    assert "It was interrupted and will be tried again by itself." in words(reader.get(f"/documents/{document}/files"))


@pytest.mark.parametrize("code_", sorted(EXPORT_FAILURES))
def test_a_failure_is_told_in_words_with_its_code(reader: Reader, stage: Stage, code_: str) -> None:
    document = a_sealed_document(stage)
    with stage.write() as tx:
        failed = exports_store.of_document(tx, document)[0][1]
        exports.fail(tx, failed.id, code=code_, message="a program said: {x}")
    said = words(reader.sign_in("reem").get(f"/documents/{document}/files"))
    assert EXPORT_FAILURES[code_] in said and f"Code {code_}" in said and "a program said" not in said


def test_what_happened_since_is_offered_as_a_revision_on_the_first_page(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    a_publication(stage, document)
    reader.sign_in("reem")
    assert "revision" not in words(reader.get("/"))
    with stage.read() as tx:
        round_id = rounds_store.of_document(tx, document)[0].id
    signed(reader.sign_in("yusuf"), round_id, "yusuf", "withdraw")
    first = reader.sign_in("reem").get("/")
    assert "A new revision is ready to be published" in words(first)
    assert f"/documents/{document}/files" in links(first)
    assert "revision" not in words(reader.sign_in("salma").get("/"))
    reader.sign_in("reem").post(f"/documents/{document}/publication")
    assert "A new revision" not in words(reader.get("/"))


def test_all_files_come_in_one_archive_of_the_same_bytes(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    with_files(stage, document)
    page = reader.sign_in("reem").get(f"/documents/{document}/files")
    assert f"/documents/{document}/files.zip" in links(page)
    answer = reader.get(f"/documents/{document}/files.zip")
    assert answer.headers["content-type"] == "application/zip"
    held = zipfile.ZipFile(BytesIO(answer.content))
    assert held.testzip() is None and {name.rpartition(".")[2] for name in held.namelist()} == {"pdf", "docx"}
    assert answer.content == reader.get(f"/documents/{document}/files.zip").content
