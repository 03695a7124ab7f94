"""The manuscript: everything the press is given about one text in one language, as JSON. templates/README.md explains
each field to those who write templates. An empty field leaves no trace on paper."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from service.domain.errors import N_, InvalidInput
from service.domain.text.markup.tree import Direction
from service.domain.trust import canonical_json

VERSION = 1

Digits = Literal["arab", "latn"]
Kind = Literal["statement", "letter", "position", "constitution"]
Position = Literal["endorse", "endorse_with_reservation", "abstain", "decline"]

_STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, slots=True)
class PressContact:
    """Whom a newsroom calls."""

    __pydantic_config__ = _STRICT
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Coalition:
    """`logo` is the SHA-256 of the image printed on the letterhead, in hexadecimal, or empty."""

    __pydantic_config__ = _STRICT
    name: str = ""
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    __pydantic_config__ = _STRICT
    number: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Seal:
    """`sealed_at` in microseconds UTC; it is also the time written into the file."""

    __pydantic_config__ = _STRICT
    sha256: str
    sealed_at: int


@dataclass(frozen=True, slots=True)
class Signatory:
    """One answer. `reservation` is the number of the reservation, where there is one."""

    __pydantic_config__ = _STRICT
    name: str
    position: Position
    reservation: int | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """`text` in the dialect of the documents, printed word for word."""

    __pydantic_config__ = _STRICT
    number: int
    organisation: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the round ended with, in numbers of organisations: `endorsed` of `members`, `reserved` of the endorsed with
    a reservation. `rule` is one sentence or empty; `decided_on` an ISO date or empty."""

    __pydantic_config__ = _STRICT
    members: int
    endorsed: int
    reserved: int
    rule: str = ""
    decided_on: str = ""


@dataclass(frozen=True, slots=True)
class Manuscript:
    """`text` is canonical text in the dialect (DESIGN §4.4), without its title; `date` and `decided_on` are ISO dates.
    `authentic` names the languages whose text counts; where `lang` is not among them, the file says it is a
    translation; `followed_on` is the ISO date of one that was added after the seal, which does not cover it."""

    __pydantic_config__ = _STRICT
    lang: str
    dir: Direction
    digits: Digits
    kind: Kind
    title: str
    text: str
    place: str = ""
    date: str = ""
    addressees: tuple[str, ...] = ()
    about: str = ""
    press: PressContact = PressContact()
    coalition: Coalition = Coalition()
    issued_by: Literal["coalition", "signatories"] = "coalition"
    authentic: tuple[str, ...] = ()
    followed_on: str = ""
    version: Version | None = None
    seal: Seal | None = None
    signatories: tuple[Signatory, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    outcome: Outcome | None = None
    sample: bool = False


_ADAPTER = TypeAdapter(Manuscript)


def to_json(manuscript: Manuscript) -> dict[str, object]:
    """The manuscript as a JSON value, with `"v": 1`."""
    return {"v": VERSION, **asdict(manuscript)}


def encode(manuscript: Manuscript) -> bytes:
    """The same as canonical JSON: equal manuscripts give equal bytes."""
    return canonical_json.encode(to_json(manuscript))


def from_json(value: Mapping[str, object] | bytes) -> Manuscript:
    """The opposite of `to_json` and `encode`. Raises Malformed `manuscript_malformed`, naming the first wrong field."""
    found = canonical_json.decode(value) if isinstance(value, bytes) else value
    if not isinstance(found, Mapping) or found.get("v") != VERSION:
        raise _malformed("v")
    try:
        return _ADAPTER.validate_json(canonical_json.encode({key: found[key] for key in found if key != "v"}))
    except ValidationError as error:
        raise _malformed(".".join(map(str, error.errors()[0]["loc"]))) from None


def _malformed(field: str) -> InvalidInput:
    return InvalidInput("manuscript_malformed", N_("The field “{field}” in the print file is not valid."), field=field)
