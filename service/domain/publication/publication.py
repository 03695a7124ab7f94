"""The seal (text, signatories, reservations, outcome of a passed round, with digest) and what is made public of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.round import Round, roll_json
from service.domain.text.structure.numbering import AUTOMATIC, NUMBERING_RULES
from service.domain.trust.canonical_json import digest

SEAL_DOMAIN = "mithaq.seal.v1"


@dataclass(frozen=True, slots=True)
class Seal:
    """`content` is the object whose canonical JSON was sealed; `sealed_at` in microseconds UTC."""

    id: str
    document: str
    round: str
    version: str
    content: Mapping[str, Any]
    seal_sha256: str
    sealed_at: int


@dataclass(frozen=True, slots=True)
class Translation:
    """A text in a language that the sealed version has none in, added after the seal, which does not cover it. `number`
    counts from 1 within its seal and language: a later one corrects the earlier, and none is ever changed."""

    seal: str
    lang: str
    number: int
    title: str
    text: str
    text_sha256: str
    added_by: str
    added_at: int


@dataclass(frozen=True, slots=True)
class PublicationRevision:
    """What a publication said from one moment on: its seal, the later events it shows, its files by digest."""

    number: int
    seal: str
    content: Mapping[str, Any]
    published_by: str
    published_at: int


@dataclass(frozen=True, slots=True)
class Publication:
    id: str
    document: str
    state: str
    published_at: int
    note: str
    revisions: tuple[PublicationRevision, ...]


def seal_content(
    *,
    document: Document,
    version: Version,
    round_: Round,
    outcome: Mapping[str, object],
    endorsements: Sequence[Endorsement],
    letterhead: Mapping[str, object],
    sealed_at: int,
) -> dict[str, object]:
    """Everything a seal says. `endorsements` are the live ones in order of casting; `letterhead` is the coalition as it
    stood. Only strings, whole numbers, truth values, lists and objects: it is canonical JSON."""
    names = {entry.organisation: dict(entry.names) for entry in round_.roll}
    return {
        "v": 1,
        "document": {
            "id": document.id,
            "kind": document.kind,
            "issued_by": document.issued_by,
            "authentic": sorted(document.authentic),
            "front": dict(document.front),
        },
        "version": {
            "id": version.id,
            "number": version.number,
            "version_sha256": version.version_sha256,
            **({"numbering": NUMBERING_RULES} if version.numbering == AUTOMATIC else {}),
            "editions": {
                lang: {"title": edition.title, "text_sha256": edition.text_sha256}
                for lang, edition in version.editions.items()
            },
        },
        "round": {
            "id": round_.id,
            "rule": dict(round_.rule),
            "rule_sha256": round_.rule_sha256,
            "roll": roll_json(round_.roll),
            "roll_sha256": round_.roll_sha256,
            "opened_at": round_.opened_at,
            "closes_at": round_.closes_at,
            "closed_at": sealed_at,
        },
        "outcome": dict(outcome),
        "endorsements": [
            {
                "organisation": endorsement.organisation,
                "names": names[endorsement.organisation],
                "position": endorsement.position,
                "reservation": dict(endorsement.reservation),
                "statement_sha256": endorsement.statement_sha256,
                "assurance": endorsement.assurance,
                "cast_at": endorsement.cast_at,
            }
            for endorsement in endorsements
        ],
        "letterhead": dict(letterhead),
        "sealed_at": sealed_at,
    }


def seal_sha256(content: Mapping[str, object]) -> str:
    """The digest of a seal (DESIGN §3.1)."""
    return digest(SEAL_DOMAIN, content)
