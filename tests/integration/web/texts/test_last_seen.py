"""What changed since one last looked: on the first page, the document, a version, the round, before signing."""

from collections.abc import Iterator

import pytest

from service.actions.drafts import last_seen
from service.actions.membership import offboarding
from service.domain.documents.last_seen import Look
from service.domain.errors import NotFound
from service.store.drafts import last_seen as last_seen_store
from tests.support.factories import Stage, a_document, a_round, a_save, a_version, in_review, mandated
from tests.support.web_client import Reader, links, opened, words

NEW = "Version 2 is new since you last looked."
SINCE = "What changed since you last looked, at version 1"


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def seen(stage: Stage, key: str, document: str) -> Look | None:
    with stage.read() as tx:
        return last_seen_store.get(tx, person=stage.cast.people[key].id, document=document)


def written_on(stage: Stage, document: str) -> None:
    a_save(stage, document, "## المادة ١ {#one}\n\nنصّ ثانٍ غير الأوّل.\n")
    a_version(stage, document)


def test_what_a_stranger_asks_for_is_not_noted(reader: Reader, stage: Stage) -> None:
    document = a_document(stage)
    a_version(stage, document)
    reader.get(f"/documents/{document}/versions/1")
    with stage.read() as tx:
        assert not last_seen_store.of_documents(tx, person=stage.cast.people["lama"].id, documents=[document])


def test_what_one_cannot_see_or_what_is_not_there_is_not_noted(stage: Stage) -> None:
    document = a_document(stage)
    with stage.write() as tx:
        with pytest.raises(NotFound):
            last_seen.look(tx, stage.actor(tx, "reem"), document_id=document, version=1)
        last_seen.look(tx, stage.actor(tx, "lama"), document_id=document, version=1)
    a_version(stage, document)
    with stage.write() as tx:
        last_seen.look(tx, stage.actor(tx, "lama"), document_id=document, version=2)
    assert seen(stage, "lama", document) is None


def test_a_new_version_is_told_where_one_looks_and_to_nobody_else(reader: Reader, stage: Stage) -> None:
    document = a_document(stage)
    a_version(stage, document)
    page = f"/documents/{document}"
    reader.sign_in("huda")
    assert NEW not in words(reader.get(page))
    written_on(stage, document)
    assert SINCE in words(reader.get("/"))
    assert f"{page}/comparison?old=1&new=2" in links(reader.get("/"))
    for _ in range(2):
        first = reader.get(page)
        assert NEW in words(first) and any(f"{page}/comparison?" in one and "old=1" in one for one in links(first))
    look = seen(stage, "huda", document)
    assert look and (look.version, look.before) == (2, 1)
    reader.sign_in("nabil")
    assert SINCE not in words(reader.get("/")) and NEW not in words(reader.get(page))


def test_an_older_version_takes_nothing_back_and_a_comparison_counts(reader: Reader, stage: Stage) -> None:
    document = a_document(stage)
    a_version(stage, document)
    reader.sign_in("huda").get(f"/documents/{document}/versions/1")
    written_on(stage, document)
    assert NEW in words(reader.get(f"/documents/{document}/versions/2"))
    again = seen(stage, "huda", document)
    assert NEW not in words(reader.get(f"/documents/{document}/versions/1"))
    assert seen(stage, "huda", document) == again
    a_save(stage, document, "## المادة ١ {#one}\n\nنصّ ثالث.\n")
    a_version(stage, document)
    reader.get(f"/documents/{document}/comparison?old=1&new=3")
    assert (look := seen(stage, "huda", document)) and look.version == 3


def test_the_round_and_the_page_of_signing_compare_with_what_one_saw(reader: Reader, stage: Stage) -> None:
    mandated(stage)
    document = a_document(stage)
    a_version(stage, document)
    reader.sign_in("yusuf").get(f"/documents/{document}")
    written_on(stage, document)
    a_save(stage, document, "## المادة ١ {#one}\n\nنصّ ثالث.\n")
    a_version(stage, document)
    in_review(stage, document)
    round_id = a_round(stage, document, version=3)
    assert SINCE in words(reader.get(f"/rounds/{round_id}"))
    said = words(reader.get(f"/rounds/{round_id}/sign"))
    assert "What changed since version 1" in said and "You last looked at version 1." in said
    assert "What changed since version 2" in words(reader.sign_in("huda").get(f"/rounds/{round_id}/sign"))


def test_what_a_person_read_is_forgotten_when_they_leave(reader: Reader, stage: Stage) -> None:
    document = a_document(stage)
    a_version(stage, document)
    reader.sign_in("huda").get(f"/documents/{document}")
    assert seen(stage, "huda", document)
    with stage.write() as tx:
        offboarding.close_person(tx, stage.actor(tx, "salma"), person=stage.cast.people["huda"].id)
    assert seen(stage, "huda", document) is None
