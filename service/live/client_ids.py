"""Ownership of CRDT client ids: each belongs to the first person who wrote with it, for ever, in every process."""

from collections.abc import Iterable
from functools import partial

from service.actions.drafts import live
from service.actions.drafts.live import ClientIdConflict
from service.live.db_executor import DbExecutor


class ClientIds:
    """The client ids of one draft.

    `unbound` maps ids claimed in this process and not yet stored to their person; the next commit stores them.
    """

    def __init__(self, draft: str, executor: DbExecutor) -> None:
        self.unbound: dict[int, str] = {}
        self._draft = draft
        self._executor = executor
        self._bound: set[int] = set()
        self._owners: dict[int, str] = {}

    async def claim(self, clients: frozenset[int], person: str, *, writing: bool) -> None:
        """Claim ids for a person. Raises ClientIdConflict if one belongs to somebody else.

        A claim without `writing` (a caret only) holds in this process only and is not stored.
        """
        unknown = clients - self._bound
        if unknown:
            found = await self._executor.read(partial(live.get_client_owners, draft=self._draft, clients=unknown))
            self._owners.update(found)
            self._bound |= found.keys()
        for client in clients:
            if self._owners.setdefault(client, person) != person:
                raise ClientIdConflict([client])
        if writing:
            self.unbound.update(dict.fromkeys(clients - self._bound, person))

    def mark_bound(self, clients: Iterable[int]) -> None:
        """Note that the owners of these ids are stored."""
        for client in clients:
            self._bound.add(client)
            self.unbound.pop(client, None)

    def release(self, clients: Iterable[int]) -> None:
        """Drop the claims to ids that turned out to belong to somebody else."""
        for client in clients:
            self._owners.pop(client, None)
            self.unbound.pop(client, None)
