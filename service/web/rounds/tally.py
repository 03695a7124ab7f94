"""Where the organisations of a round stand, as its page says it."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from service.actions.endorsement.rounds import tally
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.round import Entry, Round
from service.domain.endorsement.rule_words import explain, explain_reason
from service.domain.endorsement.rules import Outcome, rule_from_json
from service.domain.errors import N_
from service.store.db import Tx
from service.store.endorsement import endorsements as endorsements_store
from service.web.rendering.formatting import Voice

COLOURS = 14


@dataclass(frozen=True)
class Answer:
    """One organisation on the roll. `position` is one of the four, or `silent`; `withdrawn_at` of an answer that was
    taken back (µs UTC)."""

    organisation: str
    names: Mapping[str, str]
    colour: int
    position: str
    reservation: Mapping[str, str]
    assurance: str
    cast_at: int | None
    withdrawn_at: int | None


@dataclass(frozen=True)
class Condition:
    met: bool
    words: str


@dataclass(frozen=True)
class Standings:
    """`needed` endorsements of `base` make it pass, as far as numbers go."""

    answers: tuple[Answer, ...]
    rule: str
    conditions: tuple[Condition, ...]
    passes: bool
    have: int
    needed: int
    base: int

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.have)

    def of(self, *positions: str) -> list[Answer]:
        """The answers in these positions, in the order of the positions, then of the roll."""
        return [one for position in positions for one in self.answers if one.position == position]


def standings(tx: Tx, round_: Round, *, voice: Voice) -> Standings:
    """How `round_` stands now, or stood when it closed."""
    outcome = tally(tx, round_)
    rule = rule_from_json(round_.rule)
    names = {entry.organisation: voice.plain(entry.names) for entry in round_.roll}
    said = _said(outcome)
    last = {one.organisation: one for one in endorsements_store.of_round(tx, round_.id)}
    return Standings(
        answers=tuple(
            _answer(entry, place, said[entry.organisation], last.get(entry.organisation))
            for place, entry in enumerate(round_.roll)
        ),
        rule=explain(rule, lang=voice.lang, names=names, digits=voice.digits_of(voice.lang)),
        conditions=tuple(
            Condition(one.met, explain_reason(one, lang=voice.lang, names=names, digits=voice.digits_of(voice.lang)))
            for one in outcome.reasons
        ),
        passes=outcome.passes,
        have=outcome.have,
        needed=outcome.needed,
        base=len(round_.roll),
    )


def headline(found: Standings, round_: Round, *, voice: Voice) -> Markup:
    """The round in one or two sentences."""
    said = voice.n(
        "{count} of {base} organisations has endorsed.",
        "{count} of {base} organisations have endorsed.",
        found.have,
        base=found.base,
    )
    return Markup(" ").join(part for part in (said, _further(found, round_, voice=voice)) if part)


def _further(found: Standings, round_: Round, *, voice: Voice) -> Markup:
    if round_.state == "passed":
        return voice.say(N_("The text is approved."))
    if round_.state == "failed":
        return voice.say(N_("The text was not approved and went back to review."))
    if round_.state == "cancelled":
        return voice.say(N_("The round was cancelled and the text went back to review."))
    if found.passes:
        return voice.say(N_("It would pass if it closed now."))
    if found.missing:
        return voice.n("{count} more is needed.", "{count} more are needed.", found.missing)
    return voice.say(N_("A condition is still open."))


def _said(outcome: Outcome) -> dict[str, str]:
    groups = {
        "endorse": outcome.endorsed,
        "endorse_with_reservation": outcome.reserved,
        "abstain": outcome.abstained,
        "decline": outcome.declined,
        "silent": outcome.silent,
    }
    return {organisation: position for position, those in groups.items() for organisation in those}


def _answer(entry: Entry, place: int, position: str, last: Endorsement | None) -> Answer:
    spoken = last if last and position != "silent" else None
    return Answer(
        organisation=entry.organisation,
        names=entry.names,
        colour=place % COLOURS + 1,
        position=position,
        reservation=spoken.reservation if spoken and position == "endorse_with_reservation" else {},
        assurance=spoken.assurance if spoken else "",
        cast_at=spoken.cast_at if spoken else None,
        withdrawn_at=last.ended_at if last and last.state == "withdrawn" else None,
    )
