"""The manuscript of a draft or of a version that is not approved, marked as one."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.documents.document import Document
from service.domain.publication.draft_file import DraftSubject
from service.domain.text.structure.numbering import number_text, numbering_scheme
from service.domain.text.structure.provisions import Digits
from service.i18n import get_language
from workers.render.content.manuscript import Coalition, DraftMark, Manuscript, PressContact


def from_draft(
    document: Document,
    subject: DraftSubject,
    *,
    text: str,
    numbering: str,
    letterhead: Mapping[str, Any],
    organisation: Mapping[str, str],
    requested_at: int,
    line_numbers: bool,
) -> Manuscript:
    """Build the manuscript of a text that nobody has approved; `requested_at` in µs UTC.

    Nothing of the people who write or comment is in it: only the organisation that took it, and the day.
    """
    lang, press, front = subject.lang, letterhead["press"], document.front
    digits: Digits = "arab" if (letterhead["digits"].get(lang) or get_language(lang).digits) == "arab" else "latn"
    scheme = numbering_scheme(numbering, lang=lang, kind=document.kind, digits=digits)
    moment = dt.datetime.fromtimestamp(requested_at // 1_000_000, dt.UTC)
    day = moment.astimezone(ZoneInfo(letterhead["zone"])).date().isoformat()
    return Manuscript(
        lang=lang,
        dir="rtl" if get_language(lang).direction == "rtl" else "ltr",
        digits=digits,
        kind=document.kind,  # type: ignore[arg-type]
        title=subject.title,
        text=number_text(text, scheme, max_work=None),
        place=_texts(front, "place").get(lang) or letterhead["place"].get(lang, ""),
        date=day,
        addressees=tuple(_texts(front, "addressees").get(lang, ())),
        about=letterhead["about"].get(lang, ""),
        press=PressContact(press["name"].get(lang, ""), press["email"], press["phone"]),
        coalition=Coalition(_available(letterhead["names"], lang), letterhead["logo_sha256"] or ""),
        issued_by=document.issued_by,  # type: ignore[arg-type]
        authentic=document.authentic,
        sample=letterhead["sample"],
        reference=str(front.get("reference") or ""),
        numbered_paragraphs=front.get("numbered_paragraphs") is True,
        draft=DraftMark(subject.number, _available(organisation, lang), day),
        line_numbers=line_numbers,
    )


def _texts(front: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = front.get(name) or {}
    return found


def _available(names: Mapping[str, str], lang: str) -> str:
    return names.get(lang) or next(iter(names.values()), "")
