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
from service.domain.crdt.updates import Run, Unit, number, parse, parse_vector

Hold = tuple[Run, ...]
"""The units of a passage, in the order of the text."""

_SIGN = 0x4E00
_AT_ONCE = 5_000
"""Passages that are looked for at once: each gets two characters from _SIGN on that no other has."""
_CLIENT = 1
"""Who writes the signs. No writer's id is smaller, so that a sign comes to stand right behind its unit."""
_WRITER = 3
_AFTER = 0x84
"""A string that names its left neighbour."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Code points `start`–`end` of a text: from the first unit that is left of a passage to the last one. Where none is
    left (`gone`), the empty place where they were, and the ends of the passage as it was."""

    start: int
    end: int
    first: Unit
    last: Unit
    gone: bool


class _Left(NamedTuple):
    """What is left of a hold: its runs, and the last unit of the first character."""

    runs: Hold
    head: Unit


def hold(copy: SharedText, start: int, end: int) -> Hold:
    """The units of the code points `start`–`end` of a text; `copy` stays as it is."""
    text, runs = copy.text, list[Run]()
    scratch = copy.fork(client_id=_CLIENT)
    said = parse(scratch.splice([Edit(place, place, "x") for place in range(start, end)]))
    for character, struct in zip(text[start:end], reversed(said.structs), strict=True):
        assert struct.right  # a sign was set before each character, the last one first
        client, clock = struct.right
        after = clock + 1 + (character > "\uffff")
        if runs and (runs[-1].client, runs[-1].end) == (client, clock):
            runs[-1] = runs[-1]._replace(end=after)
        else:
            runs.append(Run(client, clock, after))
    return tuple(runs)


def stands(copy: SharedText, holds: Sequence[Hold]) -> list[Stand]:
    """Where each of the held passages stands in `copy`, which stays as it is. What it never held is gone, from its
    beginning."""
    clocks = parse_vector(copy.vector())
    known = [held for held in holds if all(run.end <= clocks.get(run.client, 0) for run in held)]
    found = dict(zip(known, _known(copy, known), strict=True))
    return [found[held] if held in found else _stand(held, None, 0, 0) for held in holds]


def _known(copy: SharedText, holds: Sequence[Hold]) -> list[Stand]:
    said = parse(copy.state())
    gone, lows = _by_client(said.deletions), {low for struct in said.structs for low in struct.lows}
    left = [_left(one, gone, lows) for one in holds]
    found: list[Stand] = []
    for at in range(0, len(holds), _AT_ONCE):
        found += _found(copy, holds[at : at + _AT_ONCE], left[at : at + _AT_ONCE])
    return found


@lru_cache(maxsize=8)
def standing(
    state: bytes | None, updates: tuple[bytes, ...], holds: tuple[Hold, ...], *, sha256: str | None = None
) -> tuple[str, list[Stand]]:
    """The text of a snapshot and the rows after it, and where passages stand in it: everybody who sits at a text asks
    for the same at the same time. Raises what `SharedText.load` raises."""
    copy = SharedText.load(state, updates, client_id=_WRITER, sha256=sha256)
    return copy.text, stands(copy, holds)


def to_json(held: Hold) -> dict[str, Any]:
    return {"v": 1, "runs": [list(run) for run in held]}


def from_json(held: Mapping[str, Sequence[Sequence[int]]]) -> Hold:
    return tuple(Run(*run) for run in held["runs"])


def _by_client(runs: Iterable[Run]) -> dict[int, list[Run]]:
    """Runs in the order of their clocks."""
    found: dict[int, list[Run]] = {}
    for run in sorted(runs):
        found.setdefault(run.client, []).append(run)
    return found


def _left(held: Hold, gone: Mapping[int, list[Run]], lows: Collection[Unit]) -> _Left | None:
    """What is left of a hold once `gone` is taken away; None where nothing is."""
    runs = tuple(part for run in held for part in _less(run, gone.get(run.client, [])))
    if not runs:
        return None
    client, clock, _ = runs[0]
    low = Unit(client, clock + 1)
    return _Left(runs, low if low in lows else Unit(client, clock))


def _less(run: Run, gone: Sequence[Run]) -> Iterator[Run]:
    """The parts of `run` that are not in `gone`."""
    at = run.start
    for nth in range(max(0, bisect_right(gone, run) - 1), len(gone)):
        if gone[nth].start >= run.end:
            break
        if gone[nth].start > at:
            yield Run(run.client, at, gone[nth].start)
        at = max(at, gone[nth].end)
    if at < run.end:
        yield Run(run.client, at, run.end)


def _found(copy: SharedText, holds: Sequence[Hold], left: Sequence[_Left | None]) -> list[Stand]:
    """A sign is set behind the first character and behind the last, and looked for: one look for all of them."""
    behind = [unit for held, its in zip(holds, left, strict=True) for unit in _ends(held, its)]
    places = {sign: edit.start for edit in _look(copy, behind) for sign in edit.text}
    at = [places[chr(_SIGN + nth)] for nth in range(len(behind))]
    return [
        _stand(held, its, *at[2 * nth : 2 * nth + 2]) for nth, (held, its) in enumerate(zip(holds, left, strict=True))
    ]


def _ends(held: Hold, its: _Left | None) -> tuple[Unit, Unit]:
    """The last units of the first and the last character; those of a passage that is gone show where it was."""
    runs = its.runs if its else held
    last = Unit(runs[-1].client, runs[-1].end - 1)
    return its.head if its else last, last


def _stand(held: Hold, its: _Left | None, behind_first: int, behind_last: int) -> Stand:
    runs = its.runs if its else held
    first, last = Unit(*runs[0][:2]), Unit(runs[-1].client, runs[-1].end - 1)
    return Stand(behind_first - (1 if its else 0), behind_last, first, last, its is None)


def _look(copy: SharedText, behind: Sequence[Unit]) -> tuple[Edit, ...]:
    """What signs behind these units do to the text: where each stands."""
    signs = b"".join(
        bytes((_AFTER,)) + number(unit.client) + number(unit.clock) + number(3) + chr(_SIGN + nth).encode()
        for nth, unit in enumerate(behind)
    )
    clock = parse_vector(copy.vector()).get(_CLIENT, 0)
    update = number(1) + number(len(behind)) + number(_CLIENT) + number(clock) + signs + number(0)
    return copy.fork(client_id=_CLIENT).trace(update) if behind else ()
