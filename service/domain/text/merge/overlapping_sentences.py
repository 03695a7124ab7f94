"""Sentences of a merge that both sides changed without meeting: what a person should read again, as it reads now."""

from collections.abc import Sequence

from service.domain.text.merge.diff3 import Clean
from service.domain.text.merge.merge import Merge


def sentences(merged: Merge) -> list[str]:
    """Each sentence once, in the order of the result, which has no conflict."""
    parts = [part for part in merged.parts if isinstance(part, Clean)]
    text = merged.text or ""
    found = (text[_place(parts, start) : _place(parts, end, last=True)].strip() for start, end in merged.review)
    return list(dict.fromkeys(sentence for sentence in found if sentence))


def _place(parts: Sequence[Clean], base: int, *, last: bool = False) -> int:
    """The place in the result of a place of the base; inside a changed part its beginning, or its end as `last`. What
    was inserted at the place comes after it, or before it as `last`."""
    place = 0
    for part in parts:
        if part.a0 > base or (part.a0 == base and not (last and part.a0 == part.a1)):
            break
        if base >= part.a1:
            place += len(part.text)
        elif part.side == "base":
            return place + base - part.a0
        else:
            return place + (len(part.text) if last else 0)
    return place
