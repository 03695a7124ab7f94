"""A later translation of an approved text, which changes nothing in the original."""

import pytest

from service.actions.publication import exports, publications, translations
from service.domain.errors import Conflict, DomainError, Forbidden, NotFound
from service.domain.publication.publication import Translation
from service.store import record as record_store
from service.store.publication import exports as exports_store
from service.store.publication import notices as notices_store
from service.store.publication import seals as seals_store
from service.store.publication import translations as translations_store
from tests.integration.actions.publication.test_publications import finish_exports, publish
from tests.support.factories import SampleInstance, create_document, create_sealed_document

TEXT = "## Article 1 {#one}\n\nA first text, see [](#one).\n"


def add(
    instance: SampleInstance, document: str, *, by: str = "lama", text: str = TEXT, lang: str = "en", after: int = 0
) -> Translation:
    with instance.write() as tx:
        return translations.add_translation(
            tx, instance.actor(tx, by), document_id=document, lang=lang, title="A title", text=text, after=after
        )


def test_document_is_not_found_for_who_cannot_see_it(instance: SampleInstance) -> None:
    with pytest.raises(NotFound):
        add(instance, create_document(instance), by="reem")


def test_signatory_cannot_add_translation(instance: SampleInstance) -> None:
    with pytest.raises(Forbidden):
        add(instance, create_sealed_document(instance), by="yusuf")


def test_language_is_added_to_the_document_itself_before_approval(instance: SampleInstance) -> None:
    with pytest.raises(Conflict) as refused:
        add(instance, create_document(instance))
    assert refused.value.code == "not_approved"


@pytest.mark.parametrize(
    ("lang", "text", "after", "code"),
    [
        ("ar", TEXT, 0, "edition_sealed"),
        ("xx", TEXT, 0, "unknown_language"),
        ("en", " \n", 0, "empty_text"),
        ("en", "See [](#nowhere).", 0, "broken_reference"),
        ("en", "A \U000e0041 that no face has.", 0, "unprintable_character"),
        ("en", TEXT, 1, "translation_exists"),
    ],
)
def test_invalid_translation_is_rejected_and_leaves_nothing(
    instance: SampleInstance, lang: str, text: str, after: int, code: str
) -> None:
    document = create_sealed_document(instance)
    with pytest.raises(DomainError) as refused:
        add(instance, document, lang=lang, text=text, after=after)
    assert refused.value.code == code
    with instance.read() as tx:
        assert {one.lang for _, one in exports_store.list_by_document(tx, document)} == {"ar"}


def test_translation_is_added_and_the_seal_is_unchanged(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    with instance.read() as tx:
        before = seals_store.get_by_document(tx, document)
    made = add(instance, document)
    with instance.read() as tx:
        assert seals_store.get_by_document(tx, document) == before and before is not None
        assert translations_store.list_newest(tx, before.id) == {"en": made}
        wanted = [(one.format, one.lang, one.translation) for _, one in exports_store.list_by_document(tx, document)]
        assert wanted[-2:] == [("pdf", "en", 1), ("docx", "en", 1)]
        kinds = {one.kind for _, one in notices_store.list_by_person(tx, instance.members.people["reem"].id)}
        assert "translation.added" in kinds
        last = record_store.list_leaves(tx, limit=100_000)[-1]
        assert b'"translation.add"' in (last.content or b"")


def test_correction_is_a_later_translation_and_needs_the_latest_one(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    first = add(instance, document)
    with pytest.raises(Conflict) as overtaken:
        add(instance, document, text="Another text.")
    with pytest.raises(Conflict) as same:
        add(instance, document, after=1)
    assert (overtaken.value.code, same.value.code) == ("translation_exists", "nothing_new")
    second = add(instance, document, text="A better text.", after=1)
    with instance.read() as tx:
        assert second.number == 2 and translations_store.list_newest(tx, second.seal) == {"en": second}
        assert translations_store.get(tx, seal=first.seal, lang="en", number=1) == first


def test_publication_shows_the_translation_from_its_next_revision_on(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    assert "translations" not in publish(instance, document).revisions[-1].content
    made = add(instance, document, by="reem")
    with pytest.raises(Conflict) as waiting:
        publish(instance, document)
    assert waiting.value.code == "files_not_ready"
    finish_exports(instance, document)
    revision = publish(instance, document).revisions[-1]
    assert revision.number == 2 and revision.content["translations"]["en"]["text_sha256"] == made.text_sha256
    assert sorted((one["lang"], one["format"]) for one in revision.content["files"]) == [
        (lang, format_) for lang in ("ar", "en") for format_ in ("docx", "pdf")
    ]
    with instance.write() as tx, pytest.raises(Conflict) as nothing:
        publications.publish(tx, instance.actor(tx, "reem"), document_id=document)
    assert nothing.value.code == "nothing_new"


def test_export_of_the_latest_translation_is_requested_by_language(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    add(instance, document)
    with instance.write() as tx:
        export = exports.request_export(tx, instance.actor(tx, "reem"), document_id=document, format_="pdf", lang="en")
        found = exports_store.get(tx, export)
        assert found is not None and found.translation == 1
