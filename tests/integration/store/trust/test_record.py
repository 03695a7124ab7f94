"""The record: every act, chained."""

import json

from service.domain.trust.leaf import verify_chain
from service.store import record as record_store
from tests.support.factories import SampleInstance, create_sealed_document


def test_record_is_contiguous_and_every_commitment_recomputes(instance: SampleInstance) -> None:
    create_sealed_document(instance)
    with instance.read() as tx:
        rows = record_store.list_leaves(tx)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert verify_chain(rows) is None


def test_record_time_is_monotonic(instance: SampleInstance) -> None:
    with instance.write(at=2_000_000_000_000_000) as tx:
        record_store.append(tx, act="test.later", actor=None, facts={})
    with instance.write(at=1_000_000_000_000_000) as tx:
        record_store.append(tx, act="test.earlier", actor=None, facts={})
    with instance.read() as tx:
        times = [json.loads(row.content or b"{}")["at"] for row in record_store.list_leaves(tx)]
    assert times == sorted(times)


def test_record_has_every_act_of_a_document(instance: SampleInstance) -> None:
    create_sealed_document(instance)
    with instance.read() as tx:
        acts = [json.loads(row.content or b"{}")["act"] for row in record_store.list_leaves(tx)]
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
