"""Comments: outsiders first, then wrong roles, not found, conflicts, and success."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from service.actions.comments import comments
from service.actions.comments import placement as placement_actions
from service.actions.comments.placement import LocatedThread
from service.actions.drafts import planned_row, restore, save
from service.actions.membership import organisations
from service.domain.comments import comment
from service.domain.errors import Conflict, DomainError, Forbidden, NotFound
from service.store import tables as tables_store
from service.store.accounts import people as people_store
from service.store.comments import comments as comments_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.publication import notices as notices_store
from tests.support.factories import (
    SampleInstance,
    create_document,
    cut_version,
    grant_all_mandates,
    move_to_review,
    open_round,
    save_text,
)

TEXT = "## المادة ١ {#one}\n\nالمواطنون جميعًا متساوون أمام القانون.\n"
WORDS = "متساوون أمام القانون"


def create_comment(
    instance: SampleInstance,
    document: str,
    *,
    by: str = "lama",
    words: str = WORDS,
    mentioned: Sequence[str] = (),
    **more: Any,
) -> comment.Thread:
    """Create a comment on the first occurrence of `words` in the draft."""
    with instance.write() as tx:
        head = journal_store.get_head(tx, f"{document}.ar")
        text = planned_row.load_shared_text(tx, f"{document}.ar", epoch=1).text
        start = max(0, text.find(words))
        values: dict[str, Any] = {"start": start, "end": start + len(words), "quote": words, "seq": head.seq}
        values |= {"body": "كيف نقيس ذلك؟", "scope": "all", "lang": "ar", "epoch": head.epoch} | more
        mentions = [instance.members.people[key].id for key in mentioned]
        return comments.open_thread(tx, instance.actor(tx, by), document_id=document, mentions=mentions, **values)


def act_on_comment(
    instance: SampleInstance, action: Any, document: str, thread: str, *, by: str, lang: str = "ar", **more: Any
) -> Any:
    with instance.write() as tx:
        name = "comment" if action is comments.withdraw else "thread"
        return action(tx, instance.actor(tx, by), document_id=document, lang=lang, **{name: thread}, **more)


def list_placements(instance: SampleInstance, document: str, *, by: str) -> list[LocatedThread]:
    with instance.read() as tx:
        return list(placement_actions.list_threads(tx, instance.actor(tx, by), document_id=document, lang="ar").threads)


def notice_kinds(instance: SampleInstance, key: str) -> list[str]:
    with instance.read() as tx:
        return [one.kind for _, one in notices_store.list_by_person(tx, instance.members.people[key].id)]


def error_code(error: pytest.ExceptionInfo[DomainError]) -> str:
    return error.value.code


def test_reader_without_draft_access_can_neither_read_nor_comment(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    thread = create_comment(instance, document).id
    for act in (comments.resolve, comments.reopen, comments.withdraw):
        with pytest.raises(NotFound):
            act_on_comment(instance, act, document, thread, by="reem")
    with pytest.raises(NotFound):
        create_comment(instance, document, by="reem")
    with pytest.raises(NotFound):
        list_placements(instance, document, by="reem")
    cut_version(instance, document)
    move_to_review(instance, document)
    with pytest.raises(Forbidden):
        list_placements(instance, document, by="reem")


def test_auditor_reads_but_cannot_comment(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    thread = create_comment(instance, document).id
    with instance.write() as tx:
        people_store.grant_role(tx, person_id=instance.members.people["reem"].id, role="auditor", document="", by=None)
    assert [one.thread.id for one in list_placements(instance, document, by="reem")] == [thread]
    with pytest.raises(Forbidden):
        create_comment(instance, document, by="reem")
    with pytest.raises(Forbidden):
        act_on_comment(instance, comments.reply, document, thread, by="reem", body="لا")


def test_organisation_comments_are_hidden_from_others(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    own = create_comment(instance, document, scope="organisation")
    assert own.organisation == instance.members.organisations["sindyan"]
    for who in ("jihan", "salma"):
        assert list_placements(instance, document, by=who) == []
        with instance.read() as tx:
            organisation = instance.actor(tx, who).organisation
            assert comments_store.count_open_threads(tx, document, organisation=organisation) == {}
    for act, more in (
        (comments.reply, {"body": "لا"}),
        (comments.resolve, {}),
        (comments.reopen, {}),
        (comments.withdraw, {}),
    ):
        with pytest.raises(NotFound):
            act_on_comment(instance, act, document, own.id, by="salma", **more)
    assert [one.thread.id for one in list_placements(instance, document, by="yusuf")] == [own.id]
    with instance.read() as tx:
        assert comments_store.count_open_threads(tx, document, organisation=own.organisation) == {"ar": 1}


def test_mentioned_person_must_be_able_to_see_the_comment(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    for asks, more in ((["reem"], {}), (["jihan"], {"scope": "organisation"})):
        with pytest.raises(DomainError) as refused:
            create_comment(instance, document, mentioned=asks, **more)
        assert error_code(refused) == "not_a_reader"
    create_comment(instance, document, mentioned=["yusuf", "lama"], scope="organisation")
    assert notice_kinds(instance, "yusuf") == ["comment.mention"]
    assert notice_kinds(instance, "jihan") == notice_kinds(instance, "lama") == []


def test_signatory_resolves_only_own_threads(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    theirs = create_comment(instance, document).id
    with pytest.raises(Forbidden):
        act_on_comment(instance, comments.resolve, document, theirs, by="yusuf")
    own = create_comment(instance, document, by="yusuf").id
    assert act_on_comment(instance, comments.resolve, document, own, by="yusuf").state == "settled"
    with pytest.raises(Forbidden):
        act_on_comment(instance, comments.withdraw, document, theirs, by="yusuf")


def test_unknown_comment_is_not_found(instance: SampleInstance) -> None:
    document, other = (
        create_document(instance, texts={"ar": TEXT}),
        create_document(instance, texts={"ar": TEXT, "en": "Text.\n"}),
    )
    thread = create_comment(instance, document).id
    for where, lang, which in ((other, "ar", thread), (other, "en", thread), (document, "ar", "cmt_none")):
        with pytest.raises(NotFound):
            act_on_comment(instance, comments.reply, where, which, by="lama", lang=lang, body="لا")
    with pytest.raises(NotFound):
        create_comment(instance, document, lang="fr")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"body": " \n "}, "empty_comment"),
        ({"body": "ا" * (comment.MAX_COMMENT_LENGTH + 1)}, "comment_too_long"),
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
def test_invalid_comment_is_rejected(instance: SampleInstance, values: dict[str, Any], code: str) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    with pytest.raises(DomainError) as refused:
        create_comment(instance, document, **values)
    assert error_code(refused) == code
    assert list_placements(instance, document, by="lama") == []


def test_organisation_visibility_needs_an_organisation(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    with pytest.raises(Conflict) as refused:
        create_comment(instance, document, by="salma", scope="organisation")
    assert error_code(refused) == "no_organisation"


def test_comments_are_limited(instance: SampleInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    thread = create_comment(instance, document).id
    monkeypatch.setattr(comment, "MAX_PER_TEXT", 1)
    with pytest.raises(Conflict) as refused:
        act_on_comment(instance, comments.reply, document, thread, by="jihan", body="لا")
    assert error_code(refused) == "too_many_comments"


def test_limit_of_one_organisation_does_not_affect_others(
    instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    monkeypatch.setattr(comment, "MAX_PER_TEXT", 1)
    own = create_comment(instance, document, by="yusuf", scope="organisation").id
    with pytest.raises(Conflict) as refused:
        act_on_comment(instance, comments.reply, document, own, by="lama", body="لا")
    assert error_code(refused) == "too_many_within"
    assert create_comment(instance, document, by="jihan").organisation is None
    assert create_comment(instance, document, by="jihan", scope="organisation").organisation != own


def test_comments_are_limited_per_person(instance: SampleInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    monkeypatch.setattr(comment, "MAX_PER_PERSON", 2)
    thread = create_comment(instance, document, by="yusuf").id
    create_comment(instance, document, by="yusuf", scope="organisation")
    with pytest.raises(Conflict) as refused:
        act_on_comment(instance, comments.reply, document, thread, by="yusuf", body="لا")
    assert error_code(refused) == "too_many_of_yours"
    act_on_comment(instance, comments.reply, document, thread, by="jihan", body="نعم")


def test_unanswerable_comments_do_not_hide_answerable_ones(instance: SampleInstance) -> None:
    grant_all_mandates(instance)
    document, closed = (create_document(instance, texts={"ar": TEXT}) for _ in range(2))
    thread = create_comment(instance, document, mentioned=["yusuf"]).id
    create_comment(instance, closed, mentioned=["yusuf"])
    cut_version(instance, closed)
    move_to_review(instance, closed)
    open_round(instance, closed)
    with instance.read() as tx:
        found = comments_store.list_unanswered(tx, instance.members.people["yusuf"].id, organisation=None, limit=1)
    assert [one.id for one in found] == [thread]


def test_thread_is_resolved_and_reopened_never_twice(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    thread = create_comment(instance, document).id
    with pytest.raises(Conflict) as refused:
        act_on_comment(instance, comments.reopen, document, thread, by="lama")
    assert error_code(refused) == "comment_open"
    settled = act_on_comment(instance, comments.resolve, document, thread, by="salma")
    assert (settled.state, settled.settled_by) == ("settled", instance.members.people["salma"].id)
    for act, more in ((comments.resolve, {}), (comments.reply, {"body": "لا"}), (comments.withdraw, {})):
        with pytest.raises(Conflict) as refused:
            act_on_comment(instance, act, document, thread, by="lama", **more)
        assert error_code(refused) == "comment_settled"
    again = act_on_comment(instance, comments.reopen, document, thread, by="jihan")
    assert (again.state, again.settled_by, again.rev) == ("open", None, settled.rev + 1)


def test_own_comment_can_be_withdrawn_until_answered(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    thread = create_comment(instance, document, mentioned=["jihan"]).id
    answer = act_on_comment(instance, comments.reply, document, thread, by="jihan", body="بالأرقام").comments[-1].id
    with pytest.raises(Conflict) as refused:
        act_on_comment(instance, comments.withdraw, document, thread, by="lama")
    assert error_code(refused) == "comment_answered"
    act_on_comment(instance, comments.withdraw, document, answer, by="jihan")
    act_on_comment(instance, comments.withdraw, document, thread, by="lama")
    assert list_placements(instance, document, by="lama") == []
    with instance.read() as tx:
        for table in (tables_store.comment, tables_store.comment_mention):
            assert tx.connection.execute(select(table)).all() == []
    with pytest.raises(NotFound):
        act_on_comment(instance, comments.reply, document, thread, by="lama", body="لا")


def test_comments_continue_in_review_and_are_only_resolved_in_a_round(instance: SampleInstance) -> None:
    grant_all_mandates(instance)
    document = create_document(instance, texts={"ar": TEXT})
    cut_version(instance, document)
    move_to_review(instance, document)
    thread = create_comment(instance, document, by="yusuf").id
    open_round(instance, document)
    with pytest.raises(Conflict) as refused:
        act_on_comment(instance, comments.reply, document, thread, by="lama", body="لا")
    assert error_code(refused) == "document_state"
    assert act_on_comment(instance, comments.resolve, document, thread, by="lama").state == "settled"
    with pytest.raises(Conflict):
        act_on_comment(instance, comments.reopen, document, thread, by="lama")


def test_unread_notice_suppresses_further_ones(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    thread = create_comment(instance, document, mentioned=["yusuf"]).id
    act_on_comment(
        instance,
        comments.reply,
        document,
        thread,
        by="jihan",
        body="جواب",
        mentions=[instance.members.people["yusuf"].id],
    )
    assert (notice_kinds(instance, "yusuf"), notice_kinds(instance, "lama")) == (["comment.mention"], ["comment.reply"])
    act_on_comment(instance, comments.reply, document, thread, by="salma", body="آخر")
    assert (notice_kinds(instance, "lama"), notice_kinds(instance, "jihan")) == (["comment.reply"], ["comment.reply"])
    with instance.write() as tx:
        notices_store.mark_read(tx, instance.members.people["lama"].id, ids=None)
    act_on_comment(instance, comments.reply, document, thread, by="salma", body="ثالث")
    assert notice_kinds(instance, "lama") == ["comment.reply"] * 2
    with instance.read() as tx:
        found = {
            key: comments_store.list_unanswered(tx, instance.members.people[key].id, organisation=None, limit=5)
            for key in ("yusuf", "lama")
        }
    assert ([one.id for one in found["yusuf"]], found["lama"]) == ([thread], [])
    act_on_comment(instance, comments.reply, document, thread, by="yusuf", body="أجبت")
    with instance.read() as tx:
        assert comments_store.list_unanswered(tx, instance.members.people["yusuf"].id, organisation=None, limit=5) == []


def test_former_member_is_not_notified_and_their_comments_stay(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    thread = create_comment(instance, document, by="yusuf").id
    own = create_comment(instance, document, by="yusuf", scope="organisation").id
    with instance.write() as tx:
        organisations.apply_leave(tx, organisation=instance.members.organisations["sindyan"], by="per_x")
    act_on_comment(instance, comments.reply, document, thread, by="jihan", body="أين أنتم؟")
    assert notice_kinds(instance, "yusuf") == ["organisation.left"]
    assert [one.thread.id for one in list_placements(instance, document, by="jihan")] == [thread]
    with pytest.raises((NotFound, Forbidden)):
        list_placements(instance, document, by="yusuf")
    with pytest.raises(NotFound):
        act_on_comment(instance, comments.resolve, document, own, by="salma")


def test_comment_anchor_survives_saves_restore_and_compaction(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    kept, gone = create_comment(instance, document).id, create_comment(instance, document, words="المواطنون جميعًا").id
    cut_version(instance, document)
    save_text(instance, document, "مقدّمة جديدة.\n\n" + TEXT.replace("المواطنون جميعًا ", "").replace("أمام", "حقًّا أمام"))
    text, found = _texts(instance, document)
    assert found == {kept: ("partial", "متساوون حقًّا أمام القانون"), gone: ("orphaned", "")}
    with instance.write() as tx:
        save.compact(tx, f"{document}.ar")
    assert _texts(instance, document) == (text, found)
    with instance.write() as tx:
        restore.restore_version(tx, instance.actor(tx, "lama"), document_id=document, lang="ar", number=1)
    assert _texts(instance, document)[1] == {kept: ("kept", WORDS), gone: ("orphaned", "")}


def _texts(instance: SampleInstance, document: str) -> tuple[str, dict[str, tuple[str, str]]]:
    with instance.read() as tx:
        found = placement_actions.list_threads(tx, instance.actor(tx, "lama"), document_id=document, lang="ar")
    its: dict[str, tuple[str, str]] = {
        one.thread.id: (one.fate, found.text[one.position.start : one.position.end]) for one in found.threads
    }
    return found.text, its


def test_comment_may_be_made_on_an_outdated_place(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    save_text(instance, document, "قبلها.\n\n" + TEXT)
    start = TEXT.index(WORDS)
    thread = create_comment(instance, document, seq=1, start=start, end=start + len(WORDS))
    (placement,) = list_placements(instance, document, by="lama")
    assert placement.thread == thread
    assert (placement.fate, placement.position.start) == ("kept", start + len("قبلها.\n\n"))


def test_version_keeps_comment_positions(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXT})
    first, own = (
        create_comment(instance, document),
        create_comment(instance, document, scope="organisation", words="المادة"),
    )
    act_on_comment(instance, comments.resolve, document, create_comment(instance, document).id, by="lama")
    cut_version(instance, document)
    save_text(instance, document, "غيره.\n")
    with instance.read() as tx:
        version = versions_store.get_by_number(tx, document, 1)
        assert version
        everyone = comments_store.list_positions(tx, version.id, lang="ar", organisation=None)
        theirs = comments_store.list_positions(tx, version.id, lang="ar", organisation=own.organisation)
    start = TEXT.index(WORDS)
    assert [(thread.id, at.start, at.end, at.fate) for thread, at in everyone] == [
        (first.id, start, start + len(WORDS), "kept")
    ]
    assert [thread.id for thread, _ in theirs] == [own.id, first.id]
