"""Changes of an address: with proof at both, or by an own focal point after 72 hours; never by the secretariat."""

import pytest

from service.actions.accounts import code_mail, email_codes
from service.actions.membership import address_changes, mandates
from service.domain.errors import Conflict, DomainError, Forbidden
from service.domain.membership.approvals import WAIT
from service.sample.document import load_actor
from service.store.accounts import addresses as addresses_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import mandates as mandates_store
from service.store.publication import notices as notices_store
from service.store.tables import mail
from tests.support.factories import SECRET, SampleInstance

NEW = "new@x.example"


def mailed(tx: Tx, address: str) -> list[str]:
    """Return the bodies of the emails to an address, with their codes."""
    rows = tx.connection.execute(mail.select().where(mail.c.address == address).order_by(mail.c.seq)).all()
    return [row.body for row in rows]


def codes_for(old: str, new: str) -> tuple[str, str]:
    """Return the codes that were sent under these ids to the present and to the new address."""
    return (
        code_mail.derive_code(email_codes.OLD_ADDRESS, old, secret=SECRET),
        code_mail.derive_code(email_codes.NEW_ADDRESS, new, secret=SECRET),
    )


def finish(tx: Tx, instance: SampleInstance, ids: tuple[str, str, str], codes: tuple[str, str]) -> None:
    change, old, new = ids
    actor = instance.actor(tx, "yusuf")
    address_changes.finish_own(
        tx, actor, change=change, old=(old, codes[0]), new=(new, codes[1]), session="", secret=SECRET
    )


def test_holder_changes_the_address_with_codes_from_both(instance: SampleInstance) -> None:
    with instance.write() as tx:
        yusuf = people_store.get(tx, instance.members.people["yusuf"].id)
        assert yusuf is not None
        ids = address_changes.start_own(tx, instance.actor(tx, "yusuf"), address=f" {NEW.upper()} ", secret=SECRET)
        assert mailed(tx, NEW) and mailed(tx, yusuf.email)
        finish(tx, instance, ids, codes_for(*ids[1:]))
        changed = people_store.get(tx, yusuf.id)
        assert changed is not None and (changed.email, changed.address_proof) == (NEW, "code")
        assert len(mailed(tx, yusuf.email)) == 3
        notified = {one.kind for _, one in notices_store.list_by_person(tx, instance.members.people["lama"].id)}
        assert "power.address_changed" in notified
        assert all(one["revoked_at"] for one in people_store.list_tokens(tx, yusuf.id))
        with pytest.raises(Conflict) as again:
            finish(tx, instance, ids, ("", ""))
        assert again.value.code == "no_address_change"


@pytest.mark.parametrize("wrong", [0, 1])
def test_one_mailbox_alone_does_not_change_the_address(instance: SampleInstance, wrong: int) -> None:
    with instance.write() as tx:
        ids = address_changes.start_own(tx, instance.actor(tx, "yusuf"), address=NEW, secret=SECRET)
    codes = list(codes_for(*ids[1:]))
    codes[wrong] = "00000000"
    with pytest.raises(Forbidden) as refused, instance.write() as tx:
        finish(tx, instance, ids, (codes[0], codes[1]))
    assert refused.value.code == "wrong_code"
    with instance.read() as tx:
        assert people_store.get_by_email(tx, NEW) is None


def test_address_of_somebody_else_is_neither_revealed_nor_taken(instance: SampleInstance) -> None:
    with instance.write() as tx:
        huda = people_store.get(tx, instance.members.people["huda"].id)
        assert huda is not None
        before = len(mailed(tx, huda.email))
        ids = address_changes.start_own(tx, instance.actor(tx, "yusuf"), address=huda.email, secret=SECRET)
        assert len(mailed(tx, huda.email)) == before
    with pytest.raises(Forbidden), instance.write() as tx:
        finish(tx, instance, ids, codes_for(*ids[1:]))


def test_focal_point_changes_a_colleagues_address_after_the_wait_and_mandates_end(instance: SampleInstance) -> None:
    sindyan, yusuf = instance.members.organisations["sindyan"], instance.members.people["yusuf"].id
    with instance.write() as tx:
        lama = instance.actor(tx, "lama")
        mandates.grant_mandate(tx, lama, organisation=sindyan, person=yusuf)
        change = address_changes.ask_for_colleague(tx, lama, person=yusuf, address=NEW)
        notified = {one.kind for _, one in notices_store.list_by_person(tx, yusuf)}
        assert "power.address_changing" in notified
        due = tx.now + WAIT
        address_changes.carry_out_due(tx, change=change)
        assert people_store.get_by_email(tx, NEW) is None
    with instance.write(at=due) as tx:
        assert address_changes.list_due(tx) == [change]
        address_changes.carry_out_due(tx, change=change)
        changed = people_store.get(tx, yusuf)
        assert changed is not None and (changed.email, changed.address_proved_at) == (NEW, None)
        assert mandates_store.list_unrevoked(tx, person=yusuf) == []


def test_holder_or_a_colleague_stops_the_change(instance: SampleInstance) -> None:
    yusuf = instance.members.people["yusuf"].id
    for stopper in ("yusuf", "lama"):
        with instance.write() as tx:
            address_changes.ask_for_colleague(tx, instance.actor(tx, "lama"), person=yusuf, address=NEW)
            with pytest.raises(DomainError) as outsider:
                address_changes.stop(tx, instance.actor(tx, "nabil"), person=yusuf)
            assert outsider.value.code == "not_found"
            address_changes.stop(tx, instance.actor(tx, stopper), person=yusuf)
            assert addresses_store.get_waiting_change(tx, yusuf) is None
            with pytest.raises(Conflict):
                address_changes.stop(tx, instance.actor(tx, stopper), person=yusuf)


def test_neither_the_secretariat_nor_a_outsider_changes_an_address(instance: SampleInstance) -> None:
    yusuf, karim = (instance.members.people[key].id for key in ("yusuf", "karim"))
    cases = (
        ("salma", yusuf, "forbidden"),
        ("nabil", yusuf, "not_yours_to_change"),
        ("lama", karim, "not_yours_to_change"),
    )
    for who, person, code in cases:
        with instance.write() as tx, pytest.raises(DomainError) as refused:
            address_changes.ask_for_colleague(tx, instance.actor(tx, who), person=person, address=NEW)
        assert refused.value.code == code
    with instance.write() as tx:
        lama = instance.actor(tx, "lama")
        people_store.grant_role(tx, person_id=yusuf, role="secretariat", document="", by=None)
        with pytest.raises(Forbidden):
            address_changes.ask_for_colleague(tx, lama, person=yusuf, address=NEW)
        people_store.revoke_role(tx, person_id=yusuf, role="secretariat", document="")
        with pytest.raises(Conflict) as taken:
            found = people_store.get(tx, instance.members.people["huda"].id)
            assert found is not None
            address_changes.ask_for_colleague(tx, lama, person=yusuf, address=found.email)
        assert taken.value.code == "email_taken" and load_actor(tx, yusuf)
