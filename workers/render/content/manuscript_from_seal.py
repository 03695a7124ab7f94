"""The manuscript of a seal in one language: from what was sealed and nothing else; the same seal gives the same one."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.documents.version import EditionText
from service.domain.endorsement.rule_words import explain
from service.domain.endorsement.rules import ABSTAIN, DECLINE, ENDORSE, ENDORSE_WITH_RESERVATION, rule_from_json
from service.domain.publication.publication import Translation
from service.domain.text.structure.numbering import RULES, Scheme, numbered
from service.domain.text.structure.provisions import Digits
from service.i18n import language
from workers.render.content.manuscript import (
    Coalition,
    Manuscript,
    Outcome,
    Press,
    Reservation,
    Seal,
    Signatory,
    Version,
)


def from_seal(
    content: Mapping[str, Any], *, seal_sha256: str, edition: EditionText | Translation, lang: str
) -> Manuscript:
    """`content` is the sealed object, `edition` the version's text in `lang`, whose digest the seal names, or a
    translation that followed."""
    document, head, round_ = content["document"], content["letterhead"], content["round"]
    answers = [_answer(one, lang) for one in content["endorsements"]]
    front = document["front"]
    press = head["press"]
    digits: Digits = "arab" if (head["digits"].get(lang) or language(lang).digits) == "arab" else "latn"
    by = Scheme(lang, document["kind"], digits) if content["version"].get("numbering") == RULES else None
    return Manuscript(
        lang=lang,
        dir="rtl" if language(lang).direction == "rtl" else "ltr",
        digits=digits,
        kind=document["kind"],
        title=edition.title,
        text=numbered(edition.text, by),
        place=_in(front.get("place", {}), lang) or _in(head["place"], lang),
        date=_day(content["sealed_at"], head["zone"]),
        addressees=tuple(front.get("addressees", {}).get(lang, ())),
        about=head["about"].get(lang, ""),
        press=Press(_in(press["name"], lang), press["email"], press["phone"]),
        coalition=Coalition(_name(head["names"], lang), head["logo_sha256"] or ""),
        issued_by=document["issued_by"],
        authentic=tuple(document["authentic"]),
        followed_on=_day(edition.added_at, head["zone"]) if isinstance(edition, Translation) else "",
        version=Version(content["version"]["number"], content["version"]["version_sha256"]),
        seal=Seal(seal_sha256, content["sealed_at"]),
        signatories=_numbered(answers),
        reservations=_reservations(answers),
        outcome=_outcome(answers, round_, lang=lang, decided_on=_day(round_["closed_at"], head["zone"])),
        sample=head["sample"],
    )


class _Answer:
    """One organisation's answer in the words of one language."""

    def __init__(self, name: str, position: str, reservation: str) -> None:
        self.name, self.position, self.reservation = name, position, reservation


def _answer(one: Mapping[str, Any], lang: str) -> _Answer:
    return _Answer(_name(one["names"], lang), one["position"], _name(one["reservation"], lang))


def _numbered(answers: Sequence[_Answer]) -> tuple[Signatory, ...]:
    """Answers in the order they were cast; reservations count from 1 in that order, in every language alike."""
    found, number = [], 0
    for one in answers:
        reserved = one.position == ENDORSE_WITH_RESERVATION
        number += reserved
        found.append(Signatory(one.name, one.position, number if reserved else None))  # type: ignore[arg-type]
    return tuple(found)


def _reservations(answers: Sequence[_Answer]) -> tuple[Reservation, ...]:
    reserved = [one for one in answers if one.position == ENDORSE_WITH_RESERVATION]
    return tuple(Reservation(number, one.name, one.reservation) for number, one in enumerate(reserved, 1))


def _outcome(answers: Sequence[_Answer], round_: Mapping[str, Any], *, lang: str, decided_on: str) -> Outcome:
    positions = [one.position for one in answers]
    names = {entry["organisation"]: _name(entry["names"], lang) for entry in round_["roll"]}
    return Outcome(
        members=len(round_["roll"]),
        endorsed=len(positions) - positions.count(ABSTAIN) - positions.count(DECLINE),
        reserved=len(positions) - positions.count(ENDORSE) - positions.count(ABSTAIN) - positions.count(DECLINE),
        rule=explain(rule_from_json(round_["rule"]), lang=lang, names=names),
        decided_on=decided_on,
    )


def _in(texts: Mapping[str, str], lang: str) -> str:
    return texts.get(lang, "")


def _name(texts: Mapping[str, str], lang: str) -> str:
    """In `lang`, else in the first language it has: a name or a reservation is never left out."""
    return texts.get(lang) or next(iter(texts.values()), "")


def _day(at: int, zone: str) -> str:
    """The ISO date of a moment (µs UTC) in the coalition's zone."""
    return dt.datetime.fromtimestamp(at // 1_000_000, dt.UTC).astimezone(ZoneInfo(zone)).date().isoformat()
