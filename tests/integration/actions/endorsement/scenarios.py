"""Test data of the trust rules: rounds with terms, disputes, and persons who come and go."""

from service.actions.endorsement import disputes, endings, endorsements
from service.domain.endorsement.dispute import DisputeStatus
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.round import Round
from service.domain.membership.addresses import BY_MAIL
from service.store.accounts import addresses as addresses_store
from service.store.accounts import people as people_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import notices as notices_store
from tests.support.factories import SECRET, SampleInstance, prepare_endorsement

MINUTE = 60 * 1_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
"""µs."""


def round_of(instance: SampleInstance, round_id: str) -> Round:
    with instance.read() as tx:
        found = rounds_store.get(tx, round_id)
    assert found is not None
    return found


def last_answer(instance: SampleInstance, round_id: str, organisation: str) -> Endorsement:
    with instance.read() as tx:
        found = endorsements_store.get_last(
            tx, round_id=round_id, organisation=instance.members.organisations[organisation]
        )
    assert found is not None
    return found


def dispute_answer(
    instance: SampleInstance,
    round_id: str,
    by: str,
    *,
    organisation: str = "sindyan",
    at: int | None = None,
    reason: str = "لم نقرّر هذا.",
) -> DisputeStatus:
    """Dispute the present answer of an organisation, or its withdrawal."""
    answer = last_answer(instance, round_id, organisation)
    with instance.write(at=at) as tx:
        actor = instance.actor(tx, by)
        return disputes.dispute(tx, actor, round_id=round_id, endorsement_id=answer.id, reason=reason)


def settle_dispute(instance: SampleInstance, dispute: str, by: str, *, at: int | None = None) -> DisputeStatus:
    with instance.write(at=at) as tx:
        return disputes.settle(tx, instance.actor(tx, by), dispute_id=dispute)


def withdraw_answer(
    instance: SampleInstance, round_id: str, by: str, *, replaces: str, at: int | None = None
) -> Endorsement:
    challenge, code = prepare_endorsement(instance, round_id, by, "withdraw", replaces=replaces, at=at)
    with instance.write(at=at) as tx:
        actor = instance.actor(tx, by)
        return endorsements.withdraw(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)


def request_end(
    instance: SampleInstance, round_id: str, by: str, act: str = "close", *, at: int | None = None
) -> Round:
    request = endings.request_close if act == "close" else endings.request_cancel
    with instance.write(at=at) as tx:
        return request(tx, instance.actor(tx, by), round_id=round_id)


def add_person(
    instance: SampleInstance, key: str, *, role: str, organisation: str | None = None, proved: bool = True
) -> str:
    """Add an active person with a role, as if the acts that lead there were done; return the id."""
    with instance.write() as tx:
        id = tx.new_id("per")
        of = instance.members.organisations[organisation] if organisation else None
        people_store.add(tx, id=id, names={"en": key}, email=f"{key}@x.example", organisation=of, lang="en")
        if proved:
            addresses_store.mark_proved(tx, id, proof=BY_MAIL)
        people_store.grant_role(tx, person_id=id, role=role, document="", by=None)
    return id


def notices_of(instance: SampleInstance, key: str) -> list[str]:
    """Return the kinds of a person's notices, oldest first."""
    with instance.read() as tx:
        found = notices_store.list_by_person(tx, instance.members.people[key].id)
    return [one.kind for _, one in found]
