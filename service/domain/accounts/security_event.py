"""Kinds of events of the security log, and which errors and acts are events."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.accounts.rules import DAY
from service.domain.errors import DomainError, Forbidden, RateLimited

SECURITY_LOG_RETENTION = 30 * DAY
"""µs."""

FAILED_SIGN_IN, FAILED_PROOF, RATE_LIMITED = "sign_in_failed", "proof_failed", "rate_limited"
FOREIGN_ORIGIN, FOREIGN_HOST, UNKNOWN_KEY, REFUSED = "foreign_origin", "foreign_host", "key_unknown", "refused"
CHANGE_OF_POWER, ADDRESS_MOVED = "power_changed", "address_moved"
DRAFT_TAKEN = "draft_taken"
KINDS = (
    FAILED_SIGN_IN,
    FAILED_PROOF,
    RATE_LIMITED,
    FOREIGN_ORIGIN,
    FOREIGN_HOST,
    UNKNOWN_KEY,
    REFUSED,
    CHANGE_OF_POWER,
    ADDRESS_MOVED,
    DRAFT_TAKEN,
)

PROOF_CODES = frozenset(
    {"wrong_password", "unknown_key", "wrong_code", "code_void", "wrong_totp", "totp_used", "invitation_over"}
)
"""Codes of errors after which somebody has not proved who they are."""

ORIGIN_CODES = frozenset({"foreign_form", "foreign_origin"})

BUSY_CODES = frozenset({"too_busy"})
"""Codes of errors that end a flood."""

HARMLESS_CODES = frozenset({"proof_needed"})
"""Codes of refusals that belong to ordinary work."""

POWER_ACTS = (
    "coalition.",
    "organisation.",
    "person.",
    "role.",
    "mandate.",
    "invitation.",
    "password.",
    "totp.",
    "token.",
    "round.",
    "publication.",
    "access.",
    "address.",
)
"""Prefixes of the names of acts that change who may do what."""


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """An event, or several of one kind within a minute: `detail["count"]`. Times in µs UTC.

    `network` is truncated; `subject` is a keyed digest of the email address that was given; `person` was signed in.
    """

    id: str
    seq: int
    at: int
    kind: str
    network: str
    subject: str
    person: str | None
    detail: Mapping[str, object]


def event_kind(error: DomainError, *, signed_in: bool) -> str:
    """Return the kind of event that a refused request is; empty if it is none."""
    if error.code in ORIGIN_CODES:
        return FOREIGN_ORIGIN
    if error.code in PROOF_CODES:
        return FAILED_PROOF if signed_in else FAILED_SIGN_IN
    if isinstance(error, RateLimited) or error.code in BUSY_CODES:
        return RATE_LIMITED
    return REFUSED if isinstance(error, Forbidden) and signed_in and error.code not in HARMLESS_CODES else ""


def changes_power(act: str) -> bool:
    """Whether an act of the record changes who may do what."""
    return act.startswith(POWER_ACTS)
