"""Unsaved changes: edits a draft did not accept are kept, read, applied, set aside."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import event

from service.actions.drafts import save, unsaved_changes
from service.domain.documents import unsaved_change
from service.domain.documents.unsaved_change import KEPT, MAX_PENDING, SET_ASIDE, TAKEN, UnsavedChange
from service.domain.errors import Conflict, DomainError
from service.store import record as record_store
from service.store.drafts import journal as journal_store
from tests.support.factories import (
    SampleInstance,
    create_document,
    create_unsaved_change,
    cut_version,
    move_to_review,
    reset_draft,
    save_text,
)

TEXT = "نصّ أوّل.\n\nونصّ ثانٍ.\n"
LATE = TEXT.replace("ثانٍ", "ثانٍ متأخّر")


def create_text(instance: SampleInstance) -> str:
    return create_document(instance, texts={"ar": TEXT})


def accept(instance: SampleInstance, document: str, id: str, *, by: str = "lama") -> UnsavedChange:
    with instance.write() as tx:
        return unsaved_changes.apply_unsaved_change(tx, instance.actor(tx, by), document_id=document, change_id=id)


def set_aside(instance: SampleInstance, document: str, id: str, *, by: str = "lama") -> UnsavedChange:
    with instance.write() as tx:
        return unsaved_changes.dismiss_unsaved_change(tx, instance.actor(tx, by), document_id=document, change_id=id)


def keep(
    instance: SampleInstance, document: str, text: str, *, by: str = "lama", why: str = "closed", seq: int = 1
) -> UnsavedChange:
    with instance.write() as tx:
        actor = instance.actor(tx, by)
        return unsaved_changes.add_unsaved_change(
            tx, actor, document_id=document, lang="ar", text=text, why=why, position=(1, seq)
        )


def keep_words_only(instance: SampleInstance, document: str, words: str = "كلمات.") -> UnsavedChange:
    with instance.write() as tx:
        actor = instance.actor(tx, "lama")
        return unsaved_changes.add_unsaved_change(
            tx, actor, document_id=document, lang="ar", text=words, why="restarted"
        )


def list_unsaved_changes(instance: SampleInstance, document: str, who: str) -> list[str]:
    with instance.read() as tx:
        return [
            one.id for one in unsaved_changes.list_unsaved_changes(tx, instance.actor(tx, who), document_id=document)
        ]


def draft_text(instance: SampleInstance, document: str) -> str:
    with instance.read() as tx:
        return save.read(tx, instance.actor(tx, "lama"), document_id=document, lang="ar").text


def refusal_code(act: Callable[..., object], *given: object, **named: object) -> str:
    with pytest.raises(DomainError) as error:
        act(*given, **named)
    return error.value.code


# Outsider, wrong role


def test_unsaved_change_is_not_found_for_who_cannot_see_the_draft(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = create_unsaved_change(instance, document)
    assert refusal_code(keep, instance, document, LATE, by="reem") == "not_found"
    assert refusal_code(list_unsaved_changes, instance, document, "reem") == "not_found"
    assert refusal_code(accept, instance, document, found.id, by="reem") == "not_found"


def test_reader_cannot_create_unsaved_change(instance: SampleInstance) -> None:
    document = create_text(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    assert refusal_code(keep, instance, document, LATE, by="reem") == "forbidden"
    assert refusal_code(list_unsaved_changes, instance, document, "reem") == "forbidden"


def test_unsaved_change_is_visible_to_author_and_drafters(instance: SampleInstance) -> None:
    document = create_text(instance)
    its, other = (
        create_unsaved_change(instance, document, text, by=by).id for text, by in ((LATE, "yusuf"), ("آخر.\n", "lama"))
    )
    assert list_unsaved_changes(instance, document, "yusuf") == [its]
    assert list_unsaved_changes(instance, document, "huda") == []
    assert list_unsaved_changes(instance, document, "salma") == [other, its]
    assert refusal_code(set_aside, instance, document, other, by="yusuf") == "not_found"
    assert refusal_code(accept, instance, document, its, by="yusuf") == "forbidden"


# Not found, unreadable


def test_unknown_unsaved_change_is_not_found(instance: SampleInstance) -> None:
    document = create_text(instance)
    elsewhere = create_unsaved_change(instance, create_text(instance)).id
    assert refusal_code(accept, instance, document, "sug_none") == "not_found"
    assert refusal_code(accept, instance, document, elsewhere) == "not_found"
    assert refusal_code(create_unsaved_change, instance, document, lang="en") == "not_found"


def test_invalid_unsaved_change_is_rejected(instance: SampleInstance) -> None:
    document = create_text(instance)
    assert refusal_code(keep, instance, document, LATE, why="whim") == "unknown_reason"
    assert refusal_code(keep, instance, document, "\u202e") == "bidi_override"
    assert refusal_code(keep, instance, document, LATE, seq=9) == "draft_restarted"
    assert refusal_code(keep, instance, document, TEXT) == "nothing_new"
    assert refusal_code(keep_words_only, instance, document, " ") == "nothing_new"


# Conflict


def test_unsaved_changes_are_limited_per_text(instance: SampleInstance) -> None:
    document = create_text(instance)
    for number in range(MAX_PENDING):
        keep(instance, document, f"{TEXT}{number}\n")
    assert refusal_code(keep, instance, document, LATE) == "too_many_unsaved_changes"
    assert keep(instance, document, LATE, by="salma").state == KEPT


def test_unsaved_changes_are_limited_per_person_whatever_their_state(
    instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unsaved_change, "MAX_PER_PERSON", 2)
    document = create_text(instance)
    for number in range(2):
        set_aside(instance, document, keep(instance, document, f"{TEXT}{number}\n").id)
    assert refusal_code(keep, instance, document, LATE) == "unsaved_changes_full"
    assert keep(instance, document, LATE, by="salma").state == KEPT


def test_unsaved_change_is_decided_once(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = create_unsaved_change(instance, document)
    set_aside(instance, document, found.id)
    assert refusal_code(accept, instance, document, found.id) == "unsaved_change_ended"
    assert refusal_code(set_aside, instance, document, found.id) == "unsaved_change_ended"


def test_conflicting_unsaved_change_needs_a_decision(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = keep(instance, document, LATE)
    save_text(instance, document, TEXT.replace("ثانٍ", "ثانٍ آخر"), by="jihan")
    with pytest.raises(Conflict) as error:
        accept(instance, document, found.id)
    assert error.value.code == "draft_conflict" and error.value.extra["base"] == TEXT
    assert state_after_accept(instance, document, found.id) == KEPT


def test_unsaved_change_without_base_cannot_be_accepted(instance: SampleInstance) -> None:
    document = create_text(instance)
    assert refusal_code(accept, instance, document, keep_words_only(instance, document).id) == "words_alone"


def test_closed_text_rejects_applying_but_keeps_unsaved_changes(instance: SampleInstance) -> None:
    document = create_text(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    found = keep(instance, document, LATE)
    assert refusal_code(accept, instance, document, found.id) == "document_state"
    assert list_unsaved_changes(instance, document, "lama") == [found.id]


# Success


def test_unsaved_change_is_merged_under_the_name_of_its_author(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = keep(instance, document, LATE, by="yusuf")
    save_text(instance, document, f"وقبله.\n\n{TEXT}", by="jihan")
    ended = accept(instance, document, found.id, by="salma")
    assert (ended.state, ended.ended_by) == (TAKEN, instance.members.people["salma"].id)
    assert draft_text(instance, document) == f"وقبله.\n\n{LATE}"
    with instance.read() as tx:
        row = journal_store.list_updates(tx, f"{document}.ar", epoch=1, after=2)[0]
        acts = [json.loads(one.content)["act"] for one in record_store.list_leaves(tx) if one.content]
    assert (row.actor, row.origin) == (instance.members.people["yusuf"].id, f"suggested:{found.id}")
    assert acts[-2:] == ["suggestion.keep", "suggestion.take"] or acts[-1] == "suggestion.take"


def test_same_unsaved_change_twice_is_stored_once(instance: SampleInstance) -> None:
    document = create_text(instance)
    assert keep(instance, document, LATE).id == keep(instance, document, LATE).id
    assert keep_words_only(instance, document).base is None
    assert len(list_unsaved_changes(instance, document, "lama")) == 2


def test_unsaved_change_from_before_a_reset_is_merged(instance: SampleInstance) -> None:
    document = create_text(instance)
    reset_draft(instance, f"{document}.ar", f"وقبله.\n\n{TEXT}")
    found = keep(instance, document, LATE)
    assert found.base == TEXT
    accept(instance, document, found.id)
    assert draft_text(instance, document) == f"وقبله.\n\n{LATE}"


def test_waiting_unsaved_changes_are_listed_before_decided_newest_first_and_paged(instance: SampleInstance) -> None:
    document = create_text(instance)
    ids = [keep(instance, document, f"{TEXT}{number}\n").id for number in range(6)]
    set_aside(instance, document, ids[1])
    set_aside(instance, document, ids[4])
    wanted = [ids[at] for at in (5, 3, 2, 0, 4, 1)]
    assert list_unsaved_changes(instance, document, "salma") == wanted
    found: list[str] = []
    after = 0
    with instance.read() as tx:
        actor = instance.actor(tx, "salma")
        while page := unsaved_changes.list_unsaved_changes(tx, actor, document_id=document, after=after, limit=2):
            found += [one.id for one in page]
            after = page[-1].sort_key
    assert found == wanted


def test_list_loads_no_texts(instance: SampleInstance) -> None:
    document = create_text(instance)
    keep(instance, document, LATE)
    statements: list[str] = []
    with instance.read() as tx:
        event.listen(tx.connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        unsaved_changes.list_unsaved_changes(tx, instance.actor(tx, "lama"), document_id=document)
    queries = [one for one in statements if "FROM unsaved_change" in one]
    assert queries and not any("unsaved_change.text" in one or "unsaved_change.base" in one for one in queries)


def test_author_can_set_own_unsaved_change_aside(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = create_unsaved_change(instance, document, by="yusuf")
    assert set_aside(instance, document, found.id, by="yusuf").state == SET_ASIDE
    assert list_unsaved_changes(instance, document, "salma") == [found.id]
    assert draft_text(instance, document) == TEXT


def state_after_accept(instance: SampleInstance, document: str, id: str) -> str:
    with instance.read() as tx:
        return unsaved_changes.get_unsaved_change(
            tx, instance.actor(tx, "lama"), document_id=document, change_id=id
        ).state
