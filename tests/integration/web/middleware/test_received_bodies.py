"""H1: who sends a body is known before it is read; large bodies and slow senders are limited."""

import asyncio
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.domain.errors import Unavailable
from service.web.app import create_app
from service.web.forms.limits import MAX_TEXT_FORM_BYTES
from service.web.http.bodies import ANONYMOUS_BYTES
from service.web.middleware import received_bodies
from service.web.middleware.received_bodies import MAX_PER_SENDER, LargeBodyBudget, ReceivedBodies
from service.web.routes import PAGE_ROUTES, routes
from tests.integration.web.asgi_requests import AsgiRequest
from tests.support.factories import SampleInstance, create_document
from tests.support.web_client import WebClient, form_fields, open_web_client, page_text

CHUNK = b"%41" * 10_000
REFUSALS = (401, 404, 409, 413)
FORM_TYPE = "application/x-www-form-urlencoded"


@pytest.fixture
def app(instance: SampleInstance) -> ASGIApp:
    return create_app(instance.app_state)


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def endless_form() -> Iterator[bytes]:
    yield b"a="
    while True:
        yield CHUNK


FORM_PATHS = sorted({route.path for route in PAGE_ROUTES if "POST" in (route.methods or ())})
API_WRITES = sorted(
    {
        (method, route.path)
        for route in routes("service/web/static")
        if isinstance(route, Route) and route.path.startswith("/api/")
        for method in (route.methods or set()) - {"GET", "HEAD"}
    }
)


@pytest.mark.parametrize("path", FORM_PATHS)
def test_endless_body_of_an_anonymous_user_is_not_read(app: ASGIApp, path: str) -> None:
    request = asyncio.run(AsgiRequest(path, endless_form(), {"content-type": FORM_TYPE}).send_to(app))
    assert request.status in REFUSALS
    assert request.read <= ANONYMOUS_BYTES + len(CHUNK)
    assert request.response_headers["connection"] == "close"


@pytest.mark.parametrize("path", FORM_PATHS)
def test_announced_body_of_an_anonymous_user_is_not_read_at_all(app: ASGIApp, path: str) -> None:
    headers = {"content-type": FORM_TYPE, "content-length": str(MAX_TEXT_FORM_BYTES - 1)}
    request = asyncio.run(AsgiRequest(path, endless_form(), headers).send_to(app))
    assert (request.read, request.status in REFUSALS) == (0, True)


@pytest.mark.parametrize(("method", "path"), API_WRITES)
def test_api_does_not_read_the_body_of_an_anonymous_user(app: ASGIApp, method: str, path: str) -> None:
    request = asyncio.run(AsgiRequest(path, endless_form(), method=method).send_to(app))
    assert (request.read, request.status) == (0, 401)


def test_body_from_another_site_is_not_read(app: ASGIApp) -> None:
    request = AsgiRequest("/documents/new", endless_form(), {"sec-fetch-site": "cross-site"})
    assert (asyncio.run(request.send_to(app)).read, request.status) == (0, 403)


def test_text_of_a_session_that_ended_is_given_back(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    web_client.sign_in("lama")
    kept = dict(web_client.client.cookies)
    web_client.post("/sign-out")
    web_client.client.cookies.update(kept)
    text = "What I wrote for hours. " * 10_000
    response = web_client.post(f"/documents/{document}/texts/en", {"text": text})
    assert response.status_code == 401 and text.strip() in page_text(response)


def test_short_text_without_a_session_is_given_back(web_client: WebClient, instance: SampleInstance) -> None:
    response = web_client.post(f"/documents/{create_document(instance)}/texts/en", {"text": "Some words of mine."})
    assert response.status_code == 401 and "Some words of mine." in page_text(response)


def test_large_form_of_a_member_is_read(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": "The first text.\n"})
    web_client.sign_in("lama")
    text = "\n\n".join(f"Paragraph {number} of the text." for number in range(5000))
    path = f"/documents/{document}/texts/en"
    response = web_client.post(f"{path}/preview", {**form_fields(web_client.get(path)), "text": text})
    assert response.status_code == 200 and "Paragraph 4999 of the text." in page_text(response)


def test_one_sender_has_few_large_bodies_and_others_still_have_room() -> None:
    async def play() -> None:
        budget = LargeBodyBudget()
        for _ in range(MAX_PER_SENDER):
            await budget.reserve("per_a", 1000)
        waiting = asyncio.create_task(budget.reserve("per_a", 1000))
        await budget.reserve("per_b", 1000)
        assert not waiting.done()
        await budget.release("per_a", 1000)
        await waiting

    asyncio.run(play())


def test_large_bodies_beyond_the_queue_are_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(received_bodies, "MAX_WAITING", 1)

    async def play() -> None:
        budget = LargeBodyBudget(total=1000)
        await budget.reserve("per_a", 1000)
        waiting = asyncio.create_task(budget.reserve("per_b", 1))
        await asyncio.sleep(0)
        with pytest.raises(Unavailable) as caught:
            await budget.reserve("per_c", 1)
        assert caught.value.code == "too_busy"
        await budget.release("per_a", 1000)
        await waiting

    asyncio.run(play())


def test_large_body_waits_no_longer_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(received_bodies, "MAX_WAIT", 0.01)

    async def play() -> None:
        budget = LargeBodyBudget(total=1000)
        await budget.reserve("per_a", 1000)
        with pytest.raises(Unavailable):
            await budget.reserve("per_b", 1)

    asyncio.run(play())


def test_room_is_given_back_after_the_request(instance: SampleInstance) -> None:
    budget = LargeBodyBudget(total=ANONYMOUS_BYTES * 4)
    seen: list[int] = []

    async def read_all(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(len(await Request(scope, receive).body()))

    async def play() -> None:
        for _ in range(20):
            await AsgiRequest("/", [b"x" * ANONYMOUS_BYTES] * 3).send_to(ReceivedBodies(read_all, budget=budget))

    asyncio.run(play())
    assert seen == [ANONYMOUS_BYTES * 3] * 20


async def serve(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)


class SlowSender:
    """Sends one byte, and then nothing."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self._first = True

    async def receive(self) -> Message:
        if self._first:
            self._first = False
            return {"type": "http.request", "body": b"a", "more_body": True}
        await asyncio.Event().wait()
        raise AssertionError

    async def send(self, message: Message) -> None:
        self.sent.append(message)


def test_sender_that_pauses_is_ended(app: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(received_bodies, "MAX_PAUSE", 0.01)
    sender = SlowSender()
    scope = AsgiRequest("/sign-in").scope({"host": "localhost", "sec-fetch-site": "same-origin", "content-length": "9"})
    asyncio.run(serve(app, scope, sender.receive, sender.send))
    assert sender.sent[0]["status"] == 503 and b"too_slow" in sender.sent[1]["body"]
    assert (b"connection", b"close") in sender.sent[0]["headers"]


def test_sender_below_the_least_speed_is_ended(app: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(received_bodies, "GRACE", -1.0)
    monkeypatch.setattr(received_bodies, "MIN_SPEED", 10**12)
    request = AsgiRequest("/sign-in", [b"a"] * 10)
    assert asyncio.run(request.send_to(app)).status == 503
    assert "too_slow" in request.text and request.read == 1


def test_dropped_request_leaves_no_line(app: ASGIApp, caplog: pytest.LogCaptureFixture) -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_: Message) -> None:
        pass

    scope = AsgiRequest("/sign-in").scope({"host": "localhost", "sec-fetch-site": "same-origin", "content-length": "9"})
    asyncio.run(serve(app, scope, receive, send))
    assert not caplog.records


def test_form_fields_reach_the_handler(web_client: WebClient) -> None:
    raw = urlencode({"lang": "en", "next": "/people"}).encode()
    response = web_client.client.post(
        "/language",
        content=raw,
        headers={"origin": "http://localhost", "content-type": FORM_TYPE},
        follow_redirects=False,
    )
    assert response.headers["location"] == "/people"
