"""Comment anchors: the CRDT unit ids of the commented passage, stable under edits around it.

A unit keeps its id and its order among the others for ever, so an anchor can be located in any replica without the
history between. Browsers that use the same ids find the same passage.
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
"""Runs of unit ids of a passage, in text order."""

_FIRST_PROBE = 0x4E00
"""Code point of the first probe character."""
_BATCH_SIZE = 5_000
"""Anchors located at once: each gets two distinct probe characters from _FIRST_PROBE on."""
_PROBE_CLIENT = 1
"""Client id of the probes. It is the smallest, so that a probe is integrated directly after its unit."""
_LOADER_CLIENT = 3
_STRING_WITH_LEFT = 0x84
"""Yjs info byte of a string with a left origin."""


@dataclass(frozen=True, slots=True)
class AnchorPosition:
    """The position of an anchor: code points `start`–`end`, from its first remaining unit to its last.

    If none remains (`is_deleted`), the range is empty, and `first` and `last` are those of the original passage.
    """

    start: int
    end: int
    first: UnitId
    last: UnitId
    is_deleted: bool


class _Remaining(NamedTuple):
    """Remaining units of an anchor: its runs, and the last unit of its first character."""

    runs: Anchor
    first_character: UnitId


def create_anchor(replica: SharedText, start: int, end: int) -> Anchor:
    """Return the anchor of code points `start`–`end`; `replica` is not changed."""
    text, runs = replica.text, list[UnitRange]()
    scratch = replica.fork(client_id=_PROBE_CLIENT)
    probes = parse_update(scratch.splice([Edit(place, place, "x") for place in range(start, end)]))
    for character, struct in zip(text[start:end], reversed(probes.structs), strict=True):
        assert struct.right  # a probe was inserted before each character, last to first
        client, clock = struct.right
        unit_end = clock + 1 + (character > "\uffff")
        if runs and (runs[-1].client, runs[-1].end) == (client, clock):
            runs[-1] = runs[-1]._replace(end=unit_end)
        else:
            runs.append(UnitRange(client, clock, unit_end))
    return tuple(runs)


def locate_anchors(replica: SharedText, anchors: Sequence[Anchor]) -> list[AnchorPosition]:
    """Locate anchors in `replica`, which is not changed.

    An anchor with units the replica has never seen is reported as deleted, at offset 0.
    """
    clocks = parse_state_vector(replica.state_vector())
    locatable = [one for one in anchors if all(run.end <= clocks.get(run.client, 0) for run in one)]
    found = dict(zip(locatable, _locate_known(replica, locatable), strict=True))
    return [found[one] if one in found else _anchor_position(one, None, 0, 0) for one in anchors]


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
    """Load a snapshot and the rows after it; return the text and the positions of anchors.

    Cached (LRU), as all clients of a draft request the same after a change. Raises what `SharedText.load` raises.
    """
    replica = SharedText.load(state, updates, client_id=_LOADER_CLIENT, sha256=sha256)
    return replica.text, locate_anchors(replica, anchors)


def to_json(anchor: Anchor) -> dict[str, Any]:
    """Encode an anchor as JSON values."""
    return {"v": 1, "runs": [list(run) for run in anchor]}


def from_json(anchor: Mapping[str, Sequence[Sequence[int]]]) -> Anchor:
    """Decode the JSON of `to_json`."""
    return tuple(UnitRange(*run) for run in anchor["runs"])


def _by_client(runs: Iterable[UnitRange]) -> dict[int, list[UnitRange]]:
    """Group runs by client, in clock order."""
    found: dict[int, list[UnitRange]] = {}
    for run in sorted(runs):
        found.setdefault(run.client, []).append(run)
    return found


def _remaining_units(
    anchor: Anchor, deleted: Mapping[int, list[UnitRange]], low_surrogates: Collection[UnitId]
) -> _Remaining | None:
    """Return the units of an anchor that are not `deleted`; None if there are none."""
    runs = tuple(part for run in anchor for part in _subtract(run, deleted.get(run.client, [])))
    if not runs:
        return None
    client, clock, _ = runs[0]
    low = UnitId(client, clock + 1)
    return _Remaining(runs, low if low in low_surrogates else UnitId(client, clock))


def _subtract(run: UnitRange, deleted: Sequence[UnitRange]) -> Iterator[UnitRange]:
    """Return the parts of `run` that are not in `deleted`, which is sorted."""
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
    """Locate anchors by probes inserted after their first and last characters: one update and one scan for all."""
    probed_units = [unit for one, left in zip(anchors, remaining, strict=True) for unit in _end_units(one, left)]
    offsets = {probe: edit.start for edit in _insert_probes(replica, probed_units) for probe in edit.text}
    found_offsets = [offsets[chr(_FIRST_PROBE + nth)] for nth in range(len(probed_units))]
    return [
        _anchor_position(one, left, *found_offsets[2 * nth : 2 * nth + 2])
        for nth, (one, left) in enumerate(zip(anchors, remaining, strict=True))
    ]


def _end_units(anchor: Anchor, remaining: _Remaining | None) -> tuple[UnitId, UnitId]:
    """Return the last units of the first and of the last character; of a deleted passage, its last unit twice."""
    runs = remaining.runs if remaining else anchor
    last = UnitId(runs[-1].client, runs[-1].end - 1)
    return remaining.first_character if remaining else last, last


def _anchor_position(anchor: Anchor, remaining: _Remaining | None, after_first: int, after_last: int) -> AnchorPosition:
    runs = remaining.runs if remaining else anchor
    first, last = UnitId(*runs[0][:2]), UnitId(runs[-1].client, runs[-1].end - 1)
    return AnchorPosition(after_first - (1 if remaining else 0), after_last, first, last, remaining is None)


def _insert_probes(replica: SharedText, units: Sequence[UnitId]) -> tuple[Edit, ...]:
    """Insert a probe after each unit in a fork; return the resulting edits, which show their offsets."""
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
