"""What one dishonest member of the secretariat tries in order to act for an organisation: it fails, waits, or is told.

Every attack starts after the first round, from a secretariat of two and an organisation with people of its own.
"""

import pytest

from service.actions.accounts import email_codes, sign_in
from service.actions.accounts.passwords import HashingResult
from service.actions.accounts.rate_limit import UNKNOWN_ORIGIN
from service.actions.accounts.sign_in import Browser
from service.actions.membership import (
    approval_decisions,
    coalition,
    csv_import,
    invitations,
    mandates,
    offboarding,
    organisations,
    people,
    proposals,
)
from service.domain.errors import Conflict, DomainError, Forbidden, InvalidInput
from service.domain.membership.approvals import FORMER_CONTACT_PERIOD, WAIT
from service.domain.membership.people import FOCAL_POINT, SECRETARIAT, SIGNATORY, RoleGrant
from service.sample.document import load_actor, mailed_code
from service.store import record as record_store
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.accounts import recoveries as recoveries_store
from service.store.db import Tx
from service.store.membership import approvals as approvals_store
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store
from service.store.membership import proposals as proposals_store
from service.store.publication import notices as notices_store
from service.store.tables import mail
from tests.support.factories import (
    SECRET,
    SampleInstance,
    add_proved_person,
    confirm_waiting,
    open_round_with_document,
    set_secretariat,
)

PUPPET = "puppet@attacker.example"


def join_as_puppet(
    tx: Tx,
    instance: SampleInstance,
    organisation: str | None,
    *,
    roles: tuple[str, ...] = (FOCAL_POINT, SIGNATORY),
    email: str = PUPPET,
) -> str:
    """Invite an address as salma, who takes the link herself and joins with it; return the puppet's id."""
    made = invitations.invite(
        tx,
        instance.actor(tx, "salma"),
        email=email,
        organisation=organisation,
        roles=roles,
        lang="en",
        secret=SECRET,
        mail_enabled=True,
    )
    return invitations.accept(
        tx, link=made.link, names={"en": "Maryam"}, lang="en", hashed=HashingResult(), browser=Browser()
    )[0]


def prove(tx: Tx, person: str) -> None:
    """Enter a code that was mailed to the person: the attacker reads the puppet's mailbox."""
    found = people_store.get(tx, person)
    assert found is not None
    id = email_codes.send_code(
        tx, address=found.email, purpose=email_codes.SIGN_IN, origin=UNKNOWN_ORIGIN, secret=SECRET
    )
    sign_in.sign_in_with_code(tx, id=id, code=mailed_code(tx, person, secret=SECRET), secret=SECRET, browser=Browser())


def roles_of(tx: Tx, person: str) -> set[str]:
    return {one.role for one in people_store.list_grants(tx, person) if not one.document}


def notice_kinds_of(tx: Tx, instance: SampleInstance, key: str) -> list[str]:
    return [one.kind for _, one in notices_store.list_by_person(tx, instance.members.people[key].id)]


def mails_to(tx: Tx, address: str) -> int:
    return len(tx.connection.execute(mail.select().where(mail.c.address == address)).all())


def refuse_code(error: type[DomainError], call: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(error) as refused:
        call(*args, **kwargs)  # type: ignore[operator]
    return refused.value.code


def test_asvs_4_one_secretary_cannot_sign_for_an_organisation_with_a_puppet(instance: SampleInstance) -> None:
    """The chain of finding H3: lower the confirmations, invite a puppet, let it grant itself a mandate, confirm it."""
    open_round_with_document(instance)
    sindyan = instance.members.organisations["sindyan"]
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        assert not coalition.update_settings(tx, salma, settings={"mandate_confirmations": 1})
        stored = organisations_store.get_coalition(tx)
        assert stored is not None and stored.settings["mandate_confirmations"] == 2
        puppet = join_as_puppet(tx, instance, sindyan)
        prove(tx, puppet)
        assert roles_of(tx, puppet) == set()
        mallory = load_actor(tx, puppet)
        assert refuse_code(Forbidden, mandates.grant_mandate, tx, mallory, organisation=sindyan, person=puppet)
        for one in proposals_store.list_open(tx, person=puppet):
            assert refuse_code(Forbidden, proposals.accept, tx, salma, proposal=one.id) == "forbidden"
            assert refuse_code(Forbidden, proposals.accept, tx, mallory, proposal=one.id) == "forbidden"
            assert refuse_code(Conflict, proposals.take_up, tx, salma, proposal=one.id) == "acceptance_possible"
        assert {"power.person_invited", "power.role_proposed"} <= set(notice_kinds_of(tx, instance, "lama"))
        assert mandates_store.get_live(tx, organisation=sindyan, person=puppet) is None


def test_unproved_account_neither_grants_nor_holds_nor_accepts(instance: SampleInstance) -> None:
    sindyan = instance.members.organisations["sindyan"]
    with instance.write() as tx:
        puppet = join_as_puppet(tx, instance, sindyan)
        for role in (FOCAL_POINT, SIGNATORY):
            people_store.grant_role(tx, person_id=puppet, role=role, document="", by=None)
        mallory, lama = load_actor(tx, puppet), instance.actor(tx, "lama")
        yusuf = instance.members.people["yusuf"].id
        assert (
            refuse_code(Forbidden, mandates.grant_mandate, tx, mallory, organisation=sindyan, person=yusuf)
            == "address_not_proved"
        )
        assert (
            refuse_code(InvalidInput, mandates.grant_mandate, tx, lama, organisation=sindyan, person=puppet)
            == "holder_address_not_proved"
        )
        other = people.add_person(
            tx,
            instance.actor(tx, "salma"),
            name="x",
            email="x@x.example",
            organisation=sindyan,
            lang="en",
            roles=(SIGNATORY,),
        )
        proposal = proposals_store.list_open(tx, person=other)[0].id
        assert refuse_code(Forbidden, proposals.accept, tx, mallory, proposal=proposal) == "address_not_proved"


def test_closing_the_real_person_and_inviting_a_puppet_needs_a_second_person(instance: SampleInstance) -> None:
    open_round_with_document(instance)
    integrity, nabil = instance.members.organisations["integrity"], instance.members.people["nabil"]
    with instance.write() as tx:
        assert not offboarding.close_person(tx, instance.actor(tx, "salma"), person=nabil.id)
        assert "power.requested" in notice_kinds_of(tx, instance, "nabil")
        assert {FOCAL_POINT, SIGNATORY} <= roles_of(tx, nabil.id)
        request = approvals_store.list_waiting(tx)[0].id
        salma = instance.actor(tx, "salma")
        assert (
            refuse_code(Forbidden, approval_decisions.approve, tx, salma, request=request, channel="me")
            == "second_person_needed"
        )
        confirm_waiting(tx, instance.actor(tx, "karim"))
        assert roles_of(tx, join_as_puppet(tx, instance, integrity)) == set()
        request = approvals_store.list_waiting(tx)[0].id
        address = people_store.get(tx, nabil.id)
        assert address is not None and mails_to(tx, address.email) >= 3
        approval_decisions.approve(tx, instance.actor(tx, "karim"), request=request, channel="a call")
        waiting = approvals_store.get(tx, request)
        assert waiting is not None and waiting.state == "waiting" and waiting.due_at is not None
        later = tx.now + FORMER_CONTACT_PERIOD
    with instance.write(at=later) as tx:
        before = mails_to(tx, address.email)
        approval_decisions.delete_old_contacts(tx)
        join_as_puppet(tx, instance, integrity, email="late@attacker.example")
        assert mails_to(tx, address.email) == before


@pytest.mark.parametrize("role", [FOCAL_POINT, SIGNATORY])
def test_taking_a_role_of_an_organisation_needs_a_second_person_and_is_notified(
    instance: SampleInstance, role: str
) -> None:
    open_round_with_document(instance)
    nabil = instance.members.people["nabil"].id
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        assert not offboarding.revoke_role(tx, salma, person=nabil, role=role)
        assert refuse_code(Conflict, offboarding.revoke_role, tx, salma, person=nabil, role=role) == "already_asked"
        assert role in roles_of(tx, nabil)
        confirm_waiting(tx, instance.actor(tx, "karim"))
        assert role not in roles_of(tx, nabil) and "power.role_taken" in notice_kinds_of(tx, instance, "nabil")


def test_leaving_and_rejoining_does_not_open_the_door_to_a_puppet(instance: SampleInstance) -> None:
    open_round_with_document(instance)
    sindyan = instance.members.organisations["sindyan"]
    with instance.write() as tx:
        salma, karim = instance.actor(tx, "salma"), instance.actor(tx, "karim")
        assert not organisations.mark_left(tx, salma, organisation=sindyan)
        assert "power.requested" in notice_kinds_of(tx, instance, "yusuf")
        confirm_waiting(tx, karim)
        assert not organisations.readmit(tx, salma, organisation=sindyan)
        confirm_waiting(tx, karim)
        puppet = join_as_puppet(tx, instance, sindyan)
        prove(tx, puppet)
        confirm_waiting(tx, karim)
        assert roles_of(tx, puppet) == set()
        notified = notice_kinds_of(tx, instance, "yusuf")
        assert {"organisation.left", "power.organisation_rejoined", "power.person_invited"} <= set(notified)
        request = approvals_store.list_waiting(tx)[0]
        lama = people_store.get(tx, instance.members.people["lama"].id)
        assert request.due_at is not None and lama is not None
        approval_decisions.refuse(tx, instance.actor(tx, "lama"), request=request.id)
        assert proposals_store.list_open(tx, person=puppet) == []


def test_moving_a_person_between_organisations_by_a_table_is_refused(instance: SampleInstance) -> None:
    table = (
        "organisation_en,name,email,roles\nWomen of Both Banks Association,Yusuf,yusuf@sindyan.example,focal_point\n"
    )
    with instance.write() as tx:
        yusuf = people_store.get(tx, instance.members.people["yusuf"].id)
        assert yusuf is not None
        table = table.replace("yusuf@sindyan.example", yusuf.email)
        salma = instance.actor(tx, "salma")
        assert refuse_code(Conflict, csv_import.apply_import, tx, salma, text=table) == "import_has_faults"


def test_table_and_direct_addition_only_propose(instance: SampleInstance) -> None:
    document, _ = open_round_with_document(instance)
    table = f"organisation_en,name,email,roles\nElectoral Integrity Watch,Puppet,{PUPPET},focal_point signatory\n"
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        csv_import.apply_import(tx, salma, text=table)
        integrity = instance.members.organisations["integrity"]
        other = people.add_person(
            tx, salma, name="x", email="x@x.example", organisation=integrity, lang="en", roles=(FOCAL_POINT,)
        )
        puppet = people_store.get_by_email(tx, PUPPET)
        assert puppet is not None and roles_of(tx, puppet.id) == roles_of(tx, other) == set()
        assert not people.grant_role(tx, salma, person=other, role=SIGNATORY)
        assert (
            refuse_code(InvalidInput, people.grant_role, tx, salma, person=other, role=SIGNATORY, document=document)
            == "role_not_for_document"
        )
        nabil = instance.actor(tx, "nabil")
        for one in proposals_store.list_open(tx, person=other):
            proposals.accept(tx, nabil, proposal=one.id)
        for one in proposals_store.list_open(tx, person=puppet.id):
            proposals.refuse(tx, nabil, proposal=one.id)
            assert refuse_code(Conflict, proposals.accept, tx, nabil, proposal=one.id) == "approval_over"
        assert roles_of(tx, other) == {FOCAL_POINT, SIGNATORY} and roles_of(tx, puppet.id) == set()


def test_link_of_an_imported_person_gives_the_inviter_no_lasting_access(instance: SampleInstance) -> None:
    """The inviter joins as an imported person; when that person proves the address, the inviter's access ends."""
    table = "organisation_en,name,email,lang,roles\nNew Group,Hala,hala@new.example,en,focal_point\n"
    with instance.write() as tx:
        csv_import.apply_import(tx, instance.actor(tx, "salma"), text=table)
        confirm_waiting(tx, instance.actor(tx, "karim"))
        hala = people_store.get_by_email(tx, "hala@new.example")
        assert hala is not None and hala.organisation and roles_of(tx, hala.id) == {FOCAL_POINT}
        join_as_puppet(tx, instance, hala.organisation, email=hala.email)
        accounts_store.set_password(tx, hala.id, hash_="known to the inviter")
        mallory = load_actor(tx, hala.id)
        key = people.issue_token(tx, mallory, label="kept", scopes=("read",))
        assert (
            refuse_code(Forbidden, mandates.grant_mandate, tx, mallory, organisation=hala.organisation, person=hala.id)
            == "address_not_proved"
        )
        prove(tx, hala.id)
        assert accounts_store.get_password_hash(tx, hala.id) is None
        assert people_store.list_tokens(tx, hala.id)[0]["revoked_at"] and key


def test_neither_secretary_alone_changes_who_is_in_the_secretariat(instance: SampleInstance) -> None:
    """Finding H4: removing the other to count alone, or adding a puppet that counts as the second person."""
    document, _ = open_round_with_document(instance)
    reem, karim = instance.members.people["reem"].id, instance.members.people["karim"].id
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        assert not offboarding.revoke_role(tx, salma, person=karim, role=SECRETARIAT)
        assert not offboarding.close_person(tx, salma, person=karim)
        assert not people.grant_role(tx, salma, person=reem, role=SECRETARIAT)
        assert not people.grant_role(tx, salma, person=reem, role=SECRETARIAT, document=document)
        puppet = join_as_puppet(tx, instance, None, roles=(SECRETARIAT,))
        assert SECRETARIAT in roles_of(tx, karim)
        assert SECRETARIAT not in roles_of(tx, reem) | roles_of(tx, puppet)
        assert RoleGrant(SECRETARIAT, document) not in people_store.list_grants(tx, reem)
        notified = notice_kinds_of(tx, instance, "karim")
        assert "approval.needed" in notified and "approval.alone" in notified
        for one in approvals_store.list_waiting(tx):
            approval_decisions.refuse(tx, instance.actor(tx, "karim"), request=one.id)
        assert approvals_store.list_waiting(tx) == []
        assert notice_kinds_of(tx, instance, "salma").count("approval.refused") == 5


def test_secretary_who_vanished_is_removed_after_the_wait(instance: SampleInstance) -> None:
    open_round_with_document(instance)
    karim = instance.members.people["karim"].id
    with instance.write() as tx:
        offboarding.close_person(tx, instance.actor(tx, "salma"), person=karim)
        request, due = approvals_store.list_waiting(tx)[0].id, tx.now + WAIT
        assert "approval.alone" in notice_kinds_of(tx, instance, "yusuf")
    for at, carried_out in ((due - 2, False), (due + 10_000_000, True)):
        with instance.write(at=at) as tx:
            assert approval_decisions.carry_out_due(tx, request=request) is carried_out
    with instance.read() as tx:
        closed = people_store.get(tx, karim)
        assert closed is not None and closed.state == "closed"
        done = approvals_store.list_done(tx, act="person.close")
        assert [(one.id, one.approvals) for one in done] == [(request, ())]


def test_focal_point_of_another_organisation_breaks_a_tie_of_two_secretaries(instance: SampleInstance) -> None:
    open_round_with_document(instance)
    karim = instance.members.people["karim"].id
    with instance.write() as tx:
        offboarding.revoke_role(tx, instance.actor(tx, "salma"), person=karim, role=SECRETARIAT)
        request = approvals_store.list_waiting(tx)[0].id
        yusuf = instance.actor(tx, "yusuf")
        assert refuse_code(Forbidden, approval_decisions.approve, tx, yusuf, request=request, channel="a call")
        lama = instance.actor(tx, "lama")
        assert approval_decisions.approve(tx, lama, request=request, channel="a call").state == "done"
        assert SECRETARIAT not in roles_of(tx, karim)


def test_request_of_someone_removed_meanwhile_is_withdrawn(instance: SampleInstance) -> None:
    open_round_with_document(instance)
    reem = instance.members.people["reem"].id
    with instance.write() as tx:
        people.grant_role(tx, instance.actor(tx, "salma"), person=reem, role=SECRETARIAT)
        request = approvals_store.list_waiting(tx)[0].id
        set_secretariat(tx, [instance.members.people["karim"].id])
        assert approval_decisions.approve(tx, instance.actor(tx, "karim"), request=request, channel="x").state == (
            "withdrawn"
        )
        assert SECRETARIAT not in roles_of(tx, reem)


def test_request_waits_alone_when_the_second_person_has_gone(instance: SampleInstance) -> None:
    open_round_with_document(instance)
    nabil = instance.members.people["nabil"].id
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        offboarding.revoke_role(tx, salma, person=nabil, role=SIGNATORY)
        set_secretariat(tx, [salma.person])
        (request,) = approval_decisions.list_due(tx)
        assert approval_decisions.carry_out_due(tx, request=request)
        waiting = approvals_store.get(tx, request)
        assert waiting is not None and waiting.due_at == tx.now + WAIT and SIGNATORY in roles_of(tx, nabil)
        due = waiting.due_at
    with instance.write(at=due + 1) as tx:
        assert approval_decisions.carry_out_due(tx, request=request)
        assert SIGNATORY not in roles_of(tx, nabil)


def test_lowered_setting_waits_and_the_record_keeps_old_and_new(instance: SampleInstance) -> None:
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        assert coalition.update_settings(tx, salma, settings={"mandate_confirmations": 3})
        assert not coalition.update_settings(tx, salma, settings={"mandate_confirmations": 1, "zone": "Asia/Beirut"})
        stored = organisations_store.get_coalition(tx)
        assert stored is not None
        assert (stored.settings["mandate_confirmations"], stored.settings["zone"]) == (3, "Asia/Beirut")
        confirm_waiting(tx, instance.actor(tx, "karim"))
        stored = organisations_store.get_coalition(tx)
        assert stored is not None and stored.settings["mandate_confirmations"] == 1
        edits = [
            row.content or b"" for row in record_store.list_leaves(tx) if b"coalition.edit" in (row.content or b"")
        ]
        assert b'"new":1,"old":3' in edits[-1] and "coalition.settings_lowered" in notice_kinds_of(
            tx, instance, "yusuf"
        )


def test_puppet_drafter_cannot_accept_a_puppet_focal_point(instance: SampleInstance) -> None:
    open_round_with_document(instance)
    sindyan = instance.members.organisations["sindyan"]
    with instance.write() as tx:
        drafter = join_as_puppet(tx, instance, sindyan, roles=("drafter",), email="helper@attacker.example")
        prove(tx, drafter)
        puppet = join_as_puppet(tx, instance, sindyan)
        for one in proposals_store.list_open(tx, person=puppet):
            assert refuse_code(Forbidden, proposals.accept, tx, load_actor(tx, drafter), proposal=one.id)
        assert roles_of(tx, puppet) == set()


def test_others_do_not_learn_of_proposals_or_decide_about_them(instance: SampleInstance) -> None:
    sindyan = instance.members.organisations["sindyan"]
    with instance.write() as tx:
        puppet = join_as_puppet(tx, instance, sindyan)
        proposal = proposals_store.list_open(tx, person=puppet)[0].id
        for act in (proposals.accept, proposals.refuse):
            assert refuse_code(DomainError, act, tx, instance.actor(tx, "nabil"), proposal=proposal) == "not_found"
        nabil = instance.actor(tx, "nabil")
        assert proposals.list_visible(tx, nabil) == []
        assert {one.person for one in proposals.list_visible(tx, instance.actor(tx, "lama"))} == {puppet}


def test_added_person_of_an_own_focal_point_begins_at_once(instance: SampleInstance) -> None:
    """A small organisation gets its work done: its focal point invites a colleague, who acts from the first minute."""
    open_round_with_document(instance)
    integrity = instance.members.organisations["integrity"]
    with instance.write() as tx:
        made = invitations.invite(
            tx,
            instance.actor(tx, "nabil"),
            email="colleague@integrity.example",
            organisation=integrity,
            roles=(SIGNATORY,),
            lang="en",
            secret=SECRET,
            mail_enabled=True,
            show_link=False,
        )
        person, _ = invitations.accept(
            tx, link=made.link, names={"en": "C"}, lang="en", hashed=HashingResult(), browser=Browser()
        )
        assert roles_of(tx, person) == {SIGNATORY}
        colleague = people_store.get(tx, person)
        assert colleague is not None and colleague.address_proof == "mail"
        assert "power.role_begun" in notice_kinds_of(tx, instance, "nabil")
        assert mandates.grant_mandate(tx, instance.actor(tx, "nabil"), organisation=integrity, person=person)


def test_whole_table_is_confirmed_in_one_act(instance: SampleInstance) -> None:
    lines = "".join(f"Group {n},P{n},p{n}@x.example,en,focal_point signatory\n" for n in range(5))
    with instance.write() as tx:
        table = "organisation_en,name,email,lang,roles\n" + lines
        csv_import.apply_import(tx, instance.actor(tx, "salma"), text=table)
        (request,) = approvals_store.list_waiting(tx)
        assert len(request.params["proposals"]) == 10
        approval_decisions.approve(tx, instance.actor(tx, "karim"), request=request.id, channel="read on the phone")
        for n in range(5):
            person = people_store.get_by_email(tx, f"p{n}@x.example")
            assert person is not None and roles_of(tx, person.id) == {FOCAL_POINT, SIGNATORY}
            assert mails_to(tx, person.email) == 0


def test_only_secretary_imports_at_once_before_the_first_round_and_waits_after(instance: SampleInstance) -> None:
    table = "organisation_en,name,email,lang,roles\nGroup {n},P{n},p{n}@x.example,en,focal_point\n"
    with instance.write() as tx:
        set_secretariat(tx, [instance.members.people["salma"].id])
        csv_import.apply_import(tx, instance.actor(tx, "salma"), text=table.replace("{n}", "1"))
        first = people_store.get_by_email(tx, "p1@x.example")
        assert first is not None and roles_of(tx, first.id) == {FOCAL_POINT}
        assert (first.id, FOCAL_POINT) in proposals_store.list_accepted_by_one(tx, channel="one")
        set_secretariat(tx, [instance.members.people[key].id for key in ("salma", "karim")])
    open_round_with_document(instance)
    with instance.write() as tx:
        set_secretariat(tx, [instance.members.people["salma"].id])
        csv_import.apply_import(tx, instance.actor(tx, "salma"), text=table.replace("{n}", "2"))
        second = people_store.get_by_email(tx, "p2@x.example")
        assert second is not None and roles_of(tx, second.id) == set()
        (request,) = approvals_store.list_waiting(tx)
        due = tx.now + WAIT
        assert request.due_at == due and "approval.alone" in notice_kinds_of(tx, instance, "lama")
    with instance.write(at=due + 1) as tx:
        assert approval_decisions.carry_out_due(tx, request=request.id)
        assert roles_of(tx, second.id) == {FOCAL_POINT}


def test_sole_focal_point_may_become_signatory(instance: SampleInstance) -> None:
    with instance.write() as tx:
        organisation = organisations.add_organisation(tx, instance.actor(tx, "salma"), names={"en": "One"})
        person = add_proved_person(tx, email="one@x.example", organisation=organisation, roles=(FOCAL_POINT,))
        assert not people.grant_role(tx, instance.actor(tx, "salma"), person=person, role=SIGNATORY)
        (proposal,) = proposals_store.list_open(tx, person=person)
        proposals.accept(tx, load_actor(tx, person), proposal=proposal.id)
        assert roles_of(tx, person) == {FOCAL_POINT, SIGNATORY}


def test_request_waits_for_a_member_whose_access_was_recovered(instance: SampleInstance) -> None:
    """While karim acts as a reader, salma is not alone: the act waits for him, and counts as no confirmation of his."""
    with instance.write() as tx:
        salma, nabil = instance.actor(tx, "salma"), instance.members.people["nabil"].id
        recoveries_store.add(
            tx, id="rec_x", person=instance.members.people["karim"].id, shown=True, restricted_until=tx.now + WAIT
        )
        assert not offboarding.revoke_role(tx, salma, person=nabil, role=SIGNATORY)
        (request,) = approvals_store.list_waiting(tx)
        assert (request.needed, request.due_at, approval_decisions.list_due(tx)) == (1, None, [])
        karim = instance.actor(tx, "karim")
        assert refuse_code(Forbidden, approval_decisions.approve, tx, karim, request=request.id, channel="x")
