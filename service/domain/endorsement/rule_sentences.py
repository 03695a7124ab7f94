"""Tables of the sentences of rules and conditions: wording → language → key → sentence.

A round keeps the wording that it was opened with, and so do its seal and files.
"""

from collections.abc import Mapping

_SENTENCES_1: Mapping[str, Mapping[str, str]] = {
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

_CONDITIONS_1: Mapping[str, Mapping[tuple[str, bool], str]] = {
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

_SENTENCES_2: Mapping[str, Mapping[str, str]] = {
    "en": {
        "sign_on": (
            "At least {organisations} must endorse. Organisations that endorse are listed. "
            "Organisations that do not answer are not counted for or against."
        ),
        "consensus": "Every member organisation must answer, none may decline, and at least one must endorse.",
        "majority.all": "More than half of all member organisations must endorse.",
        "majority.cast": (
            "More than half of the organisations that endorse or decline must endorse; abstentions are not counted."
        ),
        "fraction.all": "At least {share} of all member organisations must endorse.",
        "fraction.cast": (
            "At least {share} of the organisations that endorse or decline must endorse; abstentions are not counted."
        ),
        "everyone.all": "All member organisations must endorse.",
        "everyone.cast": "No organisation may decline, and at least one must endorse.",
        "rate.all": "At least {num} of every {members} must endorse.",
        "rate.cast": (
            "At least {num} of every {members} that endorse or decline must endorse; abstentions are not counted."
        ),
        "quorum": "At least {share} of all member organisations must have answered.",
        "quorum.everyone": "All member organisations must have answered.",
        "quorum.rate": "At least {num} of every {members} must have answered.",
        "required": "The endorsement of {organisations} is required.",
    },
    "ar": {
        "sign_on": (
            "يُعتمَد النصّ إذا أيّدته {organisations} على الأقل. "
            "وتُدرَج أسماء المنظمات المؤيّدة، ولا يُعدّ السكوت تأييدًا ولا رفضًا."
        ),
        "consensus": (
            "يُعتمَد النصّ إذا أعلنت المنظمات الأعضاء كلّها موقفها، ولم تعلن أيٌّ منها عدم التأييد، "
            "وأيّدته واحدة منها على الأقل."
        ),
        "majority.all": "يُعتمَد النصّ إذا أيّده أكثر من نصف مجموع المنظمات الأعضاء.",
        "majority.cast": (
            "يُعتمَد النصّ إذا أيّده أكثر من نصف المنظمات التي أعلنت التأييد أو عدمه، ولا تُحتسب المنظمات الممتنعة."
        ),
        "fraction.all": "يُعتمَد النصّ إذا أيّده {share} مجموع المنظمات الأعضاء على الأقل.",
        "fraction.cast": (
            "يُعتمَد النصّ إذا أيّده على الأقل {share} المنظمات التي أعلنت التأييد أو عدمه، ولا تُحتسب المنظمات الممتنعة."
        ),
        "everyone.all": "يُعتمَد النصّ إذا أيّدته المنظمات الأعضاء كلّها.",
        "everyone.cast": "يُعتمَد النصّ إذا لم تعلن أيّ منظمة عدم التأييد، وأيّدته منظمة واحدة على الأقل.",
        "rate.all": "يُعتمَد النصّ إذا أيّدته {num} من كلّ {members} على الأقل.",
        "rate.cast": (
            "يُعتمَد النصّ إذا أيّدته على الأقل {num} من كلّ {members} أعلنت التأييد أو عدمه، ولا تُحتسب المنظمات الممتنعة."
        ),
        "quorum": "ويشترط أن يعلن موقفَه {share} مجموع المنظمات الأعضاء على الأقل.",
        "quorum.everyone": "ويشترط أن تعلن المنظمات الأعضاء كلّها موقفها.",
        "quorum.rate": "ويشترط أن تعلن موقفها {num} من كلّ {members} على الأقل.",
        "required": "ويشترط تأييد {organisations}.",
    },
}

_CONDITIONS_2: Mapping[str, Mapping[tuple[str, bool], str]] = {
    "en": {
        ("endorsements", True): "Organisations that endorse: {have}; needed: {needed}.",
        ("endorsements", False): "Organisations that endorse: {have}; needed: {needed}.",
        ("nobody_declines", True): "No organisation has declined.",
        ("nobody_declines", False): "Declined: {organisations}.",
        ("everyone_answered", True): "Every member organisation has answered.",
        ("everyone_answered", False): "Not answered: {organisations}.",
        ("quorum", True): "Organisations that have answered: {have}; quorum: {needed}.",
        ("quorum", False): "Organisations that have answered: {have}; quorum: {needed}.",
        ("required", True): "Every organisation whose endorsement is required has endorsed.",
        ("required", False): "Still required: the endorsement of {organisations}.",
    },
    "ar": {
        ("endorsements", True): "المنظمات المؤيّدة: {have}، والعدد اللازم: {needed}.",
        ("endorsements", False): "المنظمات المؤيّدة: {have}، والعدد اللازم: {needed}.",
        ("nobody_declines", True): "لم تعلن أيّ منظمة عدم التأييد.",
        ("nobody_declines", False): "أعلنت عدم التأييد: {organisations}.",
        ("everyone_answered", True): "أعلنت المنظمات الأعضاء كلّها موقفها.",
        ("everyone_answered", False): "لم تعلن موقفها: {organisations}.",
        ("quorum", True): "المنظمات التي أعلنت موقفها: {have}، والنصاب: {needed}.",
        ("quorum", False): "المنظمات التي أعلنت موقفها: {have}، والنصاب: {needed}.",
        ("required", True): "أيّدت كلّ منظمة تأييدها لازم.",
        ("required", False): "يلزم بعدُ تأييد: {organisations}.",
    },
}

RULE_SENTENCES: Mapping[int, Mapping[str, Mapping[str, str]]] = {1: _SENTENCES_1, 2: _SENTENCES_2}
CONDITION_SENTENCES: Mapping[int, Mapping[str, Mapping[tuple[str, bool], str]]] = {1: _CONDITIONS_1, 2: _CONDITIONS_2}
MEMBER_NOUNS: Mapping[int, str] = {1: "member", 2: "member_organisation"}
"""Wording → the noun (a key of `plurals.NOUNS`) of a member of the coalition."""

COUNTED_CONDITION_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "nobody_declines": "Organisations that declined: {count}.",
        "everyone_answered": "Organisations that have not answered: {count}.",
        "required": "Organisations whose endorsement is still required: {count}.",
    },
    "ar": {
        "nobody_declines": "عدد المنظمات التي أعلنت عدم التأييد: {count}.",
        "everyone_answered": "عدد المنظمات التي لم تعلن موقفها: {count}.",
        "required": "عدد المنظمات التي ما زال تأييدها لازمًا: {count}.",
    },
}
"""Language → code → sentence of a condition that is not met, for readers who may not see which organisations."""
