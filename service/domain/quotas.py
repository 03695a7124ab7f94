"""Quotas: how much one person may have waiting, and how much they may do within an hour.

They keep one account, stolen or careless, from filling queues, disk or mailboxes outside the coalition. What waits has
fixed limits; limits an hour are settings of the instance. A table import by the secretariat is left out, and so is
everything the secretariat does before the first round, because a coalition is set up in one go.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.errors import N_, RateLimited

HOUR = 3600 * 1_000_000
"""µs."""

IMPORTS, EXPORTS, KEYS = "unfinished_imports", "unfinished_exports", "keys"
DRAFT_FILES = "unfinished_draft_files"
INVITATIONS, DOCUMENTS, ORGANISATIONS, UPLOADS = "invitations", "documents", "organisations", "uploads"

OUTSTANDING: Mapping[str, int] = {IMPORTS: 3, EXPORTS: 12, DRAFT_FILES: 6, KEYS: 20}
"""What a person may have at one time: Word files that wait to be read (5 MB each), files of approved texts and
of drafts that wait to be rendered, and valid API keys."""

DEFAULT_HOURLY: Mapping[str, int] = {INVITATIONS: 40, DOCUMENTS: 40, ORGANISATIONS: 100, UPLOADS: 30}
"""What a person may do within an hour, unless a setting says otherwise; organisations: all of the secretariat."""

LABELS: Mapping[str, str] = {
    IMPORTS: N_("Word files that wait to be read"),
    EXPORTS: N_("Requested files that are not ready"),
    DRAFT_FILES: N_("Requested files of drafts that are not ready"),
    KEYS: N_("Keys for programs"),
    INVITATIONS: N_("Invitations in the last hour"),
    DOCUMENTS: N_("New documents in the last hour"),
    ORGANISATIONS: N_("New organisations in the last hour, of the whole secretariat"),
    UPLOADS: N_("Word files in the last hour"),
}
"""Quota → what is counted."""

SENTENCES: Mapping[str, str] = {
    IMPORTS: N_("You have {limit} Word files that wait to be read, which is the limit. Wait until one has been read."),
    EXPORTS: N_("You have requested {limit} files that are not ready, which is the limit. Wait until one is ready."),
    DRAFT_FILES: N_(
        "You have requested {limit} files of drafts that are not ready, which is the limit. Wait until one is ready."
    ),
    KEYS: N_("You have {limit} keys, which is the limit. End one that you no longer use."),
    INVITATIONS: N_("The limit is {limit} invitations an hour. Minutes until you can invite again: {minutes}."),
    DOCUMENTS: N_("The limit is {limit} new documents an hour. Minutes until you can go on: {minutes}."),
    ORGANISATIONS: N_("The limit is {limit} new organisations an hour. Minutes until you can go on: {minutes}."),
    UPLOADS: N_("The limit is {limit} Word files an hour. Minutes until you can import again: {minutes}."),
}
"""Quota → sentence of the error."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a person has used of a quota; the first of these acts within the hour was at `since` (µs UTC), if any was.

    `limit`: None if the quota does not apply.
    """

    used: int
    limit: int | None
    since: int | None = None

    @property
    def left(self) -> int | None:
        """Return how often the act is still possible; None without a limit."""
        return None if self.limit is None else max(0, self.limit - self.used)


def check_quota(name: str, usage: Usage, *, now: int) -> None:
    """Raise RateLimited `quota_reached` if nothing is left.

    Its `extra` holds the quota, the limit, and `again_at` (µs UTC) if time alone makes room.
    """
    if usage.limit is None or usage.used < usage.limit:
        return
    again_at = None if usage.since is None else usage.since + HOUR
    minutes = 0 if again_at is None else max(1, -(-(again_at - now) // 60_000_000))
    extra = {"quota": name, "limit": usage.limit, "left": 0, **({"again_at": again_at} if again_at else {})}
    raise RateLimited("quota_reached", SENTENCES[name], extra=extra, limit=usage.limit, minutes=minutes)
