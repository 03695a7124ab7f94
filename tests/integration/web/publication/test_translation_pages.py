"""The form of a translation that follows, and where it is read afterwards."""

from collections.abc import Iterator

import pytest

from tests.support.factories import Stage, a_sealed_document
from tests.support.web_client import Reader, a_publication, code, fields, opened, tree, with_files, words

TEXT = "A first text, [translated](https://example.org)."


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def form(reader: Reader, document: str, **more: str) -> dict[str, str]:
    return {**fields(reader.get(f"/documents/{document}/translations")), "title": "A title", "text": TEXT, **more}


# Outsider


def test_a_stranger_is_asked_who_they_are(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    assert reader.get(f"/documents/{document}/translations").status_code == 401


# Wrong role


def test_a_signatory_is_offered_none(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    reader.sign_in("yusuf")
    assert "/translations" not in reader.get(f"/documents/{document}").text
    assert reader.post(f"/documents/{document}/translations", {"lang": "en"}).status_code == 403


# Conflict


def test_what_was_typed_comes_back_with_what_is_to_be_mended(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    reader.sign_in("lama")
    answer = reader.post(f"/documents/{document}/translations", form(reader, document, text="See [](#nowhere)."))
    assert (answer.status_code, code(answer)) == (409, "broken_reference")
    assert fields(answer)["text"].strip() == "See [](#nowhere)." and fields(answer)["title"] == "A title"


# Success


def test_it_begins_with_a_copy_of_the_approved_text_if_one_wants(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    reader.sign_in("lama")
    assert fields(reader.get(f"/documents/{document}/translations"))["text"].strip() == ""
    assert "نصّ أوّل." in fields(reader.get(f"/documents/{document}/translations?copy=1"))["text"]


def test_a_translation_is_added_corrected_and_published_as_what_it_is(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    publication = a_publication(stage, document)
    reader.sign_in("reem")
    assert "/translations" in reader.get(f"/documents/{document}").text
    answer = reader.post(f"/documents/{document}/translations", form(reader, document))
    assert answer.status_code == 303 and answer.headers["location"] == f"/documents/{document}/files"
    page = reader.get(f"/documents/{document}?lang=en")
    assert "A first text, translated." in words(page) and "after the text was approved" in words(page)
    again = fields(reader.get(f"/documents/{document}/translations"))
    assert (again["after"], again["text"].strip()) == ("1", TEXT)
    with_files(stage, document)
    assert "A first text" not in words(reader.get(f"/p/{publication}?lang=en"))
    assert (
        reader.post(
            f"/documents/{document}/publication", fields(reader.get(f"/documents/{document}/files"))
        ).status_code
        == 303
    )
    public = reader.get(f"/p/{publication}?lang=en")
    assert "It is not what was signed" in words(public) and "A first text, translated." in words(public)
    assert len(tree(public).xpath("//section[@aria-labelledby='h-files']//a")) == 4
