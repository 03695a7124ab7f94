"""Labels of list items: one rule for editor, page, comparison, PDF, DOCX and references.

Digits and letters alternate with depth unless the text names the style: «١-», inside it «(أ)», inside that «١-» again.
Letters beyond the last are repeated, as word processors do: z, aa, bb.
"""

from service.domain.text.markup.tree import ListStyle
from service.domain.text.structure.ordinals import ABJAD
from service.domain.text.structure.provisions import Digits, in_digits

MAX_ROMAN = 3_999
"""The largest number that Roman numerals write."""

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def effective_style(style: ListStyle, *, depth: int, lang: str) -> ListStyle:
    """Return the style in which a list prints that is inside `depth` numbered lists (0: none).

    Lists with digits alternate with letters of the language; the others keep the style of their markers.
    """
    if style != "decimal" or depth % 2 == 0:
        return style
    return "abjad" if lang == "ar" else "lower-alpha"


def item_label(number: int, *, style: ListStyle, digits: Digits) -> str:
    """Return the label of an item without punctuation: «٣», «ج», "c", "iii"; digits below 1 and beyond the numerals."""
    if style == "decimal" or number < 1 or ("roman" in style and number > MAX_ROMAN):
        return in_digits(str(number), digits)
    if "roman" in style:
        label = _roman(number)
    else:
        letters = ABJAD if style == "abjad" else tuple(_LATIN)
        label = letters[(number - 1) % len(letters)] * ((number - 1) // len(letters) + 1)
    return label.upper() if style.startswith("upper") else label


def printed_label(number: int, *, style: ListStyle, digits: Digits, lang: str) -> str:
    """Return the label with its punctuation: «٣-» or "3." for digits, else «(ج)», as texts cite it."""
    label = item_label(number, style=style, digits=digits)
    if style != "decimal":
        return f"({label})"
    return f"{label}-" if lang == "ar" else f"{label}."


def _roman(number: int) -> str:
    written = ""
    for value, numeral in _ROMAN:
        count, number = divmod(number, value)
        written += numeral * count
    return written
