"""Disputes of answers (trust-rules, section 4): the attacker's games, and organisations of one, two and three people.

In sample.json, lama is the focal point of sindyan and yusuf signs for it; nabil is alone in integrity.
"""

import dataclasses
import json

import pytest

from service.actions.endorsement import disputes, endorsements
from service.actions.endorsement.tally import tally
from service.actions.publication import publications
from service.domain.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound, TooLarge
from service.domain.trust.leaf import verify_chain
from service.sample.document import load_actor
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.documents import documents as documents_store
from service.store.endorsement import disputes as disputes_store
from service.store.membership import mandates as mandates_store
from service.store.publication import seals as seals_store
from service.store.tables import document as document_table
from service.store.tables import person as person_table
from tests.integration.actions.endorsement.scenarios import (
    DAY,
    HOUR,
    MINUTE,
    add_person,
    dispute_answer,
    last_answer,
    notices_of,
    round_of,
    settle_dispute,
    withdraw_answer,
)
from tests.support.factories import (
    SECRET,
    SampleInstance,
    cast_endorsement,
    close_round,
    create_sealed_document,
    open_round_with_document,
    prepare_endorsement,
)
from tests.support.web_client import create_publication, finish_exports


def is_silent(instance: SampleInstance, round_id: str, organisation: str = "sindyan") -> bool:
    with instance.read() as tx:
        return instance.members.organisations[organisation] in tally(tx, round_of(instance, round_id)).silent


def give_mandate(instance: SampleInstance, key: str, organisation: str = "sindyan") -> None:
    """Give a person the right to sign, as if the acts that lead there were done."""
    person, of = instance.members.people[key].id, instance.members.organisations[organisation]
    with instance.write() as tx:
        people_store.grant_role(tx, person_id=person, role="signatory", document="", by=None)
        id = tx.new_id("man")
        by = instance.members.people["salma"].id
        mandates_store.add(tx, id=id, organisation=of, person=person, by=by, expires_at=None)
        mandates_store.change_state(tx, id, from_state="granted", to_state="confirmed")


def code_of(refused: pytest.ExceptionInfo[DomainError]) -> str:
    return refused.value.code


# What a dispute does


def test_disputed_answer_does_not_count_and_its_organisation_is_notified(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    assert "endorsement.cast" in notices_of(instance, "lama") and "endorsement.cast" in notices_of(instance, "yusuf")
    assert "endorsement.cast" not in notices_of(instance, "huda")
    made = dispute_answer(instance, round_id, "lama")
    assert is_silent(instance, round_id) and made.is_open
    assert "dispute.made" in notices_of(instance, "yusuf")
    assert "round.dispute_made" in notices_of(instance, "salma")
    with instance.read() as tx:
        assert verify_chain(record_store.list_leaves(tx)) is None
        assert any(b'"endorsement.dispute"' in (row.content or b"") for row in record_store.list_leaves(tx))


def test_changed_and_withdrawn_answers_cause_a_notice_at_once(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    first = cast_endorsement(instance, round_id, "yusuf")
    second = cast_endorsement(instance, round_id, "yusuf", "decline", replaces=first)
    withdraw_answer(instance, round_id, "yusuf", replaces=second)
    kinds = [kind for kind in notices_of(instance, "lama") if kind.startswith("endorsement.")]
    assert kinds == ["endorsement.cast", "endorsement.replaced", "endorsement.withdrawn"]


def test_settled_dispute_lets_the_answer_count_again(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    made = dispute_answer(instance, round_id, "lama")
    assert not settle_dispute(instance, made.dispute.id, "lama").is_open
    assert not is_silent(instance, round_id)
    with pytest.raises(Conflict) as refused:
        settle_dispute(instance, made.dispute.id, "lama")
    assert code_of(refused) == "dispute_settled"


def test_seal_leaves_a_disputed_answer_out(instance: SampleInstance) -> None:
    document, round_id = open_round_with_document(instance, rule={"kind": "sign_on", "at_least": 1})
    cast_endorsement(instance, round_id, "yusuf")
    cast_endorsement(instance, round_id, "huda")
    dispute_answer(instance, round_id, "lama")
    close_round(instance, round_id)
    sindyan = instance.members.organisations["sindyan"]
    with instance.read() as tx:
        seal = seals_store.get_by_document(tx, document)
        assert seal is not None
        assert sindyan not in [one["organisation"] for one in seal.content["endorsements"]]
        closed = round_of(instance, round_id)
        assert closed.outcome is not None and closed.outcome["disputed"] == [sindyan]
        assert sindyan not in json.dumps(seal.content)
    finish_exports(instance, document)
    create_publication(instance, document)  # what was disputed before the seal does not stop it


# Who may


@pytest.mark.parametrize("by", ["salma", "reem", "huda", "jihan", "nabil"])
def test_nobody_outside_the_organisation_disputes_or_settles(instance: SampleInstance, by: str) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    with pytest.raises(DomainError) as refused:
        dispute_answer(instance, round_id, by)
    assert code_of(refused) in ("forbidden", "not_on_roll", "stale_answer")
    made = dispute_answer(instance, round_id, "lama")
    with pytest.raises(DomainError) as refused:
        settle_dispute(instance, made.dispute.id, by)
    assert code_of(refused) in ("forbidden", "not_found")


def test_key_disputes_nothing_even_with_every_scope(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    answer = last_answer(instance, round_id, "sindyan")
    with instance.write() as tx, pytest.raises(Forbidden) as refused:
        actor = dataclasses.replace(instance.actor(tx, "lama"), token_id="tok_x")
        disputes.dispute(tx, actor, round_id=round_id, endorsement_id=answer.id, reason="x")
    assert code_of(refused) == "person_needed"


def test_old_proof_of_the_person_does_not_dispute(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    answer = last_answer(instance, round_id, "sindyan")
    with instance.write() as tx, pytest.raises(Forbidden) as refused:
        actor = dataclasses.replace(instance.actor(tx, "lama"), recently_authenticated=False)
        disputes.dispute(tx, actor, round_id=round_id, endorsement_id=answer.id, reason="x")
    assert code_of(refused) == "proof_needed"


def test_signatory_without_a_mandate_does_not_dispute(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    person = add_person(instance, "puppet", role="signatory", organisation="sindyan")
    answer = last_answer(instance, round_id, "sindyan")
    with instance.write() as tx, pytest.raises(Forbidden) as refused:
        disputes.dispute(tx, load_actor(tx, person), round_id=round_id, endorsement_id=answer.id, reason="x")
    assert code_of(refused) == "not_for_organisation"


@pytest.mark.parametrize(
    ("reason", "error", "code"), [(" ", InvalidInput, "reason_needed"), ("x" * 2001, TooLarge, "reason_too_long")]
)
def test_dispute_needs_a_reason(instance: SampleInstance, reason: str, error: type[DomainError], code: str) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    with pytest.raises(error) as refused:
        dispute_answer(instance, round_id, "lama", reason=reason)
    assert (code_of(refused), refused.value.field) == (code, "reason")


def test_organisation_without_an_answer_has_nothing_to_dispute(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    with instance.read() as tx:
        view = disputes.load_view(tx, instance.actor(tx, "lama"), round_id=round_id)
    assert view.hindrance is not None and view.hindrance.code == "nothing_to_dispute"


def test_person_whose_address_is_not_proved_disputes_nothing(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    with instance.write() as tx:
        lama = instance.members.people["lama"].id
        tx.connection.execute(person_table.update().where(person_table.c.id == lama).values(address_proved_at=None))
    with pytest.raises(Forbidden) as refused:
        dispute_answer(instance, round_id, "lama")
    assert code_of(refused) == "address_not_proved"


# The attacker's games


def test_same_person_disputes_an_answer_once_but_another_still_can(instance: SampleInstance) -> None:
    """A puppet cannot use up the only dispute: each person has one for each answer."""
    give_mandate(instance, "lama")
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    first = dispute_answer(instance, round_id, "yusuf")
    settle_dispute(instance, first.dispute.id, "yusuf")
    with pytest.raises(Conflict) as refused:
        dispute_answer(instance, round_id, "yusuf")
    assert code_of(refused) == "already_disputed"
    assert dispute_answer(instance, round_id, "lama").is_open
    assert is_silent(instance, round_id)


def test_two_open_disputes_are_settled_one_by_one(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    one, other = (dispute_answer(instance, round_id, by) for by in ("yusuf", "lama"))
    settle_dispute(instance, one.dispute.id, "yusuf")
    assert is_silent(instance, round_id)
    settle_dispute(instance, other.dispute.id, "lama")
    assert not is_silent(instance, round_id)


def test_puppet_does_not_repeat_an_answer_that_is_disputed(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    first = cast_endorsement(instance, round_id, "yusuf")
    challenge, code = prepare_endorsement(instance, round_id, "yusuf", replaces=first)
    dispute_answer(instance, round_id, "lama")
    with instance.write() as tx, pytest.raises(Conflict) as refused:
        actor = instance.actor(tx, "yusuf")
        endorsements.cast(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)
    assert code_of(refused) == "answer_disputed"
    withdraw_answer(instance, round_id, "yusuf", replaces=first)
    with pytest.raises(Conflict) as refused:
        cast_endorsement(instance, round_id, "yusuf")
    assert code_of(refused) == "answer_disputed"
    assert is_silent(instance, round_id)


def test_answer_of_another_mandate_holder_settles(instance: SampleInstance) -> None:
    give_mandate(instance, "lama")
    _, round_id = open_round_with_document(instance)
    false_answer = cast_endorsement(instance, round_id, "yusuf", "decline")
    dispute_answer(instance, round_id, "lama")
    cast_endorsement(instance, round_id, "lama", replaces=false_answer)
    with instance.read() as tx:
        assert instance.members.organisations["sindyan"] in tally(tx, round_of(instance, round_id)).endorsed
        (status,) = disputes_store.list_by_round(tx, round_id)
        assert status.settled_by is not None and status.settled_by.act == "new_answer"


def test_focal_point_answers_a_puppet_that_disputes_the_real_answer(instance: SampleInstance) -> None:
    """In an organisation of two, the focal point settles alone; the other one does not settle against them."""
    give_mandate(instance, "lama")
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "lama")
    made = dispute_answer(instance, round_id, "yusuf")
    assert is_silent(instance, round_id)
    settled = settle_dispute(instance, made.dispute.id, "lama")
    assert settled.settled_by is not None and settled.settled_by.act == "agree_alone"
    assert not is_silent(instance, round_id)


def test_person_without_a_proved_address_is_not_counted_among_the_others(instance: SampleInstance) -> None:
    """Nobody makes the focal point need a second person by adding an account that no one has come in with."""
    give_mandate(instance, "lama")
    _, round_id = open_round_with_document(instance)
    add_person(instance, "puppet", role="signatory", organisation="sindyan", proved=False)
    cast_endorsement(instance, round_id, "lama")
    made = dispute_answer(instance, round_id, "yusuf")
    assert not settle_dispute(instance, made.dispute.id, "lama").is_open


def test_puppet_does_not_settle_the_dispute_of_the_focal_point(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    made = dispute_answer(instance, round_id, "lama")
    with pytest.raises(Forbidden) as refused:
        settle_dispute(instance, made.dispute.id, "yusuf")
    assert code_of(refused) == "focal_point_settles"
    assert is_silent(instance, round_id)


def test_two_others_settle_in_an_organisation_of_three(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    third = add_person(instance, "third", role="signatory", organisation="sindyan")
    cast_endorsement(instance, round_id, "yusuf")
    made = dispute_answer(instance, round_id, "lama")
    assert settle_dispute(instance, made.dispute.id, "yusuf").is_open
    assert is_silent(instance, round_id) and "dispute.agreed" in notices_of(instance, "lama")
    with pytest.raises(Conflict) as refused:
        settle_dispute(instance, made.dispute.id, "yusuf")
    assert code_of(refused) == "already_agreed"
    with instance.write() as tx:
        assert not disputes.settle(tx, load_actor(tx, third), dispute_id=made.dispute.id).is_open
    assert not is_silent(instance, round_id)


def test_person_alone_in_an_organisation_disputes_what_a_thief_signed_and_answers(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    stolen = cast_endorsement(instance, round_id, "nabil", "decline")
    dispute_answer(instance, round_id, "nabil", organisation="integrity")
    assert is_silent(instance, round_id, "integrity")
    cast_endorsement(instance, round_id, "nabil", replaces=stolen)
    assert not is_silent(instance, round_id, "integrity")


def test_disputed_decline_still_blocks_consensus(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance, rule={"kind": "consensus"})
    cast_endorsement(instance, round_id, "huda")
    cast_endorsement(instance, round_id, "nabil")
    cast_endorsement(instance, round_id, "yusuf", "decline")
    dispute_answer(instance, round_id, "lama")
    with instance.read() as tx:
        outcome = tally(tx, round_of(instance, round_id))
    (blocking,) = [one for one in outcome.reasons if one.code == "nobody_declines"]
    assert blocking.params["organisations"] == (instance.members.organisations["sindyan"],)
    close_round(instance, round_id)
    assert round_of(instance, round_id).state == "failed"


def test_dispute_is_of_what_the_person_saw(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    first = cast_endorsement(instance, round_id, "yusuf")
    seen = last_answer(instance, round_id, "sindyan")
    cast_endorsement(instance, round_id, "yusuf", "abstain", replaces=first)
    with instance.write() as tx, pytest.raises(Conflict) as refused:
        disputes.dispute(tx, instance.actor(tx, "lama"), round_id=round_id, endorsement_id=seen.id, reason="x")
    assert code_of(refused) == "stale_answer"


# At the deadline


def test_dispute_in_the_last_hour_moves_the_deadline_once(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    closes_at = round_of(instance, round_id).closes_at
    cast_endorsement(instance, round_id, "yusuf", at=closes_at - 1)
    cast_endorsement(instance, round_id, "huda", at=closes_at - 1)
    dispute_answer(instance, round_id, "lama", at=closes_at - 1)
    moved = round_of(instance, round_id)
    assert (moved.closes_at, moved.extended_at) == (closes_at + HOUR, closes_at - 1)
    assert "round.extended" in notices_of(instance, "nabil") and "round.extended" in notices_of(instance, "karim")
    dispute_answer(instance, round_id, "jihan", organisation="two-banks", at=closes_at + HOUR - 1)
    assert round_of(instance, round_id).closes_at == closes_at + HOUR


def test_dispute_before_the_last_hour_moves_nothing(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    closes_at = round_of(instance, round_id).closes_at
    cast_endorsement(instance, round_id, "yusuf")
    dispute_answer(instance, round_id, "lama", at=closes_at - HOUR - 1)
    assert round_of(instance, round_id).closes_at == closes_at


def test_dispute_of_an_urgent_document_moves_it_by_a_quarter_of_an_hour(instance: SampleInstance) -> None:
    document, round_id = open_round_with_document(instance)
    with instance.write() as tx:
        tx.connection.execute(document_table.update().where(document_table.c.id == document).values(urgent=True))
    closes_at = round_of(instance, round_id).closes_at
    cast_endorsement(instance, round_id, "yusuf", at=closes_at - 1)
    dispute_answer(instance, round_id, "lama", at=closes_at - 1)
    assert round_of(instance, round_id).closes_at == closes_at + 15 * MINUTE


# Between seal and publication, and after it


def test_dispute_after_the_seal_stops_publishing_until_settled(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    with instance.read() as tx:
        seal = seals_store.get_by_document(tx, document)
    assert seal is not None
    made = dispute_answer(instance, seal.round, "lama")
    finish_exports(instance, document)
    with pytest.raises(Conflict) as refused:
        create_publication(instance, document)
    assert code_of(refused) == "answer_disputed_after_seal"
    with instance.read() as tx:
        found = documents_store.get(tx, document)
        assert found is not None and publications.get_publish_status(tx, found) == "disputed"
        unchanged = seals_store.get_by_document(tx, document)
        assert unchanged == seal
        closed = round_of(instance, seal.round)
        assert tally(tx, closed).to_json() == closed.outcome
    settle_dispute(instance, made.dispute.id, "lama")
    create_publication(instance, document)
    with pytest.raises(Conflict) as refused:
        dispute_answer(instance, seal.round, "yusuf")
    assert code_of(refused) == "dispute_too_late"


def test_seal_lists_settled_disputes_among_its_events(instance: SampleInstance) -> None:
    document, round_id = open_round_with_document(instance, rule={"kind": "sign_on", "at_least": 1})
    cast_endorsement(instance, round_id, "yusuf")
    made = dispute_answer(instance, round_id, "lama")
    settle_dispute(instance, made.dispute.id, "lama")
    close_round(instance, round_id)
    with instance.read() as tx:
        seal = seals_store.get_by_document(tx, document)
    assert seal is not None
    events = [(one["event"], one["organisation"]) for one in seal.content["events"]]
    sindyan = instance.members.organisations["sindyan"]
    assert events == [("disputed", sindyan), ("settled", sindyan)]


def test_withdrawal_of_a_disputed_answer_lets_the_text_be_published(instance: SampleInstance) -> None:
    """An organisation whose answer was false withdraws it, and holds nobody up."""
    give_mandate(instance, "lama")
    document = create_sealed_document(instance)
    with instance.read() as tx:
        seal = seals_store.get_by_document(tx, document)
    assert seal is not None
    dispute_answer(instance, seal.round, "lama")
    false_answer = last_answer(instance, seal.round, "sindyan").statement_sha256
    withdraw_answer(instance, seal.round, "lama", replaces=false_answer)
    finish_exports(instance, document)
    create_publication(instance, document)


def test_false_withdrawal_after_publication_is_disputed_for_seven_days(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    create_publication(instance, document)
    with instance.read() as tx:
        seal = seals_store.get_by_document(tx, document)
    assert seal is not None
    answer = last_answer(instance, seal.round, "sindyan").statement_sha256
    ended = withdraw_answer(instance, seal.round, "yusuf", replaces=answer).ended_at or 0
    with pytest.raises(Conflict) as refused:
        dispute_answer(instance, seal.round, "lama", at=ended + 7 * DAY)
    assert code_of(refused) == "dispute_too_late"
    dispute_answer(instance, seal.round, "lama", at=ended + 7 * DAY - 1)
    with instance.write() as tx:
        revision = publications.publish(tx, instance.actor(tx, "reem"), document_id=document).revisions[-1]
    assert [one["event"] for one in revision.content["events"]] == ["withdrawn", "disputed"]


def test_dispute_of_another_round_is_not_settled_by_guessing(instance: SampleInstance) -> None:
    with pytest.raises(NotFound):
        settle_dispute(instance, "dsp_none", "lama")
