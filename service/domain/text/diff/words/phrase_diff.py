"""Word diff of two versions of one block, in code points."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain.text.diff.change_kinds import ChangeKind, classify_change
from service.domain.text.diff.common_affixes import common_prefix_length, common_suffix_length
from service.domain.text.diff.sequence_alignment import RangePair
from service.domain.text.diff.words.coalesce_changes import coalesce
from service.domain.text.diff.words.hunks import Hunk, align_hunks
from service.domain.text.diff.words.structure_changes import StructuredPassages
from service.domain.text.diff.words.token_diff import TokenDiff
from service.domain.text.diff.words.word_alignment import align_words
from service.domain.text.markup.tokens import TokenKeys

_SIMPLE_LETTERS = "\u0700"
"""Letters and digits below this code point begin a word after a blank, and never join the character before them."""


@dataclass(frozen=True, slots=True)
class PhraseDiff:
    """Hunks that tile both texts. `coarse`: the budget was exceeded, and more may be shown as changed than was."""

    hunks: Sequence[Hunk]
    coarse: bool


def diff_phrases(old: str, new: str, *, keys: TokenKeys, readable: bool) -> PhraseDiff:
    """Compare two blocks word by word. `readable`: apply the semantic clean-up of `coalesce`."""
    head, tail = _common_ends(old, new)
    token_diff = TokenDiff.between(old[head : len(old) - tail], new[head : len(new) - tail], keys, start=head)
    runs, coarse = align_words(token_diff)
    passages = StructuredPassages(old, new)
    hunks: list[Hunk] = []
    for hunk in _build_hunks(token_diff, runs, readable=readable):
        parts = list(passages.split(hunk)) if hunk.kind != "equal" else [hunk]
        hunks += parts if all(_may_end(token_diff, part, old, new) for part in parts[:-1]) else [hunk]
    if head:
        hunks.insert(0, Hunk("equal", 0, head, 0, head))
    if tail:
        hunks.append(Hunk("equal", len(old) - tail, len(old), len(new) - tail, len(new)))
    return PhraseDiff(align_hunks(hunks, old, new, to_sentences=readable), coarse)


def _may_end(token_diff: TokenDiff, hunk: Hunk, old: str, new: str) -> bool:
    """Return whether a hunk ends between tokens or among blanks in both texts: no word and no grapheme is cut."""
    ends = ((old, token_diff.old_starts, hunk.a1), (new, token_diff.new_starts, hunk.b1))
    return all(
        text[end - 1 : end + 1].isspace() or starts[min(bisect_left(starts, end), len(starts) - 1)] == end
        for text, starts, end in ends
    )


def _build_hunks(token_diff: TokenDiff, runs: Sequence[RangePair], *, readable: bool) -> Iterator[Hunk]:
    parts = token_diff.parts(runs)
    if readable:
        parts = coalesce(parts, token_diff)
    for part in parts:
        old, new = token_diff.old_text(part), token_diff.new_text(part)
        kind: ChangeKind = "equal" if part.is_equal else classify_change(old, new)
        yield Hunk(kind, *token_diff.span(part), part.is_number)


def _common_ends(old: str, new: str) -> tuple[int, int]:
    """Return the common prefix and suffix in code points, cut back to the start of a word after a blank."""
    head = common_prefix_length(old, new)
    tail = common_suffix_length(old, new, limit=min(len(old), len(new)) - head)
    return _word_start_before(old, head), len(old) - _word_start_after(old, len(old) - tail)


def _word_start_before(text: str, offset: int) -> int:
    """Return the last start of a word after a blank before `offset`; 0 if there is none."""
    while offset > 0:
        offset = text.rfind(" ", 0, offset - 1) + 1 if offset > 1 else 0
        if offset and text[offset] < _SIMPLE_LETTERS and text[offset].isalnum():
            break
    return offset


def _word_start_after(text: str, offset: int) -> int:
    """Return the first start of a word after a blank from `offset` on; the end of the text if there is none."""
    while offset < len(text):
        offset = text.find(" ", offset) + 1 or len(text)
        if offset < len(text) and text[offset] < _SIMPLE_LETTERS and text[offset].isalnum():
            break
    return offset
