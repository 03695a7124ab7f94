"""imports.word: a Word file becomes a text to be reviewed, or a reason why not; then it is applied to the draft."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.actions.documents import word_import
from service.actions.drafts import save
from service.domain.documents.word_import import WordImport
from service.jobs import IMPORT_WORD
from service.store.drafts import word_imports as word_imports_store
from tests.integration.workers.conftest import job_ids, job_state
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review, save_text
from tests.support.web_client import ORIGIN, WebClient, error_code, form_fields, open_web_client, page_links, page_text
from tests.support.word_files import build_document, fill_untidy_document, package, render_own_docx
from workers import imports
from workers.render.errors import RenderTimeout

TEXT = "## Article 1 {#one}\n\nThe only text.\n"


@pytest.fixture
def web_client(worker_instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(worker_instance)


def upload(web_client: WebClient, document: str, data: bytes, *, lang: str = "en", origin: str = ORIGIN) -> str:
    """Return the redirect target after uploading `data`; the code of the error where it is rejected."""
    response = web_client.client.post(
        f"/documents/{document}/texts/{lang}/word",
        files={"file": ("ours.docx", data)},
        headers={"accept-language": "en", "origin": origin},
        follow_redirects=False,
    )
    return response.headers["location"] if response.status_code == 303 else error_code(response)


def upload_and_read(instance: SampleInstance, document: str, data: bytes, *, lang: str = "en") -> str:
    with instance.write() as tx:
        return word_import.add_import(tx, instance.actor(tx, "lama"), document_id=document, lang=lang, data=data)


def run_import(instance: SampleInstance) -> None:
    for id in job_ids(instance, IMPORT_WORD):
        imports.import_word(id)


def import_result(instance: SampleInstance, id: str) -> WordImport:
    with instance.read() as tx:
        it = word_imports_store.get(tx, id)
        assert it
        return it


def draft_text(instance: SampleInstance, document: str, lang: str = "en") -> str:
    with instance.read() as tx:
        return save.read(tx, instance.actor(tx, "lama"), document_id=document, lang=lang).text


# Outsider


def test_outsider_cannot_upload(web_client: WebClient, worker_instance: SampleInstance) -> None:
    document = create_document(worker_instance, texts={"en": TEXT})
    assert upload(web_client, document, render_own_docx(TEXT, lang="en")) == "sign_in_needed"
    assert web_client.get("/intakes/int_none").status_code == 401


# Wrong role


def test_reader_can_neither_upload_nor_see_the_import(web_client: WebClient, worker_instance: SampleInstance) -> None:
    document = create_document(worker_instance, texts={"en": TEXT})
    id = upload_and_read(worker_instance, document, render_own_docx(TEXT, lang="en"))
    web_client.sign_in("yusuf")
    assert upload(web_client, document, render_own_docx(TEXT, lang="en")) == "forbidden"
    assert web_client.get(f"/intakes/{id}").status_code == 403
    assert web_client.post(f"/intakes/{id}", {"text": "x"}).status_code == 403


# Not found


def test_unknown_import_is_not_found(web_client: WebClient, worker_instance: SampleInstance) -> None:
    document = create_document(worker_instance, texts={"en": TEXT})
    web_client.sign_in("lama")
    assert web_client.get("/intakes/int_none").status_code == 404
    assert upload(web_client, document, render_own_docx(TEXT, lang="en"), lang="ar") == "not_found"


# Conflict


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", "word_file_missing"),
        (b"plain words", "word_file_type"),
        (b"PK\x03\x04" + bytes(6 * 1024 * 1024), "word_file_too_large"),
        (bytes(21 * 1024 * 1024), "form_too_large"),
    ],
)
def test_file_that_is_not_word_is_rejected_with_its_reason(
    web_client: WebClient, worker_instance: SampleInstance, data: bytes, refusal: str
) -> None:
    document = create_document(worker_instance, texts={"en": TEXT})
    web_client.sign_in("lama")
    assert upload(web_client, document, data) == refusal
    assert job_ids(worker_instance, IMPORT_WORD) == []


def test_cross_site_upload_is_rejected(web_client: WebClient, worker_instance: SampleInstance) -> None:
    document = create_document(worker_instance, texts={"en": TEXT})
    web_client.sign_in("lama")
    assert (
        upload(web_client, document, render_own_docx(TEXT, lang="en"), origin="http://elsewhere.example")
        == "foreign_form"
    )


def test_text_in_review_rejects_upload(web_client: WebClient, worker_instance: SampleInstance) -> None:
    document = create_document(worker_instance, texts={"en": TEXT})
    cut_version(worker_instance, document)
    move_to_review(worker_instance, document)
    web_client.sign_in("lama")
    assert upload(web_client, document, render_own_docx(TEXT, lang="en")) == "document_state"


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (package({"word/document.xml": b"no xml"}), "word_file_unreadable"),
        (build_document(lambda document: document.add_paragraph("")), "word_file_empty"),
        (build_document(lambda document: document.add_paragraph("a" + "\u0301" * 40)), "too_many_marks"),
    ],
)
def test_failed_import_always_has_a_reason(
    web_client: WebClient, worker_instance: SampleInstance, data: bytes, refusal: str
) -> None:
    document = create_document(worker_instance, texts={"en": TEXT})
    id = upload_and_read(worker_instance, document, data)
    run_import(worker_instance)
    web_client.sign_in("lama")
    assert error_code(web_client.get(f"/intakes/{id}")) == refusal
    response = web_client.post(f"/intakes/{id}", {"text": "x"})
    assert (response.status_code, error_code(response)) == (409, "intake_ended")
    assert draft_text(worker_instance, document) == TEXT


def test_transient_error_is_retried(worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    document = create_document(worker_instance, texts={"en": TEXT})
    id = upload_and_read(worker_instance, document, render_own_docx(TEXT, lang="en"))

    def slow(*_: object, **__: object) -> None:
        raise RenderTimeout(detail="pandoc, 30 s")

    monkeypatch.setattr(imports, "read_word", slow)
    run_import(worker_instance)
    assert import_result(worker_instance, id).state == "waiting"
    assert [job_state(worker_instance, job) for job in job_ids(worker_instance, IMPORT_WORD)] == ["queued"]


def test_concurrent_changes_are_not_overwritten(web_client: WebClient, worker_instance: SampleInstance) -> None:
    document = create_document(worker_instance, texts={"en": TEXT})
    id = upload_and_read(worker_instance, document, render_own_docx(TEXT.replace("only", "new"), lang="en"))
    run_import(worker_instance)
    save_text(worker_instance, document, TEXT.replace("only", "other"), lang="en", by="jihan")
    web_client.sign_in("lama")
    response = web_client.post(f"/intakes/{id}", form_fields(web_client.get(f"/intakes/{id}")))
    assert response.status_code == 409
    settled = web_client.post(
        f"/documents/{document}/texts/en/settled", {**form_fields(response, "/settled"), "choice_0": "mine"}
    )
    assert web_client.post(f"/documents/{document}/texts/en", form_fields(settled)).status_code == 200
    assert draft_text(worker_instance, document) == TEXT.replace("only", "new")


def test_refused_text_is_explained_in_the_language_of_the_reader_and_by_its_place_in_the_file(
    web_client: WebClient, worker_instance: SampleInstance
) -> None:
    document = create_document(worker_instance, texts={"en": TEXT})

    def fill(word: Any) -> None:
        word.add_paragraph("Fine words.")
        word.add_paragraph("Brackets " + "[" * 120)

    id = upload_and_read(worker_instance, document, build_document(fill))
    run_import(worker_instance)
    web_client.sign_in("lama")
    english = page_text(web_client.get(f"/intakes/{id}"))
    assert "More than 100 square brackets" in english and "Paragraph 2: “Brackets" in english
    assert "text_too_tangled" in english and "The text has not changed." in english
    arabic = page_text(web_client.get(f"/intakes/{id}", **{"accept-language": "ar"}))
    assert "الأقواس المربّعة" in arabic and "الفقرة ٢: «Brackets" in arabic and "square brackets" not in arabic


# Success


def test_waiting_page_looks_for_the_result_by_itself(web_client: WebClient, worker_instance: SampleInstance) -> None:
    document = create_document(worker_instance, texts={"en": TEXT})
    id = upload_and_read(worker_instance, document, build_document(fill_untidy_document))
    web_client.sign_in("lama")
    waiting = web_client.get(f"/intakes/{id}").text
    assert "arrival" in waiting and "data-arrival" in waiting
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in waiting
    run_import(worker_instance)
    ready = web_client.get(f"/intakes/{id}").text
    assert "data-arrival" not in ready and 'http-equiv="refresh"' not in ready


def test_what_was_left_out_is_shown_with_its_place(web_client: WebClient, worker_instance: SampleInstance) -> None:
    document = create_document(worker_instance, texts={"en": TEXT})

    def fill(word: Any) -> None:
        word.add_paragraph("Shown.")
        word.add_paragraph("Also ").add_run("secret words").font.hidden = True

    id = upload_and_read(worker_instance, document, build_document(fill))
    run_import(worker_instance)
    web_client.sign_in("lama")
    text = page_text(web_client.get(f"/intakes/{id}"))
    assert "1 hidden passages were left out." in text and "Paragraph 2: “secret words”" in text


def test_file_is_uploaded_converted_corrected_and_applied(
    web_client: WebClient, worker_instance: SampleInstance
) -> None:
    document = create_document(worker_instance)
    web_client.sign_in("lama")
    assert "A .docx file" in page_text(web_client.get(f"/documents/{document}/texts/ar"))
    place = upload(web_client, document, build_document(fill_untidy_document), lang="ar")
    assert "The file is being read." in page_text(web_client.get(place))
    run_import(worker_instance)
    page = web_client.get(place)
    text = page_text(page)
    assert "1 images were left out" in text and "became headings" in text and "بيان" in text
    response = web_client.post(place, {"text": form_fields(page)["text"].replace("حرّ", "حرّ وكريم")})
    assert response.headers["location"] == f"/documents/{document}/texts/ar"
    assert "حرّ وكريم" in draft_text(worker_instance, document, "ar")
    assert "is now the text of the document" in page_text(
        web_client.get(place)
    ) and f"/documents/{document}/texts/ar" in page_links(web_client.get(place))
    again = web_client.post(place, {"text": "x"})
    assert (again.status_code, error_code(again)) == (409, "intake_ended")


def test_file_is_deleted_after_conversion_and_a_second_dispatch_does_nothing(worker_instance: SampleInstance) -> None:
    document = create_document(worker_instance, texts={"en": TEXT})
    id = upload_and_read(worker_instance, document, render_own_docx(TEXT, lang="en"))
    run_import(worker_instance)
    with worker_instance.read() as tx:
        assert word_imports_store.get_file(tx, id) is None
    run_import(worker_instance)
    assert (import_result(worker_instance, id).state, import_result(worker_instance, id).text) == ("ready", TEXT)
