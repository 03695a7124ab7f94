"""The public address moves: everyone is told, nobody stays signed in, and record and signatures stay what they were."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from service.actions import notifications, outgoing_mail
from service.actions.authorization import authenticate
from service.actions.membership import invitation_links, invitations, origin_move
from service.actions.trust.record_check import check_record, require_agreement
from service.domain.errors import DomainError, NotFound
from service.domain.trust.statement import parse_statement
from service.store.accounts import people as people_store
from service.store.db import Tx, connect
from service.store.membership import former_origins as former_origins_store
from service.store.membership import organisations as organisations_store
from service.store.publication import notices as notices_store
from service.store.tables import endorsement, mail, notice, person, seal, security_event
from tests.support.factories import (
    NEW_ORIGIN,
    OLD_ORIGIN,
    SECRET,
    RecordingDispatcher,
    SampleInstance,
    cast_endorsement,
    close_round,
    create_database,
    create_sealed_document,
    make_public,
    open_round_with_document,
)

THIRD = "https://third.example:8443"


@pytest.fixture
def public(instance: SampleInstance) -> SampleInstance:
    make_public(instance)
    return instance


def move(instance: SampleInstance, address: str = NEW_ORIGIN, *, keep_access: bool = False) -> str:
    with instance.write() as tx:
        return origin_move.move(tx, address=address, keep_access=keep_access)


def stored_origin(tx: Tx) -> str:
    found = organisations_store.get_coalition(tx)
    return found.origin if found else ""


def list_differences(instance: SampleInstance) -> list[str]:
    """Return what differs from the record, but that test instances began as samples."""
    with instance.read() as tx:
        found = check_record(tx).differences
    return [f"{one.kind} {one.table} {one.column}" for one in found if one.column != "sample"]


def invite(instance: SampleInstance, email: str = "new@example.org") -> invitation_links.NewInvitation:
    with instance.write() as tx:
        salma, organisation = instance.actor(tx, "salma"), instance.members.organisations["sindyan"]
        more: dict[str, Any] = {"organisation": organisation, "roles": ("drafter",), "lang": "en"}
        return invitations.invite(tx, salma, email=email, secret=SECRET, mail_enabled=True, **more)


def test_move_is_stored_recorded_and_listed(public: SampleInstance) -> None:
    assert move(public, " https://NEW.mithaq.example:443/ ") == NEW_ORIGIN
    with public.read() as tx:
        (former,) = former_origins_store.list_all(tx)
        assert (stored_origin(tx), former.origin) == (NEW_ORIGIN, OLD_ORIGIN)
        events = tx.connection.execute(select(security_event).where(security_event.c.kind == "address_moved")).all()
        assert [one.detail["code"] for one in events] == [NEW_ORIGIN]
    assert list_differences(public) == []


def test_instance_can_move_on_and_come_back(public: SampleInstance) -> None:
    for address in (NEW_ORIGIN, THIRD, OLD_ORIGIN):
        move(public, address)
    with public.read() as tx:
        assert stored_origin(tx) == OLD_ORIGIN
        assert [one.origin for one in former_origins_store.list_all(tx)] == [OLD_ORIGIN, NEW_ORIGIN, THIRD]
    assert list_differences(public) == []


def test_two_moves_at_once_follow_each_other(public: SampleInstance) -> None:
    with ThreadPoolExecutor(2) as threads:
        assert set(threads.map(partial(move, public), (NEW_ORIGIN, THIRD))) == {NEW_ORIGIN, THIRD}
    with public.read() as tx:
        first, second = [one.origin for one in former_origins_store.list_all(tx)]
        assert first == OLD_ORIGIN and {second, stored_origin(tx)} == {NEW_ORIGIN, THIRD}
    assert list_differences(public) == []


USELESS = {
    OLD_ORIGIN: "same_origin",
    "https://MITHAQ.example.:443/": "same_origin",
    "http://localhost:8000": "loopback_origin",
    "https://127.0.0.1": "loopback_origin",
    "http://new.example": "bad_origin",
    "https://new.example/mithaq": "origin_with_path",
}
"""An address, and the code of the error."""


def test_useless_address_changes_nothing(public: SampleInstance) -> None:
    session = public.session("lama")
    for address, code in USELESS.items():
        with pytest.raises(DomainError) as refused:
            move(public, address)
        with public.read() as tx, pytest.raises(DomainError) as planned:
            origin_move.plan_move(tx, address=address)
        assert (refused.value.code, planned.value.code) == (code, code)
    with public.read() as tx:
        assert stored_origin(tx) == OLD_ORIGIN and former_origins_store.list_all(tx) == []
        assert authenticate(tx, token=None, session=session)


def test_instance_without_a_coalition_has_no_address(tmp_path: Path) -> None:
    create_database(tmp_path / "mithaq.db")
    database = connect(f"sqlite:///{tmp_path}/mithaq.db")
    with database.write(RecordingDispatcher()) as tx, pytest.raises(NotFound) as refused:
        origin_move.move(tx, address=NEW_ORIGIN, keep_access=False)
    assert refused.value.code == "no_coalition"
    database.close()


def test_sample_has_no_public_address(instance: SampleInstance) -> None:
    with pytest.raises(DomainError) as refused:
        move(instance)
    assert refused.value.code == "sample_stays"


def test_everyone_gets_both_addresses_at_once(public: SampleInstance) -> None:
    with public.write() as tx:
        assert people_store.close(tx, public.members.people["nabil"].id)
    move(public)
    with public.write() as tx:
        notices = tx.connection.execute(select(notice).where(notice.c.kind == "instance.moved")).all()
        active = set(tx.connection.execute(select(person.c.id).where(person.c.state == "active")).scalars())
        assert {one.person for one in notices} == active and len(notices) == len(active) > 5
        assert all(one.mail_at <= tx.now and one.pinned for one in notices)
        written = notifications.send_digest(tx, person=public.members.people["salma"].id)
        email = notices_store.get_email(tx, written) if written else None
    assert email
    lines = email.body.splitlines()
    assert [line for line in lines if OLD_ORIGIN in line] == [f"العنوان السابق: {OLD_ORIGIN}"], "not as a link"
    assert f"العنوان الجديد: {NEW_ORIGIN}" in lines and f"{NEW_ORIGIN}/notices" in lines
    assert f"{OLD_ORIGIN}/" not in email.body
    assert "بصمة" in email.body  # the head of the record


def test_sessions_keys_and_invitations_end(public: SampleInstance) -> None:
    """The old address may be in foreign hands: browsers send it cookies, programs send it keys."""
    session, token, invited = public.session("lama"), public.token("reem"), invite(public)
    with public.read() as tx:
        planned = origin_move.plan_move(tx, address=NEW_ORIGIN)
    assert (planned.invitations, planned.tokens >= 1) == (1, True)
    move(public)
    with public.read() as tx:
        assert authenticate(tx, token=None, session=session) is None
        assert authenticate(tx, token=token, session=None) is None
        with pytest.raises(DomainError, match="invitation_over"):
            invitations.get_by_link(tx, link=invited.link)
        planned = origin_move.plan_move(tx, address=THIRD)
    assert (planned.invitations, planned.tokens) == (0, 0)
    assert list_differences(public) == []


def test_keys_and_invitations_stay_while_the_old_address_is_ours(public: SampleInstance) -> None:
    session, token, invited = public.session("lama"), public.token("reem"), invite(public)
    move(public, keep_access=True)
    with public.read() as tx:
        assert authenticate(tx, token=None, session=session) is None
        assert authenticate(tx, token=token, session=None)
        assert invitations.get_by_link(tx, link=invited.link)
        (waiting,) = [one for one in notices_store.list_newest_invitation_emails(tx, limit=9) if one.state == "waiting"]
        sent = outgoing_mail.prepare(tx, waiting, secret=SECRET)
        assert sent and f"{NEW_ORIGIN}/join#{invited.link}" in sent.email.body
        assert sent.origin == NEW_ORIGIN, "its host is that of the sender"
    assert list_differences(public) == []


def test_links_of_unsent_emails_change_and_nothing_else_does(public: SampleInstance) -> None:
    body = f"{OLD_ORIGIN}/rounds/x\n{OLD_ORIGIN}.evil.example/\n{OLD_ORIGIN}\n"
    with public.write() as tx:
        for id, state in (("mail_waiting", "waiting"), ("mail_sent", "shown")):
            notices_store.add_email(tx, id=id, person_id=public.members.people["lama"].id, subject="x", body=body)
            notices_store.set_email_state(tx, id, state=state, keep_body=True)
    move(public)
    with public.read() as tx:
        bodies = {row.id: row.body for row in tx.connection.execute(select(mail.c.id, mail.c.body))}
    assert bodies["mail_waiting"] == f"{NEW_ORIGIN}/rounds/x\n{OLD_ORIGIN}.evil.example/\n{OLD_ORIGIN}\n"
    assert bodies["mail_sent"] == body


def test_answers_before_and_after_a_move_count_and_are_verified(instance: SampleInstance) -> None:
    """Statements name the address at which they were signed; none needs to be reachable."""
    make_public(instance, sample=True)
    document, round_id = open_round_with_document(instance)
    make_public(instance)
    cast_endorsement(instance, round_id, "yusuf")
    move(instance)
    cast_endorsement(instance, round_id, "huda")
    cast_endorsement(instance, round_id, "nabil")
    close_round(instance, round_id)
    with instance.read() as tx:
        rows = tx.connection.execute(select(endorsement.c.statement).order_by(endorsement.c.seq)).scalars()
        statements = [parse_statement(one) for one in rows]
        require_agreement(tx, document)
        sealed = tx.connection.execute(select(seal.c.document)).scalar_one()
    old, new = OLD_ORIGIN.removeprefix("https://"), NEW_ORIGIN.removeprefix("https://")
    assert [(one.instance, one.log) for one in statements] == [(old, f"{old}/log1"), *[(new, f"{new}/log1")] * 2]
    assert sealed == document
    assert list_differences(instance) == []


def test_sealed_document_keeps_its_bytes(instance: SampleInstance) -> None:
    make_public(instance, sample=True)
    document = create_sealed_document(instance)
    make_public(instance)
    with instance.read() as tx:
        before = tx.connection.execute(select(seal.c.content, seal.c.seal_sha256)).all()
    move(instance)
    with instance.read() as tx:
        assert tx.connection.execute(select(seal.c.content, seal.c.seal_sha256)).all() == before
        assert OLD_ORIGIN.encode() in bytes(before[0].content) and NEW_ORIGIN.encode() not in bytes(before[0].content)
        require_agreement(tx, document)
