"""Recovered access: an administrator who lets somebody in gets no power by it, and everyone learns of it."""

import pytest
from sqlalchemy import text

from service.actions.accounts import recovery, sign_in
from service.actions.authorization import authenticate
from service.actions.endorsement import endings
from service.actions.membership import invitation_links, invitations, people
from service.actions.trust.record_check import check_record
from service.domain.accounts.recovery import ONLY_SECRETARY_RESTRICTION, RESTRICTION, Recovery
from service.domain.endorsement.endings import WAIT
from service.domain.errors import Conflict, Forbidden, NotFound
from service.domain.membership.people import FOCAL_POINT, SECRETARIAT, Actor
from service.domain.policy import POLICY, Resource, may
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.accounts import recoveries as recoveries_store
from service.store.accounts import role_holders as role_holders_store
from service.store.db import Tx
from service.store.tables import mail, notice, password
from tests.support.factories import SECRET, SampleInstance, cast_endorsement, open_round_with_document

HOUR = 3600 * 1_000_000


def email_of(tx: Tx, instance: SampleInstance, key: str) -> str:
    found = people_store.get(tx, instance.members.people[key].id)
    return found.email if found else ""


def recover(instance: SampleInstance, key: str, *, shown: bool = True, at: int | None = None) -> str:
    """Recover the access of a person as the command does; return the link."""
    with instance.write(at=at) as tx:
        found = recovery.recover(tx, email=email_of(tx, instance, key), shown=shown)
        return invitation_links.create_recovery_link(tx, person=found.person.id, secret=SECRET).link


def pending(instance: SampleInstance) -> list[Recovery]:
    with instance.read() as tx:
        return recoveries_store.list_unfinished(tx)


def close(instance: SampleInstance, key: str) -> None:
    """Close a person, without the second person whom this needs."""
    with instance.write() as tx:
        assert people_store.close(tx, instance.members.people[key].id)


def verbs_of(actor: Actor) -> set[str]:
    return {verb for verb in POLICY if may(actor, verb, Resource(organisation=actor.organisation))}


def test_recovered_secretary_only_reads_for_three_days(instance: SampleInstance) -> None:
    with instance.write() as tx:
        before = verbs_of(instance.actor(tx, "salma"))
    recover(instance, "salma")
    with instance.write() as tx:
        restricted = instance.actor(tx, "salma")
        assert {POLICY[verb].scope for verb in verbs_of(restricted)} == {"read"}
        assert "token.own" not in verbs_of(restricted)
        end = pending(instance)[0].restricted_until
        assert 0 <= end - tx.now <= RESTRICTION
    with instance.write(at=end + 1) as tx:
        assert verbs_of(instance.actor(tx, "salma")) == before


def test_sessions_and_keys_of_before_end(instance: SampleInstance) -> None:
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        session = sign_in.start_session(tx, salma, browser=sign_in.Browser(own_device=True))
    recover(instance, "salma")
    with instance.read() as tx:
        assert authenticate(tx, token=None, session=session) is None
        assert authenticate(tx, token=instance.token("salma"), session=None) is None


def test_second_recovery_does_not_restart_the_clock(instance: SampleInstance) -> None:
    first_link = recover(instance, "karim")
    with instance.read() as tx:
        later = tx.now + 10 * HOUR
    second_link = recover(instance, "karim", at=later)
    ends = {one.restricted_until for one in pending(instance)}
    assert len(ends) == 1
    with instance.read() as tx:
        with pytest.raises(Conflict, match="invitation_over"):
            invitations.get_by_link(tx, link=first_link)
        assert invitations.get_by_link(tx, link=second_link).person == instance.members.people["karim"].id


@pytest.mark.parametrize("by", ["karim", "nabil"])
def test_another_secretary_or_focal_point_refuses_with_one_act(instance: SampleInstance, by: str) -> None:
    link = recover(instance, "salma")
    (found,) = pending(instance)
    with instance.write() as tx:  # the thief used the link, and set a password
        session = sign_in.start_session(tx, instance.actor(tx, "salma"), browser=sign_in.Browser(own_device=True))
        tx.connection.execute(password.insert().values(person=found.person, hash="x", changed_at=tx.now))
    with instance.write() as tx:
        recovery.refuse(tx, instance.actor(tx, by), recovery=found.id)
    with instance.write() as tx:
        with pytest.raises(Conflict, match="invitation_over"):
            invitations.get_by_link(tx, link=link)
        assert authenticate(tx, token=None, session=session) is None
        assert tx.connection.execute(password.select()).all() == []
        assert instance.actor(tx, "salma").restricted_until is not None
        with pytest.raises(Conflict, match="recovery_over"):
            recovery.refuse(tx, instance.actor(tx, by), recovery=found.id)


def test_nobody_else_refuses(instance: SampleInstance) -> None:
    recover(instance, "salma")
    (found,) = pending(instance)
    with instance.write() as tx:
        for key in instance.members.people:
            actor = instance.actor(tx, key)
            if not actor.has_role([SECRETARIAT, FOCAL_POINT]):
                with pytest.raises(Forbidden):
                    recovery.refuse(tx, actor, recovery=found.id)
        with pytest.raises(Forbidden):
            recovery.refuse(tx, instance.actor(tx, "salma"), recovery=found.id)
        with pytest.raises(NotFound):
            recovery.refuse(tx, instance.actor(tx, "karim"), recovery="rec_none")


def test_focal_point_does_not_decide_about_own_access(instance: SampleInstance) -> None:
    with instance.write() as tx:
        tx.connection.execute(text("UPDATE access_recovery SET restricted_until = 1"))
        nabil = instance.actor(tx, "nabil")
        recoveries_store.add(tx, id="rec_own", person=nabil.person, shown=False, restricted_until=tx.now + HOUR)
        with pytest.raises(Forbidden, match="own_recovery"):
            recovery.refuse(tx, nabil, recovery="rec_own")


def test_only_for_those_who_hold_a_role_now(instance: SampleInstance) -> None:
    with instance.write() as tx:
        without = people.create_person(
            tx, names={"ar": "فلان"}, email="no.role@x.example", organisation=None, lang="ar", by=None
        )
        counts = tx.connection.execute(text("SELECT count(*) FROM person")).scalar_one()
    close(instance, "lama")
    with instance.write() as tx:
        for address in ("no.role@x.example", "nobody@x.example", email_of(tx, instance, "lama")):
            with pytest.raises(NotFound, match="no_role_holder"):
                recovery.recover(tx, email=address, shown=True)
        assert tx.connection.execute(text("SELECT count(*) FROM person")).scalar_one() == counts
        assert people_store.list_grants(tx, without) == frozenset()


def test_everyone_with_a_role_is_notified_and_the_link_goes_to_the_stored_address(instance: SampleInstance) -> None:
    link = recover(instance, "salma", shown=True)
    with instance.read() as tx:
        notified = set(tx.connection.execute(notice.select().where(notice.c.kind == "access.recovered")).scalars())
        holders = role_holders_store.list_holders_of_any_role(tx)
        assert len(notified) == len(holders) == len(instance.members.people)
        letter = tx.connection.execute(mail.select().order_by(mail.c.seq.desc()).limit(1)).one()
        assert letter.address == email_of(tx, instance, "salma")
        assert link not in letter.body
        entry = next(one for one in reversed(record_store.list_leaves(tx)) if b"access.recover" in (one.content or b""))
        assert b'"shown":true' in (entry.content or b"")
        assert check_record(tx).differences == []


def test_only_secretary_may_end_an_open_round_meanwhile(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance, lasts=2 * WAIT)
    cast_endorsement(instance, round_id, "yusuf")
    close(instance, "karim")
    recover(instance, "salma")
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        assert pending(instance)[0].restricted_until - tx.now <= ONLY_SECRETARY_RESTRICTION
        assert verbs_of(salma) - {verb for verb, rule in POLICY.items() if rule.scope == "read"} == {"round.close"}
        endings.request_cancel(tx, salma, round_id=round_id)
    with instance.write(at=tx.now + WAIT) as later:
        endings.end_if_due(later, round_id=round_id)
        assert later.connection.execute(text("SELECT state FROM round")).scalar_one() == "cancelled"


def test_request_of_a_recovered_secretary_does_not_count_for_an_ending(instance: SampleInstance) -> None:
    """The attacker asks for the end as one secretary, whose access is then recovered; the other does not suffice."""
    _, round_id = open_round_with_document(instance)
    with instance.write() as tx:
        endings.request_cancel(tx, instance.actor(tx, "karim"), round_id=round_id)
    recover(instance, "karim")
    with instance.write() as tx:
        endings.request_cancel(tx, instance.actor(tx, "salma"), round_id=round_id)
        assert tx.connection.execute(text("SELECT state FROM round")).scalar_one() == "open"
