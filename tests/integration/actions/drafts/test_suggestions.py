"""Words that a draft did not take: kept, looked at, put in, set aside."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import event

from service.actions.drafts import save, suggestions
from service.domain.documents import suggestion
from service.domain.documents.suggestion import KEPT, MAX_PENDING, SET_ASIDE, TAKEN, Suggestion
from service.domain.errors import Conflict, DomainError
from service.store import record as record_store
from service.store.drafts import journal as journal_store
from tests.support.factories import (
    SampleInstance,
    create_document,
    create_suggestion,
    cut_version,
    move_to_review,
    reset_draft,
    save_text,
)

TEXT = "نصّ أوّل.\n\nونصّ ثانٍ.\n"
LATE = TEXT.replace("ثانٍ", "ثانٍ متأخّر")


def create_text(instance: SampleInstance) -> str:
    return create_document(instance, texts={"ar": TEXT})


def accept(instance: SampleInstance, document: str, id: str, *, by: str = "lama") -> Suggestion:
    with instance.write() as tx:
        return suggestions.apply_suggestion(tx, instance.actor(tx, by), document_id=document, suggestion_id=id)


def set_aside(instance: SampleInstance, document: str, id: str, *, by: str = "lama") -> Suggestion:
    with instance.write() as tx:
        return suggestions.dismiss_suggestion(tx, instance.actor(tx, by), document_id=document, suggestion_id=id)


def keep(
    instance: SampleInstance, document: str, text: str, *, by: str = "lama", why: str = "closed", seq: int = 1
) -> Suggestion:
    with instance.write() as tx:
        actor = instance.actor(tx, by)
        return suggestions.add_suggestion(
            tx, actor, document_id=document, lang="ar", text=text, why=why, position=(1, seq)
        )


def is_only_suggestion(instance: SampleInstance, document: str, words: str = "كلمات.") -> Suggestion:
    with instance.write() as tx:
        actor = instance.actor(tx, "lama")
        return suggestions.add_suggestion(tx, actor, document_id=document, lang="ar", text=words, why="restarted")


def list_suggestions(instance: SampleInstance, document: str, who: str) -> list[str]:
    with instance.read() as tx:
        return [one.id for one in suggestions.list_suggestions(tx, instance.actor(tx, who), document_id=document)]


def draft_text(instance: SampleInstance, document: str) -> str:
    with instance.read() as tx:
        return save.read(tx, instance.actor(tx, "lama"), document_id=document, lang="ar").text


def refusal_code(act: Callable[..., object], *given: object, **named: object) -> str:
    with pytest.raises(DomainError) as error:
        act(*given, **named)
    return error.value.code


# Outsider, wrong role


def test_who_may_not_see_the_draft_finds_nothing(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = create_suggestion(instance, document)
    assert refusal_code(keep, instance, document, LATE, by="reem") == "not_found"
    assert refusal_code(list_suggestions, instance, document, "reem") == "not_found"
    assert refusal_code(accept, instance, document, found.id, by="reem") == "not_found"


def test_who_only_reads_keeps_none(instance: SampleInstance) -> None:
    document = create_text(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    assert refusal_code(keep, instance, document, LATE, by="reem") == "forbidden"
    assert refusal_code(list_suggestions, instance, document, "reem") == "forbidden"


def test_it_is_shown_to_its_writer_and_to_those_who_draft(instance: SampleInstance) -> None:
    document = create_text(instance)
    its, other = (
        create_suggestion(instance, document, text, by=by).id for text, by in ((LATE, "yusuf"), ("آخر.\n", "lama"))
    )
    assert list_suggestions(instance, document, "yusuf") == [its]
    assert list_suggestions(instance, document, "huda") == []
    assert list_suggestions(instance, document, "salma") == [other, its]
    assert refusal_code(set_aside, instance, document, other, by="yusuf") == "not_found"
    assert refusal_code(accept, instance, document, its, by="yusuf") == "forbidden"


# Not found, not readable


def test_what_is_not_there(instance: SampleInstance) -> None:
    document = create_text(instance)
    elsewhere = create_suggestion(instance, create_text(instance)).id
    assert refusal_code(accept, instance, document, "sug_none") == "not_found"
    assert refusal_code(accept, instance, document, elsewhere) == "not_found"
    assert refusal_code(create_suggestion, instance, document, lang="en") == "not_found"


def test_what_cannot_be_kept(instance: SampleInstance) -> None:
    document = create_text(instance)
    assert refusal_code(keep, instance, document, LATE, why="whim") == "unknown_reason"
    assert refusal_code(keep, instance, document, "\u202e") == "bidi_override"
    assert refusal_code(keep, instance, document, LATE, seq=9) == "draft_restarted"
    assert refusal_code(keep, instance, document, TEXT) == "nothing_new"
    assert refusal_code(is_only_suggestion, instance, document, " ") == "nothing_new"


# Conflict


def test_there_is_room_for_so_many(instance: SampleInstance) -> None:
    document = create_text(instance)
    for number in range(MAX_PENDING):
        keep(instance, document, f"{TEXT}{number}\n")
    assert refusal_code(keep, instance, document, LATE) == "too_many_suggestions"
    assert keep(instance, document, LATE, by="salma").state == KEPT


def test_of_one_person_so_many_are_kept_whatever_becomes_of_them(
    instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggestion, "MAX_PER_PERSON", 2)
    document = create_text(instance)
    for number in range(2):
        set_aside(instance, document, keep(instance, document, f"{TEXT}{number}\n").id)
    assert refusal_code(keep, instance, document, LATE) == "suggestions_full"
    assert keep(instance, document, LATE, by="salma").state == KEPT


def test_it_is_decided_about_once(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = create_suggestion(instance, document)
    set_aside(instance, document, found.id)
    assert refusal_code(accept, instance, document, found.id) == "suggestion_ended"
    assert refusal_code(set_aside, instance, document, found.id) == "suggestion_ended"


def test_what_met_others_words_is_decided_by_a_person(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = keep(instance, document, LATE)
    save_text(instance, document, TEXT.replace("ثانٍ", "ثانٍ آخر"), by="jihan")
    with pytest.raises(Conflict) as error:
        accept(instance, document, found.id)
    assert error.value.code == "draft_conflict" and error.value.extra["base"] == TEXT
    assert state_after_accept(instance, document, found.id) == KEPT


def test_words_alone_are_put_in_by_hand(instance: SampleInstance) -> None:
    document = create_text(instance)
    assert refusal_code(accept, instance, document, is_only_suggestion(instance, document).id) == "words_alone"


def test_a_closed_text_takes_none_but_loses_none(instance: SampleInstance) -> None:
    document = create_text(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    found = keep(instance, document, LATE)
    assert refusal_code(accept, instance, document, found.id) == "document_state"
    assert list_suggestions(instance, document, "lama") == [found.id]


# Success


def test_it_is_put_in_beside_what_others_wrote_since_under_its_writers_name(instance: SampleInstance) -> None:
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


def test_saying_the_same_twice_keeps_it_once(instance: SampleInstance) -> None:
    document = create_text(instance)
    assert keep(instance, document, LATE).id == keep(instance, document, LATE).id
    assert is_only_suggestion(instance, document).base is None
    assert len(list_suggestions(instance, document, "lama")) == 2


def test_what_was_written_before_the_text_was_begun_anew_is_merged_all_the_same(instance: SampleInstance) -> None:
    document = create_text(instance)
    reset_draft(instance, f"{document}.ar", f"وقبله.\n\n{TEXT}")
    found = keep(instance, document, LATE)
    assert found.base == TEXT
    accept(instance, document, found.id)
    assert draft_text(instance, document) == f"وقبله.\n\n{LATE}"


def test_what_waits_stands_before_what_was_decided_the_newest_first_page_by_page(instance: SampleInstance) -> None:
    document = create_text(instance)
    ids = [keep(instance, document, f"{TEXT}{number}\n").id for number in range(6)]
    set_aside(instance, document, ids[1])
    set_aside(instance, document, ids[4])
    wanted = [ids[at] for at in (5, 3, 2, 0, 4, 1)]
    assert list_suggestions(instance, document, "salma") == wanted
    found: list[str] = []
    after = 0
    with instance.read() as tx:
        actor = instance.actor(tx, "salma")
        while page := suggestions.list_suggestions(tx, actor, document_id=document, after=after, limit=2):
            found += [one.id for one in page]
            after = page[-1].sort_key
    assert found == wanted


def test_a_list_reads_no_texts(instance: SampleInstance) -> None:
    document = create_text(instance)
    keep(instance, document, LATE)
    said: list[str] = []
    with instance.read() as tx:
        event.listen(tx.connection, "before_cursor_execute", lambda *given: said.append(given[2]))
        suggestions.list_suggestions(tx, instance.actor(tx, "lama"), document_id=document)
    asked = [one for one in said if "FROM suggestion" in one]
    assert asked and not any("suggestion.text" in one or "suggestion.base" in one for one in asked)


def test_its_writer_may_set_it_aside_and_it_stays(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = create_suggestion(instance, document, by="yusuf")
    assert set_aside(instance, document, found.id, by="yusuf").state == SET_ASIDE
    assert list_suggestions(instance, document, "salma") == [found.id]
    assert draft_text(instance, document) == TEXT


def state_after_accept(instance: SampleInstance, document: str, id: str) -> str:
    with instance.read() as tx:
        return suggestions.get_suggestion(tx, instance.actor(tx, "lama"), document_id=document, suggestion_id=id).state
