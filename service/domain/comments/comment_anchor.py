"""What a remark holds on to: the very units of a passage, whatever is written, deleted or put back around them.

A unit keeps its id for ever, and its place among the others; so where a passage stands follows from any copy of the
text by itself, without the history between. Browsers that know the same ids find the same place.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.domain.crdt.updates import UnitId, UnitRange, encode_varint, parse_state_vector, parse_update

Anchor = tuple[UnitRange, ...]
"""The units of a passage, in the order of the text."""

_FIRST_PROBE = 0x4E00
_BATCH_SIZE = 5_000
"""Passages that are looked for at once: each gets two characters from _SIGN on that no other has."""
_PROBE_CLIENT = 1
"""Who writes the signs. No writer's id is smaller, so that a sign comes to stand right behind its unit."""
_LOADER_CLIENT = 3
_STRING_WITH_LEFT = 0x84
"""A string that names its left neighbour."""


@dataclass(frozen=True, slots=True)
class AnchorPosition:
    """Code points `start`–`end` of a text: from the first unit that is left of a passage to the last one. Where none is
    left (`gone`), the empty place where they were, and the ends of the passage as it was."""

    start: int
    end: int
    first: UnitId
    last: UnitId
    is_deleted: bool


class _Remaining(NamedTuple):
    """What is left of a hold: its runs, and the last unit of the first character."""

    runs: Anchor
    first_character: UnitId


def create_anchor(replica: SharedText, start: int, end: int) -> Anchor:
    """The units of the code points `start`–`end` of a text; `copy` stays as it is."""
    text, runs = replica.text, list[UnitRange]()
    scratch = replica.fork(client_id=_PROBE_CLIENT)
    probes = parse_update(scratch.splice([Edit(place, place, "x") for place in range(start, end)]))
    for character, struct in zip(text[start:end], reversed(probes.structs), strict=True):
        assert struct.right  # a sign was set before each character, the last one first
        client, clock = struct.right
        unit_end = clock + 1 + (character > "\uffff")
        if runs and (runs[-1].client, runs[-1].end) == (client, clock):
            runs[-1] = runs[-1]._replace(end=unit_end)
        else:
            runs.append(UnitRange(client, clock, unit_end))
    return tuple(runs)


def locate_anchors(replica: SharedText, anchors: Sequence[Anchor]) -> list[AnchorPosition]:
    """Where each of the held passages stands in `copy`, which stays as it is. What it never held is gone, from its
    beginning."""
    clocks = parse_state_vector(replica.state_vector())
    locatable = [held for held in anchors if all(run.end <= clocks.get(run.client, 0) for run in held)]
    found = dict(zip(locatable, _locate_known(replica, locatable), strict=True))
    return [found[held] if held in found else _anchor_position(held, None, 0, 0) for held in anchors]


def _locate_known(replica: SharedText, anchors: Sequence[Anchor]) -> list[AnchorPosition]:
    state = parse_update(replica.state())
    deleted, low_surrogates = (
        _by_client(state.deletions),
        {low for struct in state.structs for low in struct.low_surrogates},
    )
    remaining = [_remaining_units(one, deleted, low_surrogates) for one in anchors]
    found: list[AnchorPosition] = []
    for start in range(0, len(anchors), _BATCH_SIZE):
        found += _locate_batch(replica, anchors[start : start + _BATCH_SIZE], remaining[start : start + _BATCH_SIZE])
    return found


@lru_cache(maxsize=8)
def load_and_locate(
    state: bytes | None, updates: tuple[bytes, ...], anchors: tuple[Anchor, ...], *, sha256: str | None = None
) -> tuple[str, list[AnchorPosition]]:
    """The text of a snapshot and the rows after it, and where passages stand in it: everybody who sits at a text asks
    for the same at the same time. Raises what `SharedText.load` raises."""
    replica = SharedText.load(state, updates, client_id=_LOADER_CLIENT, sha256=sha256)
    return replica.text, locate_anchors(replica, anchors)


def to_json(anchor: Anchor) -> dict[str, Any]:
    return {"v": 1, "runs": [list(run) for run in anchor]}


def from_json(anchor: Mapping[str, Sequence[Sequence[int]]]) -> Anchor:
    return tuple(UnitRange(*run) for run in anchor["runs"])


def _by_client(runs: Iterable[UnitRange]) -> dict[int, list[UnitRange]]:
    """Runs in the order of their clocks."""
    found: dict[int, list[UnitRange]] = {}
    for run in sorted(runs):
        found.setdefault(run.client, []).append(run)
    return found


def _remaining_units(
    anchor: Anchor, deleted: Mapping[int, list[UnitRange]], low_surrogates: Collection[UnitId]
) -> _Remaining | None:
    """What is left of a hold once `gone` is taken away; None where nothing is."""
    runs = tuple(part for run in anchor for part in _subtract(run, deleted.get(run.client, [])))
    if not runs:
        return None
    client, clock, _ = runs[0]
    low = UnitId(client, clock + 1)
    return _Remaining(runs, low if low in low_surrogates else UnitId(client, clock))


def _subtract(run: UnitRange, deleted: Sequence[UnitRange]) -> Iterator[UnitRange]:
    """The parts of `run` that are not in `gone`."""
    position = run.start
    for index in range(max(0, bisect_right(deleted, run) - 1), len(deleted)):
        if deleted[index].start >= run.end:
            break
        if deleted[index].start > position:
            yield UnitRange(run.client, position, deleted[index].start)
        position = max(position, deleted[index].end)
    if position < run.end:
        yield UnitRange(run.client, position, run.end)


def _locate_batch(
    replica: SharedText, anchors: Sequence[Anchor], remaining: Sequence[_Remaining | None]
) -> list[AnchorPosition]:
    """A sign is set behind the first character and behind the last, and looked for: one look for all of them."""
    probed_units = [unit for held, its in zip(anchors, remaining, strict=True) for unit in _end_units(held, its)]
    offsets = {sign: edit.start for edit in _insert_probes(replica, probed_units) for sign in edit.text}
    found_offsets = [offsets[chr(_FIRST_PROBE + nth)] for nth in range(len(probed_units))]
    return [
        _anchor_position(held, its, *found_offsets[2 * nth : 2 * nth + 2])
        for nth, (held, its) in enumerate(zip(anchors, remaining, strict=True))
    ]


def _end_units(anchor: Anchor, remaining: _Remaining | None) -> tuple[UnitId, UnitId]:
    """The last units of the first and the last character; those of a passage that is gone show where it was."""
    runs = remaining.runs if remaining else anchor
    last = UnitId(runs[-1].client, runs[-1].end - 1)
    return remaining.first_character if remaining else last, last


def _anchor_position(anchor: Anchor, remaining: _Remaining | None, after_first: int, after_last: int) -> AnchorPosition:
    runs = remaining.runs if remaining else anchor
    first, last = UnitId(*runs[0][:2]), UnitId(runs[-1].client, runs[-1].end - 1)
    return AnchorPosition(after_first - (1 if remaining else 0), after_last, first, last, remaining is None)


def _insert_probes(replica: SharedText, units: Sequence[UnitId]) -> tuple[Edit, ...]:
    """What signs behind these units do to the text: where each stands."""
    probes = b"".join(
        bytes((_STRING_WITH_LEFT,))
        + encode_varint(unit.client)
        + encode_varint(unit.clock)
        + encode_varint(3)
        + chr(_FIRST_PROBE + nth).encode()
        for nth, unit in enumerate(units)
    )
    clock = parse_state_vector(replica.state_vector()).get(_PROBE_CLIENT, 0)
    update = (
        encode_varint(1)
        + encode_varint(len(units))
        + encode_varint(_PROBE_CLIENT)
        + encode_varint(clock)
        + probes
        + encode_varint(0)
    )
    return replica.fork(client_id=_PROBE_CLIENT).apply_as_edits(update) if units else ()
