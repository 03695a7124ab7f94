"""Account rules: passwords, authentication methods, rate limits, lifetimes of sessions and invitations."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from service.domain.errors import N_, Conflict, Forbidden, InvalidInput
from service.domain.membership.people import DRAFTER, FOCAL_POINT, OBSERVER, SIGNATORY, WITHIN_INSTANCE, Actor

MINUTE = 60 * 1_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 128
"""Code points of any script, without normalisation."""

IDLE_LIMIT_OWN_DEVICE = 12 * HOUR
"""µs of inactivity after which a session on the user's own device ends."""

IDLE_LIMIT_SHARED_DEVICE = 30 * MINUTE
"""µs of inactivity after which a session on a shared device ends."""

MAX_SESSION_AGE = 30 * DAY
"""µs after which a session ends in any case."""

REAUTHENTICATION_INTERVAL = 30 * MINUTE
"""µs after authentication for which signing and administering need no new one."""

ALWAYS_AUTHENTICATED = WITHIN_INSTANCE
"""Authentication time of sessions in a sample instance, where reauthentication is never required."""

MAILED_PROOF_DELAY = 72 * HOUR
"""µs for which a password renewed by email, or an app set up with no other proof than email, does not sign."""

TOUCH_INTERVAL = 3 * MINUTE
"""Minimum µs between two updates of `seen_at`; inactivity is known to this precision."""

PASSWORD, CODE, PASSKEY, TOTP = "password", "code", "passkey", "totp"
LINK, KEY, SAMPLE = "link", "key", "sample"
"""What a session began with besides: an invitation's link, an API token, a choice in a sample."""


@dataclass(frozen=True, slots=True)
class AuthMethod:
    """An authentication method and its rate limits: attempts per hour for one address.

    `max_from_origin` applies to one origin, `max_from_unknown` to all unknown origins together, and `max_from_network`
    to one unknown origin and all addresses. `needs_email`: needs outgoing email. `planned`: not implemented yet.
    """

    max_from_origin: int = 0
    max_from_unknown: int = 0
    max_from_network: int = 0
    needs_email: bool = False
    planned: bool = False


AUTH_METHODS: dict[str, AuthMethod] = {
    PASSWORD: AuthMethod(max_from_origin=10, max_from_unknown=100, max_from_network=100),
    CODE: AuthMethod(max_from_origin=6, max_from_unknown=30, max_from_network=60, needs_email=True),
    PASSKEY: AuthMethod(planned=True),
    TOTP: AuthMethod(max_from_origin=10, max_from_unknown=15, max_from_network=60),
}
"""All methods, in the order of the account page. A new one is a row here and a table in the store."""

AuthMethodState = Literal["ready", "unset", "no_mails", "later"]

INVITATION_LIFETIME = 72 * HOUR
"""µs for which an invitation can be used."""

FIRST_LINK_LIFETIME = 30 * MINUTE
"""µs for which the first sign-in link of a new instance can be used."""

ROLES_FOCAL_POINTS_INVITE = frozenset({DRAFTER, FOCAL_POINT, SIGNATORY})
"""Roles to which focal points can invite."""

ROLES_TOKENS_INVITE = frozenset({DRAFTER, OBSERVER})
"""Roles to which an API token can invite: none that signs, decides, publishes or reads everything."""

TOKEN_LIFETIME = 90 * DAY
"""µs after which an API token ends unless another time was asked for."""

InvitationState = Literal["waiting", "used", "withdrawn", "expired"]

_BROWSERS = (("Firefox/", "Firefox"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Chrom", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A single-use invitation link, bound to an email address, an organisation and roles. Times in µs UTC.

    `lang` is the language of the email. `person` is who used it or, if they already exist, for whom it is.
    `link_shown`: its inviter saw the link too, so using it proves nothing about the address.
    """

    id: str
    email: str
    lang: str
    organisation: str | None
    roles: tuple[str, ...]
    person: str | None
    invited_by: str | None
    at: int
    expires_at: int
    used_at: int | None
    withdrawn_at: int | None
    link_shown: bool = True

    def state(self, *, now: int) -> InvitationState:
        """Return the state at `now` (µs UTC)."""
        if self.used_at is not None:
            return "used"
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "waiting" if now < self.expires_at else "expired"


@dataclass(frozen=True, slots=True)
class RequestOrigin:
    """The origin of an authentication attempt: the digest of a network, by which attempts are counted.

    If `known`, `id` identifies a browser the person signed in with before, or their session.
    """

    id: str = ""
    known: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """A browser session: `id` is the digest of its cookie, `device` names browser and system; times in µs UTC."""

    id: str
    device: str
    own_device: bool
    created_at: int
    seen_at: int


def check_password_length(password: str) -> None:
    """Raise InvalidInput `password_too_short` or `password_too_long`."""
    if len(password) < MIN_PASSWORD_LENGTH:
        raise InvalidInput(
            "password_too_short", N_("A password needs at least {least} characters."), least=MIN_PASSWORD_LENGTH
        )
    if len(password) > MAX_PASSWORD_LENGTH:
        raise InvalidInput(
            "password_too_long", N_("A password can have up to {most} characters."), most=MAX_PASSWORD_LENGTH
        )


def is_rate_limited(method: str, *, from_origin: int, from_unknown: int, known: bool) -> bool:
    """Return whether the rate limit is reached, given the attempts from this origin and from all unknown origins.

    Attempts from unknown origins do not lock out a known browser.
    """
    limits = AUTH_METHODS[method]
    return from_origin >= limits.max_from_origin or (not known and from_unknown >= limits.max_from_unknown)


def is_network_limited(method: str, *, from_network: int, known: bool) -> bool:
    """Return whether the attempts from one network, for all addresses together, reach the limit.

    A known browser in that network is not concerned.
    """
    return not known and from_network >= AUTH_METHODS[method].max_from_network


def auth_method_state(name: str, *, configured: Collection[str], mail_enabled: bool) -> AuthMethodState:
    """Return the state of a method for a user who set up `configured`; email codes need no setup."""
    method = AUTH_METHODS[name]
    if method.planned:
        return "later"
    if method.needs_email:
        return "ready" if mail_enabled else "no_mails"
    return "ready" if name in configured else "unset"


def is_session_over(*, seen_at: int, created_at: int, own_device: bool, now: int) -> bool:
    """Return whether a session has ended by inactivity or age. Times in µs UTC."""
    idle_for = now - max(seen_at, created_at)
    return (
        idle_for >= (IDLE_LIMIT_OWN_DEVICE if own_device else IDLE_LIMIT_SHARED_DEVICE)
        or now - created_at >= MAX_SESSION_AGE
    )


def is_recently_authenticated(*, proved_at: int, now: int) -> bool:
    """Return whether the user authenticated recently enough to sign or administer. Times in µs UTC."""
    return now - proved_at < REAUTHENTICATION_INTERVAL


def require_recent_authentication(actor: Actor) -> None:
    """Raise Forbidden `proof_needed` unless the actor authenticated recently."""
    if not actor.recently_authenticated:
        raise Forbidden("proof_needed", N_("You signed in some time ago. Confirm your identity first."))


def describe_device(user_agent: str) -> str:
    """Return browser and system of a user agent (“Firefox, Android”); no other detail is stored."""
    found = [next((name for mark, name in of if mark in user_agent), "") for of in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, found))


def check_may_invite(
    *, anywhere: bool, own_organisation: str | None, organisation: str | None, roles: Iterable[str]
) -> None:
    """Check an invitation: unless `anywhere`, only into `own_organisation` and to ROLES_FOCAL_POINTS_INVITE.

    Raises Forbidden `not_yours_to_invite`.
    """
    if anywhere:
        return
    if organisation is None or organisation != own_organisation or not set(roles) <= ROLES_FOCAL_POINTS_INVITE:
        raise Forbidden(
            "not_yours_to_invite",
            N_("A focal point can invite people from their own organisation as drafter, focal point or signatory."),
        )


def invitation_unusable() -> Conflict:
    """Return the error for a link that is used, withdrawn, expired or unknown."""
    return Conflict(
        "invitation_over",
        N_("This link has been used, withdrawn or has expired. Ask the person who sent it for a new one."),
    )
