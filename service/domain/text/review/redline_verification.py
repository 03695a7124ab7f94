"""Verification of stored redlines: that one is as it was made, and belongs to two texts.

The digest covers the redline whatever the engine that made it: later engines may align differently, and a redline of an
older one is still exact. Moves of engines before `mithaq-redline-5` do not have ops.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from service.domain.text.markup.canonical import text_sha256

RedlineFault = Literal["digest", "old_text", "new_text", "ops"]
"""What is wrong with a stored redline.

`digest`: it was changed after it was made; `old_text`, `new_text`: it was
made from another text; `ops`: its ops do not turn the old text into the new one.
"""

_Op = tuple[str, int, int, int, int]
"""Kind, and half-open ranges of the old and the new text."""


@dataclass(frozen=True, slots=True)
class StoredRedline:
    """A redline read from JSON. `passages`: ops of the whole texts, and of the moves that have them.

    Each passage is its range in both texts and the ops that must tile it; that of the whole texts is the first.
    """

    engine: str
    old_sha256: str
    new_sha256: str
    is_intact: bool
    passages: tuple[tuple[_Op, tuple[_Op, ...]], ...]


def read_redline(source: str | bytes) -> StoredRedline:
    """Read a redline in JSON, of any engine. Raises ValueError if it is not one."""
    try:
        body = json.loads(source)
        digest = body.pop("digest")
        ops = _read_ops(body["ops"])
        whole = ("", 0, max((op[2] for op in ops), default=0), 0, max((op[4] for op in ops), default=0))
        moves = [move for move in body["moves"] if "ops" in move]
        places = _read_ops(("", *move["old"], *move["new"]) for move in moves)
        inner = [_read_ops(move["ops"]) for move in moves]
        return StoredRedline(
            str(body["engine"]),
            str(body["old_sha256"]),
            str(body["new_sha256"]),
            digest == _digest(body),
            ((whole, ops), *zip(places, inner, strict=True)),
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("not a redline") from error


def verify_redline(redline: StoredRedline, texts: tuple[str, str] | None = None) -> RedlineFault | None:
    """Return the first fault of a redline, or None. `texts`: the old and the new canonical text, if known."""
    if not redline.is_intact:
        return "digest"
    if texts and text_sha256(texts[0]) != redline.old_sha256:
        return "old_text"
    if texts and text_sha256(texts[1]) != redline.new_sha256:
        return "new_text"
    whole = redline.passages[0][0]
    has_sizes = not texts or (whole[2], whole[4]) == (len(texts[0]), len(texts[1]))
    is_exact = has_sizes and all(_tile(ops, place, texts) for place, ops in redline.passages)
    return None if is_exact else "ops"


def _read_ops(rows: Iterable[Sequence[object]]) -> tuple[_Op, ...]:
    found = []
    for kind, *offsets in (row[:5] for row in rows):
        a0, a1, b0, b1 = (int(str(offset)) for offset in offsets)
        found.append((str(kind), a0, a1, b0, b1))
    return tuple(found)


def _tile(ops: Iterable[_Op], place: _Op, texts: tuple[str, str] | None) -> bool:
    """Return whether ops follow each other from the start to the end of both ranges, and equal ones are equal."""
    _, a, end_a, b, end_b = place
    for kind, a0, a1, b0, b1 in ops:
        if (a0, b0) != (a, b) or a1 < a0 or b1 < b0:
            return False
        if kind == "equal" and (a1 - a0 != b1 - b0 or (texts and texts[0][a0:a1] != texts[1][b0:b1])):
            return False
        a, b = a1, b1
    return (a, b) == (end_a, end_b)


def _digest(body: Mapping[str, object]) -> str:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"mithaq.redline.v1\n{text}".encode()).hexdigest()
