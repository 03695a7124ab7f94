"""From matched blocks to the pieces of a redline: every difference of two texts, in order, tiling both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain.text.diff.block_matching import match
from service.domain.text.diff.blocks import Blocks
from service.domain.text.diff.change_kinds import Kind
from service.domain.text.diff.moved_blocks import Found, moved
from service.domain.text.diff.phrase_diff import compare
from service.domain.text.diff.sequence_alignment import Pair
from service.domain.text.markup.tokens import Keys
from service.domain.text.structure.provisions import reference_at


@dataclass(frozen=True, slots=True)
class Piece:
    """Old code points a0–a1 became b0–b1. `reference`: both names, where the number of a provision became another."""

    kind: Kind
    a0: int
    a1: int
    b0: int
    b1: int
    reference: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Two texts laid side by side. `pairs` are places of blocks; `coarse` as in `phrases.Compared`."""

    old: Blocks
    new: Blocks
    pairs: Sequence[Pair]
    pieces: Sequence[Piece]
    moves: Sequence[Found]
    coarse: bool


def assemble(old: Blocks, new: Blocks, *, readable: bool) -> Compared:
    """Compare two texts block by block. `readable`: with the clean-up of `phrases`, and with moves."""
    keys = Keys()
    matched = match(old, new, keys=keys)
    builder = _Builder(old, new, keys, readable)
    pieces = list(builder.pieces(matched.pairs))
    moves = moved(old, new, olds=matched.olds, news=matched.news, keys=keys) if readable else []
    return Compared(old, new, matched.pairs, pieces, moves, builder.coarse)


@dataclass(slots=True)
class _Builder:
    old: Blocks
    new: Blocks
    keys: Keys
    readable: bool
    coarse: bool = False

    def pieces(self, pairs: Sequence[Pair]) -> Iterator[Piece]:
        i = j = 0
        for p, q in (*pairs, (len(self.old), len(self.new))):
            yield from self.unpaired(range(i, p), range(j, q))
            if p < len(self.old):
                yield from self.paired(p, q)
            i, j = p + 1, q + 1

    def unpaired(self, olds: range, news: range) -> Iterator[Piece]:
        a, b = _start(self.old, olds.stop), _start(self.new, news.start)
        for i in olds:
            yield Piece("delete", *self.old.spans[i], b, b)
        for j in news:
            yield Piece("insert", a, a, *self.new.spans[j])

    def paired(self, i: int, j: int) -> Iterator[Piece]:
        (a0, a1), (b0, b1) = self.old.spans[i], self.new.spans[j]
        old, new = self.old.text[a0:a1], self.new.text[b0:b1]
        if old == new:
            yield Piece("equal", a0, a1, b0, b1)
            return
        compared = compare(old, new, keys=self.keys, readable=self.readable)
        self.coarse |= compared.coarse
        for hunk in compared.hunks:
            a, b = a0 + hunk.a0, b0 + hunk.b0
            reference = self.reference(a, b) if hunk.number else None
            yield Piece(hunk.kind, a, a0 + hunk.a1, b, b0 + hunk.b1, reference)

    def reference(self, a: int, b: int) -> tuple[str, str] | None:
        """What the numbers at both places number, where both number provisions of one name."""
        old, new = reference_at(self.old.text, a), reference_at(self.new.text, b)
        return (str(old), str(new)) if old and new and old.name == new.name else None


def _start(blocks: Blocks, place: int) -> int:
    return blocks.spans[place][0] if place < len(blocks) else len(blocks.text)
