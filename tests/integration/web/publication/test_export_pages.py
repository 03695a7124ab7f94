"""Exports and publication by form: outsider, wrong role, not found, conflict, success."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest
from sqlalchemy import update

from service.actions.publication import exports
from service.domain.publication.render_failure import Cure, RenderFailure
from service.store.endorsement import rounds as rounds_store
from service.store.publication import exports as exports_store
from service.store.tables import export as exports_table
from service.web.rendering.render_failures import CAUSES, SEALED_REMEDIES
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
    assert web_client.post_confirmed(f"/documents/{document}/publication/withdrawal", {"note": "x"}).status_code == 403


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
    early = web_client.post_confirmed(f"/documents/{document}/publication")
    assert (early.status_code, error_code(early)) == (409, "files_not_ready")
    assert f"/documents/{document}/files" in page_links(early)
    create_publication(instance, document)
    assert error_code(web_client.post_confirmed(f"/documents/{document}/publication")) == "nothing_new"


def test_withdrawal_needs_a_note(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    create_publication(instance, document)
    web_client.sign_in("reem")
    response = web_client.post_confirmed(f"/documents/{document}/publication/withdrawal", {"note": " "})
    assert response.status_code == 409 and "The note is public" in page_text(response)
    assert parse_page(response).xpath("string(//*[@id='note']/@aria-invalid)") == "true"


# Success


def test_failed_export_is_requested_again(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    with instance.write() as tx:
        failed = exports_store.list_by_document(tx, document)[0][1]
        exports.fail_export(tx, failed.id, failure=RenderFailure("render_timeout", "It took too long."))
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
    answers = [web_client.post_confirmed(f"/documents/{document}/publication", hidden_fields(page)) for _ in range(2)]
    assert {one.headers["location"] for one in answers} == {answers[0].headers["location"]}
    assert "The public page is up to date." in page_text(web_client.get(f"/documents/{document}/files"))
    round_id = next(
        link for link in page_links(web_client.get(f"/documents/{document}")) if link.startswith("/rounds/")
    )
    web_client.sign_in("yusuf")
    sign_round(web_client, round_id.removeprefix("/rounds/"), "yusuf", "withdraw")
    page = web_client.sign_in("reem").get(f"/documents/{document}/files")
    assert "Publish a new revision" in page_text(page)
    done = web_client.post_confirmed(f"/documents/{document}/publication", hidden_fields(page)).headers["location"]
    page = web_client.get(done)
    assert "is published." in page_text(page)
    public = next(link for link in page_links(page) if "/p/" in link)
    assert "Withdrew its endorsement on" in page_text(web_client.get(public))
    gone = web_client.post_confirmed(f"/documents/{document}/publication/withdrawal", {"note": "نُشرت قبل أوانها."})
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


def test_failure_says_what_where_and_who_corrects_it(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    where = RenderFailure("render_unprintable", "a program said: {x}", line=3, words="كلمات فيها \ue000 ورمز")
    with instance.write() as tx:
        for _, export in exports_store.list_by_document(tx, document)[:1]:
            exports.fail_export(tx, export.id, failure=where)
    web_client.sign_in("reem")
    response = web_client.get(f"/documents/{document}/files")
    text = page_text(response)
    assert CAUSES["render_unprintable"] in text and "Code render_unprintable" in text and "a program said" not in text
    assert "كلمات فيها \ue000 ورمز" in text and "Try again" not in text
    assert SEALED_REMEDIES[Cure.TEXT] in text and "You cannot publish now, because a file could not be created" in text
    assert any(link.startswith(f"/documents/{document}/versions/1") for link in page_links(response))
    assert "as soon as the files are ready" not in text
    refused = web_client.post_confirmed(f"/documents/{document}/publication")
    assert (refused.status_code, error_code(refused)) == (409, "files_failed")


def test_every_failure_has_a_cause_and_a_remedy(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    web_client.sign_in("reem")
    for code, cause in sorted(CAUSES.items()):
        failure = RenderFailure(code, "a program said: {x}")
        with instance.write() as tx:
            one = exports_store.list_by_document(tx, document)[0][1]
            tx.connection.execute(update(exports_table).values(state="queued").where(exports_table.c.id == one.id))
            exports.fail_export(tx, one.id, failure=failure)
        text = page_text(web_client.get(f"/documents/{document}/files"))
        assert cause in text and SEALED_REMEDIES[failure.cure] in text and f"Code {code}" in text
        helps = failure.cure in (Cure.RETRY, Cure.LOGO, Cure.OPERATOR)
        assert ("Try again" in text.replace("Trying again", "")) == helps, code


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
    web_client.sign_in("reem").post_confirmed(f"/documents/{document}/publication")
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
