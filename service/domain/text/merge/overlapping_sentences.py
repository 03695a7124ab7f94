"""What a person should read again in the result of a merge, as words."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.domain.text.merge.diff3 import CleanPart, result_offset
from service.domain.text.merge.merge import MergeResult
from service.domain.text.merge.review_flags import FlagKind


@dataclass(frozen=True, slots=True)
class FlaggedPlaces:
    """A review flag with the words at its places, and the name of the provision if there is one."""

    kind: FlagKind
    places: tuple[str, ...]
    subject: str


def flagged_places(merged: MergeResult) -> Iterator[FlaggedPlaces]:
    """Yield the flags of a clean merge, but for the sentences that both sides changed."""
    text = merged.text or ""
    for flag in merged.flags:
        if flag.kind != "both_changed":
            yield FlaggedPlaces(flag.kind, tuple(_line_around(text, start) for start, _ in flag.places), flag.subject)


def _line_around(text: str, offset: int) -> str:
    start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
    return text[start : end if end >= 0 else len(text)].strip()


def overlapping_sentences(merged: MergeResult) -> list[str]:
    """Return each sentence once, in the order of the result, which must have no conflict."""
    parts = [part for part in merged.parts if isinstance(part, CleanPart)]
    text = merged.text or ""
    found = (
        text[result_offset(parts, start) : result_offset(parts, end, at_end=True)].strip()
        for start, end in merged.review
    )
    return list(dict.fromkeys(sentence for sentence in found if sentence))
