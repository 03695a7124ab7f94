"""Redline as a diff-match-patch delta, the compact format in which other programs exchange changes.

The library only writes and parses the format; it does not compute the diff (ADR 0008): its own comparison depends on
the clock, and its patches can apply to the wrong article.
"""

from diff_match_patch import diff_match_patch

from service.domain.errors import N_, InvalidInput
from service.domain.text.redline.redline import Redline

KEEP, DELETE, INSERT = diff_match_patch.DIFF_EQUAL, diff_match_patch.DIFF_DELETE, diff_match_patch.DIFF_INSERT


def to_delta(redline: Redline, old: str, new: str) -> str:
    """Return the delta from `old` to `new`: `=12` keeps 12 code points, `-3` deletes 3, `+…` inserts (URL-encoded)."""
    steps: list[tuple[int, str]] = []
    for op in redline.ops:
        if op.kind == "equal":
            steps.append((KEEP, old[op.a0 : op.a1]))
        else:
            steps += [(DELETE, old[op.a0 : op.a1]), (INSERT, new[op.b0 : op.b1])]
    return str(diff_match_patch().diff_toDelta([step for step in steps if step[1]]))


def from_delta(old: str, delta: str) -> str:
    """Apply `delta` to `old`. Raises InvalidInput `bad_delta` if it does not fit."""
    try:
        steps = diff_match_patch().diff_fromDelta(old, delta)
    except ValueError:
        raise InvalidInput("bad_delta", N_("This update does not match this text.")) from None
    return "".join(text for kind, text in steps if kind != DELETE)
