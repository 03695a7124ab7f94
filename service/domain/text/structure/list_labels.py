"""Labels of list items: one rule for editor, page, comparison, PDF, DOCX and references.

Digits and letters alternate with depth unless the text names the style: «١-», inside it «(أ)», inside that «١-» again.
Letters beyond the last are repeated, as word processors do: z, aa, bb.
"""

from collections.abc import Iterable, Iterator, Mapping

from service.domain.errors import TooLarge
from service.domain.text.markup.item_labels import letter_label
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import Block, BulletList, ListStyle, OrderedList, Quote
from service.domain.text.structure.provisions import Digits, in_digits

BULLETS = ("-", "*", "+")
"""Markers of bullet lists."""


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


def typed_label(marker: str, *, lang: str, digits: Digits) -> str:
    """Return the label that a typed marker of a numbered list, such as `3.` or `(c)`, prints by itself."""
    if marker.startswith("("):
        return marker
    return printed_label(int(marker[:-1]), style="decimal", digits=digits, lang=lang)


def labels_by_line(text: str, *, lang: str, digits: Digits) -> Mapping[int, str]:
    """Return the printed labels of the items of numbered lists, by the offsets at which their lines begin.

    Of two items that begin on one line the outer one counts. A text that the parser refuses has none.
    """
    try:
        tree = parse_markup(text)
    except TooLarge:
        return {}
    bodies = (tree.blocks, *(note.blocks for note in tree.notes))
    found = (pair for blocks in bodies for pair in _labelled(blocks, None, lang, digits))
    labels: dict[int, str] = {}
    for offset, label in found:
        labels.setdefault(offset, label)
    return labels


def _labelled(
    blocks: Iterable[Block], within: ListStyle | None, lang: str, digits: Digits
) -> Iterator[tuple[int, str]]:
    for block in blocks:
        match block:
            case Quote(blocks=inner):
                yield from _labelled(inner, within, lang, digits)
            case BulletList(items=items):
                for item in items:
                    yield from _labelled(item.blocks, within, lang, digits)
            case OrderedList(items=items, start=start):
                style = effective_style(block.style, within=within, lang=lang)
                for number, item in enumerate(items, start):
                    yield item.span[0], printed_label(number, style=style, digits=digits, lang=lang)
                    yield from _labelled(item.blocks, style, lang, digits)
            case _:
                pass
