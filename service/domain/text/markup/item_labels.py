"""Labels of list items that are letters or Roman numerals: «ج», "c", "iii"; the dialect writes them in brackets.

Letters beyond the last are repeated, as word processors do: z, aa, bb; «غ»، «أأ»، «بب».
"""

import re

from service.domain.text.markup.tree import ListStyle

ABJAD = (
    "أ", "ب", "ج", "د", "هـ", "و", "ز", "ح", "ط", "ي", "ك", "ل", "م", "ن",
    "س", "ع", "ف", "ص", "ق", "ر", "ش", "ت", "ث", "خ", "ذ", "ض", "ظ", "غ",
)  # fmt: skip
"""The letters that number paragraphs, in abjad order (أبجد هوّز)."""

LATIN = tuple("abcdefghijklmnopqrstuvwxyz")

MAX_ROMAN = 3_999
"""The largest number that Roman numerals write."""

_LATIN_LABEL = "(?P<latin>[a-z])(?P=latin){0,15}|(?P<capital>[A-Z])(?P=capital){0,15}|[ivxlcdm]{2,16}|[IVXLCDM]{2,16}"
_ABJAD_LABEL = "[اأ]{1,16}|(?:هـ?){1,16}|(?P<abjad>[بجدوزحطيكلمنسعفصقرشتثخذضظغ])(?P=abjad){0,15}"
BRACKETED_LABEL = rf"\((?:{_LATIN_LABEL}|{_ABJAD_LABEL})\)"
"""Pattern of what can be a label in brackets; `read_label` decides. It has no numbered groups."""

_ROMAN_LABEL = re.compile("(?=[lxvi])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_ROMAN_VALUES = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_SPELLING = str.maketrans("أ", "ا", "ـ")
_ABJAD_FOLDED = tuple(letter.translate(_SPELLING) for letter in ABJAD)


def letter_label(number: int, *, style: ListStyle) -> str | None:
    """Return the label of an item from 1 on; None for digits and for what the style cannot write."""
    if style == "decimal" or number < 1 or ("roman" in style and number > MAX_ROMAN):
        return None
    if "roman" in style:
        label = _write_roman(number)
    else:
        letters = ABJAD if style == "abjad" else LATIN
        label = letters[(number - 1) % len(letters)] * ((number - 1) // len(letters) + 1)
    return label.upper() if style.startswith("upper") else label


def is_label(label: str, number: int, *, style: ListStyle) -> bool:
    """Return whether `label` is that of an item; «ه» and «هـ» are equal, and so are «ا» and «أ»."""
    written = letter_label(number, style=style)
    return written is not None and label.translate(_SPELLING) == written.translate(_SPELLING)


def read_label(label: str) -> tuple[tuple[ListStyle, int], ...]:
    """Return the styles and numbers that a list beginning with `label` can have, the likeliest first; () for words.

    A letter is read as a letter, but i, v and x as numerals. Numerals are read below 90: the letters c, d and m make
    words (mix, CD).
    """
    folded = label.lower().translate(_SPELLING)
    if len(set(folded)) > 1 and not _ROMAN_LABEL.fullmatch(folded):
        return ()
    if not label.isascii():
        return _read_letters(folded, _ABJAD_FOLDED, style="abjad")
    upper = label.isupper()
    letters = _read_letters(folded, LATIN, style="upper-alpha" if upper else "lower-alpha")
    numeral = _read_roman(folded)
    numerals: tuple[tuple[ListStyle, int], ...] = (
        (("upper-roman" if upper else "lower-roman", numeral),) if numeral else ()
    )
    return numerals + letters if set(folded) <= set("ivx") else letters + numerals


def _read_letters(folded: str, letters: tuple[str, ...], *, style: ListStyle) -> tuple[tuple[ListStyle, int], ...]:
    if len(set(folded)) != 1:
        return ()
    return ((style, letters.index(folded[0]) + 1 + len(letters) * (len(folded) - 1)),)


def _read_roman(folded: str) -> int | None:
    if not _ROMAN_LABEL.fullmatch(folded):
        return None
    return next(number for number in range(1, 90) if _write_roman(number) == folded)


def _write_roman(number: int) -> str:
    written = ""
    for value, numeral in _ROMAN_VALUES:
        count, number = divmod(number, value)
        written += numeral * count
    return written
