"""Directional runs of exported files, which have direction marks round them because Word knows no isolates."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from workers.intake.model import Piece, TextPiece

LRM, RLM = "\u200e", "\u200f"
_RUN_MARKS = re.compile(f"(?P<outer>[{LRM}{RLM}])(?P<inner>[{LRM}{RLM}])(?P<words>[^{LRM}{RLM}]+)(?P=inner)(?P=outer)")
"""The inner marks give the run its direction, the outer ones are those of the line."""


def restore_runs(pieces: Iterable[Piece]) -> list[Piece]:
    """Turn the direction marks that exported files put around a directional run back into the style of its pieces."""
    flat = list(pieces)
    text = "".join(one.text if isinstance(one, TextPiece) else "\ufffc" for one in flat)
    links = "".join(_link_flags(one) for one in flat)
    spans = [
        (found.start(), found.end(), _direction(found, links[found.start() : found.end()]))
        for found in _RUN_MARKS.finditer(text)
    ]
    if not spans:
        return flat
    found: list[Piece] = []
    offset = 0
    for piece in flat:
        if not isinstance(piece, TextPiece):
            found.append(piece)
            offset += 1
            continue
        found += _split_at(piece, offset, spans)
        offset += len(piece.text)
    return found


def _link_flags(piece: Piece) -> str:
    """Return a sign for each code point of a piece: whether it is that of a link."""
    if not isinstance(piece, TextPiece):
        return " "
    return ("#" if piece.style.href else " ") * len(piece.text)


def _direction(found: re.Match[str], links: str) -> str:
    """Return the direction of a run; "" for the text of a link, which exported files mark by themselves."""
    if " " not in links:
        return ""
    return "ltr" if found["inner"] == LRM else "rtl"


def _split_at(piece: TextPiece, offset: int, spans: Sequence[tuple[int, int, str]]) -> Iterable[TextPiece]:
    position, end = offset, offset + len(piece.text)
    for start, stop, direction in spans:
        for low, high, inside in ((position, start, False), (max(position, start), stop, True)):
            low, high = max(low, position), min(high, end)
            if low >= high:
                continue
            text = piece.text[low - offset : high - offset]
            if inside:
                text = text.replace(LRM, "").replace(RLM, "")
                yield from [replace(piece, text=text, style=replace(piece.style, direction=direction))] if text else []
            else:
                yield replace(piece, text=text)
            position = high
    if position < end:
        yield replace(piece, text=piece.text[position - offset :])
