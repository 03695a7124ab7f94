"""Verification of a saved redline, of this engine or an earlier one: its digest, and that it leads between two texts.

Earlier engines may have aligned the words differently; what they saved is verified by its own ops, never made again.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from service.domain.text.markup.canonical import text_sha256

SavedRedlineFault = Literal["unreadable", "digest", "old_text", "new_text", "ops"]
"""The file, its digest, the text it was made from or leads to, or its ops, which do not fit the texts."""


def saved_redline_faults(saved: str, old: str, new: str) -> Iterator[SavedRedlineFault]:
    """Yield what is wrong with a redline saved as JSON; nothing if it is a redline of these canonical texts."""
    try:
        body = json.loads(saved)
        digest, ops = body.pop("digest"), [_read_op(op) for op in body["ops"]]
        moves = [_read_move(move) for move in body["moves"]]
        sides = body["old_sha256"], body["new_sha256"]
    except (ValueError, KeyError, TypeError, AttributeError):
        yield "unreadable"
        return
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if digest != hashlib.sha256(f"mithaq.redline.v1\n{text}".encode()).hexdigest():
        yield "digest"
    if sides[0] != text_sha256(old):
        yield "old_text"
    if sides[1] != text_sha256(new):
        yield "new_text"
    whole = (0, len(old), 0, len(new))
    if not (_fits(ops, whole, old, new) and all(_fits(inner, ends, old, new) for ends, inner in moves if inner)):
        yield "ops"


_SavedOp = tuple[str, int, int, int, int]


def _read_op(op: Any) -> _SavedOp:
    kind, a0, a1, b0, b1 = op[:5]
    return str(kind), int(a0), int(a1), int(b0), int(b1)


def _read_move(move: Mapping[str, Any]) -> tuple[tuple[int, int, int, int], list[_SavedOp]]:
    """Return the ends of a move and its ops; earlier engines saved none."""
    a0, a1 = move["old"]
    b0, b1 = move["new"]
    return (int(a0), int(a1), int(b0), int(b1)), [_read_op(op) for op in move.get("ops", [])]


def _fits(ops: list[_SavedOp], ends: tuple[int, int, int, int], old: str, new: str) -> bool:
    """Return whether ops tile both ranges, and whether what they call equal is."""
    a, a_end, b, b_end = ends
    for kind, a0, a1, b0, b1 in ops:
        if (a0, b0) != (a, b) or a1 < a0 or b1 < b0 or (kind == "equal" and old[a0:a1] != new[b0:b1]):
            return False
        a, b = a1, b1
    return (a, b) == (a_end, b_end)
