"""Read positions: what a person has seen of a document, to show what changed since."""

from dataclasses import dataclass

STILL_NEW_FOR = 12 * 3600 * 1_000_000
"""µs after the first look for which a new version is still offered as new."""


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """`version` is the newest a person has seen, first `at` (µs UTC); `before` the newest before that (0: none)."""

    version: int
    at: int
    before: int


def update_version_seen(last: VersionSeen | None, *, version: int, now: int) -> VersionSeen:
    """Return the read position after `version` was shown. An older version changes nothing."""
    if last is None:
        return VersionSeen(version, now, 0)
    return VersionSeen(version, now, last.version) if version > last.version else last


def compare_from(last: VersionSeen | None, *, newest: int, now: int) -> int | None:
    """Return the version to compare `newest` with for this person; None if nothing or everything is new to them."""
    if last is None:
        return None
    if last.version < newest:
        return last.version
    return last.before if last.before and now - last.at < STILL_NEW_FOR else None


AWAY_AFTER = 30 * 60 * 1_000_000
"""µs of absence that count as away; after a shorter one, the changes of the last visit are still new."""


@dataclass(frozen=True, slots=True)
class DraftSeen:
    """How far a person has seen a draft: up to row `seq` of `epoch`, last `at` (µs UTC).

    `before` is how far they had seen it when this visit began (0: first visit, or unknown).
    """

    epoch: int
    seq: int
    at: int
    before: int


def update_draft_seen(last: DraftSeen | None, *, epoch: int, seq: int, now: int) -> DraftSeen:
    """Return the read position after the draft was shown at (epoch, seq). `seq` never decreases within an epoch."""
    if last is None or last.epoch != epoch:
        return DraftSeen(epoch, seq, now, 0)
    came_back = now - last.at >= AWAY_AFTER
    return DraftSeen(epoch, max(seq, last.seq), now, last.seq if came_back else last.before)


def first_unseen_after(last: DraftSeen, *, now: int) -> int:
    """Return the row after which the draft is new to this person."""
    return last.seq if now - last.at >= AWAY_AFTER or not last.before else last.before
