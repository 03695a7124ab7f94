"""The manuscript of a seal in one language, built from the sealed content only: the same seal gives the same one."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.documents.version import EditionText
from service.domain.endorsement.endorsement import MAIL
from service.domain.endorsement.rule_words import explain_rule
from service.domain.endorsement.rules import ENDORSE_WITH_RESERVATION, rule_from_json
from service.domain.membership.mandates import MARK_LABELS
from service.domain.publication.publication import Translation
from service.domain.publication.sealed_facts import SealedFacts, read_seal
from service.domain.text.structure.numbering import NUMBERING_RULES, NumberingScheme, number_text
from service.domain.text.structure.provisions import Digits
from service.i18n import get_language
from workers.render.content.manuscript import (
    Coalition,
    Manuscript,
    Outcome,
    PressContact,
    Reservation,
    Seal,
    Signatory,
    Version,
)


def from_seal(
    content: Mapping[str, Any],
    *,
    seal_sha256: str,
    edition: EditionText | Translation,
    lang: str,
    proof: bool = False,
) -> Manuscript:
    """Build the manuscript of a seal in `lang`.

    `content` is the sealed object; `edition` is the version's text in `lang`, whose digest is sealed, or a translation
    added after the seal. A `proof` is marked as one: nobody has endorsed it.
    """
    facts = read_seal(content)
    document, letterhead, front = facts.document, facts.letterhead, facts.front
    answers = [_localised_answer(one, lang) for one in facts.endorsements]
    press = letterhead["press"]
    digits: Digits = "arab" if (letterhead["digits"].get(lang) or get_language(lang).digits) == "arab" else "latn"
    numbering = (
        NumberingScheme(lang, document["kind"], digits)
        if content["version"].get("numbering") == NUMBERING_RULES
        else None
    )
    return Manuscript(
        lang=lang,
        dir="rtl" if get_language(lang).direction == "rtl" else "ltr",
        digits=digits,
        kind=document["kind"],
        title=edition.title,
        text=number_text(edition.text, numbering, max_work=None),
        place=_in_language(front.get("place", {}), lang) or _in_language(letterhead["place"], lang),
        date=facts.date or _iso_date(content["sealed_at"], letterhead["zone"]),
        addressees=tuple(front.get("addressees", {}).get(lang, ())),
        about=letterhead["about"].get(lang, ""),
        press=PressContact(_in_language(press["name"], lang), press["email"], press["phone"]),
        coalition=Coalition(_in_available_language(letterhead["names"], lang), letterhead["logo_sha256"] or ""),
        issued_by=document["issued_by"],
        authentic=tuple(document["authentic"]),
        followed_on=_iso_date(edition.added_at, letterhead["zone"]) if isinstance(edition, Translation) else "",
        version=Version(content["version"]["number"], content["version"]["version_sha256"]),
        seal=Seal(seal_sha256, content["sealed_at"]),
        signatories=_signatories(answers),
        reservations=_reservations(answers),
        outcome=_outcome(facts, lang=lang),
        sample=letterhead["sample"],
        wording=facts.wording,
        reference=front.get("reference", ""),
        numbered_paragraphs=front.get("numbered_paragraphs", False),
        proof=proof,
    )


class _LocalisedAnswer:
    """The response of one organisation in one language."""

    def __init__(self, name: str, position: str, reservation: str, marks: Sequence[str]) -> None:
        self.name, self.position, self.reservation, self.marks = name, position, reservation, tuple(marks)


def _localised_answer(endorsement: Mapping[str, Any], lang: str) -> _LocalisedAnswer:
    return _LocalisedAnswer(
        _in_available_language(endorsement["names"], lang),
        endorsement["position"],
        _in_available_language(endorsement["reservation"], lang),
        _marks(endorsement),
    )


def _marks(endorsement: Mapping[str, Any]) -> list[str]:
    """Return what is to be said of the mandate and the proof of the person; seals of format 1 have neither."""
    by_mail = [MAIL] if endorsement.get("proof") == MAIL else []
    return [*(mark for mark in endorsement.get("marks", ()) if mark in MARK_LABELS), *by_mail]


def _signatories(answers: Sequence[_LocalisedAnswer]) -> tuple[Signatory, ...]:
    """List the responses in the order they were cast, with reservations numbered from 1, equally in every language."""
    signatories, number = [], 0
    for answer in answers:
        reserved = answer.position == ENDORSE_WITH_RESERVATION
        number += reserved
        signatories.append(
            Signatory(answer.name, answer.position, number if reserved else None, answer.marks)  # type: ignore[arg-type]
        )
    return tuple(signatories)


def _reservations(answers: Sequence[_LocalisedAnswer]) -> tuple[Reservation, ...]:
    reserved = [one for one in answers if one.position == ENDORSE_WITH_RESERVATION]
    return tuple(Reservation(number, one.name, one.reservation) for number, one in enumerate(reserved, 1))


def _outcome(facts: SealedFacts, *, lang: str) -> Outcome:
    names = {organisation: _in_available_language(names, lang) for organisation, names in facts.names.items()}
    rule = rule_from_json(facts.round["rule"])
    return Outcome(
        members=facts.members,
        endorsed=facts.endorsed,
        reserved=facts.reserved,
        rule=explain_rule(rule, lang=lang, names=names, wording=facts.wording),
        decided_on=_iso_date(facts.round["closed_at"], facts.letterhead["zone"]),
        abstained=facts.abstained,
        declined=facts.declined,
        silent=facts.silent,
    )


def _in_language(texts: Mapping[str, str], lang: str) -> str:
    return texts.get(lang, "")


def _in_available_language(texts: Mapping[str, str], lang: str) -> str:
    """Return the text in `lang`, else in the first available language: a name or reservation is never left out."""
    return texts.get(lang) or next(iter(texts.values()), "")


def _iso_date(at: int, zone: str) -> str:
    """Return the ISO date of a moment (microseconds UTC) in the coalition's time zone."""
    return dt.datetime.fromtimestamp(at // 1_000_000, dt.UTC).astimezone(ZoneInfo(zone)).date().isoformat()
