"""Numbers of provisions as words and letters: Arabic ordinals from 1 to 99, the abjad row, Roman numerals."""

import regex

from service.domain.text.provisions import plain_number

ABJAD = tuple(
    [
        "أ",
        "ب",
        "ج",
        "د",
        "هـ",
        "و",
        "ز",
        "ح",
        "ط",
        "ي",
        "ك",
        "ل",
        "م",
        "ن",
        "س",
        "ع",
        "ف",
        "ص",
        "ق",
        "ر",
        "ش",
        "ت",
        "ث",
        "خ",
        "ذ",
        "ض",
        "ظ",
        "غ",
    ]
)
"""The letters that number paragraphs, in the order of أبجد هوّز."""

_FEMININE = tuple(
    ["الأولى", "الثانية", "الثالثة", "الرابعة", "الخامسة", "السادسة", "السابعة", "الثامنة", "التاسعة", "العاشرة"]
)
_MASCULINE = (
    "الأول",
    "الثاني",
    "الثالث",
    "الرابع",
    "الخامس",
    "السادس",
    "السابع",
    "الثامن",
    "التاسع",
    "العاشر",
)
_TENS = ("العشرون", "الثلاثون", "الأربعون", "الخمسون", "الستون", "السبعون", "الثمانون", "التسعون")
_ROMAN_FORM = regex.compile(r"(?=[LXVI])(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}
_LOOSE = str.maketrans("أإآ", "ااا")

LAST = 99


def arabic_ordinal(number: int, *, feminine: bool) -> str:
    """«الأولى», «الحادي عشر», «الثالثة والعشرون». `feminine` like مادة, not like باب. For 1 to 99."""
    if not 1 <= number <= LAST:
        raise ValueError("ordinals are known from 1 to 99")
    units = _FEMININE if feminine else _MASCULINE
    if number <= 10:
        return units[number - 1]
    tens, unit = divmod(number, 10)
    first = ("الحادية" if feminine else "الحادي") if unit == 1 else units[unit - 1]
    if tens == 1:
        return f"{first} {'عشرة' if feminine else 'عشر'}"
    return f"{first} و{_TENS[tens - 2]}" if unit else _TENS[tens - 2]


def abjad(number: int) -> str:
    """«أ», «ب», … «غ»: 1 to 28."""
    if not 1 <= number <= len(ABJAD):
        raise ValueError("the abjad has 28 letters")
    return ABJAD[number - 1]


def number_of(written: str) -> int | None:
    """The number that digits of any script, an Arabic ordinal, a letter of the abjad, or a Roman numeral below 90 stand
    for; None of anything else. Ordinals are known in every case, with and without the hamza."""
    plain = plain_number(written.strip())
    if plain.isascii() and plain.isdecimal():
        return int(plain[:9])
    if _ROMAN_FORM.fullmatch(plain):
        return _roman(plain)
    return _ORDINALS.get(plain.translate(_LOOSE))


def _roman(written: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in written]
    return sum(-value if value < max(values[place:]) else value for place, value in enumerate(values))


def _known() -> dict[str, int]:
    found = {letter.translate(_LOOSE): number for number, letter in enumerate(ABJAD, 1)} | {"ه": 5}
    for number in range(1, LAST + 1):
        for feminine in (True, False):
            name = arabic_ordinal(number, feminine=feminine).translate(_LOOSE)
            found |= {name: number, name.replace("ون", "ين"): number}
    return found


_ORDINALS = _known()
