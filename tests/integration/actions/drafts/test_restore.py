"""Restoring the text of a version into the draft."""

import pytest

from service.actions.drafts import restore as restore_actions
from service.actions.drafts import save
from service.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from service.store.drafts import journal as journal_store
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review, save_text

FIRST, SECOND = "## المادة ١ {#one}\n\nنصّ أوّل.\n", "## المادة ١ {#one}\n\nنصّ ثانٍ، أطول.\n\nوفقرة.\n"


def create_history(instance: SampleInstance) -> str:
    """Create a document whose version 1 is FIRST and whose draft is SECOND."""
    document = create_document(instance, texts={"ar": FIRST})
    cut_version(instance, document)
    save_text(instance, document, SECOND)
    return document


def restore(
    instance: SampleInstance, document: str, *, by: str = "jihan", number: int = 1, lang: str = "ar"
) -> save.DraftView:
    with instance.write() as tx:
        return restore_actions.restore_version(
            tx, instance.actor(tx, by), document_id=document, lang=lang, number=number
        )


def draft_text(instance: SampleInstance, document: str) -> str:
    with instance.read() as tx:
        return save.read(tx, instance.actor(tx, "lama"), document_id=document, lang="ar").text


def test_restore_is_not_found_for_who_cannot_see_the_draft(instance: SampleInstance) -> None:
    document = create_history(instance)
    with pytest.raises(NotFound):
        restore(instance, document, by="reem")


def test_signatory_cannot_restore(instance: SampleInstance) -> None:
    document = create_history(instance)
    with pytest.raises(Forbidden):
        restore(instance, document, by="yusuf")
    assert draft_text(instance, document) == SECOND


@pytest.mark.parametrize(("number", "lang"), [(2, "ar"), (1, "en")])
def test_unknown_version_is_not_found(instance: SampleInstance, number: int, lang: str) -> None:
    document = create_history(instance)
    with pytest.raises(NotFound):
        restore(instance, document, number=number, lang=lang)


def test_restore_is_rejected_in_review(instance: SampleInstance) -> None:
    document = create_history(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    with pytest.raises(Conflict) as refused:
        restore(instance, document)
    assert refused.value.code == "document_state"


def test_restore_writes_one_row_under_the_name_of_the_actor(instance: SampleInstance) -> None:
    document = create_history(instance)
    head = restore(instance, document)
    assert draft_text(instance, document) == FIRST
    with instance.read() as tx:
        latest = journal_store.list_latest_updates(tx, f"{document}.ar", epoch=1)[0]
        assert (latest.seq, latest.origin, latest.actor) == (
            head.seq,
            "restored:1",
            instance.members.people["jihan"].id,
        )
    assert restore(instance, document) == head
    assert draft_text(instance, document) == FIRST


def restore_row(instance: SampleInstance, document: str, seq: int, *, by: str = "jihan") -> save.DraftView:
    with instance.write() as tx:
        return restore_actions.restore_position(tx, instance.actor(tx, by), document_id=document, lang="ar", seq=seq)


def test_any_row_can_be_restored_like_a_version(instance: SampleInstance) -> None:
    document = create_history(instance)
    save_text(instance, document, SECOND + "\nوأخيراً.\n", by="salma")
    with pytest.raises(Forbidden):
        restore_row(instance, document, 1, by="yusuf")
    with pytest.raises(InvalidInput) as refused:
        restore_row(instance, document, 9)
    assert refused.value.code == "unknown_place"
    head = restore_row(instance, document, 1)
    assert (head.seq, draft_text(instance, document)) == (4, FIRST)
    assert restore_row(instance, document, 1) == head
    assert restore_row(instance, document, 3).seq == 5
    with instance.read() as tx:
        assert [row.origin for row in journal_store.list_latest_updates(tx, f"{document}.ar", epoch=1)[:2]] == [
            "restored:@3",
            "restored:@1",
        ]
        newest = journal_store.list_latest_by_person(tx, f"{document}.ar", epoch=1)[0]
        assert (newest.seq, newest.actor) == (5, instance.members.people["jihan"].id), (
            "the person who restored it is the last writer"
        )


def test_frozen_text_rejects_restore(instance: SampleInstance) -> None:
    document = create_history(instance)
    with instance.write() as tx:
        journal_store.set_frozen(tx, f"{document}.ar", frozen=True)
    with pytest.raises(Conflict) as refused:
        restore_row(instance, document, 1)
    assert refused.value.code == "draft_frozen"
