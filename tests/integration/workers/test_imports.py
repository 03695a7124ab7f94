"""imports.word: a Word file becomes a text to be looked over, or a reason why not; then it becomes the text."""

from collections.abc import Iterator

import pytest

from service.actions.documents import word_import
from service.actions.drafts import save
from service.domain.documents.word_import import Intake
from service.jobs import READ_WORD
from service.store.drafts import word_imports as word_imports_store
from tests.integration.workers.conftest import job_ids, job_state
from tests.support.factories import Stage, a_document, a_save, a_version, in_review
from tests.support.web_client import ORIGIN, Reader, code, fields, links, opened, words
from tests.support.word_files import by_hand, of_the_street, ours, package
from workers import imports
from workers.render.errors import RenderTimeout

TEXT = "## Article 1 {#one}\n\nThe only text.\n"


@pytest.fixture
def reader(worker: Stage) -> Iterator[Reader]:
    yield from opened(worker)


def bring(reader: Reader, document: str, data: bytes, *, lang: str = "en", origin: str = ORIGIN) -> str:
    """Where one is sent who brings `data` in; the code of the refusal where it is refused."""
    answer = reader.client.post(
        f"/documents/{document}/texts/{lang}/word",
        files={"file": ("ours.docx", data)},
        headers={"accept-language": "en", "origin": origin},
        follow_redirects=False,
    )
    return answer.headers["location"] if answer.status_code == 303 else code(answer)


def brought(stage: Stage, document: str, data: bytes, *, lang: str = "en") -> str:
    with stage.write() as tx:
        return word_import.bring(tx, stage.actor(tx, "lama"), document_id=document, lang=lang, data=data)


def read(stage: Stage) -> None:
    for id in job_ids(stage, READ_WORD):
        imports.read(id)


def found(stage: Stage, id: str) -> Intake:
    with stage.read() as tx:
        it = word_imports_store.get(tx, id)
        assert it
        return it


def text_of(stage: Stage, document: str, lang: str = "en") -> str:
    with stage.read() as tx:
        return save.read(tx, stage.actor(tx, "lama"), document_id=document, lang=lang).text


# Outsider


def test_a_stranger_brings_nothing_in(reader: Reader, worker: Stage) -> None:
    document = a_document(worker, texts={"en": TEXT})
    assert bring(reader, document, ours(TEXT, lang="en")) == "sign_in_needed"
    assert reader.get("/intakes/int_none").status_code == 401


# Wrong role


def test_who_may_not_write_brings_nothing_in_and_sees_nothing_of_it(reader: Reader, worker: Stage) -> None:
    document = a_document(worker, texts={"en": TEXT})
    id = brought(worker, document, ours(TEXT, lang="en"))
    reader.sign_in("yusuf")
    assert bring(reader, document, ours(TEXT, lang="en")) == "forbidden"
    assert reader.get(f"/intakes/{id}").status_code == 403
    assert reader.post(f"/intakes/{id}", {"text": "x"}).status_code == 403


# Not found


def test_what_is_not_there(reader: Reader, worker: Stage) -> None:
    document = a_document(worker, texts={"en": TEXT})
    reader.sign_in("lama")
    assert reader.get("/intakes/int_none").status_code == 404
    assert bring(reader, document, ours(TEXT, lang="en"), lang="ar") == "not_found"


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
def test_what_is_no_word_file_is_refused_with_its_reason(
    reader: Reader, worker: Stage, data: bytes, refusal: str
) -> None:
    document = a_document(worker, texts={"en": TEXT})
    reader.sign_in("lama")
    assert bring(reader, document, data) == refusal
    assert job_ids(worker, READ_WORD) == []


def test_a_file_from_another_site_is_not_taken(reader: Reader, worker: Stage) -> None:
    document = a_document(worker, texts={"en": TEXT})
    reader.sign_in("lama")
    assert bring(reader, document, ours(TEXT, lang="en"), origin="http://elsewhere.example") == "foreign_form"


def test_a_text_in_review_takes_no_file(reader: Reader, worker: Stage) -> None:
    document = a_document(worker, texts={"en": TEXT})
    a_version(worker, document)
    in_review(worker, document)
    reader.sign_in("lama")
    assert bring(reader, document, ours(TEXT, lang="en")) == "document_state"


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (package({"word/document.xml": b"no xml"}), "word_file_unreadable"),
        (by_hand(lambda document: document.add_paragraph("")), "word_file_empty"),
        (by_hand(lambda document: document.add_paragraph("a\u202eb")), "bidi_override"),
    ],
)
def test_nothing_comes_of_a_file_without_a_reason(reader: Reader, worker: Stage, data: bytes, refusal: str) -> None:
    document = a_document(worker, texts={"en": TEXT})
    id = brought(worker, document, data)
    read(worker)
    reader.sign_in("lama")
    assert code(reader.get(f"/intakes/{id}")) == refusal
    answer = reader.post(f"/intakes/{id}", {"text": "x"})
    assert (answer.status_code, code(answer)) == (409, "intake_ended")
    assert text_of(worker, document) == TEXT


def test_what_passes_is_tried_again(worker: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    document = a_document(worker, texts={"en": TEXT})
    id = brought(worker, document, ours(TEXT, lang="en"))

    def slow(*_: object, **__: object) -> None:
        raise RenderTimeout(detail="pandoc, 30 s")

    monkeypatch.setattr(imports, "read_word", slow)
    read(worker)
    assert found(worker, id).state == "waiting"
    assert [job_state(worker, job) for job in job_ids(worker, READ_WORD)] == ["queued"]


def test_what_others_wrote_meanwhile_is_not_run_over(reader: Reader, worker: Stage) -> None:
    document = a_document(worker, texts={"en": TEXT})
    id = brought(worker, document, ours(TEXT.replace("only", "new"), lang="en"))
    read(worker)
    a_save(worker, document, TEXT.replace("only", "other"), lang="en", by="jihan")
    reader.sign_in("lama")
    answer = reader.post(f"/intakes/{id}", fields(reader.get(f"/intakes/{id}")))
    assert answer.status_code == 409
    settled = reader.post(f"/documents/{document}/texts/en/settled", {**fields(answer, "/settled"), "choice_0": "mine"})
    assert reader.post(f"/documents/{document}/texts/en", fields(settled)).status_code == 200
    assert text_of(worker, document) == TEXT.replace("only", "new")


# Success


def test_a_file_is_brought_read_righted_and_taken(reader: Reader, worker: Stage) -> None:
    document = a_document(worker)
    reader.sign_in("lama")
    assert "A .docx file" in words(reader.get(f"/documents/{document}/texts/ar"))
    place = bring(reader, document, by_hand(of_the_street), lang="ar")
    assert "The file is being read." in words(reader.get(place))
    read(worker)
    page = reader.get(place)
    said = words(page)
    assert "1 images were left out" in said and "taken as headings" in said and "بيان" in said
    answer = reader.post(place, {"text": fields(page)["text"].replace("حرّ", "حرّ وكريم")})
    assert answer.headers["location"] == f"/documents/{document}/texts/ar"
    assert "حرّ وكريم" in text_of(worker, document, "ar")
    assert "taken over" in words(reader.get(place)) and f"/documents/{document}/texts/ar" in links(reader.get(place))
    again = reader.post(place, {"text": "x"})
    assert (again.status_code, code(again)) == (409, "intake_ended")


def test_the_file_goes_once_it_was_read_and_a_second_bell_does_nothing(worker: Stage) -> None:
    document = a_document(worker, texts={"en": TEXT})
    id = brought(worker, document, ours(TEXT, lang="en"))
    read(worker)
    with worker.read() as tx:
        assert word_imports_store.file(tx, id) is None
    read(worker)
    assert (found(worker, id).state, found(worker, id).text) == ("ready", TEXT)
