"""The sentences of wording 2, word for word: they are signed, so a change of one needs a new wording."""

import pytest

from service.domain.endorsement.rules import POSITIONS
from service.domain.errors import InvalidInput
from service.domain.trust.sentence import WITHDRAWAL
from service.domain.trust.sentence_wording2 import SignedText, sentence_wording2

GOLDEN = {
    ("ar", "endorse", True): (
        "باسم «\u2068Dawlaty Inc.\u2069»، وبموجب تفويض بالتوقيع عنها، نؤيّد الإصدار ١٢ من وثيقة "
        "«\u2068لا “دستور”!\u2069»، ونوافق على نشر اسمها بين المؤيّدين."
    ),
    ("ar", "endorse_with_reservation", True): (
        "باسم «\u2068Dawlaty Inc.\u2069»، وبموجب تفويض بالتوقيع عنها، نؤيّد الإصدار ١٢ من وثيقة "
        "«\u2068لا “دستور”!\u2069» مع التحفّظ المثبَت نصّه أدناه، ونوافق على نشر الاسم والتحفّظ."
    ),
    ("ar", "abstain", True): (
        "باسم «\u2068Dawlaty Inc.\u2069»، وبموجب تفويض بالتوقيع عنها، نمتنع عن إبداء موقف من الإصدار ١٢ من "
        "وثيقة «\u2068لا “دستور”!\u2069»، ونوافق على نشر اسمها بين المنظمات التي امتنعت عن إبداء موقف."
    ),
    ("ar", "decline", False): (
        "باسم «\u2068Dawlaty Inc.\u2069»، وبموجب تفويض بالتوقيع عنها، نعلن عدم تأييد الإصدار ١٢ من وثيقة "
        "«\u2068لا “دستور”!\u2069»، على أن يُحتسب هذا الموقف علنًا من دون ذكر اسمها."
    ),
    ("en", "endorse", False): (
        "On behalf of “\u2068Dawlaty Inc.\u2069”, and authorised to sign for it, we endorse version 12 of "
        "“\u2068لا ‘دستور’!\u2069” and agree that its name be published among those who endorse."
    ),
    ("en", "endorse_with_reservation", False): (
        "On behalf of “\u2068Dawlaty Inc.\u2069”, and authorised to sign for it, we endorse version 12 of "
        "“\u2068لا ‘دستور’!\u2069”, subject to the reservation set out below, and agree that its name and the "
        "reservation be published."
    ),
    ("en", "abstain", False): (
        "On behalf of “\u2068Dawlaty Inc.\u2069”, and authorised to sign for it, we abstain from taking a "
        "position on version 12 of “\u2068لا ‘دستور’!\u2069”. In public, this abstention is counted without its name."
    ),
    ("en", "decline", True): (
        "On behalf of “\u2068Dawlaty Inc.\u2069”, and authorised to sign for it, we do not endorse version "
        "12 of “\u2068لا ‘دستور’!\u2069” and agree that its name be published among those who do not endorse."
    ),
}


def text(lang: str, *, official: tuple[str, ...] = ("ar",), signed: bool = False) -> SignedText:
    return SignedText(lang=lang, number=12, title="لا «دستور»!", official=official, signed=signed)


@pytest.mark.parametrize(("lang", "position", "named"), list(GOLDEN))
def test_sentences_never_change(lang: str, position: str, named: bool) -> None:
    said = sentence_wording2(position, text(lang, official=(lang,)), organisation="Dawlaty Inc.", named_in_public=named)
    assert said == GOLDEN[lang, position, named]


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("position", ["abstain", "decline"])
def test_naming_of_dissent_follows_the_rule_of_the_round(lang: str, position: str) -> None:
    named, counted = (
        sentence_wording2(position, text(lang), organisation="بيتنا", named_in_public=rule) for rule in (True, False)
    )
    consent, refusal = {
        "ar": ("ونوافق على نشر اسمها", "علنًا من دون ذكر اسمها"),
        "en": ("agree that its name be published", "counted without its name"),
    }[lang]
    assert consent in named and refusal not in named
    assert refusal in counted and consent not in counted


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_withdrawal_names_what_is_withdrawn(lang: str) -> None:
    said = {
        withdrawn: sentence_wording2(
            WITHDRAWAL, text(lang), organisation="بيتنا", named_in_public=False, withdrawn=withdrawn
        )
        for withdrawn in POSITIONS
    }
    assert len(set(said.values())) == len(POSITIONS)
    assert ("the endorsement we gave" if lang == "en" else "نسحب التأييد الذي أعلنّاه") in said["endorse"]
    assert ("decision not to endorse" if lang == "en" else "إعلان عدم التأييد") in said["decline"]


def test_several_official_texts_and_a_translation_are_named_in_a_second_line() -> None:
    both = ("ar", "en")
    lines = {
        ("ar", "endorse", both): "تشمل هذه الموافقة النصّين الأصليّين بالعربية والإنكليزية.",
        ("en", "endorse", both): "This endorsement covers the official texts in Arabic and English.",
        ("en", "decline", both): "This position covers the official texts in Arabic and English.",
        ("ar", "abstain", both): "يشمل هذا الموقف النصّين الأصليّين بالعربية والإنكليزية.",
        ("en", "endorse", ("ar",)): "The official text is the one in Arabic.",
        ("ar", "endorse", ("en",)): "النصّ الأصلي هو المحرَّر باللغة الإنكليزية.",
    }
    for (lang, position, official), line in lines.items():
        said = sentence_wording2(position, text(lang, official=official), organisation="ب", named_in_public=False)
        assert said.split("\n")[1:] == [line]
    assert "\n" not in sentence_wording2("endorse", text("ar"), organisation="ب", named_in_public=False)


def test_signed_texts_are_signed_by_their_sentence() -> None:
    said = [
        sentence_wording2("endorse", text(lang, signed=True), organisation="ب", named_in_public=False)
        for lang in ("ar", "en")
    ]
    assert "ونوقّعه" in said[0] and "endorse and sign version" in said[1]


def test_a_name_cannot_leave_its_quotation_marks() -> None:
    hostile = "X\u2069», ونلغي\u202e “any” {title}"
    said = sentence_wording2("endorse", text("ar"), organisation=hostile, named_in_public=False)
    assert said.count("»") == 2 and said.count("\u2068") == said.count("\u2069") == 2
    assert "\u202e" not in said and "{title}" in said


@pytest.mark.parametrize(("position", "lang"), [("endorse", "xx"), ("silent", "ar"), (WITHDRAWAL, "en")])
def test_unknown_sentence_is_rejected(position: str, lang: str) -> None:
    with pytest.raises(InvalidInput):
        sentence_wording2(position, text(lang), organisation="x", named_in_public=True)
