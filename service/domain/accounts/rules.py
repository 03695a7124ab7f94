"""Accounts: how passwords must be, how long sessions, proofs and invitations last, whom one may invite."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from service.domain.errors import N_, Conflict, Forbidden, InvalidInput
from service.domain.membership.people import DRAFTER, FOCAL_POINT, SIGNATORY, Actor

MINUTE = 60 * 1_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 128
"""Code points, of any script, taken as they are typed."""

IDLE_LIMIT_OWN_DEVICE = 12 * HOUR
IDLE_LIMIT_SHARED_DEVICE = 30 * MINUTE
MAX_SESSION_AGE = 30 * DAY
"""A session ends after so long without a request, on a device of one's own and on another, and at last in any case."""

REAUTHENTICATION_INTERVAL = 30 * MINUTE
"""For so long after a password or a code one may sign and administer without giving it again."""

ALWAYS_AUTHENTICATED = 2**62
"""When a session of a sample was proved: it guards nothing."""

TOUCH_INTERVAL = 3 * MINUTE
"""A session is written to no more often than this, so its idleness is known to three minutes."""

PASSWORD, CODE, PASSKEY, AUTHENTICATOR = "password", "code", "passkey", "authenticator"


@dataclass(frozen=True, slots=True)
class AuthMethod:
    """A way to prove that it is you. Tries an hour for one address: `here` from one place, `strange` from all places
    that are not known. `mailed`: it needs mails to go. `later`: a coming release has it."""

    max_from_origin: int = 0
    max_from_unknown: int = 0
    needs_email: bool = False
    planned: bool = False


AUTH_METHODS: dict[str, AuthMethod] = {
    PASSWORD: AuthMethod(max_from_origin=10, max_from_unknown=100),
    CODE: AuthMethod(max_from_origin=6, max_from_unknown=30, needs_email=True),
    PASSKEY: AuthMethod(planned=True),
    AUTHENTICATOR: AuthMethod(planned=True),
}
"""Every way, in the order of the account page. A new one is a row here and a table of the store."""

AuthMethodState = Literal["ready", "unset", "no_mails", "later"]

INVITATION_LIFETIME = 72 * HOUR
FIRST_LINK_LIFETIME = 30 * MINUTE

ROLES_FOCAL_POINTS_INVITE = frozenset({DRAFTER, FOCAL_POINT, SIGNATORY})

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
    """A link that lets one person in once: bound to an address and an organisation, with the roles they will hold.
    `lang` is what the invitation is written in. `person`: whom it brought in, or, from the start, for whom it is if
    they are known already."""

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

    def state(self, *, now: int) -> InvitationState:
        if self.used_at is not None:
            return "used"
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "waiting" if now < self.expires_at else "expired"


@dataclass(frozen=True, slots=True)
class RequestOrigin:
    """Where a try comes from: a digest that stands for a network, or, `known`, for a browser that belongs to this
    person by an earlier sign-in, or for their own session."""

    id: str = ""
    known: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in. `id` is the digest of its cookie; `device` are families of browser and system."""

    id: str
    device: str
    own_device: bool
    created_at: int
    seen_at: int


def check_password_length(password: str) -> None:
    """Raises Malformed `password_too_short`, `password_too_long`."""
    if len(password) < MIN_PASSWORD_LENGTH:
        raise InvalidInput(
            "password_too_short", N_("A password needs at least {least} characters."), least=MIN_PASSWORD_LENGTH
        )
    if len(password) > MAX_PASSWORD_LENGTH:
        raise InvalidInput(
            "password_too_long", N_("A password can have up to {most} characters."), most=MAX_PASSWORD_LENGTH
        )


def is_rate_limited(method: str, *, from_origin: int, from_unknown: int, known: bool) -> bool:
    """Whether there were too many tries: `here` from this place, `strange` from all places that are not known. What
    strangers do keeps no known browser out."""
    limits = AUTH_METHODS[method]
    return from_origin >= limits.max_from_origin or (not known and from_unknown >= limits.max_from_unknown)


def auth_method_state(name: str, *, configured: Collection[str], mail_enabled: bool) -> AuthMethodState:
    """How a way stands for somebody who has set up those of `kept`; what is mailed needs no setting up."""
    method = AUTH_METHODS[name]
    if method.planned:
        return "later"
    if method.needs_email:
        return "ready" if mail_enabled else "no_mails"
    return "ready" if name in configured else "unset"


def is_session_over(*, seen_at: int, created_at: int, own_device: bool, now: int) -> bool:
    """Whether a session has ended by lying still, or by its age."""
    idle_for = now - max(seen_at, created_at)
    return (
        idle_for >= (IDLE_LIMIT_OWN_DEVICE if own_device else IDLE_LIMIT_SHARED_DEVICE)
        or now - created_at >= MAX_SESSION_AGE
    )


def is_recently_authenticated(*, proved_at: int, now: int) -> bool:
    """Whether a password, code or key was given recently enough for acts that bind."""
    return now - proved_at < REAUTHENTICATION_INTERVAL


def require_recent_authentication(actor: Actor) -> None:
    """Raises Forbidden `proof_needed`."""
    if not actor.recently_authenticated:
        raise Forbidden("proof_needed", N_("You signed in some time ago. Confirm your identity first."))


def describe_device(user_agent: str) -> str:
    """What a session is called in the list: “Firefox, Android”; nothing finer is kept."""
    found = [next((name for mark, name in of if mark in user_agent), "") for of in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, found))


def check_may_invite(
    *, anywhere: bool, own_organisation: str | None, organisation: str | None, roles: Iterable[str]
) -> None:
    """Whoever may not invite `anywhere` invites into their `own` organisation, to roles of it. Raises Forbidden
    `not_yours_to_invite`."""
    if anywhere:
        return
    if organisation is None or organisation != own_organisation or not set(roles) <= ROLES_FOCAL_POINTS_INVITE:
        raise Forbidden(
            "not_yours_to_invite",
            N_("A focal point can invite people from their own organisation as drafter, focal point or signatory."),
        )


def invitation_unusable() -> Conflict:
    """The refusal of a link that opens nothing, whatever the reason."""
    return Conflict(
        "invitation_over",
        N_("This link has been used, withdrawn or has expired. Ask the person who sent it for a new one."),
    )
