"""Versions are created while five people type: nothing is refused, nothing is lost."""

import asyncio
import http.client
import json
import os
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack

import pytest

from service.actions.drafts import planned_row
from service.store import planning as planning_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from tests.integration.live.conftest import LiveServer
from tests.support.factories import SampleInstance, create_document
from tests.support.in_process_server import serve_in_process
from tests.support.ws_clients import WsClient, run_in_thread, wait_until_converged

VERSIONS = 100 if os.environ.get("MITHAQ_TEST_SOAK") else 8
TYPISTS = 5
PAUSE_BETWEEN_WORDS = 0.1
TEXT = "## Article 1 {#one}\n\n" + "The parties agree that every person takes part in public life.\n\n" * 300


class Typist:
    """Types numbered words, each followed by a blank, so that the text is seldom canonical."""

    def __init__(self, client: WsClient, name: str) -> None:
        self.client, self.name, self.typed = client, name, 0

    async def type_until(self, stop: asyncio.Event) -> None:
        chance = random.Random(self.name)
        while not stop.is_set():
            end = "\n\n" if chance.random() < 0.1 else " "
            await self.client.append(f"({self.name}{self.typed}){end}")
            self.typed += 1
            await asyncio.sleep(PAUSE_BETWEEN_WORDS)

    async def wait_until_more_is_saved(self) -> None:
        wanted = self.client.sent + 1
        await self.client.wait_for(lambda: self.client.acked >= wanted)

    def missing_words(self, text: str) -> set[str]:
        return {word for nth in range(self.typed) if text.count(word := f"({self.name}{nth})") != 1}


def typing_server(instance: SampleInstance, port: int) -> LiveServer:
    return LiveServer(port, instance, create_document(instance, texts={"ar": TEXT}))


async def create_versions(server: LiveServer, typist: Typist) -> list[tuple[int, str | None]]:
    """Create versions one after another through the API; return status and error code of each answer."""
    answers = []
    for _ in range(VERSIONS):
        await typist.wait_until_more_is_saved()
        answers.append(await asyncio.to_thread(create_version, server))
    return answers


def create_version(server: LiveServer) -> tuple[int, str | None]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"authorization": f"Bearer {server.instance.token('lama')}", "content-type": "application/json"}
    connection.request("POST", f"/api/v1/documents/{server.document}/versions", b'{"note": ""}', headers)
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, answer.get("code")


@pytest.mark.parametrize("attempts", [planning_store.PLAN_ATTEMPTS, 0])
def test_versions_are_created_while_five_people_type(
    instance: SampleInstance, monkeypatch: pytest.MonkeyPatch, attempts: int
) -> None:
    """With no attempts without one, each version pauses the draft."""
    monkeypatch.setattr(planning_store, "PLAN_ATTEMPTS", attempts)

    async def scenario(server: LiveServer) -> None:
        typists = [Typist(server.client("lama" if nth % 2 else "jihan"), f"w{nth}x") for nth in range(TYPISTS)]
        async with AsyncExitStack() as open_lines:
            for one in typists:
                await open_lines.enter_async_context(one.client)
            await type_and_create(server, typists)

    with serve_in_process(instance) as (port, served):
        server = typing_server(served, port)
        run_in_thread(scenario(server))
        assert_versions_are_rows_of_the_journal(server)


async def type_and_create(server: LiveServer, typists: Sequence[Typist]) -> None:
    stop = asyncio.Event()
    typing = [asyncio.create_task(one.type_until(stop)) for one in typists]
    answers = await create_versions(server, typists[0])
    stop.set()
    await asyncio.gather(*typing)
    text = await wait_until_converged([one.client for one in typists])
    assert answers == [(201, None)] * VERSIONS
    assert not set().union(*(one.missing_words(text) for one in typists))
    assert not any(one.client.messages_of("frozen") or one.client.messages_of("reset") for one in typists)


def assert_versions_are_rows_of_the_journal(server: LiveServer) -> None:
    with server.instance.read() as tx:
        head = journal_store.get_head(tx, server.draft_id)
        for version in versions_store.list_by_document(tx, server.document):
            cut = version.editions["ar"]
            assert planned_row.load_shared_text(tx, server.draft_id, epoch=head.epoch, upto=cut.seq).text == cut.text
