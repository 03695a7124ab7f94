"""Whether somebody can sign for an organisation, and what of a text waits to be written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.endorsement.readiness import (
    CAN_SIGN,
    NO_MANDATE,
    NO_PEOPLE,
    NO_SIGNATORY,
    STARTS_LATER,
    UNCONFIRMED,
    check_somebody_can_sign,
    organisation_state,
    unfinished_lines,
)
from service.domain.errors import Conflict
from service.domain.membership.people import Mandate, MandateState

NOW = 1_000
STARTER = "We write to … about …\n\n## What happened {#a}\n\nWho was harmed, and when?\n\nWe stay ready to talk.\n"
STARTER_AR = "نكتب إلى … بشأن …\n\nمن تضرّر، ومتى؟\n\nنبقى مستعدّين للحوار.\n"


def mandate(state: MandateState = "confirmed", *, person: str = "per_s", **more: int | None) -> Mandate:
    return Mandate("man_a", "org_a", person, "per_f", 0, more.get("ends"), state, (), starts_at=more.get("starts"))


@pytest.mark.parametrize(
    ("people", "signatories", "mandates", "state"),
    [
        ([], [], [], NO_PEOPLE),
        (["per_f"], [], [], NO_SIGNATORY),
        (["per_s"], ["per_s"], [], NO_MANDATE),
        (["per_s"], ["per_s"], [mandate("granted")], UNCONFIRMED),
        (["per_s"], ["per_s"], [mandate("revoked")], NO_MANDATE),
        (["per_s"], ["per_s"], [mandate(ends=NOW)], NO_MANDATE),
        (["per_s"], ["per_s"], [mandate(starts=NOW + 1)], STARTS_LATER),
        (["per_s"], ["per_s"], [mandate("granted"), mandate()], CAN_SIGN),
        (["per_s", "per_x"], ["per_s"], [mandate(person="per_x")], NO_MANDATE),
    ],
)
def test_state_of_an_organisation(
    people: list[str], signatories: list[str], mandates: list[Mandate], state: str
) -> None:
    assert organisation_state(people=people, signatories=signatories, mandates=mandates, now=NOW) == state


@given(st.lists(st.sampled_from([CAN_SIGN, STARTS_LATER, UNCONFIRMED, NO_MANDATE, NO_SIGNATORY, NO_PEOPLE])))
def test_a_round_needs_one_organisation_that_can_answer(states: list[str]) -> None:
    if CAN_SIGN in states or STARTS_LATER in states:
        check_somebody_can_sign(states)
    else:
        with pytest.raises(Conflict) as refused:
            check_somebody_can_sign(states)
        assert refused.value.code == "nobody_can_sign"


@pytest.mark.parametrize("starter", [STARTER, STARTER_AR])
def test_questions_and_gaps_of_the_starter_text_are_unfinished(starter: str) -> None:
    lines = [line for line in starter.splitlines() if "…" in line or "?" in line or "؟" in line]
    assert list(unfinished_lines(starter, starter=starter)) == lines
    written = starter.replace("…", "him").replace("?", ".").replace("؟", ".")
    assert unfinished_lines(written, starter=starter) == ()


def test_gap_between_words_is_unfinished_in_any_text_but_an_ellipsis_in_a_quotation_is_not() -> None:
    text = "The council of … decides.\nHe said: “we will…” and left.\nIs this so?\n"
    assert unfinished_lines(text, starter="") == ("The council of … decides.",)


@given(st.text(), st.text())
def test_unfinished_lines_are_lines_of_the_text(text: str, starter: str) -> None:
    assert set(unfinished_lines(text, starter=starter)) <= {line.strip() for line in text.splitlines()}
