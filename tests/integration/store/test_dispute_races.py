"""Races of a dispute with the close of a round and with publication: one order or the other, and a recount agrees."""

from functools import partial

from service.actions.endorsement import closing
from service.actions.endorsement.tally import tally
from service.actions.publication import publications
from service.domain.trust.leaf import verify_chain
from service.store import record as record_store
from service.store.endorsement import disputes as disputes_store
from service.store.publication import publications as publications_store
from service.store.publication import seals as seals_store
from tests.integration.actions.endorsement.scenarios import dispute_answer, round_of, settle_dispute
from tests.integration.store.test_simultaneous_actions import run_simultaneously
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    create_sealed_document,
    open_round_with_document,
)
from tests.support.web_client import finish_exports

TIMES = 4


def _publish(instance: SampleInstance, document: str) -> None:
    with instance.write() as tx:
        publications.publish(tx, instance.actor(tx, "reem"), document_id=document)


def _close(instance: SampleInstance, round_id: str, at: int) -> None:
    with instance.write(at=at) as tx:
        closing.close_if_due(tx, round_id=round_id)


def test_dispute_and_close_race(instance: SampleInstance) -> None:
    for _ in range(TIMES):
        _, round_id = open_round_with_document(instance, rule={"kind": "sign_on", "at_least": 1})
        cast_endorsement(instance, round_id, "yusuf")
        cast_endorsement(instance, round_id, "huda")
        over = round_of(instance, round_id).closes_at
        acts = (partial(dispute_answer, instance, round_id, "lama", at=over), partial(_close, instance, round_id, over))
        assert run_simultaneously(*acts) == ["done", "done"]
        found = round_of(instance, round_id)
        if found.state == "open":  # the dispute came first and moved the deadline
            assert found.extended_at is not None
            _close(instance, round_id, found.closes_at)
            found = round_of(instance, round_id)
        with instance.read() as tx:
            assert tally(tx, found).to_json() == found.outcome
            assert verify_chain(record_store.list_leaves(tx, limit=100_000)) is None


def test_dispute_and_publication_race(instance: SampleInstance) -> None:
    for _ in range(TIMES):
        document = create_sealed_document(instance)
        finish_exports(instance, document)
        with instance.read() as tx:
            seal = seals_store.get_by_document(tx, document)
        assert seal is not None
        dispute = partial(dispute_answer, instance, seal.round, "lama")
        outcomes = run_simultaneously(dispute, partial(_publish, instance, document))
        assert outcomes in (["done", "answer_disputed_after_seal"], ["dispute_too_late", "done"])
        with instance.read() as tx:
            made = disputes_store.list_by_round(tx, seal.round)
            assert bool(made) == (publications_store.get_by_document(tx, document) is None)


def test_same_dispute_is_made_and_settled_once(instance: SampleInstance) -> None:
    for _ in range(TIMES):
        _, round_id = open_round_with_document(instance)
        cast_endorsement(instance, round_id, "yusuf")
        made = run_simultaneously(*[partial(dispute_answer, instance, round_id, "lama")] * 3)
        assert sorted(made) == ["already_disputed", "already_disputed", "done"]
        with instance.read() as tx:
            (status,) = disputes_store.list_by_round(tx, round_id)
        ended = run_simultaneously(*[partial(settle_dispute, instance, status.dispute.id, "lama")] * 3)
        assert sorted(ended) == ["dispute_settled", "dispute_settled", "done"]
