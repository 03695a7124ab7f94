"""Opening a draft of 60,000 words that was written in 10,000 changes.

On the server: from the connection request to the last byte of the text, with and without an existing room of the draft
in the process. In Chromium: from the navigation to the first words painted in the editor.
"""

import asyncio
import shutil
import statistics
import time
from collections.abc import Sequence

from playwright.sync_api import sync_playwright
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.live import LONG_WORDS, LiveBench, run_live_bench
from bench.support.history import grow_journal
from service.actions.accounts import sign_in
from service.domain.crdt.updates import EMPTY_UPDATE, Cursor
from service.job_dispatch import NullDispatcher
from service.live import protocol
from service.store.db import connect as database_at

UPDATES = 10_000
COLD_RUNS = 3
WARM_RUNS = 10
PAGE_LOADS = 5

FIRST_WORDS_SCRIPT = """
new MutationObserver((_, watch) => {
  const line = document.querySelector("#editor .cm-line");
  if (!line || !line.textContent.trim()) return;
  watch.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.firstWords = performance.now(); }));
}).observe(document, { childList: true, subtree: true });
"""
"""Records when the frame was painted in which the editor first shows words."""


def run() -> None:
    """Print the table."""
    with run_live_bench(LONG_WORDS, 1) as found:
        (web,) = found.web_processes
        lama = found.members.people["lama"]
        database = database_at(web.settings.resolved_database_url)
        grow_journal(database, f"{found.document}.ar", upto=UPDATES, person=lama.id)
        with database.write(NullDispatcher()) as tx:
            session = sign_in.sign_in_as_sample_person(tx, person=lama.id, sample=True, browser=sign_in.Browser())
        database.close()
        cold, warm = [], []
        for _ in range(COLD_RUNS):
            web.kill()
            web.start()
            first, *later = asyncio.run(_measure_openings(found, lama.token))
            cold.append(first)
            warm += later
        _print_row("server, without a room", cold, goal=50)
        _print_row("server, with a room", warm, goal=50)
        _print_row("Chromium, first words in the editor", _measure_first_words(found, session), goal=1000)


def _print_row(label: str, took: Sequence[float], *, goal: int) -> None:
    print(f"{label:42} {statistics.median(took):7.0f} ms (median of {len(took)}; goal {goal:,})")


async def _measure_openings(bench: LiveBench, token: str) -> list[float]:
    """Return the milliseconds of each opening; the first creates the room, and stays connected."""
    address = f"{bench.edition_urls()[0].replace('http', 'ws', 1)}/live"
    headers = {"authorization": f"Bearer {token}"}
    await _wait_for_refusal(
        address.replace(bench.document, "doc_nowhere"), headers
    )  # warm-up: one-time costs of the process are paid now
    elapsed = []
    async with connect(address, additional_headers=headers, compression=None, max_size=None) as first:
        elapsed.append(await _read_whole_text(first, time.perf_counter()))
        for _ in range(WARM_RUNS):
            started_at = time.perf_counter()
            async with connect(address, additional_headers=headers, compression=None, max_size=None) as later:
                elapsed.append(await _read_whole_text(later, started_at))
    return elapsed


async def _wait_for_refusal(address: str, headers: dict[str, str]) -> None:
    async with connect(address, additional_headers=headers) as socket:
        try:
            while True:
                await socket.recv()
        except ConnectionClosed:
            pass


async def _read_whole_text(socket: ClientConnection, started: float) -> float:
    """Return the milliseconds until the whole text has arrived."""
    while True:
        cursor = Cursor(bytes(await socket.recv(decode=False)))
        if cursor.read_varint() != protocol.SYNC:
            continue
        if cursor.read_varint() == protocol.STEP_1:
            await socket.send(protocol.step_2(EMPTY_UPDATE))
            await socket.send(protocol.step_1(b"\x00"))
        else:
            return (time.perf_counter() - started) * 1000


def _measure_first_words(bench: LiveBench, session: str) -> list[float]:
    """Return the milliseconds of each page load; all but the first have the script in the browser's cache."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(locale="ar", viewport={"width": 1280, "height": 800})
        context.add_cookies([{"name": "mithaq", "value": session, "url": bench.web_processes[0].origin}])
        context.add_init_script(FIRST_WORDS_SCRIPT)
        elapsed = []
        for _ in range(PAGE_LOADS):
            page = context.new_page()
            page.goto(f"{bench.web_processes[0].origin}/documents/{bench.document}/texts/ar")
            while not (at := page.evaluate("window.firstWords")):
                page.wait_for_timeout(20)
            elapsed.append(float(at))
            page.close()
        browser.close()
    return elapsed
