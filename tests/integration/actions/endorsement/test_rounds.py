"""Cast, close, seal: who may, in what order, and with what effects."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from service.actions.endorsement import closing, endings, endorsements, rounds
from service.actions.endorsement.tally import tally
from service.actions.membership import mandates
from service.domain.endorsement.endorsement import HOUR, MAX_ATTEMPTS_PER_HOUR, MAX_CODE_ATTEMPTS, MAX_CODES_PER_HOUR
from service.domain.endorsement.round import Round
from service.domain.endorsement.terms import RoundOptions
from service.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, RateLimited
from service.domain.publication.publication import seal_sha256
from service.domain.trust.statement import parse_statement, person_commitment
from service.store.documents import documents as documents_store
from service.store.drafts import journal as journal_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import mandates as mandates_store
from service.store.publication import exports as exports_store
from service.store.publication import seals as seals_store
from service.store.tables import endorsement
from tests.support.factories import (
    SECRET,
    SampleInstance,
    cast_endorsement,
    close_round,
    create_document,
    cut_version,
    move_to_review,
    open_round,
    open_round_with_document,
    prepare_endorsement,
)


def state_of(instance: SampleInstance, document: str) -> str:
    with instance.read() as tx:
        found = documents_store.get(tx, document)
        assert found is not None
        return found.state


def round_of(instance: SampleInstance, round_id: str) -> Round:
    with instance.read() as tx:
        found = rounds_store.get(tx, round_id)
        assert found is not None
        return found


# Opening


def test_drafter_cannot_open_round(instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    with instance.write() as tx, pytest.raises(Forbidden):
        rounds.open_round(
            tx, instance.actor(tx, "lama"), document_id=document, version_number=1, closes_at=tx.now + 10**9
        )


def test_stale_version_is_rejected(instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    with instance.write() as tx, pytest.raises(Conflict) as refused:
        rounds.open_round(
            tx, instance.actor(tx, "salma"), document_id=document, version_number=7, closes_at=tx.now + 10**9
        )
    assert refused.value.code == "stale_version"


def test_document_in_drafting_is_rejected_unless_urgent(instance: SampleInstance) -> None:
    document, urgent = create_document(instance), create_document(instance, urgent=True)
    for one in (document, urgent):
        cut_version(instance, one)
    with pytest.raises(Conflict) as refused:
        open_round(instance, document)
    assert refused.value.code == "document_state"
    open_round(instance, urgent)
    assert state_of(instance, urgent) == "endorsement"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"kind": "whim"}, "bad_rule"),
        ({"kind": "sign_on", "at_least": 9}, "rule_out_of_reach"),
        ({"kind": "majority", "required": ["org_nobody"]}, "required_off_roll"),
    ],
)
def test_unsatisfiable_rule_is_rejected(instance: SampleInstance, rule: dict[str, object], code: str) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    with pytest.raises(InvalidInput) as refused:
        open_round(instance, document, rule=rule)
    assert refused.value.code == code
    assert state_of(instance, document) == "review"


def test_opening_freezes_the_drafts_and_fixes_rule_and_roll(instance: SampleInstance) -> None:
    document, round_id = open_round_with_document(instance)
    found = round_of(instance, round_id)
    assert [entry.organisation for entry in found.roll] == list(instance.members.organisations.values())
    assert found.rule["kind"] == "fraction"
    with instance.read() as tx:
        assert journal_store.get_head(tx, f"{document}.ar").frozen


# Casting


def test_round_is_not_found_for_person_outside_it(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    with pytest.raises((NotFound, Forbidden)):
        prepare_endorsement(instance, round_id, "reem")


def test_secretariat_cannot_sign(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    with pytest.raises(Forbidden):
        prepare_endorsement(instance, round_id, "salma")


def test_signing_needs_a_mandate(instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    round_id = open_round(instance, document)
    with pytest.raises(Forbidden) as refused:
        prepare_endorsement(instance, round_id, "yusuf")
    assert refused.value.code == "no_mandate"


def test_mandate_revoked_after_the_code_was_mailed_no_longer_signs(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    challenge, code = prepare_endorsement(instance, round_id, "yusuf")
    with instance.write() as tx:
        ((_, mandate),) = mandates_store.list_all(tx, organisation=instance.members.organisations["sindyan"])
        mandates.revoke_mandate(tx, instance.actor(tx, "lama"), mandate=mandate.id)
    with pytest.raises(Forbidden) as refused:
        _cast(instance, round_id, "yusuf", challenge, code)
    assert refused.value.code == "no_mandate"


def _cast(
    instance: SampleInstance, round_id: str, by: str, challenge: str, code: str, *, at: int | None = None
) -> None:
    with instance.write(at=at) as tx:
        actor = instance.actor(tx, by)
        endorsements.cast(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)


def test_wrong_code_counts_and_the_fifth_voids_it(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    challenge, code = prepare_endorsement(instance, round_id, "yusuf")
    wrong = "00000000" if code != "00000000" else "11111111"
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(Forbidden) as refused:
            _cast(instance, round_id, "yusuf", challenge, wrong)
        assert (refused.value.code, refused.value.params["left"]) == ("wrong_code", left)
    with pytest.raises(Forbidden) as refused:
        _cast(instance, round_id, "yusuf", challenge, code)
    assert refused.value.code == "code_void"


def test_code_is_valid_for_one_statement_and_person_once(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    _, other_code = prepare_endorsement(instance, round_id, "huda")
    first, first_code = prepare_endorsement(instance, round_id, "yusuf")
    with pytest.raises(Forbidden):
        _cast(instance, round_id, "yusuf", first, other_code)
    with pytest.raises(NotFound):
        _cast(instance, round_id, "huda", first, first_code)
    _cast(instance, round_id, "yusuf", first, first_code)
    with pytest.raises(Forbidden) as refused:
        _cast(instance, round_id, "yusuf", first, first_code)
    assert refused.value.code == "code_void"


def test_code_expires_after_ten_minutes(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    opened = round_of(instance, round_id).opened_at
    challenge, code = prepare_endorsement(instance, round_id, "yusuf", at=opened + 10**6)
    with pytest.raises(Forbidden) as refused:
        _cast(instance, round_id, "yusuf", challenge, code, at=opened + 602 * 10**6)
    assert refused.value.code == "code_void"


@pytest.mark.parametrize(
    ("position", "reservation", "code"),
    [
        ("perhaps", {}, "unknown_position"),
        ("endorse_with_reservation", {}, "reservation_mismatch"),
        ("endorse", {"ar": "ولكن"}, "reservation_mismatch"),
        ("endorse_with_reservation", {"ar": "\u202eمقلوب"}, "bidi_override"),
        ("endorse_with_reservation", {"ar": "نتحفّظ 🙏"}, "unprintable_character"),
    ],
)
def test_contradictory_answer_is_rejected(
    instance: SampleInstance, position: str, reservation: dict[str, str], code: str
) -> None:
    _, round_id = open_round_with_document(instance)
    with pytest.raises(InvalidInput) as refused:
        prepare_endorsement(instance, round_id, "yusuf", position, reservation=reservation)
    assert refused.value.code == code


def test_second_answer_must_name_what_it_replaces(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    first = cast_endorsement(instance, round_id, "yusuf")
    with pytest.raises(Conflict) as refused:
        prepare_endorsement(instance, round_id, "yusuf", "decline")
    assert refused.value.code == "already_endorsed"
    assert refused.value.extra["statement_sha256"] == first
    cast_endorsement(instance, round_id, "yusuf", "decline", replaces=first)
    with instance.read() as tx:
        found = endorsements_store.list_by_round(tx, round_id)
    assert [(one.position, one.state) for one in found] == [("endorse", "replaced"), ("decline", "cast")]


def test_new_code_voids_the_previous(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    one, one_code = prepare_endorsement(instance, round_id, "yusuf")
    two, two_code = prepare_endorsement(instance, round_id, "yusuf", "abstain")
    with pytest.raises(Forbidden) as refused:
        _cast(instance, round_id, "yusuf", one, one_code)
    assert refused.value.code == "code_void"
    _cast(instance, round_id, "yusuf", two, two_code)


def test_codes_and_attempts_are_limited_per_hour(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    opened = round_of(instance, round_id).opened_at
    for number in range(MAX_CODES_PER_HOUR):
        prepare_endorsement(instance, round_id, "yusuf", at=opened + number * 10**6)
    with pytest.raises(RateLimited) as refused:
        prepare_endorsement(instance, round_id, "yusuf", at=opened + 60 * 10**6)
    assert refused.value.code == "too_many_codes"
    prepare_endorsement(instance, round_id, "huda", at=opened + 60 * 10**6)
    prepare_endorsement(instance, round_id, "yusuf", at=opened + HOUR + MAX_CODES_PER_HOUR * 10**6)


def test_wrong_codes_add_up_over_challenges(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    for _ in range(MAX_ATTEMPTS_PER_HOUR // MAX_CODE_ATTEMPTS):
        challenge, code = prepare_endorsement(instance, round_id, "yusuf")
        wrong = "00000000" if code != "00000000" else "11111111"
        for _ in range(MAX_CODE_ATTEMPTS):
            with pytest.raises(Forbidden):
                _cast(instance, round_id, "yusuf", challenge, wrong)
    with pytest.raises(RateLimited) as refused:
        prepare_endorsement(instance, round_id, "yusuf")
    assert refused.value.code == "too_many_tries"


def test_forty_concurrent_wrong_codes_are_five_attempts(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    challenge, code = prepare_endorsement(instance, round_id, "yusuf")
    wrong = "00000000" if code != "00000000" else "11111111"

    def attempt(_: int) -> str:
        with pytest.raises(Forbidden) as refused:
            _cast(instance, round_id, "yusuf", challenge, wrong)
        return refused.value.code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(attempt, range(40)))
    assert codes.count("wrong_code") == MAX_CODE_ATTEMPTS
    assert codes.count("code_void") == 40 - MAX_CODE_ATTEMPTS


def test_statement_binds_what_was_shown_and_hides_the_person(instance: SampleInstance) -> None:
    document, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    with instance.read() as tx:
        (cast,) = endorsements_store.list_by_round(tx, round_id)
        salt = tx.connection.execute(endorsement.select()).one().salt
        open_round = rounds_store.get(tx, round_id)
    statement = parse_statement(cast.statement)
    assert open_round is not None
    assert statement.document_id == document
    assert statement.rule_sha256 == open_round.rule_sha256
    assert statement.roll_sha256 == open_round.roll_sha256
    assert statement.organisation_id == instance.members.organisations["sindyan"]
    assert statement.assurance == "C"
    person = instance.members.people["yusuf"].id
    assert person.encode() not in cast.statement
    assert statement.signatory_commitment == person_commitment(person, salt=bytes.fromhex(salt))


def test_withdrawn_answer_counts_as_silence(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    first = cast_endorsement(instance, round_id, "yusuf")
    _withdraw(instance, round_id, "yusuf", first)
    with instance.read() as tx:
        found = rounds_store.get(tx, round_id)
        assert found is not None
        assert instance.members.organisations["sindyan"] in tally(tx, found).silent


def _withdraw(instance: SampleInstance, round_id: str, by: str, replaces: str) -> None:
    challenge, code = prepare_endorsement(instance, round_id, by, "withdraw", replaces=replaces)
    with instance.write() as tx:
        actor = instance.actor(tx, by)
        endorsements.withdraw(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)


def test_withdrawal_keeps_its_exact_statement(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    first = cast_endorsement(instance, round_id, "yusuf")
    _withdraw(instance, round_id, "yusuf", first)
    with instance.read() as tx:
        (ended,) = endorsements_store.list_by_round(tx, round_id)
    assert ended.ended_statement is not None
    statement = parse_statement(ended.ended_statement)
    assert (statement.type, statement.replaces) == ("endorsement.withdraw", first)


def test_withdrawal_binds_the_live_mandate(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    first = cast_endorsement(instance, round_id, "yusuf")
    challenge, code = prepare_endorsement(instance, round_id, "yusuf", "withdraw", replaces=first)
    organisation, person = instance.members.organisations["sindyan"], instance.members.people["yusuf"].id
    with instance.write() as tx:
        lama = instance.actor(tx, "lama")
        ((_, old),) = mandates_store.list_all(tx, organisation=organisation)
        mandates.revoke_mandate(tx, lama, mandate=old.id)
        new = mandates.grant_mandate(tx, lama, organisation=organisation, person=person)
        for key in ("salma", "karim"):
            mandates.confirm_mandate(tx, instance.actor(tx, key), mandate=new)
    with pytest.raises(Forbidden) as refused, instance.write() as tx:
        actor = instance.actor(tx, "yusuf")
        endorsements.withdraw(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)
    assert refused.value.code == "code_void"


def test_withdrawal_before_an_answer_is_rejected(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    with pytest.raises(NotFound) as refused:
        prepare_endorsement(instance, round_id, "yusuf", "withdraw")
    assert refused.value.code == "nothing_to_replace"


# Closing


def test_one_of_two_persons_does_not_close_the_round(instance: SampleInstance) -> None:
    document, round_id = open_round_with_document(instance)
    for _ in range(2):
        with instance.write() as tx:
            endings.request_close(tx, instance.actor(tx, "salma"), round_id=round_id)
    assert round_of(instance, round_id).state == "open"
    assert state_of(instance, document) == "endorsement"


def test_reaching_the_threshold_does_not_close_the_round(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    cast_endorsement(instance, round_id, "huda")
    with instance.read() as tx:
        found = rounds_store.get(tx, round_id)
        assert found is not None
        assert tally(tx, found).passes
    assert found.state == "open"


def test_closed_round_rejects_answers_and_closing(instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    challenge, code = prepare_endorsement(instance, round_id, "yusuf")
    close_round(instance, round_id)
    with pytest.raises(Conflict) as refused:
        _cast(instance, round_id, "yusuf", challenge, code)
    assert refused.value.code == "round_closed"
    with instance.write() as tx, pytest.raises(Conflict):
        endings.request_close(tx, instance.actor(tx, "salma"), round_id=round_id)


def test_round_past_its_deadline_rejects_answers_before_it_is_closed(instance: SampleInstance) -> None:
    document, round_id = open_round_with_document(instance, lasts=3600 * 10**6)
    over = round_of(instance, round_id).closes_at
    with pytest.raises(Conflict) as refused:
        prepare_endorsement(instance, round_id, "yusuf", at=over)
    assert refused.value.code == "round_closed"
    with instance.write(at=over - 1) as tx:
        assert not closing.close_if_due(tx, round_id=round_id)
    with instance.write(at=over) as tx:
        assert closing.close_if_due(tx, round_id=round_id)
        assert not closing.close_if_due(tx, round_id=round_id)
    assert (round_of(instance, round_id).state, state_of(instance, document)) == ("failed", "review")


def test_failed_round_loses_nothing_and_another_may_follow(instance: SampleInstance) -> None:
    document, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf", "decline")
    close_round(instance, round_id)
    assert (round_of(instance, round_id).state, state_of(instance, document)) == ("failed", "review")
    with instance.read() as tx:
        assert not journal_store.get_head(tx, f"{document}.ar").frozen
        assert seals_store.get_by_document(tx, document) is None
    assert round_of(instance, open_round(instance, document)).state == "open"


def test_cancelled_round_returns_to_review(instance: SampleInstance) -> None:
    document, round_id = open_round_with_document(instance)
    for key in ("salma", "karim"):
        with instance.write() as tx:
            endings.request_cancel(tx, instance.actor(tx, key), round_id=round_id)
    assert (round_of(instance, round_id).state, state_of(instance, document)) == ("cancelled", "review")


def test_round_set_to_close_early_closes_with_the_last_answer(instance: SampleInstance) -> None:
    options = RoundOptions(close_after_all_us=0)
    document, round_id = open_round_with_document(instance, close_when_all_answered=True, options=options)
    cast_endorsement(instance, round_id, "yusuf")
    cast_endorsement(instance, round_id, "huda")
    assert round_of(instance, round_id).state == "open"
    cast_endorsement(instance, round_id, "nabil", "abstain")
    assert (round_of(instance, round_id).state, state_of(instance, document)) == ("passed", "approved")


def test_passed_round_seals_the_answers_and_requests_the_files(instance: SampleInstance) -> None:
    document, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    cast_endorsement(
        instance, round_id, "huda", "endorse_with_reservation", reservation={"ar": "نتحفّظ.", "en": "With a but."}
    )
    cast_endorsement(instance, round_id, "nabil", "decline")
    close_round(instance, round_id)
    with instance.read() as tx:
        seal = seals_store.get_by_document(tx, document)
        made = exports_store.list_by_document(tx, document)
        assert seal is not None
    assert seal.seal_sha256 == seal_sha256(seal.content)
    answers = {one["organisation"]: one for one in seal.content["endorsements"]}
    assert answers[instance.members.organisations["two-banks"]]["reservation"] == {"ar": "نتحفّظ.", "en": "With a but."}
    assert instance.members.organisations["integrity"] not in str(seal.content)
    assert seal.content["outcome"]["declined"] == 1
    assert [(one.format, one.lang, one.state) for _, one in made] == [("pdf", "ar", "queued"), ("docx", "ar", "queued")]
    assert len([job for job in instance.dispatcher.dispatched if job.name == "exports.render"]) == 2


def test_withdrawal_after_the_seal_leaves_the_seal_unchanged(instance: SampleInstance) -> None:
    document, round_id = open_round_with_document(instance)
    first = cast_endorsement(instance, round_id, "yusuf")
    cast_endorsement(instance, round_id, "huda")
    close_round(instance, round_id)
    with instance.read() as tx:
        before = seals_store.get_by_document(tx, document)
    _withdraw(instance, round_id, "yusuf", first)
    with instance.read() as tx:
        assert seals_store.get_by_document(tx, document) == before
        assert round_of(instance, round_id).state == "passed"
