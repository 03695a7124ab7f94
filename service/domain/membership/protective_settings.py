"""Settings of the coalition that protect signatures: lowering one needs as many persons as it demands (§2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ProtectiveSetting:
    """`lowers` compares (old, new); `demands` is how many persons must want to lower the old value."""

    lowers: Callable[[Any, Any], bool]
    demands: Callable[[Any], int]


PROTECTIVE_SETTINGS: Mapping[str, ProtectiveSetting] = {
    "mandate_confirmations": ProtectiveSetting(lambda old, new: int(new) < int(old), int),
}
"""Name of the setting → when it is lowered, and by how many."""


def lowered_settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the new values of protective settings that would protect less."""
    return {
        name: new[name]
        for name, protective in PROTECTIVE_SETTINGS.items()
        if name in new and protective.lowers(old[name], new[name])
    }


def persons_demanded(old: Mapping[str, Any], lowered: Mapping[str, Any]) -> int:
    """Return how many persons must want these settings lowered: at least two."""
    return max(2, *(PROTECTIVE_SETTINGS[name].demands(old[name]) for name in lowered))
