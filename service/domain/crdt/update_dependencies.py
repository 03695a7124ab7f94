"""Whether an update may be applied to a copy that has seen this much."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from service.domain.crdt.updates import LARGEST_CLOCK, Struct, Unit, Update, parse, refused
from service.domain.errors import N_, Conflict

_ASTRAL = re.compile(rb"[\xf0-\xf4][\x80-\xbf]{3}")


class MissingParents(Conflict):
    """The update rests on units that were not seen yet: read the tail of the journal, then offer it again."""

    code = "update_early"
    sentence = N_("This change builds on words that have not arrived yet.")


@dataclass(slots=True)
class Seen:
    """What a copy holds: the next clock of each client, and every low. Grows with `learn`. `unread` is a state whose
    lows are noted once somebody writes: most who open a draft only read it."""

    clocks: dict[int, int] = field(default_factory=dict)
    lows: set[Unit] = field(default_factory=set)
    unread: bytes = b""

    @classmethod
    def of(cls, state: bytes, clocks: dict[int, int]) -> "Seen":
        """What is in a state of these clocks that was weighed before."""
        return cls(clocks, unread=state if _ASTRAL.search(state) else b"")

    def admit(self, update: Update, *, weighed: bool = False) -> dict[int, int]:
        """The clocks that `update` moves, with their new values; `weighed`: it cuts no character, as is known.

        Raises MissingParents where it rests on units not seen, Malformed where it rests on itself or cuts a character
        in two (Yjs and yrs then part for good).
        """
        moved = _arrive(update.structs, self.clocks)
        for run in update.deletions:
            if run.end > moved.get(run.client, self.clocks.get(run.client, 0)):
                raise MissingParents()
        if weighed:
            return moved
        self._read()
        fresh = set(self._fresh_lows(update))
        if any(cut in self.lows or cut in fresh for cut in self._cuts(update)):
            raise refused("cuts a character in two")
        return moved

    def learn(self, update: Update, moved: Mapping[int, int]) -> None:
        """Notes an admitted update; `moved` is what `admit` gave."""
        self.lows.update(self._fresh_lows(update))
        self.clocks.update(moved)

    def copy(self) -> "Seen":
        """Another that grows by itself."""
        self._read()
        return Seen(self.clocks.copy(), self.lows.copy())

    def _read(self) -> None:
        if self.unread:
            self.lows.update(low for struct in parse(self.unread).structs for low in struct.lows)
            self.unread = b""

    def _fresh_lows(self, update: Update) -> Iterator[Unit]:
        known = self.clocks
        return (low for struct in update.structs for low in struct.lows if low.clock >= known.get(low.client, 0))

    def _cuts(self, update: Update) -> Iterator[Unit]:
        """Units in front of which the update may cut a run."""
        for client, start, end in update.deletions:
            yield Unit(client, start)
            yield Unit(client, end)
        for run, left, right, _ in update.structs:
            if left:
                yield Unit(left.client, left.clock + 1)
            if right:
                yield right
            known = self.clocks.get(run.client, 0)
            if run.start < known < run.end:
                yield Unit(run.client, known)


def _arrive(structs: Iterable[Struct], clocks: Mapping[int, int]) -> dict[int, int]:
    """Walks the structs in an order in which each finds its neighbours, in linear time, as integration does."""
    queues: dict[int, list[Struct]] = {}
    for struct in structs:
        queues.setdefault(struct.run.client, []).append(struct)
    for queue in queues.values():
        queue.reverse()
    moved = {client: clocks.get(client, 0) for client in queues}
    for client in queues:
        _advance(client, queues, moved, clocks)
    return {client: clock for client, clock in moved.items() if clock > clocks.get(client, 0)}


def _advance(client: int, queues: dict[int, list[Struct]], moved: dict[int, int], clocks: Mapping[int, int]) -> None:
    """Empties the queue of `client`, going first wherever its structs need to."""
    path = {client: LARGEST_CLOCK}
    while path:
        at, goal = next(reversed(path.items()))
        if not queues[at] or moved[at] > goal:
            del path[at]
            continue
        struct = queues[at][-1]
        need = _unmet(struct, moved, clocks)
        if need is None:
            moved[at] = max(moved[at], queues[at].pop().run.end)
        elif need.client in path:
            raise refused("rests on itself")
        elif not queues.get(need.client) or queues[need.client][0].run.end <= need.clock:
            raise MissingParents()
        else:
            path[need.client] = need.clock


def _unmet(struct: Struct, moved: Mapping[int, int], clocks: Mapping[int, int]) -> Unit | None:
    """The first neighbour of `struct` that is not there yet. Raises MissingParents at a gap."""
    client, start, _ = struct.run
    if start > moved[client]:
        raise MissingParents()
    for unit in (struct.left, struct.right):
        if unit and unit.client == client and unit.clock >= start:
            raise refused("rests on itself")
        if unit and unit.clock >= moved.get(unit.client, clocks.get(unit.client, 0)):
            return unit
    return None
