"""Render a redline as plain text for terminals and email: [-removed-]{+added+}, in the new text."""

from service.domain.text.redline.redline import Redline

_VISIBLE_KINDS = ("insert", "delete", "replace", "renumber")


def render_text(redline: Redline, old: str, new: str) -> str:
    """Return the new text with its changes in brackets, except changes of blanks, vowel marks and invisible marks."""
    parts = []
    for op in redline.ops:
        removed, added = old[op.a0 : op.a1], new[op.b0 : op.b1]
        if op.kind in _VISIBLE_KINDS:
            parts += [f"[-{removed}-]" * bool(removed), f"{{+{added}+}}" * bool(added)]
        else:
            parts.append(added)
    return "".join(parts)
