"""Real Yjs replicas, copies of ours and forms write into one text: all of them read the same in the end."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from service.domain.comments.comment_anchor import Hold, hold, stands
from service.domain.crdt.shared_text import SharedText
from service.domain.errors import Conflict
from tests.support.factories import Stage, a_document, a_save
from tests.support.in_process_server import serving
from tests.support.ws_clients import Persistent, play

DATABASES = ("sqlite", "postgresql")
HERE = Path(__file__).parent
MODULES = HERE.parents[1] / "service" / "web" / "editor" / "node_modules"
EDITS = 120

Process = asyncio.subprocess.Process


@contextmanager
def a_room(stage: Stage) -> Iterator[tuple[Stage, str, str]]:
    document = a_document(stage, texts={"ar": "## المادة ١ {#one}\n\nنصّ أوّل 🙂.\n"})
    with serving(stage) as (port, told):
        yield told, document, f"ws://localhost:{port}/api/v1/documents/{document}/editions/ar/live"


async def a_browser(url: str, token: str, seed: int) -> Process:
    node = shutil.which("node")
    if node is None or not (MODULES / "yjs").is_dir():
        pytest.skip("no Node with Yjs: make install-dev")
    words = (str(HERE / "yjs_typist.mjs"), str(MODULES), url, token, str(seed), str(EDITS))
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(node, "--experimental-websocket", *words, stdin=pipe, stdout=pipe)


async def done(browser: Process) -> None:
    assert browser.stdout
    async with asyncio.timeout(90):
        assert await browser.stdout.readline() == b"done\n"


async def answered(browser: Process, question: str = "") -> Any:
    assert browser.stdin and browser.stdout
    browser.stdin.write(f"{question}\n".encode())
    return json.loads(await browser.stdout.readline())


async def text_of(browser: Process) -> str:
    return str(await answered(browser))


async def same_places(browser: Process, copy: SharedText, holds: list[Hold]) -> None:
    """Passages that are held stand at the same code points by Yjs's relative positions."""
    found = [one for one in stands(copy, holds) if not one.gone]
    ends = [[one._asdict() for one in (stand.first, stand.last)] for stand in found]
    assert await answered(browser, json.dumps(ends)) == [[one.start, one.end] for one in found]
    assert found


def test_real_yjs_and_ours_agree(stage: Stage) -> None:
    with a_room(stage) as (told, document, url):
        play(_scene(told, document, url))


def _form(stage: Stage, document: str, text: str) -> None:
    """A form is saved, or told that others were faster with the same words."""
    with suppress(Conflict):
        a_save(stage, document, text)


async def _scene(stage: Stage, document: str, url: str) -> None:
    names = ("lama", "jihan", "salma")
    browsers = [await a_browser(url, stage.token(name), seed) for seed, name in enumerate(names)]
    ours = [Persistent([url], token=stage.token(name), seed=seed) for seed, name in enumerate(names)]
    for one in ours:
        await one.back()
    holds = [hold(ours[0].copy, at, at + 3) for at in range(0, len(ours[0].text) - 3, 2)]
    stop = asyncio.Event()
    typing = [asyncio.create_task(one.type(stop, rate=20)) for one in ours]
    for nth in range(5):
        await asyncio.sleep(0.2)
        await asyncio.to_thread(_form, stage, document, f"{ours[0].text.strip()}\n\nمن النموذج {nth}\n")
    for browser in browsers:
        await done(browser)
    stop.set()
    await asyncio.gather(*typing)
    async with asyncio.timeout(15):
        while len({*[await text_of(one) for one in browsers], *[one.text for one in ours]}) > 1:
            await asyncio.sleep(0.05)
    assert "\ufffd" not in ours[0].text
    holds += [hold(ours[1].copy, at, at + 5) for at in range(0, len(ours[1].text) - 5, 20)]
    await same_places(browsers[0], ours[2].copy, holds)
    for one in ours:
        await one.go()
    for browser in browsers:
        browser.kill()
        await browser.wait()
