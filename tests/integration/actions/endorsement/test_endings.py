"""Early ends of a round (trust-rules, section 3), for secretariats of one, two and three."""

import pytest

from service.actions.endorsement import closing, endings
from service.domain.endorsement.endings import WAIT
from service.domain.endorsement.terms import RoundOptions
from service.domain.errors import DomainError, Forbidden, NotFound
from service.sample.document import load_actor
from service.store.accounts import people as people_store
from service.store.sequence import next_seq
from service.store.tables import approval, approval_request
from tests.integration.actions.endorsement.scenarios import (
    MINUTE,
    add_person,
    dispute_answer,
    notices_of,
    request_end,
    round_of,
    settle_dispute,
    withdraw_answer,
)
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    create_document,
    cut_version,
    grant_all_mandates,
    move_to_review,
    open_round,
)

WEEK = 7 * 24 * 60 * MINUTE


def open_long_round(instance: SampleInstance, *, close_after_all_us: int | None = None, alone: bool = False) -> str:
    """Open a round of a week; `alone`: with salma as the only one in the secretariat."""
    grant_all_mandates(instance)
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    if alone:
        remove(instance, "karim")
    early = close_after_all_us is not None
    options = RoundOptions(close_after_all_us=close_after_all_us or 0)
    return open_round(instance, document, lasts=WEEK, close_when_all_answered=early, options=options)


def remove(instance: SampleInstance, key: str) -> None:
    with instance.write() as tx:
        person = instance.members.people[key].id
        people_store.revoke_role(tx, person_id=person, role="secretariat", document="")


def sweep(instance: SampleInstance, round_id: str, *, at: int) -> bool:
    """Do what the periodic task does; return whether the round ended."""
    with instance.write(at=at) as tx:
        due = [*closing.list_due(tx), *endings.list_due(tx)]
        return round_id in due and (
            closing.close_if_due(tx, round_id=round_id) or endings.end_if_due(tx, round_id=round_id)
        )


def approve(instance: SampleInstance, person: str, *, by: tuple[str, str]) -> None:
    """Store that two persons decided together that somebody joins the secretariat."""
    requester, approver = (instance.members.people[key].id for key in by)
    with instance.write() as tx:
        row = {
            "id": tx.new_id("apr"),
            "seq": next_seq(tx, approval_request),
            "act": "role.grant",
            "subject": person,
            "state": "done",
        }
        params = {"v": 1, "role": "secretariat"}
        tx.connection.execute(
            approval_request.insert().values(
                **row, params=params, needed=2, requested_by=requester, requested_at=tx.now, ended_at=tx.now
            )
        )
        tx.connection.execute(approval.insert().values(request=row["id"], person=approver, channel="", at=tx.now))


def test_asvs_4_first_of_two_to_end_a_round_is_recorded_and_the_other_notified(instance: SampleInstance) -> None:
    round_id = open_long_round(instance)
    assert request_end(instance, round_id, "salma").state == "open"
    assert notices_of(instance, "karim")[-1] == "round.ending_requested"
    assert "round.ending_requested" not in notices_of(instance, "salma")
    assert request_end(instance, round_id, "karim").state == "failed"


def test_request_is_withdrawn_and_then_does_not_count(instance: SampleInstance) -> None:
    round_id = open_long_round(instance)
    request_end(instance, round_id, "salma", "cancel")
    with instance.write() as tx:
        endings.withdraw_request(tx, instance.actor(tx, "salma"), round_id=round_id, act="cancel")
    assert request_end(instance, round_id, "karim", "cancel").state == "open"
    with instance.write() as tx, pytest.raises(NotFound):
        endings.withdraw_request(tx, instance.actor(tx, "salma"), round_id=round_id, act="cancel")


def test_puppet_secretary_of_one_does_not_count(instance: SampleInstance) -> None:
    round_id = open_long_round(instance)
    request_end(instance, round_id, "salma")
    puppet = add_person(instance, "puppet", role="secretariat")
    with instance.write() as tx, pytest.raises(Forbidden) as refused:
        endings.request_close(tx, load_actor(tx, puppet), round_id=round_id)
    assert refused.value.code == "joined_after_opening"
    assert round_of(instance, round_id).state == "open"


def test_secretary_appointed_by_two_counts(instance: SampleInstance) -> None:
    round_id = open_long_round(instance)
    third = add_person(instance, "third", role="secretariat")
    approve(instance, third, by=("salma", "karim"))
    remove(instance, "karim")
    request_end(instance, round_id, "salma")
    with instance.write() as tx:
        assert endings.request_close(tx, load_actor(tx, third), round_id=round_id).state == "failed"


def test_removing_the_other_does_not_lower_the_number(instance: SampleInstance) -> None:
    """One asks, removes the other, and everybody is told 72 hours before anything happens."""
    round_id = open_long_round(instance)
    requested_at = round_of(instance, round_id).opened_at + MINUTE
    request_end(instance, round_id, "salma", at=requested_at)
    remove(instance, "karim")
    announced_at = requested_at + 2 * WAIT // 2
    assert not sweep(instance, round_id, at=announced_at)
    for key in ("lama", "yusuf", "huda", "nabil"):
        assert notices_of(instance, key)[-1] == "round.ending_announced"
    assert not sweep(instance, round_id, at=announced_at + WAIT - 1)
    assert sweep(instance, round_id, at=announced_at + WAIT)
    assert round_of(instance, round_id).state == "failed"


def test_announced_end_is_stopped_when_its_request_is_withdrawn(instance: SampleInstance) -> None:
    round_id = open_long_round(instance, alone=True)
    request_end(instance, round_id, "salma", "cancel")
    with instance.write() as tx:
        endings.withdraw_request(tx, instance.actor(tx, "salma"), round_id=round_id, act="cancel")
    assert notices_of(instance, "nabil")[-2:] == ["round.ending_announced", "round.ending_stopped"]
    assert not sweep(instance, round_id, at=round_of(instance, round_id).opened_at + WAIT + 2 * MINUTE)


def test_announced_end_is_stopped_when_the_removed_person_is_back(instance: SampleInstance) -> None:
    round_id = open_long_round(instance)
    asked_at = round_of(instance, round_id).opened_at + MINUTE
    request_end(instance, round_id, "salma", "cancel", at=asked_at)
    remove(instance, "karim")
    assert not sweep(instance, round_id, at=asked_at + 1)
    with instance.write() as tx:
        karim = instance.members.people["karim"].id
        people_store.grant_role(tx, person_id=karim, role="secretariat", document="", by=None)
    assert not sweep(instance, round_id, at=asked_at + WAIT + 1)
    assert round_of(instance, round_id).state == "open"
    assert notices_of(instance, "nabil")[-1] == "round.ending_stopped"


def test_only_secretary_ends_a_round_after_three_days(instance: SampleInstance) -> None:
    round_id = open_long_round(instance, alone=True)
    asked_at = round_of(instance, round_id).opened_at + MINUTE
    assert request_end(instance, round_id, "salma", "cancel", at=asked_at).state == "open"
    assert not sweep(instance, round_id, at=asked_at + WAIT - 1)
    assert sweep(instance, round_id, at=asked_at + WAIT)
    assert round_of(instance, round_id).state == "cancelled"


def test_successors_end_a_round_if_nobody_of_its_secretariat_is_left(instance: SampleInstance) -> None:
    round_id = open_long_round(instance)
    new = [add_person(instance, key, role="secretariat") for key in ("one", "two")]
    remove(instance, "salma")
    remove(instance, "karim")
    asked_at = round_of(instance, round_id).opened_at + MINUTE
    for person in new:
        with instance.write(at=asked_at) as tx:
            assert endings.request_close(tx, load_actor(tx, person), round_id=round_id).state == "open"
    assert not sweep(instance, round_id, at=asked_at + WAIT - 1)
    assert sweep(instance, round_id, at=asked_at + WAIT)


# Closing when all have answered


def test_round_closes_a_while_after_the_last_answer(instance: SampleInstance) -> None:
    round_id = open_long_round(instance, close_after_all_us=10 * MINUTE)
    at = round_of(instance, round_id).opened_at + MINUTE
    for by in ("yusuf", "huda", "nabil"):
        cast_endorsement(instance, round_id, by, at=at)
    assert round_of(instance, round_id).answered_at == at
    assert not sweep(instance, round_id, at=at + 10 * MINUTE - 1)
    assert sweep(instance, round_id, at=at + 10 * MINUTE)
    assert round_of(instance, round_id).state == "passed"


def test_dispute_in_that_while_keeps_the_round_open(instance: SampleInstance) -> None:
    round_id = open_long_round(instance, close_after_all_us=10 * MINUTE)
    at = round_of(instance, round_id).opened_at + MINUTE
    for by in ("huda", "nabil", "yusuf"):
        cast_endorsement(instance, round_id, by, at=at)
    made = dispute_answer(instance, round_id, "lama", at=at + 9 * MINUTE)
    assert not sweep(instance, round_id, at=at + 30 * MINUTE)
    settle_dispute(instance, made.dispute.id, "lama", at=at + 40 * MINUTE)
    assert not sweep(instance, round_id, at=at + 50 * MINUTE - 1)
    assert sweep(instance, round_id, at=at + 50 * MINUTE)


def test_withdrawal_in_that_while_keeps_the_round_open(instance: SampleInstance) -> None:
    round_id = open_long_round(instance, close_after_all_us=10 * MINUTE)
    at = round_of(instance, round_id).opened_at + MINUTE
    for by in ("huda", "nabil"):
        cast_endorsement(instance, round_id, by, at=at)
    last = cast_endorsement(instance, round_id, "yusuf", at=at)
    withdraw_answer(instance, round_id, "yusuf", replaces=last, at=at + MINUTE)
    assert round_of(instance, round_id).answered_at is None
    assert not sweep(instance, round_id, at=at + 30 * MINUTE)


def test_settling_does_not_close_a_round_that_has_ended(instance: SampleInstance) -> None:
    round_id = open_long_round(instance, close_after_all_us=0)
    for by in ("huda", "nabil"):
        cast_endorsement(instance, round_id, by)
    cast_endorsement(instance, round_id, "yusuf")
    assert round_of(instance, round_id).state == "passed"
    made = dispute_answer(instance, round_id, "lama")
    try:
        settle_dispute(instance, made.dispute.id, "lama")
    except DomainError as error:
        pytest.fail(error.code)
