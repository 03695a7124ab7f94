"""Validation of an update against the state of a replica: dependencies and surrogate pairs."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from service.domain.crdt.updates import MAX_CLOCK, ParsedUpdate, Struct, UnitId, invalid_update, parse_update
from service.domain.errors import N_, Conflict

_ASTRAL = re.compile(rb"[\xf0-\xf4][\x80-\xbf]{3}")


class MissingDependencies(Conflict):
    """The update depends on units not seen yet: read new rows of the journal, then try it again."""

    code = "update_early"
    sentence = N_("This change depends on words that have not arrived yet.")


@dataclass(slots=True)
class IntegratedState:
    """What a replica has integrated: the next clock of each client, and all low surrogates.

    Updated by `add_update`. `unscanned_state` is a state whose low surrogates are collected on the first write, as most
    replicas are only read.
    """

    clocks: dict[int, int] = field(default_factory=dict)
    low_surrogates: set[UnitId] = field(default_factory=set)
    unscanned_state: bytes = b""

    @classmethod
    def from_state(cls, state: bytes, clocks: dict[int, int]) -> "IntegratedState":
        """Create it from a validated state with these clocks."""
        return cls(clocks, unscanned_state=state if _ASTRAL.search(state) else b"")

    def validate_update(self, update: ParsedUpdate, *, validated: bool = False) -> dict[int, int]:
        """Return the clocks that `update` advances, with their new values.

        `validated`: it is known to split no surrogate pair. Raises MissingDependencies if it depends on units not
        seen, InvalidInput `update_refused` if it depends on itself or splits a surrogate pair (after which Yjs and yrs
        diverge permanently).
        """
        new_clocks = _advance_clocks(update.structs, self.clocks)
        for run in update.deletions:
            if run.end > new_clocks.get(run.client, self.clocks.get(run.client, 0)):
                raise MissingDependencies()
        if validated:
            return new_clocks
        self._scan_state()
        new_lows = set(self._new_low_surrogates(update))
        if any(cut in self.low_surrogates or cut in new_lows for cut in self._split_points(update)):
            raise invalid_update("splits a surrogate pair")
        return new_clocks

    def add_update(self, update: ParsedUpdate, new_clocks: Mapping[int, int]) -> None:
        """Add a validated update; `new_clocks` is the result of `validate_update`."""
        self.low_surrogates.update(self._new_low_surrogates(update))
        self.clocks.update(new_clocks)

    def copy(self) -> "IntegratedState":
        """Return an independent copy."""
        self._scan_state()
        return IntegratedState(self.clocks.copy(), self.low_surrogates.copy())

    def _scan_state(self) -> None:
        if self.unscanned_state:
            self.low_surrogates.update(
                low for struct in parse_update(self.unscanned_state).structs for low in struct.low_surrogates
            )
            self.unscanned_state = b""

    def _new_low_surrogates(self, update: ParsedUpdate) -> Iterator[UnitId]:
        clocks = self.clocks
        return (
            low for struct in update.structs for low in struct.low_surrogates if low.clock >= clocks.get(low.client, 0)
        )

    def _split_points(self, update: ParsedUpdate) -> Iterator[UnitId]:
        """Yield the units before which the update may split a run."""
        for client, start, end in update.deletions:
            yield UnitId(client, start)
            yield UnitId(client, end)
        for run, left, right, _ in update.structs:
            if left:
                yield UnitId(left.client, left.clock + 1)
            if right:
                yield right
            clock = self.clocks.get(run.client, 0)
            if run.start < clock < run.end:
                yield UnitId(run.client, clock)


def _advance_clocks(structs: Iterable[Struct], clocks: Mapping[int, int]) -> dict[int, int]:
    """Visit the structs in dependency order, in linear time, as integration does; return the advanced clocks."""
    queues: dict[int, list[Struct]] = {}
    for struct in structs:
        queues.setdefault(struct.run.client, []).append(struct)
    for queue in queues.values():
        queue.reverse()
    new_clocks = {client: clocks.get(client, 0) for client in queues}
    for client in queues:
        _drain_queue(client, queues, new_clocks, clocks)
    return {client: clock for client, clock in new_clocks.items() if clock > clocks.get(client, 0)}


def _drain_queue(
    client: int, queues: dict[int, list[Struct]], new_clocks: dict[int, int], clocks: Mapping[int, int]
) -> None:
    """Process the queue of `client`, visiting the queues its structs depend on first (depth first)."""
    path = {client: MAX_CLOCK}
    while path:
        current, target = next(reversed(path.items()))
        if not queues[current] or new_clocks[current] > target:
            del path[current]
            continue
        struct = queues[current][-1]
        missing = _missing_origin(struct, new_clocks, clocks)
        if missing is None:
            new_clocks[current] = max(new_clocks[current], queues[current].pop().run.end)
        elif missing.client in path:
            raise invalid_update("depends on itself")
        elif not queues.get(missing.client) or queues[missing.client][0].run.end <= missing.clock:
            raise MissingDependencies()
        else:
            path[missing.client] = missing.clock


def _missing_origin(struct: Struct, new_clocks: Mapping[int, int], clocks: Mapping[int, int]) -> UnitId | None:
    """Return the first origin of `struct` that is not integrated yet. Raises MissingDependencies at a gap."""
    client, start, _ = struct.run
    if start > new_clocks[client]:
        raise MissingDependencies()
    for unit in (struct.left, struct.right):
        if unit and unit.client == client and unit.clock >= start:
            raise invalid_update("depends on itself")
        if unit and unit.clock >= new_clocks.get(unit.client, clocks.get(unit.client, 0)):
            return unit
    return None
