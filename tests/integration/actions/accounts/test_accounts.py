"""Accounts and invitations below the pages: the stable codes of their errors."""

from typing import Any

import pytest
from sqlalchemy import event

from service.actions.accounts import code_mail, email_codes, passwords, settings, sign_in
from service.actions.accounts.sign_in import Browser
from service.actions.membership import invitation_links, invitation_mail, invitations
from service.domain.accounts.rules import AUTH_METHODS, CODE, PASSWORD, RequestOrigin
from service.domain.errors import DomainError
from service.store.db import Tx
from service.store.membership import invitations as invitations_store
from service.store.publication import notices as notices_store
from service.store.tables import mail as mail_table
from tests.support.factories import SECRET, SampleInstance, create_invitation

VALID_PASSWORD = "velvet harbour nineteen onions"


def mails(tx: Tx) -> list[tuple[str | None, str]]:
    """Return (person, address) of every queued mail."""
    rows = tx.connection.execute(mail_table.select().where(mail_table.c.state == "waiting").order_by(mail_table.c.seq))
    return [(row.person, row.address) for row in rows]


class StatementRecorder:
    """Records the statements sent to the database in order, and how many rows each changed."""

    def __init__(self, tx: Tx) -> None:
        self.seen: list[tuple[str, int]] = []
        event.listen(tx.connection, "after_cursor_execute", self._note)

    def _note(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        self.seen.append((statement, max(cursor.rowcount, 0) if not statement.startswith("SELECT") else 0))


def test_wrong_password_is_counted_though_refused(instance: SampleInstance) -> None:
    found = []
    for _ in range(11):
        with pytest.raises(DomainError) as refused, instance.write() as tx:
            sign_in.sign_in_with_password(
                tx, address="lama@sindyan.example", is_correct=False, browser=Browser(), secret=SECRET
            )
        found.append(refused.value.code)
    assert found == ["wrong_password"] * 10 + ["too_many_passwords"]


def test_account_errors_have_codes(instance: SampleInstance) -> None:
    with instance.write() as tx:
        lama = instance.actor(tx, "lama")
        with pytest.raises(DomainError) as digits:
            settings.update_profile(tx, lama, names={"ar": "س"}, lang="ar", zone="", digits="roman")
        with pytest.raises(DomainError) as void:
            sign_in.sign_in_with_code(tx, id="cod_none", code="1", secret=SECRET, browser=Browser())
    assert (digits.value.code, void.value.code) == ("unknown_digits", "code_void")


@pytest.mark.parametrize(
    ("email", "organisation", "roles", "code"),
    [
        ("new@x.example", "two-banks", ("drafter",), "not_yours_to_invite"),
        ("new@x.example", "sindyan", (), "no_role"),
        ("yusuf@sindyan.example", "sindyan", ("drafter",), "email_taken"),
    ],
)
def test_invitation_errors_have_codes(
    instance: SampleInstance, email: str, organisation: str, roles: tuple[str, ...], code: str
) -> None:
    place = instance.members.organisations[organisation]
    with pytest.raises(DomainError) as refused, instance.write() as tx:
        create_invitation(tx, instance.actor(tx, "lama"), email=email, organisation=place, roles=roles)
    assert refused.value.code == code


def test_link_needs_password_where_mail_is_off(instance: SampleInstance) -> None:
    with instance.write() as tx:
        place = instance.members.organisations["sindyan"]
        made = create_invitation(tx, instance.actor(tx, "lama"), organisation=place)
        with pytest.raises(DomainError) as refused:
            invitations.prepare_acceptance(tx, link=made.link, names={"ar": "س"}, password="", mail_enabled=False)
        assert (
            invitations.prepare_acceptance(
                tx, link=made.link, names={"ar": "س"}, password="", mail_enabled=True
            ).new_password
            is None
        )
    assert refused.value.code == "password_needed"


def test_link_used_by_two_admits_one(instance: SampleInstance) -> None:
    with instance.write() as tx:
        made = invitation_links.create_first_link(tx, person=instance.members.people["salma"].id)
        person = instance.members.people["salma"].id
        assert invitations_store.mark_used(tx, made.id, person_id=person)
        assert not invitations_store.mark_used(tx, made.id, person_id=person)
        assert not invitations_store.mark_withdrawn(tx, made.id)


# Unauthenticated clients


def request_code(instance: SampleInstance, address: str, origin: RequestOrigin) -> tuple[str, list[tuple[str, int]]]:
    """Return the id of a requested code, and the statements it took."""
    with instance.write() as tx:
        _ = tx.now
        seen = StatementRecorder(tx)
        id = email_codes.send_code(tx, address=address, purpose=email_codes.SIGN_IN, origin=origin, secret=SECRET)
        return id, seen.seen


def test_requesting_a_code_costs_the_same_for_unknown_addresses(instance: SampleInstance) -> None:
    _, known = request_code(instance, "lama@sindyan.example", RequestOrigin("here"))
    _, unknown = request_code(instance, "nobody@x.example", RequestOrigin("here"))
    assert known == unknown
    assert sum(rows for _, rows in known) >= 4
    with instance.read() as tx:
        lama = instance.members.people["lama"].id
        assert mails(tx) == [(lama, "lama@sindyan.example"), (None, "")]
        assert [
            invitation_mail.fill_in_link(tx, one, secret=SECRET)
            for one in notices_store.list_newest_invitation_emails(tx, limit=9)
        ] == []


def test_rate_limit_does_not_lock_out_known_browser(instance: SampleInstance) -> None:
    mine, address = RequestOrigin("my browser", True), "lama@sindyan.example"
    for place in range(AUTH_METHODS[PASSWORD].max_from_unknown):
        with pytest.raises(DomainError), instance.write() as tx:
            sign_in.check_password_attempt(
                tx, address=address, is_correct=False, origin=RequestOrigin(f"network {place // 9}")
            )
    with instance.write() as tx:
        with pytest.raises(DomainError) as strange:
            sign_in.get_password_hash(tx, address=address, origin=RequestOrigin("another network"))
        sign_in.get_password_hash(tx, address=address, origin=mine)
        sign_in.check_password_attempt(tx, address=address, is_correct=True, origin=mine)
        email_codes.send_code(
            tx, address=address, purpose=email_codes.SIGN_IN, origin=RequestOrigin("another network"), secret=SECRET
        )
    assert strange.value.code == "too_many_passwords"


def test_outsider_cannot_void_codes_or_use_up_limits_of_others(instance: SampleInstance) -> None:
    address, mine = "lama@sindyan.example", RequestOrigin("my network")
    id, _ = request_code(instance, address, mine)
    for _ in range(AUTH_METHODS[CODE].max_from_origin):
        request_code(instance, address, RequestOrigin("the stranger"))
    with pytest.raises(DomainError) as refused:
        request_code(instance, address, RequestOrigin("the stranger"))
    with instance.write() as tx:
        code = code_mail.derive_code(email_codes.SIGN_IN, id, secret=SECRET)
        assert email_codes.redeem_code(tx, id=id, code=code, purpose=email_codes.SIGN_IN, secret=SECRET)
    request_code(instance, address, mine)
    for place in range(AUTH_METHODS[CODE].max_from_unknown):
        try:
            request_code(instance, address, RequestOrigin(f"network {place}"))
        except DomainError as error:
            assert error.code == "too_many_codes"
    assert refused.value.code == "too_many_codes"
    request_code(instance, address, RequestOrigin("my browser", True))


# Invitations by mail


def test_invitation_is_mailed_without_storing_its_link(instance: SampleInstance) -> None:
    with instance.write() as tx:
        made = create_invitation(tx, instance.actor(tx, "salma"), organisation=None, roles=("observer",))
        (letter,) = notices_store.list_newest_invitation_emails(tx, limit=9)
        row = tx.connection.execute(mail_table.select()).one()
        assert made.link not in str(row) and (row.person, row.address) == (None, "new@x.example")
        ready = invitation_mail.fill_in_link(tx, letter, secret=SECRET)
        assert ready is not None and ready.body.count(f"/join#{made.link}") == 1
        assert (ready.to, ready.lang, ready.subject) == ("new@x.example", "en", "An invitation")
        assert invitation_mail.fill_in_link(tx, letter, secret=b"another secret of the instance, as long") is None
        invitations.withdraw(tx, instance.actor(tx, "salma"), invitation=made.id)
        assert invitation_mail.fill_in_link(tx, letter, secret=SECRET) is None


def test_focal_point_learns_of_nobody_in_other_organisations(instance: SampleInstance) -> None:
    with instance.write() as tx:
        lama, place = instance.actor(tx, "lama"), instance.members.organisations["sindyan"]
        nobody = create_invitation(tx, lama, organisation=place)
        known = create_invitation(tx, lama, organisation=place, email="huda@two-banks.example")
        assert [one.state(now=tx.now) for one in invitations.list_invitations(tx, lama)] == ["waiting", "waiting"]
        for made in (nobody, known):
            assert invitations.get_by_link(tx, link=made.link).person is None
        assert mails(tx) == [(None, "new@x.example"), (instance.members.people["huda"].id, "")]
        (_, mail) = notices_store.list_emails(tx, person_id=instance.members.people["huda"].id)[-1]
        assert "/join" not in mail.body
        with pytest.raises(DomainError) as taken:
            invitations.accept(
                tx, link=known.link, names={"ar": "هدى"}, lang="ar", hashed=passwords.HashingResult(), browser=Browser()
            )
        assert instance.actor(tx, "huda").organisation == instance.members.organisations["two-banks"]
    assert taken.value.code == "address_known"


def test_focal_point_cannot_revoke_invitation_of_another_organisation(instance: SampleInstance) -> None:
    with instance.write() as tx:
        salma, place = instance.actor(tx, "salma"), instance.members.organisations["sindyan"]
        theirs = create_invitation(tx, salma, organisation=instance.members.organisations["two-banks"])
        ours = create_invitation(tx, instance.actor(tx, "lama"), organisation=place)
        assert invitations.get_by_link(tx, link=theirs.link) and invitations.get_by_link(tx, link=ours.link)
        create_invitation(tx, salma, organisation=None, roles=("observer",))
        for made in (theirs, ours):
            with pytest.raises(DomainError) as over:
                invitations.get_by_link(tx, link=made.link)
            assert over.value.code == "invitation_over"
