"""The content of a proof: what a seal of the version would contain, with the whole roll and the longest reservations.

Everybody on the roll endorses, and the first organisations have reservations that fill more than a page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.documents.version import Version
from service.domain.endorsement.endorsement import MAX_RESERVATION_LENGTH, Endorsement
from service.domain.endorsement.round import OPEN, RollEntry, Round, roll_json, roll_sha256
from service.domain.endorsement.rules import ENDORSE, ENDORSE_WITH_RESERVATION, default_rule, rule_sha256, rule_to_json
from service.domain.endorsement.terms import APPROVAL, FORMAT, NAMED, PASSWORD_OR_MORE, WORDING, RoundTerms
from service.domain.membership.people import Names
from service.domain.publication.seal_v2 import seal_content_v2
from service.domain.trust.canonical_json import digest

PROOF_DOMAIN = "mithaq.proof.v1"

SENTENCES = {
    "ar": "نؤيّد هذا النصّ، ونتحفّظ على المادة ١٤-ب (الفقرة ٣) لأنها لا تذكر «المفقودين» ولا القرار 2254 (2015). ",
    "en": "We endorse this text but reserve our position on article 14-B (paragraph 3), which names no “date”. ",
}
"""Language → the sentence of which the longest reservations are made."""


@dataclass(frozen=True, slots=True)
class ProofSubject:
    """Everything that a proof depends on besides the engines.

    `front` and `letterhead` as in the terms of a round; `roll` are the member organisations.
    """

    version: Version
    front: Mapping[str, Any]
    letterhead: Mapping[str, Any]
    roll: tuple[RollEntry, ...]


def proof_sha256(subject: ProofSubject) -> str:
    """Return the digest of what is sealed beyond dates, rule and answers, which are known only later."""
    content = {
        "version_sha256": subject.version.version_sha256,
        "front": dict(subject.front),
        "letterhead": dict(subject.letterhead),
        "roll": roll_json(subject.roll),
    }
    return digest(PROOF_DOMAIN, content)


def proof_content(subject: ProofSubject, *, at: int) -> dict[str, object]:
    """Return the content of a seal of this version, as if it were sealed at `at` (µs UTC)."""
    terms, round_ = _terms(subject, at=at), _round(subject, at=at)
    endorsements = [_endorsement(subject, index, at=at) for index in range(len(subject.roll))]
    return seal_content_v2(
        version=subject.version,
        round_=round_,
        terms=terms,
        outcome=_outcome(endorsements),
        endorsements=endorsements,
        commitments=(),
        sealed_at=at,
    )


def longest_reservation(lang: str) -> str:
    """Return a reservation of the greatest length in a language."""
    sentence = SENTENCES.get(lang, SENTENCES["en"])
    return (sentence * (MAX_RESERVATION_LENGTH // len(sentence))).strip()


def _terms(subject: ProofSubject, *, at: int) -> RoundTerms:
    return RoundTerms(
        front=subject.front,
        letterhead=subject.letterhead,
        date=APPROVAL,
        closes_at=at,
        close_after_all_us=None,
        visible_while_open="all",
        named_in_public=NAMED,
        proof=PASSWORD_OR_MORE,
        confirmations=2,
        endings_needed=1,
        format=FORMAT,
        wording=WORDING,
        salt="",
    )


def _round(subject: ProofSubject, *, at: int) -> Round:
    version = subject.version
    rule = default_rule(version.kind)
    return Round(
        id="",
        document=version.document,
        version=version.id,
        rule=rule_to_json(rule),
        rule_sha256=rule_sha256(rule),
        roll=subject.roll,
        roll_sha256=roll_sha256(subject.roll),
        state=OPEN,
        close_when_all_answered=False,
        opened_by="",
        opened_at=at,
        opens_seq=0,
        closes_at=at,
        closed_at=None,
        outcome=None,
    )


def _endorsement(subject: ProofSubject, index: int, *, at: int) -> Endorsement:
    reservation = _reservation(index, tuple(subject.version.editions))
    return Endorsement(
        id="",
        seq=index,
        round="",
        organisation=subject.roll[index].organisation,
        person="",
        mandate="",
        position=ENDORSE_WITH_RESERVATION if reservation else ENDORSE,
        reservation=reservation,
        state="cast",
        statement=b"",
        statement_sha256="",
        sentence="",
        assurance="",
        cast_at=at,
        ended_at=None,
        ended_statement=None,
    )


def _reservation(index: int, langs: Sequence[str]) -> Names:
    """Return the reservation of an organisation: in all languages of the first, in one of each that follows.

    A reservation in one language is printed in the files of all others too.
    """
    if index > len(langs):
        return {}
    return {lang: longest_reservation(lang) for lang in (langs if index == 0 else [langs[index - 1]])}


def _outcome(endorsements: Sequence[Endorsement]) -> dict[str, Any]:
    of = {
        group: [one.organisation for one in endorsements if one.position == position]
        for group, position in (("endorsed", ENDORSE), ("reserved", ENDORSE_WITH_RESERVATION))
    }
    count = len(endorsements)
    numbers = {"have": count, "needed": count, "base": count}
    return {"passes": True, **of, "abstained": [], "declined": [], "silent": [], **numbers, "reasons": []}
