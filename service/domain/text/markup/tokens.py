"""Word tokens by UAX #29, and keys that ignore marks and invisible characters."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import accumulate

import regex

TOKENIZER = f"uax29 regex-{regex.__version__}"
"""Part of a redline's engine name: boundaries follow the Unicode tables of this library."""

_WORD_BOUNDARY = regex.compile(r"(?w)\b", regex.V1)
_GRAPHEME = regex.compile(r"\X")
_SIMPLE = re.compile(
    r"[\n\t -~\u00a0-\u05ff\u0606-\u06dc\u06de-\u06ff\u0750-\u077f\u08a0-\u08e1\u08e3-\u08ff\u1e00-\u1fff"
    r"\u200b\u200c\u200e-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u218f]*"
)
"""Latin, Greek, Cyrillic, Hebrew, Arabic and their punctuation: every word boundary is a grapheme boundary too."""

BLANK, WORD, OTHER = range(3)
"""Token class, in the last two bits of a key: blanks and invisible characters; letters and digits; all others."""

INVISIBLE = "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_HARAKAT = (*range(0x610, 0x61B), *range(0x64B, 0x660), 0x670, *range(0x6D6, 0x6DD), *range(0x6DF, 0x6E9))
_WITHOUT_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))
_TATWEEL = 0x640
_FOLD = dict.fromkeys((*_WITHOUT_INVISIBLE, *_HARAKAT, *range(0x6EA, 0x6EE), _TATWEEL))
_FOLDED = re.compile(f"[{''.join(map(chr, _FOLD))}]")
_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
_DIGIT = re.compile(r"[^\W\D0-9]")
_LOOKALIKES = str.maketrans("\u06cc\u06a9\u00a0\u202f\u2007", "\u064a\u0643   ")
_NUMBER = regex.compile(r"\p{Nd}+(?:[.,٫]\p{Nd}+)*\p{L}?")


def tokenize(text: str) -> list[str]:
    """Split `text` at word boundaries, losslessly and without splitting a grapheme cluster."""
    cut = [token for token in _WORD_BOUNDARY.split(text) if token]
    return cut if is_simple(text) else _join_graphemes(text, cut)


def grapheme_ends(text: str) -> set[int]:
    """Return 0 and the offset after each grapheme cluster of `text`."""
    return {0, *accumulate(len(cluster) for cluster in _GRAPHEME.findall(text))}


def is_simple(text: str) -> bool:
    """Return whether words are separated by blanks in all scripts of `text`, and no word boundary splits a grapheme."""
    return _SIMPLE.fullmatch(text) is not None


def fold(text: str) -> str:
    """Return `text` without harakat, tatweel and invisible characters."""
    return text.translate(_FOLD) if has_marks(text) else text


def fold_lookalikes(text: str) -> str:
    """Return `text` with one character for those that look the same or mean the same digit.

    Presentation forms, Persian yeh and kaf, digits of any script, and blanks that do not break. Letters that change a
    word are kept: hamza, taa marbuta, alif maqsura.
    """
    if text.isascii():
        return text
    plain = _DIGIT.sub(lambda found: str(unicodedata.digit(found.group())), _FORMS.sub(_compatible, text))
    return plain.translate(_LOOKALIKES)


def _compatible(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found.group())


def has_marks(text: str) -> bool:
    """Return whether `fold` would change `text`."""
    return not text.isascii() and _FOLDED.search(text) is not None


def without_invisible(text: str) -> str:
    """Return `text` without the characters of `INVISIBLE`."""
    return text if text.isascii() else text.translate(_WITHOUT_INVISIBLE)


def is_blank(token: str) -> bool:
    """Return whether a token consists of blanks, newlines and invisible characters."""
    if token[:1].isalnum():
        return False
    return token.isspace() or not (token.isascii() or without_invisible(token).strip())


def is_word(token: str) -> bool:
    """Return whether a token contains a letter or a digit."""
    return any(char.isalnum() for char in token)


def is_number(token: str) -> bool:
    """Return whether a token is a number such as 12, ١٢, 7a or 1.5."""
    return token[:1].isdecimal() and _NUMBER.fullmatch(token) is not None


class TokenKeys(dict[str, int]):
    """Map tokens to small integers, in order of first appearance.

    Tokens that differ only in marks, invisible characters and lookalikes share a key. Its last two bits are `BLANK`,
    `WORD` or `OTHER`.
    """

    def __init__(self) -> None:
        self._folds: dict[str, int] = {}

    def __missing__(self, token: str) -> int:
        folded = fold_lookalikes(fold(token)) or token
        key = self._folds.get(folded)
        if key is None:
            key = self._folds[folded] = len(self._folds) << 2 | _token_class(folded)
        self[token] = key
        return key

    def for_tokens(self, tokens: Iterable[str]) -> list[int]:
        """Return the keys of `tokens`."""
        return list(map(self.__getitem__, tokens))


def _token_class(token: str) -> int:
    if token.isalnum():
        return WORD
    if is_blank(token):
        return BLANK
    return WORD if is_word(token) else OTHER


def _join_graphemes(text: str, cut: list[str]) -> list[str]:
    ends = grapheme_ends(text)
    joined: list[str] = []
    offset, is_torn = 0, False
    for token in cut:
        if is_torn:
            joined[-1] += token
        else:
            joined.append(token)
        offset += len(token)
        is_torn = offset not in ends
    return joined
