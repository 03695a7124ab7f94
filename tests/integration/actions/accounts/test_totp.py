"""Authenticator apps: used once, not in the database, not shut by others, not removed by control of a mailbox."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Barrier, Thread

import pyotp
import pytest

from service.actions.accounts import email_codes, password_reset, sign_in, totp
from service.actions.accounts.passwords import HashingResult
from service.actions.accounts.second_factor import Ticket
from service.actions.accounts.sign_in import Browser
from service.actions.authorization import authenticate
from service.actions.membership import invitations
from service.domain.accounts.rules import AUTH_METHODS, TOTP, RequestOrigin
from service.domain.errors import DomainError, Forbidden
from service.domain.membership.people import Actor
from service.store.accounts import accounts as accounts_store
from service.store.accounts import totp as totp_store
from service.store.db import Tx
from service.store.dump import TABLE_NAMES, dump_rows
from service.store.publication import notices as notices_store
from tests.integration.actions.accounts.test_recovery import recover
from tests.support.factories import SECRET, SampleInstance, mailed_code

LAMA = "lama@sindyan.example"


class Phone:
    """An app with the secret from the QR code. A code is good for one step, so each one asked for is a step later."""

    def __init__(self, uri: str) -> None:
        self.otp = pyotp.TOTP(pyotp.parse_uri(uri).secret)
        self.steps = iter((-1, 0, 1))

    def code(self, tx: Tx) -> str:
        return self.otp.generate_otp(tx.clock() // totp.STEP + next(self.steps))


def session_actor(tx: Tx, session: str) -> Actor:
    found = authenticate(tx, token=None, session=session)
    assert found
    return found


def set_up(instance: SampleInstance, who: str = "lama") -> tuple[Phone, list[str], str]:
    """Return (phone, recovery codes, session) of a person who set up an app."""
    session = instance.session(who)
    with instance.write() as tx:
        totp.request(tx, session_actor(tx, session))
        uri = totp.provisioning_uri(tx, session_actor(tx, session), secret=SECRET)
        assert uri
    phone = Phone(uri)
    with instance.write() as tx:
        code = phone.code(tx)
        codes = totp.confirm(tx, session_actor(tx, session), code=code, session=session, secret=SECRET)
    return phone, codes, session


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(DomainError) as error:
        yield
    assert error.value.code == code


def redeem(instance: SampleInstance, code: str, *, origin: str = "here") -> None:
    with instance.write() as tx:
        person = instance.members.people["lama"].id
        totp.redeem(tx, person, code=code, origin=RequestOrigin(origin), secret=SECRET)


def kinds(instance: SampleInstance, who: str = "lama") -> list[str]:
    with instance.read() as tx:
        return [one.kind for one in notices_store.list_awaiting_email(tx, instance.members.people[who].id)]


def test_app_is_in_use_from_its_first_code_on_and_the_person_is_notified(instance: SampleInstance) -> None:
    phone, codes, session = set_up(instance)
    with instance.read() as tx:
        assert totp.is_set_up(tx, instance.members.people["lama"].id)
        assert totp.provisioning_uri(tx, session_actor(tx, session), secret=SECRET) is None
        assert authenticate(tx, token=instance.token("lama"), session=None) is None
    assert len(set(codes)) == totp.RECOVERY_CODES and all(
        re.fullmatch(r"([a-z2-7]{4}-){3}[a-z2-7]{4}", c) for c in codes
    )
    assert kinds(instance) == ["totp.set"]
    with refused("totp_in_use"), instance.write() as tx:
        totp.request(tx, session_actor(tx, session))
    assert phone


def test_asvs_28_code_is_used_once(instance: SampleInstance) -> None:
    phone, _, _ = set_up(instance)
    with instance.read() as tx:
        code = phone.code(tx)
    redeem(instance, code)
    with refused("wrong_totp"):
        redeem(instance, code)


def test_asvs_28_code_used_by_two_at_the_same_time_serves_one(instance: SampleInstance) -> None:
    phone, _, _ = set_up(instance)
    with instance.read() as tx:
        code = phone.code(tx)
    start, results = Barrier(4), []

    def attempt() -> None:
        start.wait()
        try:
            redeem(instance, code)
            results.append("accepted")
        except DomainError as error:
            results.append(error.code)

    threads = [Thread(target=attempt) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(results) == ["accepted"] + ["wrong_totp"] * 3


def test_asvs_28_recovery_code_is_used_once_and_the_person_is_notified(instance: SampleInstance) -> None:
    _, codes, _ = set_up(instance)
    redeem(instance, codes[0].upper())
    with refused("wrong_totp"):
        redeem(instance, codes[0])
    assert "totp.recovered" in kinds(instance)
    with instance.read() as tx:
        assert totp_store.count_recovery_codes(tx, instance.members.people["lama"].id) == totp.RECOVERY_CODES - 1


def test_neither_secret_nor_recovery_codes_are_stored(instance: SampleInstance) -> None:
    phone, codes, _ = set_up(instance)
    secrets = [phone.otp.secret, phone.otp.byte_secret().hex(), *codes, *(one.replace("-", "") for one in codes)]
    with instance.read() as tx:
        stored = b"".join(row for name in TABLE_NAMES for row in dump_rows(tx, name))
    assert not [one for one in secrets if one.encode() in stored]


def test_wrong_codes_are_limited_and_others_do_not_shut_the_person_out(instance: SampleInstance) -> None:
    phone, _, _ = set_up(instance)
    for _ in range(AUTH_METHODS[TOTP].max_from_origin):
        with refused("wrong_totp"):
            redeem(instance, "000000", origin="another network")
    with refused("too_many_passwords"):
        redeem(instance, "000000", origin="another network")
    with instance.read() as tx:
        code = phone.code(tx)
    redeem(instance, code, origin="the person")


@pytest.mark.parametrize("first", ["password", "code"])
def test_asvs_23_first_factor_alone_begins_no_session(instance: SampleInstance, first: str) -> None:
    phone, _, _ = set_up(instance)
    with instance.write() as tx:
        if first == "password":
            ticket = sign_in.sign_in_with_password(tx, address=LAMA, is_correct=True, browser=Browser(), secret=SECRET)
        else:
            origin = RequestOrigin("here")
            id = email_codes.send_code(tx, address=LAMA, purpose=email_codes.SIGN_IN, origin=origin, secret=SECRET)
            code = mailed_code(tx, instance.members.people["lama"].id)
            ticket, _ = sign_in.sign_in_with_code(tx, id=id, code=code, secret=SECRET, browser=Browser())
    assert isinstance(ticket, Ticket)
    with refused("wrong_totp"), instance.write() as tx:
        sign_in.finish_with_totp(tx, ticket=ticket.text, code="123", browser=Browser(), secret=SECRET)
    with instance.write() as tx:
        session, _ = sign_in.finish_with_totp(
            tx, ticket=ticket.text, code=phone.code(tx), browser=Browser(), secret=SECRET
        )
        assert (session_actor(tx, session).started_with, session_actor(tx, session).totp_at > 0) == (first, True)


def test_ticket_is_neither_forged_nor_used_late(instance: SampleInstance) -> None:
    phone, _, _ = set_up(instance)
    with instance.write() as tx:
        ticket = sign_in.sign_in_with_password(tx, address=LAMA, is_correct=True, browser=Browser(), secret=SECRET)
        assert isinstance(ticket, Ticket)
        other = ticket.text.replace(ticket.person, instance.members.people["salma"].id)
        late = tx.now + 11 * 60_000_000
    for text in (other, ticket.text + "0", "", "a.b.c.d", "🙂"):
        with refused("ticket_void"), instance.write() as tx:
            sign_in.finish_with_totp(tx, ticket=text, code=phone.otp.now(), browser=Browser(), secret=SECRET)
    with refused("ticket_void"), instance.write(at=late) as tx:
        sign_in.finish_with_totp(tx, ticket=ticket.text, code=phone.otp.now(), browser=Browser(), secret=SECRET)


def _reset(instance: SampleInstance, totp_code: str) -> str:
    person = instance.members.people["lama"].id
    with instance.write() as tx:
        id = password_reset.request_reset(tx, address=LAMA, origin=RequestOrigin("here"), secret=SECRET)
        code = mailed_code(tx, person)
    with instance.write() as tx:
        session, _ = password_reset.reset_password(
            tx, id=id, code=code, totp_code=totp_code, secret=SECRET, hashed=HashingResult(new_hash="x"),
            browser=Browser(),
        )  # fmt: skip
        return session


def test_asvs_27_mailbox_alone_neither_replaces_the_password_nor_removes_the_app(instance: SampleInstance) -> None:
    phone, _, _ = set_up(instance)
    with refused("totp_needed"):
        _reset(instance, "")
    with refused("wrong_totp"):
        _reset(instance, "999999999")
    with instance.write() as tx:
        code = phone.code(tx)
    assert _reset(instance, code)
    with instance.read() as tx:
        assert totp.is_set_up(tx, instance.members.people["lama"].id)


def test_removal_needs_a_code_and_is_notified(instance: SampleInstance) -> None:
    phone, _, session = set_up(instance)
    with refused("wrong_totp"), instance.write() as tx:
        totp.remove(tx, session_actor(tx, session), code="000000", session=session, secret=SECRET)
    with instance.write() as tx:
        totp.remove(tx, session_actor(tx, session), code=phone.code(tx), session=session, secret=SECRET)
    with instance.read() as tx:
        assert not totp.is_set_up(tx, instance.members.people["lama"].id)
        assert session_actor(tx, session)
    assert "totp.removed" in kinds(instance)


@pytest.mark.parametrize("by", ["lama", "nabil", "yusuf"])
def test_app_is_not_removed_by_people_of_other_organisations(instance: SampleInstance, by: str) -> None:
    set_up(instance, "huda")
    with refused("forbidden"), instance.write() as tx:
        totp.remove_of_other(tx, instance.actor(tx, by), person=instance.members.people["huda"].id)


def test_second_person_removes_a_lost_app_and_the_holder_is_notified(instance: SampleInstance) -> None:
    """Nobody is shut out for good: the secretariat helps anyone."""
    phone, _, session = set_up(instance)
    with instance.write() as tx:
        totp.remove_of_other(tx, instance.actor(tx, "salma"), person=instance.members.people["lama"].id)
    with instance.read() as tx:
        assert authenticate(tx, token=None, session=session) is None
        assert isinstance(accounts_store.list_proofs(tx, instance.members.people["lama"].id), frozenset)
        assert not totp.is_set_up(tx, instance.members.people["lama"].id)
    assert "totp.removed" in kinds(instance)
    assert phone


def test_nobody_removes_their_own_app_by_power_of_their_role(instance: SampleInstance) -> None:
    set_up(instance, "salma")
    with pytest.raises(Forbidden), instance.write() as tx:
        totp.remove_of_other(tx, instance.actor(tx, "salma"), person=instance.members.people["salma"].id)


def test_administrator_lets_in_again_a_person_without_any_factor(instance: SampleInstance) -> None:
    """An only secretary without phone, codes and colleagues is not shut out; meanwhile the session signs nothing."""
    set_up(instance)
    link = recover(instance, "lama")
    with instance.write() as tx:
        names = {"ar": "لمى"}
        _, session = invitations.accept(
            tx, link=link, names=names, lang="ar", hashed=HashingResult(), browser=Browser()
        )
    with instance.read() as tx:
        assert not totp.is_set_up(tx, instance.members.people["lama"].id)
        assert session_actor(tx, session).started_with == "code"
    assert "totp.removed" in kinds(instance)


def test_code_of_an_app_that_nobody_set_up_is_refused(instance: SampleInstance) -> None:
    with refused("no_totp"):
        redeem(instance, "000000")
