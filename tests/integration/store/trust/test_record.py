"""The record: every act, chained."""

import json

from service.domain.trust.leaf import verify
from service.store import record as record_store
from tests.support.factories import Stage, a_sealed_document


def test_it_is_contiguous_and_every_commitment_recomputes(stage: Stage) -> None:
    a_sealed_document(stage)
    with stage.read() as tx:
        rows = record_store.rows(tx)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert verify(rows) is None


def test_its_time_never_runs_backwards(stage: Stage) -> None:
    with stage.write(at=2_000_000_000_000_000) as tx:
        record_store.append(tx, act="test.later", actor=None, facts={})
    with stage.write(at=1_000_000_000_000_000) as tx:
        record_store.append(tx, act="test.earlier", actor=None, facts={})
    with stage.read() as tx:
        times = [json.loads(row.content or b"{}")["at"] for row in record_store.rows(tx)]
    assert times == sorted(times)


def test_every_act_of_a_documents_life_is_there(stage: Stage) -> None:
    a_sealed_document(stage)
    with stage.read() as tx:
        acts = [json.loads(row.content or b"{}")["act"] for row in record_store.rows(tx)]
    for act in (
        "coalition.found",
        "mandate.grant",
        "mandate.confirm",
        "document.open",
        "version.cut",
        "document.review",
        "round.open",
        "endorsement.cast",
        "round.close",
        "document.seal",
        "export.request",
    ):
        assert act in acts
