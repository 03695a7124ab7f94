"""Seals of format 2: who is not named cannot be found, guessed or ordered, and the digest of v1 seals stays."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.documents.version import EditionText, Version
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.naming import hides_answers, is_named_in_public, may_see_answer
from service.domain.endorsement.round import RollEntry, Round, roll_sha256
from service.domain.endorsement.rules import EndorsementEvent, SignOn, evaluate, rule_sha256, rule_to_json
from service.domain.endorsement.terms import (
    RoundOptions,
    RoundTerms,
    check_options,
    round_sha256,
    terms_from_json,
)
from service.domain.errors import InvalidInput
from service.domain.publication.publication import seal_sha256
from service.domain.publication.seal_v2 import (
    SALT_BYTES,
    SealOpening,
    commit_to_unnamed,
    position_commitment,
    seal_content_v2,
    unopened_commitments,
)
from service.domain.publication.sealed_facts import read_seal
from service.domain.trust import canonical_json

AT = 1_763_800_000_000_000
ORGANISATIONS = [f"org_{letter * 26}" for letter in "abcde"]
RULE = SignOn(at_least=1)
GOLDEN_SHA256 = "e5bd8f04d1a97ebd0b971ef450d5c36d8928febef665561feed9ff07a4210ddf"
POSITION_CHOICES = ["endorse", "endorse_with_reservation", "abstain", "decline", "silent"]

TERMS = RoundTerms(
    front={"place": {"ar": "دمشق"}, "addressees": {}},
    letterhead={"names": {"ar": "ائتلاف"}, "about": {}, "place": {}, "press": {}, "zone": "Asia/Damascus"},
    date="2026-11-22",
    closes_at=AT + 9,
    close_after_all_us=None,
    visible_while_open="own",
    named_in_public="counted",
    proof="person",
    confirmations=2,
    endings_needed=2,
    format=2,
    wording=2,
    salt="ab" * 32,
)
VERSION = Version(
    id="ver_1",
    document="doc_1",
    number=3,
    parent_sha256=None,
    version_sha256="c" * 64,
    kind="statement",
    issued_by="coalition",
    authentic=("ar",),
    cut_by="per_1",
    cut_at=AT,
    note="",
    editions={"ar": EditionText("عنوان", "نصّ.\n", "d" * 64, 1, 1)},
)


def make_round(terms: RoundTerms | None) -> Round:
    roll = tuple(RollEntry(id, {"ar": f"اسم {id[4]}"}) for id in ORGANISATIONS)
    return Round(
        id="rnd_1",
        document="doc_1",
        version="ver_1",
        rule=rule_to_json(RULE),
        rule_sha256=rule_sha256(RULE),
        roll=roll,
        roll_sha256=roll_sha256(roll),
        state="open",
        close_when_all_answered=False,
        opened_by="per_1",
        opened_at=AT,
        opens_seq=7,
        closes_at=AT + 9,
        closed_at=None,
        outcome=None,
        terms=terms,
        round_sha256="e" * 64 if terms else None,
    )


def answer(organisation: str, position: str, seq: int) -> Endorsement:
    reservation = {"ar": f"تحفّظ {organisation}"} if position == "endorse_with_reservation" else {}
    return Endorsement(
        id=f"end_{seq}",
        seq=seq,
        round="rnd_1",
        organisation=organisation,
        person=f"per_{organisation}",
        mandate="man_1",
        position=position,
        reservation=reservation,
        state="cast",
        statement=b"{}",
        statement_sha256=hashlib.sha256(organisation.encode()).hexdigest(),
        sentence="",
        assurance="C",
        cast_at=AT + seq,
        ended_at=None,
        ended_statement=None,
        proof="password",
        marks=("one_person",),
    )


def make_seal(
    positions: Sequence[str], *, named: bool = False, salts: Mapping[str, bytes] | None = None
) -> tuple[dict[str, Any], list[SealOpening], Round]:
    round_ = make_round(dataclasses.replace(TERMS, named_in_public="named" if named else "counted"))
    assert round_.terms is not None
    answers = [
        answer(id, position, seq)
        for seq, (id, position) in enumerate(zip(ORGANISATIONS, positions, strict=True), 1)
        if position != "silent"
    ]
    events = [EndorsementEvent(one.organisation, one.position, one.cast_at, one.seq) for one in answers]
    outcome = evaluate(RULE, ORGANISATIONS, events, at=AT + 9).to_json()
    salts = salts or {id: bytes([place]) * SALT_BYTES for place, id in enumerate(ORGANISATIONS)}
    openings = commit_to_unnamed(round_, outcome, salts=salts)
    content = seal_content_v2(
        version=VERSION,
        round_=round_,
        terms=round_.terms,
        outcome=outcome,
        endorsements=answers,
        commitments=[one.commitment for one in openings],
        sealed_at=AT + 9,
    )
    return content, openings, round_


choices = st.lists(st.sampled_from(POSITION_CHOICES), min_size=5, max_size=5)


@given(choices)
def test_an_unnamed_organisation_leaves_no_trace_in_the_seal(positions: list[str]) -> None:
    content, openings, round_ = make_seal(positions)
    printed = canonical_json.encode(content).decode()
    for seq, (id, position) in enumerate(zip(ORGANISATIONS, positions, strict=True), 1):
        traces = (id, f"اسم {id[4]}", hashlib.sha256(id.encode()).hexdigest(), str(AT + seq))
        assert all((trace in printed) == position.startswith("endorse") for trace in traces)
    assert round_.roll_sha256 not in printed and TERMS.salt not in printed
    assert len(content["endorsements"]) + len(openings) == content["outcome"]["members"] == 5


@given(choices)
def test_openings_open_every_commitment_and_no_other_position_does(positions: list[str]) -> None:
    content, openings, _ = make_seal(positions)
    assert unopened_commitments(content, openings) == []
    assert unopened_commitments(content, []) == content["commitments"]
    for one in openings:
        lie = "endorse" if one.position != "endorse" else "decline"
        assert unopened_commitments(content, [dataclasses.replace(one, position=lie)]) == content["commitments"]


@given(choices, st.permutations(range(5)))
def test_order_of_commitments_says_nothing_of_the_roll(positions: list[str], order: list[int]) -> None:
    salts = {id: bytes([order[place]]) * SALT_BYTES for place, id in enumerate(ORGANISATIONS)}
    content, _, _ = make_seal(positions, salts=salts)
    assert content["commitments"] == sorted(content["commitments"])


@given(choices, st.booleans())
def test_facts_add_up(positions: list[str], named: bool) -> None:
    content, openings, _ = make_seal(positions, named=named)
    facts = read_seal(content)
    assert facts.members == 5 and facts.unnamed == len(openings)
    assert facts.endorsed == sum(one.startswith("endorse") for one in positions)
    assert facts.declined == (0 if named else positions.count("decline"))
    assert (facts.date, facts.wording, facts.front) == ("2026-11-22", 2, TERMS.front)


def test_a_round_may_name_everybody() -> None:
    content, openings, round_ = make_seal(["endorse", "decline", "abstain", "silent", "endorse"], named=True)
    assert openings == [] and content["round"]["roll_sha256"] == round_.roll_sha256
    assert [one["position"] for one in content["endorsements"]] == ["endorse", "decline", "abstain", "endorse"]
    assert content["terms"]["salt"] == TERMS.salt


def test_bytes_of_a_seal_never_change() -> None:
    content, _, _ = make_seal(["endorse_with_reservation", "endorse", "abstain", "decline", "silent"])
    encoded = canonical_json.encode(content)
    assert seal_sha256(content) == hashlib.sha256(b"mithaq.seal.v2\n" + encoded).hexdigest()
    assert hashlib.sha256(encoded).hexdigest() == GOLDEN_SHA256


def test_an_answer_that_does_not_count_is_not_named() -> None:
    """A disputed answer is still live, but the outcome has it among the organisations that have not answered."""
    content, _, round_ = make_seal(["endorse", "endorse", "silent", "silent", "silent"])
    outcome = evaluate(RULE, ORGANISATIONS, [EndorsementEvent(ORGANISATIONS[0], "endorse", AT, 1)], at=AT).to_json()
    assert round_.terms is not None
    again = seal_content_v2(
        version=VERSION,
        round_=round_,
        terms=round_.terms,
        outcome=outcome,
        endorsements=[answer(ORGANISATIONS[0], "endorse", 1), answer(ORGANISATIONS[1], "endorse", 2)],
        commitments=[],
        sealed_at=AT,
    )
    assert len(content["endorsements"]) == 2 and ORGANISATIONS[1] not in json.dumps(again)


def test_salt_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        position_commitment(ORGANISATIONS[0], "decline", salt=b"short")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("front", {"place": {"ar": "حلب"}, "addressees": {}}),
        ("letterhead", {**TERMS.letterhead, "about": {"ar": "شيء آخر"}}),
        ("date", "approval"),
        ("closes_at", AT),
        ("close_after_all_us", 0),
        ("visible_while_open", "all"),
        ("named_in_public", "named"),
        ("proof", "mail"),
        ("confirmations", 1),
        ("endings_needed", 1),
        ("format", 3),
        ("wording", 3),
        ("salt", "cd" * 32),
    ],
)
def test_digest_of_a_round_binds_every_term(field: str, value: object) -> None:
    digests = {"version_sha256": "1" * 64, "rule_sha256": "2" * 64, "roll_sha256": "3" * 64}
    changed = dataclasses.replace(TERMS, **{field: value})  # type: ignore[arg-type]
    assert round_sha256(changed, **digests) != round_sha256(TERMS, **digests)
    assert terms_from_json({"v": 1, **TERMS.to_json()}) == TERMS
    for name in digests:
        assert round_sha256(TERMS, **{**digests, name: "4" * 64}) != round_sha256(TERMS, **digests)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"named_in_public": "nobody"}, "bad_round_option"),
        ({"visible_while_open": ""}, "bad_round_option"),
        ({"proof": "none"}, "bad_round_option"),
        ({"close_after_all_us": 61 * 60_000_000}, "bad_round_option"),
        ({"close_after_all_us": -1}, "bad_round_option"),
        ({"date": "2026-02-30"}, "date_malformed"),
        ({"date": "20261122"}, "date_malformed"),
        ({"date": ""}, "date_malformed"),
    ],
)
def test_unknown_options_are_rejected(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_options(RoundOptions(**changes))
    assert refusal.value.code == code
    check_options(RoundOptions(date="2026-11-22", close_after_all_us=0))


def test_dissent_is_counted_unless_the_round_names_it() -> None:
    counted, named = TERMS, dataclasses.replace(TERMS, named_in_public="named")
    for position in POSITION_CHOICES:
        assert is_named_in_public(counted, position=position) == position.startswith("endorse")
        assert is_named_in_public(named, position=position) and is_named_in_public(None, position=position)


def test_hidden_answers_are_seen_by_their_organisation_and_who_oversees_until_the_round_closes() -> None:
    open_ = make_round(TERMS)
    own, other = ORGANISATIONS[:2]
    assert may_see_answer(open_, organisation=own, reader=own, oversees=False)
    assert not may_see_answer(open_, organisation=own, reader=other, oversees=False)
    assert not may_see_answer(open_, organisation=own, reader=None, oversees=False)
    assert may_see_answer(open_, organisation=own, reader=None, oversees=True)
    closed = dataclasses.replace(open_, state="passed")
    for free in (closed, make_round(None), make_round(dataclasses.replace(TERMS, visible_while_open="all"))):
        assert not hides_answers(free) and may_see_answer(free, organisation=own, reader=other, oversees=False)
