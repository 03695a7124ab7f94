"""Accounts and invitations under the pages: the stable codes of their refusals."""

from typing import Any

import pytest
from sqlalchemy import event

from service.actions.accounts import email_codes, passwords, settings, sign_in
from service.actions.accounts.sign_in import Browser
from service.actions.membership import invitation_mail, invitations
from service.domain.accounts.rules import CODE, PASSWORD, PROOFS, Origin
from service.domain.errors import DomainError
from service.store.db import Tx
from service.store.membership import invitations as invitations_store
from service.store.publication import notices as notices_store
from service.store.tables import mail as mail_table
from tests.support.factories import SECRET, Stage, an_invitation

GOOD = "velvet harbour nineteen onions"


def mails(tx: Tx) -> list[tuple[str | None, str]]:
    """(person, address) of every mail that waits."""
    rows = tx.connection.execute(mail_table.select().where(mail_table.c.state == "waiting").order_by(mail_table.c.seq))
    return [(row.person, row.address) for row in rows]


class Statements:
    """What is asked of the database, one after another, and how many rows each changed."""

    def __init__(self, tx: Tx) -> None:
        self.seen: list[tuple[str, int]] = []
        event.listen(tx.connection, "after_cursor_execute", self._note)

    def _note(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        self.seen.append((statement, max(cursor.rowcount, 0) if not statement.startswith("SELECT") else 0))


def test_a_wrong_password_is_counted_though_it_is_refused(stage: Stage) -> None:
    found = []
    for _ in range(11):
        with pytest.raises(DomainError) as refused, stage.write() as tx:
            sign_in.by_password(tx, address="lama@sindyan.example", right=False, browser=Browser())
        found.append(refused.value.code)
    assert found == ["wrong_password"] * 10 + ["too_many_passwords"]


def test_codes_of_refused_accounts(stage: Stage) -> None:
    with stage.write() as tx:
        lama = stage.actor(tx, "lama")
        with pytest.raises(DomainError) as digits:
            settings.edit(tx, lama, names={"ar": "س"}, lang="ar", zone="", digits="roman")
        with pytest.raises(DomainError) as void:
            sign_in.by_code(tx, id="cod_none", code="1", secret=SECRET, browser=Browser())
    assert (digits.value.code, void.value.code) == ("unknown_digits", "code_void")


@pytest.mark.parametrize(
    ("email", "organisation", "roles", "code"),
    [
        ("new@x.example", "two-banks", ("drafter",), "not_yours_to_invite"),
        ("new@x.example", "sindyan", (), "no_role"),
        ("yusuf@sindyan.example", "sindyan", ("drafter",), "email_taken"),
    ],
)
def test_codes_of_refused_invitations(
    stage: Stage, email: str, organisation: str, roles: tuple[str, ...], code: str
) -> None:
    place = stage.cast.organisations[organisation]
    with pytest.raises(DomainError) as refused, stage.write() as tx:
        an_invitation(tx, stage.actor(tx, "lama"), email=email, organisation=place, roles=roles)
    assert refused.value.code == code


def test_a_link_without_mails_needs_a_password(stage: Stage) -> None:
    with stage.write() as tx:
        place = stage.cast.organisations["sindyan"]
        made = an_invitation(tx, stage.actor(tx, "lama"), organisation=place)
        with pytest.raises(DomainError) as refused:
            invitations.asked(tx, link=made.link, names={"ar": "س"}, password="", mails_go=False)
        assert invitations.asked(tx, link=made.link, names={"ar": "س"}, password="", mails_go=True).new is None
    assert refused.value.code == "password_needed"


def test_of_two_who_use_a_link_one_comes_in(stage: Stage) -> None:
    with stage.write() as tx:
        made = invitations.first_link(tx, person=stage.cast.people["salma"].id)
        person = stage.cast.people["salma"].id
        assert invitations_store.use(tx, made.id, person_id=person)
        assert not invitations_store.use(tx, made.id, person_id=person)
        assert not invitations_store.withdraw(tx, made.id)


# What strangers can do


def asked(stage: Stage, address: str, origin: Origin) -> tuple[str, list[tuple[str, int]]]:
    """The id of a code asked for, and what that cost."""
    with stage.write() as tx:
        _ = tx.now
        seen = Statements(tx)
        id = email_codes.ask(tx, address=address, purpose=email_codes.SIGN_IN, origin=origin, secret=SECRET)
        return id, seen.seen


def test_asking_for_a_code_costs_the_same_whether_or_not_anybody_has_the_address(stage: Stage) -> None:
    _, known = asked(stage, "lama@sindyan.example", Origin("here"))
    _, unknown = asked(stage, "nobody@x.example", Origin("here"))
    assert known == unknown
    assert sum(rows for _, rows in known) >= 4
    with stage.read() as tx:
        lama = stage.cast.people["lama"].id
        assert mails(tx) == [(lama, ""), (None, "")]
        assert [
            invitation_mail.ready(tx, one, secret=SECRET) for one in notices_store.latest_invitations(tx, limit=9)
        ] == []


def test_a_stranger_shuts_nobody_out_of_a_browser_they_know(stage: Stage) -> None:
    mine, address = Origin("my browser", True), "lama@sindyan.example"
    for place in range(PROOFS[PASSWORD].strange):
        with pytest.raises(DomainError), stage.write() as tx:
            sign_in.check_right(tx, address=address, right=False, origin=Origin(f"network {place // 9}"))
    with stage.write() as tx:
        with pytest.raises(DomainError) as strange:
            sign_in.known_hash(tx, address=address, origin=Origin("another network"))
        sign_in.known_hash(tx, address=address, origin=mine)
        sign_in.check_right(tx, address=address, right=True, origin=mine)
        email_codes.ask(
            tx, address=address, purpose=email_codes.SIGN_IN, origin=Origin("another network"), secret=SECRET
        )
    assert strange.value.code == "too_many_passwords"


def test_a_stranger_ends_no_code_and_uses_up_nobody_elses_share(stage: Stage) -> None:
    address, mine = "lama@sindyan.example", Origin("my network")
    id, _ = asked(stage, address, mine)
    for _ in range(PROOFS[CODE].here):
        asked(stage, address, Origin("the stranger"))
    with pytest.raises(DomainError) as refused:
        asked(stage, address, Origin("the stranger"))
    with stage.write() as tx:
        first = notices_store.mails(tx, person_id=stage.cast.people["lama"].id)[0][1].body
        code = next(word for word in first.split() if word.isdigit())
        assert email_codes.confirmed(tx, id=id, code=code, purpose=email_codes.SIGN_IN, secret=SECRET)
    asked(stage, address, mine)
    for place in range(PROOFS[CODE].strange):
        try:
            asked(stage, address, Origin(f"network {place}"))
        except DomainError as error:
            assert error.code == "too_many_codes"
    assert refused.value.code == "too_many_codes"
    asked(stage, address, Origin("my browser", True))


# Invitations by mail


def test_an_invitation_is_mailed_without_its_link_being_kept(stage: Stage) -> None:
    with stage.write() as tx:
        made = an_invitation(tx, stage.actor(tx, "salma"), organisation=None, roles=("observer",))
        (letter,) = notices_store.latest_invitations(tx, limit=9)
        row = tx.connection.execute(mail_table.select()).one()
        assert made.link not in str(row) and (row.person, row.address) == (None, "new@x.example")
        ready = invitation_mail.ready(tx, letter, secret=SECRET)
        assert ready is not None and ready.body.count(f"/join/{made.link}") == 1
        assert (ready.to, ready.lang, ready.subject) == ("new@x.example", "en", "An invitation")
        assert invitation_mail.ready(tx, letter, secret=b"another secret of the house, as long") is None
        invitations.withdraw(tx, stage.actor(tx, "salma"), invitation=made.id)
        assert invitation_mail.ready(tx, letter, secret=SECRET) is None


def test_a_focal_point_learns_of_nobody_elsewhere(stage: Stage) -> None:
    with stage.write() as tx:
        lama, place = stage.actor(tx, "lama"), stage.cast.organisations["sindyan"]
        nobody = an_invitation(tx, lama, organisation=place)
        known = an_invitation(tx, lama, organisation=place, email="huda@two-banks.example")
        assert [one.state(now=tx.now) for one in invitations.listed(tx, lama)] == ["waiting", "waiting"]
        for made in (nobody, known):
            assert invitations.opened(tx, link=made.link).person is None
        assert mails(tx) == [(None, "new@x.example"), (stage.cast.people["huda"].id, "")]
        (_, told) = notices_store.mails(tx, person_id=stage.cast.people["huda"].id)[-1]
        assert "/join/" not in told.body
        with pytest.raises(DomainError) as taken:
            invitations.accept(
                tx, link=known.link, names={"ar": "هدى"}, lang="ar", hashed=passwords.Answer(), browser=Browser()
            )
        assert stage.actor(tx, "huda").organisation == stage.cast.organisations["two-banks"]
    assert taken.value.code == "address_known"


def test_a_focal_point_ends_no_invitation_of_another_organisation(stage: Stage) -> None:
    with stage.write() as tx:
        salma, place = stage.actor(tx, "salma"), stage.cast.organisations["sindyan"]
        theirs = an_invitation(tx, salma, organisation=stage.cast.organisations["two-banks"])
        ours = an_invitation(tx, stage.actor(tx, "lama"), organisation=place)
        assert invitations.opened(tx, link=theirs.link) and invitations.opened(tx, link=ours.link)
        an_invitation(tx, salma, organisation=None, roles=("observer",))
        for made in (theirs, ours):
            with pytest.raises(DomainError) as over:
                invitations.opened(tx, link=made.link)
            assert over.value.code == "invitation_over"
