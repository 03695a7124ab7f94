"""The sentence a signatory agrees to; its exact wording is hashed into the statement."""

from collections.abc import Mapping

from service.domain.errors import N_, InvalidInput
from service.domain.plurals import DEFAULT_DIGITS, Digits, format_number

WITHDRAWAL = "withdraw"
"""The pseudo-position of a withdrawal."""

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
    """Return the sentence shown before an organisation takes `position`, or with WITHDRAWAL withdraws it.

    `organisation` and `title` are inserted unchanged; `number` is that of the version. Raises InvalidInput
    `unknown_sentence` if there is none for the language or position.
    """
    try:
        template = _SENTENCES[lang][position]
    except KeyError:
        raise InvalidInput("unknown_sentence", N_("This sentence is not available in that language.")) from None
    shown = format_number(number, digits=digits or DEFAULT_DIGITS[lang])
    return template.format(organisation=organisation, number=shown, title=title)
