"""Every way into an account ends when its password, address or second factor changes, except the session in use."""

import pytest
from sqlalchemy import update

from service.actions.accounts import access, email_codes, rate_limit, settings, sign_in
from service.actions.accounts.passwords import HashingResult
from service.actions.authorization import authenticate
from service.actions.membership import people
from service.domain.accounts.rules import AUTH_METHODS, CODE, PASSWORD, RequestOrigin
from service.domain.errors import RateLimited
from service.store import record as record_store
from service.store.publication import notices as notices_store
from service.store.tables import coalition
from tests.support.factories import SECRET, SampleInstance


def test_asvs_37_other_sessions_and_all_keys_end(instance: SampleInstance) -> None:
    lama = instance.members.people["lama"]
    with instance.write() as tx:
        kept, other = (sign_in.start_session(tx, instance.actor(tx, "lama"), browser=sign_in.Browser()) for _ in "12")
        stolen = people.issue_token(tx, instance.actor(tx, "lama"), label="stolen", scopes=("read",)).token
        with_key = sign_in.sign_in_with_token(tx, token=stolen, browser=sign_in.Browser())
    with instance.write() as tx:
        access.end_other_access(tx, lama.id, except_session=kept)
        assert tx.changes.rights
    with instance.read() as tx:
        assert authenticate(tx, token=None, session=kept)
        assert [authenticate(tx, token=None, session=one) for one in (other, with_key)] == [None, None]
        assert [authenticate(tx, token=one, session=None) for one in (stolen, lama.token)] == [None, None]
        assert authenticate(tx, token=instance.token("jihan"), session=None)
        acts = [one.content for one in record_store.list_leaves(tx, limit=1000)]
        assert sum(b'"token.revoke"' in (one or b"") for one in acts) == 2


# Notices (ASVS 24)


@pytest.fixture
def real_instance(instance: SampleInstance) -> SampleInstance:
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(sample=False))
    return instance


def begin(instance: SampleInstance, *, known: bool, started_with: str = PASSWORD, device: str = "Firefox") -> str:
    browser = sign_in.Browser(device, origin=RequestOrigin("x", known))
    with instance.write() as tx:
        return sign_in.start_session(tx, instance.actor(tx, "lama"), browser=browser, started_with=started_with)


def notified(instance: SampleInstance) -> list[str]:
    with instance.read() as tx:
        return [one.kind for one in notices_store.list_awaiting_email(tx, instance.members.people["lama"].id)]


def test_asvs_24_new_browser_is_notified_once_a_day(real_instance: SampleInstance) -> None:
    begin(real_instance, known=False)
    assert notified(real_instance) == []
    begin(real_instance, known=True)
    assert notified(real_instance) == []
    for _ in "12":
        begin(real_instance, known=False, started_with=CODE)
    assert notified(real_instance) == ["device.new"]


def test_asvs_24_changed_password_is_notified(real_instance: SampleInstance) -> None:
    session = begin(real_instance, known=True)
    with real_instance.write() as tx:
        actor = authenticate(tx, token=None, session=session)
        assert actor
        hashed = HashingResult(is_correct=True, new_hash="x")
        renewed = settings.change_password(tx, actor, hashed=hashed, session=session)
    assert notified(real_instance) == ["password.changed"]
    with real_instance.read() as tx:
        assert authenticate(tx, token=None, session=session) is None
        assert authenticate(tx, token=None, session=renewed.id)


# Anonymous requests (finding L4)


def test_asvs_21_known_browser_and_signed_in_person_always_get_a_code(real_instance: SampleInstance) -> None:
    address = "lama@sindyan.example"

    def ask(origin: RequestOrigin) -> None:
        with real_instance.write() as tx:
            email_codes.send_code(tx, address=address, purpose=email_codes.SIGN_IN, origin=origin, secret=SECRET)

    for nth in range(AUTH_METHODS[CODE].max_from_unknown):
        ask(RequestOrigin(f"network {nth}"))
    with pytest.raises(RateLimited):
        ask(RequestOrigin("another network"))
    ask(RequestOrigin("a browser she signed in with", True))
    with real_instance.read() as tx:
        signed_in = rate_limit.get_person_origin(real_instance.actor(tx, "lama"))
    ask(signed_in)
