"""A merge is read again: every line must be what one of the sides made of it, a heading, a list item, a row of a table.

Words that do not meet can still break each other: a row with two cells in a table that gained a third column, a
paragraph inside a quotation the other side closed, an id given twice. Such a place is a conflict.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from service.domain.errors import DomainError
from service.domain.text.markup.parser import read
from service.domain.text.markup.tree import Block, BulletList, Heading, OrderedList, Paragraph, Quote, Span, Table, Tree
from service.domain.text.merge.diff3 import Clean, Part, halves, joined
from service.domain.text.structure.outline import outline, walk

Role = str
"""What a line is: the blocks it stands in, from the outside in, and whether it begins the innermost one (`first`) or
continues a paragraph that an earlier line began (`on`)."""

_FIRST, _ON = " first", " on"
_LISTS = re.compile(r"/(?:Bullet|Ordered)List/item")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the reader takes it: the role of each line that has words, by the place it begins; what only the whole
    text can have wrong (references that lead nowhere, notes nobody calls), with a place; and the ids
    of its headings."""

    roles: dict[int, Role]
    faults: dict[str, int]
    ids: frozenset[str]


def recomposed(base: str, ours: str, theirs: str, parts: tuple[Part, ...]) -> tuple[Part, ...] | None:
    """The parts, with a conflict wherever the result reads as neither side meant it. None if a text cannot be read."""
    clean = [part for part in parts if isinstance(part, Clean)]
    if len(clean) < len(parts) or not {"ours", "theirs"} <= {part.side for part in clean}:
        return parts
    try:
        result, *sides = (reading(text) for text in ("".join(part.text for part in clean), ours, theirs, base))
    except DomainError:
        return None
    ends = list(accumulate(len(part.text) for part in clean))
    broken = {*_misread(base, clean, ends, result, *sides), *_faults(result, *sides)}
    return joined(base, parts, list(_runs(clean, ends, sorted(broken))))


def _faults(result: Reading, *sides: Reading) -> Iterator[int]:
    """Faults of no side; a reference is one if it leads to what a side has, or had."""
    lost = {f"reference {id}" for side in sides for id in side.ids}
    known = {name for side in sides for name in side.faults}
    for name, place in result.faults.items():
        if name not in known and (name in lost or not name.startswith("reference ")):
            yield place


def _misread(
    base: str,
    parts: Sequence[Clean],
    ends: Sequence[int],
    result: Reading,
    ours: Reading,
    theirs: Reading,
    was: Reading,
) -> Iterator[int]:
    """The lines of the result that are not what the sides made of them."""
    mine, yours = (list(accumulate((len(halves(base, part)[side]) for part in parts), initial=0)) for side in (0, 1))
    for place, role in result.roles.items():
        nth = bisect_left(ends, place + 1)
        part, into = parts[nth], place - (ends[nth] - len(parts[nth].text))
        seen = [
            text.roles.get(start + into) if part.side in sides else None
            for text, start, sides in (
                (ours, mine[nth], ("base", "both", "ours")),
                (theirs, yours[nth], ("base", "both", "theirs")),
                (was, part.a0, ("base",)),
            )
        ]
        if not any(_is_as(role, meant) for meant in _meant(*seen)):
            yield place


def _meant(ours: Role | None, theirs: Role | None, was: Role | None) -> set[Role | None]:
    """What a line may be: as the side made it that changed it."""
    if ours is None or theirs is None:
        return {ours, theirs} - {None}
    if ours == was:
        return {theirs}
    return {ours} if theirs == was else {ours, theirs}


def _is_as(role: Role, meant: Role | None) -> bool:
    """Paragraphs that were joined or parted are still paragraphs; and what continues the line above goes with it, into
    a list and out of one."""
    if meant is None or role == meant:
        return role == meant
    if role.endswith(_ON) and meant.endswith(_ON):
        return _LISTS.sub("", role) == _LISTS.sub("", meant)
    return role.removesuffix(_ON) == meant.removesuffix(_ON)


def _runs(parts: Sequence[Clean], ends: Sequence[int], broken: Sequence[int]) -> Iterator[Span]:
    """For each place of the result that is broken, the run of parts around it with the nearest change of each side."""
    changes = [[nth for nth, part in enumerate(parts) if part.side == side] for side in ("ours", "theirs")]
    seen = -1
    for place in broken:
        at = bisect_left(ends, place + 1)
        if at != seen:
            near = [min(_beside(side, at), key=lambda nth: _distance(parts, ends, nth, place)) for side in changes]
            yield min(at, *near), max(at, *near)
        seen = at


def _beside(places: Sequence[int], at: int) -> Sequence[int]:
    """The last of `places` before `at`, and the first from there."""
    nth = bisect_left(places, at)
    return places[max(0, nth - 1) : nth + 1]


def _distance(parts: Sequence[Clean], ends: Sequence[int], nth: int, place: int) -> int:
    return max(ends[nth] - len(parts[nth].text) - place, place + 1 - ends[nth], 0)


# Reading


def reading(text: str) -> Reading:
    """Raises what `markup.read` raises."""
    tree = read(text)
    starts = [start for start in _line_starts(text) if text[start : start + 1] not in ("", "\n")]
    roles = dict.fromkeys(starts, "")
    for blocks in (tree.blocks, *(note.blocks for note in tree.notes)):
        _mark(blocks, "" if blocks is tree.blocks else "note", starts, roles)
    ids = (block.id for block in walk(tree.blocks) if isinstance(block, Heading) and block.id)
    return Reading(roles, dict(_named_faults(text, tree)), frozenset(ids))


def _line_starts(text: str) -> Iterator[int]:
    return accumulate((len(line) + 1 for line in text.split("\n")[:-1]), initial=0)


def _mark(blocks: Sequence[Block], path: str, starts: Sequence[int], roles: dict[int, Role]) -> None:
    for block in blocks:
        name = f"{path}/{_name(block)}"
        stamp = _stamp_running if isinstance(block, Paragraph) else _stamp
        stamp(block.span, name, starts, roles)
        match block:
            case BulletList(items=items) | OrderedList(items=items):
                for item in items:
                    _stamp(item.span, f"{name}/item", starts, roles)
                    _mark(item.blocks, f"{name}/item", starts, roles)
            case Quote(blocks=inner):
                _mark(inner, name, starts, roles)
            case Table(head=head, rows=rows):
                for place, row in enumerate((head, *rows)):
                    _stamp(row.span, f"{name}/{'row' if place else 'head'}", starts, roles)
            case _:
                pass


def _stamp(span: Span, name: str, starts: Sequence[int], roles: dict[int, Role]) -> None:
    first = bisect_left(starts, span[0])
    for place in starts[first : bisect_left(starts, span[1], first)]:
        roles[place] = f"{name}{_FIRST}" if place == span[0] else name


def _stamp_running(span: Span, name: str, starts: Sequence[int], roles: dict[int, Role]) -> None:
    """The lines of a paragraph; the first line of an item says so already."""
    first = bisect_left(starts, span[0])
    for place in starts[first : bisect_left(starts, span[1], first)]:
        if not roles[place].endswith(f"/item{_FIRST}"):
            roles[place] = name if place == span[0] else f"{name}{_ON}"


def _name(block: Block) -> str:
    match block:
        case Heading(level=level, id=id):
            return f"heading {level} {id or ''}"
        case Table(aligns=aligns):
            return f"table {len(aligns)}"
        case _:
            return type(block).__name__


def _named_faults(text: str, tree: Tree) -> Iterator[tuple[str, int]]:
    for id in outline(tree).broken:
        yield f"reference {id}", max(0, text.find(f"(#{id})"))
    for label, count in Counter(tree.uncalled).items():
        yield f"note {label} {count}", max(0, text.rfind(f"[^{label}]:"))
