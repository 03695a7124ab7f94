"""Who there is: organisations, persons, roles, mandates, and the actor of a request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from service.domain.errors import N_, Conflict, InvalidInput
from service.domain.trust.canonical_json import digest

Names = Mapping[str, str]
"""A name in each language it has, by language code."""

SECRETARIAT = "secretariat"
DRAFTER = "drafter"
FOCAL_POINT = "focal_point"
SIGNATORY = "signatory"
COMMUNICATIONS = "communications"
OBSERVER = "observer"
AUDITOR = "auditor"
ROLES = (SECRETARIAT, DRAFTER, FOCAL_POINT, SIGNATORY, COMMUNICATIONS, OBSERVER, AUDITOR)

ORGANISATION_ROLES = frozenset({FOCAL_POINT, SIGNATORY})
"""Roles that only a person of an organisation can hold."""

DOCUMENT_ROLES = (DRAFTER, COMMUNICATIONS, OBSERVER, AUDITOR)
"""Roles that make sense for a document alone: who signs is a matter of mandates."""

COALITION_ROLES = frozenset({SECRETARIAT, AUDITOR})
"""Roles that are held for the coalition, whatever becomes of the organisation one comes from."""

SCOPES = ("read", "write", "sign", "publish", "admin")
"""What a bearer token may be used for; each verb of the policy needs one of them."""

COLOUR_COUNT = 12
"""Colours by which people are told apart."""

MANDATE_DOMAIN = "mithaq.mandate.v1"

MandateState = Literal["granted", "confirmed", "revoked"]


@dataclass(frozen=True, slots=True)
class Organisation:
    """`state` is member or left; `left_at` in µs UTC."""

    id: str
    names: Names
    state: str
    left_at: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """`zone` and `digits` are empty where the coalition's serve. `name` is the one of `names` in their own language,
    else the first."""

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


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """`document` is empty where the role holds for the whole coalition."""

    role: str
    document: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and how far the key they came with reaches: `key` is the id of that token (None within the house),
    `expires_at` its end in µs UTC (None: no end). A browser session made of a token is that token in other clothes.
    `proved`: a password, code or key was given lately; `seen_at`: when the session was last written to (None: no
    session)."""

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

    def has_role(self, roles: Iterable[str], *, document: str | None = None, any_document: bool = False) -> bool:
        """Whether one of `roles` is held for the coalition, or for `document` if one is named, or `anywhere` at all."""
        return any(grant.role in roles and (any_document or grant.document in ("", document)) for grant in self.grants)


@dataclass(frozen=True, slots=True)
class Mandate:
    """The dated right of a person to sign for an organisation; times in microseconds UTC."""

    id: str
    organisation: str
    person: str
    granted_by: str
    granted_at: int
    expires_at: int | None
    state: MandateState
    confirmations: tuple[str, ...]

    def is_live(self, *, now: int) -> bool:
        """Confirmed, not revoked and not past its day."""
        return self.state == "confirmed" and (self.expires_at is None or now < self.expires_at)


def organisation_left() -> Conflict:
    """What is said where an organisation would have to be a member."""
    return Conflict("organisation_left", N_("This organisation has left the coalition."))


def check_is_member(organisation: Organisation) -> None:
    """Raises Conflict `organisation_left`."""
    if organisation.state != "member":
        raise organisation_left()


def preferred_name(names: Names, *, lang: str) -> str:
    """What a person of this language is called where one name must do: the one in `lang`, else the first."""
    return names.get(lang) or next(iter(names.values()))


def assign_colour(seq: int) -> int:
    """The colour, one of COLOURS, in which the `seq`th person to join is told from others wherever they write: as many
    as there are colours come in before one comes back."""
    return seq * 5 % COLOUR_COUNT


def validate_role(role: str) -> str:
    """`role`, or Malformed."""
    if role not in ROLES:
        raise InvalidInput("unknown_role", N_("There is no role “{role}”."), role=role)
    return role


def eligible_confirmers(secretariat: Iterable[str], *, granted_by: str, holder: str) -> frozenset[str]:
    """Those of the secretariat who may confirm a mandate: who neither grant nor hold it. Raises Conflict where there is
    nobody."""
    found = frozenset(secretariat) - {granted_by, holder}
    if not found:
        raise Conflict(
            "nobody_to_confirm",
            N_(
                "No one can confirm this mandate. You need someone in the secretariat who did not grant it and does "
                "not hold it."
            ),
            field="person",
        )
    return found


def check_confirmation(mandate: Mandate, *, by: str) -> None:
    """A mandate is confirmed by persons of the secretariat who neither granted it nor hold it. Raises Conflict."""
    if mandate.state != "granted":
        raise Conflict("mandate_not_waiting", N_("This mandate is not waiting for confirmation."))
    if by in (mandate.granted_by, mandate.person):
        raise Conflict("own_mandate", N_("You cannot confirm a mandate that you granted or hold."))
    if by in mandate.confirmations:
        raise Conflict("already_confirmed", N_("You have already confirmed this mandate."))


def confirmations_needed(setting: int, *, confirmers: int) -> int:
    """How many persons must confirm a mandate: the coalition's setting, or as many as there are who may."""
    return min(setting, confirmers)


def mandate_sha256(mandate: Mandate) -> str:
    """The digest statements name a mandate by; no person is in it."""
    facts = {
        "id": mandate.id,
        "organisation": mandate.organisation,
        "granted_at": mandate.granted_at,
        "expires_at": mandate.expires_at,
        "confirmations": len(mandate.confirmations),
    }
    return digest(MANDATE_DOMAIN, facts)
