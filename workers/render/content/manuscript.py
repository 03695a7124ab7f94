"""The manuscript: the complete input of a renderer, one text in one language, as JSON.

templates/README.md explains each field to authors of templates. An empty field prints nothing.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from service.domain.errors import N_, InvalidInput
from service.domain.text.markup.tree import Direction
from service.domain.trust import canonical_json

VERSION = 1
"""Version of the JSON format."""

Digits = Literal["arab", "latn"]
Kind = Literal["statement", "letter", "position", "constitution"]
Position = Literal["endorse", "endorse_with_reservation", "abstain", "decline"]
Mark = Literal["confirmed_by_one", "address_not_proved", "recent", "mail"]

_STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, slots=True)
class PressContact:
    """The contact for the press."""

    __pydantic_config__ = _STRICT
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Coalition:
    """The coalition of the letterhead.

    `logo` is the SHA-256 of the printed image, in hexadecimal, or empty.
    """

    __pydantic_config__ = _STRICT
    name: str = ""
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """The number and the digest of the version."""

    __pydantic_config__ = _STRICT
    number: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal. `sealed_at`, in microseconds UTC, is also the time in the file's metadata."""

    __pydantic_config__ = _STRICT
    sha256: str
    sealed_at: int


@dataclass(frozen=True, slots=True)
class DraftMark:
    """What marks a file as one of a draft: the number of the version, None for the text that is still written.

    `organisation` and `day`, an ISO date, say for whom and when the file was made.
    """

    __pydantic_config__ = _STRICT
    version: int | None
    organisation: str
    day: str


@dataclass(frozen=True, slots=True)
class Signatory:
    """The response of one organisation.

    `reservation` is the number of its reservation, if any; `marks` say what is special about the mandate and the proof
    of the person who signed, as in the seal.
    """

    __pydantic_config__ = _STRICT
    name: str
    position: Position
    reservation: int | None = None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Reservation:
    """One reservation. `text` is Mithaq markup, printed verbatim."""

    __pydantic_config__ = _STRICT
    number: int
    organisation: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of the round, in numbers of organisations.

    `endorsed` of `members`, of whom `reserved` with a reservation; `rule` is one sentence or empty; `decided_on` an ISO
    date or empty. `abstained`, `declined` and `silent` count the organisations that are not among the signatories.
    """

    __pydantic_config__ = _STRICT
    members: int
    endorsed: int
    reserved: int
    rule: str = ""
    decided_on: str = ""
    abstained: int = 0
    declined: int = 0
    silent: int = 0


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The text and everything printed with it.

    `text` is canonical Mithaq markup (DESIGN §4.4) without the title; `date` is an ISO date. `authentic` lists the
    languages of the authoritative texts; a file in another language says that it is a translation; `followed_on` is the
    ISO date of a translation added after the seal, which does not cover it; `wording` that of the round. `reference` is
    the symbol or number of the document; with `numbered_paragraphs` the paragraphs of the text are numbered in print. A
    `proof` is not approved by anyone: every page says so. With `line_numbers` a PDF has the numbers of the lines of the
    text in its margin, and Word numbers its own.
    """

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
    wording: int = 1
    reference: str = ""
    numbered_paragraphs: bool = False
    draft: DraftMark | None = None
    proof: bool = False
    line_numbers: bool = False


_ADAPTER = TypeAdapter(Manuscript)
_NEWER_FIELDS = {
    "wording": 1,
    "reference": "",
    "numbered_paragraphs": False,
    "draft": None,
    "proof": False,
    "line_numbers": False,
}
_NEWER_COUNTS = ("abstained", "declined", "silent")


def to_json(manuscript: Manuscript) -> dict[str, object]:
    """Return the manuscript as a JSON value, with `"v": 1`.

    Fields newer than release 0.1 are left out at their defaults, so that its manuscripts keep their artefact keys.
    """
    encoded = {"v": VERSION, **asdict(manuscript)}
    for name, default in _NEWER_FIELDS.items():
        if encoded[name] == default:
            del encoded[name]
    encoded["signatories"] = [_without_empty(one, "marks") for one in encoded["signatories"]]
    if encoded["outcome"] is not None:
        encoded["outcome"] = _without_empty(encoded["outcome"], *_NEWER_COUNTS)
    return encoded


def _without_empty(encoded: Mapping[str, object], *names: str) -> dict[str, object]:
    return {name: value for name, value in encoded.items() if value or name not in names}


def encode(manuscript: Manuscript) -> bytes:
    """Return the manuscript as canonical JSON: equal manuscripts give equal bytes."""
    return canonical_json.encode(to_json(manuscript))


def from_json(value: Mapping[str, object] | bytes) -> Manuscript:
    """Parse the value of `to_json` or the bytes of `encode`.

    Raises InvalidInput `manuscript_malformed` with the first invalid field.
    """
    data = canonical_json.decode(value) if isinstance(value, bytes) else value
    if not isinstance(data, Mapping) or data.get("v") != VERSION:
        raise _malformed("v")
    try:
        return _ADAPTER.validate_json(canonical_json.encode({key: data[key] for key in data if key != "v"}))
    except ValidationError as error:
        raise _malformed(".".join(map(str, error.errors()[0]["loc"]))) from None


def _malformed(name: str) -> InvalidInput:
    return InvalidInput("manuscript_malformed", N_("The field “{name}” in the print file is not valid."), name=name)
