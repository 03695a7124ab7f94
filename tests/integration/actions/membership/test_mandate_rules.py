"""Mandates in coalitions of every size: secretariats of one to three, organisations of one or two people."""

import pytest

from service.actions.accounts.passwords import HashingResult
from service.actions.accounts.sign_in import Browser
from service.actions.membership import addresses, approval_decisions, invitations, mandates
from service.domain.errors import Conflict, DomainError
from service.domain.membership.approvals import WAIT
from service.domain.membership.mandates import SINGLE_CONFIRMATION_DELAY, marks_in_round
from service.domain.membership.people import FOCAL_POINT, Mandate
from service.sample.document import load_actor
from service.store.accounts import addresses as addresses_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import approvals as approvals_store
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store
from service.store.publication import notices as notices_store
from tests.support.factories import (
    SampleInstance,
    add_proved_person,
    create_invitation,
    open_round_with_document,
    set_secretariat,
)


def small_coalition(tx: Tx, *, secretariat: int, people: int, holder_inside: bool) -> tuple[str, list[str], list[str]]:
    """Return (organisation, its people, the secretariat); with `holder_inside` the last of its people is in it."""
    organisation = tx.new_id("org")
    organisations_store.add(tx, id=organisation, names={"en": "Small"})
    own = [
        add_proved_person(tx, email=f"p{n}@small.example", organisation=organisation, roles=(FOCAL_POINT,))
        for n in range(people)
    ]
    outside = [add_proved_person(tx, email=f"s{n}@x.example", organisation=None) for n in range(secretariat)]
    members = [own[-1], *outside[1:]] if holder_inside else outside
    set_secretariat(tx, members)
    return organisation, own, members


def confirm_by_all(tx: Tx, mandate: str, members: list[str]) -> tuple[Mandate, int]:
    """Let each of the secretariat who may confirm do so until it is confirmed; return it and how many confirmed."""
    found = mandates_store.lock(tx, mandate)
    assert found is not None
    for member in members:
        if found.state == "granted" and member not in (found.granted_by, found.person):
            found = mandates.confirm_mandate(tx, load_actor(tx, member), mandate=mandate)
    return found, len(found.confirmations)


@pytest.mark.parametrize("holder_inside", [False, True])
@pytest.mark.parametrize("people", [1, 2])
@pytest.mark.parametrize("secretariat", [1, 2, 3])
def test_every_coalition_gets_a_mandate_or_is_notified_the_way_out(
    instance: SampleInstance, secretariat: int, people: int, holder_inside: bool
) -> None:
    open_round_with_document(instance)
    with instance.write() as tx:
        organisation, own, members = small_coalition(
            tx, secretariat=secretariat, people=people, holder_inside=holder_inside
        )
        granter, holder = load_actor(tx, own[0]), own[-1]
        able = len(set(members) - {own[0], holder})
        if not able:
            with pytest.raises(Conflict) as dead_end:
                mandates.grant_mandate(tx, granter, organisation=organisation, person=holder)
            assert dead_end.value.code == "nobody_to_confirm" and "appoint one more person" in dead_end.value.sentence
            return
        id = mandates.grant_mandate(tx, granter, organisation=organisation, person=holder)
        confirmed, count = confirm_by_all(tx, id, members)
        now = tx.now
        live = mandates_store.get_live(tx, organisation=organisation, person=holder)
    assert confirmed.state == "confirmed" and count == min(2, able)
    if able == 1:
        assert confirmed.marks == ("confirmed_by_one",) and live is None
        assert confirmed.starts_at == now + SINGLE_CONFIRMATION_DELAY
        with instance.write(at=now + SINGLE_CONFIRMATION_DELAY) as tx:
            assert mandates_store.get_live(tx, organisation=organisation, person=holder)
            notified = [one.kind for _, one in notices_store.list_by_person(tx, instance.members.people["huda"].id)]
            assert "coalition.mandate_by_one" in notified
    else:
        assert (confirmed.marks, confirmed.starts_at) == ((), None) and live is not None


def test_mandate_to_oneself_is_refused_while_others_act_and_needs_two_otherwise(instance: SampleInstance) -> None:
    with instance.write() as tx:
        sindyan, lama = instance.members.organisations["sindyan"], instance.actor(tx, "lama")
        with pytest.raises(Conflict) as own:
            mandates.grant_mandate(tx, lama, organisation=sindyan, person=lama.person)
        assert own.value.code == "own_mandate_not_needed"
        stored = organisations_store.get_coalition(tx)
        assert stored is not None
        organisations_store.update_coalition(
            tx, settings={**stored.settings, "mandate_confirmations": 1}, logo_sha256=None
        )
        nabil, integrity = instance.actor(tx, "nabil"), instance.members.organisations["integrity"]
        id = mandates.grant_mandate(tx, nabil, organisation=integrity, person=nabil.person)
        assert mandates.confirm_mandate(tx, instance.actor(tx, "salma"), mandate=id).state == "granted"
        assert mandates.confirm_mandate(tx, instance.actor(tx, "karim"), mandate=id).state == "confirmed"


def test_no_mandate_is_delayed_before_the_first_round(instance: SampleInstance) -> None:
    with instance.write() as tx:
        salma, lama = instance.actor(tx, "salma"), instance.actor(tx, "lama")
        set_secretariat(tx, [salma.person])
        yusuf, sindyan = instance.members.people["yusuf"].id, instance.members.organisations["sindyan"]
        id = mandates.grant_mandate(tx, lama, organisation=sindyan, person=yusuf)
        confirmed = mandates.confirm_mandate(tx, salma, mandate=id)
        assert (confirmed.starts_at, confirmed.marks) == (None, ("confirmed_by_one",))
        assert mandates_store.get_live(tx, organisation=sindyan, person=yusuf)


def test_organisation_is_notified_of_each_step_of_a_mandate(instance: SampleInstance) -> None:
    with instance.write() as tx:
        lama, sindyan = instance.actor(tx, "lama"), instance.members.organisations["sindyan"]
        id = mandates.grant_mandate(tx, lama, organisation=sindyan, person=instance.members.people["yusuf"].id)
        for key in ("salma", "karim"):
            mandates.confirm_mandate(tx, instance.actor(tx, key), mandate=id)
        mandates.revoke_mandate(tx, instance.actor(tx, "salma"), mandate=id)
        notified = [one.kind for _, one in notices_store.list_by_person(tx, lama.person)]
        pinned = notices_store.list_awaiting_email(tx, lama.person)
        assert notified == ["power.mandate_granted", "power.mandate_confirmed", "power.mandate_revoked"]
        assert len(pinned) == 3 and tx.now in {one.at for one in pinned}


def test_mandate_confirmed_shortly_before_a_round_is_marked_in_it() -> None:
    def confirmed(at: int | None) -> Mandate:
        return Mandate("man_a", "org_a", "per_a", "per_b", 0, None, "confirmed", (), at, None, ("confirmed_by_one",))

    week = 7 * SINGLE_CONFIRMATION_DELAY
    assert marks_in_round(confirmed(10), opened_at=week + 10) == ("confirmed_by_one",)
    assert marks_in_round(confirmed(10), opened_at=week + 9) == ("confirmed_by_one", "recent")
    assert marks_in_round(confirmed(None), opened_at=0) == ("confirmed_by_one",)


def test_where_no_email_is_sent_a_second_secretary_stands_in_and_the_mandate_says_so(
    instance: SampleInstance,
) -> None:
    with instance.write() as tx:
        sindyan, lama = instance.members.organisations["sindyan"], instance.actor(tx, "lama")
        salma, karim = instance.actor(tx, "salma"), instance.actor(tx, "karim")
        rasha = add_proved_person(tx, email="rasha@x.example", organisation=sindyan, roles=("signatory",))
        unprove(tx, rasha)
        for actor, mail_enabled, code in ((salma, True, "code_possible"), (lama, False, "forbidden")):
            with pytest.raises(DomainError) as refused:
                addresses.confirm_address(tx, actor, person=rasha, channel="a call", mail_enabled=mail_enabled)
            assert refused.value.code == code
        with pytest.raises(DomainError) as silent:
            addresses.confirm_address(tx, karim, person=rasha, channel=" ", mail_enabled=False)
        assert silent.value.code == "channel_needed"
        with pytest.raises(DomainError) as long:
            addresses.confirm_address(tx, karim, person=rasha, channel="x" * 201, mail_enabled=False)
        assert long.value.code == "channel_too_long"
        assert addresses.confirm_address(tx, karim, person=rasha, channel="a call", mail_enabled=False)
        id = mandates.grant_mandate(tx, lama, organisation=sindyan, person=rasha)
        for actor in (salma, karim):
            confirmed = mandates.confirm_mandate(tx, actor, mandate=id)
        assert confirmed.marks == ("address_not_proved",)


def test_inviter_does_not_confirm_the_person_they_invited(instance: SampleInstance) -> None:
    with instance.write() as tx:
        salma, karim = instance.actor(tx, "salma"), instance.actor(tx, "karim")
        made = create_invitation(tx, salma, organisation=instance.members.organisations["sindyan"])
        person, _ = invitations.accept(
            tx, link=made.link, names={"en": "New"}, lang="en", hashed=HashingResult(), browser=Browser()
        )
        with pytest.raises(DomainError) as own:
            addresses.confirm_address(tx, salma, person=person, channel="a call", mail_enabled=False)
        assert own.value.code == "second_person_needed"
        assert addresses.confirm_address(tx, karim, person=person, channel="a call", mail_enabled=False)
        addresses_store.forget_proof(tx, person)
        set_secretariat(tx, [salma.person])
        assert addresses.confirm_address(tx, salma, person=person, channel="a call", mail_enabled=False)


def test_only_secretary_waits_to_confirm_the_person_they_invited_after_the_first_round(
    instance: SampleInstance,
) -> None:
    open_round_with_document(instance)
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        set_secretariat(tx, [salma.person])
        made = create_invitation(tx, salma, organisation=None)
        person, _ = invitations.accept(
            tx, link=made.link, names={"en": "New"}, lang="en", hashed=HashingResult(), browser=Browser()
        )
        assert not addresses.confirm_address(tx, salma, person=person, channel="a call", mail_enabled=False)
        (request,) = approvals_store.list_waiting(tx)
        due = tx.now + WAIT
        assert request.due_at == due
    with instance.write(at=due) as tx:
        assert approval_decisions.carry_out_due(tx, request=request.id)
        found = people_store.get(tx, person)
        assert found is not None and found.address_proof == "channel"


def unprove(tx: Tx, person: str) -> None:
    addresses_store.forget_proof(tx, person)
    found = people_store.get(tx, person)
    assert found is not None and found.address_proved_at is None
