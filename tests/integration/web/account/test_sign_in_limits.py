"""M1: anonymous users at the sign-in page never hold the threads of pages, and lock out nobody else."""

import asyncio
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from starlette.types import ASGIApp

from service.actions.accounts.passwords import HashingRequest, HashingResult
from service.domain.accounts.rules import AUTH_METHODS, CODE, PASSWORD
from service.domain.errors import Unavailable
from service.sample.document import mailed_code
from service.web.app import create_app
from service.web.http import anonymous_places, password_hashing
from service.web.http.anonymous_places import (
    MAX_FROM_ALL,
    MAX_FROM_NETWORK,
    MAX_WAITING,
    MAX_WAITING_FROM_NETWORK,
    RESERVED_FOR_KNOWN,
    AnonymousPlaces,
    TooManyForms,
)
from service.web.http.password_hashing import HashingPool
from tests.integration.web.asgi_requests import AsgiRequest, state_of
from tests.support.factories import SECRET, SampleInstance
from tests.support.web_client import WebClient, open_web_client

PATIENCE = 60
"""Seconds after which a hanging test gives up."""

LAMA = "lama@sindyan.example"
FORM_TYPE = {"content-type": "application/x-www-form-urlencoded", "accept-language": "en"}


class BlockedHashing:
    """Hashes nothing until it is released."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()

    def __call__(self, _: HashingRequest) -> HashingResult:
        assert self.may_go_on.wait(PATIENCE)
        return HashingResult()


@pytest.fixture
def blocked_hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[BlockedHashing]:
    blocked = BlockedHashing()
    monkeypatch.setattr(password_hashing, "verify_and_hash", blocked)
    yield blocked
    blocked.may_go_on.set()


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def sign_in(number: int, *, network: str) -> AsgiRequest:
    form = urlencode({"email": f"nobody{number}@mithaq.example", "password": "not this one"}).encode()
    return AsgiRequest("/sign-in", [form], FORM_TYPE, client=network)


async def wait_for_hashing(app: ASGIApp, count: int) -> None:
    pool: HashingPool = state_of(app).hashing_pool
    async with asyncio.timeout(PATIENCE):
        while pool.pending < count:
            await asyncio.sleep(0.001)


def test_flood_of_sign_ins_leaves_pages_their_threads(
    instance: SampleInstance, blocked_hashing: BlockedHashing
) -> None:
    async def play() -> None:
        app = create_app(instance.app_state)
        networks = [f"198.51.100.{number}" for number in range(20)]
        flood = [asyncio.create_task(sign_in(n, network=networks[n % 20]).send_to(app)) for n in range(150)]
        await wait_for_hashing(app, MAX_FROM_ALL)
        page = AsgiRequest("/sign-in", method="GET", headers={"content-length": "0"})
        async with asyncio.timeout(PATIENCE):
            assert (await page.send_to(app)).status == 200
        refused = [task for task in flood if task.done()]
        assert len(refused) == 150 - MAX_FROM_ALL - MAX_WAITING, "the rest is refused at once"
        assert {task.result().status for task in refused} == {503}
        assert refused[0].result().response_headers["retry-after"] == "10"
        blocked_hashing.may_go_on.set()
        await asyncio.gather(*flood)

    asyncio.run(play())


def test_flood_from_one_network_leaves_room_for_others(
    instance: SampleInstance, blocked_hashing: BlockedHashing
) -> None:
    async def play() -> None:
        app = create_app(instance.app_state)
        flood = [asyncio.create_task(sign_in(n, network="198.51.100.1").send_to(app)) for n in range(50)]
        await wait_for_hashing(app, MAX_FROM_NETWORK)
        other = asyncio.create_task(sign_in(99, network="203.0.113.1").send_to(app))
        await wait_for_hashing(app, MAX_FROM_NETWORK + 1)
        blocked_hashing.may_go_on.set()
        assert (await other).status == 403, "it was tried"
        tried = MAX_FROM_NETWORK + MAX_WAITING_FROM_NETWORK
        assert sorted(task.status for task in await asyncio.gather(*flood)) == [403] * tried + [503] * (50 - tried)

    asyncio.run(play())


def test_hashing_beyond_the_queue_is_refused_at_once(blocked_hashing: BlockedHashing) -> None:
    async def play() -> None:
        pool = HashingPool(threads=1, max_waiting=1)
        waiting = [asyncio.create_task(pool.run(HashingRequest(candidate="x"))) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable) as caught:
            await pool.run(HashingRequest(candidate="x"))
        assert caught.value.code == "too_busy"
        assert await pool.run(HashingRequest()) == HashingResult(), "nothing to do takes no place"
        blocked_hashing.may_go_on.set()
        await asyncio.gather(*waiting)

    asyncio.run(play())


def test_known_browsers_have_places_that_a_flood_cannot_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anonymous_places, "MAX_WAIT", 0.01)

    async def play() -> None:
        places = AnonymousPlaces()
        for number in range(MAX_FROM_ALL):
            await places.take(f"198.51.100.{number}", is_known=False)
        with pytest.raises(TooManyForms):
            await places.take("203.0.113.1", is_known=False)
        for _ in range(RESERVED_FOR_KNOWN):
            await places.take("203.0.113.1", is_known=True)
        with pytest.raises(TooManyForms):
            await places.take("203.0.113.1", is_known=True)
        await places.give_back("203.0.113.1")
        await places.take("203.0.113.1", is_known=True)

    asyncio.run(play())


def test_office_signs_in_one_after_another() -> None:
    async def play() -> None:
        places, handled = AnonymousPlaces(), []

        async def sign_in() -> None:
            await places.take("198.51.100.1", is_known=False)
            handled.append(1)
            await asyncio.sleep(0)
            await places.give_back("198.51.100.1")

        await asyncio.gather(*(sign_in() for _ in range(MAX_FROM_NETWORK + MAX_WAITING_FROM_NETWORK)))
        assert len(handled) == MAX_FROM_NETWORK + MAX_WAITING_FROM_NETWORK

    asyncio.run(play())


@pytest.fixture
def low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (PASSWORD, CODE):
        monkeypatch.setitem(AUTH_METHODS, kind, replace(AUTH_METHODS[kind], max_from_network=3))


@pytest.mark.usefixtures("low_limits")
@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/code", "/forgotten"])
def test_asvs_21_a_network_is_counted_over_all_addresses(web_client: WebClient, path: str) -> None:
    def attempt(number: int) -> int:
        form = {"email": f"nobody{number}@mithaq.example", "password": "not this one"}
        return int(web_client.post(path, form).status_code)

    answers = [attempt(number) for number in range(5)]
    assert answers[3:] == [429, 429] and set(answers[:3]) <= {403, 303}


@pytest.mark.usefixtures("low_limits")
def test_network_limit_does_not_lock_out_a_known_browser(web_client: WebClient, instance: SampleInstance) -> None:
    remember(web_client, instance)
    for number in range(5):
        web_client.post("/sign-in/code", {"email": f"nobody{number}@mithaq.example"})
    assert web_client.post("/sign-in/code", {"email": "nobody9@mithaq.example"}).status_code == 429
    assert web_client.post("/sign-in/code", {"email": LAMA}).status_code == 303


def remember(web_client: WebClient, instance: SampleInstance) -> None:
    """Sign in with a code in the person's own browser, and out again."""
    place = web_client.post("/sign-in/code", {"email": LAMA}).headers["location"]
    with instance.read() as tx:
        code = mailed_code(tx, instance.members.people["lama"].id, secret=SECRET)
    form = {"id": re.findall(r"cod_\w+", place)[0], "code": code, "own": "on"}
    assert web_client.post("/sign-in/code/given", form).status_code == 303
    web_client.post("/sign-out")
