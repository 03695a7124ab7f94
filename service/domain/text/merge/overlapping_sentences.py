"""What a person should read again in the result of a merge, as words."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.domain.text.merge.diff3 import CleanPart, result_offset
from service.domain.text.merge.merge import MergeResult
from service.domain.text.merge.review_flags import FlagKind
from service.domain.text.review.outline_lint import line_number


@dataclass(frozen=True, slots=True)
class FlaggedPlace:
    """Words of the merged text, and their first line, from 1."""

    line: int
    words: str


@dataclass(frozen=True, slots=True)
class FlaggedPlaces:
    """A review flag with its places, and the name of the provision if there is one."""

    kind: FlagKind
    places: tuple[FlaggedPlace, ...]
    subject: str


def flagged_places(merged: MergeResult) -> Iterator[FlaggedPlaces]:
    """Yield the flags of a clean merge, but for the sentences that both sides changed."""
    text = merged.text or ""
    for flag in merged.flags:
        if flag.kind != "both_changed":
            places = (FlaggedPlace(line_number(text, start), _line_around(text, start)) for start, _ in flag.places)
            yield FlaggedPlaces(flag.kind, tuple(places), flag.subject)


def _line_around(text: str, offset: int) -> str:
    start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
    return text[start : end if end >= 0 else len(text)].strip()


def overlapping_sentences(merged: MergeResult) -> list[FlaggedPlace]:
    """Return each sentence once, in the order of the result, which must have no conflict."""
    parts = [part for part in merged.parts if isinstance(part, CleanPart)]
    text, found = merged.text or "", dict[str, FlaggedPlace]()
    for was_start, was_end in merged.review:
        start, end = result_offset(parts, was_start), result_offset(parts, was_end, at_end=True)
        words = text[start:end].strip()
        if words:
            offset = start + len(text[start:end]) - len(text[start:end].lstrip())
            found.setdefault(words, FlaggedPlace(line_number(text, offset), words))
    return list(found.values())
