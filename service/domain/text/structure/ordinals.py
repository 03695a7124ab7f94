"""Parse and format numbers of provisions: digits, words, abjad letters, Roman numerals."""

from service.domain.text.markup.item_labels import ABJAD
from service.domain.text.structure.number_words import parse_number_words, parse_roman
from service.domain.text.structure.provisions import to_ascii_digits

_SPELLING_FOLD = str.maketrans("أإآ", "ااا")


def abjad_letter(number: int) -> str:
    """Return the abjad letter of 1 to 28: «أ», «ب», … «غ». Raises ValueError outside of the range."""
    if not 1 <= number <= len(ABJAD):
        raise ValueError("the abjad has 28 letters")
    return ABJAD[number - 1]


def parse_number(written: str) -> int | None:
    """Return the number denoted by digits of any script, number words, an abjad letter or a Roman numeral below 90.

    None for anything else. Ordinals are recognised in every case, with and without the hamza.
    """
    plain = to_ascii_digits(written.strip())
    if plain.isascii() and plain.isdecimal():
        return int(plain[:9])
    roman = parse_roman(plain)
    if roman is not None:
        return roman
    return _LETTERS.get(plain.translate(_SPELLING_FOLD)) or parse_number_words(plain)


_LETTERS = {letter.translate(_SPELLING_FOLD): number for number, letter in enumerate(ABJAD, 1)} | {"ه": 5}
