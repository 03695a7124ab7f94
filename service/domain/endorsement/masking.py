"""What a reader may see of the answers in a round: whose, how many, and as of when (rules in `naming`)."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from service.domain.endorsement.naming import SILENT, hides_answers, is_named_in_public, may_see_answer
from service.domain.endorsement.round import Round
from service.domain.endorsement.rules import (
    ABSTAIN,
    DECLINE,
    ENDORSE,
    ENDORSE_WITH_RESERVATION,
    ConditionResult,
    Outcome,
)

COUNT_INTERVAL = 15 * 60 * 1_000_000
"""µs between two updates of the counts while answers are hidden."""

MIN_COUNTED = 3
"""Answers below which no counts are shown while answers are hidden."""

HIDDEN = "hidden"
"""The position shown of an organisation whose answer the reader may not see."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of a round: their organisation, and how far their roles let them see.

    `oversees`: they are of the secretariat or an auditor. `is_member`: they have a role of members; others see what is
    named in public.
    """

    organisation: str | None
    oversees: bool
    is_member: bool


def positions(outcome: Outcome) -> dict[str, str]:
    """Return the position of each organisation on the roll, SILENT for none."""
    groups = {
        ENDORSE: outcome.endorsed,
        ENDORSE_WITH_RESERVATION: outcome.reserved,
        ABSTAIN: outcome.abstained,
        DECLINE: outcome.declined,
        SILENT: outcome.silent,
    }
    return {organisation: position for position, those in groups.items() for organisation in those}


def visible_organisations(round_: Round, outcome: Outcome, *, reader: Reader) -> frozenset[str]:
    """Return the organisations of which the reader may see whether and how they answered."""
    found = set()
    for organisation, position in positions(outcome).items():
        allowed = may_see_answer(
            round_, organisation=organisation, reader=reader.organisation, oversees=reader.oversees
        )
        public = reader.oversees or reader.is_member or is_named_in_public(round_.terms, position=position)
        if allowed and (public or organisation == reader.organisation):
            found.add(organisation)
    return frozenset(found)


def counts_delayed(round_: Round, *, reader: Reader) -> bool:
    """Return whether the reader sees counts of an earlier moment only."""
    return hides_answers(round_) and not reader.oversees


def counting_time(round_: Round, *, now: int) -> int:
    """Return the moment (µs UTC) as of which delayed counts are shown at `now`."""
    return round_.opened_at + (now - round_.opened_at) // COUNT_INTERVAL * COUNT_INTERVAL


def is_countable(outcome: Outcome) -> bool:
    """Return whether there are enough answers to show delayed counts."""
    return len(positions(outcome)) - len(outcome.silent) >= MIN_COUNTED


def mask_outcome(outcome: Outcome, *, visible: Collection[str]) -> Outcome:
    """Return the outcome with only the `visible` organisations; a condition gets the `count` of those it concerns."""

    def keep(organisations: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one for one in organisations if one in visible)

    return replace(
        outcome,
        endorsed=keep(outcome.endorsed),
        reserved=keep(outcome.reserved),
        abstained=keep(outcome.abstained),
        declined=keep(outcome.declined),
        silent=keep(outcome.silent),
        disputed=keep(outcome.disputed),
        reasons=tuple(_mask_condition(one, visible) for one in outcome.reasons),
    )


def with_counts_of(counted: Outcome, *, organisations_of: Outcome) -> Outcome:
    """Return the organisations of one outcome with the counts and conditions of another."""
    return replace(
        counted,
        endorsed=organisations_of.endorsed,
        reserved=organisations_of.reserved,
        abstained=organisations_of.abstained,
        declined=organisations_of.declined,
        silent=organisations_of.silent,
        disputed=organisations_of.disputed,
    )


def _mask_condition(condition: ConditionResult, visible: Collection[str]) -> ConditionResult:
    organisations = condition.params.get("organisations")
    if not isinstance(organisations, tuple) or set(organisations) <= set(visible):
        return condition
    return replace(condition, params={"organisations": (), "count": len(organisations)})
