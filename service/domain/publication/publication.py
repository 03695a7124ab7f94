"""Seals (text, signatories, reservations and outcome of a passed round, with digest) and their publication."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.round import Round, roll_json
from service.domain.text.structure.numbering import AUTOMATIC, NUMBERING_RULES
from service.domain.trust.canonical_json import digest

SEAL_DOMAINS = {1: "mithaq.seal.v1", 2: "mithaq.seal.v2"}
"""Format → domain of the digest."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal: `content` is the object whose canonical JSON was digested; `sealed_at` in µs UTC."""

    id: str
    document: str
    round: str
    version: str
    content: Mapping[str, Any]
    seal_sha256: str
    sealed_at: int


@dataclass(frozen=True, slots=True)
class Translation:
    """A translation added after the seal, which does not cover it, in a language the sealed version does not have.

    `number` counts from 1 within seal and language; a later one corrects an earlier one, and none is ever changed.
    """

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
    """An immutable revision of a publication: its seal, the later events it shows, its files by digest."""

    number: int
    seal: str
    content: Mapping[str, Any]
    published_by: str
    published_at: int


@dataclass(frozen=True, slots=True)
class Publication:
    """The published form of a document, `state` public or withdrawn (with `note`); `published_at` in µs UTC."""

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
    """Return the content of a seal of format 1, restricted to the types of canonical JSON.

    `endorsements` are the current ones in the order they were cast; `letterhead` describes the coalition at that time.
    """
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
    """Return the digest of a seal (DESIGN §3.1), in the domain of its own format."""
    return digest(SEAL_DOMAINS[2 if content.get("v") == 2 else 1], content)
