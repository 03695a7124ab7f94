"""Whose client ids are: each belongs to the person who first wrote under it, for ever and in every process."""

from collections.abc import Iterable
from functools import partial

from service.actions.drafts import live
from service.actions.drafts.live import ClientIdConflict
from service.live.db_executor import DbExecutor


class ClientIds:
    """Of one draft. `unbound` are the ids that people of this process began to write under and that are not on disk
    yet: the next commit binds them."""

    def __init__(self, draft: str, executor: DbExecutor) -> None:
        self.unbound: dict[int, str] = {}
        self._draft = draft
        self._executor = executor
        self._bound: set[int] = set()
        self._owners: dict[int, str] = {}

    async def claim(self, clients: frozenset[int], person: str, *, writing: bool) -> None:
        """These ids are this person's from now on. Raises Taken where one is another's; a caret alone binds an id in
        this process only."""
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
        """These are bound on disk now."""
        for client in clients:
            self._bound.add(client)
            self.unbound.pop(client, None)

    def release(self, clients: Iterable[int]) -> None:
        """These turned out to be somebody else's."""
        for client in clients:
            self._owners.pop(client, None)
            self.unbound.pop(client, None)
