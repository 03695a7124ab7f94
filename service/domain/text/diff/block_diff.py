"""Block diff: from matched blocks to the segments of a redline, which cover both texts in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain.text.diff.block_groups import BlockGroup, group_blocks
from service.domain.text.diff.block_matching import BlockMatches, facing_pairs, match_blocks
from service.domain.text.diff.blocks import Blocks
from service.domain.text.diff.change_kinds import ChangeKind
from service.domain.text.diff.list_items import is_list_item
from service.domain.text.diff.moved_blocks import FoundMove, exact_moves, find_moves
from service.domain.text.diff.sequence_alignment import Pair, RangePair
from service.domain.text.diff.words.hunks import Hunk
from service.domain.text.diff.words.phrase_diff import diff_phrases
from service.domain.text.markup.tokens import TokenKeys
from service.domain.text.structure.number_words import NUMBER_WORD
from service.domain.text.structure.provisions import reference_at, word_reference_around

MAX_NUMBER = 60
"""Most code points of a number in words."""


@dataclass(frozen=True, slots=True)
class DiffSegment:
    """Old code points a0–a1 became b0–b1. `reference`: both names, where the number of a provision changed."""

    kind: ChangeKind
    a0: int
    a1: int
    b0: int
    b1: int
    reference: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class MoveDiff:
    """Old code points a0–a1 moved to b0–b1, where `segments` say what changed in them; `score` as in `FoundMove`."""

    a0: int
    a1: int
    b0: int
    b1: int
    score: int
    segments: Sequence[DiffSegment]


@dataclass(frozen=True, slots=True)
class BlockDiff:
    """The comparison of two texts. `pairs` are block indexes; `coarse` as in `PhraseDiff`."""

    old: Blocks
    new: Blocks
    pairs: Sequence[Pair]
    segments: Sequence[DiffSegment]
    moves: Sequence[MoveDiff]
    coarse: bool


def diff_blocks(old: Blocks, new: Blocks, *, readable: bool) -> BlockDiff:
    """Compare two texts block by block. `readable`: with the semantic clean-up of `coalesce`, and with moves."""
    keys = TokenKeys()
    matched = match_blocks(old, new, keys=keys)
    groups = _group(old, new, matched, keys)
    builder = _SegmentBuilder(old, new, keys, readable)
    segments = list(builder.build(groups))
    found = _find_moves(old, new, groups, keys) if readable else []
    moves = [builder.compare_move(move) for move in found]
    pairs = [(i, j) for group in groups for i, j in zip(group.olds, group.news, strict=False)]
    return BlockDiff(old, new, pairs, segments, moves, builder.coarse)


def _group(old: Blocks, new: Blocks, matched: BlockMatches, keys: TokenKeys) -> list[BlockGroup]:
    exact = list(exact_moves(old, new, olds=matched.unmatched_old, news=matched.unmatched_new, keys=keys))
    apart = {i for i, _, _ in exact}, {j for _, j, _ in exact}
    groups = group_blocks(old, new, matched.pairs, apart=apart, keys=keys)
    facing = facing_pairs(old, new, _areas_between(groups, len(old), len(new)), keys)
    lone = (BlockGroup(range(i, i + 1), range(j, j + 1)) for i, j in facing)
    return sorted([*groups, *lone], key=lambda group: group.olds.start)


def _areas_between(groups: Sequence[BlockGroup], olds: int, news: int) -> Iterator[RangePair]:
    """Yield the ranges of blocks between groups that are empty on neither side."""
    a = b = 0
    for a1, b1, a2, b2 in (
        *((one.olds.start, one.news.start, one.olds.stop, one.news.stop) for one in groups),
        (olds, news, olds, news),
    ):
        if a < a1 and b < b1:
            yield a, a1, b, b1
        a, b = a2, b2


def _find_moves(old: Blocks, new: Blocks, groups: Sequence[BlockGroup], keys: TokenKeys) -> list[FoundMove]:
    grouped_old = {i for group in groups for i in group.olds}
    grouped_new = {j for group in groups for j in group.news}
    olds = [i for i in range(len(old)) if i not in grouped_old]
    news = [j for j in range(len(new)) if j not in grouped_new]
    return find_moves(old, new, olds=olds, news=news, keys=keys)


@dataclass(slots=True)
class _SegmentBuilder:
    old: Blocks
    new: Blocks
    keys: TokenKeys
    readable: bool
    coarse: bool = False

    def build(self, groups: Sequence[BlockGroup]) -> Iterator[DiffSegment]:
        i = j = 0
        end = BlockGroup(range(len(self.old), len(self.old)), range(len(self.new), len(self.new)))
        for group in (*groups, end):
            yield from self.unpaired_segments(range(i, group.olds.start), range(j, group.news.start))
            if group.olds:
                yield from self.grouped_segments(group)
            i, j = group.olds.stop, group.news.stop

    def compare_move(self, move: FoundMove) -> MoveDiff:
        """Compare both ends of a move by words."""
        segments = [
            one
            for i, j in zip(move.olds, move.news, strict=True)
            for one in self.grouped_segments(BlockGroup(range(i, i + 1), range(j, j + 1)))
        ]
        a0, b0 = self.old.spans[move.olds.start][0], self.new.spans[move.news.start][0]
        a1, b1 = self.old.spans[move.olds.stop - 1][1], self.new.spans[move.news.stop - 1][1]
        return MoveDiff(a0, a1, b0, b1, move.score, segments)

    def unpaired_segments(self, olds: range, news: range) -> Iterator[DiffSegment]:
        a, b = _block_start(self.old, olds.stop), _block_start(self.new, news.start)
        for i in olds:
            yield DiffSegment("delete", *self.old.spans[i], b, b)
        for j in news:
            yield DiffSegment("insert", a, a, *self.new.spans[j])

    def grouped_segments(self, group: BlockGroup) -> Iterator[DiffSegment]:
        a0, a1 = self.old.spans[group.olds.start][0], self.old.spans[group.olds.stop - 1][1]
        b0, b1 = self.new.spans[group.news.start][0], self.new.spans[group.news.stop - 1][1]
        old, new = self.old.text[a0:a1], self.new.text[b0:b1]
        if old == new:
            yield DiffSegment("equal", a0, a1, b0, b1)
            return
        compared = diff_phrases(old, new, keys=self.keys, readable=self.readable)
        self.coarse |= compared.coarse
        for hunk in compared.hunks:
            a, b = a0 + hunk.a0, b0 + hunk.b0
            reference = self.changed_reference(a, b) if hunk.is_number else self.changed_words(hunk, a0, b0)
            yield DiffSegment(self.segment_kind(hunk, a, b), a, a0 + hunk.a1, b, b0 + hunk.b1, reference)

    def segment_kind(self, hunk: Hunk, a: int, b: int) -> ChangeKind:
        """Return the kind of a hunk; a number in running text is no number of an item."""
        if hunk.kind != "item_number" or (is_list_item(self.old.text, a) and is_list_item(self.new.text, b)):
            return hunk.kind
        return "replace"

    def changed_reference(self, a: int, b: int) -> tuple[str, str] | None:
        """Return both names if the numbers at the two offsets number provisions of the same name."""
        old, new = reference_at(self.old.text, a), reference_at(self.new.text, b)
        return (str(old), str(new)) if old and new and old.name == new.name else None

    def changed_words(self, hunk: Hunk, a0: int, b0: int) -> tuple[str, str] | None:
        """Return both names if a hunk changes the number in words of a provision: "Part Two", «المادة الثالثة»."""
        if hunk.kind not in ("replace", "insert", "delete") or max(hunk.a1 - hunk.a0, hunk.b1 - hunk.b0) > MAX_NUMBER:
            return None
        a, b = (a0 + hunk.a0, a0 + hunk.a1), (b0 + hunk.b0, b0 + hunk.b1)
        if not NUMBER_WORD.search(self.old.text[slice(*a)] + " " + self.new.text[slice(*b)]):
            return None
        old, new = word_reference_around(self.old.text, *a), word_reference_around(self.new.text, *b)
        return (str(old), str(new)) if old and new and old.name == new.name else None


def _block_start(blocks: Blocks, index: int) -> int:
    return blocks.spans[index][0] if index < len(blocks) else len(blocks.text)
