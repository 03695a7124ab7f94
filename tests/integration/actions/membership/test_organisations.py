"""An organisation gets another name, leaves, comes back."""

import pytest

from service.actions import authorization
from service.actions.accounts import sign_in
from service.actions.endorsement import rounds, signing
from service.actions.membership import invitations, mandates, organisations, people
from service.domain.errors import Conflict, DomainError, Forbidden, Malformed, NotFound
from service.domain.membership.people import Grant
from service.domain.trust.leaf import verify
from service.domain.trust.statement import parse
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
    Stage,
    a_cast,
    a_document,
    a_sealed_document,
    an_invitation,
    an_open_round,
    mandated,
    prepared,
)

NEW = {"ar": "ملتقى السنديان", "en": "Sindyan Forum"}


def acts(tx: Tx, *, after: int) -> list[str]:
    """What the record says was done after row `after`."""
    return [
        (row.content or b"").split(b'"act":"')[1].split(b'"')[0].decode() for row in record_store.rows(tx, after=after)
    ]


def gone(stage: Stage, organisation: str = "sindyan") -> str:
    """The id of an organisation that leaves now."""
    id = stage.cast.organisations[organisation]
    with stage.write() as tx:
        organisations.leave(tx, stage.actor(tx, "salma"), organisation=id)
    return id


def test_only_the_secretariat_says_who_belongs(stage: Stage) -> None:
    sindyan = stage.cast.organisations["sindyan"]
    with stage.write() as tx:
        lama, before = stage.actor(tx, "lama"), record_store.head(tx)
        with pytest.raises(Forbidden):
            organisations.rename(tx, lama, organisation=sindyan, names=NEW)
        with pytest.raises(Forbidden):
            organisations.leave(tx, lama, organisation=sindyan)
        with pytest.raises(Forbidden):
            organisations.rejoin(tx, lama, organisation=sindyan)
        assert record_store.head(tx) == before


def test_what_is_not_there_neither_changes_nor_leaves(stage: Stage) -> None:
    with stage.write() as tx:
        salma = stage.actor(tx, "salma")
        with pytest.raises(NotFound):
            organisations.rename(tx, salma, organisation="org_none", names=NEW)
        for act in (organisations.leave, organisations.rejoin):
            with pytest.raises(NotFound):
                act(tx, salma, organisation="org_none")


@pytest.mark.parametrize(("names", "refusal"), [({}, "no_name"), ({"ar": "منظمة \U0001f54a"}, "unprintable_character")])
def test_a_name_is_needed_and_can_be_printed(stage: Stage, names: dict[str, str], refusal: str) -> None:
    with stage.write() as tx, pytest.raises(Malformed) as refused:
        organisations.rename(
            tx, stage.actor(tx, "salma"), organisation=stage.cast.organisations["sindyan"], names=names
        )
    assert refused.value.code == refusal


def test_one_leaves_once_and_comes_back_once(stage: Stage) -> None:
    id = gone(stage)
    with stage.write() as tx:
        salma = stage.actor(tx, "salma")
        with pytest.raises(Conflict) as again:
            organisations.leave(tx, salma, organisation=id)
        organisations.rejoin(tx, salma, organisation=id)
        with pytest.raises(Conflict) as back:
            organisations.rejoin(tx, salma, organisation=id)
    assert (again.value.code, back.value.code) == ("organisation_left", "not_left")


def test_nobody_comes_in_for_an_organisation_that_left(stage: Stage) -> None:
    id, yusuf = gone(stage), stage.cast.people["yusuf"].id
    with stage.write() as tx:
        salma = stage.actor(tx, "salma")
        with pytest.raises(Conflict) as adding:
            people.add_person(
                tx, salma, name="هالة", email="hala@sindyan.example", organisation=id, lang="ar", roles=()
            )
        with pytest.raises(Conflict) as inviting:
            an_invitation(tx, salma, email="hala@sindyan.example", organisation=id, roles=("signatory",))
        with pytest.raises(Conflict) as giving:
            people.grant_role(tx, salma, person=yusuf, role="signatory")
        people.grant_role(tx, salma, person=yusuf, role="drafter")
    assert {adding.value.code, inviting.value.code, giving.value.code} == {"organisation_left"}


def test_a_name_changes_and_what_was_asked_and_sealed_keeps_the_old_one(stage: Stage) -> None:
    sindyan = stage.cast.organisations["sindyan"]
    sealed = a_sealed_document(stage)
    _, round_id = an_open_round(stage)
    with stage.write() as tx:
        before, old = record_store.head(tx), organisations_store.get(tx, sindyan)
        organisations.rename(tx, stage.actor(tx, "salma"), organisation=sindyan, names=NEW)
        organisations.rename(tx, stage.actor(tx, "salma"), organisation=sindyan, names=NEW)
        assert acts(tx, after=before) == ["organisation.rename"] and verify(record_store.rows(tx)) is None
    assert old is not None
    a_cast(stage, round_id, "yusuf")
    with stage.read() as tx:
        now, seal, asked = (
            organisations_store.get(tx, sindyan),
            seals_store.of_document(tx, sealed),
            rounds_store.get(tx, round_id),
        )
        said = endorsements_store.live(tx, round_id=round_id, organisation=sindyan)
        assert now and dict(now.names) == NEW and seal and asked and said
        assert old.names["ar"] in str(seal.content) and NEW["ar"] not in str(seal.content)
        assert old.names in [entry.names for entry in asked.roll]
        assert old.names["ar"] in said.sentence and parse(said.statement).round_id == round_id


def test_whoever_leaves_signs_no_more_and_reads_what_was_approved_with_them(stage: Stage) -> None:
    sealed = a_sealed_document(stage)
    other = a_document(stage)
    yusuf = stage.cast.people["yusuf"]
    with stage.write() as tx:
        an_invitation(
            tx,
            stage.actor(tx, "salma"),
            email="hala@sindyan.example",
            organisation=stage.cast.organisations["sindyan"],
            roles=("drafter",),
        )
        before = record_store.head(tx)
    sindyan = gone(stage)
    with stage.write() as tx:
        assert mandates_store.unrevoked(tx, organisation=sindyan) == []
        assert sindyan not in [one.id for _, one in organisations_store.members(tx)]
        assert all(one.state(now=tx.now) != "waiting" for one in invitations.listed(tx, stage.actor(tx, "salma")))
        for _, person in people_store.every(tx, organisation=sindyan):
            assert people_store.grants(tx, person.id) == {Grant("observer", sealed)}
        told = acts(tx, after=before)
        assert told[0] == "organisation.leave" and {"mandate.revoke", "role.take", "role.grant"} <= set(told)
        assert "invitation.withdraw" in told and verify(record_store.rows(tx)) is None
        who = stage.actor(tx, "yusuf")
        seal = seals_store.of_document(tx, sealed)
        assert seal and signing.receipt(tx, who, round_id=seal.round)[2].person == yusuf.id
        with pytest.raises(NotFound):
            authorization.document(tx, who, "document.read", other)
        kinds = [one.kind for _, one in notices_store.of_person(tx, yusuf.id)]
        assert kinds.count("organisation.left") == 1
        assert sign_in.by_key(tx, token=yusuf.token, browser=sign_in.Browser())


def test_in_an_open_round_it_stays_on_the_roll_and_what_it_said_counts(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    a_cast(stage, round_id, "yusuf")
    challenge, code = prepared(stage, round_id, "huda")
    sindyan, two_banks = gone(stage), stage.cast.people["huda"]
    with stage.write() as tx:
        huda = people_store.get(tx, two_banks.id)
        assert huda and huda.organisation
        organisations.leave(tx, stage.actor(tx, "salma"), organisation=huda.organisation)
        its = rounds_store.get(tx, round_id)
        assert its and {sindyan, huda.organisation} <= set(its.organisations)
        tally = rounds.tally(tx, its)
        assert sindyan in tally.endorsed and huda.organisation in tally.silent
        with pytest.raises(DomainError) as late:
            signing.confirm(
                tx, stage.actor(tx, "huda"), round_id=round_id, challenge_id=challenge, code=code, secret=b""
            )
        assert late.value.code in ("not_found", "forbidden")


def test_who_comes_back_is_asked_again_once_entrusted_anew(stage: Stage) -> None:
    mandated(stage)
    sindyan = gone(stage)
    yusuf = stage.cast.people["yusuf"].id
    with stage.write() as tx:
        salma = stage.actor(tx, "salma")
        organisations.rejoin(tx, salma, organisation=sindyan)
        back = organisations_store.get(tx, sindyan)
        assert back and (back.state, back.left_at) == ("member", None)
        assert mandates_store.live(tx, organisation=sindyan, person=yusuf) is None
        people.grant_role(tx, salma, person=stage.cast.people["lama"].id, role="focal_point")
        again = mandates.grant(tx, stage.actor(tx, "lama"), organisation=sindyan, person=yusuf)
        assert stage.actor(tx, "yusuf").holds(["signatory"]) and again
