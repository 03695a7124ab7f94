"""Sentences of a merge that both sides changed without meeting: what a person should read again, as it reads now."""

from collections.abc import Sequence

from service.domain.text.merge.diff3 import CleanPart
from service.domain.text.merge.merge import MergeResult


def overlapping_sentences(merged: MergeResult) -> list[str]:
    """Each sentence once, in the order of the result, which has no conflict."""
    parts = [part for part in merged.parts if isinstance(part, CleanPart)]
    text = merged.text or ""
    found = (
        text[_result_offset(parts, start) : _result_offset(parts, end, at_end=True)].strip()
        for start, end in merged.review
    )
    return list(dict.fromkeys(sentence for sentence in found if sentence))


def _result_offset(parts: Sequence[CleanPart], base_offset: int, *, at_end: bool = False) -> int:
    """The place in the result of a place of the base; inside a changed part its beginning, or its end as `last`. What
    was inserted at the place comes after it, or before it as `last`."""
    offset = 0
    for part in parts:
        if part.a0 > base_offset or (part.a0 == base_offset and not (at_end and part.a0 == part.a1)):
            break
        if base_offset >= part.a1:
            offset += len(part.text)
        elif part.side == "base":
            return offset + base_offset - part.a0
        else:
            return offset + (len(part.text) if at_end else 0)
    return offset
