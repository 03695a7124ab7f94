"""Validation of a merge: parse the result again, and require every line to keep the role one of the sides gave it.

Edits that do not overlap can still break each other: a row with two cells in a table that gained a third column, a
paragraph inside a quotation that the other side closed, an id given twice. Such a place is a conflict.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from service.domain.errors import DomainError
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import Block, BulletList, Heading, OrderedList, Paragraph, Quote, Span, Table, Tree
from service.domain.text.merge.diff3 import CleanPart, MergePart, both_readings, combine_runs
from service.domain.text.structure.literal_marks import InlineCounts, count_inlines, excess_counts, locate_fact
from service.domain.text.structure.outline import build_outline, walk_blocks

LineRole = str
"""The role of a line: the blocks that contain it, outermost first.

It ends with ` first` if the line begins the innermost block, and with ` on` if it continues a paragraph.
"""

_FIRST, _CONTINUES = " first", " on"
_LISTS = re.compile(r"/(?:Bullet|Ordered)List/item")


@dataclass(frozen=True, slots=True)
class LineRoles:
    """The line roles of a parsed text.

    `roles`: the role of each line that is not blank, by its start offset. `faults`: errors of the text as a whole
    (broken references, notes without a call), with an offset. `ids`: the ids of its headings. `inlines`: what is marked
    inside its lines.
    """

    text: str
    roles: dict[int, LineRole]
    faults: dict[str, int]
    ids: frozenset[str]
    inlines: InlineCounts


def validate_parts(base: str, ours: str, theirs: str, parts: tuple[MergePart, ...]) -> tuple[MergePart, ...] | None:
    """Return the parts, with a conflict wherever the result parses as neither side meant it.

    None if the parser rejects one of the texts, or the result.
    """
    clean = [part for part in parts if isinstance(part, CleanPart)]
    if len(clean) < len(parts) or not {"ours", "theirs"} <= {part.side for part in clean}:
        return parts
    try:
        result, *texts = (read_roles(text) for text in ("".join(part.text for part in clean), ours, theirs, base))
    except DomainError:
        return None
    ends = list(accumulate(len(part.text) for part in clean))
    broken = {*_misread_lines(base, clean, ends, result, *texts), *_new_faults(result, *texts)}
    return combine_runs(base, parts, list(_conflict_runs(clean, ends, sorted(broken))))


def _new_faults(result: LineRoles, ours: LineRoles, theirs: LineRoles, base: LineRoles) -> Iterator[int]:
    """Yield the offsets of faults that no side has; a broken reference counts if a side has, or had, its target."""
    sides = ours, theirs, base
    lost = {f"reference {id}" for side in sides for id in side.ids}
    known = {name for side in sides for name in side.faults}
    for name, offset in result.faults.items():
        if name not in known and (name in lost or not name.startswith("reference ")):
            yield offset
    for fact in excess_counts(result.inlines, *(side.inlines for side in (base, ours, theirs))):
        yield locate_fact(result.text, fact)


def _misread_lines(
    base: str,
    parts: Sequence[CleanPart],
    ends: Sequence[int],
    result: LineRoles,
    ours: LineRoles,
    theirs: LineRoles,
    base_text: LineRoles,
) -> Iterator[int]:
    """Yield the offsets of the lines of the result whose role is on neither side."""
    our_offsets, their_offsets = (
        list(accumulate((len(both_readings(base, part)[side]) for part in parts), initial=0)) for side in (0, 1)
    )
    for offset, role in result.roles.items():
        index = bisect_left(ends, offset + 1)
        part, inside = parts[index], offset - (ends[index] - len(parts[index].text))
        side_roles = [
            text.roles.get(start + inside) if part.side in sides else None
            for text, start, sides in (
                (ours, our_offsets[index], ("base", "both", "ours")),
                (theirs, their_offsets[index], ("base", "both", "theirs")),
                (base_text, part.a0, ("base",)),
            )
        ]
        if not any(_matches_role(role, meant) for meant in _allowed_roles(*side_roles)):
            yield offset


def _allowed_roles(ours: LineRole | None, theirs: LineRole | None, base: LineRole | None) -> set[LineRole | None]:
    """Return the roles a line may have: the one given by the side that changed it."""
    if ours is None or theirs is None:
        return {ours, theirs} - {None}
    if ours == base:
        return {theirs}
    return {ours} if theirs == base else {ours, theirs}


def _matches_role(role: LineRole, allowed: LineRole | None) -> bool:
    """Return whether a role matches an allowed one.

    Paragraphs that were joined or split are still paragraphs, and a continuation line follows the line above it into a
    list or out of one.
    """
    if allowed is None or role == allowed:
        return role == allowed
    if role.endswith(_CONTINUES) and allowed.endswith(_CONTINUES):
        return _LISTS.sub("", role) == _LISTS.sub("", allowed)
    return role.removesuffix(_CONTINUES) == allowed.removesuffix(_CONTINUES)


def _conflict_runs(parts: Sequence[CleanPart], ends: Sequence[int], broken: Sequence[int]) -> Iterator[Span]:
    """Yield, for each misread offset, the run of parts around it with the nearest change of each side."""
    changes = [[nth for nth, part in enumerate(parts) if part.side == side] for side in ("ours", "theirs")]
    last_index = -1
    for offset in broken:
        part_index = bisect_left(ends, offset + 1)
        if part_index != last_index:
            nearest = [
                min(_neighbours(side, part_index), key=lambda nth: _distance_to(parts, ends, nth, offset))
                for side in changes
            ]
            yield min(part_index, *nearest), max(part_index, *nearest)
        last_index = part_index


def _neighbours(indexes: Sequence[int], part_index: int) -> Sequence[int]:
    """Return the last of `indexes` before `part_index`, and the first from there on."""
    insertion = bisect_left(indexes, part_index)
    return indexes[max(0, insertion - 1) : insertion + 1]


def _distance_to(parts: Sequence[CleanPart], ends: Sequence[int], index: int, offset: int) -> int:
    return max(ends[index] - len(parts[index].text) - offset, offset + 1 - ends[index], 0)


# Parsing


def read_roles(text: str) -> LineRoles:
    """Parse a text and return its line roles. Raises as `parse_markup` does."""
    tree = parse_markup(text)
    starts = [start for start in _line_starts(text) if text[start : start + 1] not in ("", "\n")]
    roles = dict.fromkeys(starts, "")
    for blocks in (tree.blocks, *(note.blocks for note in tree.notes)):
        _assign_roles(blocks, "" if blocks is tree.blocks else "note", starts, roles)
    ids = (block.id for block in walk_blocks(tree.blocks) if isinstance(block, Heading) and block.id)
    return LineRoles(text, roles, dict(_list_faults(text, tree)), frozenset(ids), count_inlines(tree))


def _line_starts(text: str) -> Iterator[int]:
    return accumulate((len(line) + 1 for line in text.split("\n")[:-1]), initial=0)


def _assign_roles(blocks: Sequence[Block], path: str, starts: Sequence[int], roles: dict[int, LineRole]) -> None:
    for block in blocks:
        name = f"{path}/{_block_name(block)}"
        assign = _assign_paragraph_roles if isinstance(block, Paragraph) else _assign_role
        assign(block.span, name, starts, roles)
        match block:
            case BulletList(items=items) | OrderedList(items=items):
                for item in items:
                    _assign_role(item.span, f"{name}/item", starts, roles)
                    _assign_roles(item.blocks, f"{name}/item", starts, roles)
            case Quote(blocks=inner):
                _assign_roles(inner, name, starts, roles)
            case Table(head=head, rows=rows):
                for index, row in enumerate((head, *rows)):
                    _assign_role(row.span, f"{name}/{'row' if index else 'head'}", starts, roles)
            case _:
                pass


def _assign_role(span: Span, name: str, starts: Sequence[int], roles: dict[int, LineRole]) -> None:
    first = bisect_left(starts, span[0])
    for offset in starts[first : bisect_left(starts, span[1], first)]:
        roles[offset] = f"{name}{_FIRST}" if offset == span[0] else name


def _assign_paragraph_roles(span: Span, name: str, starts: Sequence[int], roles: dict[int, LineRole]) -> None:
    """Assign the roles of the lines of a paragraph; the first line of an item already has one."""
    first = bisect_left(starts, span[0])
    for offset in starts[first : bisect_left(starts, span[1], first)]:
        if not roles[offset].endswith(f"/item{_FIRST}"):
            roles[offset] = name if offset == span[0] else f"{name}{_CONTINUES}"


def _block_name(block: Block) -> str:
    match block:
        case Heading(level=level, id=id):
            return f"heading {level} {id or ''}"
        case Table(aligns=aligns):
            return f"table {len(aligns)}"
        case _:
            return type(block).__name__


def _list_faults(text: str, tree: Tree) -> Iterator[tuple[str, int]]:
    for id in build_outline(tree).broken:
        yield f"reference {id}", max(0, text.find(f"(#{id})"))
    for label, count in Counter(tree.uncalled).items():
        yield f"note {label} {count}", max(0, text.rfind(f"[^{label}]:"))
