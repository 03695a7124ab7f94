"""Exports of a seal, and publication."""

import pytest

from service.actions.documents import documents
from service.actions.endorsement import endorsements
from service.actions.publication import exports, publications
from service.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, TooLarge
from service.domain.publication.publication import Publication
from service.domain.publication.render_failure import RenderFailure
from service.store.documents import documents as documents_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import exports as exports_store
from service.store.publication import publications as publications_store
from tests.integration.actions.proofs.test_waivers import MEMORY, confirm, document_with_proofs, request_waiver
from tests.support.factories import (
    SECRET,
    SampleInstance,
    cast_endorsement,
    close_round,
    create_document,
    create_sealed_document,
    grant_all_mandates,
    open_round,
    prepare_endorsement,
)


def finish_exports(instance: SampleInstance, document: str, *, sha256: str = "a" * 64) -> None:
    """Finish every standard export of the document, as the worker would."""
    with instance.write() as tx:
        for _, export in exports_store.list_by_document(tx, document):
            exports.finish_export(
                tx, export.id, key=f"key of {export.format}", sha256=sha256, size=7, format_=export.format
            )


def publish(instance: SampleInstance, document: str, *, by: str = "reem") -> Publication:
    with instance.write() as tx:
        return publications.publish(tx, instance.actor(tx, by), document_id=document)


def test_secretariat_cannot_publish(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    with pytest.raises(Forbidden):
        publish(instance, document, by="salma")


def test_unpublished_document_is_not_found_for_communications(instance: SampleInstance) -> None:
    with pytest.raises(NotFound):
        publish(instance, create_document(instance))


def test_document_without_seal_has_no_exports(instance: SampleInstance) -> None:
    document = create_document(instance)
    with instance.write() as tx, pytest.raises(Conflict) as refused:
        exports.request_export(tx, instance.actor(tx, "salma"), document_id=document, format_="pdf", lang="ar")
    assert refused.value.code == "not_sealed"


def test_unknown_format_or_edition_is_rejected(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    with instance.write() as tx:
        reem = instance.actor(tx, "reem")
        with pytest.raises(InvalidInput) as malformed:
            exports.request_export(tx, reem, document_id=document, format_="rtf", lang="ar")
        with pytest.raises(NotFound) as unknown:
            exports.request_export(tx, reem, document_id=document, format_="pdf", lang="en")
    assert (malformed.value.code, unknown.value.code) == ("unknown_format", "unknown_edition")


def test_repeated_request_returns_the_same_export(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    with instance.write() as tx:
        reem = instance.actor(tx, "reem")
        ids = {exports.request_export(tx, reem, document_id=document, format_="pdf", lang="ar") for _ in range(3)}
    assert len(ids) == 1


def test_publishing_needs_ready_files(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    with pytest.raises(Conflict) as refused:
        publish(instance, document)
    assert refused.value.code == "files_not_ready"


def test_artefact_key_never_gets_other_bytes(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    with instance.write() as tx, pytest.raises(Conflict) as refused:
        export = exports_store.list_by_document(tx, document)[0][1]
        exports.finish_export(tx, export.id, key="key of pdf", sha256="b" * 64, size=7, format_="pdf")
    assert refused.value.code == "bytes_differ"


def test_failed_export_can_be_requested_again(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    with instance.write() as tx:
        before = exports_store.list_by_document(tx, document)[0][1]
        exports.fail_export(tx, before.id, failure=RenderFailure("render_refused", "why"))
    with instance.write() as tx:
        again = exports.request_export(
            tx, instance.actor(tx, "reem"), document_id=document, format_=before.format, lang=before.lang
        )
    assert again != before.id


def test_file_whose_proof_was_waived_does_not_bar_publication(instance: SampleInstance) -> None:
    grant_all_mandates(instance)
    document = document_with_proofs(instance, pdf=MEMORY)
    confirm(instance, request_waiver(instance, document))
    round_id = open_round(instance, document, rule={"kind": "sign_on", "at_least": 1})
    cast_endorsement(instance, round_id, "yusuf")
    close_round(instance, round_id)
    with instance.write() as tx:
        of = {one.format: one for _, one in exports_store.list_by_document(tx, document)}
        exports.finish_export(tx, of["docx"].id, key="k", sha256="1" * 64, size=1, format_="docx")
    with pytest.raises(Conflict, match="files_not_ready"):
        publish(instance, document)
    with instance.write() as tx:
        exports.fail_export(tx, of["pdf"].id, failure=RenderFailure("render_memory", "too much"))
    (revision,) = publish(instance, document).revisions
    assert [file["format"] for file in revision.content["files"]] == ["docx"]


def test_publication_names_seal_and_files_once(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    made = publish(instance, document)
    (revision,) = made.revisions
    assert [file["format"] for file in revision.content["files"]] == ["pdf", "docx"]
    with instance.read() as tx:
        found = documents_store.get(tx, document)
        assert found is not None and found.state == "published"
    with pytest.raises(Conflict) as refused:
        publish(instance, document)
    assert refused.value.code == "nothing_new"


def test_later_withdrawal_is_shown_by_a_new_revision_beside_the_old(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    publish(instance, document)
    with instance.read() as tx:
        (round_,) = rounds_store.list_by_document(tx, document)
        live = endorsements_store.get_live(
            tx, round_id=round_.id, organisation=instance.members.organisations["sindyan"]
        )
        assert live is not None
    challenge, code = prepare_endorsement(instance, round_.id, "yusuf", "withdraw", replaces=live.statement_sha256)
    with instance.write() as tx:
        actor = instance.actor(tx, "yusuf")
        endorsements.withdraw(tx, actor, round_id=round_.id, challenge_id=challenge, code=code, secret=SECRET)
    one, two = publish(instance, document).revisions
    assert one.content["events"] == []
    assert [event["event"] for event in two.content["events"]] == ["withdrawn"]
    assert one.seal == two.seal


def test_publication_is_withdrawn_with_a_public_note(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    publish(instance, document)
    with instance.write() as tx, pytest.raises(Conflict) as refused:
        publications.withdraw(tx, instance.actor(tx, "reem"), document_id=document, note="  ")
    assert refused.value.code == "note_needed"
    with instance.write() as tx:
        found = publications.withdraw(tx, instance.actor(tx, "reem"), document_id=document, note="خطأ في التاريخ.")
    assert (found.state, found.note, len(found.revisions)) == ("withdrawn", "خطأ في التاريخ.", 1)
    with instance.read() as tx:
        left = documents_store.get(tx, document)
        assert left is not None and (left.state, left.note) == ("withdrawn", "خطأ في التاريخ.")
    with instance.write() as tx, pytest.raises(Conflict) as again:
        publications.withdraw(tx, instance.actor(tx, "salma"), document_id=document, note="مرّة أخرى")
    assert again.value.code == "withdrawn_already"


def test_withdrawing_a_published_document_withdraws_its_publication(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    made = publish(instance, document)
    with instance.write() as tx, pytest.raises(InvalidInput) as refused:
        documents.change_state(tx, instance.actor(tx, "salma"), document_id=document, to_state="withdrawn")
    assert refused.value.code == "note_needed"
    with instance.write() as tx:
        documents.change_state(
            tx, instance.actor(tx, "salma"), document_id=document, to_state="withdrawn", note="بطلب الأعضاء"
        )
    with instance.read() as tx:
        found = publications_store.get(tx, made.id)
        assert found is not None and (found.state, found.note) == ("withdrawn", "بطلب الأعضاء")


@pytest.mark.parametrize("note", ["\u202eمقلوب", "\0", "أ" * 501])
def test_unprintable_note_is_rejected(instance: SampleInstance, note: str) -> None:
    document = create_document(instance)
    with instance.write() as tx, pytest.raises((InvalidInput, TooLarge)):
        documents.change_state(tx, instance.actor(tx, "salma"), document_id=document, to_state="withdrawn", note=note)
