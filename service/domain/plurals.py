"""Plural forms and numbers for sentences whose exact wording is agreed to (signed or printed).

Plural categories are CLDR's. In Arabic the form of a counted noun follows its number, and grammatical case decides the
dual: «بقي تأييدان», «يلزم تأييدان» but «بتأييدين».
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Digits = Literal["arab", "latn"]
GrammaticalCase = Literal["subject", "object"]

DEFAULT_DIGITS: Mapping[str, Digits] = {"ar": "arab", "en": "latn"}
"""Default numbering system of a language (CLDR name)."""

_TO_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True, slots=True)
class CountedNoun:
    """Forms of a noun by CLDR plural category; `one` and `two` include the number, the others follow it.

    `two` holds the subject and the object form (مرفوع، منصوب أو مجرور).
    """

    one: str
    two: tuple[str, str]
    few: str
    many: str
    other: str


NOUNS: Mapping[str, Mapping[str, CountedNoun]] = {
    "ar": {
        "endorsement": CountedNoun("تأييد واحد", ("تأييدان", "تأييدين"), "تأييدات", "تأييدًا", "تأييد"),
        "organisation": CountedNoun("منظمة واحدة", ("منظمتان", "منظمتين"), "منظمات", "منظمة", "منظمة"),
        "member": CountedNoun("عضو واحد", ("عضوان", "عضوين"), "أعضاء", "عضوًا", "عضو"),
        "member_organisation": CountedNoun(
            "منظمة عضو واحدة", ("منظمتان عضوان", "منظمتين عضوين"), "منظمات أعضاء", "منظمة عضوًا", "منظمة عضو"
        ),
        "answer": CountedNoun("جواب واحد", ("جوابان", "جوابين"), "أجوبة", "جوابًا", "جواب"),
    },
    "en": {
        "endorsement": CountedNoun("one endorsement", ("two endorsements",) * 2, *("endorsements",) * 3),
        "organisation": CountedNoun("one organisation", ("two organisations",) * 2, *("organisations",) * 3),
        "member": CountedNoun("one member", ("two members",) * 2, *("members",) * 3),
        "member_organisation": CountedNoun(
            "one member organisation", ("two member organisations",) * 2, *("member organisations",) * 3
        ),
        "answer": CountedNoun("one answer", ("two answers",) * 2, *("answers",) * 3),
    },
}


def format_number(value: int, *, digits: Digits) -> str:
    """Format an integer in these digits, without separators."""
    return str(value).translate(_TO_ARABIC_DIGITS) if digits == "arab" else str(value)


def format_count(
    value: int, noun: str, *, lang: str, digits: Digits | None = None, case: GrammaticalCase = "subject"
) -> str:
    """Format a count with its noun (a key of NOUNS): «تأييدان», «٣ تأييدات», «١١ تأييدًا», "3 endorsements"."""
    forms = NOUNS[lang][noun]
    if value == 1:
        return forms.one
    if value == 2:
        return forms.two[case == "object"]
    return f"{format_number(value, digits=digits or DEFAULT_DIGITS[lang])} {_plural_form(value, forms)}"


def format_list(names: list[str], *, lang: str) -> str:
    """Join names as a sentence does: "A, B and C", «أ وب وج»."""
    if len(names) < 2:
        return "".join(names)
    if lang == "ar":
        return " و".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _plural_form(value: int, forms: CountedNoun) -> str:
    """Select few, many or other by the CLDR rules of Arabic; in English the three are equal."""
    if 3 <= value % 100 <= 10:
        return forms.few
    return forms.many if value % 100 >= 11 else forms.other
