"""Forms of anonymous users, such as sign-in: few at one time, and fewer from one network.

So they never hold the threads of pages.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from starlette.requests import Request

from service.domain.errors import N_, Unavailable
from service.web.http.client_network import client_network

MAX_FROM_NETWORK = 8
"""Forms of one network that are handled at one time: an office or a café where many sign in at once."""

MAX_FROM_ALL = 24
"""Forms of all networks; there are 40 threads."""


RESERVED_FOR_KNOWN = 8
"""Further places for browsers in which the person signed in before: a flood from many networks does not stop them."""


class TooManyForms(Unavailable):
    """Other forms are being handled. Answered in one line, without a thread."""

    code = "too_busy"
    sentence = N_("Too many people are signing in. Try again in a minute.")


class AnonymousPlaces:
    """The forms of anonymous users that are being handled, by network."""

    def __init__(self, *, from_network: int = MAX_FROM_NETWORK, from_all: int = MAX_FROM_ALL) -> None:
        self._from_network, self._from_all = from_network, from_all
        self._taken: Counter[str] = Counter()

    def take(self, network: str, *, is_known: bool) -> bool:
        """Take a place; False if there is none."""
        taken = self._taken.total()
        if is_known:
            if taken >= self._from_all + RESERVED_FOR_KNOWN:
                return False
        elif self._taken[network] >= self._from_network or taken >= self._from_all:
            return False
        self._taken[network] += 1
        return True

    def give_back(self, network: str) -> None:
        """Give a place back."""
        self._taken[network] -= 1
        self._taken += Counter()  # drops networks without a place


@asynccontextmanager
async def anonymous_place(request: Request, *, is_known: bool) -> AsyncIterator[None]:
    """Hold a place for the form of an anonymous user; `is_known`: in a browser that is known. Raises TooManyForms."""
    places, network = cast(AnonymousPlaces, request.app.state.anonymous_places), client_network(request)
    if not places.take(network, is_known=is_known):
        raise TooManyForms()
    try:
        yield
    finally:
        places.give_back(network)
