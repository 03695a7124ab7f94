"""The error for conflicting changes to one text."""

from collections.abc import Sequence
from dataclasses import asdict

from service.domain.errors import N_, Conflict
from service.domain.text.merge.merge import MergeResult


def draft_conflict(
    base: str, live: str, proposed: str, result: MergeResult, *, accepted_moves: Sequence[int] = ()
) -> Conflict:
    """Return the error for a text whose changes conflict with others' changes.

    It carries both texts, each conflict, and the relocations offered for passages that one side moved.
    `accepted_moves`: the relocations applied before, in order.
    """
    passages = [asdict(one) for one in result.conflicts]
    relocations = [
        {"mover": one.mover, "was": base[one.a0 : one.a1], "together": one.text, "score": one.score}
        for one in result.relocations
    ]
    return Conflict(
        "draft_conflict",
        N_("Someone changed the same words while you were writing. Both texts are shown below. Nothing is saved yet."),
        extra={
            "base": base,
            "live": live,
            "yours": proposed,
            "conflicts": passages,
            "relocations": relocations,
            "moved": list(accepted_moves),
        },
    )
