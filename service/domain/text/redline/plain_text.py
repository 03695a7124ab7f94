"""A redline as plain text, for terminals and mails: [-what went-]{+what came+}, and all the rest as it reads now."""

from service.domain.text.redline.redline import Redline

_LOUD = ("insert", "delete", "replace", "renumber")


def to_text(redline: Redline, old: str, new: str) -> str:
    """The new text with its changes in brackets. Blanks, vowel signs and invisible marks that changed show as new."""
    shown = []
    for op in redline.ops:
        gone, come = old[op.a0 : op.a1], new[op.b0 : op.b1]
        if op.kind in _LOUD:
            shown += [f"[-{gone}-]" * bool(gone), f"{{+{come}+}}" * bool(come)]
        else:
            shown.append(come)
    return "".join(shown)
