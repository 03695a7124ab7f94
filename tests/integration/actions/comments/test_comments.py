"""Comments: outsiders first, then wrong roles, what is not there, conflicts, and what holds."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from service.actions.comments import comments
from service.actions.comments import placement as placement_actions
from service.actions.comments.placement import Placement
from service.actions.drafts import restore, save
from service.actions.membership import organisations
from service.domain.comments import comment
from service.domain.errors import Conflict, DomainError, Forbidden, NotFound
from service.store import tables as tables_store
from service.store.accounts import people as people_store
from service.store.comments import comments as comments_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.publication import notices as notices_store
from tests.support.factories import Stage, a_document, a_round, a_save, a_version, in_review, mandated

TEXT = "## المادة ١ {#one}\n\nالمواطنون جميعًا متساوون أمام القانون.\n"
WORDS = "متساوون أمام القانون"


def made(
    stage: Stage, document: str, *, by: str = "lama", words: str = WORDS, asks: Sequence[str] = (), **more: Any
) -> comment.Thread:
    """A comment on the first place where `words` stand now."""
    with stage.write() as tx:
        head = journal_store.head(tx, f"{document}.ar")
        text = save.load(tx, f"{document}.ar", epoch=1).text
        start = max(0, text.find(words))
        values: dict[str, Any] = {"start": start, "end": start + len(words), "quote": words, "seq": head.seq}
        values |= {"body": "كيف نقيس ذلك؟", "scope": "all", "lang": "ar", "epoch": head.epoch} | more
        mentions = [stage.cast.people[key].id for key in asks]
        return comments.make(tx, stage.actor(tx, by), document_id=document, mentions=mentions, **values)


def did(stage: Stage, act: Any, document: str, thread: str, *, by: str, lang: str = "ar", **more: Any) -> Any:
    with stage.write() as tx:
        name = "comment" if act is comments.take_back else "thread"
        return act(tx, stage.actor(tx, by), document_id=document, lang=lang, **{name: thread}, **more)


def seen(stage: Stage, document: str, *, by: str) -> list[Placement]:
    with stage.read() as tx:
        return list(placement_actions.read(tx, stage.actor(tx, by), document_id=document, lang="ar").placements)


def told(stage: Stage, key: str) -> list[str]:
    with stage.read() as tx:
        return [one.kind for _, one in notices_store.of_person(tx, stage.cast.people[key].id)]


def code_of(error: pytest.ExceptionInfo[DomainError]) -> str:
    return error.value.code


def test_who_may_not_read_the_draft_neither_reads_nor_comments(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    thread = made(stage, document).id
    for act in (comments.settle, comments.reopen, comments.take_back):
        with pytest.raises(NotFound):
            did(stage, act, document, thread, by="reem")
    with pytest.raises(NotFound):
        made(stage, document, by="reem")
    with pytest.raises(NotFound):
        seen(stage, document, by="reem")
    a_version(stage, document)
    in_review(stage, document)
    with pytest.raises(Forbidden):
        seen(stage, document, by="reem")


def test_an_auditor_reads_and_says_nothing(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    thread = made(stage, document).id
    with stage.write() as tx:
        people_store.grant(tx, person_id=stage.cast.people["reem"].id, role="auditor", document="", by=None)
    assert [one.thread.id for one in seen(stage, document, by="reem")] == [thread]
    with pytest.raises(Forbidden):
        made(stage, document, by="reem")
    with pytest.raises(Forbidden):
        did(stage, comments.reply, document, thread, by="reem", body="لا")


def test_what_is_said_within_an_organisation_is_not_there_for_others(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    own = made(stage, document, scope="organisation")
    assert own.organisation == stage.cast.organisations["sindyan"]
    for who in ("jihan", "salma"):
        assert seen(stage, document, by=who) == []
        with stage.read() as tx:
            organisation = stage.actor(tx, who).organisation
            assert comments_store.open_counts(tx, document, organisation=organisation) == {}
    for act, more in (
        (comments.reply, {"body": "لا"}),
        (comments.settle, {}),
        (comments.reopen, {}),
        (comments.take_back, {}),
    ):
        with pytest.raises(NotFound):
            did(stage, act, document, own.id, by="salma", **more)
    assert [one.thread.id for one in seen(stage, document, by="yusuf")] == [own.id]
    with stage.read() as tx:
        assert comments_store.open_counts(tx, document, organisation=own.organisation) == {"ar": 1}


def test_only_who_could_see_it_is_asked(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    for asks, more in ((["reem"], {}), (["jihan"], {"scope": "organisation"})):
        with pytest.raises(DomainError) as refused:
            made(stage, document, asks=asks, **more)
        assert code_of(refused) == "not_a_reader"
    made(stage, document, asks=["yusuf", "lama"], scope="organisation")
    assert told(stage, "yusuf") == ["comment.mention"]
    assert told(stage, "jihan") == told(stage, "lama") == []


def test_a_signatory_settles_what_they_began_and_nothing_else(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    theirs = made(stage, document).id
    with pytest.raises(Forbidden):
        did(stage, comments.settle, document, theirs, by="yusuf")
    own = made(stage, document, by="yusuf").id
    assert did(stage, comments.settle, document, own, by="yusuf").state == "settled"
    with pytest.raises(Forbidden):
        did(stage, comments.take_back, document, theirs, by="yusuf")


def test_what_is_not_there(stage: Stage) -> None:
    document, other = a_document(stage, texts={"ar": TEXT}), a_document(stage, texts={"ar": TEXT, "en": "Text.\n"})
    thread = made(stage, document).id
    for where, lang, which in ((other, "ar", thread), (other, "en", thread), (document, "ar", "cmt_none")):
        with pytest.raises(NotFound):
            did(stage, comments.reply, where, which, by="lama", lang=lang, body="لا")
    with pytest.raises(NotFound):
        made(stage, document, lang="fr")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"body": " \n "}, "empty_comment"),
        ({"body": "ا" * (comment.LONGEST + 1)}, "comment_too_long"),
        ({"body": "a\u202eb"}, "bidi_override"),
        ({"scope": "nobody"}, "unknown_scope"),
        ({"words": ""}, "empty_passage"),
        ({"words": "\n\n"}, "empty_passage"),
        ({"quote": "كلام آخر"}, "passage_moved"),
        ({"end": 900}, "passage_moved"),
        ({"end": 9000}, "passage_too_long"),
        ({"seq": 9}, "unknown_place"),
        ({"epoch": 2}, "draft_restarted"),
    ],
)
def test_what_cannot_be_a_comment(stage: Stage, values: dict[str, Any], code: str) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    with pytest.raises(DomainError) as refused:
        made(stage, document, **values)
    assert code_of(refused) == code
    assert seen(stage, document, by="lama") == []


def test_without_an_organisation_there_is_none_to_speak_to(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    with pytest.raises(Conflict) as refused:
        made(stage, document, by="salma", scope="organisation")
    assert code_of(refused) == "no_organisation"


def test_there_is_an_end_to_comments(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    thread = made(stage, document).id
    monkeypatch.setattr(comment, "MOST", 1)
    with pytest.raises(Conflict) as refused:
        did(stage, comments.reply, document, thread, by="jihan", body="لا")
    assert code_of(refused) == "too_many_comments"


def test_an_organisation_that_has_said_all_it_may_ends_nobody_elses_talk(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    monkeypatch.setattr(comment, "MOST", 1)
    own = made(stage, document, by="yusuf", scope="organisation").id
    with pytest.raises(Conflict) as refused:
        did(stage, comments.reply, document, own, by="lama", body="لا")
    assert code_of(refused) == "too_many_within"
    assert made(stage, document, by="jihan").organisation is None
    assert made(stage, document, by="jihan", scope="organisation").organisation != own


def test_one_person_says_so_much(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    monkeypatch.setattr(comment, "MOST_OF_ONE", 2)
    thread = made(stage, document, by="yusuf").id
    made(stage, document, by="yusuf", scope="organisation")
    with pytest.raises(Conflict) as refused:
        did(stage, comments.reply, document, thread, by="yusuf", body="لا")
    assert code_of(refused) == "too_many_of_yours"
    did(stage, comments.reply, document, thread, by="jihan", body="نعم")


def test_what_cannot_be_answered_any_more_hides_nothing_that_can(stage: Stage) -> None:
    mandated(stage)
    document, closed = (a_document(stage, texts={"ar": TEXT}) for _ in range(2))
    thread = made(stage, document, asks=["yusuf"]).id
    made(stage, closed, asks=["yusuf"])
    a_version(stage, closed)
    in_review(stage, closed)
    a_round(stage, closed)
    with stage.read() as tx:
        asked = comments_store.unanswered(tx, stage.cast.people["yusuf"].id, organisation=None, limit=1)
    assert [one.id for one in asked] == [thread]


def test_settled_reopened_and_never_twice(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    thread = made(stage, document).id
    with pytest.raises(Conflict) as refused:
        did(stage, comments.reopen, document, thread, by="lama")
    assert code_of(refused) == "comment_open"
    settled = did(stage, comments.settle, document, thread, by="salma")
    assert (settled.state, settled.settled_by) == ("settled", stage.cast.people["salma"].id)
    for act, more in ((comments.settle, {}), (comments.reply, {"body": "لا"}), (comments.take_back, {})):
        with pytest.raises(Conflict) as refused:
            did(stage, act, document, thread, by="lama", **more)
        assert code_of(refused) == "comment_settled"
    again = did(stage, comments.reopen, document, thread, by="jihan")
    assert (again.state, again.settled_by, again.rev) == ("open", None, settled.rev + 1)


def test_ones_own_is_taken_back_until_somebody_answers(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    thread = made(stage, document, asks=["jihan"]).id
    answer = did(stage, comments.reply, document, thread, by="jihan", body="بالأرقام").comments[-1].id
    with pytest.raises(Conflict) as refused:
        did(stage, comments.take_back, document, thread, by="lama")
    assert code_of(refused) == "comment_answered"
    did(stage, comments.take_back, document, answer, by="jihan")
    did(stage, comments.take_back, document, thread, by="lama")
    assert seen(stage, document, by="lama") == []
    with stage.read() as tx:
        for table in (tables_store.comment, tables_store.comment_mention):
            assert tx.connection.execute(select(table)).all() == []
    with pytest.raises(NotFound):
        did(stage, comments.reply, document, thread, by="lama", body="لا")


def test_in_review_they_go_on_in_a_round_they_are_only_settled(stage: Stage) -> None:
    mandated(stage)
    document = a_document(stage, texts={"ar": TEXT})
    a_version(stage, document)
    in_review(stage, document)
    thread = made(stage, document, by="yusuf").id
    a_round(stage, document)
    with pytest.raises(Conflict) as refused:
        did(stage, comments.reply, document, thread, by="lama", body="لا")
    assert code_of(refused) == "document_state"
    assert did(stage, comments.settle, document, thread, by="lama").state == "settled"
    with pytest.raises(Conflict):
        did(stage, comments.reopen, document, thread, by="lama")


def test_whoever_has_not_read_the_last_notice_is_told_no_more(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    thread = made(stage, document, asks=["yusuf"]).id
    did(stage, comments.reply, document, thread, by="jihan", body="جواب", mentions=[stage.cast.people["yusuf"].id])
    assert (told(stage, "yusuf"), told(stage, "lama")) == (["comment.mention"], ["comment.reply"])
    did(stage, comments.reply, document, thread, by="salma", body="آخر")
    assert (told(stage, "lama"), told(stage, "jihan")) == (["comment.reply"], ["comment.reply"])
    with stage.write() as tx:
        notices_store.mark_read(tx, stage.cast.people["lama"].id, ids=None)
    did(stage, comments.reply, document, thread, by="salma", body="ثالث")
    assert told(stage, "lama") == ["comment.reply"] * 2
    with stage.read() as tx:
        asked = {
            key: comments_store.unanswered(tx, stage.cast.people[key].id, organisation=None, limit=5)
            for key in ("yusuf", "lama")
        }
    assert ([one.id for one in asked["yusuf"]], asked["lama"]) == ([thread], [])
    did(stage, comments.reply, document, thread, by="yusuf", body="أجبت")
    with stage.read() as tx:
        assert comments_store.unanswered(tx, stage.cast.people["yusuf"].id, organisation=None, limit=5) == []


def test_who_left_is_neither_told_nor_shown_and_their_words_stay(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    thread = made(stage, document, by="yusuf").id
    own = made(stage, document, by="yusuf", scope="organisation").id
    with stage.write() as tx:
        organisations.leave(tx, stage.actor(tx, "salma"), organisation=stage.cast.organisations["sindyan"])
    did(stage, comments.reply, document, thread, by="jihan", body="أين أنتم؟")
    assert told(stage, "yusuf") == ["organisation.left"]
    assert [one.thread.id for one in seen(stage, document, by="jihan")] == [thread]
    with pytest.raises((NotFound, Forbidden)):
        seen(stage, document, by="yusuf")
    with pytest.raises(NotFound):
        did(stage, comments.settle, document, own, by="salma")


def test_a_comment_stays_with_its_passage_through_saves_restoring_and_compaction(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    kept, gone = made(stage, document).id, made(stage, document, words="المواطنون جميعًا").id
    a_version(stage, document)
    a_save(stage, document, "مقدّمة جديدة.\n\n" + TEXT.replace("المواطنون جميعًا ", "").replace("أمام", "حقًّا أمام"))
    text, found = _texts(stage, document)
    assert found == {kept: ("partial", "متساوون حقًّا أمام القانون"), gone: ("orphaned", "")}
    with stage.write() as tx:
        save.compact(tx, f"{document}.ar")
    assert _texts(stage, document) == (text, found)
    with stage.write() as tx:
        restore.restore(tx, stage.actor(tx, "lama"), document_id=document, lang="ar", number=1)
    assert _texts(stage, document)[1] == {kept: ("kept", WORDS), gone: ("orphaned", "")}


def _texts(stage: Stage, document: str) -> tuple[str, dict[str, tuple[str, str]]]:
    with stage.read() as tx:
        found = placement_actions.read(tx, stage.actor(tx, "lama"), document_id=document, lang="ar")
    its: dict[str, tuple[str, str]] = {
        one.thread.id: (one.fate, found.text[one.stand.start : one.stand.end]) for one in found.placements
    }
    return found.text, its


def test_a_comment_may_be_made_on_what_has_moved_on_since(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    a_save(stage, document, "قبلها.\n\n" + TEXT)
    start = TEXT.index(WORDS)
    thread = made(stage, document, seq=1, start=start, end=start + len(WORDS))
    (placement,) = seen(stage, document, by="lama")
    assert placement.thread == thread
    assert (placement.fate, placement.stand.start) == ("kept", start + len("قبلها.\n\n"))


def test_a_version_keeps_where_they_stood(stage: Stage) -> None:
    document = a_document(stage, texts={"ar": TEXT})
    first, own = made(stage, document), made(stage, document, scope="organisation", words="المادة")
    did(stage, comments.settle, document, made(stage, document).id, by="lama")
    a_version(stage, document)
    a_save(stage, document, "غيره.\n")
    with stage.read() as tx:
        version = versions_store.numbered(tx, document, 1)
        assert version
        everyone = comments_store.placed(tx, version.id, lang="ar", organisation=None)
        theirs = comments_store.placed(tx, version.id, lang="ar", organisation=own.organisation)
    start = TEXT.index(WORDS)
    assert [(thread.id, at.start, at.end, at.fate) for thread, at in everyone] == [
        (first.id, start, start + len(WORDS), "kept")
    ]
    assert [thread.id for thread, _ in theirs] == [own.id, first.id]
