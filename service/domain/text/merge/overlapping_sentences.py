"""Sentences of a merge result that both sides changed without overlapping, for a person to read again."""

from service.domain.text.merge.diff3 import CleanPart, result_offset
from service.domain.text.merge.merge import MergeResult


def overlapping_sentences(merged: MergeResult) -> list[str]:
    """Return each sentence once, in the order of the result, which must have no conflict."""
    parts = [part for part in merged.parts if isinstance(part, CleanPart)]
    text = merged.text or ""
    found = (
        text[result_offset(parts, start) : result_offset(parts, end, at_end=True)].strip()
        for start, end in merged.review
    )
    return list(dict.fromkeys(sentence for sentence in found if sentence))
