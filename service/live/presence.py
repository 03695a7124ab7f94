"""Who is where in a text: names given by the server, words of the browsers, spread ten times a second at most.

It is kept nowhere. Of two words of one client the one with the higher clock counts. Clients that died with their
process cannot say so: what was not renewed for half a minute goes.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from service.live import protocol
from service.live.protocol import Entry

GONE = b"null"
FORGET_AFTER = 30.0
"""Seconds; browsers renew every 15."""
MOST_CLIENTS = 8
"""Client ids one connection may speak for."""


@dataclass(slots=True)
class Here:
    """The last word of a client, when it came (monotonic seconds), and the connection it came by (None: another
    process)."""

    entry: Entry
    at: float
    source: object


class Presence:
    """Who is where in one draft.."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.here: dict[int, Here] = {}
        self._fresh: dict[int, bool] = {}
        self._departed: dict[int, Entry] = {}
        self._clock = clock

    def say(self, entries: Iterable[Entry], *, source: object, user: Mapping[str, object]) -> None:
        """What a connection of this process says; the server says who they are."""
        for one in entries:
            named = Entry(one.client, one.clock, _named(one.state, user))
            if self._is_news(named):
                self._note(named, source, ours=True)

    def hear(self, entries: Iterable[Entry]) -> None:
        """What another process says. Its word that a client is gone is not believed while that client sits here."""
        for one in entries:
            old = self.here.get(one.client)
            if self._is_news(one) and not (one.state == GONE and old and old.source is not None):
                self._note(one, None, ours=False)

    def leave(self, source: object) -> None:
        """A connection ended: what had its last word from there is gone."""
        for client, here in list(self.here.items()):
            if here.source is source:
                self._note(Entry(client, here.entry.clock + 1, GONE), source, ours=True)

    def repeat(self) -> None:
        """Another process asks who is here."""
        self._fresh.update({client: True for client, here in self.here.items() if here.source is not None})

    def tidy(self) -> None:
        """Forget who did not renew their word."""
        for client, here in list(self.here.items()):
            if self._clock() - here.at > FORGET_AFTER:
                self._note(Entry(client, here.entry.clock + 1, GONE), None, ours=False)

    def all(self) -> bytes:
        """Everybody, as one message; b"" for nobody."""
        return protocol.awareness(one.entry for one in self.here.values()) if self.here else b""

    def news(self) -> tuple[bytes, bytes]:
        """What changed since this was last asked: a message for the seats here, and one for other processes; b"" where
        there is none."""
        fresh, self._fresh = self._fresh, {}
        gone = {client: entry for client, entry in self._departed.items() if client in fresh}
        self._departed.clear()
        said = [(ours, gone.get(client) or self.here[client].entry) for client, ours in fresh.items()]
        ours = [entry for own, entry in said if own]
        return protocol.awareness(entry for _, entry in said) if said else b"", protocol.awareness(
            ours
        ) if ours else b""

    def _is_news(self, entry: Entry) -> bool:
        old = self.here.get(entry.client)
        if old is None:
            return entry.state != GONE
        return entry.clock > old.entry.clock or (entry.clock == old.entry.clock and entry.state == GONE)

    def _note(self, entry: Entry, source: object, *, ours: bool) -> None:
        self._fresh[entry.client] = ours or self._fresh.get(entry.client, False)
        if entry.state == GONE:
            self.here.pop(entry.client, None)
            self._departed[entry.client] = entry
        else:
            self._departed.pop(entry.client, None)
            self.here[entry.client] = Here(entry, self._clock(), source)


def _named(state: bytes, user: Mapping[str, object]) -> bytes:
    """The state with the server's word on who this is. What is no JSON object is said by nobody."""
    if state == GONE:
        return GONE
    try:
        said = json.loads(state)
    except (ValueError, RecursionError):
        return GONE
    if not isinstance(said, dict):
        return GONE
    return json.dumps({**said, "user": user}, ensure_ascii=False, separators=(",", ":")).encode()
