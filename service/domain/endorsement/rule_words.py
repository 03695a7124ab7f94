"""Rules and their conditions as sentences, in the wording of a round.

A language is a row of each table here, in `rule_sentences` and in `plurals.NOUNS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import gcd

from service.domain.endorsement.rule_sentences import (
    CONDITION_SENTENCES,
    COUNTED_CONDITION_SENTENCES,
    MEMBER_NOUNS,
    RULE_SENTENCES,
)
from service.domain.endorsement.rules import ConditionResult, Consensus, Fraction, Majority, Rule, Share, SignOn
from service.domain.errors import N_, InvalidInput
from service.domain.plurals import DEFAULT_DIGITS, Digits, format_count, format_list, format_number

_SHARES: Mapping[str, Mapping[tuple[int, int], str]] = {
    "en": {
        (1, 2): "half",
        (1, 3): "one third",
        (2, 3): "two thirds",
        (1, 4): "one quarter",
        (3, 4): "three quarters",
        (1, 5): "one fifth",
        (2, 5): "two fifths",
        (3, 5): "three fifths",
        (4, 5): "four fifths",
    },
    "ar": {
        (1, 2): "نصف",
        (1, 3): "ثلث",
        (2, 3): "ثلثا",
        (1, 4): "ربع",
        (3, 4): "ثلاثة أرباع",
        (1, 5): "خُمس",
        (2, 5): "خُمسا",
        (3, 5): "ثلاثة أخماس",
        (4, 5): "أربعة أخماس",
    },
}


def explain_rule(
    rule: Rule,
    *,
    lang: str,
    names: Mapping[str, str] | None = None,
    digits: Digits | None = None,
    wording: int = 1,
) -> str:
    """Describe a rule in sentences, such as "At least two thirds of all member organisations must endorse".

    `names` maps ids of required organisations to names; an id without a name is shown itself. `wording` is that of the
    round. Raises InvalidInput `unknown_sentence` for a language without a row.
    """
    words = _RuleWords(lang, _digits_for(lang, digits), wording)
    parts = [_main_sentence(rule, words)]
    if rule.quorum:
        parts.append(_share_sentence(rule.quorum, ("quorum", "quorum.everyone", "quorum.rate"), words))
    if rule.required:
        organisations = _join_names(rule.required, names, lang=lang)
        parts.append(words.sentence("required").format(organisations=organisations))
    return " ".join(parts)


def explain_condition(
    condition: ConditionResult,
    *,
    lang: str,
    names: Mapping[str, str] | None = None,
    digits: Digits | None = None,
    wording: int = 1,
) -> str:
    """Describe a condition and its result, such as «المنظمات المؤيّدة: ٤، والعدد اللازم: ٦».

    A condition with a `count` in its params is described by that number, without names.
    """
    digits = _digits_for(lang, digits)
    numbers = {key: value for key, value in condition.params.items() if isinstance(value, int)}
    values = {key: format_number(value, digits=digits) for key, value in numbers.items()}
    if "needed" in numbers:
        missing = max(0, numbers["needed"] - numbers["have"])
        values["missing"] = format_count(missing, "endorsement", lang=lang, digits=digits)
    if "count" in values:
        return COUNTED_CONDITION_SENTENCES[lang][condition.code].format(**values)
    organisations = condition.params.get("organisations", ())
    if isinstance(organisations, tuple):
        values["organisations"] = _join_names(organisations, names, lang=lang)
    return CONDITION_SENTENCES[wording][lang][condition.code, condition.met].format(**values)


@dataclass(frozen=True, slots=True)
class _RuleWords:
    """The sentences of rules in one language and wording, with one set of digits."""

    lang: str
    digits: Digits
    wording: int

    def sentence(self, key: str) -> str:
        return RULE_SENTENCES[self.wording][self.lang][key]

    def count(self, value: int, noun: str) -> str:
        return format_count(value, noun, lang=self.lang, digits=self.digits)


def _main_sentence(rule: Rule, words: _RuleWords) -> str:
    match rule:
        case SignOn(at_least=at_least):
            return words.sentence("sign_on").format(organisations=words.count(at_least, "organisation"))
        case Consensus():
            return words.sentence("consensus")
        case Majority(of=of):
            return words.sentence(f"majority.{of}")
        case Fraction(share=share, of=of):
            return _share_sentence(share, (f"fraction.{of}", f"everyone.{of}", f"rate.{of}"), words)


def _share_sentence(share: Share, keys: tuple[str, str, str], words: _RuleWords) -> str:
    """Describe a share: by its name (two thirds), as the whole, or as “num of every den”."""
    common = gcd(share.num, share.den)
    num, den = share.num // common, share.den // common
    with_share, everyone, rate = (words.sentence(key) for key in keys)
    if num == den:
        return everyone
    if (num, den) in _SHARES[words.lang]:
        return with_share.format(share=_SHARES[words.lang][num, den])
    return rate.format(
        num=format_number(num, digits=words.digits),
        den=format_number(den, digits=words.digits),
        members=words.count(den, MEMBER_NOUNS[words.wording]),
    )


def _join_names(ids: tuple[str, ...], names: Mapping[str, str] | None, *, lang: str) -> str:
    return format_list([(names or {}).get(one, one) for one in ids], lang=lang)


def _digits_for(lang: str, digits: Digits | None) -> Digits:
    """Return the digits to use. Raises InvalidInput `unknown_sentence` for a language without rows."""
    if lang not in _SHARES:
        raise InvalidInput("unknown_sentence", N_("This sentence is not available in that language."))
    return digits or DEFAULT_DIGITS[lang]
