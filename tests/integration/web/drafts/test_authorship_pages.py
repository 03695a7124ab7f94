"""Who wrote what, in this order: outsider, wrong role, not found, success."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.actions.documents import documents
from service.actions.drafts import authorship, replay, save
from service.store.drafts import journal as journal_store
from tests.support.factories import Stage, a_document, a_save, a_version, in_review
from tests.support.web_client import Reader, links, opened, tree, words

TEXT = "## Article 1\n\nThe first words of all.\n\nThe second paragraph.\n"


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def a_text(stage: Stage) -> str:
    """By lama; then a version; then jihan and salma changed something each."""
    document = a_document(stage, texts={"en": TEXT})
    a_version(stage, document)
    a_save(stage, document, TEXT.replace("second", "very last"), lang="en", by="jihan")
    a_save(stage, document, "By salma.\n\n" + TEXT.replace("second", "very last"), lang="en", by="salma")
    return document


def written(stage: Stage, document: str, number: int | None = None) -> list[tuple[str, str, int | None]]:
    """Words, key of the person, version."""
    with stage.read() as tx:
        actor = stage.actor(tx, "lama")
        at = authorship.place(tx, actor, document_id=document, lang="en", number=number)
        its = authorship.read(tx, at)
    keys = {person.id: key for key, person in stage.cast.people.items()} | {None: "nobody"}
    return [(its.text[one.start : one.end], keys[one.by.person], one.by.version) for one in its.passages]


def said(answer: Any) -> str:
    return " ".join(tree(answer).xpath("string(//article)").split())


# Outsider


def test_a_stranger_sees_nobody(reader: Reader, stage: Stage) -> None:
    assert reader.get(f"/documents/{a_text(stage)}/authors").status_code == 401


# Wrong role


def test_communications_see_nobody(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    in_review(stage, document)
    assert reader.sign_in("reem").get(f"/documents/{document}/authors").status_code == 403


# Not found


def test_what_is_not_there(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    reader.sign_in("lama")
    assert reader.get("/documents/doc_none/authors").status_code == 404
    assert reader.get(f"/documents/{document}/authors?version=7").status_code == 404
    assert reader.get(f"/documents/{document}/authors?lang=fr").status_code == 404
    assert reader.get(f"/documents/{document}/authors?version=x").status_code == 400


# Success


def test_every_word_is_somebodys(stage: Stage) -> None:
    document = a_text(stage)
    found = written(stage, document)
    assert found == [
        ("By salma.\n\n", "salma", None),
        ("## Article 1\n\nThe first words of all.\n\nThe ", "lama", 1),
        ("very last", "jihan", None),
        (" paragraph.\n", "lama", 1),
    ]
    assert written(stage, document, 1) == [(TEXT, "lama", 1)]


def test_the_page_names_each_hand_and_its_share(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    reader.sign_in("lama")
    assert f"/documents/{document}/authors?lang=en" in links(reader.get(f"/documents/{document}"))
    page = reader.get(f"/documents/{document}/authors")
    names = [stage.cast.people[key].names["en"] for key in ("lama", "jihan", "salma")]
    assert all(name in words(page) for name in names) and "% of the words" in words(page)
    assert f"{names[1]} wrote: " in said(page) and "very last" in said(page)
    assert "Article 1" in said(page) and "By salma." in said(page)
    older = reader.get(f"/documents/{document}/authors?version=1")
    assert names[1] not in words(older) and "second paragraph" in said(older)


def test_what_is_reviewed_is_shown_as_it_was_cut(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    a_version(stage, document)
    in_review(stage, document)
    page = reader.sign_in("lama").get(f"/documents/{document}/authors")
    assert "By salma." in said(page) and "version 2" in words(page) and "draft" not in said(page).lower()


def test_automatic_numbers_stand_there_too(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    with stage.write() as tx:
        actor = stage.actor(tx, "lama")
        documents.renumber(tx, actor, document_id=document, numbering="automatic")
    assert "Article 1" in said(reader.sign_in("lama").get(f"/documents/{document}/authors"))


def test_rows_that_were_dropped_are_nobodys(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    with stage.write() as tx:
        assert save.compact(tx, f"{document}.en")
    a_save(stage, document, "By lama.\n\n" + TEXT, lang="en")
    assert {key for _, key, _ in written(stage, document)} == {"nobody", "lama"}
    assert "Nobody knows any more" in words(reader.sign_in("lama").get(f"/documents/{document}/authors"))


def test_turns_beyond_those_that_are_told_apart_are_nobodys(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "MOST", 2)
    document = a_text(stage)
    found = written(stage, document)
    assert [key for _, key, _ in found] == ["salma", "nobody", "jihan", "nobody"]
    assert found[1][2] == 1
    with stage.read() as tx:
        head = journal_store.head(tx, f"{document}.en")
        live = save.load(tx, f"{document}.en", epoch=head.epoch).text
    assert "".join(text for text, _, _ in found) == live
