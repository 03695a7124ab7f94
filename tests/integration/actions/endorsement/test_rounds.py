"""Cast, close, seal: who may, in what order, and what each leaves behind."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from service.actions.endorsement import endorsements, rounds
from service.actions.membership import mandates
from service.domain.endorsement.endorsement import CODE_TRIES, CODES_AN_HOUR, HOUR, TRIES_AN_HOUR
from service.domain.endorsement.round import Round
from service.domain.errors import Conflict, Forbidden, Malformed, NotFound, TooOften
from service.domain.publication.publication import seal_sha256
from service.domain.trust.statement import parse, person_commitment
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
    Stage,
    a_cast,
    a_document,
    a_round,
    a_version,
    an_open_round,
    closed,
    in_review,
    prepared,
)


def state_of(stage: Stage, document: str) -> str:
    with stage.read() as tx:
        found = documents_store.get(tx, document)
        assert found is not None
        return found.state


def round_of(stage: Stage, round_id: str) -> Round:
    with stage.read() as tx:
        found = rounds_store.get(tx, round_id)
        assert found is not None
        return found


# Opening


def test_a_drafter_opens_no_round(stage: Stage) -> None:
    document = a_document(stage)
    a_version(stage, document)
    in_review(stage, document)
    with stage.write() as tx, pytest.raises(Forbidden):
        rounds.open_round(tx, stage.actor(tx, "lama"), document_id=document, version_number=1, closes_at=tx.now + 10**9)


def test_a_stale_version_is_not_put_to_a_round(stage: Stage) -> None:
    document = a_document(stage)
    a_version(stage, document)
    in_review(stage, document)
    with stage.write() as tx, pytest.raises(Conflict) as refused:
        rounds.open_round(
            tx, stage.actor(tx, "salma"), document_id=document, version_number=7, closes_at=tx.now + 10**9
        )
    assert refused.value.code == "stale_version"


def test_drafting_goes_to_no_round_unless_it_is_urgent(stage: Stage) -> None:
    document, urgent = a_document(stage), a_document(stage, urgent=True)
    for one in (document, urgent):
        a_version(stage, one)
    with pytest.raises(Conflict) as refused:
        a_round(stage, document)
    assert refused.value.code == "document_state"
    a_round(stage, urgent)
    assert state_of(stage, urgent) == "endorsement"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"kind": "whim"}, "bad_rule"),
        ({"kind": "sign_on", "at_least": 9}, "rule_out_of_reach"),
        ({"kind": "majority", "required": ["org_nobody"]}, "required_off_roll"),
    ],
)
def test_a_rule_that_cannot_be_met_is_refused(stage: Stage, rule: dict[str, object], code: str) -> None:
    document = a_document(stage)
    a_version(stage, document)
    in_review(stage, document)
    with pytest.raises(Malformed) as refused:
        a_round(stage, document, rule=rule)
    assert refused.value.code == code
    assert state_of(stage, document) == "review"


def test_opening_freezes_the_drafts_and_fixes_rule_and_roll(stage: Stage) -> None:
    document, round_id = an_open_round(stage)
    found = round_of(stage, round_id)
    assert [entry.organisation for entry in found.roll] == list(stage.cast.organisations.values())
    assert found.rule["kind"] == "fraction"
    with stage.read() as tx:
        assert journal_store.head(tx, f"{document}.ar").frozen


# Casting


def test_a_stranger_to_the_round_finds_nothing(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    with pytest.raises((NotFound, Forbidden)):
        prepared(stage, round_id, "reem")


def test_the_secretariat_cannot_sign(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    with pytest.raises(Forbidden):
        prepared(stage, round_id, "salma")


def test_without_a_mandate_nobody_signs(stage: Stage) -> None:
    document = a_document(stage)
    a_version(stage, document)
    in_review(stage, document)
    round_id = a_round(stage, document)
    with pytest.raises(Forbidden) as refused:
        prepared(stage, round_id, "yusuf")
    assert refused.value.code == "no_mandate"


def test_a_mandate_revoked_after_the_code_was_mailed_no_longer_signs(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    challenge, code = prepared(stage, round_id, "yusuf")
    with stage.write() as tx:
        ((_, mandate),) = mandates_store.every(tx, organisation=stage.cast.organisations["sindyan"])
        mandates.revoke(tx, stage.actor(tx, "lama"), mandate=mandate.id)
    with pytest.raises(Forbidden) as refused:
        _cast(stage, round_id, "yusuf", challenge, code)
    assert refused.value.code == "no_mandate"


def _cast(stage: Stage, round_id: str, by: str, challenge: str, code: str, *, at: int | None = None) -> None:
    with stage.write(at=at) as tx:
        actor = stage.actor(tx, by)
        endorsements.cast(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)


def test_a_wrong_code_counts_and_the_fifth_voids_it(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    challenge, code = prepared(stage, round_id, "yusuf")
    wrong = "00000000" if code != "00000000" else "11111111"
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(Forbidden) as refused:
            _cast(stage, round_id, "yusuf", challenge, wrong)
        assert (refused.value.code, refused.value.params["left"]) == ("wrong_code", left)
    with pytest.raises(Forbidden) as refused:
        _cast(stage, round_id, "yusuf", challenge, code)
    assert refused.value.code == "code_void"


def test_a_code_serves_one_statement_one_person_once(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    _, other_code = prepared(stage, round_id, "huda")
    first, first_code = prepared(stage, round_id, "yusuf")
    with pytest.raises(Forbidden):
        _cast(stage, round_id, "yusuf", first, other_code)
    with pytest.raises(NotFound):
        _cast(stage, round_id, "huda", first, first_code)
    _cast(stage, round_id, "yusuf", first, first_code)
    with pytest.raises(Forbidden) as refused:
        _cast(stage, round_id, "yusuf", first, first_code)
    assert refused.value.code == "code_void"


def test_a_code_dies_after_ten_minutes(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    opened = round_of(stage, round_id).opened_at
    challenge, code = prepared(stage, round_id, "yusuf", at=opened + 10**6)
    with pytest.raises(Forbidden) as refused:
        _cast(stage, round_id, "yusuf", challenge, code, at=opened + 602 * 10**6)
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
def test_an_answer_that_contradicts_itself_is_refused(
    stage: Stage, position: str, reservation: dict[str, str], code: str
) -> None:
    _, round_id = an_open_round(stage)
    with pytest.raises(Malformed) as refused:
        prepared(stage, round_id, "yusuf", position, reservation=reservation)
    assert refused.value.code == code


def test_a_second_answer_must_say_what_it_replaces(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    first = a_cast(stage, round_id, "yusuf")
    with pytest.raises(Conflict) as refused:
        prepared(stage, round_id, "yusuf", "decline")
    assert refused.value.code == "already_endorsed"
    assert refused.value.extra["statement_sha256"] == first
    a_cast(stage, round_id, "yusuf", "decline", replaces=first)
    with stage.read() as tx:
        found = endorsements_store.of_round(tx, round_id)
    assert [(one.position, one.state) for one in found] == [("endorse", "replaced"), ("decline", "cast")]


def test_a_new_code_ends_the_one_before(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    one, one_code = prepared(stage, round_id, "yusuf")
    two, two_code = prepared(stage, round_id, "yusuf", "abstain")
    with pytest.raises(Forbidden) as refused:
        _cast(stage, round_id, "yusuf", one, one_code)
    assert refused.value.code == "code_void"
    _cast(stage, round_id, "yusuf", two, two_code)


def test_codes_and_tries_are_counted_by_the_hour(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    opened = round_of(stage, round_id).opened_at
    for number in range(CODES_AN_HOUR):
        prepared(stage, round_id, "yusuf", at=opened + number * 10**6)
    with pytest.raises(TooOften) as refused:
        prepared(stage, round_id, "yusuf", at=opened + 60 * 10**6)
    assert refused.value.code == "too_many_codes"
    prepared(stage, round_id, "huda", at=opened + 60 * 10**6)
    prepared(stage, round_id, "yusuf", at=opened + HOUR + CODES_AN_HOUR * 10**6)


def test_wrong_codes_add_up_over_challenges(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    for _ in range(TRIES_AN_HOUR // CODE_TRIES):
        challenge, code = prepared(stage, round_id, "yusuf")
        wrong = "00000000" if code != "00000000" else "11111111"
        for _ in range(CODE_TRIES):
            with pytest.raises(Forbidden):
                _cast(stage, round_id, "yusuf", challenge, wrong)
    with pytest.raises(TooOften) as refused:
        prepared(stage, round_id, "yusuf")
    assert refused.value.code == "too_many_tries"


def test_forty_wrong_codes_at_once_are_five_tries(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    challenge, code = prepared(stage, round_id, "yusuf")
    wrong = "00000000" if code != "00000000" else "11111111"

    def attempt(_: int) -> str:
        with pytest.raises(Forbidden) as refused:
            _cast(stage, round_id, "yusuf", challenge, wrong)
        return refused.value.code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(attempt, range(40)))
    assert codes.count("wrong_code") == CODE_TRIES
    assert codes.count("code_void") == 40 - CODE_TRIES


def test_the_statement_binds_what_was_shown_and_hides_the_person(stage: Stage) -> None:
    document, round_id = an_open_round(stage)
    a_cast(stage, round_id, "yusuf")
    with stage.read() as tx:
        (cast,) = endorsements_store.of_round(tx, round_id)
        salt = tx.connection.execute(endorsement.select()).one().salt
        open_round = rounds_store.get(tx, round_id)
    statement = parse(cast.statement)
    assert open_round is not None
    assert statement.document_id == document
    assert statement.rule_sha256 == open_round.rule_sha256
    assert statement.roll_sha256 == open_round.roll_sha256
    assert statement.organisation_id == stage.cast.organisations["sindyan"]
    assert statement.assurance == "C"
    person = stage.cast.people["yusuf"].id
    assert person.encode() not in cast.statement
    assert statement.signatory_commitment == person_commitment(person, salt=bytes.fromhex(salt))


def test_a_withdrawn_answer_is_silence(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    first = a_cast(stage, round_id, "yusuf")
    _withdraw(stage, round_id, "yusuf", first)
    with stage.read() as tx:
        found = rounds_store.get(tx, round_id)
        assert found is not None
        assert stage.cast.organisations["sindyan"] in rounds.tally(tx, found).silent


def _withdraw(stage: Stage, round_id: str, by: str, replaces: str) -> None:
    challenge, code = prepared(stage, round_id, by, "withdraw", replaces=replaces)
    with stage.write() as tx:
        actor = stage.actor(tx, by)
        endorsements.withdraw(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)


def test_a_withdrawal_keeps_its_exact_statement(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    first = a_cast(stage, round_id, "yusuf")
    _withdraw(stage, round_id, "yusuf", first)
    with stage.read() as tx:
        (ended,) = endorsements_store.of_round(tx, round_id)
    assert ended.ended_statement is not None
    statement = parse(ended.ended_statement)
    assert (statement.type, statement.replaces) == ("endorsement.withdraw", first)


def test_a_withdrawal_binds_the_mandate_that_is_live(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    first = a_cast(stage, round_id, "yusuf")
    challenge, code = prepared(stage, round_id, "yusuf", "withdraw", replaces=first)
    organisation, person = stage.cast.organisations["sindyan"], stage.cast.people["yusuf"].id
    with stage.write() as tx:
        lama = stage.actor(tx, "lama")
        ((_, old),) = mandates_store.every(tx, organisation=organisation)
        mandates.revoke(tx, lama, mandate=old.id)
        new = mandates.grant(tx, lama, organisation=organisation, person=person)
        for key in ("salma", "karim"):
            mandates.confirm(tx, stage.actor(tx, key), mandate=new)
    with pytest.raises(Forbidden) as refused, stage.write() as tx:
        actor = stage.actor(tx, "yusuf")
        endorsements.withdraw(tx, actor, round_id=round_id, challenge_id=challenge, code=code, secret=SECRET)
    assert refused.value.code == "code_void"


def test_there_is_nothing_to_withdraw_before_an_answer(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    with pytest.raises(NotFound) as refused:
        prepared(stage, round_id, "yusuf", "withdraw")
    assert refused.value.code == "nothing_to_replace"


# Closing


def test_one_person_of_two_closes_nothing(stage: Stage) -> None:
    document, round_id = an_open_round(stage)
    for _ in range(2):
        with stage.write() as tx:
            rounds.close(tx, stage.actor(tx, "salma"), round_id=round_id)
    assert round_of(stage, round_id).state == "open"
    assert state_of(stage, document) == "endorsement"


def test_reaching_the_threshold_closes_nothing(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    a_cast(stage, round_id, "yusuf")
    a_cast(stage, round_id, "huda")
    with stage.read() as tx:
        found = rounds_store.get(tx, round_id)
        assert found is not None
        assert rounds.tally(tx, found).passes
    assert found.state == "open"


def test_a_closed_round_takes_no_answer_and_closes_no_more(stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    challenge, code = prepared(stage, round_id, "yusuf")
    closed(stage, round_id)
    with pytest.raises(Conflict) as refused:
        _cast(stage, round_id, "yusuf", challenge, code)
    assert refused.value.code == "round_closed"
    with stage.write() as tx, pytest.raises(Conflict):
        rounds.close(tx, stage.actor(tx, "salma"), round_id=round_id)


def test_past_its_deadline_a_round_is_closed_before_anyone_writes_it_down(stage: Stage) -> None:
    document, round_id = an_open_round(stage, lasts=3600 * 10**6)
    over = round_of(stage, round_id).closes_at
    with pytest.raises(Conflict) as refused:
        prepared(stage, round_id, "yusuf", at=over)
    assert refused.value.code == "round_closed"
    with stage.write(at=over - 1) as tx:
        assert not rounds.close_if_due(tx, round_id=round_id)
    with stage.write(at=over) as tx:
        assert rounds.close_if_due(tx, round_id=round_id)
        assert not rounds.close_if_due(tx, round_id=round_id)
    assert (round_of(stage, round_id).state, state_of(stage, document)) == ("failed", "review")


def test_a_failed_round_loses_nothing_and_another_may_follow(stage: Stage) -> None:
    document, round_id = an_open_round(stage)
    a_cast(stage, round_id, "yusuf", "decline")
    closed(stage, round_id)
    assert (round_of(stage, round_id).state, state_of(stage, document)) == ("failed", "review")
    with stage.read() as tx:
        assert not journal_store.head(tx, f"{document}.ar").frozen
        assert seals_store.of_document(tx, document) is None
    assert round_of(stage, a_round(stage, document)).state == "open"


def test_a_cancelled_round_goes_back_to_review(stage: Stage) -> None:
    document, round_id = an_open_round(stage)
    for key in ("salma", "karim"):
        with stage.write() as tx:
            rounds.cancel(tx, stage.actor(tx, key), round_id=round_id)
    assert (round_of(stage, round_id).state, state_of(stage, document)) == ("cancelled", "review")


def test_a_round_that_said_so_closes_with_the_last_answer(stage: Stage) -> None:
    document, round_id = an_open_round(stage, close_when_all_answered=True)
    a_cast(stage, round_id, "yusuf")
    a_cast(stage, round_id, "huda")
    assert round_of(stage, round_id).state == "open"
    a_cast(stage, round_id, "nabil", "abstain")
    assert (round_of(stage, round_id).state, state_of(stage, document)) == ("passed", "approved")


def test_a_passed_round_seals_what_was_said_and_asks_for_the_files(stage: Stage) -> None:
    document, round_id = an_open_round(stage)
    a_cast(stage, round_id, "yusuf")
    a_cast(stage, round_id, "huda", "endorse_with_reservation", reservation={"ar": "نتحفّظ.", "en": "With a but."})
    a_cast(stage, round_id, "nabil", "decline")
    closed(stage, round_id)
    with stage.read() as tx:
        seal = seals_store.of_document(tx, document)
        made = exports_store.of_document(tx, document)
        assert seal is not None
    assert seal.seal_sha256 == seal_sha256(seal.content)
    answers = {one["organisation"]: one for one in seal.content["endorsements"]}
    assert answers[stage.cast.organisations["two-banks"]]["reservation"] == {"ar": "نتحفّظ.", "en": "With a but."}
    assert answers[stage.cast.organisations["integrity"]]["position"] == "decline"
    assert [(one.format, one.lang, one.state) for _, one in made] == [("pdf", "ar", "queued"), ("docx", "ar", "queued")]
    assert len([job for job in stage.bell.rung if job.name == "exports.render"]) == 2


def test_a_withdrawal_after_the_seal_leaves_the_seal_as_it_is(stage: Stage) -> None:
    document, round_id = an_open_round(stage)
    first = a_cast(stage, round_id, "yusuf")
    a_cast(stage, round_id, "huda")
    closed(stage, round_id)
    with stage.read() as tx:
        before = seals_store.of_document(tx, document)
    _withdraw(stage, round_id, "yusuf", first)
    with stage.read() as tx:
        assert seals_store.of_document(tx, document) == before
        assert round_of(stage, round_id).state == "passed"
