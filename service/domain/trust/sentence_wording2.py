"""The signed sentences in wording 2: capacity, consent to be named, what is withdrawn, and which texts are official.

Organisation and title stand in quotation marks and in directional isolates (Unicode bidi algorithm, FSI and PDI), so
that a name in another script, or one that ends in punctuation, changes neither order nor meaning of the sentence.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.errors import N_, InvalidInput
from service.domain.plurals import DEFAULT_DIGITS, format_list, format_number
from service.domain.trust.sentence import WITHDRAWAL

_FSI, _PDI = "\u2068", "\u2069"
_BIDI_CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")

_INNER_QUOTES: Mapping[str, dict[int, int]] = {
    "ar": str.maketrans("«»", "“”"),
    "en": str.maketrans("“”«»", "‘’‘’"),
}
"""Quotation marks inside a name or title, which stands in those of its language: «…», “…”."""

_OPENINGS: Mapping[str, str] = {
    "ar": "باسم «{organisation}»، وبموجب تفويض بالتوقيع عنها، ",
    "en": "On behalf of “{organisation}”, and authorised to sign for it, ",
}

_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "ar": {
        "endorse": "نؤيّد الإصدار {number} من وثيقة «{title}»، ونوافق على نشر اسمها بين المؤيّدين.",
        "endorse.signed": "نؤيّد الإصدار {number} من وثيقة «{title}» ونوقّعه، ونوافق على نشر اسمها بين المؤيّدين.",
        "endorse_with_reservation": (
            "نؤيّد الإصدار {number} من وثيقة «{title}» مع التحفّظ المثبَت نصّه أدناه، ونوافق على نشر الاسم والتحفّظ."
        ),
        "endorse_with_reservation.signed": (
            "نؤيّد الإصدار {number} من وثيقة «{title}» ونوقّعه مع التحفّظ المثبَت نصّه أدناه، ونوافق على نشر الاسم والتحفّظ."
        ),
        "abstain.named": (
            "نمتنع عن إبداء موقف من الإصدار {number} من وثيقة «{title}»، "
            "ونوافق على نشر اسمها بين المنظمات التي امتنعت عن إبداء موقف."
        ),
        "abstain.counted": (
            "نمتنع عن إبداء موقف من الإصدار {number} من وثيقة «{title}»، "
            "على أن يُحتسب هذا الامتناع علنًا من دون ذكر اسمها."
        ),
        "decline.named": (
            "نعلن عدم تأييد الإصدار {number} من وثيقة «{title}»، ونوافق على نشر اسمها بين المنظمات التي لم تؤيّد."
        ),
        "decline.counted": (
            "نعلن عدم تأييد الإصدار {number} من وثيقة «{title}»، على أن يُحتسب هذا الموقف علنًا من دون ذكر اسمها."
        ),
        "withdraw.endorse": "نسحب التأييد الذي أعلنّاه للإصدار {number} من وثيقة «{title}».",
        "withdraw.endorse_with_reservation": (
            "نسحب التأييد مع التحفّظ الذي أعلنّاه بشأن الإصدار {number} من وثيقة «{title}»."
        ),
        "withdraw.abstain": "نسحب الامتناع عن إبداء موقف الذي أعلنّاه بشأن الإصدار {number} من وثيقة «{title}».",
        "withdraw.decline": "نسحب إعلان عدم التأييد الذي قدّمناه بشأن الإصدار {number} من وثيقة «{title}».",
    },
    "en": {
        "endorse": (
            "we endorse version {number} of “{title}” and agree that its name be published among those who endorse."
        ),
        "endorse.signed": (
            "we endorse and sign version {number} of “{title}” and agree that its name be published among those who "
            "endorse."
        ),
        "endorse_with_reservation": (
            "we endorse version {number} of “{title}”, subject to the reservation set out below, and agree that its "
            "name and the reservation be published."
        ),
        "endorse_with_reservation.signed": (
            "we endorse and sign version {number} of “{title}”, subject to the reservation set out below, and agree "
            "that its name and the reservation be published."
        ),
        "abstain.named": (
            "we abstain from taking a position on version {number} of “{title}” and agree that its name be published "
            "among those who abstain."
        ),
        "abstain.counted": (
            "we abstain from taking a position on version {number} of “{title}”. In public, this abstention is counted "
            "without its name."
        ),
        "decline.named": (
            "we do not endorse version {number} of “{title}” and agree that its name be published among those who do "
            "not endorse."
        ),
        "decline.counted": (
            "we do not endorse version {number} of “{title}”. In public, this position is counted without its name."
        ),
        "withdraw.endorse": "we withdraw the endorsement we gave to version {number} of “{title}”.",
        "withdraw.endorse_with_reservation": (
            "we withdraw the endorsement with a reservation that we gave to version {number} of “{title}”."
        ),
        "withdraw.abstain": "we withdraw the abstention we declared on version {number} of “{title}”.",
        "withdraw.decline": (
            "we withdraw the decision not to endorse that we declared on version {number} of “{title}”."
        ),
    },
}

_LANGUAGE_NAMES: Mapping[str, Mapping[str, str]] = {
    "ar": {"ar": "العربية", "en": "الإنكليزية"},
    "en": {"ar": "Arabic", "en": "English"},
}

_OFFICIAL_TEXTS: Mapping[str, Mapping[str, str]] = {
    "ar": {
        "one": "النصّ الأصلي هو المحرَّر باللغة {languages}.",
        "two": "يشمل هذا الموقف النصّين الأصليّين ب{languages}.",
        "more": "يشمل هذا الموقف النصوص الأصلية ب{languages}.",
        "two.endorsing": "تشمل هذه الموافقة النصّين الأصليّين ب{languages}.",
        "more.endorsing": "تشمل هذه الموافقة النصوص الأصلية ب{languages}.",
    },
    "en": {
        "one": "The official text is the one in {languages}.",
        "two": "This position covers the official texts in {languages}.",
        "more": "This position covers the official texts in {languages}.",
        "two.endorsing": "This endorsement covers the official texts in {languages}.",
        "more.endorsing": "This endorsement covers the official texts in {languages}.",
    },
}


@dataclass(frozen=True, slots=True)
class SignedText:
    """What the sentence says of the text: `number` and `title` of the version, as read in `lang`.

    `official` are the languages of the official texts; `signed`: the text is issued by its signatories.
    """

    lang: str
    number: int
    title: str
    official: Sequence[str]
    signed: bool


def sentence_wording2(
    position: str, text: SignedText, *, organisation: str, named_in_public: bool, withdrawn: str | None = None
) -> str:
    """Return the sentence shown before an organisation takes `position`, or withdraws its position `withdrawn`.

    `named_in_public`: organisations that decline or abstain are named in public. A second line names the official texts
    if they are several, or if another one than the text read. Raises InvalidInput `unknown_sentence`.
    """
    try:
        template = _OPENINGS[text.lang] + _SENTENCES[text.lang][_key(position, text, named_in_public, withdrawn)]
    except KeyError:
        raise InvalidInput("unknown_sentence", N_("This sentence is not available in that language.")) from None
    shown = template.format(
        organisation=_isolate(organisation, lang=text.lang),
        number=format_number(text.number, digits=DEFAULT_DIGITS[text.lang]),
        title=_isolate(text.title, lang=text.lang),
    )
    return "\n".join(line for line in (shown, _official_texts(position, text)) if line)


def _key(position: str, text: SignedText, named_in_public: bool, withdrawn: str | None) -> str:
    if position == WITHDRAWAL:
        return f"{WITHDRAWAL}.{withdrawn}"
    if position.startswith("endorse"):
        return f"{position}.signed" if text.signed else position
    return f"{position}.{'named' if named_in_public else 'counted'}"


def _official_texts(position: str, text: SignedText) -> str:
    official = sorted(text.official)
    if position == WITHDRAWAL or official == [text.lang] or not official:
        return ""
    names = [_LANGUAGE_NAMES[text.lang][code] for code in official]
    endorsing = ".endorsing" if position.startswith("endorse") else ""
    form = "one" if len(official) == 1 else f"{'two' if len(official) == 2 else 'more'}{endorsing}"
    return _OFFICIAL_TEXTS[text.lang][form].format(languages=format_list(names, lang=text.lang))


def _isolate(inserted: str, *, lang: str) -> str:
    """Isolate a name or title, without its own bidi controls and with its quotation marks turned."""
    return f"{_FSI}{_BIDI_CONTROLS.sub('', inserted).translate(_INNER_QUOTES[lang])}{_PDI}"
