"""The redline: the changes that turn one canonical text into another, exact and reproducible on every machine.

Blocks are aligned first (heaviest chain of unique blocks, weighted by length), then words in matched blocks. No clock
and no hash order is involved; budgets count operations, and an exceeded budget sets `coarse`.
"""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from service.domain.text.diff.block_diff import DiffSegment, MoveDiff, diff_blocks
from service.domain.text.diff.change_kinds import ChangeKind
from service.domain.text.diff.shared_passages import Indexes, split_around_passages
from service.domain.text.markup.canonical import text_sha256
from service.domain.text.markup.tokens import TOKENIZER
from service.domain.text.redline.note_numbers import is_note_number, renumbered_notes
from service.domain.text.redline.renumbering import Flag, find_renumbering, find_stale_references, is_renumbering

ENGINE = f"mithaq-redline-5 {TOKENIZER}"
"""Redlines of engines with different names may differ."""


IsNoteNumber = Callable[[tuple[int, int, int, int]], bool]
"""Whether a change, by its code points in both texts, renumbers a note."""


@dataclass(frozen=True, slots=True)
class Op:
    """Old code points a0–a1 became new code points b0–b1.

    `move`: the move that a deletion or insertion is an end of. `author`: its author, if known.
    """

    kind: ChangeKind
    a0: int
    a1: int
    b0: int
    b1: int
    move: int | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A moved passage. `score`: similarity of both ends, in thousandths.

    `ops` say what changed in it: they tile both ends, in order. The ops of the redline have the old end as one deletion
    and the new end as one insertion.
    """

    id: int
    a0: int
    a1: int
    b0: int
    b1: int
    score: int
    ops: tuple[Op, ...]


@dataclass(frozen=True, slots=True)
class Redline:
    """A redline; `ops` tile both texts, in order.

    `renumber_map`: old and new names of renumbered provisions. `digest` covers everything else.
    """

    old_sha256: str
    new_sha256: str
    engine: str
    ops: tuple[Op, ...]
    moves: tuple[Move, ...]
    renumber_map: tuple[tuple[str, str], ...]
    flags: tuple[Flag, ...]
    coarse: bool

    @property
    def digest(self) -> str:
        """SHA-256 of "mithaq.redline.v1\\n" and the canonical JSON of everything else."""
        return _digest(self._body_json())

    @property
    def has_changes(self) -> bool:
        """Whether the texts differ."""
        return any(op.kind != "equal" for op in self.ops)

    def to_json(self) -> dict[str, object]:
        """Return JSON values, in code points.

        `ops` as [kind, a0, a1, b0, b1, move or null], those of a move as [kind, a0, a1, b0, b1].
        """
        return {**self._body(), "digest": self.digest}

    def to_json_text(self) -> str:
        """Return `to_json` on one line, with sorted keys and no whitespace: the same bytes on every machine."""
        body = self._body_json()
        coarse, rest = body.split(",", 1)
        return f'{coarse},"digest":"{_digest(body)}",{rest}'

    def _body_json(self) -> str:
        return json.dumps(self._body(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def _body(self) -> dict[str, object]:
        return {
            "old_sha256": self.old_sha256,
            "new_sha256": self.new_sha256,
            "engine": self.engine,
            "ops": [[op.kind, op.a0, op.a1, op.b0, op.b1, op.move] for op in self.ops],
            "moves": [
                {
                    "id": move.id,
                    "old": [move.a0, move.a1],
                    "new": [move.b0, move.b1],
                    "score": move.score,
                    "ops": [[op.kind, op.a0, op.a1, op.b0, op.b1] for op in move.ops],
                }
                for move in self.moves
            ],
            "renumber_map": dict(self.renumber_map),
            "flags": [
                {"kind": flag.kind, "new": [flag.b0, flag.b1], "found": flag.found, "expected": flag.expected}
                for flag in self.flags
            ],
            "coarse": self.coarse,
        }


def _digest(body: str) -> str:
    return hashlib.sha256(f"mithaq.redline.v1\n{body}".encode()).hexdigest()


def compute_redline(
    old: str, new: str, *, indexes: Indexes | None = None, digests: tuple[str, str] | None = None
) -> Redline:
    """Compare two canonical texts. Any two texts can be compared; raises nothing.

    `indexes` of both texts save time and do not change the result; indexes of other texts are ignored. `digests`: the
    SHA-256 of each text, where it was computed already.
    """
    digests = digests or (text_sha256(old), text_sha256(new))
    usable_indexes = indexes if indexes and digests == tuple(index.text_sha256 for index in indexes) else None
    compared = diff_blocks(*split_around_passages(old, new, indexes=usable_indexes), readable=True)
    renumbered = find_renumbering(compared)
    is_note = partial(is_note_number, (old, new), notes=renumbered_notes(old, new))
    moves = [_build_move(number, found, renumbered, is_note) for number, found in enumerate(compared.moves, 1)]
    return Redline(
        old_sha256=digests[0],
        new_sha256=digests[1],
        engine=ENGINE,
        ops=tuple(_build_ops(compared.segments, moves, renumbered, is_note)),
        moves=tuple(moves),
        renumber_map=tuple(sorted(renumbered.items())),
        flags=tuple(find_stale_references(compared, renumbered)),
        coarse=compared.coarse,
    )


def _build_move(number: int, found: MoveDiff, renumbered: Mapping[str, str], is_note: IsNoteNumber) -> Move:
    ops = tuple(_build_ops(found.segments, (), renumbered, is_note))
    return Move(number, found.a0, found.a1, found.b0, found.b1, found.score, ops)


def _build_ops(
    segments: Sequence[DiffSegment], moves: Sequence[Move], renumbered: Mapping[str, str], is_note: IsNoteNumber
) -> Iterator[Op]:
    """Yield ops with moves and renumbering identified; adjacent ops of one kind and one move are joined."""
    sources = sorted((move.a0, move.a1, move.id) for move in moves)
    targets = sorted((move.b0, move.b1, move.id) for move in moves)
    last: Op | None = None
    for segment in segments:
        move = None
        if segment.kind == "delete":
            move = _move_around(sources, segment.a0, segment.a1)
        elif segment.kind == "insert":
            move = _move_around(targets, segment.b0, segment.b1)
        kind: ChangeKind = (
            "renumber" if segment.reference and is_renumbering(segment.reference, renumbered) else segment.kind
        )
        if kind == "replace" and is_note((segment.a0, segment.a1, segment.b0, segment.b1)):
            kind = "note_number"
        op = Op(kind, segment.a0, segment.a1, segment.b0, segment.b1, move)
        if last and last.kind == kind and last.move == move:
            last = Op(kind, last.a0, op.a1, last.b0, op.b1, move)
            continue
        if last:
            yield last
        last = op
    if last:
        yield last


def _move_around(ends: Sequence[tuple[int, int, int]], start: int, end: int) -> int | None:
    """Return the id of the move of which one end contains `start`–`end`."""
    index = bisect_right(ends, start, key=lambda one: one[0]) - 1
    return ends[index][2] if index >= 0 and end <= ends[index][1] else None
