"""The rules that the form of a round offers, and the rule that it chose."""

from collections.abc import Mapping
from typing import Any

from service.web.forms.rounds import OpenRoundForm

RULE_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "sign_on": {"kind": "sign_on", "at_least": 2},
    "majority": {"kind": "majority", "of": "all"},
    "majority_cast": {"kind": "majority", "of": "cast"},
    "two_thirds": {"kind": "fraction", "num": 2, "den": 3, "of": "all"},
    "two_thirds_cast": {"kind": "fraction", "num": 2, "den": 3, "of": "cast"},
    "consensus": {"kind": "consensus"},
}
"""Rules on offer, as JSON, by form value."""

QUORUM_OPTIONS: Mapping[str, Mapping[str, int]] = {
    "half": {"num": 1, "den": 2},
    "two_thirds": {"num": 2, "den": 3},
    "everyone": {"num": 1, "den": 1},
}
"""Quorums on offer, as JSON fractions of the roll, by form value."""


def rule_from_form(form: OpenRoundForm) -> dict[str, Any]:
    """Return the rule of the form as JSON; the domain validates it."""
    rule: dict[str, Any] = dict(RULE_OPTIONS.get(form.rule, {}))
    if "at_least" in rule:
        rule["at_least"] = form.at_least
    if form.quorum in QUORUM_OPTIONS:
        rule["quorum"] = dict(QUORUM_OPTIONS[form.quorum])
    return rule | ({"required": sorted(form.required)} if form.required else {})
