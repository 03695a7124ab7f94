"""Marks of mandates: in the notice that a round is open, and bound by the record and the seal of each answer."""

import json
from typing import Any

import pytest
from sqlalchemy import update

from service.actions import notifications
from service.actions.membership import mandates
from service.domain.endorsement.terms import MAIL_ENOUGH, RoundOptions
from service.domain.membership.mandates import RECENT_PERIOD, SINGLE_CONFIRMATION_DELAY
from service.domain.membership.people import SIGNATORY
from service.sample.document import load_actor
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.publication import notices as notices_store
from service.store.publication import seals as seals_store
from service.store.tables import coalition, mandate
from tests.integration.actions.endorsement.scenarios import last_answer
from tests.integration.actions.endorsement.test_proof_of_person import begin, sign
from tests.support.factories import (
    SampleInstance,
    add_proved_person,
    cast_endorsement,
    close_round,
    create_document,
    cut_version,
    grant_all_mandates,
    move_to_review,
    open_round,
    open_round_with_document,
    set_secretariat,
)


def age_mandates(instance: SampleInstance, *, by: int = RECENT_PERIOD) -> None:
    """Confirm all mandates so many µs earlier."""
    with instance.write() as tx:
        tx.connection.execute(update(mandate).values(confirmed_at=mandate.c.confirmed_at - by))


def mark_mandate(instance: SampleInstance, key: str, *marks: str) -> None:
    with instance.write() as tx:
        holder = mandate.c.person == instance.members.people[key].id
        tx.connection.execute(update(mandate).where(holder).values(marks=list(marks)))


def document_in_review(instance: SampleInstance) -> str:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    return document


def mail_to(instance: SampleInstance, person: str) -> str:
    """Return the email with all waiting notices of a person (id)."""
    with instance.write() as tx:
        sent = notifications.send_digest(tx, person=person)
        found = notices_store.get_email(tx, sent or "")
    return found.body if found else ""


def name_of(instance: SampleInstance, key: str) -> str:
    return instance.members.people[key].names["ar"]


def cast_facts(instance: SampleInstance) -> list[dict[str, Any]]:
    with instance.read() as tx:
        entries = [json.loads(one.content or b"{}") for one in record_store.list_leaves(tx, limit=1000)]
    return [one["facts"] for one in entries if one["act"] == "endorsement.cast"]


# The notice that a round is open


def test_everybody_in_an_organisation_learns_who_can_sign_for_it(instance: SampleInstance) -> None:
    """A puppet whose mandate only one person confirmed shortly before is named to all who could object."""
    grant_all_mandates(instance)
    age_mandates(instance)
    with instance.write() as tx:
        sindyan = instance.members.organisations["sindyan"]
        reader = add_proved_person(tx, email="reader@x.example", organisation=sindyan)
        puppet = add_proved_person(tx, email="puppet@x.example", organisation=sindyan, roles=(SIGNATORY,))
        salma = instance.actor(tx, "salma")
        granted = mandates.grant_mandate(tx, instance.actor(tx, "lama"), organisation=sindyan, person=puppet)
        set_secretariat(tx, [salma.person])
        mandates.confirm_mandate(tx, salma, mandate=granted)
    open_round(instance, document_in_review(instance))
    lama, yusuf = (instance.members.people[key].id for key in ("lama", "yusuf"))
    for person in (lama, yusuf, reader):
        with instance.read() as tx:
            found = people_store.get(tx, person)
        mail = mail_to(instance, person)
        assert found and f"\u2068{instance.members.people['yusuf'].names[found.lang]}\u2069\n" in mail
        marked = next(line for line in mail.splitlines() if "puppet" in line)
        words = ("أكّده شخص واحد", "أُكِّد قبل فتح الجولة") if found.lang == "ar" else ("one person", "a week before")
        assert all(one in marked for one in words)
        assert "Title" not in mail and "عنوان" not in mail
    huda = mail_to(instance, instance.members.people["huda"].id)
    assert name_of(instance, "huda") in huda and "puppet" not in huda


def test_organisation_without_a_mandate_learns_what_to_do(instance: SampleInstance) -> None:
    open_round(instance, document_in_review(instance))
    mail = mail_to(instance, instance.members.people["lama"].id)
    assert "لم يكن لأحد حقّ التوقيع" in mail and "«التفويضات»" in mail and name_of(instance, "yusuf") not in mail


@pytest.mark.parametrize("change", ["revoked", "no role", "expired"])
def test_who_cannot_sign_is_not_listed(instance: SampleInstance, change: str) -> None:
    grant_all_mandates(instance)
    yusuf = instance.members.people["yusuf"].id
    with instance.write() as tx:
        if change == "no role":
            people_store.revoke_role(tx, person_id=yusuf, role=SIGNATORY, document="")
        else:
            values: dict[str, Any] = {"state": "revoked"} if change == "revoked" else {"expires_at": tx.now}
            tx.connection.execute(update(mandate).where(mandate.c.person == yusuf).values(**values))
    open_round(instance, document_in_review(instance))
    assert "لم يكن لأحد حقّ التوقيع" in mail_to(instance, instance.members.people["lama"].id)


@pytest.mark.parametrize("people", [1, 2])
def test_small_organisation_learns_when_its_mandate_starts_and_signs_then(
    instance: SampleInstance, people: int
) -> None:
    """A secretariat of one confirms after the first round; the organisation answers a day later, marked."""
    open_round_with_document(instance)
    with instance.write() as tx:
        integrity, salma = instance.members.organisations["integrity"], instance.actor(tx, "salma")
        nabil = instance.actor(tx, "nabil").person
        set_secretariat(tx, [salma.person])
        tx.connection.execute(update(mandate).where(mandate.c.organisation == integrity).values(state="revoked"))
        for one in people_store.list_all(tx, organisation=integrity):
            if one[1].id != nabil:
                people_store.close(tx, one[1].id)
        holder = nabil
        if people == 2:
            holder = add_proved_person(tx, email="two@x.example", organisation=integrity, roles=(SIGNATORY,))
        granted = mandates.grant_mandate(tx, load_actor(tx, nabil), organisation=integrity, person=holder)
        starts_at = mandates.confirm_mandate(tx, salma, mandate=granted).starts_at or 0
    second = open_round(instance, document_in_review(instance), lasts=3 * SINGLE_CONFIRMATION_DELAY)
    mail = mail_to(instance, nabil)
    assert "يبدأ حقّ التوقيع في" in mail and "أكّده شخص واحد" in mail and "لم يكن لأحد حقّ التوقيع" in mail
    with instance.read() as tx:
        name = people_store.get(tx, holder)
    assert name and next(iter(name.names.values())) in mail
    if people == 1:
        cast_endorsement(instance, second, "nabil", at=starts_at)
        assert last_answer(instance, second, "integrity").marks == ["confirmed_by_one", "recent"]


# What binds the marks


def test_answer_record_and_seal_carry_the_marks_of_the_mandate(instance: SampleInstance) -> None:
    grant_all_mandates(instance)
    age_mandates(instance)
    mark_mandate(instance, "yusuf", "confirmed_by_one", "address_not_proved")
    document = document_in_review(instance)
    round_id = open_round(instance, document, rule={"v": 1, "kind": "sign_on", "at_least": 1})
    cast_endorsement(instance, round_id, "yusuf")
    cast_endorsement(instance, round_id, "huda")
    assert last_answer(instance, round_id, "sindyan").marks == ["confirmed_by_one", "address_not_proved"]
    assert [one["marks"] for one in cast_facts(instance)] == [["confirmed_by_one", "address_not_proved"], []]
    close_round(instance, round_id)
    with instance.read() as tx:
        seal = seals_store.get_by_document(tx, document)
    assert seal is not None
    sealed = {one["organisation"]: one["marks"] for one in seal.content["endorsements"]}
    assert sealed[instance.members.organisations["sindyan"]] == ["confirmed_by_one", "address_not_proved"]


def test_mandate_exactly_a_week_old_is_not_recent_and_a_later_one_is(instance: SampleInstance) -> None:
    round_ids = []
    grant_all_mandates(instance)
    for by in (0, RECENT_PERIOD):
        age_mandates(instance, by=by)
        round_ids.append(open_round(instance, document_in_review(instance)))
        cast_endorsement(instance, round_ids[-1], "yusuf")
    assert [list(last_answer(instance, one, "sindyan").marks) for one in round_ids] == [["recent"], []]


def test_answer_by_email_alone_is_sealed_as_such(instance: SampleInstance) -> None:
    rule = {"v": 1, "kind": "sign_on", "at_least": 1}
    document, round_id = open_round_with_document(instance, options=RoundOptions(proof=MAIL_ENOUGH), rule=rule)
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(sample=False))
    sign(instance, begin(instance, "yusuf", "code"), round_id)
    close_round(instance, round_id)
    with instance.read() as tx:
        seal = seals_store.get_by_document(tx, document)
    assert seal is not None
    assert [one["proof"] for one in seal.content["endorsements"]] == ["mail"]
