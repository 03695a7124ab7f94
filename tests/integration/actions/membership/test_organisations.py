"""Renaming, removing and readmitting an organisation."""

import pytest

from service.actions import authorization
from service.actions.accounts import sign_in
from service.actions.endorsement import signing
from service.actions.endorsement.tally import tally
from service.actions.membership import invitations, mandates, organisations, people
from service.domain.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound
from service.domain.membership.people import RoleGrant
from service.domain.trust.leaf import verify_chain
from service.domain.trust.statement import parse_statement
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store
from service.store.publication import notices as notices_store
from service.store.publication import seals as seals_store
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    confirm_waiting,
    create_document,
    create_invitation,
    create_sealed_document,
    grant_all_mandates,
    open_round_with_document,
    prepare_endorsement,
)

NEW = {"ar": "ملتقى السنديان", "en": "Sindyan Forum"}


def recorded_acts(tx: Tx, *, after: int) -> list[str]:
    """Return the acts recorded after row `after`."""
    return [
        (row.content or b"").split(b'"act":"')[1].split(b'"')[0].decode()
        for row in record_store.list_leaves(tx, after=after)
    ]


def remove_organisation(instance: SampleInstance, organisation: str = "sindyan") -> str:
    """Remove an organisation; return its id."""
    id = instance.members.organisations[organisation]
    with instance.write() as tx:
        organisations.mark_left(tx, instance.actor(tx, "salma"), organisation=id)
        confirm_waiting(tx, instance.actor(tx, "karim"))
    return id


def test_only_secretariat_changes_membership(instance: SampleInstance) -> None:
    sindyan = instance.members.organisations["sindyan"]
    with instance.write() as tx:
        lama, before = instance.actor(tx, "lama"), record_store.get_last_seq(tx)
        with pytest.raises(Forbidden):
            organisations.rename_organisation(tx, lama, organisation=sindyan, names=NEW)
        with pytest.raises(Forbidden):
            organisations.mark_left(tx, lama, organisation=sindyan)
        with pytest.raises(Forbidden):
            organisations.readmit(tx, lama, organisation=sindyan)
        assert record_store.get_last_seq(tx) == before


def test_unknown_organisation_is_not_found(instance: SampleInstance) -> None:
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        with pytest.raises(NotFound):
            organisations.rename_organisation(tx, salma, organisation="org_none", names=NEW)
        for act in (organisations.mark_left, organisations.readmit):
            with pytest.raises(NotFound):
                act(tx, salma, organisation="org_none")


@pytest.mark.parametrize(("names", "refusal"), [({}, "no_name"), ({"ar": "منظمة \U0001f54a"}, "unprintable_character")])
def test_name_must_be_present_and_printable(instance: SampleInstance, names: dict[str, str], refusal: str) -> None:
    with instance.write() as tx, pytest.raises(InvalidInput) as refused:
        organisations.rename_organisation(
            tx, instance.actor(tx, "salma"), organisation=instance.members.organisations["sindyan"], names=names
        )
    assert refused.value.code == refusal


def test_organisation_is_removed_once_and_readmitted_once(instance: SampleInstance) -> None:
    id = remove_organisation(instance)
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        with pytest.raises(Conflict) as again:
            organisations.mark_left(tx, salma, organisation=id)
        organisations.readmit(tx, salma, organisation=id)
        confirm_waiting(tx, instance.actor(tx, "karim"))
        with pytest.raises(Conflict) as back:
            organisations.readmit(tx, salma, organisation=id)
    assert (again.value.code, back.value.code) == ("organisation_left", "not_left")


def test_removed_organisation_cannot_be_joined(instance: SampleInstance) -> None:
    id, yusuf = remove_organisation(instance), instance.members.people["yusuf"].id
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        with pytest.raises(Conflict) as adding:
            people.add_person(
                tx, salma, name="هالة", email="hala@sindyan.example", organisation=id, lang="ar", roles=()
            )
        with pytest.raises(Conflict) as inviting:
            create_invitation(tx, salma, email="hala@sindyan.example", organisation=id, roles=("signatory",))
        with pytest.raises(Conflict) as giving:
            people.grant_role(tx, salma, person=yusuf, role="signatory")
        people.grant_role(tx, salma, person=yusuf, role="drafter")
    assert {adding.value.code, inviting.value.code, giving.value.code} == {"organisation_left"}


def test_renaming_leaves_open_rounds_and_seals_unchanged(instance: SampleInstance) -> None:
    sindyan = instance.members.organisations["sindyan"]
    sealed = create_sealed_document(instance)
    _, round_id = open_round_with_document(instance)
    with instance.write() as tx:
        before, old = record_store.get_last_seq(tx), organisations_store.get(tx, sindyan)
        organisations.rename_organisation(tx, instance.actor(tx, "salma"), organisation=sindyan, names=NEW)
        organisations.rename_organisation(tx, instance.actor(tx, "salma"), organisation=sindyan, names=NEW)
        assert (
            recorded_acts(tx, after=before) == ["organisation.rename"]
            and verify_chain(record_store.list_leaves(tx)) is None
        )
    assert old is not None
    cast_endorsement(instance, round_id, "yusuf")
    with instance.read() as tx:
        now, seal, asked = (
            organisations_store.get(tx, sindyan),
            seals_store.get_by_document(tx, sealed),
            rounds_store.get(tx, round_id),
        )
        endorsement = endorsements_store.get_live(tx, round_id=round_id, organisation=sindyan)
        assert now and dict(now.names) == NEW and seal and asked and endorsement
        assert old.names["ar"] in str(seal.content) and NEW["ar"] not in str(seal.content)
        assert old.names in [entry.names for entry in asked.roll]
        assert old.names["ar"] in endorsement.sentence and parse_statement(endorsement.statement).round_id == round_id


def test_removed_organisation_cannot_sign_but_reads_what_it_approved(instance: SampleInstance) -> None:
    sealed = create_sealed_document(instance)
    other = create_document(instance)
    yusuf = instance.members.people["yusuf"]
    with instance.write() as tx:
        create_invitation(
            tx,
            instance.actor(tx, "salma"),
            email="hala@sindyan.example",
            organisation=instance.members.organisations["sindyan"],
            roles=("drafter",),
        )
        before = record_store.get_last_seq(tx)
    sindyan = remove_organisation(instance)
    with instance.write() as tx:
        assert mandates_store.list_unrevoked(tx, organisation=sindyan) == []
        assert sindyan not in [one.id for _, one in organisations_store.list_members(tx)]
        assert all(
            one.state(now=tx.now) != "waiting" for one in invitations.list_invitations(tx, instance.actor(tx, "salma"))
        )
        for _, person in people_store.list_all(tx, organisation=sindyan):
            assert people_store.list_grants(tx, person.id) == {RoleGrant("observer", sealed)}
        acts = recorded_acts(tx, after=before)
        assert acts[:2] == ["approval.request", "approval.give"] and acts[2] == "organisation.leave"
        assert {"mandate.revoke", "role.take", "role.grant"} <= set(acts)
        assert "invitation.withdraw" in acts and verify_chain(record_store.list_leaves(tx)) is None
        who = instance.actor(tx, "yusuf")
        seal = seals_store.get_by_document(tx, sealed)
        assert seal and signing.get_receipt(tx, who, round_id=seal.round)[2].person == yusuf.id
        with pytest.raises(NotFound):
            authorization.load_document(tx, who, "document.read", other)
        kinds = [one.kind for _, one in notices_store.list_by_person(tx, yusuf.id)]
        assert kinds.count("organisation.left") == 1
        assert sign_in.sign_in_with_token(tx, token=yusuf.token, browser=sign_in.Browser())


def test_organisation_removed_in_open_round_stays_on_the_roll_and_its_answer_counts(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    challenge, code = prepare_endorsement(instance, round_id, "huda")
    sindyan, two_banks = remove_organisation(instance), instance.members.people["huda"]
    with instance.write() as tx:
        huda = people_store.get(tx, two_banks.id)
        assert huda and huda.organisation
        organisations.mark_left(tx, instance.actor(tx, "salma"), organisation=huda.organisation)
        confirm_waiting(tx, instance.actor(tx, "karim"))
        its = rounds_store.get(tx, round_id)
        assert its and {sindyan, huda.organisation} <= set(its.organisations)
        counted = tally(tx, its)
        assert sindyan in counted.endorsed and huda.organisation in counted.silent
        with pytest.raises(DomainError) as late:
            signing.confirm(
                tx, instance.actor(tx, "huda"), round_id=round_id, challenge_id=challenge, code=code, secret=b""
            )
        assert late.value.code in ("not_found", "forbidden")


def test_readmitted_organisation_is_asked_once_it_has_a_mandate(instance: SampleInstance) -> None:
    grant_all_mandates(instance)
    sindyan = remove_organisation(instance)
    yusuf = instance.members.people["yusuf"].id
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        organisations.readmit(tx, salma, organisation=sindyan)
        confirm_waiting(tx, instance.actor(tx, "karim"))
        back = organisations_store.get(tx, sindyan)
        assert back and (back.state, back.left_at) == ("member", None)
        assert mandates_store.get_live(tx, organisation=sindyan, person=yusuf) is None
        lama = instance.members.people["lama"].id
        people_store.grant_role(tx, person_id=lama, role="focal_point", document="", by=None)
        again = mandates.grant_mandate(tx, instance.actor(tx, "lama"), organisation=sindyan, person=yusuf)
        assert instance.actor(tx, "yusuf").has_role(["signatory"]) and again
