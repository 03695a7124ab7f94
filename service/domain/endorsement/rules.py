"""What makes a round pass. Exact integers only: the offline verifier runs the same lines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

from service.domain.endorsement.rule_kinds import (
    Consensus,
    Fraction,
    Majority,
    Rule,
    Share,
    SignOn,
    default_for,
    rule_from_json,
    rule_sha256,
    rule_to_json,
)
from service.domain.errors import N_, Malformed

__all__ = [
    "ABSTAIN",
    "DECLINE",
    "ENDORSE",
    "ENDORSE_WITH_RESERVATION",
    "POSITIONS",
    "Act",
    "Consensus",
    "Fraction",
    "Majority",
    "Outcome",
    "Reason",
    "Rule",
    "Share",
    "SignOn",
    "check_for_roll",
    "default_for",
    "evaluate",
    "rule_from_json",
    "rule_sha256",
    "rule_to_json",
]

ENDORSE, ENDORSE_WITH_RESERVATION, ABSTAIN, DECLINE = "endorse", "endorse_with_reservation", "abstain", "decline"
POSITIONS = (ENDORSE, ENDORSE_WITH_RESERVATION, ABSTAIN, DECLINE)


@dataclass(frozen=True, slots=True)
class Act:
    """An organisation's answer, or with `withdrawn` its taking back. `at`: microseconds UTC; `seq` orders all acts."""

    organisation: str
    position: str
    at: int
    seq: int
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition and whether it is met: endorsements, nobody_declines, everyone_answered, quorum, required.

    `params` are the numbers it turns on (have, needed, base) or the `organisations` that stand in its way.
    """

    code: str
    met: bool
    params: Mapping[str, int | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Tuples hold ids in the order of the roll; `endorsed` are those without a reservation. `have` endorsements, with
    or without one, are compared with `needed`, reckoned from `base`; a consensus turns on its other reasons too."""

    passes: bool
    endorsed: tuple[str, ...]
    reserved: tuple[str, ...]
    abstained: tuple[str, ...]
    declined: tuple[str, ...]
    silent: tuple[str, ...]
    needed: int
    have: int
    base: int
    reasons: tuple[Reason, ...]

    def to_json(self) -> dict[str, object]:
        """The whole outcome as JSON values."""
        plain = {field.name: _listed(getattr(self, field.name)) for field in fields(self)}
        reasons = [
            {"code": one.code, "met": one.met} | {name: _listed(value) for name, value in one.params.items()}
            for one in self.reasons
        ]
        return {**plain, "v": 1, "reasons": reasons}


def check_for_roll(rule: Rule, roll: Sequence[str]) -> None:
    """Whether a round with this roll could pass at all. Raises Malformed `bad_roll`, `required_off_roll`,
    `rule_out_of_reach`."""
    _check_roll(rule, roll)
    if isinstance(rule, SignOn) and rule.at_least > len(roll):
        raise Malformed(
            "rule_out_of_reach",
            N_("The rule asks for {needed} endorsements, and only {base} organisations may answer."),
            needed=rule.at_least,
            base=len(roll),
        )


def evaluate(rule: Rule, roll: Sequence[str], acts: Iterable[Act], *, at: int) -> Outcome:
    """What the rule comes to at the moment `at` (microseconds UTC): of each organisation the last act by `seq` that is
    no later counts; a withdrawn answer is silence.

    Raises Malformed `act_off_roll`, `acts_collide` (two with one seq), `unknown_position`, `bad_roll`,
    `required_off_roll`.
    """
    _check_roll(rule, roll)
    positions = _positions(roll, acts, at=at)
    said = {position: tuple(one for one in roll if positions.get(one) == position) for position in POSITIONS}
    silent = tuple(one for one in roll if one not in positions)
    have = len(said[ENDORSE] + said[ENDORSE_WITH_RESERVATION])
    base, needed = _bar(rule, on_roll=len(roll), cast=have + len(said[DECLINE]))
    reasons = (
        Reason("endorsements", have >= needed, {"have": have, "needed": needed, "base": base}),
        *_conditions(rule, roll, said, silent),
    )
    return Outcome(
        passes=all(reason.met for reason in reasons),
        endorsed=said[ENDORSE],
        reserved=said[ENDORSE_WITH_RESERVATION],
        abstained=said[ABSTAIN],
        declined=said[DECLINE],
        silent=silent,
        needed=needed,
        have=have,
        base=base,
        reasons=reasons,
    )


def _bar(rule: Rule, *, on_roll: int, cast: int) -> tuple[int, int]:
    """The base, and how many of it must endorse: never fewer than one."""
    match rule:
        case SignOn(at_least=at_least):
            return on_roll, at_least
        case Consensus():
            return on_roll, 1
        case Majority(of=of):
            base = on_roll if of == "all" else cast
            return base, base // 2 + 1
        case Fraction(share=share, of=of):
            base = on_roll if of == "all" else cast
            return base, max(1, share.least_of(base))


def _conditions(
    rule: Rule, roll: Sequence[str], said: Mapping[str, tuple[str, ...]], silent: tuple[str, ...]
) -> Iterator[Reason]:
    """What the rule asks besides endorsements."""
    if isinstance(rule, Consensus):
        yield Reason("nobody_declines", not said[DECLINE], {"organisations": said[DECLINE]})
        yield Reason("everyone_answered", not silent, {"organisations": silent})
    if rule.quorum:
        answered, needed = len(roll) - len(silent), rule.quorum.least_of(len(roll))
        yield Reason("quorum", answered >= needed, {"have": answered, "needed": needed, "base": len(roll)})
    if rule.required:
        endorsing = said[ENDORSE] + said[ENDORSE_WITH_RESERVATION]
        missing = tuple(one for one in roll if one in rule.required and one not in endorsing)
        yield Reason("required", not missing, {"organisations": missing})


def _positions(roll: Sequence[str], acts: Iterable[Act], *, at: int) -> dict[str, str]:
    ordered = sorted(acts, key=lambda act: act.seq)
    if any(one.seq == other.seq for one, other in pairwise(ordered)):
        raise Malformed("acts_collide", N_("Two acts of this round claim one place in its order."))
    positions: dict[str, str] = {}
    for act in ordered:
        _check_act(act, roll)
        if act.at > at:
            continue
        if act.withdrawn:
            positions.pop(act.organisation, None)
        else:
            positions[act.organisation] = act.position
    return positions


def _check_act(act: Act, roll: Sequence[str]) -> None:
    if act.organisation not in roll:
        raise Malformed("act_off_roll", N_("An organisation that is not on the roll has no answer in this round."))
    if act.position not in POSITIONS:
        raise Malformed("unknown_position", N_("There is no position “{position}”."), position=act.position)


def _check_roll(rule: Rule, roll: Sequence[str]) -> None:
    if not roll or len(set(roll)) != len(roll):
        raise Malformed("bad_roll", N_("A roll names at least one organisation, and none twice."))
    if not set(rule.required) <= set(roll):
        raise Malformed("required_off_roll", N_("The rule requires an organisation that is not on the roll."))


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
