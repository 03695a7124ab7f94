"""Render a redline as plain text for terminals and email: [-removed-]{+added+}, in the new text.

Breaks are marked ¶ and ↵, blanks ␣, and invisible characters by their code point. A moved passage is [1> … <1] at its
old place and {1> … <1} at its new one, with the changes in it.
"""

from service.domain.text.markup.tokens import INVISIBLE
from service.domain.text.redline.numbered_ops import NumberedOp, numbered_ops
from service.domain.text.redline.redline import Redline
from service.domain.text.redline.structure_marks import structure_marks, with_breaks_around

_UNSEEN = {" ": "␣", "\t": "⇥", "\n": "¶", **{char: f"<U+{ord(char):04X}>" for char in INVISIBLE}}


def render_text(redline: Redline, old: str, new: str) -> str:
    """Return the new text with every change in brackets."""
    parts: list[str] = []
    move: tuple[int, str] | None = None
    for one in numbered_ops(redline):
        current = (one.move, one.end) if one.move and one.end else None
        if current != move:
            parts += [_closing(move), _opening(current)]
            move = current
        parts.append(_render_op(one, old, new))
    return "".join([*parts, _closing(move)])


def _opening(move: tuple[int, str] | None) -> str:
    return "" if move is None else f"[{move[0]}>" if move[1] == "old" else f"{{{move[0]}>"


def _closing(move: tuple[int, str] | None) -> str:
    return "" if move is None else f"<{move[0]}]" if move[1] == "old" else f"<{move[0]}}}"


def _render_op(one: NumberedOp, old: str, new: str) -> str:
    removed, added = old[one.op.a0 : one.op.a1], new[one.op.b0 : one.op.b1]
    if one.op.kind == "equal":
        return added
    if one.end == "old":
        return removed
    if one.op.kind == "structure":
        around = with_breaks_around(old, new, (one.op.a0, one.op.a1, one.op.b0, one.op.b1))
        return "".join(_bracket(mark.symbol, mark.is_added) for mark in structure_marks(*around)) + added
    if one.op.kind in ("space", "invisible"):
        return _bracket(_unseen(removed), False) + _bracket(_unseen(added), True) + ("\n" if "\n" in added else "")
    return _bracket(removed, False) + _bracket(added, True)


def _bracket(words: str, is_added: bool) -> str:
    if not words:
        return ""
    return f"{{+{words}+}}" if is_added else f"[-{words}-]"


def _unseen(text: str) -> str:
    return "".join(_UNSEEN.get(char, char) for char in text)
