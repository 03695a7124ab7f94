"""The search finds what the reader may read, in the draft or in the newest version, and nothing else."""

from collections.abc import Collection

import pytest
from sqlalchemy import update

from service.actions.documents import search
from service.domain.documents.document import Document
from service.domain.policy import scope
from service.store.documents import workbench as workbench_store
from service.store.documents.workbench import DocumentCriteria
from service.store.membership import organisations as organisations_store
from service.store.tables import person
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review, save_text


def update_index(instance: SampleInstance) -> int:
    with instance.read() as tx:
        outdated = search.list_outdated(tx)
        entries = [search.prepare(tx, one) for one in outdated]
    with instance.write() as tx:
        for entry in entries:
            search.store(tx, entry)
    return len(entries)


def find(instance: SampleInstance, query: str, *, by: str = "lama") -> list[Document]:
    with instance.read() as tx:
        actor = instance.actor(tx, by)
        words = search.parse_query(tx, actor, query)
        assert words
        criteria = DocumentCriteria(words=words)
        found = workbench_store.list_matching(tx, scope(actor, "document.read"), criteria, limit=10)
    return [one for _, one in found]


def ids(documents: Collection[Document]) -> list[str]:
    return [one.id for one in documents]


def marked(instance: SampleInstance, query: str, *, by: str = "lama") -> list[str]:
    documents = find(instance, query, by=by)
    with instance.read() as tx:
        actor = instance.actor(tx, by)
        words = search.parse_query(tx, actor, query)
        assert words
        found = search.list_snippets(tx, actor, words, documents)
    return [one.text for snippet in found.values() for one in snippet.passages if one.found]


def arabic(text: str) -> dict[str, str]:
    return {"ar": f"## المادة ١ {{#one}}\n\n{text}\n"}


def test_reader_of_versions_finds_only_the_version(instance: SampleInstance) -> None:
    """The observer sees the document, but not what was written in its draft since."""
    document = create_document(instance, texts=arabic("كلام معلن"))
    cut_version(instance, document)
    save_text(instance, document, arabic("كلام سرّي")["ar"])
    move_to_review(instance, document)
    update_index(instance)
    assert ids(find(instance, "معلن", by="reem")) == [document]
    assert find(instance, "سري", by="reem") == [] and marked(instance, "سري", by="reem") == []
    assert ids(find(instance, "سري")) == [document] and find(instance, "معلن") == []


def test_hidden_draft_is_not_found(instance: SampleInstance) -> None:
    document = create_document(instance, texts=arabic("كلام"))
    cut_version(instance, document)
    update_index(instance)
    assert find(instance, "كلام", by="reem") == [] and ids(find(instance, "كلام")) == [document]


@pytest.mark.parametrize("query", ["الحقوق", "حُقوق", "والحق", "title", "TITLE حقوق", "أمة", "امه", "2026"])
def test_spelling_and_beginning_do_not_matter(instance: SampleInstance, query: str) -> None:
    document = create_document(instance, texts=arabic("باب الحقوق في الأمّة سنة ٢٠٢٦"))
    create_document(instance, texts=arabic("باب آخر")) if "title" not in query.casefold() else None
    update_index(instance)
    assert ids(find(instance, query)) == [document]


@pytest.mark.parametrize("query", ["' OR 1", '" OR "', "a:* | b", "NEAR(x)", "\\", "%"])
def test_query_has_no_syntax(instance: SampleInstance, query: str) -> None:
    create_document(instance, texts=arabic("كلام"))
    update_index(instance)
    with instance.read() as tx:
        words = search.parse_query(tx, instance.actor(tx, "lama"), query)
    assert words is None or find(instance, query) == []


def test_index_follows_the_draft(instance: SampleInstance) -> None:
    document = create_document(instance, texts=arabic("قديم"))
    assert update_index(instance) == 1 and update_index(instance) == 0
    save_text(instance, document, arabic("جديد")["ar"])
    assert update_index(instance) == 1
    assert find(instance, "قديم") == [] and ids(find(instance, "جديد")) == [document]
    cut_version(instance, document)
    assert update_index(instance) == 1


def test_words_found_are_marked(instance: SampleInstance) -> None:
    create_document(instance, texts=arabic("باب الحُقوق والحريات"))
    update_index(instance)
    assert marked(instance, "حقوق حر") == ["الحُقوق", "والحريات"]


def test_documents_of_an_organisation_are_found_by_its_name(instance: SampleInstance) -> None:
    document = create_document(instance)
    with instance.write() as tx:
        organisation = instance.members.organisations["sindyan"]
        person_row = person.c.id == instance.members.people["lama"].id
        tx.connection.execute(update(person).where(person_row).values(organisation=organisation))
        found = organisations_store.get(tx, organisation)
    assert found and len(found.names) == 2
    for name in found.names.values():
        assert ids(find(instance, name)) == [document]
    assert find(instance, name + " qqq") == []
