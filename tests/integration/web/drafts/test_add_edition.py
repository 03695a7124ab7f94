"""A language is added to an open document, in this order: outsider, wrong role, not found, conflict, success."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.actions.documents import documents
from service.store import record as record_store
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from tests.integration.web.conftest import Caller
from tests.integration.web.drafts.test_edit_pages import rev_of, text_of
from tests.support.factories import Stage, a_document, a_save, a_version, an_open_round, in_review
from tests.support.web_client import Reader, code, fields, links, opened, tree, words

ARABIC = {"ar": "## المادة ١\n\nنصّ أوّل.\n"}
ENGLISH = {
    "lang": "en",
    "title": "A call",
    "kind": "translation",
    "start": "pasted",
    "text": "## Article 1\n\nFirst.\n",
}


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def add(reader: Reader, document: str, **changed: str) -> Any:
    form = ENGLISH | {"rev": rev_of(reader.stage, document)} | changed
    return reader.post(f"/documents/{document}/editions", form)


def langs(stage: Stage, document: str) -> set[str]:
    with stage.read() as tx:
        found = documents_store.get(tx, document)
        assert found
        return set(found.editions)


# Outsider


def test_a_stranger_adds_nothing(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=ARABIC)
    assert reader.get(f"/documents/{document}/editions").status_code == 401
    assert add(reader, document).status_code == 401
    assert langs(stage, document) == {"ar"}


# Wrong role


def test_a_signatory_is_not_offered_it(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=ARABIC)
    reader.sign_in("yusuf")
    assert f"/documents/{document}/editions" not in links(reader.get(f"/documents/{document}"))
    assert add(reader, document).status_code == 403
    assert langs(stage, document) == {"ar"}


# Not found


def test_a_document_that_is_not_there(reader: Reader) -> None:
    reader.sign_in("lama")
    assert reader.get("/documents/doc_none/editions").status_code == 404


# Conflict


def test_a_text_that_is_there_is_not_replaced(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=ARABIC | {"en": "Old.\n"})
    reader.sign_in("lama")
    answer = add(reader, document)
    assert answer.status_code == 409 and "edition_exists" in words(answer)
    assert tree(answer).xpath("string(//textarea[@id='text'])").strip() == ENGLISH["text"].strip()
    assert text_of(stage, document) == "Old.\n"


def test_a_document_that_moved_meanwhile(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=ARABIC)
    reader.sign_in("lama")
    form = fields(reader.get(f"/documents/{document}/editions"))
    a_save(stage, document, "نصّ آخر.\n")
    answer = reader.post(f"/documents/{document}/editions", form | ENGLISH)
    assert answer.status_code == 412 and "stale_document" in words(answer)


def test_review_takes_translations_alone(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=ARABIC)
    a_version(stage, document)
    in_review(stage, document)
    reader.sign_in("lama")
    answer = add(reader, document, kind="authentic")
    assert answer.status_code == 409 and "authentic_in_review" in words(answer)
    assert add(reader, document).status_code == 303
    page = reader.get(f"/documents/{document}?lang=en")
    assert page.status_code == 200 and "This text is in no version yet." in words(page)
    assert reader.get(f"/documents/{document}/comparison?lang=en&old=1&new=1").status_code == 200


def test_a_round_waits_for_nothing_new(reader: Reader, stage: Stage) -> None:
    document, _ = an_open_round(stage)
    reader.sign_in("lama")
    answer = add(reader, document, lang="en")
    assert (answer.status_code, code(answer)) == (409, "edition_in_round")


def test_what_is_sealed_gains_no_language(api: Caller, stage: Stage) -> None:
    document = a_document(stage, texts=ARABIC)
    with stage.write() as tx:
        assert documents_store.move(tx, document, before="drafting", after="approved")
    body = {"lang": "en", "title": "A call"}
    answer = api.post(f"/documents/{document}/editions", body, by="lama")
    assert (answer.status_code, answer.json()["code"]) == (409, "text_sealed")


def test_what_is_withdrawn_gains_no_language(api: Caller, stage: Stage) -> None:
    document = a_document(stage, texts=ARABIC)
    with stage.write() as tx:
        documents.move(tx, stage.actor(tx, "salma"), document_id=document, to="withdrawn", note="Done.")
    answer = api.post(f"/documents/{document}/editions", {"lang": "en", "title": "A call"}, by="lama")
    assert (answer.status_code, answer.json()["code"]) == (409, "document_state")


# Success


def test_the_translation_follows(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=ARABIC)
    reader.sign_in("lama")
    assert f"/documents/{document}/editions" in links(reader.get(f"/documents/{document}"))
    form = fields(reader.get(f"/documents/{document}/editions"))
    answer = reader.post(f"/documents/{document}/editions", form | {"title": "A call"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/documents/{document}?lang=en")
    assert text_of(stage, document) == ARABIC["ar"], "it begins with what it translates"
    page = reader.get(f"/documents/{document}?lang=en")
    assert "Translation" in words(page) and "Add a language" not in words(page)
    with stage.read() as tx:
        assert b'"act":"edition.add"' in (record_store.rows(tx)[-1].content or b"")


def test_an_authentic_text_is_part_of_the_next_version(api: Caller, stage: Stage) -> None:
    document = a_document(stage, texts=ARABIC)
    a_version(stage, document)
    body = {"lang": "en", "title": "A call", "text": "First.\n", "authentic": True}
    answer = api.post(f"/documents/{document}/editions", body, by="lama")
    assert answer.status_code == 201 and set(answer.json()["editions"]) == {"ar", "en"}
    a_version(stage, document)
    with stage.read() as tx:
        first, second = versions_store.every(tx, document)
    assert set(first.editions) == {"ar"} and set(second.editions) == {"ar", "en"}
    assert second.authentic == ("ar", "en")
    compared = api.get(f"/documents/{document}/comparison?lang=en&old=1&new=2", by="lama")
    assert compared.status_code == 200
