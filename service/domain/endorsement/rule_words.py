"""Rules and their conditions as sentences. A language is a row of each table here and of `plurals.NOUNS`."""

from collections.abc import Mapping
from math import gcd

from service.domain.endorsement.rules import ConditionResult, Consensus, Fraction, Majority, Rule, Share, SignOn
from service.domain.errors import N_, InvalidInput
from service.domain.plurals import DEFAULT_DIGITS, Digits, format_count, format_list, format_number

_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "sign_on": "At least {organisations} must endorse. Those who sign are listed; silence is silence.",
        "consensus": "Every member must answer, none may decline, and at least one must endorse.",
        "majority.all": "More than half of all members must endorse.",
        "majority.cast": ("More than half of those who endorse or decline must endorse; abstentions are not counted."),
        "fraction.all": "At least {share} of all members must endorse.",
        "fraction.cast": "At least {share} of those who endorse or decline must endorse; abstentions are not counted.",
        "everyone.all": "All members must endorse.",
        "everyone.cast": "None may decline, and at least one must endorse.",
        "rate.all": "At least {num} of every {members} must endorse.",
        "rate.cast": (
            "At least {num} of every {den} who endorse or decline must endorse; abstentions are not counted."
        ),
        "quorum": "At least {share} of all members must have answered.",
        "quorum.everyone": "All members must have answered.",
        "quorum.rate": "At least {num} of every {members} must have answered.",
        "required": "The endorsement of {organisations} is required.",
    },
    "ar": {
        "sign_on": "يُقَرّ النصّ إذا أيّدته {organisations} على الأقلّ؛ وتُدرَج أسماء الموقّعين، ولا يُعَدّ السكوت موقفًا.",
        "consensus": "يُقَرّ النصّ إذا أجابت المنظمات كلّها، ولم تعلن أيٌّ منها عدم التأييد، وأيّدته واحدة منها على الأقلّ.",
        "majority.all": "يُقَرّ النصّ إذا أيّده أكثر من نصف الأعضاء جميعًا.",
        "majority.cast": "يُقَرّ النصّ إذا أيّده أكثر من نصف الأعضاء الذين أعلنوا التأييد أو عدمه، ولا يُحتسَب الممتنعون.",
        "fraction.all": "يُقَرّ النصّ إذا أيّده {share} الأعضاء جميعًا على الأقلّ.",
        "fraction.cast": (
            "يُقَرّ النصّ إذا أيّده على الأقلّ {share} الأعضاء الذين أعلنوا التأييد أو عدمه، ولا يُحتسَب الممتنعون."
        ),
        "everyone.all": "يُقَرّ النصّ إذا أيّده الأعضاء جميعًا.",
        "everyone.cast": "يُقَرّ النصّ إذا لم يعلن أيّ عضو عدم التأييد، وأيّده عضو واحد على الأقلّ.",
        "rate.all": "يُقَرّ النصّ إذا أيّده {num} من كلّ {members} على الأقلّ.",
        "rate.cast": ("يُقَرّ النصّ إذا أيّده على الأقلّ {num} من كلّ {members} أعلنوا التأييد أو عدمه، ولا يُحتسَب الممتنعون."),
        "quorum": "ويلزم أن يجيب {share} الأعضاء جميعًا على الأقلّ.",
        "quorum.everyone": "ويلزم أن يجيب الأعضاء جميعًا.",
        "quorum.rate": "ويلزم أن يجيب {num} من كلّ {members} على الأقلّ.",
        "required": "ولا بدّ من تأييد {organisations}.",
    },
}

_CONDITION_SENTENCES: Mapping[str, Mapping[tuple[str, bool], str]] = {
    "en": {
        ("endorsements", True): "Endorsements: {have}; needed: {needed}.",
        ("endorsements", False): "Endorsements: {have}; needed: {needed}. Missing: {missing}.",
        ("nobody_declines", True): "Nobody has declined.",
        ("nobody_declines", False): "Declined: {organisations}.",
        ("everyone_answered", True): "Every member has answered.",
        ("everyone_answered", False): "Not answered: {organisations}.",
        ("quorum", True): "Answers: {have}; quorum: {needed}.",
        ("quorum", False): "Answers: {have}; quorum: {needed}.",
        ("required", True): "Every organisation whose endorsement is required has endorsed.",
        ("required", False): "Still required: the endorsement of {organisations}.",
    },
    "ar": {
        ("endorsements", True): "التأييدات: {have}، واللازم: {needed}.",
        ("endorsements", False): "التأييدات: {have}، واللازم: {needed}؛ بقي {missing}.",
        ("nobody_declines", True): "لم تعلن أيّ منظمة عدم التأييد.",
        ("nobody_declines", False): "أعلنت عدم التأييد: {organisations}.",
        ("everyone_answered", True): "أجابت المنظمات كلّها.",
        ("everyone_answered", False): "لم تُجِب: {organisations}.",
        ("quorum", True): "الأجوبة: {have}، والنصاب: {needed}.",
        ("quorum", False): "الأجوبة: {have}، والنصاب: {needed}.",
        ("required", True): "أيّدت كلّ منظمة تأييدها لازم.",
        ("required", False): "بقي تأييد لازم: {organisations}.",
    },
}

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


def explain_rule(rule: Rule, *, lang: str, names: Mapping[str, str] | None = None, digits: Digits | None = None) -> str:
    """Describe a rule in sentences, such as "At least two thirds of all members must endorse".

    `names` maps ids of required organisations to names; an id without a name is shown itself. Raises InvalidInput
    `unknown_sentence` for a language without a row.
    """
    digits = _digits_for(lang, digits)
    sentences = _SENTENCES[lang]
    parts = [_main_sentence(rule, sentences, lang=lang, digits=digits)]
    if rule.quorum:
        parts.append(
            _share_sentence(rule.quorum, ("quorum", "quorum.everyone", "quorum.rate"), lang=lang, digits=digits)
        )
    if rule.required:
        parts.append(sentences["required"].format(organisations=_join_names(rule.required, names, lang=lang)))
    return " ".join(parts)


def explain_condition(
    condition: ConditionResult, *, lang: str, names: Mapping[str, str] | None = None, digits: Digits | None = None
) -> str:
    """Describe a condition and its result, such as «التأييدات: ٤، واللازم: ٦؛ بقي تأييدان»."""
    digits = _digits_for(lang, digits)
    numbers = {key: value for key, value in condition.params.items() if isinstance(value, int)}
    values = {key: format_number(value, digits=digits) for key, value in numbers.items()}
    if "needed" in numbers:
        missing = max(0, numbers["needed"] - numbers["have"])
        values["missing"] = format_count(missing, "endorsement", lang=lang, digits=digits)
    organisations = condition.params.get("organisations", ())
    if isinstance(organisations, tuple):
        values["organisations"] = _join_names(organisations, names, lang=lang)
    return _CONDITION_SENTENCES[lang][condition.code, condition.met].format(**values)


def _main_sentence(rule: Rule, sentences: Mapping[str, str], *, lang: str, digits: Digits) -> str:
    match rule:
        case SignOn(at_least=at_least):
            organisations = format_count(at_least, "organisation", lang=lang, digits=digits)
            return sentences["sign_on"].format(organisations=organisations)
        case Consensus():
            return sentences["consensus"]
        case Majority(of=of):
            return sentences[f"majority.{of}"]
        case Fraction(share=share, of=of):
            return _share_sentence(share, (f"fraction.{of}", f"everyone.{of}", f"rate.{of}"), lang=lang, digits=digits)


def _share_sentence(share: Share, keys: tuple[str, str, str], *, lang: str, digits: Digits) -> str:
    """Describe a share: by its name (two thirds), as the whole, or as “num of every den”."""
    common = gcd(share.num, share.den)
    num, den = share.num // common, share.den // common
    with_share, everyone, rate = (_SENTENCES[lang][key] for key in keys)
    if num == den:
        return everyone
    if (num, den) in _SHARES[lang]:
        return with_share.format(share=_SHARES[lang][num, den])
    return rate.format(
        num=format_number(num, digits=digits),
        den=format_number(den, digits=digits),
        members=format_count(den, "member", lang=lang, digits=digits),
    )


def _join_names(ids: tuple[str, ...], names: Mapping[str, str] | None, *, lang: str) -> str:
    return format_list([(names or {}).get(one, one) for one in ids], lang=lang)


def _digits_for(lang: str, digits: Digits | None) -> Digits:
    """Return the digits to use. Raises InvalidInput `unknown_sentence` for a language without rows."""
    if lang not in _SENTENCES:
        raise InvalidInput("unknown_sentence", N_("This sentence is not available in that language."))
    return digits or DEFAULT_DIGITS[lang]
