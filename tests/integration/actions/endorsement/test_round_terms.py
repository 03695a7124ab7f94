"""The terms of a round hold against the secretariat, in statement, record, seal and files."""

import dataclasses
import json

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from service.actions.documents import documents
from service.actions.endorsement import closing, rounds
from service.actions.membership import coalition
from service.domain.endorsement.round import Round
from service.domain.endorsement.terms import RoundOptions, round_sha256
from service.domain.errors import Conflict, InvalidInput
from service.domain.publication.publication import Seal, seal_sha256
from service.domain.publication.seal_v2 import unopened_commitments
from service.domain.publication.sealed_facts import read_seal
from service.domain.trust.statement import parse_statement
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.documents import versions as versions_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import seals as seals_store
from service.store.tables import round_
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    close_round,
    create_document,
    cut_version,
    grant_all_mandates,
    move_to_review,
    prepare_endorsement,
)

FRONT = {"place": {"ar": "حلب"}, "addressees": {"ar": ["إلى من يهمّه الأمر"]}}


def open_with(instance: SampleInstance, options: RoundOptions | None = None) -> tuple[str, str]:
    """Return (document, round), opened on a document with place and addressees."""
    grant_all_mandates(instance)
    return open_with_mandates(instance, options)


def open_with_mandates(instance: SampleInstance, options: RoundOptions | None = None) -> tuple[str, str]:
    """Do the same once everybody has a mandate."""
    document = create_document(instance)
    with instance.write() as tx:
        documents.update_front_matter(tx, instance.actor(tx, "lama"), document_id=document, front=FRONT)
    cut_version(instance, document)
    move_to_review(instance, document)
    with instance.write() as tx:
        round_id = rounds.open_round(
            tx,
            instance.actor(tx, "salma"),
            document_id=document,
            version_number=1,
            closes_at=tx.now + 3600 * 1_000_000,
            rule={"kind": "sign_on", "at_least": 1},
            options=options or RoundOptions(),
        )
    return document, round_id


def round_of(instance: SampleInstance, round_id: str) -> Round:
    with instance.read() as tx:
        found = rounds_store.get(tx, round_id)
    assert found is not None
    return found


def seal_of(instance: SampleInstance, document: str) -> Seal:
    with instance.read() as tx:
        found = seals_store.get_by_document(tx, document)
    assert found is not None
    return found


def edit_letterhead(instance: SampleInstance) -> None:
    """One secretary changes everything that was printed and not signed in release 0.1."""
    with instance.write() as tx:
        changes = {
            "names": {"ar": "اسم آخر", "en": "Another name"},
            "about": {"ar": "وصف مدسوس"},
            "place": {"ar": "مكان آخر"},
            "press": {"name": {"ar": "ناطق آخر"}, "email": "other@x.example", "phone": "+1"},
            "digits": {"ar": "latn"},
            "zone": "Pacific/Kiritimati",
        }
        coalition.update_settings(tx, instance.actor(tx, "salma"), settings=changes)


def test_letterhead_edited_while_the_round_is_open_is_not_sealed(instance: SampleInstance) -> None:
    document, round_id = open_with(instance)
    before = round_of(instance, round_id)
    assert before.terms is not None
    cast_endorsement(instance, round_id, "yusuf")
    edit_letterhead(instance)
    close_round(instance, round_id)
    seal = seal_of(instance, document)
    facts = read_seal(seal.content)
    assert facts.letterhead == before.terms.letterhead and facts.front == before.terms.front
    assert facts.front["place"] == FRONT["place"] and facts.front["addressees"] == FRONT["addressees"]
    assert "وصف مدسوس" not in json.dumps(seal.content, ensure_ascii=False)
    assert round_of(instance, round_id).terms == before.terms
    assert seal.seal_sha256 == seal_sha256(seal.content) and seal.content["v"] == 2


def test_front_cannot_be_edited_while_the_round_is_open(instance: SampleInstance) -> None:
    document, _ = open_with(instance)
    with pytest.raises(Conflict), instance.write() as tx:
        documents.update_front_matter(tx, instance.actor(tx, "lama"), document_id=document, front=FRONT)


def test_one_digest_binds_statement_record_and_seal_to_the_round(instance: SampleInstance) -> None:
    document, round_id = open_with(instance)
    cast_endorsement(instance, round_id, "yusuf")
    close_round(instance, round_id)
    found = round_of(instance, round_id)
    with instance.read() as tx:
        version = versions_store.get(tx, found.version)
        cast = endorsements_store.list_by_round(tx, round_id)[0]
        contents = [json.loads(row.content) for row in record_store.list_leaves(tx) if row.content]
    assert version is not None and found.terms is not None
    bound = round_sha256(
        found.terms,
        version_sha256=version.version_sha256,
        rule_sha256=found.rule_sha256,
        roll_sha256=found.roll_sha256,
    )
    opened = next(one for one in contents if one["act"] == "round.open" and one["facts"]["round"] == round_id)
    statement = parse_statement(cast.statement)
    assert (found.format, statement.format) == (2, 2)
    assert bound == found.round_sha256 == statement.round_sha256 == opened["facts"]["round_sha256"]
    assert bound == seal_of(instance, document).content["round"]["round_sha256"]


def test_chosen_terms_are_frozen(instance: SampleInstance) -> None:
    options = RoundOptions(
        date="2026-11-22", close_after_all_us=0, visible_while_open="own", named_in_public="named", proof="mail"
    )
    document, round_id = open_with(instance, options)
    found = round_of(instance, round_id)
    assert found.terms is not None
    for field in ("date", "visible_while_open", "named_in_public", "proof"):
        assert getattr(found.terms, field) == getattr(options, field)
    salma, karim = (instance.members.people[key].id for key in ("salma", "karim"))
    assert set(found.secretariat or ()) == {salma, karim}
    assert (found.terms.confirmations, found.terms.endings_needed, found.terms.close_after_all_us) == (2, 2, None)
    cast_endorsement(instance, round_id, "yusuf")
    cast_endorsement(instance, round_id, "nabil", "decline")
    close_round(instance, round_id)
    seal = seal_of(instance, document)
    assert read_seal(seal.content).date == "2026-11-22"
    assert [one["position"] for one in seal.content["endorsements"]] == ["endorse", "decline"]
    assert seal.content["commitments"] == []


def test_unnamed_answers_open_for_their_organisation_and_the_secretariat(instance: SampleInstance) -> None:
    document, round_id = open_with(instance)
    cast_endorsement(instance, round_id, "yusuf")
    cast_endorsement(instance, round_id, "nabil", "decline")
    close_round(instance, round_id)
    seal = seal_of(instance, document)
    integrity = instance.members.organisations["integrity"]
    with instance.read() as tx:
        every = seals_store.list_openings(tx, seal.id)
        own = seals_store.list_openings(tx, seal.id, organisation=integrity)
    assert unopened_commitments(seal.content, every) == []
    assert [one.position for one in own] == ["decline"]
    assert set(unopened_commitments(seal.content, own)) == set(seal.content["commitments"]) - {own[0].commitment}
    assert len({one.salt for one in every}) == len(every)


def test_unknown_terms_are_rejected_and_open_nothing(instance: SampleInstance) -> None:
    with pytest.raises(InvalidInput):
        open_with(instance, RoundOptions(named_in_public="nobody"))
    with pytest.raises(InvalidInput):
        open_with(instance, RoundOptions(date="22.11.2026"))


def test_sentences_of_a_new_round_are_of_wording_2(instance: SampleInstance) -> None:
    _, round_id = open_with(instance)
    challenge, _ = prepare_endorsement(instance, round_id, "nabil", "decline")
    with instance.read() as tx:
        prepared = endorsements_store.get_challenge(tx, challenge)
    assert prepared is not None
    assert "وبموجب تفويض بالتوقيع عنها" in prepared.sentence and "علنًا من دون ذكر اسمها" in prepared.sentence


def test_withdrawal_from_a_seal_of_format_2_is_published_only_for_named_answers(instance: SampleInstance) -> None:
    document, round_id = open_with(instance)
    endorsed = cast_endorsement(instance, round_id, "yusuf")
    declined = cast_endorsement(instance, round_id, "nabil", "decline")
    close_round(instance, round_id)
    seal = seal_of(instance, document)
    named = {one["statement_sha256"] for one in read_seal(seal.content).endorsements}
    assert endorsed in named and declined not in named
    challenge, _ = prepare_endorsement(instance, round_id, "yusuf", "withdraw", replaces=endorsed)
    with instance.read() as tx:
        prepared = endorsements_store.get_challenge(tx, challenge)
    assert prepared is not None
    statement = parse_statement(prepared.statement)
    assert (statement.format, statement.replaces) == (2, endorsed)
    assert "نسحب التأييد الذي أعلنّاه" in prepared.sentence


def test_terms_of_a_round_cannot_be_changed_in_the_database(instance: SampleInstance) -> None:
    _, round_id = open_with(instance)
    terms = round_of(instance, round_id).terms
    assert terms is not None
    changed = {"v": 1, **dataclasses.replace(terms, date="2000-01-01").to_json()}
    with pytest.raises(DBAPIError), instance.write() as tx:
        tx.connection.execute(update(round_).where(round_.c.id == round_id).values(terms=changed))


@pytest.mark.parametrize("secretaries", [1, 2, 3])
def test_small_secretariats_open_and_seal_a_round(instance: SampleInstance, secretaries: int) -> None:
    """The terms freeze how many end the round early, and never more than there are."""
    grant_all_mandates(instance)
    with instance.write() as tx:
        if secretaries == 1:
            people_store.revoke_role(tx, person_id=instance.members.people["karim"].id, role="secretariat", document="")
        if secretaries == 3:
            people_store.grant_role(
                tx, person_id=instance.members.people["reem"].id, role="secretariat", document="", by=None
            )
    document, round_id = open_with_mandates(instance)
    found = round_of(instance, round_id)
    assert found.terms is not None
    assert (len(found.secretariat or ()), found.terms.endings_needed) == (secretaries, min(2, secretaries))
    cast_endorsement(instance, round_id, "yusuf")
    with instance.write(at=found.closes_at) as tx:
        assert closing.close_if_due(tx, round_id=round_id)
    assert seal_of(instance, document).content["outcome"]["passes"]
