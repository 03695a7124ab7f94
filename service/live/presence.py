"""Who is where in a text: names given by the server, words of the browsers, spread ten times a second at most.

It is kept nowhere. Of two words of one client the one with the higher clock counts. Clients that died with their
process cannot say so: what was not renewed for half a minute goes.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from service.live import protocol
from service.live.protocol import AwarenessEntry

NULL_STATE = b"null"
EXPIRES_AFTER = 30.0
"""Seconds; browsers renew every 15."""
MAX_CLIENTS = 8
"""Client ids one connection may speak for."""


@dataclass(slots=True)
class ClientState:
    """The last word of a client, when it came (monotonic seconds), and the connection it came by (None: another
    process)."""

    entry: AwarenessEntry
    at: float
    source: object


class Presence:
    """Who is where in one draft.."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clients: dict[int, ClientState] = {}
        self._changed: dict[int, bool] = {}
        self._removed: dict[int, AwarenessEntry] = {}
        self._clock = clock

    def update_local(self, entries: Iterable[AwarenessEntry], *, source: object, user: Mapping[str, object]) -> None:
        """What a connection of this process says; the server says who they are."""
        for one in entries:
            attributed = AwarenessEntry(one.client, one.clock, _with_user(one.state, user))
            if self._is_newer(attributed):
                self._set_entry(attributed, source, is_local=True)

    def update_remote(self, entries: Iterable[AwarenessEntry]) -> None:
        """What another process says. Its word that a client is gone is not believed while that client sits here."""
        for one in entries:
            old = self.clients.get(one.client)
            if self._is_newer(one) and not (one.state == NULL_STATE and old and old.source is not None):
                self._set_entry(one, None, is_local=False)

    def remove_source(self, source: object) -> None:
        """A connection ended: what had its last word from there is gone."""
        for client, state in list(self.clients.items()):
            if state.source is source:
                self._set_entry(AwarenessEntry(client, state.entry.clock + 1, NULL_STATE), source, is_local=True)

    def mark_all_changed(self) -> None:
        """Another process asks who is here."""
        self._changed.update({client: True for client, here in self.clients.items() if here.source is not None})

    def remove_expired(self) -> None:
        """Forget who did not renew their word."""
        for client, state in list(self.clients.items()):
            if self._clock() - state.at > EXPIRES_AFTER:
                self._set_entry(AwarenessEntry(client, state.entry.clock + 1, NULL_STATE), None, is_local=False)

    def encode_all(self) -> bytes:
        """Everybody, as one message; b"" for nobody."""
        return protocol.awareness(one.entry for one in self.clients.values()) if self.clients else b""

    def take_changes(self) -> tuple[bytes, bytes]:
        """What changed since this was last asked: a message for the seats here, and one for other processes; b"" where
        there is none."""
        changed, self._changed = self._changed, {}
        removed = {client: entry for client, entry in self._removed.items() if client in changed}
        self._removed.clear()
        entries = [(ours, removed.get(client) or self.clients[client].entry) for client, ours in changed.items()]
        local_entries = [entry for own, entry in entries if own]
        return protocol.awareness(entry for _, entry in entries) if entries else b"", protocol.awareness(
            local_entries
        ) if local_entries else b""

    def _is_newer(self, entry: AwarenessEntry) -> bool:
        old = self.clients.get(entry.client)
        if old is None:
            return entry.state != NULL_STATE
        return entry.clock > old.entry.clock or (entry.clock == old.entry.clock and entry.state == NULL_STATE)

    def _set_entry(self, entry: AwarenessEntry, source: object, *, is_local: bool) -> None:
        self._changed[entry.client] = is_local or self._changed.get(entry.client, False)
        if entry.state == NULL_STATE:
            self.clients.pop(entry.client, None)
            self._removed[entry.client] = entry
        else:
            self._removed.pop(entry.client, None)
            self.clients[entry.client] = ClientState(entry, self._clock(), source)


def _with_user(state: bytes, user: Mapping[str, object]) -> bytes:
    """The state with the server's word on who this is. What is no JSON object is said by nobody."""
    if state == NULL_STATE:
        return NULL_STATE
    try:
        parsed = json.loads(state)
    except (ValueError, RecursionError):
        return NULL_STATE
    if not isinstance(parsed, dict):
        return NULL_STATE
    return json.dumps({**parsed, "user": user}, ensure_ascii=False, separators=(",", ":")).encode()
