"""Server time and throughput of the pages, compared with a bare Starlette handler.

The application is called as uvicorn calls it, without a socket, so only our code is timed. The bare handler reads as
many rows by id, in one transaction, as the page runs statements, and renders the same template from prepared values:
the difference is authentication, authorization and the view models.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from jinja2 import Template
from sqlalchemy import event, select
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from bench.support.render_texts import CONSTITUTION_WORDS, constitution
from bench.support.sample_instance import SECRET, SampleBench, create_document_versions, open_sample_bench
from service.actions.documents import documents
from service.actions.endorsement import rounds
from service.job_dispatch import NullDispatcher
from service.sample import document
from service.store.db import Database, now_us
from service.store.tables import person
from service.web.app import create_app
from tests.support.factories import complete_proofs

REQUESTS = 60
"""Requests of which the median and the 90th percentile are taken."""

CONCURRENCY = 4
"""Concurrent requests when throughput is measured."""

ROUNDS = 5
"""Times that our page and the bare handler alternate, so that noise affects both."""


@dataclass(frozen=True)
class BenchPage:
    """A page at `path`, requested as `person` ("": anonymously); `goal_ms` is for the median server time."""

    name: str
    person: str
    path: str
    goal_ms: float


def run() -> None:
    """Print the table."""
    with open_sample_bench() as sample_bench:
        asyncio.run(_print_table(sample_bench, _create_pages(sample_bench)))


@dataclass
class RenderedTemplate:
    """A template and the context it was last rendered with."""

    template: Template
    values: dict[str, object]


@contextmanager
def record_templates() -> Iterator[list[RenderedTemplate]]:
    """Record the templates rendered inside the block, and their contexts."""
    found: list[RenderedTemplate] = []
    render = Template.render

    def note(template: Template, *args: object, **values: object) -> str:
        found.append(RenderedTemplate(template, dict(*args, **values)))
        return render(template, *args, **values)

    with patch.object(Template, "render", note):
        yield found


async def _print_table(sample_bench: SampleBench, pages: Sequence[BenchPage]) -> None:
    app, database = create_app(sample_bench.app_state), sample_bench.database
    print(f"{'page':34} {'kB':>6} {'reads':>6} {'median ms':>10} {'p90 ms':>8} {'goal':>6} {'pages/s of bare':>16}")
    for page in pages:
        cookie = sample_bench.session_cookie(page.person) if page.person else ""
        request = create_request(app, page.path, cookie)
        with record_statements(database) as statements, record_templates() as drawn:
            size = await request()
        bare_request = create_request(_bare_app(database, reads=len(statements), template=drawn[-1]), "/", "")
        await bare_request()
        elapsed = sorted([await measure_ms(request) for _ in range(REQUESTS)])
        shares = [await _requests_per_second(request) / await _requests_per_second(bare_request) for _ in range(ROUNDS)]
        print(
            f"{page.name:34} {size / 1000:6.0f} {len(statements):6} {statistics.median(elapsed):10.1f}"
            f" {elapsed[int(0.9 * REQUESTS)]:8.1f} {page.goal_ms:6.0f} {statistics.median(shares):15.0%}"
        )


def _create_pages(sample_bench: SampleBench) -> list[BenchPage]:
    """Create a document of 20,000 words in each phase beside those of the sample; return the pages to be timed."""
    database, cast = sample_bench.database, sample_bench.members
    sealed_document = document.create_sealed_document(
        database, cast, secret=SECRET, prove=complete_proofs, script=sample_bench.script
    )
    long = constitution()
    texts = [long, *(long.replace("sixty days", f"{days} days") for days in (61, 62))]
    draft, in_round = create_document_versions(sample_bench, texts), create_document_versions(sample_bench, texts)
    salma = sample_bench.actor("salma")
    with database.write(NullDispatcher()) as tx:
        documents.change_state(tx, salma, document_id=in_round, to_state="review")
    complete_proofs(database)
    with database.write(NullDispatcher()) as tx:
        round_id = rounds.open_round(
            tx,
            salma,
            document_id=in_round,
            version_number=2,
            closes_at=now_us() + document.DAY,
            rule=dict(document.TWO_THIRDS),
        )
    text = f"{CONSTITUTION_WORDS:,} words"
    return [
        BenchPage(f"document, draft of {text}", "lama", f"/documents/{draft}?lang=en", 15),
        BenchPage(f"document, version of {text}", "yusuf", f"/documents/{in_round}?lang=en", 15),
        BenchPage(f"version of {text}", "yusuf", f"/documents/{in_round}/versions/2?lang=en", 15),
        BenchPage(f"signing, {text}", "yusuf", f"/rounds/{round_id}/sign?lang=en", 15),
        BenchPage("document of the sample", "yusuf", f"/documents/{sealed_document}", 8),
        BenchPage("comparison of the sample", "yusuf", f"/documents/{sealed_document}/comparison?old=1&new=2", 8),
        BenchPage("dashboard, signatory", "yusuf", "/", 8),
        BenchPage("dashboard, secretariat", "salma", "/", 8),
        BenchPage("round", "yusuf", f"/rounds/{round_id}", 8),
        BenchPage("files", "reem", f"/documents/{sealed_document}/files", 8),
        BenchPage("people", "salma", "/people", 8),
        BenchPage("organisation", "salma", f"/organisations/{cast.organisations['sindyan']}", 8),
        BenchPage("settings", "salma", "/coalition", 8),
        BenchPage("next step", "lama", f"/documents/{draft}/steps", 8),
        BenchPage("notices", "yusuf", "/notices", 8),
        BenchPage("account", "yusuf", "/account", 8),
        BenchPage("public dashboard", "", "/", 8),
        BenchPage("sign-in", "", "/sign-in", 8),
    ]


@contextmanager
def record_statements(database: Database) -> Iterator[list[str]]:
    """Record the statements run inside the block."""
    found: list[str] = []

    def note(*args: object) -> None:
        found.append(str(args[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def _bare_app(database: Database, *, reads: int, template: RenderedTemplate) -> ASGIApp:
    """Return a bare Starlette application to compare a page with.

    It reads one row by its id, `reads` times, and renders the same template from prepared values.
    """
    with database.read() as tx:
        id = tx.connection.execute(select(person.c.id).limit(1)).scalar_one()

    def read_and_render() -> Response:
        with database.read() as tx:
            for _ in range(reads):
                tx.connection.execute(select(person).where(person.c.id == id)).one()
        return HTMLResponse(template.template.render(template.values))

    async def page(_: Request) -> Response:
        return await run_in_threadpool(read_and_render)

    return Starlette(routes=[Route("/", page)])


def create_request(app: ASGIApp, path: str, cookie: str) -> Callable[[], Awaitable[int]]:
    """Return a function that requests `path` as uvicorn does and returns the size of the body in bytes."""
    target, _, query = path.partition("?")
    headers = [(b"host", b"localhost"), (b"accept-language", b"ar"), (b"cookie", f"mithaq={cookie}".encode())]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": target,
        "raw_path": target.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": headers,
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 1),
    }

    async def request() -> int:
        status, size = 0, 0

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status, size
            status = message.get("status", status)
            size += len(message.get("body", b""))

        await app(dict(scope), receive, send)
        assert status == 200, (path, status)
        return size

    return request


async def measure_ms(request: Callable[[], Awaitable[int]]) -> float:
    """Run one request and return its milliseconds."""
    started_at = time.perf_counter()
    await request()
    return 1000 * (time.perf_counter() - started_at)


async def _requests_per_second(request: Callable[[], Awaitable[int]]) -> float:
    """Run requests concurrently and return the requests per second."""
    started_at = time.perf_counter()

    async def send_share() -> None:
        for _ in range(REQUESTS // CONCURRENCY // 3):
            await request()

    await asyncio.gather(*(send_share() for _ in range(CONCURRENCY)))
    return CONCURRENCY * (REQUESTS // CONCURRENCY // 3) / (time.perf_counter() - started_at)
