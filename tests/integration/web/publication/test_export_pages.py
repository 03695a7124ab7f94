"""Files and publication by hand: outsider, wrong role, not found, conflict, success."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest

from service.actions.publication import exports
from service.store.endorsement import rounds as rounds_store
from service.store.publication import exports as exports_store
from service.web.rendering.export_stages import EXPORT_FAILURES
from tests.integration.web.rounds.test_signing_pages import hidden_fields, sign_round
from tests.support.factories import SampleInstance, create_document, create_sealed_document
from tests.support.web_client import (
    WebClient,
    create_publication,
    error_code,
    finish_exports,
    open_web_client,
    page_links,
    page_text,
    parse_page,
)


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


# Wrong role


def test_who_may_not_publish_is_offered_nothing_and_refused(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    page = web_client.sign_in("yusuf").get(f"/documents/{document}/files")
    assert page.status_code == 200 and not parse_page(page).xpath("//main//form")
    for path in ("exports", "publication"):
        assert web_client.post(f"/documents/{document}/{path}").status_code == 403
    create_publication(instance, document)
    assert web_client.post(f"/documents/{document}/publication/withdrawal", {"note": "x"}).status_code == 403


# Not found


def test_a_document_without_a_seal_has_no_files(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    web_client.sign_in("lama")
    assert web_client.get(f"/documents/{document}/files").status_code == 404
    assert web_client.get("/documents/doc_none/files").status_code == 404


def test_before_a_file_is_ready_there_is_no_archive_of_them(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    web_client.sign_in("reem")
    assert web_client.get(f"/documents/{document}/files.zip").status_code == 404


# Conflict


def test_nothing_is_published_before_its_files_are_ready_and_nothing_twice(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_sealed_document(instance)
    web_client.sign_in("reem")
    page = web_client.get(f"/documents/{document}/files")
    assert "0 of 2 files ready" in page_text(page)
    assert parse_page(page).xpath("//*[@data-progress='running']")
    early = web_client.post(f"/documents/{document}/publication")
    assert (early.status_code, error_code(early)) == (409, "files_not_ready")
    assert f"/documents/{document}/files" in page_links(early)
    create_publication(instance, document)
    assert error_code(web_client.post(f"/documents/{document}/publication")) == "nothing_new"


def test_a_withdrawal_needs_its_note(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    create_publication(instance, document)
    web_client.sign_in("reem")
    answer = web_client.post(f"/documents/{document}/publication/withdrawal", {"note": " "})
    assert answer.status_code == 409 and "The note is public" in page_text(answer)
    assert parse_page(answer).xpath("string(//*[@id='note']/@aria-invalid)") == "true"


# Success


def test_a_file_that_could_not_be_made_is_asked_for_again(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    with instance.write() as tx:
        failed = exports_store.list_by_document(tx, document)[0][1]
        exports.fail_export(tx, failed.id, code="render_failed", message="The file could not be made.")
    web_client.sign_in("reem")
    page = web_client.get(f"/documents/{document}/files")
    answer = web_client.post(f"/documents/{document}/exports", hidden_fields(page))
    assert answer.headers["location"] == f"/documents/{document}/files"
    assert "Try again" not in page_text(web_client.get(f"/documents/{document}/files"))


def test_published_by_hand_then_anew_then_withdrawn(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    web_client.sign_in("reem")
    page = web_client.get(f"/documents/{document}/files")
    answers = [web_client.post(f"/documents/{document}/publication", hidden_fields(page)) for _ in range(2)]
    assert {one.headers["location"] for one in answers} == {answers[0].headers["location"]}
    assert "The public page is up to date." in page_text(web_client.get(f"/documents/{document}/files"))
    round_id = next(
        link for link in page_links(web_client.get(f"/documents/{document}")) if link.startswith("/rounds/")
    )
    web_client.sign_in("yusuf")
    sign_round(web_client, round_id.removeprefix("/rounds/"), "yusuf", "withdraw")
    page = web_client.sign_in("reem").get(f"/documents/{document}/files")
    assert "Publish a new revision" in page_text(page)
    public = web_client.post(f"/documents/{document}/publication", hidden_fields(page)).headers["location"]
    assert "Withdrew its endorsement on" in page_text(web_client.get(public))
    gone = web_client.post(f"/documents/{document}/publication/withdrawal", {"note": "نُشرت قبل أوانها."})
    assert "نُشرت قبل أوانها." in page_text(web_client.get(gone.headers["location"]))


def test_the_document_leads_to_its_next_page(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    web_client.sign_in("lama")
    assert f"/documents/{document}/files" in page_links(web_client.get(f"/documents/{document}"))


def test_each_file_says_what_is_done_with_it_now(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    with instance.write() as tx:
        pdf, docx = (one for _, one in exports_store.list_by_document(tx, document))
        exports_store.set_stage(tx, pdf.id, "typesetting")
        exports_store.set_stage(tx, docx.id, "started")
    page = web_client.sign_in("reem").get(f"/documents/{document}/files")
    assert "Step 3 of 4: the pages are laid out" in page_text(page) and "Being created" in page_text(page)
    classes = parse_page(page).xpath("//*[contains(@class, 'stages')][1]/i/@class")
    assert classes[:4] == ["is-done", "is-done", "is-now", ""]
    put_back = f"UPDATE jobs SET state = 'queued', attempts = 1 WHERE ref = '{pdf.id}'"
    with instance.write() as tx:
        tx.connection.exec_driver_sql(put_back)
    assert "It was interrupted and will start again automatically." in page_text(
        web_client.get(f"/documents/{document}/files")
    )


@pytest.mark.parametrize("code_", sorted(EXPORT_FAILURES))
def test_a_failure_is_told_in_words_with_its_code(web_client: WebClient, instance: SampleInstance, code_: str) -> None:
    document = create_sealed_document(instance)
    with instance.write() as tx:
        failed = exports_store.list_by_document(tx, document)[0][1]
        exports.fail_export(tx, failed.id, code=code_, message="a program said: {x}")
    said = page_text(web_client.sign_in("reem").get(f"/documents/{document}/files"))
    assert EXPORT_FAILURES[code_] in said and f"Code {code_}" in said and "a program said" not in said


def test_what_happened_since_is_offered_as_a_revision_on_the_first_page(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_sealed_document(instance)
    create_publication(instance, document)
    web_client.sign_in("reem")
    assert "revision" not in page_text(web_client.get("/"))
    with instance.read() as tx:
        round_id = rounds_store.list_by_document(tx, document)[0].id
    sign_round(web_client.sign_in("yusuf"), round_id, "yusuf", "withdraw")
    first = web_client.sign_in("reem").get("/")
    assert "A new revision is ready to be published" in page_text(first)
    assert f"/documents/{document}/files" in page_links(first)
    assert "revision" not in page_text(web_client.sign_in("salma").get("/"))
    web_client.sign_in("reem").post(f"/documents/{document}/publication")
    assert "A new revision" not in page_text(web_client.get("/"))


def test_all_files_come_in_one_archive_of_the_same_bytes(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    page = web_client.sign_in("reem").get(f"/documents/{document}/files")
    assert f"/documents/{document}/files.zip" in page_links(page)
    answer = web_client.get(f"/documents/{document}/files.zip")
    assert answer.headers["content-type"] == "application/zip"
    held = zipfile.ZipFile(BytesIO(answer.content))
    assert held.testzip() is None and {name.rpartition(".")[2] for name in held.namelist()} == {"pdf", "docx"}
    assert answer.content == web_client.get(f"/documents/{document}/files.zip").content
