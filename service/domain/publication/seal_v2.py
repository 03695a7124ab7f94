"""Seals of format 2: everything printed comes from the terms of the round, and who is not named is committed to.

An organisation that the round does not name in public (terms.py) stands in the seal as a salted commitment to its
position. Its opening goes to that organisation, the secretariat and auditors. The commitments are sorted, so that their
order says nothing. Such a seal also omits the roll, its digest and the salt of the terms: with any of them, the roll,
and so who did not endorse, could be guessed and confirmed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.documents.version import Version
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.naming import SILENT, is_named_in_public
from service.domain.endorsement.round import Round, roll_json
from service.domain.endorsement.terms import NAMED, RoundTerms
from service.domain.text.structure.numbering import AUTOMATIC, NUMBERING_RULES
from service.domain.trust.canonical_json import digest_bytes, encode

POSITION_DOMAIN = "mithaq.position.v1"
SALT_BYTES = 32

_GROUPS = {
    "endorsed": "endorse",
    "reserved": "endorse_with_reservation",
    "abstained": "abstain",
    "declined": "decline",
    "silent": SILENT,
}
"""Group of an outcome → position of its organisations."""


@dataclass(frozen=True, slots=True)
class SealOpening:
    """The opening of a commitment: the organisation and its position, under `salt`."""

    commitment: str
    organisation: str
    position: str
    salt: bytes


def position_commitment(organisation: str, position: str, *, salt: bytes) -> str:
    """Return the salted commitment (32 bytes of salt) to the position of an organisation."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return digest_bytes(POSITION_DOMAIN, salt + encode({"organisation": organisation, "position": position}))


def commit_to_unnamed(round_: Round, outcome: Mapping[str, Any], *, salts: Mapping[str, bytes]) -> list[SealOpening]:
    """Return the openings of the organisations that are not named, in the order of their commitments.

    `outcome` is that of the round, as JSON; `salts` has 32 random bytes for each organisation on the roll.
    """
    openings = [
        SealOpening(
            position_commitment(organisation, position, salt=salts[organisation]),
            organisation,
            position,
            salts[organisation],
        )
        for organisation, position in _positions(outcome).items()
        if not is_named_in_public(round_.terms, position=position)
    ]
    return sorted(openings, key=lambda one: one.commitment)


def seal_content_v2(
    *,
    version: Version,
    round_: Round,
    terms: RoundTerms,
    outcome: Mapping[str, Any],
    endorsements: Sequence[Endorsement],
    commitments: Sequence[str],
    sealed_at: int,
    events: Sequence[Mapping[str, object]] = (),
) -> dict[str, object]:
    """Return the content of a seal of format 2, restricted to the types of canonical JSON.

    `endorsements` are the current ones in the order they were cast; of these the seal names the ones that count in the
    `outcome` and may be named. `events` are what happened to answers that are named (disputes and their settlement).
    """
    names_all = terms.named_in_public == NAMED
    positions = _positions(outcome)
    names = {entry.organisation: dict(entry.names) for entry in round_.roll}
    return {
        "v": 2,
        "document": {
            "id": version.document,
            "kind": version.kind,
            "issued_by": version.issued_by,
            "authentic": sorted(version.authentic),
        },
        "version": _version_json(version),
        "round": {
            "id": round_.id,
            "rule": dict(round_.rule),
            "rule_sha256": round_.rule_sha256,
            "round_sha256": round_.round_sha256,
            **({"roll": roll_json(round_.roll), "roll_sha256": round_.roll_sha256} if names_all else {}),
            "opened_at": round_.opened_at,
            "closed_at": sealed_at,
        },
        "terms": {name: value for name, value in terms.to_json().items() if names_all or name != "salt"},
        "outcome": _outcome_json(outcome, members=len(round_.roll)),
        "endorsements": [
            _endorsement_json(one, names[one.organisation])
            for one in endorsements
            if positions.get(one.organisation) == one.position and is_named_in_public(terms, position=one.position)
        ],
        "commitments": sorted(commitments),
        "events": [dict(event) for event in events],
        "sealed_at": sealed_at,
    }


def unopened_commitments(content: Mapping[str, Any], openings: Iterable[SealOpening]) -> list[str]:
    """Return the commitments of a seal that none of these openings opens."""
    opened = {position_commitment(one.organisation, one.position, salt=one.salt) for one in openings}
    return [commitment for commitment in content.get("commitments", ()) if commitment not in opened]


def _version_json(version: Version) -> dict[str, object]:
    return {
        "id": version.id,
        "number": version.number,
        "version_sha256": version.version_sha256,
        **({"numbering": NUMBERING_RULES} if version.numbering == AUTOMATIC else {}),
        "editions": {
            lang: {"title": edition.title, "text_sha256": edition.text_sha256}
            for lang, edition in version.editions.items()
        },
    }


def _endorsement_json(endorsement: Endorsement, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "organisation": endorsement.organisation,
        "names": dict(names),
        "position": endorsement.position,
        "reservation": dict(endorsement.reservation),
        "statement_sha256": endorsement.statement_sha256,
        "assurance": endorsement.assurance,
        "proof": endorsement.proof,
        "marks": list(endorsement.marks),
        "cast_at": endorsement.cast_at,
    }


def _outcome_json(outcome: Mapping[str, Any], *, members: int) -> dict[str, object]:
    """Return an outcome in numbers of organisations."""
    numbers = ("have", "needed", "base")
    return {
        "v": 2,
        "passes": outcome["passes"],
        "members": members,
        **{group: len(outcome[group]) for group in _GROUPS},
        **{name: outcome[name] for name in numbers},
        "reasons": [
            {name: reason[name] for name in ("code", "met", *numbers) if name in reason}
            for reason in outcome["reasons"]
        ],
    }


def _positions(outcome: Mapping[str, Any]) -> dict[str, str]:
    return {organisation: position for group, position in _GROUPS.items() for organisation in outcome[group]}
