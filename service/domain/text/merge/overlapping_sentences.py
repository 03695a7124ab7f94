"""Sentences of a merge result that both sides changed without overlapping, for a person to read again."""

from collections.abc import Sequence

from service.domain.text.merge.diff3 import CleanPart
from service.domain.text.merge.merge import MergeResult


def overlapping_sentences(merged: MergeResult) -> list[str]:
    """Return each sentence once, in the order of the result, which must have no conflict."""
    parts = [part for part in merged.parts if isinstance(part, CleanPart)]
    text = merged.text or ""
    found = (
        text[_result_offset(parts, start) : _result_offset(parts, end, at_end=True)].strip()
        for start, end in merged.review
    )
    return list(dict.fromkeys(sentence for sentence in found if sentence))


def _result_offset(parts: Sequence[CleanPart], base_offset: int, *, at_end: bool = False) -> int:
    """Map an offset of the base to the result.

    Inside a changed part it is the part's start, or its end with `at_end`. Text inserted at the offset comes after it,
    or before it with `at_end`.
    """
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
