"""Numbers as Word writes them: the values of `w:numFmt` (ECMA-376 part 1 §17.18.59) that are used in our languages."""

from collections.abc import Callable, Mapping

from service.domain.text.markup.tree import ListStyle
from service.domain.text.structure.list_labels import item_label
from service.domain.text.structure.provisions import in_digits

LIST_STYLES: Mapping[str, ListStyle] = {
    "decimal": "decimal",
    "decimalZero": "decimal",
    "hindiNumbers": "decimal",
    "decimalFullWidth": "decimal",
    "arabicAbjad": "abjad",
    "arabicAlpha": "abjad",
    "lowerLetter": "lower-alpha",
    "upperLetter": "upper-alpha",
    "lowerRoman": "lower-roman",
    "upperRoman": "upper-roman",
}
"""Formats that our lists have; the others are written out as words."""

ARABIC_ALPHABET = tuple("أبتثجحخدذرزسشصضطظعغفقكلمنهوي")
"""The letters of `arabicAlpha`."""

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"}
_AR_ORDINALS = ["الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع", "العاشر"]
_AR_CARDINALS = ["واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة"]


def format_number(number: int, kind: str, *, lang: str) -> str:
    """Return a number in one of Word's formats; digits for a format that is not known here."""
    writer = _WRITERS.get(kind)
    if writer:
        return writer(number, lang)
    style = LIST_STYLES.get(kind, "decimal")
    if kind == "hindiNumbers":
        return in_digits(str(number), "arab")
    if kind == "decimalZero":
        return f"{number:02}"
    return item_label(number, style=style, digits="latn")


def arabic_alphabet_letter(number: int) -> str:
    """Return the label of `arabicAlpha`: «أ», «ب», «ت»; letters are doubled after the last."""
    if number < 1:
        return str(number)
    count = len(ARABIC_ALPHABET)
    return ARABIC_ALPHABET[(number - 1) % count] * ((number - 1) // count + 1)


def _ordinal(number: int, lang: str) -> str:
    if lang == "ar":
        return str(number)
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _cardinal_text(number: int, lang: str) -> str:
    if lang == "ar":
        return _AR_CARDINALS[number - 1] if 1 <= number <= len(_AR_CARDINALS) else str(number)
    if not 0 <= number < 100:
        return str(number)
    return _english(number).capitalize()


def _ordinal_text(number: int, lang: str) -> str:
    if lang == "ar":
        return _AR_ORDINALS[number - 1] if 1 <= number <= len(_AR_ORDINALS) else str(number)
    if not 0 < number < 100:
        return _ordinal(number, lang)
    *before, last = _english(number).split("-")
    ending = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last.removesuffix('e')}th")
    if last == "twelve":
        ending = "twelfth"
    return "-".join([*before, ending]).capitalize()


def _english(number: int) -> str:
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")


def _circled(number: int, _: str) -> str:
    return _CIRCLED[number - 1] if 1 <= number <= len(_CIRCLED) else str(number)


_WRITERS: Mapping[str, Callable[[int, str], str]] = {
    "arabicAlpha": lambda number, _: arabic_alphabet_letter(number),
    "ordinal": _ordinal,
    "cardinalText": _cardinal_text,
    "ordinalText": _ordinal_text,
    "numberInDash": lambda number, _: f"- {number} -",
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedFullstop": lambda number, _: f"{number}.",
    "decimalEnclosedParen": lambda number, _: f"({number})",
    "none": lambda number, _: "",
    "bullet": lambda number, _: "",
}
