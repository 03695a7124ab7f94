"""Forms of anonymous users, such as sign-in: few at one time, and fewer from one network.

So they never hold the threads of pages.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from starlette.requests import Request

from service.domain.errors import N_, Unavailable
from service.web.http.client_network import client_network

MAX_FROM_NETWORK, MAX_FROM_ALL = 3, 12
"""Forms of one network, and of all, that are handled at one time; there are 40 threads."""

MAX_WAITING_FROM_NETWORK, MAX_WAITING = 8, 32
"""Forms that wait, without a thread; further ones are refused at once."""

MAX_WAIT = 5.0
"""Seconds."""

RESERVED_FOR_KNOWN = 6
"""Further places for browsers in which the person signed in before: a flood from many networks does not stop them."""


class TooManyForms(Unavailable):
    """Other forms are being handled. Answered in one line, without a thread."""

    code = "too_busy"
    sentence = N_("Too many people are signing in. Try again in a minute.")


class AnonymousPlaces:
    """The forms of anonymous users that are handled or wait, by network."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()
        self._changed = asyncio.Condition()

    async def take(self, network: str, *, is_known: bool) -> None:
        """Take a place, or wait for one. Raises TooManyForms."""
        if not self._has_room(network, is_known):
            await self._wait_for_room(network, is_known)
        self._taken[network] += 1

    async def give_back(self, network: str) -> None:
        """Give a place back."""
        self._taken[network] -= 1
        self._taken += Counter()  # drops networks without a place
        async with self._changed:
            self._changed.notify_all()

    def _has_room(self, network: str, is_known: bool) -> bool:
        taken = self._taken.total()
        if is_known:
            return taken < MAX_FROM_ALL + RESERVED_FOR_KNOWN
        return self._taken[network] < MAX_FROM_NETWORK and taken < MAX_FROM_ALL

    async def _wait_for_room(self, network: str, is_known: bool) -> None:
        if self._waiting[network] >= MAX_WAITING_FROM_NETWORK or self._waiting.total() >= MAX_WAITING:
            raise TooManyForms()
        self._waiting[network] += 1
        try:
            async with asyncio.timeout(MAX_WAIT), self._changed:
                await self._changed.wait_for(lambda: self._has_room(network, is_known))
        except TimeoutError:
            raise TooManyForms() from None
        finally:
            self._waiting[network] -= 1
            self._waiting += Counter()


@asynccontextmanager
async def anonymous_place(request: Request, *, is_known: bool) -> AsyncIterator[None]:
    """Hold a place for the form of an anonymous user; `is_known`: in a browser that is known. Raises TooManyForms."""
    places, network = cast(AnonymousPlaces, request.app.state.anonymous_places), client_network(request)
    await places.take(network, is_known=is_known)
    try:
        yield
    finally:
        await places.give_back(network)
