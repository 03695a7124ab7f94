"""What a person has seen of a document, so that they can be shown what is new since."""

from dataclasses import dataclass

LINGERS = 12 * 3600 * 1_000_000
"""µs for which what was new goes on being offered after it was first looked at."""


@dataclass(frozen=True, slots=True)
class Look:
    """`version` is the newest the person has seen, first `at` (µs UTC), `before` the newest until then (0: none)."""

    version: int
    at: int
    before: int


def looked(last: Look | None, *, version: int, now: int) -> Look:
    """The look after `version` was shown. An older version than the last changes nothing."""
    if last is None:
        return Look(version, now, 0)
    return Look(version, now, last.version) if version > last.version else last


def since(last: Look | None, *, newest: int, now: int) -> int | None:
    """The version from which on `newest` is to be compared for this person; None where nothing is new to them, or
    everything is."""
    if last is None:
        return None
    if last.version < newest:
        return last.version
    return last.before if last.before and now - last.at < LINGERS else None
