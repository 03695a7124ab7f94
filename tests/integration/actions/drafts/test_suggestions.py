"""Words that a draft did not take: kept, looked at, put in, set aside."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import event

from service.actions.drafts import save, suggestions
from service.domain.documents import suggestion
from service.domain.documents.suggestion import KEPT, MOST_KEPT, SET_ASIDE, TAKEN, Suggestion
from service.domain.errors import Conflict, DomainError
from service.store import record as record_store
from service.store.drafts import journal as journal_store
from tests.support.factories import Stage, a_document, a_save, a_suggestion, a_version, begun_anew, in_review

TEXT = "نصّ أوّل.\n\nونصّ ثانٍ.\n"
LATE = TEXT.replace("ثانٍ", "ثانٍ متأخّر")


def a_text(stage: Stage) -> str:
    return a_document(stage, texts={"ar": TEXT})


def taken(stage: Stage, document: str, id: str, *, by: str = "lama") -> Suggestion:
    with stage.write() as tx:
        return suggestions.take(tx, stage.actor(tx, by), document_id=document, suggestion_id=id)


def aside(stage: Stage, document: str, id: str, *, by: str = "lama") -> Suggestion:
    with stage.write() as tx:
        return suggestions.set_aside(tx, stage.actor(tx, by), document_id=document, suggestion_id=id)


def kept(stage: Stage, document: str, text: str, *, by: str = "lama", why: str = "closed", seq: int = 1) -> Suggestion:
    with stage.write() as tx:
        actor = stage.actor(tx, by)
        return suggestions.keep(tx, actor, document_id=document, lang="ar", text=text, why=why, place=(1, seq))


def alone(stage: Stage, document: str, words: str = "كلمات.") -> Suggestion:
    with stage.write() as tx:
        actor = stage.actor(tx, "lama")
        return suggestions.keep(tx, actor, document_id=document, lang="ar", text=words, why="restarted")


def seen_by(stage: Stage, document: str, who: str) -> list[str]:
    with stage.read() as tx:
        return [one.id for one in suggestions.every(tx, stage.actor(tx, who), document_id=document)]


def text_of(stage: Stage, document: str) -> str:
    with stage.read() as tx:
        return save.read(tx, stage.actor(tx, "lama"), document_id=document, lang="ar").text


def refused(act: Callable[..., object], *given: object, **named: object) -> str:
    with pytest.raises(DomainError) as error:
        act(*given, **named)
    return error.value.code


# Outsider, wrong role


def test_who_may_not_see_the_draft_finds_nothing(stage: Stage) -> None:
    document = a_text(stage)
    found = a_suggestion(stage, document)
    assert refused(kept, stage, document, LATE, by="reem") == "not_found"
    assert refused(seen_by, stage, document, "reem") == "not_found"
    assert refused(taken, stage, document, found.id, by="reem") == "not_found"


def test_who_only_reads_keeps_none(stage: Stage) -> None:
    document = a_text(stage)
    a_version(stage, document)
    in_review(stage, document)
    assert refused(kept, stage, document, LATE, by="reem") == "forbidden"
    assert refused(seen_by, stage, document, "reem") == "forbidden"


def test_it_is_shown_to_its_writer_and_to_those_who_draft(stage: Stage) -> None:
    document = a_text(stage)
    its, other = (a_suggestion(stage, document, text, by=by).id for text, by in ((LATE, "yusuf"), ("آخر.\n", "lama")))
    assert seen_by(stage, document, "yusuf") == [its]
    assert seen_by(stage, document, "huda") == []
    assert seen_by(stage, document, "salma") == [other, its]
    assert refused(aside, stage, document, other, by="yusuf") == "not_found"
    assert refused(taken, stage, document, its, by="yusuf") == "forbidden"


# Not found, not readable


def test_what_is_not_there(stage: Stage) -> None:
    document = a_text(stage)
    elsewhere = a_suggestion(stage, a_text(stage)).id
    assert refused(taken, stage, document, "sug_none") == "not_found"
    assert refused(taken, stage, document, elsewhere) == "not_found"
    assert refused(a_suggestion, stage, document, lang="en") == "not_found"


def test_what_cannot_be_kept(stage: Stage) -> None:
    document = a_text(stage)
    assert refused(kept, stage, document, LATE, why="whim") == "unknown_reason"
    assert refused(kept, stage, document, "\u202e") == "bidi_override"
    assert refused(kept, stage, document, LATE, seq=9) == "draft_restarted"
    assert refused(kept, stage, document, TEXT) == "nothing_new"
    assert refused(alone, stage, document, " ") == "nothing_new"


# Conflict


def test_there_is_room_for_so_many(stage: Stage) -> None:
    document = a_text(stage)
    for number in range(MOST_KEPT):
        kept(stage, document, f"{TEXT}{number}\n")
    assert refused(kept, stage, document, LATE) == "too_many_suggestions"
    assert kept(stage, document, LATE, by="salma").state == KEPT


def test_of_one_person_so_many_are_kept_whatever_becomes_of_them(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestion, "MOST", 2)
    document = a_text(stage)
    for number in range(2):
        aside(stage, document, kept(stage, document, f"{TEXT}{number}\n").id)
    assert refused(kept, stage, document, LATE) == "suggestions_full"
    assert kept(stage, document, LATE, by="salma").state == KEPT


def test_it_is_decided_about_once(stage: Stage) -> None:
    document = a_text(stage)
    found = a_suggestion(stage, document)
    aside(stage, document, found.id)
    assert refused(taken, stage, document, found.id) == "suggestion_ended"
    assert refused(aside, stage, document, found.id) == "suggestion_ended"


def test_what_met_others_words_is_decided_by_a_person(stage: Stage) -> None:
    document = a_text(stage)
    found = kept(stage, document, LATE)
    a_save(stage, document, TEXT.replace("ثانٍ", "ثانٍ آخر"), by="jihan")
    with pytest.raises(Conflict) as error:
        taken(stage, document, found.id)
    assert error.value.code == "draft_conflict" and error.value.extra["base"] == TEXT
    assert taken_state(stage, document, found.id) == KEPT


def test_words_alone_are_put_in_by_hand(stage: Stage) -> None:
    document = a_text(stage)
    assert refused(taken, stage, document, alone(stage, document).id) == "words_alone"


def test_a_closed_text_takes_none_but_loses_none(stage: Stage) -> None:
    document = a_text(stage)
    a_version(stage, document)
    in_review(stage, document)
    found = kept(stage, document, LATE)
    assert refused(taken, stage, document, found.id) == "document_state"
    assert seen_by(stage, document, "lama") == [found.id]


# Success


def test_it_is_put_in_beside_what_others_wrote_since_under_its_writers_name(stage: Stage) -> None:
    document = a_text(stage)
    found = kept(stage, document, LATE, by="yusuf")
    a_save(stage, document, f"وقبله.\n\n{TEXT}", by="jihan")
    ended = taken(stage, document, found.id, by="salma")
    assert (ended.state, ended.ended_by) == (TAKEN, stage.cast.people["salma"].id)
    assert text_of(stage, document) == f"وقبله.\n\n{LATE}"
    with stage.read() as tx:
        row = journal_store.tail(tx, f"{document}.ar", epoch=1, after=2)[0]
        acts = [json.loads(one.content)["act"] for one in record_store.rows(tx) if one.content]
    assert (row.actor, row.origin) == (stage.cast.people["yusuf"].id, f"suggested:{found.id}")
    assert acts[-2:] == ["suggestion.keep", "suggestion.take"] or acts[-1] == "suggestion.take"


def test_saying_the_same_twice_keeps_it_once(stage: Stage) -> None:
    document = a_text(stage)
    assert kept(stage, document, LATE).id == kept(stage, document, LATE).id
    assert alone(stage, document).base is None
    assert len(seen_by(stage, document, "lama")) == 2


def test_what_was_written_before_the_text_was_begun_anew_is_merged_all_the_same(stage: Stage) -> None:
    document = a_text(stage)
    begun_anew(stage, f"{document}.ar", f"وقبله.\n\n{TEXT}")
    found = kept(stage, document, LATE)
    assert found.base == TEXT
    taken(stage, document, found.id)
    assert text_of(stage, document) == f"وقبله.\n\n{LATE}"


def test_what_waits_stands_before_what_was_decided_the_newest_first_page_by_page(stage: Stage) -> None:
    document = a_text(stage)
    ids = [kept(stage, document, f"{TEXT}{number}\n").id for number in range(6)]
    aside(stage, document, ids[1])
    aside(stage, document, ids[4])
    wanted = [ids[at] for at in (5, 3, 2, 0, 4, 1)]
    assert seen_by(stage, document, "salma") == wanted
    found: list[str] = []
    after = 0
    with stage.read() as tx:
        actor = stage.actor(tx, "salma")
        while page := suggestions.every(tx, actor, document_id=document, after=after, limit=2):
            found += [one.id for one in page]
            after = page[-1].place
    assert found == wanted


def test_a_list_reads_no_texts(stage: Stage) -> None:
    document = a_text(stage)
    kept(stage, document, LATE)
    said: list[str] = []
    with stage.read() as tx:
        event.listen(tx.connection, "before_cursor_execute", lambda *given: said.append(given[2]))
        suggestions.every(tx, stage.actor(tx, "lama"), document_id=document)
    asked = [one for one in said if "FROM suggestion" in one]
    assert asked and not any("suggestion.text" in one or "suggestion.base" in one for one in asked)


def test_its_writer_may_set_it_aside_and_it_stays(stage: Stage) -> None:
    document = a_text(stage)
    found = a_suggestion(stage, document, by="yusuf")
    assert aside(stage, document, found.id, by="yusuf").state == SET_ASIDE
    assert seen_by(stage, document, "salma") == [found.id]
    assert text_of(stage, document) == TEXT


def taken_state(stage: Stage, document: str, id: str) -> str:
    with stage.read() as tx:
        return suggestions.look(tx, stage.actor(tx, "lama"), document_id=document, suggestion_id=id).state
