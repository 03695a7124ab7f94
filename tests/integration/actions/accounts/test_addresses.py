"""L3: wherever an address enters it is parsed; people whose odd address is stored already still sign in."""

import pytest
from sqlalchemy import update

from service.actions.accounts import sign_in
from service.actions.membership import invitations, people
from service.domain.errors import InvalidInput
from service.mail.errors import EmailNotSent
from service.mail.message import compose
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.tables import person
from tests.support.factories import SECRET, SampleInstance
from tests.support.mail.servers import an_envelope
from tests.unit.accounts.test_addresses import OTHERS


@pytest.mark.parametrize("address", OTHERS)
def test_odd_address_is_refused_for_a_new_person_and_an_invitation(instance: SampleInstance, address: str) -> None:
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        with pytest.raises(InvalidInput):
            people.add_person(
                tx, salma, names={"en": "Rana"}, email=address, organisation=None, lang="en", roles=("observer",)
            )
        with pytest.raises(InvalidInput):
            invitations.invite(
                tx,
                salma,
                email=address,
                organisation=None,
                roles=("observer",),
                lang="en",
                secret=SECRET,
                mail_enabled=True,
            )


@pytest.mark.parametrize("stored", ["a,b@c.de", "lama@مثال.إختبار", "lama@b_c.example"])
def test_person_with_an_odd_address_still_signs_in(instance: SampleInstance, stored: str) -> None:
    lama = instance.members.people["lama"].id
    with instance.write() as tx:
        tx.connection.execute(update(person).where(person.c.id == lama).values(email=stored))
        accounts_store.set_password(tx, lama, hash_="a hash")
    with instance.write() as tx:
        assert sign_in.get_password_hash(tx, address=stored.upper()) == "a hash"
        assert sign_in.sign_in_with_password(
            tx, address=stored, is_correct=True, browser=sign_in.Browser(), secret=SECRET
        )


def test_same_address_in_another_script_is_taken(instance: SampleInstance) -> None:
    lama = instance.members.people["lama"].id
    with instance.write() as tx:
        tx.connection.execute(update(person).where(person.c.id == lama).values(email="lama@مثال.إختبار"))
        found = people_store.get_by_email(tx, "LAMA@xn--mgbh0fb.xn--kgbechtv")
    assert found and found.id == lama


@pytest.mark.parametrize("address", ["victim@b.cd,x.yz", "a@b.cd;e.fg", "<a@b.cd>"])
def test_email_goes_to_one_recipient_or_to_none(address: str) -> None:
    with pytest.raises(EmailNotSent) as caught:
        compose(an_envelope(to=address), subject="s", body="b", lang="en")
    assert caught.value.permanent
