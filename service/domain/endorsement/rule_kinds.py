"""The kinds of rule of a round, as values and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from service.domain.errors import N_, InvalidInput
from service.domain.trust.canonical_json import digest

Base = Literal["all", "cast"]
"""What a majority or fraction refers to: the whole roll, or those who endorse or decline (without abstentions)."""

MAX_SHARE = 1000
"""Maximum denominator of a share."""

MAX_COUNT = 100_000
"""Maximum of `at_least`."""

RULE_DOMAIN = "mithaq.rule.v1"


def invalid_rule(part: str) -> InvalidInput:
    """Return the error for a rule; `part` names what is invalid."""
    return InvalidInput("bad_rule", N_("This rule cannot be used: “{what}” is wrong."), what=part)


@dataclass(frozen=True, slots=True)
class Share:
    """The fraction `num`/`den`. Raises InvalidInput `bad_rule` unless 1 ≤ num ≤ den ≤ MAX_SHARE."""

    num: int
    den: int

    def __post_init__(self) -> None:
        if not 1 <= self.num <= self.den <= MAX_SHARE:
            raise invalid_rule("share")

    def minimum_of(self, base: int) -> int:
        """Return the smallest integer that is at least this share of `base`."""
        return -(-self.num * base // self.den)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Conditions:
    """Conditions any rule may have.

    `quorum` is the share of the roll that must have answered (an abstention is an answer); `required` are the ids of
    organisations that must endorse, ascending and unique.
    """

    quorum: Share | None = None
    required: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(one >= other for one, other in pairwise(self.required)):
            raise invalid_rule("required")


@dataclass(frozen=True, slots=True)
class SignOn(_Conditions):
    """At least `at_least` organisations endorse; no answer counts neither for nor against."""

    at_least: int

    def __post_init__(self) -> None:
        _Conditions.__post_init__(self)
        if not 1 <= self.at_least <= MAX_COUNT:
            raise invalid_rule("at_least")


@dataclass(frozen=True, slots=True)
class Consensus(_Conditions):
    """No organisation declines, all on the roll have answered, at least one endorses."""


@dataclass(frozen=True, slots=True)
class Majority(_Conditions):
    """More than half endorse."""

    of: Base = "all"


@dataclass(frozen=True, slots=True)
class Fraction(_Conditions):
    """At least `share` endorse."""

    share: Share
    of: Base = "all"


Rule = SignOn | Consensus | Majority | Fraction

_KINDS: Mapping[type[Rule], str] = {
    SignOn: "sign_on",
    Consensus: "consensus",
    Majority: "majority",
    Fraction: "fraction",
}
_BASES: tuple[Base, ...] = get_args(Base)


def default_rule(kind: str) -> Rule:
    """Return the default rule of a kind of document. Raises InvalidInput `unknown_kind`."""
    if kind == "constitution":
        return Fraction(Share(2, 3), of="all")
    if kind in ("statement", "letter", "position"):
        return SignOn(at_least=2)
    raise InvalidInput("unknown_kind", N_("There is no kind of document “{kind}”."), kind=kind)


def rule_to_json(rule: Rule) -> dict[str, object]:
    """Encode a rule as JSON values, with `v`; absent conditions are omitted."""
    encoded: dict[str, object] = {"v": 1, "kind": _KINDS[type(rule)]}
    match rule:
        case SignOn(at_least=at_least):
            encoded["at_least"] = at_least
        case Majority(of=of):
            encoded["of"] = of
        case Fraction(share=share, of=of):
            encoded |= {"num": share.num, "den": share.den, "of": of}
    if rule.quorum:
        encoded["quorum"] = {"num": rule.quorum.num, "den": rule.quorum.den}
    if rule.required:
        encoded["required"] = list(rule.required)
    return encoded


def rule_from_json(encoded: Mapping[str, object]) -> Rule:
    """Decode a rule; `required` may be in any order, `of` defaults to "all". Raises InvalidInput `bad_rule`."""
    remaining = dict(encoded)
    if remaining.pop("v", 1) != 1:
        raise invalid_rule("v")
    kind = remaining.pop("kind", None)
    quorum, required = _parse_quorum(remaining.pop("quorum", None)), _parse_required(remaining.pop("required", []))
    rule: Rule
    match kind:
        case "sign_on":
            rule = SignOn(_take_int(remaining, "at_least"), quorum=quorum, required=required)
        case "consensus":
            rule = Consensus(quorum=quorum, required=required)
        case "majority":
            rule = Majority(_take_base(remaining), quorum=quorum, required=required)
        case "fraction":
            share = Share(_take_int(remaining, "num"), _take_int(remaining, "den"))
            rule = Fraction(share, _take_base(remaining), quorum=quorum, required=required)
        case _:
            raise invalid_rule("kind")
    for unknown in remaining:
        raise invalid_rule(unknown)
    return rule


def rule_sha256(rule: Rule) -> str:
    """Return the digest by which rounds and statements refer to a rule (DESIGN §3.1)."""
    return digest(RULE_DOMAIN, rule_to_json(rule))


def _take_int(remaining: dict[str, object], key: str) -> int:
    value = remaining.pop(key, None)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise invalid_rule(key)


def _take_base(remaining: dict[str, object]) -> Base:
    value = remaining.pop("of", "all")
    for of in _BASES:
        if value == of:
            return of
    raise invalid_rule("of")


def _parse_quorum(value: object) -> Share | None:
    if value is None:
        return None
    if isinstance(value, Mapping) and value.keys() == {"num", "den"}:
        quorum = dict(value)
        return Share(_take_int(quorum, "num"), _take_int(quorum, "den"))
    raise invalid_rule("quorum")


def _parse_required(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return tuple(sorted(set(value)))
    raise invalid_rule("required")
