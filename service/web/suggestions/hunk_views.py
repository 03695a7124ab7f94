"""Hunks of suggestions as pages show them: the words around, the words deleted and inserted, and the state."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from service.domain.suggestions.hunks import ACCEPTED, PENDING, SuggestionHunk
from service.domain.suggestions.placement import Placement
from service.domain.suggestions.suggestion import Suggestion
from service.domain.text.diff.minimal_edits import word_splices
from service.domain.text.markup.canonical import text_sha256
from service.web.http.context import RequestContext
from service.web.texts.selection import person_name

MAX_CONTEXT = 90
"""Code points shown before and after a hunk."""

_HEADING = re.compile(r"^#{1,6}\s+")
_ID = re.compile(r"\s*\{#[^}]*\}")

PieceKind = Literal["equal", "deleted", "inserted"]
HunkKind = Literal["clean", "present", "conflict", "accepted", "dismissed"]


@dataclass(frozen=True)
class HunkPiece:
    """Words that are equal, deleted or inserted."""

    kind: PieceKind
    text: str


@dataclass(frozen=True)
class HunkView:
    """A hunk, or all hunks of one conflict; `number` is that of the first.

    `live` and `proposed` are the passage as it is in the draft and as it was suggested. `ended_by` decided at
    `ended_at` (µs UTC); `applied` is what a drafter wrote instead.
    """

    kind: HunkKind
    number: int
    before: str
    pieces: tuple[HunkPiece, ...]
    after: str
    live: str
    proposed: str
    ended_by: str = ""
    ended_at: int | None = None
    applied: str | None = None

    @property
    def seen(self) -> str:
        """The SHA-256 of the passage in the draft."""
        return text_sha256(self.live)

    @property
    def is_pending(self) -> bool:
        """Whether a drafter can decide on it."""
        return self.kind not in ("accepted", "dismissed")


def build_hunk_views(
    context: RequestContext, suggestion: Suggestion, placements: tuple[Placement, ...], live: str
) -> list[HunkView]:
    """Return the hunks in order: pending ones in the draft's text, decided ones in the text they were based on."""
    decided = [_decided(context, suggestion.base, hunk) for hunk in suggestion.hunks if hunk.state != PENDING]
    pending = [_pending(place, live) for place in placements]
    return sorted([*decided, *pending], key=lambda view: view.number)


def _pending(place: Placement, live: str) -> HunkView:
    before, after = _context(live, place.start, place.end)
    pieces = _trimmed(tuple(_pieces(place.live, place.text)), before, after)
    return HunkView(place.kind, place.numbers[0], before, pieces, after, place.live, place.text)


def _decided(context: RequestContext, base: str, hunk: SuggestionHunk) -> HunkView:
    before, after = _context(base, hunk.start, hunk.end)
    old = base[hunk.start : hunk.end]
    return HunkView(
        "accepted" if hunk.state == ACCEPTED else "dismissed",
        hunk.number,
        before,
        _trimmed(tuple(_pieces(old, hunk.text)), before, after),
        after,
        old,
        hunk.text,
        person_name(context, hunk.ended_by) if hunk.ended_by else "",
        hunk.ended_at,
        hunk.applied,
    )


def _pieces(old: str, new: str) -> Iterator[HunkPiece]:
    offset = 0
    for start, end, text in word_splices(old, new):
        yield from _piece("equal", old[offset:start])
        yield from _piece("deleted", old[start:end])
        yield from _piece("inserted", text)
        offset = end
    yield from _piece("equal", old[offset:])


def _trimmed(pieces: tuple[HunkPiece, ...], before: str, after: str) -> tuple[HunkPiece, ...]:
    """Return the pieces without the line ends at an end that no words of the same line follow."""
    found = list(pieces)
    if found and not before:
        found[0] = replace(found[0], text=found[0].text.lstrip("\n"))
    if found and not after:
        found[-1] = replace(found[-1], text=found[-1].text.rstrip("\n"))
    return tuple(piece for piece in found if piece.text)


def _piece(kind: PieceKind, text: str) -> Iterator[HunkPiece]:
    if text:
        yield HunkPiece(kind, text)


def _context(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the rest of the first and of the last line, shortened at a blank."""
    line_end = text.find("\n", end)
    before = _HEADING.sub("", text[text.rfind("\n", 0, start) + 1 : start])
    after = _ID.sub("", text[end : line_end if line_end >= 0 else len(text)])
    if len(before) > MAX_CONTEXT:
        before = "… " + before[-MAX_CONTEXT:].partition(" ")[2]
    if len(after) > MAX_CONTEXT:
        after = after[:MAX_CONTEXT].rpartition(" ")[0] + " …"
    return before, after
