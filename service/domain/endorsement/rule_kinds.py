"""The kinds of rule a round may have, as values and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from service.domain.errors import N_, Malformed
from service.domain.trust.canonical_json import digest

Of = Literal["all", "cast"]
"""The base: the whole roll, or those who endorse or decline, abstentions being outside it."""

LARGEST_SHARE = 1000
LARGEST_COUNT = 100_000
DOMAIN = "mithaq.rule.v1"


def bad_rule(what: str) -> Malformed:
    """The refusal of a rule; `what` names the part that is wrong."""
    return Malformed("bad_rule", N_("This rule cannot be used: “{what}” is wrong."), what=what)


@dataclass(frozen=True, slots=True)
class Share:
    """`num` of every `den`. Raises Malformed `bad_rule` unless 1 ≤ num ≤ den ≤ LARGEST_SHARE."""

    num: int
    den: int

    def __post_init__(self) -> None:
        if not 1 <= self.num <= self.den <= LARGEST_SHARE:
            raise bad_rule("share")

    def least_of(self, base: int) -> int:
        """The smallest whole number that is at least this share of `base`."""
        return -(-self.num * base // self.den)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Conditions:
    """What any rule may ask besides: `quorum`, the share of the roll that must have answered (an abstention is an
    answer), and `required`, ids of organisations that must endorse, ascending, none twice."""

    quorum: Share | None = None
    required: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(one >= other for one, other in pairwise(self.required)):
            raise bad_rule("required")


@dataclass(frozen=True, slots=True)
class SignOn(_Conditions):
    """Those who sign are listed, at least `at_least` of them; silence is silence."""

    at_least: int

    def __post_init__(self) -> None:
        _Conditions.__post_init__(self)
        if not 1 <= self.at_least <= LARGEST_COUNT:
            raise bad_rule("at_least")


@dataclass(frozen=True, slots=True)
class Consensus(_Conditions):
    """Nobody declines, everyone on the roll has answered, at least one endorses."""


@dataclass(frozen=True, slots=True)
class Majority(_Conditions):
    """More than half endorse."""

    of: Of = "all"


@dataclass(frozen=True, slots=True)
class Fraction(_Conditions):
    """At least `share` endorse."""

    share: Share
    of: Of = "all"


Rule = SignOn | Consensus | Majority | Fraction

_KINDS: Mapping[type[Rule], str] = {
    SignOn: "sign_on",
    Consensus: "consensus",
    Majority: "majority",
    Fraction: "fraction",
}
_BASES: tuple[Of, ...] = get_args(Of)


def default_for(kind: str) -> Rule:
    """The rule a document of that kind has where nobody chose another. Raises Malformed `unknown_kind`."""
    if kind == "constitution":
        return Fraction(Share(2, 3), of="all")
    if kind in ("statement", "letter", "position"):
        return SignOn(at_least=2)
    raise Malformed("unknown_kind", N_("There is no kind of document “{kind}”."), kind=kind)


def rule_to_json(rule: Rule) -> dict[str, object]:
    """The rule as JSON values, with `v`; what it does not ask is left out."""
    plain: dict[str, object] = {"v": 1, "kind": _KINDS[type(rule)]}
    match rule:
        case SignOn(at_least=at_least):
            plain["at_least"] = at_least
        case Majority(of=of):
            plain["of"] = of
        case Fraction(share=share, of=of):
            plain |= {"num": share.num, "den": share.den, "of": of}
    if rule.quorum:
        plain["quorum"] = {"num": rule.quorum.num, "den": rule.quorum.den}
    if rule.required:
        plain["required"] = list(rule.required)
    return plain


def rule_from_json(plain: Mapping[str, object]) -> Rule:
    """Reads a rule; `required` may come in any order, `of` is "all" where absent. Raises Malformed `bad_rule`."""
    left = dict(plain)
    if left.pop("v", 1) != 1:
        raise bad_rule("v")
    kind = left.pop("kind", None)
    quorum, required = _quorum(left.pop("quorum", None)), _required(left.pop("required", []))
    rule: Rule
    match kind:
        case "sign_on":
            rule = SignOn(_whole(left, "at_least"), quorum=quorum, required=required)
        case "consensus":
            rule = Consensus(quorum=quorum, required=required)
        case "majority":
            rule = Majority(_of(left), quorum=quorum, required=required)
        case "fraction":
            share = Share(_whole(left, "num"), _whole(left, "den"))
            rule = Fraction(share, _of(left), quorum=quorum, required=required)
        case _:
            raise bad_rule("kind")
    for unknown in left:
        raise bad_rule(unknown)
    return rule


def rule_sha256(rule: Rule) -> str:
    """The digest a round and its statements know the rule by (DESIGN §3.1)."""
    return digest(DOMAIN, rule_to_json(rule))


def _whole(left: dict[str, object], key: str) -> int:
    value = left.pop(key, None)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise bad_rule(key)


def _of(left: dict[str, object]) -> Of:
    value = left.pop("of", "all")
    for of in _BASES:
        if value == of:
            return of
    raise bad_rule("of")


def _quorum(value: object) -> Share | None:
    if value is None:
        return None
    if isinstance(value, Mapping) and value.keys() == {"num", "den"}:
        quorum = dict(value)
        return Share(_whole(quorum, "num"), _whole(quorum, "den"))
    raise bad_rule("quorum")


def _required(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return tuple(sorted(set(value)))
    raise bad_rule("required")
