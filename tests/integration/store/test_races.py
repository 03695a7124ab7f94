"""Many at once: numbers without gaps, one close, one seal, a record in order."""

from concurrent.futures import ThreadPoolExecutor

from service.actions import rounds
from service.domain.errors import Conflict
from service.domain.trust.leaf import verify
from service.store import documents, record, seals
from service.store import rounds as round_store
from service.store.tables import document as document_table
from tests.factories import Stage, a_cast, a_document, an_open_round

WHO = ("yusuf", "huda", "nabil", "salma")


def test_forty_documents_opened_by_eight_at_once(stage: Stage) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: a_document(stage), range(40)))
    with stage.read() as tx:
        found = tx.connection.execute(document_table.select().order_by(document_table.c.seq)).all()
        assert [row.seq for row in found] == list(range(1, 41))
        assert {row.id for row in found} == set(ids)
        assert verify(record.rows(tx)) is None


def test_a_round_closes_and_seals_once_whoever_closes_it(stage: Stage) -> None:
    document, round_id = an_open_round(stage)
    for by in ("yusuf", "huda"):
        a_cast(stage, round_id, by)
    with stage.write() as tx:
        rounds.close(tx, stage.actor(tx, "karim"), round_id=round_id)

    def close(_: int) -> bool:
        try:
            with stage.write() as tx:
                rounds.close(tx, stage.actor(tx, "salma"), round_id=round_id)
        except Conflict as refused:
            assert refused.code == "round_closed"
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(close, range(8))).count(True) == 1
    with stage.read() as tx:
        found = documents.get(tx, document)
        assert found is not None and found.state == "approved"
        assert seals.of_document(tx, document) is not None
        assert verify(record.rows(tx)) is None


def test_casting_and_closing_at_the_same_instant(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    with stage.write() as tx:
        rounds.close(tx, stage.actor(tx, "karim"), round_id=round_id)

    def act(who: str) -> str:
        try:
            if who == "salma":
                with stage.write() as tx:
                    rounds.close(tx, stage.actor(tx, "salma"), round_id=round_id)
            else:
                a_cast(stage, round_id, who)
        except Conflict as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(4) as pool:
        answers = dict(zip(WHO, pool.map(act, WHO), strict=True))
    assert answers["salma"] == "done"
    assert set(answers.values()) <= {"done", "round_closed"}
    with stage.read() as tx:
        closed = round_store.get(tx, round_id)
        assert closed is not None and closed.outcome is not None
        assert closed.outcome["have"] == sum(answers[who] == "done" for who in ("yusuf", "huda", "nabil"))
        assert rounds.tally(tx, closed).to_json() == closed.outcome
