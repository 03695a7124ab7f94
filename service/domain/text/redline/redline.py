"""The redline: what turns one canonical text into another, exact and the same on every machine.

Blocks first (heaviest chain of what stands once, weighted by length), then words in blocks that belong together.
No clock and no order of hashes take part; budgets count operations, and a budget that was passed says `coarse`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.domain.text.diff.change_kinds import Kind
from service.domain.text.diff.pieces import Piece, assemble
from service.domain.text.diff.shared_passages import Indexes, laid
from service.domain.text.markup.canonical import text_sha256
from service.domain.text.markup.tokens import TOKENIZER
from service.domain.text.markup.tree import Span
from service.domain.text.redline.renumbering import Flag, is_renumbering, renumbering, stale_references

ENGINE = f"mithaq-redline-3 {TOKENIZER}"
"""Texts compared by engines of different names may give different redlines."""


@dataclass(frozen=True, slots=True)
class Op:
    """Old code points a0–a1 became new code points b0–b1. `move`: the move a deletion or insertion is an end of; `by`:
    whose it is, where that is known."""

    kind: Kind
    a0: int
    a1: int
    b0: int
    b1: int
    move: int | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A passage that stands elsewhere now. `score`: likeness of both ends in thousandths."""

    id: int
    a0: int
    a1: int
    b0: int
    b1: int
    score: int


@dataclass(frozen=True, slots=True)
class Redline:
    """`ops` tile both texts, in order. `renumber_map`: which provision is now which. `digest` covers all the rest."""

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
        return _digest(self._dumped())

    @property
    def changed(self) -> bool:
        return any(op.kind != "equal" for op in self.ops)

    def to_json(self) -> dict[str, object]:
        """JSON values; `ops` as [kind, a0, a1, b0, b1, move or null], in code points."""
        return {**self._body(), "digest": self.digest}

    def to_json_text(self) -> str:
        """`to_json` as one line, keys sorted, without blanks: the same bytes on every machine."""
        body = self._dumped()
        coarse, rest = body.split(",", 1)
        return f'{coarse},"digest":"{_digest(body)}",{rest}'

    def _dumped(self) -> str:
        return json.dumps(self._body(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def _body(self) -> dict[str, object]:
        return {
            "old_sha256": self.old_sha256,
            "new_sha256": self.new_sha256,
            "engine": self.engine,
            "ops": [[op.kind, op.a0, op.a1, op.b0, op.b1, op.move] for op in self.ops],
            "moves": [
                {"id": move.id, "old": [move.a0, move.a1], "new": [move.b0, move.b1], "score": move.score}
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


def redline(old: str, new: str, *, indexes: Indexes | None = None) -> Redline:
    """Compare two canonical texts. Any two texts can be compared; nothing is raised.

    `indexes` of both save time and change nothing; those of other texts are left aside.
    """
    sums = text_sha256(old), text_sha256(new)
    fitting = indexes if indexes and sums == tuple(index.text_sha256 for index in indexes) else None
    compared = assemble(*laid(old, new, indexes=fitting), readable=True)
    moves = [
        _move(place, compared.old.spans[i], compared.new.spans[j], score)
        for place, (i, j, score) in enumerate(compared.moves, 1)
    ]
    numbering = renumbering(compared)
    return Redline(
        old_sha256=sums[0],
        new_sha256=sums[1],
        engine=ENGINE,
        ops=tuple(_ops(compared.pieces, moves, numbering)),
        moves=tuple(moves),
        renumber_map=tuple(sorted(numbering.items())),
        flags=tuple(stale_references(compared, numbering)),
        coarse=compared.coarse,
    )


def _move(place: int, old: Span, new: Span, score: int) -> Move:
    return Move(place, old[0], old[1], new[0], new[1], score)


def _ops(pieces: Sequence[Piece], moves: Sequence[Move], numbering: Mapping[str, str]) -> Iterator[Op]:
    """The pieces, with moves and renumbering named; of one kind and side by side as one, unless they are moves."""
    ends = {(move.a0, move.a1): move.id for move in moves}
    comes = {(move.b0, move.b1): move.id for move in moves}
    last: Op | None = None
    for piece in pieces:
        move = {"delete": ends.get((piece.a0, piece.a1)), "insert": comes.get((piece.b0, piece.b1))}.get(piece.kind)
        kind: Kind = "renumber" if piece.reference and is_renumbering(piece.reference, numbering) else piece.kind
        op = Op(kind, piece.a0, piece.a1, piece.b0, piece.b1, move)
        if last and last.kind == kind and last.move is None and move is None:
            last = Op(kind, last.a0, op.a1, last.b0, op.b1)
            continue
        if last:
            yield last
        last = op
    if last:
        yield last
