"""Whole-text saves: outsiders, wrong phase, conflicts, merges; nothing is lost, nothing is written partially."""

import pytest

from service.actions.documents import documents
from service.actions.drafts import planned_row
from service.actions.drafts import save as save_actions
from service.domain.errors import Conflict, Forbidden, InvalidInput, InvalidText, NotFound, TooLarge
from service.store.drafts import journal as journal_store
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review, save_text

BASE = "أوّل الكلام سطر.\n\nثانيه سطر آخر.\n\nثالثه الأخير.\n"


def save(
    instance: SampleInstance, document: str, text: str, *, seq: int, by: str = "lama", epoch: int = 1
) -> save_actions.SavedDraft:
    with instance.write() as tx:
        return save_actions.save(
            tx, instance.actor(tx, by), document_id=document, lang="ar", text=text, epoch=epoch, seq=seq
        )


def draft_text(instance: SampleInstance, document: str) -> str:
    with instance.read() as tx:
        return planned_row.load_shared_text(tx, f"{document}.ar", epoch=1).text


def journal_rows(instance: SampleInstance, document: str) -> list[journal_store.Update]:
    with instance.read() as tx:
        return list(journal_store.load_draft(tx, f"{document}.ar", epoch=1).updates)


def test_communications_cannot_see_draft_in_drafting(instance: SampleInstance) -> None:
    document = create_document(instance)
    with pytest.raises(NotFound):
        save(instance, document, BASE, seq=1, by="reem")


def test_signatory_cannot_save(instance: SampleInstance) -> None:
    document = create_document(instance)
    with pytest.raises(Forbidden):
        save(instance, document, BASE, seq=1, by="yusuf")


def test_unknown_edition_is_not_found(instance: SampleInstance) -> None:
    document = create_document(instance)
    with instance.write() as tx, pytest.raises(NotFound):
        save_actions.save(tx, instance.actor(tx, "lama"), document_id=document, lang="en", text="x", epoch=1, seq=1)


def test_save_is_rejected_in_review(instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    with pytest.raises(Conflict) as refused:
        save(instance, document, BASE, seq=1)
    assert refused.value.code == "document_state"


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("سطر\u202eمقلوب", InvalidText, "bidi_override"),
        ("سطر\x00", InvalidText, "control_character"),
        ("أ" * 1_000_001, TooLarge, "text_too_long"),
        ("> " * 30 + "عميق", TooLarge, "text_too_deep"),
    ],
)
def test_invalid_text_is_rejected_and_nothing_is_written(
    instance: SampleInstance, text: str, kind: type[Exception], code: str
) -> None:
    document = create_document(instance)
    with pytest.raises(kind) as refused:
        save(instance, document, text, seq=1)
    assert getattr(refused.value, "code", "") == code
    assert len(journal_rows(instance, document)) == 1


def test_unknown_sequence_is_rejected(instance: SampleInstance) -> None:
    document = create_document(instance)
    with pytest.raises(InvalidInput) as refused:
        save(instance, document, BASE, seq=99)
    assert refused.value.code == "unknown_place"


def test_other_epoch_is_rejected(instance: SampleInstance) -> None:
    document = create_document(instance)
    with pytest.raises(Conflict) as refused:
        save(instance, document, BASE, seq=1, epoch=2)
    assert refused.value.code == "draft_restarted"


def test_conflicting_saves_show_both_texts(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": BASE})
    save(instance, document, BASE.replace("آخر", "جديد"), seq=1, by="lama")
    theirs = BASE.replace("آخر", "مختلف")
    with pytest.raises(Conflict) as refused:
        save(instance, document, theirs, seq=1, by="jihan")
    assert refused.value.code == "draft_conflict"
    assert refused.value.extra["yours"] == theirs
    assert refused.value.extra["live"] == BASE.replace("آخر", "جديد")
    assert refused.value.extra["conflicts"]
    assert draft_text(instance, document) == BASE.replace("آخر", "جديد")


def test_changes_to_different_paragraphs_are_merged(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": BASE})
    save(instance, document, BASE.replace("أوّل", "بداية"), seq=1, by="lama")
    done = save(instance, document, BASE.replace("الأخير", "الختام"), seq=1, by="jihan")
    assert done.merged
    assert done.text == BASE.replace("أوّل", "بداية").replace("الأخير", "الختام") == draft_text(instance, document)


def test_save_is_the_smallest_edit_under_its_own_name(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": BASE})
    save(instance, document, BASE.replace("آخر", "جديد"), seq=1, by="jihan")
    seed, edit = journal_rows(instance, document)
    assert (seed.origin, edit.origin) == ("seed", "saved")
    assert edit.actor == instance.members.people["jihan"].id
    assert len(edit.data) < len(seed.data)
    assert BASE.encode()[:20] not in edit.data


def test_unchanged_text_writes_nothing(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": BASE})
    assert save(instance, document, BASE, seq=1).seq == 1
    assert len(journal_rows(instance, document)) == 1


def test_normalisation_on_entry_is_reported(instance: SampleInstance) -> None:
    document = create_document(instance)
    done = save(instance, document, "نصّ\u2067 من مكان\u2069 آخر.\n", seq=1)
    assert [(notice.code, notice.count) for notice in done.notices] == [("embeddings_removed", 2)]
    assert done.text == "نصّ من مكان آخر.\n"


def test_snapshots_are_kept_and_load_to_the_same_text(
    instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planned_row, "SNAPSHOT_INTERVAL", 3)
    document = create_document(instance, texts={"ar": BASE})
    for number in range(7):
        save_text(instance, document, BASE + f"\nسطر {number}.\n")
    with instance.read() as tx:
        stored = journal_store.load_draft(tx, f"{document}.ar", epoch=1)
        assert stored.state is not None
        assert stored.seq == 8
        assert [update.seq for update in stored.updates] == [7, 8]
        early = planned_row.load_shared_text(tx, f"{document}.ar", epoch=1, upto=2).text
    assert draft_text(instance, document) == BASE + "\nسطر 6.\n"
    assert early == BASE + "\nسطر 0.\n"


def test_compacted_journal_loads_to_the_same_text_and_continues(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": BASE})
    for number in range(3):
        save_text(instance, document, BASE + f"\nسطر {number}.\n")
    before = draft_text(instance, document)
    with instance.write() as tx:
        assert save_actions.compact(tx, f"{document}.ar") == 4
    assert draft_text(instance, document) == before
    with pytest.raises(Conflict) as refused:
        save(instance, document, BASE, seq=3)
    assert refused.value.code == "draft_restarted"
    assert save_text(instance, document, BASE).seq == 5
    assert [row.seq for row in journal_rows(instance, document)] == [5]


def test_title_with_bidi_override_is_rejected(instance: SampleInstance) -> None:
    with instance.write() as tx, pytest.raises(InvalidText):
        documents.open_document(
            tx,
            instance.actor(tx, "lama"),
            kind="statement",
            issued_by="coalition",
            authentic=["ar"],
            editions={"ar": documents.InitialText("عنوان\u202e", "نصّ")},
            front={},
        )
