"""Accounts and invitations under the pages: the stable codes of their refusals."""

import pytest

from service.actions import accounts, entry, invitations
from service.actions.entry import Browser
from service.domain.errors import DomainError
from service.store import invitations as invitation_store
from tests.factories import SECRET, Stage

GOOD = "velvet harbour nineteen onions"


def test_a_wrong_password_is_counted_though_it_is_refused(stage: Stage) -> None:
    found = []
    for _ in range(11):
        with pytest.raises(DomainError) as refused, stage.write() as tx:
            entry.by_password(tx, address="lama@sindyan.example", right=False, browser=Browser())
        found.append(refused.value.code)
    assert found == ["wrong_password"] * 10 + ["too_many_passwords"]


def test_codes_of_refused_accounts(stage: Stage) -> None:
    with stage.write() as tx:
        lama = stage.actor(tx, "lama")
        with pytest.raises(DomainError) as digits:
            accounts.edit(tx, lama, name="س", lang="ar", zone="", digits="roman")
        with pytest.raises(DomainError) as void:
            entry.by_code(tx, id="cod_none", code="1", secret=SECRET, browser=Browser())
    assert (digits.value.code, void.value.code) == ("unknown_digits", "code_void")


@pytest.mark.parametrize(
    ("email", "organisation", "roles", "code"),
    [
        ("new@x.example", "two-banks", ("drafter",), "not_yours_to_invite"),
        ("new@x.example", "sindyan", (), "no_role"),
        ("salma@mithaq.example", "sindyan", ("drafter",), "email_taken"),
    ],
)
def test_codes_of_refused_invitations(
    stage: Stage, email: str, organisation: str, roles: tuple[str, ...], code: str
) -> None:
    place = stage.cast.organisations[organisation]
    with pytest.raises(DomainError) as refused, stage.write() as tx:
        invitations.invite(tx, stage.actor(tx, "lama"), email=email, organisation=place, roles=roles)
    assert refused.value.code == code


def test_a_link_without_mails_needs_a_password(stage: Stage) -> None:
    with stage.write() as tx:
        place = stage.cast.organisations["sindyan"]
        made = invitations.invite(
            tx, stage.actor(tx, "lama"), email="new@x.example", organisation=place, roles=("drafter",)
        )
        with pytest.raises(DomainError) as refused:
            invitations.asked(tx, link=made.link, name="س", password="", mails_go=False)
        assert invitations.asked(tx, link=made.link, name="س", password="", mails_go=True).new is None
    assert refused.value.code == "password_needed"


def test_of_two_who_use_a_link_one_comes_in(stage: Stage) -> None:
    with stage.write() as tx:
        made = invitations.first_link(tx, person=stage.cast.people["salma"].id)
        person = stage.cast.people["salma"].id
        assert invitation_store.use(tx, made.id, person_id=person)
        assert not invitation_store.use(tx, made.id, person_id=person)
        assert not invitation_store.withdraw(tx, made.id)
