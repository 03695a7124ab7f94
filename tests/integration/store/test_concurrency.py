"""Concurrency: numbers without gaps, one close, one seal, a record in order."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.actions.comments import comments
from service.actions.endorsement import endings
from service.actions.endorsement.tally import tally
from service.actions.membership import offboarding
from service.domain.errors import Conflict, NotFound
from service.domain.trust.leaf import verify_chain
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.documents import documents as documents_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import seals as seals_store
from service.store.tables import document as document_table
from tests.integration.actions.comments.test_comments import TEXT, act_on_comment, create_comment
from tests.support.factories import SampleInstance, cast_endorsement, create_document, open_round_with_document

WHO = ("yusuf", "huda", "nabil", "salma")


def test_forty_documents_are_opened_by_eight_concurrently(instance: SampleInstance) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: create_document(instance), range(40)))
    with instance.read() as tx:
        found = tx.connection.execute(document_table.select().order_by(document_table.c.seq)).all()
        assert [row.seq for row in found] == list(range(1, 41))
        assert {row.id for row in found} == set(ids)
        assert verify_chain(record_store.list_leaves(tx)) is None


def test_round_closes_and_seals_once_under_concurrent_closing(instance: SampleInstance) -> None:
    document, round_id = open_round_with_document(instance)
    for by in ("yusuf", "huda"):
        cast_endorsement(instance, round_id, by)
    with instance.write() as tx:
        endings.request_close(tx, instance.actor(tx, "karim"), round_id=round_id)

    def close(_: int) -> bool:
        try:
            with instance.write() as tx:
                endings.request_close(tx, instance.actor(tx, "salma"), round_id=round_id)
        except Conflict as refused:
            assert refused.code == "round_closed"
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(close, range(8))).count(True) == 1
    with instance.read() as tx:
        found = documents_store.get(tx, document)
        assert found is not None and found.state == "approved"
        assert seals_store.get_by_document(tx, document) is not None
        assert verify_chain(record_store.list_leaves(tx)) is None


def test_casting_and_closing_concurrently_is_serialised(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    with instance.write() as tx:
        endings.request_close(tx, instance.actor(tx, "karim"), round_id=round_id)

    def act(who: str) -> str:
        try:
            if who == "salma":
                with instance.write() as tx:
                    endings.request_close(tx, instance.actor(tx, "salma"), round_id=round_id)
            else:
                cast_endorsement(instance, round_id, who)
        except Conflict as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(4) as pool:
        answers = dict(zip(WHO, pool.map(act, WHO), strict=True))
    assert answers["salma"] == "done"
    assert set(answers.values()) <= {"done", "round_closed"}
    with instance.read() as tx:
        closed = rounds_store.get(tx, round_id)
        assert closed is not None and closed.outcome is not None
        assert closed.outcome["have"] == sum(answers[who] == "done" for who in ("yusuf", "huda", "nabil"))
        assert tally(tx, closed).to_json() == closed.outcome


def test_two_secretariat_members_cannot_remove_each_other_concurrently(instance: SampleInstance) -> None:
    """Each gives up their own role at the same time; on SQLite the writers queue anyway."""
    ready = threading.Barrier(2)

    def act(who: str) -> str:
        with instance.read() as tx:
            actor = instance.actor(tx, who)
        ready.wait(timeout=30)
        try:
            with instance.write() as tx:
                offboarding.revoke_role(tx, actor, person=actor.person, role="secretariat")
        except Conflict as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(act, ("salma", "karim"))) == ["done", "last_secretary"]
    with instance.read() as tx:
        assert len(people_store.list_role_holders(tx, ["secretariat"])) == 1


def test_second_removal_waits_for_the_first_to_commit(instance: SampleInstance) -> None:
    """Two connections: while one has given up the role and not committed, the second must not count two members."""
    if instance.database.write_lock:
        return  # on SQLite the second transaction cannot even begin
    answers: list[str] = []

    def second() -> None:
        try:
            with instance.write() as tx:
                offboarding.revoke_role(tx, karim, person=karim.person, role="secretariat")
        except Conflict as refused:
            answers.append(refused.code)

    with instance.write() as tx:
        salma, karim = instance.actor(tx, "salma"), instance.actor(tx, "karim")
        offboarding.revoke_role(tx, salma, person=salma.person, role="secretariat")
        thread = threading.Thread(target=second)
        thread.start()
        assert wait_for_lock_waiter(instance), "the second transaction did not wait"
    thread.join(timeout=30)
    assert answers == ["last_secretary"]


def test_comment_withdrawn_twice_concurrently_is_not_found_the_second_time(instance: SampleInstance) -> None:
    """The thread stays, because it was reopened: the second transaction has found it and waits for the lock on the
    document."""
    if instance.database.write_lock:
        return
    document = create_document(instance, texts={"ar": TEXT})
    thread = create_comment(instance, document).id
    answer = act_on_comment(instance, comments.reply, document, thread, by="jihan", body="نعم").comments[-1].id
    answers: list[type[Exception]] = []

    def second() -> None:
        try:
            act_on_comment(instance, comments.withdraw, document, answer, by="jihan")
        except Exception as refused:
            answers.append(type(refused))

    with instance.write() as tx:
        comments.withdraw(tx, instance.actor(tx, "jihan"), document_id=document, lang="ar", comment=answer)
        thread_ = threading.Thread(target=second)
        thread_.start()
        assert wait_for_lock_waiter(instance), "the second transaction did not wait"
    thread_.join(timeout=30)
    assert answers == [NotFound]


def test_reader_sees_one_snapshot_and_changes_nothing(instance: SampleInstance) -> None:
    count = text("SELECT count(*) FROM document")
    with instance.read() as tx:
        before = tx.connection.execute(count).scalar_one()
        create_document(instance)
        assert tx.connection.execute(count).scalar_one() == before
    with instance.read() as tx:
        assert tx.connection.execute(count).scalar_one() == before + 1
    if instance.database.write_lock:
        return
    with pytest.raises(DBAPIError, match="read-only"), instance.read() as tx:
        tx.connection.execute(text("UPDATE document SET rev = 9"))


def wait_for_lock_waiter(instance: SampleInstance) -> bool:
    """Return whether a backend waits for a lock, within half a minute."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with instance.read() as tx:
            if tx.connection.execute(query).scalar_one():
                return True
    return False
