"""When the store fails, the draft is frozen, a row cannot be read, or people come and go: no edit is lost."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from unittest.mock import patch

import pytest
from sqlalchemy import insert, update

from service.actions.drafts import live, planned_row, save
from service.actions.drafts.live import AppendedUpdates
from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.domain.errors import Unavailable
from service.store.db import DatabaseUnavailable, Tx
from service.store.drafts import journal as journal_store
from service.store.tables import draft, draft_update
from tests.integration.live.conftest import INITIAL_TEXT, LiveServer
from tests.support.factories import create_document, cut_version, save_text
from tests.support.ws_clients import ReconnectingClient, WsClient, run_in_thread, wait_until_converged

CONNECTIONS = 1000 if os.environ.get("MITHAQ_TEST_SOAK") else 200


@contextmanager
def fail_commits(times: int, *, after: bool) -> Iterator[list[int]]:
    """Let the next commits fail; `after`: they are on disk all the same, but the outcome is unknown."""
    left, land = [times], live.append_updates

    def failed(tx: Tx, *words: object, **more: object) -> AppendedUpdates:
        appended = land(tx, *words, **more)  # type: ignore[arg-type]
        if left[0] > 0:
            left[0] -= 1
            if after:
                tx.connection.commit()
            raise DatabaseUnavailable("COMMIT", {}, Exception("the disk is full"))
        return appended

    with patch.object(live, "append_updates", failed):
        yield left


@pytest.mark.parametrize("after", [False, True], ids=["not written", "written"])
def test_failed_commit_costs_a_reconnection_and_no_edit(live_server: LiveServer, after: bool) -> None:
    async def scenario() -> None:
        people = [
            ReconnectingClient([live_server.ws_url()], token=live_server.instance.token(name), seed=nth)
            for nth, name in enumerate(("lama", "jihan"))
        ]
        for one in people:
            await one.reconnect()
        stop = asyncio.Event()
        with fail_commits(4, after=after) as left:
            typing = [asyncio.create_task(one.edit_until(stop, rate=20)) for one in people]
            while left[0]:
                await asyncio.sleep(0.01)
            stop.set()
            await asyncio.gather(*typing)
        text = await wait_until_converged(people)
        with live_server.instance.read() as tx:
            rows = journal_store.list_updates(tx, live_server.draft_id, epoch=1, after=0)
        replay = SharedText.load(None, [row.data for row in rows], client_id=1)
        assert replay.text == text
        assert all(replay.apply(one) == b"" for person in people for one in person.acknowledged)
        for one in people:
            await one.close()

    run_in_thread(scenario())


def test_freeze_rejects_edits_and_tells_their_author(live_server: LiveServer) -> None:
    def freeze() -> int:
        with live_server.instance.write() as tx:
            head = journal_store.lock_head(tx, live_server.draft_id)
            journal_store.set_frozen(tx, live_server.draft_id, frozen=True)
            return head.seq

    async def scenario() -> None:
        async with live_server.client("lama") as lama, live_server.client("jihan") as jihan:
            for _ in range(5):
                await lama.append("ل")
                await jihan.append("ج")
            frozen_at = await asyncio.to_thread(freeze)
            for one in (lama, jihan):
                await one.append("بعد")
                await one.wait_for(partial(_is_stopped, one))
            async with live_server.client("salma") as late:
                assert (late.hello["mode"], late.hello["code"], late.hello["seq"]) == (
                    "read",
                    "draft_frozen",
                    frozen_at,
                )
                assert "بعد" not in late.text
                replay = SharedText.load(late.replica.state(), client_id=1)
                assert all(replay.apply(update) == b"" for one in (lama, jihan) for update in one.acknowledged)
        with live_server.instance.read() as tx:
            assert journal_store.get_head(tx, live_server.draft_id).seq == frozen_at

    run_in_thread(scenario())


def append_row(live_server: LiveServer, data: bytes) -> None:
    """Append a row that no room would have written."""
    with live_server.instance.write() as tx:
        head = journal_store.lock_head(tx, live_server.draft_id)
        journal_store.append_all(tx, live_server.draft_id, head, [("per_nobody", data)], origin="typed")


@pytest.mark.parametrize("data", [b"\xff\xff", b"\x01\x01\x05\x07\x84\x63\x00\x01a\x00"], ids=["garbage", "orphan"])
def test_unreadable_row_leaves_the_text_before_it(live_server: LiveServer, data: bytes) -> None:
    async def scenario() -> None:
        async with live_server.client("lama") as lama:
            await lama.append("قبل العطب\n")
            await lama.wait_until_saved()
            await asyncio.to_thread(append_row, live_server, data)
            assert await lama.wait_until_closed() == 1012
            assert lama.messages_of("reset")[-1]["code"] == "draft_copy_broken"
        async with live_server.client("lama") as again:
            assert again.text == INITIAL_TEXT + "قبل العطب\n"
            assert (again.hello["mode"], again.hello["code"]) == ("read", "draft_broken")
            assert again.hello["seq"] == 2

    run_in_thread(scenario())


def test_unreadable_snapshot_leaves_the_text_before_it(live_server: LiveServer) -> None:
    save_text(live_server.instance, live_server.document, INITIAL_TEXT + "ثانٍ\n")
    with live_server.instance.write() as tx:
        damaged = planned_row.load_shared_text(tx, live_server.draft_id, epoch=1).state()
        journal_store.add_snapshot(tx, live_server.draft_id, epoch=1, seq=2, state=damaged, text_sha256="0" * 64)
    append_row(live_server, SharedText.new(client_id=7).splice([Edit(0, 0, "ثالث\n")]))

    async def scenario() -> None:
        async with live_server.client("lama") as lama:
            assert (lama.text, lama.hello["mode"], lama.hello["code"]) == (INITIAL_TEXT, "read", "draft_broken")

    run_in_thread(scenario())


def test_room_that_missed_compacted_rows_is_reloaded(live_server: LiveServer) -> None:
    def without_notifications() -> None:
        """Suppress notifications, as if another process wrote while Redis is down."""
        with patch.object(live_server.instance.database.notifier, "notify"):
            save_text(live_server.instance, live_server.document, INITIAL_TEXT + "سطر\n")
            with live_server.instance.write() as tx:
                save.compact(tx, live_server.draft_id)

    async def scenario() -> None:
        async with live_server.client("lama") as lama:
            await asyncio.to_thread(without_notifications)
            await lama.wait_for(lambda: lama.closed is not None or "سطر" in lama.text)
            async with live_server.client("lama") as again:
                assert again.text == INITIAL_TEXT + "سطر\n"
                await again.append("وبعده\n")
                await again.wait_until_saved()

    run_in_thread(scenario())


def test_form_cannot_save_into_unreadable_draft(live_server: LiveServer) -> None:
    append_row(live_server, b"\xff\xff")
    for act in (
        lambda: save_text(live_server.instance, live_server.document, "كلّ شيء\n"),
        lambda: cut_version(live_server.instance, live_server.document),
    ):
        with pytest.raises(Unavailable) as refused:
            act()
        assert refused.value.code == "draft_broken"


def test_new_epoch_resets_every_client(live_server: LiveServer) -> None:
    def begin_epoch() -> None:
        fresh = SharedText.new(client_id=77)
        with live_server.instance.write() as tx:
            row = {
                "draft": live_server.draft_id,
                "epoch": 2,
                "seq": 1,
                "at": tx.now,
                "actor": "per_x",
                "origin": "seed",
            }
            data = fresh.splice([Edit(0, 0, "نصّ جديد\n")])
            tx.connection.execute(insert(draft_update).values(**row, data=data))
            tx.connection.execute(update(draft).where(draft.c.id == live_server.draft_id).values(epoch=2, head=1))

    async def scenario() -> None:
        async with live_server.client("lama") as lama:
            await asyncio.to_thread(begin_epoch)
            assert await lama.wait_until_closed() == 1012
            assert lama.messages_of("epoch")[-1]["epoch"] == 2
        async with live_server.client("lama") as again:
            assert (again.hello["epoch"], again.text) == (2, "نصّ جديد\n")

    run_in_thread(scenario())


def test_hundreds_of_clients_come_and_go(live_server: LiveServer) -> None:
    async def come_and_go(nth: int) -> None:
        async with live_server.client("lama" if nth % 2 else "jihan") as one:
            await one.append(f"{nth}\n")
            await one.wait_until_saved()

    async def scenario() -> None:
        async with live_server.client("salma") as salma:
            for start in range(0, CONNECTIONS, 25):
                await asyncio.gather(*(come_and_go(nth) for nth in range(start, start + 25)))
            await salma.wait_for(lambda: salma.text.count("\n") == INITIAL_TEXT.count("\n") + CONNECTIONS)
            assert not any(salma.remote_awareness.values())

    run_in_thread(scenario())


def test_concurrent_drafts_are_isolated(live_server: LiveServer) -> None:
    documents = [create_document(live_server.instance, texts={"ar": f"{nth}\n"}) for nth in range(40)]

    async def write(document: str, nth: int) -> None:
        person = ("lama", "jihan")[nth % 2]  # one person may have twenty connections
        async with WsClient(live_server.ws_url(document), token=live_server.instance.token(person)) as one:
            for word in range(5):
                await one.append(f"{nth}.{word}\n")
            await one.wait_until_saved()
            assert one.text == f"{nth}\n" + "".join(f"{nth}.{word}\n" for word in range(5))

    async def scenario() -> None:
        await asyncio.gather(*(write(document, nth) for nth, document in enumerate(documents)))

    run_in_thread(scenario())


def test_snapshots_are_kept_and_load_to_the_same_text(live_server: LiveServer) -> None:
    async def scenario() -> None:
        async with live_server.client("lama") as lama, live_server.client("jihan") as jihan:
            for nth in range(planned_row.SNAPSHOT_INTERVAL // 2 + 20):
                await lama.append(f"ل{nth}")
                await jihan.write(Edit(0, 0, f"{nth}🙂"))
            text = await wait_until_converged([lama, jihan])
            async with asyncio.timeout(10):
                while await asyncio.to_thread(stored_text, live_server) is None:
                    await asyncio.sleep(0.02)
            assert await asyncio.to_thread(stored_text, live_server) == text

    run_in_thread(scenario())


def stored_text(live_server: LiveServer) -> str | None:
    """Return the text by snapshot and tail; None while there is no snapshot."""
    with live_server.instance.read() as tx:
        stored = live.load_draft(tx, live_server.draft_id)
    if stored.state is None:
        return None
    return SharedText.load(stored.state, [row.data for row in stored.updates], client_id=1).text


def _is_stopped(one: WsClient) -> bool:
    return bool(one.messages_of("frozen") or one.messages_of("mode"))
