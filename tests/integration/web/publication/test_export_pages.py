"""Exports and publication by form: outsider, wrong role, not found, conflict, success."""

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


def test_reader_who_may_not_publish_is_offered_nothing_and_forbidden(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    page = web_client.sign_in("yusuf").get(f"/documents/{document}/files")
    assert page.status_code == 200 and not parse_page(page).xpath("//main//form")
    for path in ("exports", "publication"):
        assert web_client.post(f"/documents/{document}/{path}").status_code == 403
    create_publication(instance, document)
    assert web_client.post(f"/documents/{document}/publication/withdrawal", {"note": "x"}).status_code == 403


# Not found


def test_document_without_seal_has_no_files(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    web_client.sign_in("lama")
    assert web_client.get(f"/documents/{document}/files").status_code == 404
    assert web_client.get("/documents/doc_none/files").status_code == 404


def test_archive_is_not_found_before_a_file_is_ready(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    web_client.sign_in("reem")
    assert web_client.get(f"/documents/{document}/files.zip").status_code == 404


# Conflict


def test_publishing_needs_ready_files_and_happens_once(web_client: WebClient, instance: SampleInstance) -> None:
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


def test_withdrawal_needs_a_note(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    create_publication(instance, document)
    web_client.sign_in("reem")
    response = web_client.post(f"/documents/{document}/publication/withdrawal", {"note": " "})
    assert response.status_code == 409 and "The note is public" in page_text(response)
    assert parse_page(response).xpath("string(//*[@id='note']/@aria-invalid)") == "true"


# Success


def test_failed_export_is_requested_again(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    with instance.write() as tx:
        failed = exports_store.list_by_document(tx, document)[0][1]
        exports.fail_export(tx, failed.id, code="render_failed", message="The file could not be made.")
    web_client.sign_in("reem")
    page = web_client.get(f"/documents/{document}/files")
    response = web_client.post(f"/documents/{document}/exports", hidden_fields(page))
    assert response.headers["location"] == f"/documents/{document}/files"
    assert "Try again" not in page_text(web_client.get(f"/documents/{document}/files"))


def test_document_is_published_revised_and_withdrawn_by_form(web_client: WebClient, instance: SampleInstance) -> None:
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


def test_document_page_links_to_the_next_step(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    web_client.sign_in("lama")
    assert f"/documents/{document}/files" in page_links(web_client.get(f"/documents/{document}"))


def test_each_file_shows_its_stage(web_client: WebClient, instance: SampleInstance) -> None:
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
def test_failure_is_explained_with_its_code(web_client: WebClient, instance: SampleInstance, code_: str) -> None:
    document = create_sealed_document(instance)
    with instance.write() as tx:
        failed = exports_store.list_by_document(tx, document)[0][1]
        exports.fail_export(tx, failed.id, code=code_, message="a program said: {x}")
    text = page_text(web_client.sign_in("reem").get(f"/documents/{document}/files"))
    assert EXPORT_FAILURES[code_] in text and f"Code {code_}" in text and "a program said" not in text


def test_later_events_are_offered_as_a_revision_on_the_dashboard(
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


def test_archive_contains_the_same_bytes(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    page = web_client.sign_in("reem").get(f"/documents/{document}/files")
    assert f"/documents/{document}/files.zip" in page_links(page)
    response = web_client.get(f"/documents/{document}/files.zip")
    assert response.headers["content-type"] == "application/zip"
    held = zipfile.ZipFile(BytesIO(response.content))
    assert held.testzip() is None and {name.rpartition(".")[2] for name in held.namelist()} == {"pdf", "docx"}
    assert response.content == web_client.get(f"/documents/{document}/files.zip").content
