"""Presence (Yjs awareness): carets and users of a draft, broadcast ten times a second at most.

Stored nowhere. States come from browsers, identities from the server. The entry with the higher clock wins. Clients
that died with their process expire after EXPIRES_AFTER.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from service.live import protocol
from service.live.awareness_state import (
    MAX_AWARENESS_CLOCK,
    NULL_STATE,
    InvalidState,
    attribute_state,
    check_attributed_state,
)
from service.live.protocol import AwarenessEntry

log = logging.getLogger(__name__)

EXPIRES_AFTER = 30.0
"""Seconds without renewal after which a client is removed; browsers renew every 15."""
MAX_CLIENTS = 8
"""Client ids a connection may have."""


@dataclass(slots=True)
class ClientState:
    """The last entry of a client, when it arrived (monotonic seconds) and its connection (None: another process)."""

    entry: AwarenessEntry
    at: float
    source: object


class Presence:
    """The awareness states of one draft."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clients: dict[int, ClientState] = {}
        self._changed: dict[int, bool] = {}
        self._removed: dict[int, AwarenessEntry] = {}
        self._clock = clock

    def update_local(self, entries: Iterable[AwarenessEntry], *, source: object, user: Mapping[str, object]) -> None:
        """Apply entries from a connection of this process; `user` is set by the server. Malformed ones are dropped."""
        for one in _well_formed(entries, lambda state: attribute_state(state, user=user)):
            if self._is_newer(one):
                self._set_entry(one, source, is_local=True)

    def update_remote(self, entries: Iterable[AwarenessEntry]) -> None:
        """Apply entries from another process. Removals of clients connected to this process are ignored."""
        for one in _well_formed(entries, check_attributed_state):
            old = self.clients.get(one.client)
            if self._is_newer(one) and not (one.state == NULL_STATE and old and old.source is not None):
                self._set_entry(one, None, is_local=False)

    def remove_source(self, source: object) -> None:
        """Remove the clients whose last entry came from a closed connection."""
        for client, state in list(self.clients.items()):
            if state.source is source:
                self._set_entry(AwarenessEntry(client, state.entry.clock + 1, NULL_STATE), source, is_local=True)

    def mark_all_changed(self) -> None:
        """Mark local clients as changed, so that they are sent to a process that asks."""
        self._changed.update({client: True for client, state in self.clients.items() if state.source is not None})

    def remove_expired(self) -> None:
        """Remove clients that were not renewed in time."""
        for client, state in list(self.clients.items()):
            if self._clock() - state.at > EXPIRES_AFTER:
                self._set_entry(AwarenessEntry(client, state.entry.clock + 1, NULL_STATE), None, is_local=False)

    def encode_all(self) -> bytes:
        """Encode all states as one message; b"" if there are none."""
        return protocol.awareness(one.entry for one in self.clients.values()) if self.clients else b""

    def take_changes(self) -> tuple[bytes, bytes]:
        """Return the changes since the last call: a message for local connections, and one for other processes.

        Either is b"" if there are none.
        """
        changed, self._changed = self._changed, {}
        removed = {client: entry for client, entry in self._removed.items() if client in changed}
        self._removed.clear()
        entries = [(local, removed.get(client) or self.clients[client].entry) for client, local in changed.items()]
        local_entries = [entry for local, entry in entries if local]
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


def _well_formed(entries: Iterable[AwarenessEntry], read_state: Callable[[bytes], bytes]) -> Iterator[AwarenessEntry]:
    """Yield the entries whose clock and state are valid, with the state that `read_state` returns."""
    for one in entries:
        if one.clock > MAX_AWARENESS_CLOCK:
            continue
        try:
            yield one if one.state == NULL_STATE else one._replace(state=read_state(one.state))
        except InvalidState as error:
            log.debug("dropped the awareness state of client %d: %s", one.client, error)
