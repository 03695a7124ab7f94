"""Organisations, persons, roles, mandates, and the actor of a request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from service.domain.errors import N_, Conflict, InvalidInput
from service.domain.trust.canonical_json import digest

Names = Mapping[str, str]
"""Names by language code."""

SECRETARIAT = "secretariat"
DRAFTER = "drafter"
FOCAL_POINT = "focal_point"
SIGNATORY = "signatory"
COMMUNICATIONS = "communications"
OBSERVER = "observer"
AUDITOR = "auditor"
ROLES = (SECRETARIAT, DRAFTER, FOCAL_POINT, SIGNATORY, COMMUNICATIONS, OBSERVER, AUDITOR)

ORGANISATION_ROLES = frozenset({FOCAL_POINT, SIGNATORY})
"""Roles that only members of an organisation can have."""

DOCUMENT_ROLES = (DRAFTER, COMMUNICATIONS, OBSERVER, AUDITOR)
"""Roles that can be granted for a single document. Signing is a matter of mandates."""

COALITION_ROLES = frozenset({SECRETARIAT, AUDITOR})
"""Roles for the coalition, kept even if the person's organisation leaves."""

SCOPES = ("read", "write", "sign", "publish", "admin")
"""Scopes of a session; each verb of the policy needs one of them."""

TOKEN_SCOPES = tuple(scope for scope in SCOPES if scope != "sign")
"""Scopes of an API token: no token signs, also not one that was issued with the scope `sign` by an earlier release."""

WITHIN_INSTANCE = 2**62
"""Time of authentication of an actor within the instance, and in a sample, where it is never asked for again."""

COLOUR_COUNT = 12
"""Number of colours for persons."""

MANDATE_DOMAIN = "mithaq.mandate.v1"

MandateState = Literal["granted", "confirmed", "revoked"]


@dataclass(frozen=True, slots=True)
class Organisation:
    """A member organisation: `state` is member or left; times in µs UTC.

    `first_person_at` is when the first of its people (a focal point or signatory) came in; it stays when they leave.
    """

    id: str
    names: Names
    state: str
    left_at: int | None = None
    first_person_at: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A person. `name` is the one of `names` in their own language, else the first.

    `zone` and `digits` are empty if the coalition's settings apply. `address_proved_at` (µs UTC) and `address_proof`
    say when and how it was shown that they read their email address (`service.domain.membership.addresses`).
    """

    id: str
    name: str
    email: str
    organisation: str | None
    lang: str
    state: str
    zone: str = ""
    digits: str = ""
    names: Names = field(default_factory=dict)
    colour: int = 0
    address_proved_at: int | None = None
    address_proof: str = ""


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role, for one document or, if `document` is empty, for the whole coalition."""

    role: str
    document: str


@dataclass(frozen=True, slots=True)
class Actor:
    """The authenticated person of a request, and what their credentials allow.

    `token_id` is the API token used (None within the instance), `expires_at` its end in µs UTC (None: never). A browser
    session created from a token has the limits of that token. `recently_authenticated`: within
    REAUTHENTICATION_INTERVAL. `seen_at`: when the session was last refreshed (None: no session). `started_with` is the
    authentication method that began the session; `password_at` and `totp_at` are when the password and a code of the
    authenticator app were last given in it (µs UTC; 0: never). Until `restricted_until` (µs UTC; None: not restricted)
    the person acts as a reader because access was recovered; `is_only_secretary` is known for such persons only.
    """

    person: str
    name: str
    organisation: str | None
    lang: str
    grants: frozenset[RoleGrant]
    scopes: frozenset[str]
    token_id: str | None = None
    expires_at: int | None = None
    recently_authenticated: bool = True
    seen_at: int | None = None
    names: Names = field(default_factory=dict)
    colour: int = 0
    started_with: str = ""
    password_at: int = WITHIN_INSTANCE
    totp_at: int = 0
    restricted_until: int | None = None
    is_only_secretary: bool = False

    @property
    def is_token(self) -> bool:
        """Whether the request is made with an API token, or in a session that one began: not by a person present."""
        return self.token_id is not None

    def has_role(self, roles: Iterable[str], *, document: str | None = None, any_document: bool = False) -> bool:
        """Return whether one of `roles` is granted: for the coalition, `document` or, if `any_document`, any one."""
        return any(grant.role in roles and (any_document or grant.document in ("", document)) for grant in self.grants)


@dataclass(frozen=True, slots=True)
class Mandate:
    """The dated right of a person to sign for an organisation; times in µs UTC.

    `marks` say what a reader should know about it (`service.domain.membership.mandates`). It starts at `starts_at`,
    None: when it is confirmed.
    """

    id: str
    organisation: str
    person: str
    granted_by: str
    granted_at: int
    expires_at: int | None
    state: MandateState
    confirmations: tuple[str, ...]
    confirmed_at: int | None = None
    starts_at: int | None = None
    marks: tuple[str, ...] = ()

    def is_live(self, *, now: int) -> bool:
        """Return whether it is confirmed, has started and has not expired."""
        has_started = self.starts_at is None or now >= self.starts_at
        return self.state == "confirmed" and has_started and (self.expires_at is None or now < self.expires_at)


def organisation_left() -> Conflict:
    """Return the error for acts that require a current member organisation."""
    return Conflict("organisation_left", N_("This organisation has left the coalition."))


def check_is_member(organisation: Organisation) -> None:
    """Raise Conflict `organisation_left` unless the organisation is a member."""
    if organisation.state != "member":
        raise organisation_left()


def preferred_name(names: Names, *, lang: str) -> str:
    """Return the name in `lang`, else the first."""
    return names.get(lang) or next(iter(names.values()))


def assign_colour(seq: int) -> int:
    """Return the colour (0 … COLOUR_COUNT - 1) of the `seq`th person to join.

    No colour repeats before all have been assigned.
    """
    return seq * 5 % COLOUR_COUNT


def validate_role(role: str) -> str:
    """Return `role`. Raises InvalidInput `unknown_role`."""
    if role not in ROLES:
        raise InvalidInput("unknown_role", N_("There is no role “{role}”."), role=role)
    return role


def eligible_confirmers(secretariat: Iterable[str], *, granted_by: str, holder: str) -> frozenset[str]:
    """Return the members of the secretariat who may confirm a mandate: not its granter or its holder.

    Raises Conflict `nobody_to_confirm` if there are none.
    """
    found = frozenset(secretariat) - {granted_by, holder}
    if not found:
        raise Conflict(
            "nobody_to_confirm",
            N_(
                "No one can confirm this mandate yet. You need someone in the secretariat who neither grants nor holds "
                "it. Ask the secretariat to appoint one more person, or let someone else in your organisation grant "
                "or hold it."
            ),
            field="person",
        )
    return found


def check_confirmation(mandate: Mandate, *, by: str) -> None:
    """Check that `by` may confirm `mandate` now.

    Raises Conflict `mandate_not_waiting`, `own_mandate` (granter or holder), `already_confirmed`.
    """
    if mandate.state != "granted":
        raise Conflict("mandate_not_waiting", N_("This mandate is not waiting for confirmation."))
    if by in (mandate.granted_by, mandate.person):
        raise Conflict("own_mandate", N_("You cannot confirm a mandate that you granted or hold."))
    if by in mandate.confirmations:
        raise Conflict("already_confirmed", N_("You have already confirmed this mandate."))


def mandate_sha256(mandate: Mandate) -> str:
    """Return the digest by which statements refer to a mandate; it names no person."""
    facts = {
        "id": mandate.id,
        "organisation": mandate.organisation,
        "granted_at": mandate.granted_at,
        "expires_at": mandate.expires_at,
        "confirmations": len(mandate.confirmations),
    }
    return digest(MANDATE_DOMAIN, facts)
