"""The sentence a signatory agrees to, in the exact words that are hashed into the statement."""

from collections.abc import Mapping

from service.domain.errors import N_, InvalidInput
from service.domain.plurals import DEFAULT_DIGITS, Digits, format_number

WITHDRAWAL = "withdraw"

_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "ar": {
        "endorse": "باسم {organisation} نؤيّد الإصدار {number} من وثيقة «{title}».",
        "endorse_with_reservation": (
            "باسم {organisation} نؤيّد الإصدار {number} من وثيقة «{title}»، مع تحفّظ يُدوَّن نصّه مع هذا التأييد."
        ),
        "abstain": "باسم {organisation} نمتنع عن إبداء موقف من الإصدار {number} من وثيقة «{title}».",
        "decline": "باسم {organisation} لا نؤيّد الإصدار {number} من وثيقة «{title}».",
        WITHDRAWAL: "باسم {organisation} نسحب موقفنا من الإصدار {number} من وثيقة «{title}».",
    },
    "en": {
        "endorse": "On behalf of {organisation} we endorse version {number} of “{title}”.",
        "endorse_with_reservation": (
            "On behalf of {organisation} we endorse version {number} of “{title}”, "
            "with a reservation whose words are recorded with this endorsement."
        ),
        "abstain": "On behalf of {organisation} we abstain from taking a position on version {number} of “{title}”.",
        "decline": "On behalf of {organisation} we do not endorse version {number} of “{title}”.",
        WITHDRAWAL: "On behalf of {organisation} we withdraw our position on version {number} of “{title}”.",
    },
}


def sentence(
    position: str, *, lang: str, organisation: str, number: int, title: str, digits: Digits | None = None
) -> str:
    """What is shown before an organisation answers with `position`, or with WITHDRAWAL takes its answer back.

    `organisation` and `title` are put in as they are; `number` is the version's. Raises Malformed `unknown_sentence`
    for a language or position that has none.
    """
    try:
        words = _SENTENCES[lang][position]
    except KeyError:
        raise InvalidInput("unknown_sentence", N_("This sentence is not available in that language.")) from None
    shown = format_number(number, digits=digits or DEFAULT_DIGITS[lang])
    return words.format(organisation=organisation, number=shown, title=title)
