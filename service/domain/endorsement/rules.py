"""Evaluation of a rule: does a round pass? Exact integers only, as the offline verifier runs the same code."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from service.domain.endorsement.acts import (
    ABSTAIN,
    DECLINE,
    ENDORSE,
    ENDORSE_WITH_RESERVATION,
    POSITIONS,
    EndorsementEvent,
    Stand,
    final_stands,
)
from service.domain.endorsement.rule_kinds import (
    Consensus,
    Fraction,
    Majority,
    Rule,
    Share,
    SignOn,
    default_rule,
    rule_from_json,
    rule_sha256,
    rule_to_json,
)
from service.domain.errors import N_, InvalidInput

__all__ = [
    "ABSTAIN",
    "DECLINE",
    "ENDORSE",
    "ENDORSE_WITH_RESERVATION",
    "POSITIONS",
    "ConditionResult",
    "Consensus",
    "EndorsementEvent",
    "Fraction",
    "Majority",
    "Outcome",
    "Rule",
    "Share",
    "SignOn",
    "check_rule_attainable",
    "default_rule",
    "evaluate",
    "rule_from_json",
    "rule_sha256",
    "rule_to_json",
]


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """One condition and whether it is met: endorsements, nobody_declines, everyone_answered, quorum, required.

    `params` are its numbers (have, needed, base) or the `organisations` because of which it is not met.
    """

    code: str
    met: bool
    params: Mapping[str, int | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a round. Tuples hold ids in the order of the roll; `endorsed` are those without a reservation.

    `have` endorsements, with or without a reservation, are compared with `needed`, computed from `base`; `reasons`
    lists every condition. `disputed` are those of `silent` whose last act is disputed.
    """

    passes: bool
    endorsed: tuple[str, ...]
    reserved: tuple[str, ...]
    abstained: tuple[str, ...]
    declined: tuple[str, ...]
    silent: tuple[str, ...]
    needed: int
    have: int
    base: int
    reasons: tuple[ConditionResult, ...]
    disputed: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Encode the outcome as JSON values, without `disputed` if there are none."""
        encoded = {field.name: _as_list(getattr(self, field.name)) for field in fields(self)}
        if not self.disputed:
            del encoded["disputed"]
        reasons = [
            {"code": one.code, "met": one.met} | {name: _as_list(value) for name, value in one.params.items()}
            for one in self.reasons
        ]
        return {**encoded, "v": 1, "reasons": reasons}


def check_rule_attainable(rule: Rule, roll: Sequence[str]) -> None:
    """Check that a round with this roll can pass at all.

    Raises InvalidInput `bad_roll`, `required_off_roll`, `rule_out_of_reach`.
    """
    _check_roll(rule, roll)
    if isinstance(rule, SignOn) and rule.at_least > len(roll):
        raise InvalidInput(
            "rule_out_of_reach",
            N_("The rule needs {needed} endorsements, but only {base} organisations can answer."),
            field="at_least",
            needed=rule.at_least,
            base=len(roll),
        )


def evaluate(rule: Rule, roll: Sequence[str], events: Iterable[EndorsementEvent], *, at: int) -> Outcome:
    """Evaluate the rule at `at` (µs UTC).

    The last act by `seq` of each organisation up to `at` counts; a withdrawn or disputed endorsement is no answer, but
    a disputed decline still blocks consensus. Raises InvalidInput `act_off_roll`, `acts_collide` (two acts with the
    same seq), `unknown_position`, `bad_roll`, `required_off_roll`.
    """
    _check_roll(rule, roll)
    stands = final_stands(roll, events, at=at)
    positions = {one: stand.position for one, stand in stands.items() if stand.counts}
    by_position = {position: tuple(one for one in roll if positions.get(one) == position) for position in POSITIONS}
    silent = tuple(one for one in roll if one not in positions)
    have = len(by_position[ENDORSE] + by_position[ENDORSE_WITH_RESERVATION])
    base, needed = _threshold(rule, on_roll=len(roll), cast=have + len(by_position[DECLINE]))
    reasons = (
        ConditionResult("endorsements", have >= needed, {"have": have, "needed": needed, "base": base}),
        *_other_conditions(rule, roll, by_position, silent, blocking=_declines(roll, stands)),
    )
    return Outcome(
        passes=all(reason.met for reason in reasons),
        endorsed=by_position[ENDORSE],
        reserved=by_position[ENDORSE_WITH_RESERVATION],
        abstained=by_position[ABSTAIN],
        declined=by_position[DECLINE],
        silent=silent,
        needed=needed,
        have=have,
        base=base,
        reasons=reasons,
        disputed=tuple(one for one in roll if one in stands and stands[one].disputes),
    )


def _threshold(rule: Rule, *, on_roll: int, cast: int) -> tuple[int, int]:
    """Return the base and how many of it must endorse, at least one."""
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
            return base, max(1, share.minimum_of(base))


def _declines(roll: Sequence[str], stands: Mapping[str, Stand]) -> tuple[str, ...]:
    """Return the organisations that decline, also those whose decline or its withdrawal is disputed."""
    declined = [one for one, stand in stands.items() if stand.position == DECLINE and (stand.counts or stand.disputes)]
    return tuple(one for one in roll if one in declined)


def _other_conditions(
    rule: Rule,
    roll: Sequence[str],
    by_position: Mapping[str, tuple[str, ...]],
    silent: tuple[str, ...],
    *,
    blocking: tuple[str, ...],
) -> Iterator[ConditionResult]:
    """Yield the conditions besides the number of endorsements; `blocking` prevent consensus."""
    if isinstance(rule, Consensus):
        yield ConditionResult("nobody_declines", not blocking, {"organisations": blocking})
        yield ConditionResult("everyone_answered", not silent, {"organisations": silent})
    if rule.quorum:
        answered, needed = len(roll) - len(silent), rule.quorum.minimum_of(len(roll))
        yield ConditionResult("quorum", answered >= needed, {"have": answered, "needed": needed, "base": len(roll)})
    if rule.required:
        endorsing = by_position[ENDORSE] + by_position[ENDORSE_WITH_RESERVATION]
        missing = tuple(one for one in roll if one in rule.required and one not in endorsing)
        yield ConditionResult("required", not missing, {"organisations": missing})


def _check_roll(rule: Rule, roll: Sequence[str]) -> None:
    if not roll or len(set(roll)) != len(roll):
        raise InvalidInput("bad_roll", N_("List at least one organisation, and each only once."))
    if not set(rule.required) <= set(roll):
        raise InvalidInput("required_off_roll", N_("The rule requires an organisation that is not in the list."))


def _as_list(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
