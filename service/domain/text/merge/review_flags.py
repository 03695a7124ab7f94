"""What a person should read again in the clean result of a merge, with all the places that it concerns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from service.domain.errors import DomainError
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import Span
from service.domain.text.merge.diff3 import CleanPart
from service.domain.text.redline.redline import compute_redline
from service.domain.text.review.outline_lint import provision_spans_by_name

FlagKind = Literal["both_changed", "number_twice", "stale_reference", "added_twice"]

MIN_ADDED_WORDS = 5
"""Fewest words of a passage that is flagged if both sides added it, in two places."""


@dataclass(frozen=True, slots=True)
class ReviewFlag:
    """Something to read again, at code points of the result.

    `both_changed`: a sentence that both sides changed. `number_twice`: headings with one number. `stale_reference`: a
    reference that one side wrote, and the heading that has this number since the other side renumbered. `added_twice`:
    one passage that each side added elsewhere. `subject`: the name of the provision, if there is one.
    """

    kind: FlagKind
    places: tuple[Span, ...]
    subject: str = ""


def find_flags(texts: tuple[str, str, str], result: str, parts: Sequence[CleanPart]) -> list[ReviewFlag]:
    """Return the flags of a clean merge of `texts` (base, ours, theirs) but for `both_changed`."""
    return [*_numbers_twice(texts, result), *_stale_references(texts, result, parts), *_added_twice(parts)]


def _numbers_twice(texts: tuple[str, str, str], result: str) -> Iterator[ReviewFlag]:
    """Yield the numbers that more headings of the result have than of either side."""
    try:
        found, *before = (provision_spans_by_name(parse_markup(text)) for text in (result, *texts[1:]))
    except DomainError:
        return
    for name, spans in found.items():
        if len(spans) > max(1, *(len(side.get(name, ())) for side in before)):
            yield ReviewFlag("number_twice", tuple(spans), name)


def _stale_references(texts: tuple[str, str, str], result: str, parts: Sequence[CleanPart]) -> Iterator[ReviewFlag]:
    """Yield the references that one side wrote, and that the other side's renumbering made stale."""
    base, ours, theirs = texts
    places = _places_by_side(parts)
    headings: dict[str, list[Span]] | None = None
    for writer, text, other in (("ours", ours, theirs), ("theirs", theirs, ours)):
        if not places[writer] or not compute_redline(base, other).renumber_map:
            continue
        for flag in compute_redline(text, result).flags:
            if any(start <= flag.b0 and flag.b1 <= end for start, end in places[writer]):
                headings = headings if headings is not None else provision_spans_by_name(parse_markup(result))
                yield ReviewFlag("stale_reference", ((flag.b0, flag.b1), *headings.get(flag.found, ())), flag.found)


def _places_by_side(parts: Sequence[CleanPart]) -> dict[str, list[Span]]:
    """Return, by side, the ranges of the result that it wrote."""
    ends = list(accumulate(len(part.text) for part in parts))
    found: dict[str, list[Span]] = {"ours": [], "theirs": []}
    for part, end in zip(parts, ends, strict=True):
        if part.side in found and part.text:
            found[part.side].append((end - len(part.text), end))
    return found


def _added_twice(parts: Sequence[CleanPart]) -> Iterator[ReviewFlag]:
    """Yield the lines that both sides added, each in another place."""
    added: dict[str, dict[str, Span]] = {"ours": {}, "theirs": {}}
    offset = 0
    for part in parts:
        if part.side in added:
            start = offset
            for line in part.text.split("\n"):
                if len(line.split()) >= MIN_ADDED_WORDS:
                    added[part.side].setdefault(" ".join(line.split()), (start, start + len(line)))
                start += len(line) + 1
        offset += len(part.text)
    for words in sorted(added["ours"].keys() & added["theirs"].keys()):
        yield ReviewFlag("added_twice", tuple(sorted((added["ours"][words], added["theirs"][words]))))
