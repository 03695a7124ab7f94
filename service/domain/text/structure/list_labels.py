"""Labels of list items: one rule for editor, page, comparison, PDF, DOCX and references.

Digits and letters alternate with depth unless the text names the style: «١-», inside it «(أ)», inside that «١-» again.
Letters beyond the last are repeated, as word processors do: z, aa, bb.
"""

from service.domain.text.markup.item_labels import letter_label
from service.domain.text.markup.tree import ListStyle
from service.domain.text.structure.provisions import Digits, in_digits


def effective_style(style: ListStyle, *, within: ListStyle | None, lang: str) -> ListStyle:
    """Return the style in which a list prints; `within`: that of the nearest numbered list around it.

    Digits inside digits become letters of the language, as texts cite sub-items; other styles are those of the markers.
    """
    if (style, within) != ("decimal", "decimal"):
        return style
    return "abjad" if lang == "ar" else "lower-alpha"


def item_label(number: int, *, style: ListStyle, digits: Digits) -> str:
    """Return the label of an item without punctuation: «٣», «ج», "c", "iii"; digits below 1 and beyond the numerals."""
    return letter_label(number, style=style) or in_digits(str(number), digits)


def printed_label(number: int, *, style: ListStyle, digits: Digits, lang: str) -> str:
    """Return the label with its punctuation: «٣-» or "3." for digits, else «(ج)», as texts cite it."""
    return label_pattern(style, lang=lang).format(n=item_label(number, style=style, digits=digits))


def label_pattern(style: ListStyle, *, lang: str) -> str:
    """Return the punctuation of the labels of a style, with `{n}` for the label."""
    if style != "decimal":
        return "({n})"
    return "{n}-" if lang == "ar" else "{n}."
