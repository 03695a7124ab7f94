"""A redline as plain text, for terminals and mails: [-what went-]{+what came+}, and all the rest as it reads now."""

from service.domain.text.redline.redline import Redline

_VISIBLE_KINDS = ("insert", "delete", "replace", "renumber")


def render_text(redline: Redline, old: str, new: str) -> str:
    """The new text with its changes in brackets. Blanks, vowel signs and invisible marks that changed show as new."""
    parts = []
    for op in redline.ops:
        removed, added = old[op.a0 : op.a1], new[op.b0 : op.b1]
        if op.kind in _VISIBLE_KINDS:
            parts += [f"[-{removed}-]" * bool(removed), f"{{+{added}+}}" * bool(added)]
        else:
            parts.append(added)
    return "".join(parts)
