from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from service.domain.endorsement.masking import (
    COUNT_INTERVAL,
    MIN_COUNTED,
    Reader,
    counting_time,
    counts_delayed,
    is_countable,
    mask_outcome,
    positions,
    visible_organisations,
)
from service.domain.endorsement.round import OPEN, PASSED, RollEntry, Round
from service.domain.endorsement.rule_words import explain_condition
from service.domain.endorsement.rules import ABSTAIN, DECLINE, ENDORSE, Consensus, EndorsementEvent, Outcome, evaluate
from service.domain.endorsement.terms import ALL, COUNTED, NAMED, OWN, PASSWORD_OR_MORE, RoundTerms
from tests.unit.endorsement.test_rules import NOW, ROLL, histories, rules

SECRETARY = Reader(None, oversees=True, is_member=True)
OBSERVER = Reader(None, oversees=False, is_member=False)


def member_of(organisation: str) -> Reader:
    return Reader(organisation, oversees=False, is_member=True)


def a_round(*, visible: str = OWN, named: str = COUNTED, state: str = OPEN, has_terms: bool = True) -> Round:
    terms = RoundTerms(
        front={},
        letterhead={},
        date="approval",
        closes_at=10**12,
        close_after_all_us=None,
        visible_while_open=visible,
        named_in_public=named,
        proof=PASSWORD_OR_MORE,
        confirmations=2,
        endings_needed=2,
        format=2,
        wording=2,
        salt="",
    )
    return Round(
        id="rnd_x",
        document="doc_x",
        version="ver_x",
        rule={},
        rule_sha256="",
        roll=tuple(RollEntry(one, {"en": one}) for one in ROLL),
        roll_sha256="",
        state=state,
        close_when_all_answered=False,
        opened_by="per_x",
        opened_at=0,
        opens_seq=1,
        closes_at=10**12,
        closed_at=None,
        outcome=None,
        terms=terms if has_terms else None,
    )


def outcome_of(*events: EndorsementEvent) -> Outcome:
    return evaluate(Consensus(), ROLL, events, at=NOW)


def answer(organisation: str, position: str, seq: int) -> EndorsementEvent:
    return EndorsementEvent(organisation, position, 1, seq)


@given(rules, histories(), st.sampled_from(ROLL))
def test_member_sees_only_its_own_answer_while_answers_are_hidden(rule, events, mine) -> None:  # type: ignore[no-untyped-def]
    outcome = evaluate(rule, ROLL, events, at=NOW)
    visible = visible_organisations(a_round(), outcome, reader=member_of(mine))
    masked = mask_outcome(outcome, visible=visible)
    named = {*masked.endorsed, *masked.reserved, *masked.abstained, *masked.declined, *masked.silent, *masked.disputed}
    for condition in masked.reasons:
        organisations = condition.params.get("organisations", ())
        named |= set(organisations) if isinstance(organisations, tuple) else set()
    assert named <= {mine}
    assert (masked.have, masked.needed, masked.base) == (outcome.have, outcome.needed, outcome.base)


@given(rules, histories())
def test_secretariat_and_former_rounds_lose_nothing(rule, events) -> None:  # type: ignore[no-untyped-def]
    outcome = evaluate(rule, ROLL, events, at=NOW)
    for round_, reader in (
        (a_round(), SECRETARY),
        (a_round(visible=ALL), member_of("org_a")),
        (a_round(state=PASSED), member_of("org_a")),
        (a_round(has_terms=False), OBSERVER),
        (a_round(visible=ALL, named=NAMED), OBSERVER),
    ):
        visible = visible_organisations(round_, outcome, reader=reader)
        assert mask_outcome(outcome, visible=visible) == outcome


@given(rules, histories(), st.sampled_from([ALL, OWN]))
def test_others_than_members_see_who_endorses_at_most(rule, events, visible_while_open) -> None:  # type: ignore[no-untyped-def]
    outcome = evaluate(rule, ROLL, events, at=NOW)
    for state in (OPEN, PASSED):
        round_ = a_round(visible=visible_while_open, state=state)
        seen = visible_organisations(round_, outcome, reader=OBSERVER)
        hidden = state == OPEN and visible_while_open == OWN
        assert seen == (frozenset() if hidden else frozenset(outcome.endorsed + outcome.reserved))


def test_every_organisation_has_one_position() -> None:
    outcome = outcome_of(answer("org_a", ENDORSE, 1), answer("org_b", DECLINE, 2), answer("org_c", ABSTAIN, 3))
    assert positions(outcome) == dict.fromkeys(ROLL, "silent") | {
        "org_a": "endorse",
        "org_b": "decline",
        "org_c": "abstain",
    }


def test_reasons_give_numbers_where_names_are_hidden() -> None:
    outcome = outcome_of(answer("org_a", DECLINE, 1), answer("org_b", DECLINE, 2))
    masked = mask_outcome(outcome, visible={"org_a"})
    sentences = [explain_condition(one, lang="en", names={"org_a": "Alpha"}, wording=2) for one in masked.reasons]
    assert "Organisations that declined: 2." in sentences
    assert "Organisations that have not answered: 4." in sentences
    assert not any("Alpha" in one or "org_" in one for one in sentences)
    arabic = [explain_condition(one, lang="ar", wording=2) for one in masked.reasons]
    assert "عدد المنظمات التي أعلنت عدم التأييد: ٢." in arabic


@given(st.integers(0, 10**11))
def test_delayed_counts_are_at_most_an_interval_old(now: int) -> None:
    found = counting_time(replace(a_round(), opened_at=7), now=now + 7)
    assert found <= now + 7 < found + COUNT_INTERVAL and (found - 7) % COUNT_INTERVAL == 0


def test_counts_are_delayed_for_members_only_while_answers_are_hidden() -> None:
    assert counts_delayed(a_round(), reader=member_of("org_a"))
    assert not counts_delayed(a_round(), reader=SECRETARY)
    assert not counts_delayed(a_round(state=PASSED), reader=member_of("org_a"))
    assert not counts_delayed(a_round(visible=ALL), reader=member_of("org_a"))


@given(histories())
def test_fewer_than_three_answers_are_not_counted(events: list[EndorsementEvent]) -> None:
    outcome = evaluate(Consensus(), ROLL, events, at=NOW)
    assert is_countable(outcome) == (len(ROLL) - len(outcome.silent) >= MIN_COUNTED)
