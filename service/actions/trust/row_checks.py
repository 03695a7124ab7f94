"""Checks of single rows against digests: texts, rounds, signed statements, seals, publications.

Rows are as stored, perhaps altered by hand: whatever cannot be read differs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.domain.documents.version import EditionText, version_sha256
from service.domain.endorsement.dispute import Dispute, dispute_sha256
from service.domain.endorsement.endorsement import reservation_text
from service.domain.endorsement.round import RollEntry, roll_sha256
from service.domain.endorsement.rules import rule_from_json, rule_sha256
from service.domain.endorsement.terms import round_sha256, terms_from_json
from service.domain.errors import DomainError
from service.domain.membership.people import Mandate, mandate_sha256
from service.domain.publication.seal_v2 import position_commitment
from service.domain.text.markup.canonical import text_sha256
from service.domain.trust import canonical_json
from service.domain.trust.expected_rows import ExpectedRow
from service.domain.trust.statement import (
    WITHDRAW,
    Statement,
    parse_statement,
    person_commitment,
    reservation_sha256,
    sentence_sha256,
    statement_sha256,
)

Row = Mapping[str, Any]

UNREADABLE_ERRORS = (DomainError, ValueError, TypeError, KeyError, AttributeError, LookupError)
"""What reading a row that was altered by hand may raise."""


@dataclass(slots=True)
class CheckedRows:
    """Digests of rows that other rows refer to, by id."""

    editions: Callable[[str], Sequence[Row]]
    openings: Callable[[str], Sequence[Row]]
    versions: dict[str, str] = field(default_factory=dict)
    rounds: dict[str, Row] = field(default_factory=dict)
    mandates: dict[str, str] = field(default_factory=dict)
    confirmations: dict[str, list[str]] = field(default_factory=dict)
    artefact_keys: dict[str, str] = field(default_factory=dict)
    seals: dict[str, str] = field(default_factory=dict)


def check_version(row: Row, _: ExpectedRow, known: CheckedRows) -> list[str]:
    """Compute the digest of a version again from its titles and texts."""
    known.versions[row["id"]] = row["version_sha256"]
    editions = {
        one["lang"]: EditionText(one["title"], one["text"], one["text_sha256"], one["epoch"], one["draft_seq"])
        for one in known.editions(row["id"])
    }
    if any(text_sha256(one.text) != one.text_sha256 for one in editions.values()):
        return ["text"]
    computed = version_sha256(
        document=row["document"],
        number=row["number"],
        parent=row["parent_sha256"],
        kind=row["kind"],
        issued_by=row["issued_by"],
        authentic=tuple(row["authentic"]),
        editions=editions,
        numbering=row["numbering"],
    )
    return [] if computed == row["version_sha256"] else ["text"]


def check_round(row: Row, expected: ExpectedRow, known: CheckedRows) -> list[str]:
    """Compute the digests of rule, roll and terms again."""
    known.rounds[row["id"]] = row
    problems = []
    roll = [RollEntry(one["organisation"], one["names"]) for one in row["roll"]["entries"]]
    version = known.versions.get(row["version"])
    if (rule_sha256(rule_from_json(row["rule"])), roll_sha256(roll)) != (row["rule_sha256"], row["roll_sha256"]):
        problems.append("rule")
    if version != expected.facts.get("version_sha256", version):
        problems.append("text")
    if row["terms"] is not None:
        digests = {"rule_sha256": row["rule_sha256"], "roll_sha256": row["roll_sha256"]}
        computed = round_sha256(terms_from_json(row["terms"]), version_sha256=version or "", **digests)
        problems += [] if computed == row["round_sha256"] and _keeps_terms(row) else ["terms"]
    return problems


def _keeps_terms(row: Row) -> bool:
    """Return whether the columns of a round that repeat its terms are as these say."""
    terms = row["terms"]
    closes_early = terms["close_after_all_us"] is not None
    return (row["format"], row["wording"], bool(row["close_when_all_answered"])) == (
        terms["format"], terms["wording"], closes_early,
    )  # fmt: skip


def check_mandate(row: Row, _: ExpectedRow, known: CheckedRows) -> list[str]:
    """Remember the digest of a mandate, by which statements name it."""
    named = {name: row[name] for name in Mandate.__dataclass_fields__ if name in row}
    known.mandates[row["id"]] = mandate_sha256(
        Mandate(**{**named, "confirmations": tuple(known.confirmations.get(row["id"], ()))})
    )
    return []


def check_endorsement(row: Row, expected: ExpectedRow, known: CheckedRows) -> list[str]:
    """Compare an answer with its exact signed bytes, and these with the round and the mandate they name."""
    if statement_sha256(row["statement"]) != row["statement_sha256"]:
        return ["statement"]
    statement = parse_statement(row["statement"])
    salt = bytes.fromhex(row["salt"])
    holds = {
        "statement": _names_round(statement, row, known),
        "position": (statement.choice, statement.assurance) == (row["position"], row["assurance"]),
        "reservation": statement.reservation_sha256 == _reservation_sha256(row["reservation"]),
        "signer": (statement.organisation_id, statement.signatory_commitment)
        == (row["organisation"], person_commitment(row["person"], salt=salt)),
        "sentence": statement.shown_sha256 == sentence_sha256(row["sentence"]),
        "mandate": statement.mandate_sha256 == known.mandates.get(row["mandate"]),
        "withdrawal": row["state"] != "withdrawn" or _is_withdrawn_as_recorded(row, expected),
    }
    return [problem for problem, right in holds.items() if not right]


def _names_round(statement: Statement, row: Row, known: CheckedRows) -> bool:
    round_ = known.rounds.get(row["round"])
    if round_ is None:
        return False
    named = (statement.round_id, statement.rule_sha256, statement.roll_sha256, statement.opens_seq)
    stored = (round_["id"], round_["rule_sha256"], round_["roll_sha256"], round_["opens_seq"])
    terms = getattr(statement, "round_sha256", None)
    return (
        named == stored
        and statement.version_sha256 == known.versions.get(round_["version"])
        and terms in (None, round_["round_sha256"])
    )


def _reservation_sha256(texts: Mapping[str, str]) -> str | None:
    return reservation_sha256(reservation_text(texts)) if texts else None


def _is_withdrawn_as_recorded(row: Row, expected: ExpectedRow) -> bool:
    data, by = row["ended_statement"], expected.facts.get("withdrawn_by", "")
    statement = parse_statement(data)
    commitment = person_commitment(by, salt=bytes.fromhex(row["ended_salt"]))
    return (statement.type, statement.replaces, statement.signatory_commitment, statement_sha256(data)) == (
        WITHDRAW, row["statement_sha256"], commitment, expected.facts.get("withdrawal_sha256"),
    )  # fmt: skip


def check_seal(row: Row, _: ExpectedRow, known: CheckedRows) -> list[str]:
    """Compute the digest of a seal and its commitments again, and compare its row with what it says."""
    known.seals[row["id"]] = row["seal_sha256"]
    content: Any = canonical_json.decode(row["content"])
    computed = canonical_json.digest_bytes(f"mithaq.seal.v{content['v']}", row["content"])
    named = (content["document"]["id"], content["version"]["id"], content["round"]["id"])
    right = computed == row["seal_sha256"] and named == (row["document"], row["version"], row["round"])
    return [] if right and _opens_commitments(content, known.openings(row["id"])) else ["seal"]


def _opens_commitments(content: Mapping[str, Any], openings: Sequence[Row]) -> bool:
    """Return whether these openings are those of the commitments of a seal, one each."""
    computed = [position_commitment(one["organisation"], one["position"], salt=one["salt"]) for one in openings]
    return computed == [one["commitment"] for one in openings] and sorted(computed) == content.get("commitments", [])


def check_revision(row: Row, expected: ExpectedRow, known: CheckedRows) -> list[str]:
    """Check that a revision publishes the seal that its entry names."""
    content: Any = canonical_json.decode(row["content"])
    named = {content["seal_sha256"], expected.facts.get("seal_sha256"), known.seals.get(row["seal"])}
    return [] if len(named) == 1 else ["revision"]


def check_translation(row: Row, _: ExpectedRow, __: CheckedRows) -> list[str]:
    """Compute the digest of a translation's text again."""
    return [] if text_sha256(row["text"]) == row["text_sha256"] else ["translation"]


def check_confirmation(row: Row, _: ExpectedRow, known: CheckedRows) -> list[str]:
    """Count a confirmation for the digest of its mandate."""
    known.confirmations.setdefault(row["mandate"], []).append(row["person"])
    return []


def check_artefact(row: Row, _: ExpectedRow, known: CheckedRows) -> list[str]:
    """Remember the key of a file."""
    known.artefact_keys[row["id"]] = row["key"]
    return []


def check_export(row: Row, expected: ExpectedRow, known: CheckedRows) -> list[str]:
    """Check that an export has the file that its entry names."""
    key = expected.facts.get("artefact_key")
    return [] if key is None or known.artefact_keys.get(row["artefact"]) == key else ["column"]


def check_dispute(row: Row, expected: ExpectedRow, _: CheckedRows) -> list[str]:
    """Compute the digest of a dispute again from its words."""
    stored = Dispute(**{name: row[name] for name in Dispute.__dataclass_fields__})
    return [] if dispute_sha256(stored) == expected.facts.get("dispute_sha256") else ["dispute"]


RowCheck = Callable[[Row, ExpectedRow, CheckedRows], list[str]]

ROW_CHECKS: Mapping[str, RowCheck] = {
    "mandate_confirmation": check_confirmation,
    "mandate": check_mandate,
    "version": check_version,
    "round": check_round,
    "endorsement": check_endorsement,
    "artefact": check_artefact,
    "export": check_export,
    "dispute": check_dispute,
    "seal": check_seal,
    "translation": check_translation,
    "publication_revision": check_revision,
}
"""Table → check of a row beyond its columns; returns the kinds of differences. In an order in which each finds what it
refers to."""

UNREADABLE_KIND = {
    "version": "text",
    "round": "rule",
    "endorsement": "statement",
    "dispute": "dispute",
    "seal": "seal",
    "publication_revision": "revision",
    "translation": "translation",
    "mandate": "mandate",
}
"""Table → kind of difference of a row that cannot be read."""
