"""View model of what a statement binds beside the text: the terms of a round, as facts of its pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from service.domain.endorsement.naming import is_named_in_public
from service.domain.endorsement.round import Round
from service.domain.endorsement.rule_words import explain_rule
from service.domain.endorsement.rules import rule_from_json
from service.domain.endorsement.terms import APPROVAL, MINUTE, RoundTerms
from service.domain.errors import N_
from service.web.rendering import labels, term_labels
from service.web.rendering.formatting import LocaleFormatter

Texts = Mapping[str, Sequence[str]]
"""Lines by language."""


@dataclass(frozen=True)
class BoundTerms:
    """The terms of a round for its pages; empty texts where nothing is printed.

    `frozen`: the terms are fixed since the round opened. Rounds of format 1 take letterhead, place and addressees when
    they close. `conditions` are sentences on naming, visibility, proof and the end of the round.
    """

    rule: str
    frozen: bool
    conditions: Sequence[Markup] = ()
    reference: str = ""
    numbered_paragraphs: bool = False
    date: str = ""
    names: Texts = field(default_factory=dict)
    place: Texts = field(default_factory=dict)
    addressees: Texts = field(default_factory=dict)
    about: Texts = field(default_factory=dict)
    press: Sequence[str] = ()
    has_logo: bool = False


def bound_terms(round_: Round, *, formatter: LocaleFormatter) -> BoundTerms:
    """Return the terms of a round in the language of the page."""
    names = {entry.organisation: formatter.plain_name(entry.names) for entry in round_.roll}
    digits = formatter.digit_system_of(formatter.lang)
    rule = explain_rule(
        rule_from_json(round_.rule), lang=formatter.lang, names=names, digits=digits, wording=round_.wording
    )
    terms = round_.terms
    if terms is None:
        return BoundTerms(rule, frozen=False)
    letterhead, front = terms.letterhead, terms.front
    press = letterhead["press"]
    return BoundTerms(
        rule=rule,
        frozen=True,
        conditions=_conditions(terms, formatter),
        reference=front.get("reference", ""),
        numbered_paragraphs=front.get("numbered_paragraphs", False),
        date=_date(terms, formatter),
        names=_lines(letterhead["names"]),
        place=_lines(front["place"] or letterhead["place"]),
        addressees={lang: tuple(lines) for lang, lines in front["addressees"].items() if lines},
        about=_lines(letterhead["about"]),
        press=[part for part in (formatter.plain_name(press["name"]), press["email"], press["phone"]) if part],
        has_logo=bool(letterhead["logo_sha256"]),
    )


def consequence(round_: Round, position: str) -> str:
    """Return what follows in public from a position: the message id of a sentence."""
    named = is_named_in_public(round_.terms, position=position)
    return term_labels.CONSEQUENCES[position, named]


def _conditions(terms: RoundTerms, formatter: LocaleFormatter) -> list[Markup]:
    sentences = [
        formatter.translate(term_labels.NAMED_IN_PUBLIC[terms.named_in_public]),
        formatter.translate(term_labels.VISIBLE_WHILE_OPEN[terms.visible_while_open]),
        formatter.translate(term_labels.PROOFS[terms.proof]),
        *_missing_proofs(terms, formatter),
    ]
    if terms.close_after_all_us is None:
        return sentences
    minutes = terms.close_after_all_us // MINUTE
    early = (
        formatter.n(
            "The round closes {count} minute after the last organisation has answered, or at its deadline.",
            "The round closes {count} minutes after the last organisation has answered, or at its deadline.",
            minutes,
        )
        if minutes
        else formatter.translate(N_("The round closes as soon as every organisation has answered, or at its deadline."))
    )
    return [*sentences, early]


def _missing_proofs(terms: RoundTerms, formatter: LocaleFormatter) -> list[Markup]:
    """Return which files were not whole when the round opened, where they differ from the text, and the reason."""
    if terms.without_proof is None:
        return []
    found = [_missing_file(one, formatter) for one in terms.without_proof["files"]]
    sentence = N_("The round opened without these proofs: {files}. Reason given by the secretariat: {reason}")
    return [formatter.translate(sentence, files=formatter.join_facts(*found), reason=terms.without_proof["reason"])]


def _missing_file(file: Mapping[str, Any], formatter: LocaleFormatter) -> Markup:
    text = formatter.translate(labels.TEXTS[file["lang"]])
    name = formatter.translate(N_("{format} ({text})"), format=file["format"].upper(), text=text)
    words = file["failure"].get("words") or file["failure"].get("found")
    if not words:
        return name
    return formatter.translate(N_("{file}, where it differs from the text at “{words}”"), file=name, words=words)


def _date(terms: RoundTerms, formatter: LocaleFormatter) -> str:
    if terms.date == APPROVAL:
        return formatter.translate(N_("The day of approval"))
    return formatter.format_iso_date(terms.date, weekday=True)


def _lines(texts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {lang: (text,) for lang, text in texts.items() if text}
