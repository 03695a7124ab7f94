"""When the store fails, the draft is frozen, a row cannot be read, or people come and go: nobody's words are lost."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from unittest.mock import patch

import pytest
from sqlalchemy import insert, update

from service.actions.drafts import live, save
from service.actions.drafts.live import Landed
from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.domain.errors import Unavailable
from service.store.db import DatabaseAway, Tx
from service.store.drafts import journal as journal_store
from service.store.tables import draft, draft_update
from tests.integration.live.conftest import FIRST, House
from tests.support.factories import a_document, a_save, a_version
from tests.support.ws_clients import Persistent, Typist, agree, play

VISITS = 1000 if os.environ.get("MITHAQ_TEST_SOAK") else 200


@contextmanager
def failing(times: int, *, after: bool) -> Iterator[list[int]]:
    """The next commits fail; `after`: they are on disk all the same, and nobody could say so."""
    left, land = [times], live.land

    def failed(tx: Tx, *words: object, **more: object) -> Landed:
        landed = land(tx, *words, **more)  # type: ignore[arg-type]
        if left[0] > 0:
            left[0] -= 1
            if after:
                tx.connection.commit()
            raise DatabaseAway("COMMIT", {}, Exception("the disk is full"))
        return landed

    with patch.object(live, "land", failed):
        yield left


@pytest.mark.parametrize("after", [False, True], ids=["not written", "written"])
def test_a_commit_that_fails_costs_a_reconnection_and_no_word(house: House, after: bool) -> None:
    async def scene() -> None:
        people = [
            Persistent([house.address()], token=house.stage.token(name), seed=nth)
            for nth, name in enumerate(("lama", "jihan"))
        ]
        for one in people:
            await one.back()
        stop = asyncio.Event()
        with failing(4, after=after) as left:
            typing = [asyncio.create_task(one.type(stop, rate=20)) for one in people]
            while left[0]:
                await asyncio.sleep(0.01)
            stop.set()
            await asyncio.gather(*typing)
        text = await agree(people)
        with house.stage.read() as tx:
            rows = journal_store.tail(tx, house.draft, epoch=1, after=0)
        replay = SharedText.load(None, [row.data for row in rows], client_id=1)
        assert replay.text == text
        assert all(replay.apply(one) == b"" for person in people for one in person.saved)
        for one in people:
            await one.go()

    play(scene())


def test_after_a_freeze_no_row_comes_and_who_wrote_is_told(house: House) -> None:
    def freeze() -> int:
        with house.stage.write() as tx:
            head = journal_store.lock(tx, house.draft)
            journal_store.freeze(tx, house.draft, frozen=True)
            return head.seq

    async def scene() -> None:
        async with house.typist("lama") as lama, house.typist("jihan") as jihan:
            for _ in range(5):
                await lama.append("ل")
                await jihan.append("ج")
            frozen_at = await asyncio.to_thread(freeze)
            for one in (lama, jihan):
                await one.append("بعد")
                await one.until(partial(_was_stopped, one))
            async with house.typist("salma") as late:
                assert (late.hello["mode"], late.hello["code"], late.hello["seq"]) == (
                    "read",
                    "draft_frozen",
                    frozen_at,
                )
                assert "بعد" not in late.text
                replay = SharedText.load(late.copy.state(), client_id=1)
                assert all(replay.apply(update) == b"" for one in (lama, jihan) for update in one.saved)
        with house.stage.read() as tx:
            assert journal_store.head(tx, house.draft).seq == frozen_at

    play(scene())


def a_row(house: House, data: bytes) -> None:
    """A row that no room of ours would have written."""
    with house.stage.write() as tx:
        head = journal_store.lock(tx, house.draft)
        journal_store.append_all(tx, house.draft, head, [("per_nobody", data)], origin="typed")


@pytest.mark.parametrize("data", [b"\xff\xff", b"\x01\x01\x05\x07\x84\x63\x00\x01a\x00"], ids=["garbage", "orphan"])
def test_a_row_that_cannot_be_read_leaves_the_text_before_it(house: House, data: bytes) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama:
            await lama.append("قبل العطب\n")
            await lama.until_saved()
            await asyncio.to_thread(a_row, house, data)
            assert await lama.until_closed() == 1012
            assert lama.said("reset")[-1]["code"] == "draft_copy_broken"
        async with house.typist("lama") as again:
            assert again.text == FIRST + "قبل العطب\n"
            assert (again.hello["mode"], again.hello["code"]) == ("read", "draft_broken")
            assert again.hello["seq"] == 2

    play(scene())


def test_a_snapshot_that_cannot_be_read_leaves_the_text_before_it(house: House) -> None:
    a_save(house.stage, house.document, FIRST + "ثانٍ\n")
    with house.stage.write() as tx:
        spoilt = save.load(tx, house.draft, epoch=1).state()
        journal_store.keep_snapshot(tx, house.draft, epoch=1, seq=2, state=spoilt, text_sha256="0" * 64)
    a_row(house, SharedText.new(client_id=7).splice([Edit(0, 0, "ثالث\n")]))

    async def scene() -> None:
        async with house.typist("lama") as lama:
            assert (lama.text, lama.hello["mode"], lama.hello["code"]) == (FIRST, "read", "draft_broken")

    play(scene())


def test_a_room_that_missed_rows_which_are_gone_is_loaded_again(house: House) -> None:
    def quietly() -> None:
        """Nobody is told, as if by another process while Redis is away."""
        with patch.object(house.stage.database.relay, "tell"):
            a_save(house.stage, house.document, FIRST + "سطر\n")
            with house.stage.write() as tx:
                save.compact(tx, house.draft)

    async def scene() -> None:
        async with house.typist("lama") as lama:
            await asyncio.to_thread(quietly)
            await lama.until(lambda: lama.closed is not None or "سطر" in lama.text)
            async with house.typist("lama") as again:
                assert again.text == FIRST + "سطر\n"
                await again.append("وبعده\n")
                await again.until_saved()

    play(scene())


def test_a_form_is_not_saved_into_what_nobody_can_read(house: House) -> None:
    a_row(house, b"\xff\xff")
    for act in (
        lambda: a_save(house.stage, house.document, "كلّ شيء\n"),
        lambda: a_version(house.stage, house.document),
    ):
        with pytest.raises(Unavailable) as refused:
            act()
        assert refused.value.code == "draft_broken"


def test_a_new_epoch_sends_everybody_back_to_the_beginning(house: House) -> None:
    def begin_anew() -> None:
        fresh = SharedText.new(client_id=77)
        with house.stage.write() as tx:
            row = {"draft": house.draft, "epoch": 2, "seq": 1, "at": tx.now, "actor": "per_x", "origin": "seed"}
            data = fresh.splice([Edit(0, 0, "نصّ جديد\n")])
            tx.connection.execute(insert(draft_update).values(**row, data=data))
            tx.connection.execute(update(draft).where(draft.c.id == house.draft).values(epoch=2, head=1))

    async def scene() -> None:
        async with house.typist("lama") as lama:
            await asyncio.to_thread(begin_anew)
            assert await lama.until_closed() == 1012
            assert lama.said("epoch")[-1]["epoch"] == 2
        async with house.typist("lama") as again:
            assert (again.hello["epoch"], again.text) == (2, "نصّ جديد\n")

    play(scene())


def test_hundreds_come_and_go(house: House) -> None:
    async def visit(nth: int) -> None:
        async with house.typist("lama" if nth % 2 else "jihan") as one:
            await one.append(f"{nth}\n")
            await one.until_saved()

    async def scene() -> None:
        async with house.typist("salma") as salma:
            for start in range(0, VISITS, 25):
                await asyncio.gather(*(visit(nth) for nth in range(start, start + 25)))
            await salma.until(lambda: salma.text.count("\n") == FIRST.count("\n") + VISITS)
            assert not any(salma.others.values())

    play(scene())


def test_many_drafts_at_once_keep_their_words_apart(house: House) -> None:
    documents = [a_document(house.stage, texts={"ar": f"{nth}\n"}) for nth in range(40)]

    async def write(document: str, nth: int) -> None:
        async with Typist(house.address(document), token=house.stage.token("lama")) as one:
            for word in range(5):
                await one.append(f"{nth}.{word}\n")
            await one.until_saved()
            assert one.text == f"{nth}\n" + "".join(f"{nth}.{word}\n" for word in range(5))

    async def scene() -> None:
        await asyncio.gather(*(write(document, nth) for nth, document in enumerate(documents)))

    play(scene())


def test_snapshots_are_kept_and_read_the_same(house: House) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama, house.typist("jihan") as jihan:
            for nth in range(save.SNAPSHOT_EVERY // 2 + 20):
                await lama.append(f"ل{nth}")
                await jihan.write(Edit(0, 0, f"{nth}🙂"))
            text = await agree([lama, jihan])
            async with asyncio.timeout(10):
                while await asyncio.to_thread(kept, house) is None:
                    await asyncio.sleep(0.02)
            assert await asyncio.to_thread(kept, house) == text

    play(scene())


def kept(house: House) -> str | None:
    """The text by snapshot and tail; None while there is no snapshot."""
    with house.stage.read() as tx:
        stored = live.load(tx, house.draft)
    if stored.state is None:
        return None
    return SharedText.load(stored.state, [row.data for row in stored.updates], client_id=1).text


def _was_stopped(one: Typist) -> bool:
    return bool(one.said("frozen") or one.said("mode"))
