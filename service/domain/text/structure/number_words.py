"""Numbers of provisions in words: Arabic ordinals of both genders from 1 to 999, English number words from 1 to 99.

Above ninety-nine, Arabic puts the hundred last: «الحادية والعشرون بعد المئة». Also parsed are the other order, «المئة
والحادية والعشرون», every case, and spellings without the hamza or with the old alif of مائة.
"""

import regex

MAX_ARABIC = 999
MAX_ENGLISH = 99

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
_HUNDREDS = (
    "المئة",
    "المئتان",
    "الثلاثمئة",
    "الأربعمئة",
    "الخمسمئة",
    "الستمئة",
    "السبعمئة",
    "الثمانمئة",
    "التسعمئة",
)
_AFTER_WORD = "بعد"
_GENITIVE = {"المئتان": "المئتين"}
"""The genitive of a hundred after بعد."""

_ENGLISH = (
    "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve", "Thirteen",
    "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
)  # fmt: skip
_ENGLISH_TENS = ("Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety")

_UNIT = (
    r"(?:[أا]ول[ىي]?|ثانية?|ثان|ثالثة?|رابعة?|خامسة?|سادسة?|سابعة?|ثامنة?|تاسعة?|عاشرة?|حادية?)(?!\p{L})"
)  # fmt: skip
_TEN = r"(?:عشر|ثلاث|[أا]ربع|خمس|ست|سبع|ثمان|تسع)(?:ون|ين)(?!\p{L})"
_HUNDRED = r"(?:م(?:ئ|ائ)(?:ة|تان|تين)|(?:ثلاث|[أا]ربع|خمس|ست|سبع|ثمان|ثماني|تسع)م(?:ئ|ائ)ة)(?!\p{L})"
_BELOW = rf"ال(?:{_UNIT}(?: عشرة?(?!\p{{L}})| وال{_TEN})?|{_TEN})"

ARABIC_PATTERN = rf"(?:{_BELOW}(?: {_AFTER_WORD} ال{_HUNDRED})?|ال{_HUNDRED}(?: و{_BELOW})?)"
"""Matches an Arabic ordinal in any case."""

ENGLISH_PATTERN = (
    rf"(?:(?:{'|'.join(_ENGLISH_TENS)})(?:[- ](?i:{'|'.join(_ENGLISH[:9])}))?|{'|'.join(_ENGLISH[::-1])})(?!\p{{L}})"
)
"""Matches an English number word that begins with a capital."""

_ROMAN_FORM = regex.compile(r"(?=[LXVI])(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}

_HARAKAT = regex.compile("[\u064b-\u0652\u0670\u0640]+")

_ROMAN = r"(?:I(?![ \u00a0]+\p{Ll})|(?!I\b)[IVXL]+)(?![\p{L}\p{M}\p{Nd}’'-])"
"""Roman numerals; "I" before a word in small letters is the pronoun."""
_NO_LARGER = r"(?![-’']|[ \u00a0]+(?i:hundred|thousand|million|percent))"

WORDS_PATTERN = rf"(?:{ARABIC_PATTERN}|{ENGLISH_PATTERN}{_NO_LARGER}|{_ROMAN})"
"""Matches a number of a provision in words or in Roman numerals."""

NUMBER_WORD = regex.compile(rf"(?<!\p{{L}})و?(?:ال{_UNIT}|ال{_TEN}|ال{_HUNDRED}|{ENGLISH_PATTERN}|[IVXL]+\b)", regex.V1)
"""Matches one of the words of such a number."""

_NOMINATIVE = regex.compile(
    r"(?<!\p{L})(?P<stem>و?ال(?:عشر|ثلاث|[أا]ربع|خمس|ست|سبع|ثمان|تسع))ون(?!\p{L})"
    r"|(?<!\p{L})(?P<stem>و?الم(?:ئ|ائ)ت)ان(?!\p{L})"
)
_SPELLING_FOLD = str.maketrans("أإآىئ", "ااايا")
_BY_HUNDRED = regex.compile(rf"(?:(?P<below>.+) {_AFTER_WORD} )?(?P<hundred>ال{_HUNDRED})(?: و(?P<rest>.+))?")


def arabic_ordinal(number: int, *, feminine: bool) -> str:
    """Return the ordinal of 1 to 999: «الأولى», «الحادي عشر», «الثالثة والعشرون», «الثانية بعد المئة».

    `feminine` agrees with مادة, otherwise with باب. Raises ValueError outside of the range.
    """
    if not 1 <= number <= MAX_ARABIC:
        raise ValueError("ordinals are known from 1 to 999")
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below(number, feminine=feminine)
    hundred = _HUNDREDS[hundreds - 1]
    return f"{_below(rest, feminine=feminine)} {_AFTER_WORD} {_GENITIVE.get(hundred, hundred)}" if rest else hundred


def oblique(written: str) -> str:
    """Return an ordinal in the genitive and accusative: «العشرين» for «العشرون». Other words are unchanged."""
    changed: str = _NOMINATIVE.sub(r"\g<stem>ين", written)
    return changed


def english_number_word(number: int) -> str:
    """Return the number word of 1 to 99: "One", "Twelve", "Twenty-three". Raises ValueError outside of the range."""
    if not 1 <= number <= MAX_ENGLISH:
        raise ValueError("number words are known from 1 to 99")
    if number < 20:
        return _ENGLISH[number - 1]
    tens, unit = divmod(number, 10)
    return f"{_ENGLISH_TENS[tens - 2]}-{_ENGLISH[unit - 1].lower()}" if unit else _ENGLISH_TENS[tens - 2]


def parse_roman(written: str) -> int | None:
    """Return the number of a Roman numeral in capitals below 90; None for anything else."""
    if not _ROMAN_FORM.fullmatch(written):
        return None
    values = [_ROMAN_VALUES[letter] for letter in written]
    return sum(-value if value < max(values[index:]) else value for index, value in enumerate(values))


def parse_number_words(written: str) -> int | None:
    """Return the number that such words denote; None for other words."""
    written = _HARAKAT.sub("", written)
    plain = _fold_spelling(written)
    found = _BY_HUNDRED.fullmatch(written)
    if not found:
        return _BELOW_HUNDRED.get(plain)
    parts = [part for part in (found["below"], found["rest"]) if part]
    below = [_BELOW_HUNDRED.get(_fold_spelling(part), 0) for part in parts]
    return _BY_NAME[_fold_spelling(found["hundred"])] + sum(below) if len(parts) < 2 and all(below) else None


def _below(number: int, *, feminine: bool) -> str:
    units = _FEMININE if feminine else _MASCULINE
    if number <= 10:
        return units[number - 1]
    tens, unit = divmod(number, 10)
    first = ("الحادية" if feminine else "الحادي") if unit == 1 else units[unit - 1]
    if tens == 1:
        return f"{first} {'عشرة' if feminine else 'عشر'}"
    return f"{first} و{_TENS[tens - 2]}" if unit else _TENS[tens - 2]


def _fold_spelling(written: str) -> str:
    """Return a normalised spelling: without hamza, the genitive as the nominative, in lower case.

    It is not correct Arabic: the dual of المئتان and the plural of الستون get the same ending, but no two numbers
    collide.
    """
    plain = written.translate(_SPELLING_FOLD).replace("ماي", "مي").replace("ماا", "ما").lower()
    return plain.replace("ين", "ون").replace("تون", "تان").replace("-", " ")


def _below_hundred() -> dict[str, int]:
    arabic = {
        _fold_spelling(_below(number, feminine=feminine)): number
        for number in range(1, 100)
        for feminine in (True, False)
    }
    return arabic | {_fold_spelling(english_number_word(number)): number for number in range(1, MAX_ENGLISH + 1)}


_BELOW_HUNDRED = _below_hundred()
_BY_NAME = {_fold_spelling(name): 100 * index for index, name in enumerate(_HUNDREDS, 1)}
