"""What everyone may read, and the act that makes it so."""

from collections.abc import Iterator

import pytest

from service.actions.publication import publications
from tests.support.factories import Stage, a_sealed_document
from tests.support.web_client import Reader, a_publication, links, opened, tree, with_files, words


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


# Wrong role


def test_only_communications_is_offered_to_publish(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    with_files(stage, document)
    reader.sign_in("salma")
    assert "/publication" not in reader.get(f"/documents/{document}").text
    answer = reader.post(f"/documents/{document}/publication")
    assert answer.status_code == 403
    assert "This is not yours to do" in words(answer)


# Conflict


def test_publishing_waits_for_the_files(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    page = reader.sign_in("reem").get(f"/documents/{document}")
    assert "You can publish as soon as the files are ready." in words(page)
    assert "2 files are still being made" in words(page)
    answer = reader.post(f"/documents/{document}/publication")
    assert answer.status_code == 409
    assert "The files are not ready yet" in words(answer)


# Success


def test_communications_publishes_and_everyone_reads(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    with_files(stage, document)
    reader.sign_in("reem")
    assert "Publish" in words(reader.get(f"/documents/{document}"))
    answer = reader.post(f"/documents/{document}/publication")
    assert answer.status_code == 303
    reader.post("/sign-out")
    page = reader.get(answer.headers["location"])
    said = words(page)
    for sentence in (
        "نصّ أوّل.",
        "Joint statement by 2 organisations",
        "(reservation 1)",
        "نتحفّظ على المادة ١.",
        "Abstained",
    ):
        assert sentence in said
    files = [link for link in links(page) if "/files/" in link]
    assert len(files) == 2
    for link in files:
        assert reader.get(link).status_code == 200


def test_a_shared_link_keeps_its_language(reader: Reader, stage: Stage) -> None:
    publication = a_publication(stage, a_sealed_document(stage))
    root = tree(reader.get(f"/p/{publication}?lang=ar"))
    assert root.get("lang") == "ar"
    assert "البصمة" in root.text_content()


def test_a_withdrawn_publication_says_so_and_gives_nothing_out(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    publication = a_publication(stage, document)
    files = [link for link in links(reader.get(f"/p/{publication}")) if "/files/" in link]
    with stage.write() as tx:
        publications.withdraw(tx, stage.actor(tx, "reem"), document_id=document, note="نُشرت <خطأً>.")
    page = reader.get(f"/p/{publication}")
    assert "نُشرت <خطأً>." in words(page) and "نصّ أوّل." not in words(page)
    assert not [link for link in links(page) if "/files/" in link]
    assert {reader.get(link).status_code for link in files} == {404}
    assert "/p/" not in reader.get("/").text
