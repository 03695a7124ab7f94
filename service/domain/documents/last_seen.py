"""What a person has seen of a document, so that they can be shown what is new since."""

from dataclasses import dataclass

STILL_NEW_FOR = 12 * 3600 * 1_000_000
"""µs for which what was new goes on being offered after it was first looked at."""


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """`version` is the newest the person has seen, first `at` (µs UTC), `before` the newest until then (0: none)."""

    version: int
    at: int
    before: int


def update_version_seen(last: VersionSeen | None, *, version: int, now: int) -> VersionSeen:
    """The look after `version` was shown. An older version than the last changes nothing."""
    if last is None:
        return VersionSeen(version, now, 0)
    return VersionSeen(version, now, last.version) if version > last.version else last


def compare_from(last: VersionSeen | None, *, newest: int, now: int) -> int | None:
    """The version from which on `newest` is to be compared for this person; None where nothing is new to them, or
    everything is."""
    if last is None:
        return None
    if last.version < newest:
        return last.version
    return last.before if last.before and now - last.at < STILL_NEW_FOR else None


AWAY_AFTER = 30 * 60 * 1_000_000
"""µs: whoever comes back sooner never was away, so what was new when they came is new still."""


@dataclass(frozen=True, slots=True)
class DraftSeen:
    """How far a person has seen a draft: to row `seq` of `epoch`, last `at` (µs UTC). `before`: how far when they came
    (0: they were never there before, or it is not known any more)."""

    epoch: int
    seq: int
    at: int
    before: int


def update_draft_seen(last: DraftSeen | None, *, epoch: int, seq: int, now: int) -> DraftSeen:
    """The stay after the draft was shown as it stood at (epoch, seq). Who has seen more goes on having seen it."""
    if last is None or last.epoch != epoch:
        return DraftSeen(epoch, seq, now, 0)
    came_back = now - last.at >= AWAY_AFTER
    return DraftSeen(epoch, max(seq, last.seq), now, last.seq if came_back else last.before)


def first_unseen_after(last: DraftSeen, *, now: int) -> int:
    """The row after which the draft is new to this person."""
    return last.seq if now - last.at >= AWAY_AFTER or not last.before else last.before
