"""Opening a draft of 60,000 words that was written in 10,000 changes.

Of the server: from asking for the connection to the last byte of the text, where the process has no room of the draft
yet, and where it has. In Chromium: from the navigation to the first words painted in the editor.
"""

import asyncio
import shutil
import statistics
import time
from collections.abc import Sequence

from playwright.sync_api import sync_playwright
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.history import grow
from bench.live import LONG, House, house
from service.actions.accounts import sign_in
from service.domain.crdt.updates import EMPTY, Cursor
from service.job_dispatch import Silence
from service.live import protocol
from service.store.db import connect as database_at

UPDATES = 10_000
COLD = 3
WARM = 10
PAGES = 5

FIRST_WORDS = """
new MutationObserver((_, watch) => {
  const line = document.querySelector("#editor .cm-line");
  if (!line || !line.textContent.trim()) return;
  watch.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.firstWords = performance.now(); }));
}).observe(document, { childList: true, subtree: true });
"""
"""Notes when the frame was painted in which the editor first shows words."""


def run() -> None:
    """Prints the table."""
    with house(LONG, 1) as found:
        (web,) = found.webs
        lama = found.cast.people["lama"]
        database = database_at(web.settings.database)
        grow(database, f"{found.document}.ar", upto=UPDATES, person=lama.id)
        with database.write(Silence()) as tx:
            session = sign_in.by_name(tx, person=lama.id, sample=True, browser=sign_in.Browser())
        database.close()
        cold, warm = [], []
        for _ in range(COLD):
            web.kill()
            web.start()
            first, *later = asyncio.run(_opened(found, lama.token))
            cold.append(first)
            warm += later
        _line("server, for the first to come", cold, goal=50)
        _line("server, for who comes later", warm, goal=50)
        _line("Chromium, the first words in the editor", _shown(found, session), goal=1000)


def _line(what: str, took: Sequence[float], *, goal: int) -> None:
    print(f"{what:42} {statistics.median(took):7.0f} ms (median of {len(took)}; goal {goal:,})")


async def _opened(found: House, token: str) -> list[float]:
    """Milliseconds of each opening; the first finds no room, and stays in the one it made."""
    address = f"{found.editions()[0].replace('http', 'ws', 1)}/live"
    key = {"authorization": f"Bearer {token}"}
    await _turned_away(address.replace(found.document, "doc_nowhere"), key)  # what a process needs once, it has now
    took = []
    async with connect(address, additional_headers=key, compression=None, max_size=None) as first:
        took.append(await _whole(first, time.perf_counter()))
        for _ in range(WARM):
            began = time.perf_counter()
            async with connect(address, additional_headers=key, compression=None, max_size=None) as later:
                took.append(await _whole(later, began))
    return took


async def _turned_away(address: str, key: dict[str, str]) -> None:
    async with connect(address, additional_headers=key) as socket:
        try:
            while True:
                await socket.recv()
        except ConnectionClosed:
            pass


async def _whole(socket: ClientConnection, began: float) -> float:
    """Milliseconds until the whole text has come."""
    while True:
        cursor = Cursor(bytes(await socket.recv(decode=False)))
        if cursor.number() != protocol.SYNC:
            continue
        if cursor.number() == protocol.STEP_1:
            await socket.send(protocol.step_2(EMPTY))
            await socket.send(protocol.step_1(b"\x00"))
        else:
            return (time.perf_counter() - began) * 1000


def _shown(found: House, session: str) -> list[float]:
    """Milliseconds of each page, the script out of the browser's store but for the first."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(locale="ar", viewport={"width": 1280, "height": 800})
        context.add_cookies([{"name": "mithaq", "value": session, "url": found.webs[0].origin}])
        context.add_init_script(FIRST_WORDS)
        took = []
        for _ in range(PAGES):
            page = context.new_page()
            page.goto(f"{found.webs[0].origin}/documents/{found.document}/texts/ar")
            while not (at := page.evaluate("window.firstWords")):
                page.wait_for_timeout(20)
            took.append(float(at))
            page.close()
        browser.close()
    return took
