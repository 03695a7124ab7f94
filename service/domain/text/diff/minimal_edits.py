"""Minimal edits: the fewest replacements, at word boundaries, that turn one text into another."""

from collections.abc import Iterable, Iterator, Sequence

from service.domain.text.diff.block_diff import diff_blocks
from service.domain.text.diff.blocks import split_blocks
from service.domain.text.diff.sequence_alignment import RangePair
from service.domain.text.diff.similarity import PAIR_THRESHOLD, similarity, word_bag
from service.domain.text.diff.words.phrase_diff import diff_phrases
from service.domain.text.markup.tokens import TokenKeys, grapheme_ends

Splice = tuple[int, int, str]
"""Replace code points a0–a1 of the base by a text."""


def minimal_edits(base: str, new: str) -> list[Splice]:
    """Return the splices that turn `base` into `new`, sorted and disjoint; none splits a grapheme cluster."""
    return [_trim_splice(base, splice) for splice in word_splices(base, new)]


def word_splices(base: str, new: str) -> list[Splice]:
    """Return the differences, extended to word boundaries."""
    found = _coalesce(_differences(base, new))
    found = _coalesce(finer for area in found for finer in _refine_area(base, new, area))
    return [(a0, a1, new[b0:b1]) for a0, a1, b0, b1 in found if base[a0:a1] != new[b0:b1]]


def apply_splices(base: str, start: int, end: int, splices: Sequence[Splice]) -> str:
    """Return code points `start`–`end` of the base with the splices applied."""
    out, offset = [], start
    for a0, a1, text in splices:
        out += [base[offset:a0], text]
        offset = a1
    return "".join([*out, base[offset:end]])


def _differences(base: str, new: str) -> Iterator[RangePair]:
    for segment in diff_blocks(split_blocks(base), split_blocks(new), readable=False).segments:
        if segment.kind != "equal":
            yield segment.a0, segment.a1, segment.b0, segment.b1


def _refine_area(base: str, new: str, area: RangePair) -> Iterator[RangePair]:
    """Compare similar passages by words, where one replaced the other because their blocks did not match."""
    a0, a1, b0, b1 = area
    old, text, keys = base[a0:a1], new[b0:b1], TokenKeys()
    if similarity(word_bag(old, keys), word_bag(text, keys)) < PAIR_THRESHOLD:
        yield area
        return
    for hunk in diff_phrases(old, text, keys=keys, readable=False).hunks:
        if hunk.kind != "equal":
            yield a0 + hunk.a0, a0 + hunk.a1, b0 + hunk.b0, b0 + hunk.b1


def _coalesce(areas: Iterable[RangePair]) -> list[RangePair]:
    """Join differences that touch."""
    found: list[RangePair] = []
    for a0, a1, b0, b1 in areas:
        if found and found[-1][1] == a0 and found[-1][3] == b0:
            found[-1] = (found[-1][0], a1, found[-1][2], b1)
        else:
            found.append((a0, a1, b0, b1))
    return found


def _trim_splice(base: str, splice: Splice) -> Splice:
    """Remove the grapheme clusters that are unchanged at either end of the splice."""
    a0, a1, text = splice
    old = base[a0:a1]
    ends_old, ends_new = grapheme_ends(old), grapheme_ends(text)
    shared = _common_prefix_length(old, text)
    start = max(end for end in ends_old & ends_new if end <= shared)
    shared = min(_common_prefix_length(old[::-1], text[::-1]), min(len(old), len(text)) - start)
    tails = {len(old) - end for end in ends_old} & {len(text) - end for end in ends_new}
    tail = max(length for length in tails if length <= shared)
    return a0 + start, a1 - tail, text[start : len(text) - tail]


def _common_prefix_length(one: str, other: str) -> int:
    """Return the length of the common prefix in code points."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (x, y) in pairs if x != y), min(len(one), len(other)))
