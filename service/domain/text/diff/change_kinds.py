"""The kinds of change in a redline."""

import re
from typing import Literal

from service.domain.text.markup.tokens import fold, fold_lookalikes, has_marks, is_blank, without_invisible

ChangeKind = Literal[
    "equal",
    "insert",
    "delete",
    "replace",
    "structure",
    "format",
    "space",
    "invisible",
    "vocalisation",
    "lookalike",
    "renumber",
    "item_number",
    "note_number",
]
"""What happened to a passage.

`structure`: line and paragraph breaks, indentation, and the marks of headings, list items and quotations. `format`:
marks of emphasis alone. `space`: blanks within a line. `invisible`: characters without a glyph. `vocalisation`: harakat
and tatweel. `lookalike`: other characters that look the same or mean the same number. `renumber`: the number of a
provision, or of a reference to it, that follows the renumbering. `item_number`, `note_number`: the number or letter of
a list item or of a note whose text is the same item or note.
"""

WORD_KINDS: tuple[ChangeKind, ...] = ("insert", "delete", "replace")
"""Kinds in which words are added and removed."""

NUMBERED_KINDS: tuple[ChangeKind, ...] = (*WORD_KINDS, "structure", "format")
"""Kinds that are counted one by one, and reached by "next change"."""


MAX_LOOKALIKE = 400
"""Code points of the longest change that may be of lookalikes alone; a longer one is a change of words."""

_MARKS = re.compile("[*_`]")
_EMPHASIS = str.maketrans("", "", "*_`")


def classify_change(old: str, new: str) -> ChangeKind:
    """Return the kind of change that turns `old` into `new`, regardless of what surrounds them."""
    if old == new:
        return "equal"
    if has_marks(old) or has_marks(new):
        if without_invisible(old) == without_invisible(new):
            return "invisible"
        if fold(old) == fold(new):
            return "vocalisation"
    if is_blank(old or " ") and is_blank(new or " "):
        return "structure" if "\n" in old + new else "space"
    if _MARKS.search(old + new) and old.translate(_EMPHASIS) == new.translate(_EMPHASIS):
        return "format"
    if max(len(old), len(new)) <= MAX_LOOKALIKE and fold_lookalikes(old) == fold_lookalikes(new):
        return "lookalike"
    if not old:
        return "insert"
    return "replace" if new else "delete"
