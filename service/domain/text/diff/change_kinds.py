"""The kinds of change in a redline."""

from typing import Literal

from service.domain.text.markup.tokens import fold, has_marks, is_blank, without_invisible

ChangeKind = Literal["equal", "insert", "delete", "replace", "space", "invisible", "vocalisation", "renumber"]


def classify_change(old: str, new: str) -> ChangeKind:
    """Return the kind of change that turns `old` into `new`."""
    if old == new:
        return "equal"
    if has_marks(old) or has_marks(new):
        if without_invisible(old) == without_invisible(new):
            return "invisible"
        if fold(old) == fold(new):
            return "vocalisation"
    if is_blank(old or " ") and is_blank(new or " "):
        return "space"
    if not old:
        return "insert"
    return "replace" if new else "delete"
