import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.endorsement.acts import Act
from service.domain.endorsement.rules import (
    ABSTAIN,
    DECLINE,
    ENDORSE,
    ENDORSE_WITH_RESERVATION,
    POSITIONS,
    Consensus,
    EndorsementEvent,
    Fraction,
    Majority,
    Outcome,
    Rule,
    Share,
    SignOn,
    check_rule_attainable,
    default_rule,
    evaluate,
    rule_from_json,
    rule_sha256,
    rule_to_json,
)
from service.domain.errors import InvalidInput

NOW = 1_000
ROLL = ("org_c", "org_a", "org_e", "org_b", "org_d", "org_f")

shares = st.integers(1, 12).flatmap(lambda den: st.builds(Share, st.integers(1, den), st.just(den)))
bases = st.sampled_from(["all", "cast"])
quorums = st.none() | shares
required_sets = st.lists(st.sampled_from(ROLL), unique=True, max_size=2).map(sorted).map(tuple)
rules: st.SearchStrategy[Rule] = st.one_of(
    st.builds(SignOn, st.integers(1, len(ROLL)), quorum=quorums, required=required_sets),
    st.builds(Consensus, quorum=quorums, required=required_sets),
    st.builds(Majority, bases, quorum=quorums, required=required_sets),
    st.builds(Fraction, shares, bases, quorum=quorums, required=required_sets),
)
acts: st.SearchStrategy[Act] = st.sampled_from(["answer", "answer", "answer", "withdrawal", "dispute", "settlement"])


@st.composite
def histories(draw: st.DrawFn) -> list[EndorsementEvent]:
    """Draw acts in order of seq, with non-decreasing times, some beyond NOW."""
    events, at = [], 0
    for seq in range(1, draw(st.integers(0, 14)) + 1):
        at += draw(st.sampled_from([0, 1, 200]))
        organisation, position = draw(st.sampled_from(ROLL)), draw(st.sampled_from(POSITIONS))
        events.append(EndorsementEvent(organisation, position, at, seq, draw(acts)))
    return events


def answers(**said: str) -> list[EndorsementEvent]:
    return [
        EndorsementEvent(f"org_{one}", position, 1, seq) for seq, (one, position) in enumerate(said.items(), start=1)
    ]


def count(rule: Rule, *, endorse: int = 0, decline: int = 0, abstain: int = 0, silent: int = 0) -> Outcome:
    """Return the outcome with so many of each answer."""
    live = [ENDORSE] * endorse + [DECLINE] * decline + [ABSTAIN] * abstain
    roll = [f"org_{nth:03}" for nth in range(len(live) + silent)]
    acts = [
        EndorsementEvent(one, position, 1, nth) for nth, (one, position) in enumerate(zip(roll, live, strict=False))
    ]
    return evaluate(rule, roll, acts, at=NOW)


# Boundaries of each kind of rule


@pytest.mark.parametrize(("signed", "passes"), [(0, False), (1, False), (2, True), (5, True)])
def test_sign_on_counts_signatures_and_silence_is_silence(signed: int, passes: bool) -> None:
    outcome = count(SignOn(2), endorse=signed, decline=1, silent=20)
    assert outcome.passes == passes
    assert (outcome.needed, outcome.have, outcome.base) == (2, signed, signed + 21)


@pytest.mark.parametrize(
    ("counts", "passes"),
    [
        ({"endorse": 3}, True),
        ({"endorse": 1, "abstain": 5}, True),
        ({"abstain": 3}, False),
        ({"endorse": 3, "silent": 1}, False),
        ({"endorse": 3, "decline": 1}, False),
    ],
)
def test_consensus_needs_every_answer_no_refusal_and_one_endorsement(counts: dict[str, int], passes: bool) -> None:
    assert count(Consensus(), **counts).passes == passes


@pytest.mark.parametrize(
    ("endorse", "others", "passes"), [(2, 2, False), (3, 2, True), (2, 3, False), (1, 0, True), (50, 50, False)]
)
def test_majority_is_more_than_half(endorse: int, others: int, passes: bool) -> None:
    assert count(Majority(), endorse=endorse, silent=others).passes == passes
    assert count(Majority("cast"), endorse=endorse, decline=others).passes == passes
    assert count(Majority("cast"), endorse=endorse, decline=others, abstain=40, silent=40).passes == passes


@pytest.mark.parametrize(
    ("share", "base", "needed"),
    [((2, 3), 3, 2), ((2, 3), 4, 3), ((2, 3), 6, 4), ((2, 3), 7, 5), ((1, 1), 5, 5), ((1, 2), 4, 2), ((1, 7), 3, 1)],
)
def test_fraction_is_exact_at_its_boundary(share: tuple[int, int], base: int, needed: int) -> None:
    rule = Fraction(Share(*share))
    assert count(rule, endorse=needed, silent=base - needed).needed == needed
    assert count(rule, endorse=needed, silent=base - needed).passes
    assert not count(rule, endorse=needed - 1, silent=base - needed + 1).passes


def test_abstentions_are_excluded_from_the_base_of_cast_votes() -> None:
    rule = Fraction(Share(2, 3), "cast")
    outcome = count(rule, endorse=2, decline=1, abstain=7, silent=90)
    assert outcome.passes
    assert (outcome.needed, outcome.have, outcome.base) == (2, 2, 3)


@pytest.mark.parametrize("rule", [Majority("cast"), Fraction(Share(1, 3), "cast")])
def test_nothing_passes_without_an_endorsement(rule: Rule) -> None:
    assert not count(rule, abstain=3).passes
    assert not count(rule, silent=3).passes


def test_quorum_counts_abstentions_as_answers() -> None:
    rule = SignOn(1, quorum=Share(1, 2))
    assert count(rule, endorse=1, abstain=2, silent=3).passes
    assert not count(rule, endorse=1, abstain=1, silent=3).passes


def test_required_organisation_must_endorse() -> None:
    rule = SignOn(1, required=("org_a",))
    assert not evaluate(rule, ROLL, answers(b=ENDORSE, a=ABSTAIN), at=NOW).passes
    outcome = evaluate(rule, ROLL, answers(b=ENDORSE), at=NOW)
    assert outcome.reasons[-1].params == {"organisations": ("org_a",)}
    assert evaluate(rule, ROLL, answers(a=ENDORSE_WITH_RESERVATION), at=NOW).passes


def test_outcome_lists_the_roll_in_its_order() -> None:
    acts = answers(a=ENDORSE, b=DECLINE, c=ENDORSE, d=ABSTAIN, e=ENDORSE_WITH_RESERVATION)
    outcome = evaluate(Majority(), ROLL, acts, at=NOW)
    assert outcome.endorsed == ("org_c", "org_a")
    assert outcome.reserved == ("org_e",)
    assert (outcome.declined, outcome.abstained, outcome.silent) == (("org_b",), ("org_d",), ("org_f",))
    assert outcome.have == 3
    assert outcome.to_json()["endorsed"] == ["org_c", "org_a"]


# Properties of every rule


@given(rules, histories(), st.data())
def test_order_of_given_acts_does_not_matter(rule: Rule, acts: list[EndorsementEvent], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(acts))
    assert evaluate(rule, ROLL, acts, at=NOW) == evaluate(rule, ROLL, shuffled, at=NOW)


@given(rules, histories(), st.sampled_from(ROLL), st.sampled_from([ENDORSE, ENDORSE_WITH_RESERVATION]))
def test_additional_endorsement_never_fails_a_round(
    rule: Rule, acts: list[EndorsementEvent], one: str, position: str
) -> None:
    more = [*acts, EndorsementEvent(one, position, NOW, 99)]
    if evaluate(rule, ROLL, acts, at=NOW).passes:
        assert evaluate(rule, ROLL, more, at=NOW).passes


@given(rules, histories())
def test_independent_recount_agrees(rule: Rule, acts: list[EndorsementEvent]) -> None:
    outcome = evaluate(rule, ROLL, acts, at=NOW)
    live = reference_positions(acts)
    listed = outcome.endorsed + outcome.reserved + outcome.abstained + outcome.declined + outcome.silent
    assert sorted(listed) == sorted(ROLL)
    assert outcome.have == sum(position.startswith(ENDORSE) for position in live.values())
    assert set(outcome.silent) == set(ROLL) - live.keys()
    assert outcome.passes == reference_outcome(rule, list(live.values()), outcome.have, live)


def reference_positions(acts: list[EndorsementEvent]) -> dict[str, str]:
    """Return the positions that count, with an independent implementation: from the last answer on."""
    found = {}
    for one in ROLL:
        mine = [act for act in acts if act.organisation == one and act.at <= NOW]
        answered = [place for place, act in enumerate(mine) if act.act == "answer"]
        after = mine[answered[-1] + 1 :] if answered else []
        open_disputes = 0
        for act in after:
            open_disputes = max(0, open_disputes + {"dispute": 1, "settlement": -1}.get(act.act, 0))
        if answered and not open_disputes and all(act.act != "withdrawal" for act in after):
            found[one] = mine[answered[-1]].position
    return found


def reference_outcome(rule: Rule, positions: list[str], have: int, said: dict[str, str]) -> bool:
    """Evaluate the rules with an independent implementation."""
    against = positions.count(DECLINE)
    match rule:
        case SignOn():
            passes = have >= rule.at_least
        case Consensus():
            passes = have > 0 and against == 0 and len(positions) == len(ROLL)
        case Majority(of="all"):
            passes = have > len(ROLL) - have
        case Majority():
            passes = have > against
        case Fraction(of="all"):
            passes = have > 0 and have * rule.share.den >= len(ROLL) * rule.share.num
        case Fraction():
            passes = have > 0 and have * rule.share.den >= (have + against) * rule.share.num
    if rule.quorum:
        passes &= len(positions) * rule.quorum.den >= len(ROLL) * rule.quorum.num
    return passes and all(said.get(one, "").startswith(ENDORSE) for one in rule.required)


@given(rules, histories(), st.sampled_from(ROLL), st.sampled_from(POSITIONS))
def test_withdrawal_restores_silence(rule: Rule, acts: list[EndorsementEvent], one: str, position: str) -> None:
    others = [act for act in acts if act.organisation != one]
    cast = EndorsementEvent(one, position, NOW, 98)
    taken_back = [*acts, cast, dataclasses.replace(cast, seq=99, act="withdrawal")]
    assert evaluate(rule, ROLL, taken_back, at=NOW) == evaluate(rule, ROLL, others, at=NOW)


@given(rules, histories(), st.sampled_from(ROLL), st.sampled_from(POSITIONS))
def test_disputed_answer_counts_as_not_answered_except_for_declines_under_consensus(
    rule: Rule, acts: list[EndorsementEvent], one: str, position: str
) -> None:
    others = [act for act in acts if act.organisation != one]
    cast = EndorsementEvent(one, position, NOW, 98)
    disputed = evaluate(rule, ROLL, [*acts, cast, dataclasses.replace(cast, seq=99, act="dispute")], at=NOW)
    silent = evaluate(rule, ROLL, others, at=NOW)
    assert one in disputed.disputed and one in disputed.silent
    assert dataclasses.replace(disputed, disputed=silent.disputed, reasons=()) == dataclasses.replace(
        silent, reasons=()
    )
    blocks = [reason for reason in disputed.reasons if reason.code == "nobody_declines"]
    assert all(one in reason.params["organisations"] for reason in blocks) or position != DECLINE  # type: ignore[operator]


@given(rules, histories(), st.sampled_from(ROLL), st.sampled_from(POSITIONS), st.integers(1, 3))
def test_answer_counts_again_once_every_dispute_of_it_is_settled(
    rule: Rule, acts: list[EndorsementEvent], one: str, position: str, number: int
) -> None:
    cast = EndorsementEvent(one, position, NOW, 20)
    disputes = [dataclasses.replace(cast, seq=30 + nth, act="dispute") for nth in range(number)]
    settlements = [dataclasses.replace(cast, seq=40 + nth, act="settlement") for nth in range(number)]
    assert one in evaluate(rule, ROLL, [*acts, cast, *disputes, *settlements[1:]], at=NOW).silent
    assert evaluate(rule, ROLL, [*acts, cast, *disputes, *settlements], at=NOW) == evaluate(
        rule, ROLL, [*acts, cast], at=NOW
    )


@given(rules, histories(), st.sampled_from(ROLL))
def test_new_answer_leaves_disputes_of_the_old_one_behind(rule: Rule, acts: list[EndorsementEvent], one: str) -> None:
    cast = EndorsementEvent(one, DECLINE, NOW, 97)
    disputed = [*acts, cast, dataclasses.replace(cast, seq=98, act="dispute")]
    again = EndorsementEvent(one, ENDORSE, NOW, 99)
    assert evaluate(rule, ROLL, [*disputed, again], at=NOW) == evaluate(rule, ROLL, [*acts, again], at=NOW)


def test_disputed_decline_still_blocks_consensus_also_after_a_disputed_withdrawal() -> None:
    said = answers(c=ENDORSE, a=ENDORSE, e=ENDORSE, b=ENDORSE, d=ENDORSE, f=DECLINE)
    for more in (["dispute"], ["withdrawal", "dispute"]):
        after = [EndorsementEvent("org_f", DECLINE, 2, 10 + nth, act) for nth, act in enumerate(more)]  # type: ignore[arg-type]
        outcome = evaluate(Consensus(), ROLL, [*said, *after], at=NOW)
        (blocking,) = [one for one in outcome.reasons if one.code == "nobody_declines"]
        assert not outcome.passes and blocking.params == {"organisations": ("org_f",)}
        assert evaluate(Majority(of="cast"), ROLL, [*said, *after], at=NOW).base == 5


@given(rules, histories())
def test_later_acts_do_not_count(rule: Rule, acts: list[EndorsementEvent]) -> None:
    until = [act for act in acts if act.at <= NOW // 2]
    assert evaluate(rule, ROLL, acts, at=NOW // 2) == evaluate(rule, ROLL, until, at=NOW)


@given(rules)
def test_rules_round_trip_through_json(rule: Rule) -> None:
    plain = rule_to_json(rule)
    assert rule_from_json(plain) == rule
    shuffled = {**plain, "required": list(reversed(rule.required))}
    assert rule_sha256(rule_from_json(shuffled)) == rule_sha256(rule)


@given(rules, rules)
def test_different_rules_have_different_digests(one: Rule, other: Rule) -> None:
    assert (rule_sha256(one) == rule_sha256(other)) == (one == other)


# Rejected input


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"kind": "lottery"},
        {"kind": "consensus", "v": 2},
        {"kind": "consensus", "colour": "red"},
        {"kind": "sign_on"},
        {"kind": "sign_on", "at_least": 0},
        {"kind": "sign_on", "at_least": True},
        {"kind": "sign_on", "at_least": 2.0},
        {"kind": "sign_on", "at_least": 10**9},
        {"kind": "fraction", "num": 2},
        {"kind": "fraction", "num": 4, "den": 3},
        {"kind": "fraction", "num": 0, "den": 3},
        {"kind": "fraction", "num": 1, "den": 10**6},
        {"kind": "fraction", "num": 2, "den": 3, "of": "some"},
        {"kind": "majority", "quorum": {"num": 1}},
        {"kind": "majority", "quorum": "half"},
        {"kind": "majority", "required": "org_a"},
        {"kind": "majority", "required": [1]},
    ],
)
def test_invalid_rule_is_rejected(plain: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rule_from_json(plain)
    assert refusal.value.code == "bad_rule"


@pytest.mark.parametrize("required", [("org_b", "org_a"), ("org_a", "org_a")])
def test_required_organisations_are_sorted_and_unique(required: tuple[str, ...]) -> None:
    for make in (lambda: SignOn(1, required=required), lambda: Consensus(required=required)):
        with pytest.raises(InvalidInput):
            make()


@pytest.mark.parametrize(
    ("rule", "roll", "code"),
    [
        (SignOn(2), ("org_a",), "rule_out_of_reach"),
        (Consensus(), (), "bad_roll"),
        (Consensus(), ("org_a", "org_a"), "bad_roll"),
        (Majority(required=("org_z",)), ROLL, "required_off_roll"),
    ],
)
def test_rule_must_suit_its_roll(rule: Rule, roll: tuple[str, ...], code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_rule_attainable(rule, roll)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("acts", "code"),
    [
        ([EndorsementEvent("org_z", ENDORSE, 1, 1)], "act_off_roll"),
        ([EndorsementEvent("org_z", ENDORSE, NOW + 1, 1)], "act_off_roll"),
        ([EndorsementEvent("org_a", "approve", 1, 1)], "unknown_position"),
        ([EndorsementEvent("org_a", ENDORSE, 1, 1), EndorsementEvent("org_b", ENDORSE, 1, 1)], "acts_collide"),
    ],
)
def test_impossible_acts_are_rejected(acts: list[EndorsementEvent], code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        evaluate(Majority(), ROLL, acts, at=NOW)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("statement", SignOn(2)),
        ("letter", SignOn(2)),
        ("position", SignOn(2)),
        ("constitution", Fraction(Share(2, 3), "all")),
    ],
)
def test_each_kind_of_document_has_its_rule(kind: str, rule: Rule) -> None:
    assert default_rule(kind) == rule


def test_other_kinds_have_no_rule() -> None:
    with pytest.raises(InvalidInput):
        default_rule("poem")
