"""What a version said comes back into the draft."""

import pytest

from service.actions.drafts import restore, save
from service.domain.errors import Conflict, Forbidden, Malformed, NotFound
from service.store.drafts import journal as journal_store
from tests.support.factories import Stage, a_document, a_save, a_version, in_review

FIRST, SECOND = "## المادة ١ {#one}\n\nنصّ أوّل.\n", "## المادة ١ {#one}\n\nنصّ ثانٍ، أطول.\n\nوفقرة.\n"


def a_history(stage: Stage) -> str:
    """A document whose version 1 said FIRST and whose draft says SECOND."""
    document = a_document(stage, texts={"ar": FIRST})
    a_version(stage, document)
    a_save(stage, document, SECOND)
    return document


def restored(
    stage: Stage, document: str, *, by: str = "jihan", number: int = 1, lang: str = "ar"
) -> journal_store.Head:
    with stage.write() as tx:
        return restore.restore(tx, stage.actor(tx, by), document_id=document, lang=lang, number=number)


def text_of(stage: Stage, document: str) -> str:
    with stage.read() as tx:
        return save.read(tx, stage.actor(tx, "lama"), document_id=document, lang="ar").text


def test_who_may_not_see_the_draft_finds_nothing(stage: Stage) -> None:
    document = a_history(stage)
    with pytest.raises(NotFound):
        restored(stage, document, by="reem")


def test_a_signatory_may_not_restore(stage: Stage) -> None:
    document = a_history(stage)
    with pytest.raises(Forbidden):
        restored(stage, document, by="yusuf")
    assert text_of(stage, document) == SECOND


@pytest.mark.parametrize(("number", "lang"), [(2, "ar"), (1, "en")])
def test_what_is_not_there_is_not_restored(stage: Stage, number: int, lang: str) -> None:
    document = a_history(stage)
    with pytest.raises(NotFound):
        restored(stage, document, number=number, lang=lang)


def test_in_review_nothing_is_restored(stage: Stage) -> None:
    document = a_history(stage)
    a_version(stage, document)
    in_review(stage, document)
    with pytest.raises(Conflict) as refused:
        restored(stage, document)
    assert refused.value.code == "document_state"


def test_it_comes_back_by_one_row_under_the_name_of_who_asked(stage: Stage) -> None:
    document = a_history(stage)
    head = restored(stage, document)
    assert text_of(stage, document) == FIRST
    with stage.read() as tx:
        latest = journal_store.hands(tx, f"{document}.ar", epoch=1)[0]
        assert (latest.seq, latest.origin, latest.actor) == (
            head.seq,
            "restored:1",
            stage.cast.people["jihan"].id,
        )
    assert restored(stage, document) == head
    assert text_of(stage, document) == FIRST


def put_back(stage: Stage, document: str, seq: int, *, by: str = "jihan") -> journal_store.Head:
    with stage.write() as tx:
        return restore.restore_place(tx, stage.actor(tx, by), document_id=document, lang="ar", seq=seq)


def test_any_row_comes_back_like_a_version_does(stage: Stage) -> None:
    document = a_history(stage)
    a_save(stage, document, SECOND + "\nوأخيراً.\n", by="salma")
    with pytest.raises(Forbidden):
        put_back(stage, document, 1, by="yusuf")
    with pytest.raises(Malformed) as refused:
        put_back(stage, document, 9)
    assert refused.value.code == "unknown_place"
    head = put_back(stage, document, 1)
    assert (head.seq, text_of(stage, document)) == (4, FIRST)
    assert put_back(stage, document, 1) == head
    assert put_back(stage, document, 3).seq == 5
    with stage.read() as tx:
        assert [row.origin for row in journal_store.hands(tx, f"{document}.ar", epoch=1)[:2]] == [
            "restored:@3",
            "restored:@1",
        ]
        newest = journal_store.writers(tx, f"{document}.ar", epoch=1)[0]
        assert (newest.seq, newest.actor) == (5, stage.cast.people["jihan"].id), "who put it back changed it last"


def test_a_frozen_text_takes_nothing_back(stage: Stage) -> None:
    document = a_history(stage)
    with stage.write() as tx:
        journal_store.freeze(tx, f"{document}.ar", frozen=True)
    with pytest.raises(Conflict) as refused:
        put_back(stage, document, 1)
    assert refused.value.code == "draft_frozen"
