"""How numbered lists are written in pandoc's JSON, which has no Arabic letters, and what their items are labelled.

Pandoc's JSON carries the style of the text. For DOCX each list gets the pair of style and delimiter from which
post-processing writes Word's numbering; for Typst, the labels themselves.
"""

from service.domain.text.markup.tree import ListStyle
from service.domain.text.structure.list_labels import effective_style

ListAttributes = tuple[str, str]
"""Names of pandoc's ListNumberStyle and ListNumberDelim."""

_OF_TEXT: dict[ListStyle, ListAttributes] = {
    "decimal": ("DefaultStyle", "DefaultDelim"),
    "abjad": ("Decimal", "TwoParens"),
    "lower-alpha": ("LowerAlpha", "TwoParens"),
    "upper-alpha": ("UpperAlpha", "TwoParens"),
    "lower-roman": ("LowerRoman", "TwoParens"),
    "upper-roman": ("UpperRoman", "TwoParens"),
}
_STYLES = {attributes: style for style, attributes in _OF_TEXT.items()}

DIGITS: ListAttributes = ("Decimal", "Period")
AUTOMATIC_LETTERS: ListAttributes = ("Decimal", "OneParen")
"""A list with digits in the text that prints letters, because it is inside one with digits."""

AUTOMATIC_LETTERS_NAME = "Automatic Letters"
"""Name of the Word numbering of such a list, by which an import knows it again."""

LIST_ATTRIBUTES = frozenset(name for pair in (*_STYLES, DIGITS, AUTOMATIC_LETTERS) for name in pair)
"""Every name that occurs."""

_WORD_FORMATS: dict[ListStyle, str] = {
    "decimal": "decimal",
    "abjad": "arabicAbjad",
    "lower-alpha": "lowerLetter",
    "upper-alpha": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
}


def attributes_of(style: ListStyle) -> ListAttributes:
    """Return the attributes of a list with the style of the text."""
    return _OF_TEXT[style]


def style_of(attributes: ListAttributes) -> ListStyle:
    """Return the style of the text from the attributes of a list. Raises KeyError for others."""
    return _STYLES[attributes]


def docx_attributes(style: ListStyle, *, printed: ListStyle) -> ListAttributes:
    """Return the attributes from which DOCX numbering is made; `printed` is the style in which the list prints."""
    if style != "decimal":
        return _OF_TEXT[style]
    return DIGITS if printed == "decimal" else AUTOMATIC_LETTERS


def style_of_level(word_format: str, text: str, *, lang: str) -> ListStyle:
    """Return the style of a numbering level as pandoc writes it: `w:numFmt`, and `w:lvlText` such as "(%1)"."""
    if word_format != "decimal":
        return next(style for style, name in _WORD_FORMATS.items() if name == word_format)
    if text.startswith("("):
        return "abjad"
    return effective_style("decimal", within="decimal", lang=lang) if text.endswith(")") else "decimal"


def word_format(style: ListStyle) -> str:
    """Return the `w:numFmt` of a style."""
    return _WORD_FORMATS[style]
