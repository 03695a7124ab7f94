"""Setting up: a step is done by what exists, and nothing that comes to exist undoes another step."""

from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from service.domain.membership.setup import (
    MANDATES,
    MEMBERS,
    MIN_SECRETARIES,
    SetupFacts,
    is_set_up,
    setup_steps,
)

COUNT = st.integers(0, 4)
FACTS = st.builds(SetupFacts, st.booleans(), st.booleans(), st.booleans(), COUNT, COUNT, COUNT, COUNT, COUNT)
EMPTY = SetupFacts(
    has_logo=False,
    has_mail_server=False,
    has_delivered_email=False,
    secretaries=1,
    organisations=0,
    organisations_joined=0,
    organisations_mandated=0,
    documents=0,
)


def test_new_instance_lacks_everything() -> None:
    assert [step.lacks for step in setup_steps(EMPTY)] == [
        "logo",
        "mail_server",
        "second_secretary",
        "organisations",
        "mandates",
        "document",
    ]


def test_mail_is_done_by_a_delivery_not_by_a_setting() -> None:
    assert setup_steps(replace(EMPTY, has_mail_server=True))[1].lacks == "delivered_email"
    assert setup_steps(replace(EMPTY, has_mail_server=True, has_delivered_email=True))[1].is_done


@given(FACTS)
def test_all_is_done_exactly_if_every_fact_is_there(facts: SetupFacts) -> None:
    everything = (
        facts.has_logo
        and facts.has_mail_server
        and facts.has_delivered_email
        and facts.secretaries >= MIN_SECRETARIES
        and 0 < facts.organisations <= min(facts.organisations_joined, facts.organisations_mandated)
        and facts.documents > 0
    )
    assert is_set_up(setup_steps(facts)) == everything


@given(FACTS, st.sampled_from([one.name for one in fields(SetupFacts) if one.name != "organisations"]))
def test_more_of_a_thing_undoes_no_step(facts: SetupFacts, name: str) -> None:
    value = getattr(facts, name)
    more = replace(facts, **{name: True if isinstance(value, bool) else value + 1})
    before = {step.name for step in setup_steps(facts) if step.is_done}
    assert before <= {step.name for step in setup_steps(more) if step.is_done}


@given(FACTS)
def test_new_organisation_reopens_only_its_own_steps(facts: SetupFacts) -> None:
    more = replace(facts, organisations=facts.organisations + 1)
    changed = {
        before.name
        for before, after in zip(setup_steps(facts), setup_steps(more), strict=True)
        if before.is_done != after.is_done
    }
    assert changed <= {MEMBERS, MANDATES}
