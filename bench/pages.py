"""Server time of the pages, and how many of them a second, beside a bare Starlette handler.

The application is called as uvicorn calls it, without a socket: what is timed is ours. The bare handler makes as many
reads of one row by its id, in one transaction, as the page made statements, and draws the same template from values
that lie ready: what is left between the two is who asks, what they may, and what a page says of it.
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

from bench.render_texts import WORDS, constitution
from bench.stage import SECRET, Stage, stage, written
from service.actions.documents import documents
from service.actions.endorsement import rounds
from service.job_dispatch import Silence
from service.sample import document
from service.store.db import Database, now_us
from service.store.tables import person
from service.web.app import create_app

TIMES = 60
AT_ONCE = 4
"""Requests under way together where pages a second are counted."""

ROUNDS = 5
"""Ours and the bare handler by turns, so that noise meets both."""


@dataclass(frozen=True)
class Page:
    """`who` reads what stands at `path`; the goal is milliseconds of server time, median."""

    name: str
    who: str
    path: str
    goal: float


def run() -> None:
    """Prints the table."""
    with stage() as ours:
        asyncio.run(_table(ours, _pages(ours)))


@dataclass
class Drawn:
    """What a page was last drawn from."""

    template: Template
    values: dict[str, object]


@contextmanager
def drawing() -> Iterator[list[Drawn]]:
    """The templates that are drawn meanwhile, and from what."""
    found: list[Drawn] = []
    render = Template.render

    def note(template: Template, *args: object, **values: object) -> str:
        found.append(Drawn(template, dict(*args, **values)))
        return render(template, *args, **values)

    with patch.object(Template, "render", note):
        yield found


async def _table(ours: Stage, pages: Sequence[Page]) -> None:
    app, database = create_app(ours.house), ours.database
    print(f"{'page':34} {'kB':>6} {'reads':>6} {'median ms':>10} {'p90 ms':>8} {'goal':>6} {'pages/s of bare':>16}")
    for page in pages:
        cookie = ours.cookie(page.who) if page.who else ""
        ask = asker(app, page.path, cookie)
        with counted(database) as statements, drawing() as drawn:
            size = await ask()
        bare = asker(_bare(database, reads=len(statements), drawn=drawn[-1]), "/", "")
        await bare()
        took = sorted([await timed(ask) for _ in range(TIMES)])
        shares = [await _rate(ask) / await _rate(bare) for _ in range(ROUNDS)]
        print(
            f"{page.name:34} {size / 1000:6.0f} {len(statements):6} {statistics.median(took):10.1f}"
            f" {took[int(0.9 * TIMES)]:8.1f} {page.goal:6.0f} {statistics.median(shares):15.0%}"
        )


def _pages(ours: Stage) -> list[Page]:
    """A document of 20,000 words in each phase beside the sample's own, and the pages that are timed."""
    database, cast = ours.database, ours.cast
    sealed = document.perform(database, cast, secret=SECRET, play=ours.play)
    long = constitution()
    texts = [long, *(long.replace("sixty days", f"{days} days") for days in (61, 62))]
    draft, asked = written(ours, texts), written(ours, texts)
    salma = ours.actor("salma")
    with database.write(Silence()) as tx:
        documents.move(tx, salma, document_id=asked, to="review")
    with database.write(Silence()) as tx:
        opened = rounds.open_round(
            tx,
            salma,
            document_id=asked,
            version_number=2,
            closes_at=now_us() + document.DAY,
            rule=dict(document.TWO_THIRDS),
        )
    text = f"{WORDS:,} words"
    return [
        Page(f"document, draft of {text}", "lama", f"/documents/{draft}?lang=en", 15),
        Page(f"document, version of {text}", "yusuf", f"/documents/{asked}?lang=en", 15),
        Page(f"version of {text}", "yusuf", f"/documents/{asked}/versions/2?lang=en", 15),
        Page(f"signing, {text}", "yusuf", f"/rounds/{opened}/sign?lang=en", 15),
        Page("document of the sample", "yusuf", f"/documents/{sealed}", 8),
        Page("comparison of the sample", "yusuf", f"/documents/{sealed}/comparison?old=1&new=2", 8),
        Page("home, a signatory", "yusuf", "/", 8),
        Page("home, the secretariat", "salma", "/", 8),
        Page("round", "yusuf", f"/rounds/{opened}", 8),
        Page("files", "reem", f"/documents/{sealed}/files", 8),
        Page("people", "salma", "/people", 8),
        Page("organisation", "salma", f"/organisations/{cast.organisations['sindyan']}", 8),
        Page("settings", "salma", "/coalition", 8),
        Page("next step", "lama", f"/documents/{draft}/steps", 8),
        Page("notices", "yusuf", "/notices", 8),
        Page("account", "yusuf", "/account", 8),
        Page("first page of strangers", "", "/", 8),
        Page("sign-in", "", "/sign-in", 8),
    ]


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    found: list[str] = []

    def note(*args: object) -> None:
        found.append(str(args[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def _bare(database: Database, *, reads: int, drawn: Drawn) -> ASGIApp:
    """Reads one row by its id, `reads` times, and draws the same template from values that lie ready."""
    with database.read() as tx:
        id = tx.connection.execute(select(person.c.id).limit(1)).scalar_one()

    def work() -> Response:
        with database.read() as tx:
            for _ in range(reads):
                tx.connection.execute(select(person).where(person.c.id == id)).one()
        return HTMLResponse(drawn.template.render(drawn.values))

    async def page(_: Request) -> Response:
        return await run_in_threadpool(work)

    return Starlette(routes=[Route("/", page)])


def asker(app: ASGIApp, path: str, cookie: str) -> Callable[[], Awaitable[int]]:
    """Asks for `path` as uvicorn does; the octets of the body, decoded from nothing."""
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

    async def ask() -> int:
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

    return ask


async def timed(ask: Callable[[], Awaitable[int]]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    await ask()
    return 1000 * (time.perf_counter() - began)


async def _rate(ask: Callable[[], Awaitable[int]]) -> float:
    """Pages a second."""
    began = time.perf_counter()

    async def some() -> None:
        for _ in range(TIMES // AT_ONCE // 3):
            await ask()

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    return AT_ONCE * (TIMES // AT_ONCE // 3) / (time.perf_counter() - began)
