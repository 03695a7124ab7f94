"""View model of a round: the position of each organisation, the conditions of the rule, and the headline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from service.actions.endorsement.visible_answers import view_answers
from service.actions.publication.open_disputes import list_effective
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.masking import HIDDEN
from service.domain.endorsement.masking import positions as positions_by_organisation
from service.domain.endorsement.round import RollEntry, Round
from service.domain.endorsement.rule_words import explain_condition, explain_rule
from service.domain.endorsement.rules import rule_from_json
from service.domain.errors import N_
from service.domain.membership.people import Actor
from service.store.db import Tx
from service.store.endorsement import endorsements as endorsements_store
from service.web.rendering.formatting import LocaleFormatter

ORGANISATION_COLOURS = 14
"""Colours of organisations in the stylesheet; an organisation has the colour of its place on the roll."""


@dataclass(frozen=True)
class OrganisationPosition:
    """The position of one organisation on the roll.

    `position` is one of the four positions, "silent", or HIDDEN from the reader. A disputed answer is silent, and
    `disputed` is its position, empty for others. `cast_at` and `withdrawn_at` are in µs UTC. `proof` and `marks` are
    those of the answer.
    """

    organisation: str
    names: Mapping[str, str]
    colour: int
    position: str
    reservation: Mapping[str, str]
    assurance: str
    cast_at: int | None
    withdrawn_at: int | None
    disputed: str = ""
    proof: str = ""
    marks: Sequence[str] = ()


@dataclass(frozen=True)
class RuleCondition:
    """A condition of the rule as a sentence, and whether it is met."""

    met: bool
    sentence: str


@dataclass(frozen=True)
class RoundTally:
    """The state of a round: `have` of `needed` endorsements, out of `base` organisations on the roll.

    `counted_at` (µs UTC) is when answers were counted if the reader does not see each of them; with `too_few` answers
    there are no counts yet.
    """

    answers: tuple[OrganisationPosition, ...]
    rule: str
    conditions: tuple[RuleCondition, ...]
    passes: bool
    have: int
    needed: int
    base: int
    counted_at: int | None = None
    too_few: bool = False

    @property
    def hides_answers(self) -> bool:
        """Whether the reader sees counts, and not who answered what."""
        return any(one.position == HIDDEN for one in self.answers)

    @property
    def missing(self) -> int:
        """Return the number of endorsements still needed."""
        return max(0, self.needed - self.have)

    def with_positions(self, *positions: str) -> list[OrganisationPosition]:
        """Return the answers with these positions, ordered by position, then by roll."""
        return [one for position in positions for one in self.answers if one.position == position]


def round_tally(tx: Tx, round_: Round, *, reader: Actor, formatter: LocaleFormatter) -> RoundTally:
    """Return the tally of `round_` as the reader may see it: as of now, of the last count, or as of its close."""
    view = view_answers(tx, reader, round_)
    outcome = view.outcome
    rule, digits = rule_from_json(round_.rule), formatter.digit_system_of(formatter.lang)
    names = {entry.organisation: formatter.plain_name(entry.names) for entry in round_.roll}
    positions = positions_by_organisation(outcome)
    disputed = {one.dispute.organisation for one in list_effective(tx, round_)}
    last_endorsements = {one.organisation: one for one in endorsements_store.list_by_round(tx, round_.id)}
    return RoundTally(
        answers=tuple(
            _organisation_position(
                entry,
                place,
                positions.get(entry.organisation, HIDDEN),
                last_endorsements.get(entry.organisation),
                disputed=entry.organisation in disputed,
            )
            for place, entry in enumerate(round_.roll)
        ),
        rule=explain_rule(rule, lang=formatter.lang, names=names, digits=digits, wording=round_.wording),
        conditions=tuple(
            RuleCondition(
                one.met,
                explain_condition(one, lang=formatter.lang, names=names, digits=digits, wording=round_.wording),
            )
            for one in outcome.reasons
        ),
        passes=outcome.passes,
        have=outcome.have,
        needed=outcome.needed,
        base=len(round_.roll),
        counted_at=view.counted_at,
        too_few=view.too_few,
    )


def headline(result: RoundTally, round_: Round, *, formatter: LocaleFormatter) -> Markup:
    """Return one or two sentences that summarise the round."""
    if result.too_few:
        return formatter.translate(N_("Counts are shown once three organisations have answered."))
    count_sentence = formatter.n(
        "{count} of {base} organisations has endorsed.",
        "{count} of {base} organisations have endorsed.",
        result.have,
        base=result.base,
    )
    return Markup(" ").join(
        part for part in (count_sentence, _headline_detail(result, round_, formatter=formatter)) if part
    )


def _headline_detail(result: RoundTally, round_: Round, *, formatter: LocaleFormatter) -> Markup:
    if round_.state == "passed":
        return formatter.translate(N_("The text is approved."))
    if round_.state == "failed":
        return formatter.translate(N_("The text was not approved and went back to review."))
    if round_.state == "cancelled":
        return formatter.translate(N_("The round was cancelled and the text went back to review."))
    if result.passes:
        return formatter.translate(N_("If it closed now, the text would be approved."))
    if result.missing:
        return formatter.n(
            "{count} more endorsement is needed.", "{count} more endorsements are needed.", result.missing
        )
    return formatter.translate(N_("One condition is not met yet."))


def _organisation_position(
    entry: RollEntry, place: int, position: str, endorsement: Endorsement | None, *, disputed: bool
) -> OrganisationPosition:
    shown = endorsement if position != HIDDEN else None
    current = shown if shown and position != "silent" else None
    signed = shown if current or disputed else None
    return OrganisationPosition(
        organisation=entry.organisation,
        names=entry.names,
        colour=place % ORGANISATION_COLOURS + 1,
        position=position,
        reservation=current.reservation if current and position == "endorse_with_reservation" else {},
        assurance=current.assurance if current else "",
        cast_at=current.cast_at if current else None,
        withdrawn_at=shown.ended_at if shown and shown.state == "withdrawn" else None,
        disputed=shown.position if shown and disputed else "",
        proof=signed.proof if signed else "",
        marks=signed.marks if signed else (),
    )
