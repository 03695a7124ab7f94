"""Whole-text saves: outsiders, wrong phase, conflicts, merges; nothing is lost, nothing is written by halves."""

import pytest

from service.actions.documents import documents
from service.actions.drafts import save
from service.domain.errors import Conflict, Forbidden, Malformed, NotFound, TextRefused, TooLarge
from service.store.drafts import journal as journal_store
from tests.support.factories import Stage, a_document, a_save, a_version, in_review

BASE = "أوّل الكلام سطر.\n\nثانيه سطر آخر.\n\nثالثه الأخير.\n"


def saved(stage: Stage, document: str, text: str, *, seq: int, by: str = "lama", epoch: int = 1) -> save.Saved:
    with stage.write() as tx:
        return save.save(tx, stage.actor(tx, by), document_id=document, lang="ar", text=text, epoch=epoch, seq=seq)


def text_of(stage: Stage, document: str) -> str:
    with stage.read() as tx:
        return save.load(tx, f"{document}.ar", epoch=1).text


def rows_of(stage: Stage, document: str) -> list[journal_store.Update]:
    with stage.read() as tx:
        return list(journal_store.load(tx, f"{document}.ar", epoch=1).updates)


def test_communications_do_not_see_a_draft_in_drafting(stage: Stage) -> None:
    document = a_document(stage)
    with pytest.raises(NotFound):
        saved(stage, document, BASE, seq=1, by="reem")


def test_a_signatory_may_not_save(stage: Stage) -> None:
    document = a_document(stage)
    with pytest.raises(Forbidden):
        saved(stage, document, BASE, seq=1, by="yusuf")


def test_an_unknown_edition_is_not_found(stage: Stage) -> None:
    document = a_document(stage)
    with stage.write() as tx, pytest.raises(NotFound):
        save.save(tx, stage.actor(tx, "lama"), document_id=document, lang="en", text="x", epoch=1, seq=1)


def test_in_review_nothing_is_saved(stage: Stage) -> None:
    document = a_document(stage)
    a_version(stage, document)
    in_review(stage, document)
    with pytest.raises(Conflict) as refused:
        saved(stage, document, BASE, seq=1)
    assert refused.value.code == "document_state"


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("سطر\u202eمقلوب", TextRefused, "bidi_override"),
        ("سطر\x00", TextRefused, "control_character"),
        ("أ" * 1_000_001, TooLarge, "text_too_long"),
        ("> " * 30 + "عميق", TooLarge, "text_too_deep"),
    ],
)
def test_bad_text_is_refused_and_nothing_is_written(stage: Stage, text: str, kind: type[Exception], code: str) -> None:
    document = a_document(stage)
    with pytest.raises(kind) as refused:
        saved(stage, document, text, seq=1)
    assert getattr(refused.value, "code", "") == code
    assert len(rows_of(stage, document)) == 1


def test_a_place_that_never_was_is_refused(stage: Stage) -> None:
    document = a_document(stage)
    with pytest.raises(Malformed) as refused:
        saved(stage, document, BASE, seq=99)
    assert refused.value.code == "unknown_place"


def test_another_epoch_is_refused(stage: Stage) -> None:
    document = a_document(stage)
    with pytest.raises(Conflict) as refused:
        saved(stage, document, BASE, seq=1, epoch=2)
    assert refused.value.code == "draft_restarted"


def test_two_who_change_the_same_words_are_both_shown(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": BASE})
    saved(stage, document, BASE.replace("آخر", "جديد"), seq=1, by="lama")
    theirs = BASE.replace("آخر", "مختلف")
    with pytest.raises(Conflict) as refused:
        saved(stage, document, theirs, seq=1, by="jihan")
    assert refused.value.code == "draft_conflict"
    assert refused.value.extra["yours"] == theirs
    assert refused.value.extra["live"] == BASE.replace("آخر", "جديد")
    assert refused.value.extra["conflicts"]
    assert text_of(stage, document) == BASE.replace("آخر", "جديد")


def test_two_who_change_different_paragraphs_are_merged(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": BASE})
    saved(stage, document, BASE.replace("أوّل", "بداية"), seq=1, by="lama")
    done = saved(stage, document, BASE.replace("الأخير", "الختام"), seq=1, by="jihan")
    assert done.merged
    assert done.text == BASE.replace("أوّل", "بداية").replace("الأخير", "الختام") == text_of(stage, document)


def test_a_save_is_the_smallest_edit_under_its_own_name(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": BASE})
    saved(stage, document, BASE.replace("آخر", "جديد"), seq=1, by="jihan")
    seed, edit = rows_of(stage, document)
    assert (seed.origin, edit.origin) == ("seed", "saved")
    assert edit.actor == stage.cast.people["jihan"].id
    assert len(edit.data) < len(seed.data)
    assert BASE.encode()[:20] not in edit.data


def test_saving_what_is_there_writes_nothing(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": BASE})
    assert saved(stage, document, BASE, seq=1).seq == 1
    assert len(rows_of(stage, document)) == 1


def test_what_was_changed_on_entry_is_said(stage: Stage) -> None:
    document = a_document(stage)
    done = saved(stage, document, "نصّ\u2067 من مكان\u2069 آخر.\n", seq=1)
    assert [(notice.code, notice.count) for notice in done.notices] == [("embeddings_removed", 2)]
    assert done.text == "نصّ من مكان آخر.\n"


def test_snapshots_are_kept_and_load_to_the_same_text(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(save, "SNAPSHOT_EVERY", 3)
    document = a_document(stage, texts={"ar": BASE})
    for number in range(7):
        a_save(stage, document, BASE + f"\nسطر {number}.\n")
    with stage.read() as tx:
        stored = journal_store.load(tx, f"{document}.ar", epoch=1)
        assert stored.state is not None
        assert stored.seq == 8
        assert [update.seq for update in stored.updates] == [7, 8]
        early = save.load(tx, f"{document}.ar", epoch=1, upto=2).text
    assert text_of(stage, document) == BASE + "\nسطر 6.\n"
    assert early == BASE + "\nسطر 0.\n"


def test_a_compacted_journal_loads_to_the_same_text_and_goes_on(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": BASE})
    for number in range(3):
        a_save(stage, document, BASE + f"\nسطر {number}.\n")
    before = text_of(stage, document)
    with stage.write() as tx:
        assert save.compact(tx, f"{document}.ar") == 4
    assert text_of(stage, document) == before
    with pytest.raises(Conflict) as refused:
        saved(stage, document, BASE, seq=3)
    assert refused.value.code == "draft_restarted"
    assert a_save(stage, document, BASE).seq == 5
    assert [row.seq for row in rows_of(stage, document)] == [5]


def test_a_title_with_an_override_is_refused(stage: Stage) -> None:
    with stage.write() as tx, pytest.raises(TextRefused):
        documents.open_document(
            tx,
            stage.actor(tx, "lama"),
            kind="statement",
            issued_by="coalition",
            authentic=["ar"],
            editions={"ar": documents.First("عنوان\u202e", "نصّ")},
            front={},
        )
