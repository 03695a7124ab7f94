"""Real Yjs replicas, our replicas and forms write into one text: all of them read the same in the end."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from service.domain.comments.comment_anchor import Anchor, create_anchor, locate_anchors
from service.domain.crdt.shared_text import SharedText
from service.domain.errors import Conflict
from tests.support.factories import SampleInstance, create_document, save_text
from tests.support.in_process_server import serve_in_process
from tests.support.ws_clients import ReconnectingClient, run_in_thread

DATABASES = ("sqlite", "postgresql")
HERE = Path(__file__).parent
MODULES = HERE.parents[1] / "service" / "web" / "editor" / "node_modules"
EDITS = 120

Process = asyncio.subprocess.Process


@contextmanager
def serve_draft(instance: SampleInstance) -> Iterator[tuple[SampleInstance, str, str]]:
    document = create_document(instance, texts={"ar": "## المادة ١ {#one}\n\nنصّ أوّل 🙂.\n"})
    with serve_in_process(instance) as (port, served):
        yield served, document, f"ws://localhost:{port}/api/v1/documents/{document}/editions/ar/live"


async def start_yjs_client(url: str, token: str, seed: int) -> Process:
    node = shutil.which("node")
    if node is None or not (MODULES / "yjs").is_dir():
        pytest.skip("no Node with Yjs: make install-dev")
    words = (str(HERE / "yjs_client.mjs"), str(MODULES), url, token, str(seed), str(EDITS))
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(node, "--experimental-websocket", *words, stdin=pipe, stdout=pipe)


async def expect_exit(browser: Process) -> None:
    assert browser.stdout
    async with asyncio.timeout(90):
        assert await browser.stdout.readline() == b"done\n"


async def query_client(browser: Process, question: str = "") -> Any:
    assert browser.stdin and browser.stdout
    browser.stdin.write(f"{question}\n".encode())
    return json.loads(await browser.stdout.readline())


async def text_of(browser: Process) -> str:
    return str(await query_client(browser))


async def assert_same_anchors(browser: Process, copy: SharedText, holds: list[Anchor]) -> None:
    """Assert that anchors resolve to the same code points as Yjs's relative positions."""
    found = [one for one in locate_anchors(copy, holds) if not one.is_deleted]
    ends = [[one._asdict() for one in (stand.first, stand.last)] for stand in found]
    assert await query_client(browser, json.dumps(ends)) == [[one.start, one.end] for one in found]
    assert found


def test_real_yjs_and_our_replicas_agree(instance: SampleInstance) -> None:
    with serve_draft(instance) as (served, document, url):
        run_in_thread(_run_clients(served, document, url))


def _save_by_form(instance: SampleInstance, document: str, text: str) -> None:
    """Save a form, or get a conflict where others changed the same words first."""
    with suppress(Conflict):
        save_text(instance, document, text)


async def _run_clients(instance: SampleInstance, document: str, url: str) -> None:
    names = ("lama", "jihan", "salma")
    browsers = [await start_yjs_client(url, instance.token(name), seed) for seed, name in enumerate(names)]
    ours = [ReconnectingClient([url], token=instance.token(name), seed=seed) for seed, name in enumerate(names)]
    for one in ours:
        await one.reconnect()
    holds = [create_anchor(ours[0].replica, at, at + 3) for at in range(0, len(ours[0].text) - 3, 2)]
    stop = asyncio.Event()
    typing = [asyncio.create_task(one.edit_until(stop, rate=20)) for one in ours]
    for nth in range(5):
        await asyncio.sleep(0.2)
        await asyncio.to_thread(_save_by_form, instance, document, f"{ours[0].text.strip()}\n\nمن النموذج {nth}\n")
    for browser in browsers:
        await expect_exit(browser)
    stop.set()
    await asyncio.gather(*typing)
    async with asyncio.timeout(15):
        while len({*[await text_of(one) for one in browsers], *[one.text for one in ours]}) > 1:
            await asyncio.sleep(0.05)
    assert "\ufffd" not in ours[0].text
    holds += [create_anchor(ours[1].replica, at, at + 5) for at in range(0, len(ours[1].text) - 5, 20)]
    await assert_same_anchors(browsers[0], ours[2].replica, holds)
    for one in ours:
        await one.close()
    for browser in browsers:
        browser.kill()
        await browser.wait()
