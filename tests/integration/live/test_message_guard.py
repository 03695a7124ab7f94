"""What must not be taken: forged, foreign, broken or too large messages, and what is done with who sends them."""

import hashlib
import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from service.domain.crdt.text_edits import Edit
from service.domain.crdt.updates import number
from service.live import protocol
from tests.integration.live.conftest import FIRST, House
from tests.integration.live.test_authorization import refusal
from tests.support.ws_clients import agree, play

GARBAGE = (
    b"\xff" * 40,
    b"\x07",
    b"",
    bytes((protocol.SYNC, 9)) + protocol.chunk(b"x"),
    protocol.update(b"\x01\x01\x05\x00\x07\x01\x01t"),
    protocol.step_1(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
    protocol.update(b"\x01\x01\x05\x00\x04\x01\x01x\x01a\x00"),
    bytes((protocol.AWARENESS,)) + protocol.chunk(number(1) + b"\x05"),
    protocol.awareness([protocol.Entry(5, 1, b"x" * (protocol.LONGEST_STATE + 1))]),
)


@pytest.mark.parametrize("message", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_closes_who_sent_it_and_nobody_else(house: House, message: bytes) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama, house.typist("jihan") as jihan:
            await jihan.send(message)
            assert await jihan.until_closed() == 1007
            assert refusal(jihan) == (1007, "update_refused")
            await lama.append("لا يزال يكتب\n")
            await lama.until_saved()

    play(scene())


def test_words_in_a_text_frame_are_refused(house: House) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama:
            await lama.send(json.dumps({"kind": "hello"}))
            assert await lama.until_closed() == 1003

    play(scene())


def test_a_change_that_is_too_large_is_refused_and_a_message_beyond_all_measure_is_not_read(house: House) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama:
            await lama.append("س" * 600_000)
            assert await lama.until_closed() == 1009
            assert refusal(lama) == (1009, "change_too_large")
        async with house.typist("lama") as again:
            await again.send(protocol.update(b"\x00" * 9_000_000))
            assert await again.until_closed() == 1009
            assert again.text == FIRST

    play(scene())


def test_a_text_does_not_grow_beyond_its_measure(house: House) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama:
            for _ in range(3):
                await lama.append("a" * 350_000)
            assert await lama.until_closed() == 1009
            assert refusal(lama) == (1009, "text_too_long")

    play(scene())


def test_nobody_writes_under_anothers_client_id(house: House) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama:
            await lama.append("كتبت لمى\n")
            await lama.until_saved()
            forger = house.typist("jihan", client=lama.copy.client_id)
            await forger.come()
            await forger.until(lambda: forger.ready)
            await forger.append("باسم لمى")
            assert await forger.until_closed() == 1008
            assert refusal(forger) == (1008, "another_writer")
            assert forger.said("frozen")
            await lama.append("وتكتب\n")
            await lama.until_saved()
            assert "باسم لمى" not in lama.text

    play(scene())


def test_a_client_id_moves_with_its_person(house: House) -> None:
    async def scene() -> None:
        lama = house.typist("lama")
        async with lama:
            await lama.append("أوّلاً\n")
            await lama.until_saved()
        await lama.append("بلا خطّ\n")
        async with lama, house.typist("jihan") as jihan:
            await lama.until_saved()
            assert await agree([lama, jihan]) == FIRST + "أوّلاً\nبلا خطّ\n"

    play(scene())


def test_half_a_character_is_refused(house: House) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama:
            await lama.write(Edit(0, 0, "🙂"))
            await lama.until_saved()
            client = number(lama.copy.client_id)
            await lama.send_update(b"\x00\x01" + client + b"\x01" + b"\x00\x01")
            assert await lama.until_closed() == 1007

    play(scene())


@pytest.mark.parametrize("mark", ["\0", "\x1b", "\x7f", "\x9f", "\u202d", "\u202e", "\ufdd0", "\uffff"])
def test_a_mark_that_no_text_may_hold_is_refused(house: House, mark: str) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama, house.typist("jihan") as jihan:
            await jihan.append(f"قبل{mark}بعد")
            assert await jihan.until_closed() == 1007
            assert refusal(jihan) == (1007, "mark_refused")
            await lama.append("\r\n\u2067\ufeff\u200f\u0085\t🙂\n")
            await lama.until_saved()
            assert lama.text == FIRST + "\r\n\u2067\ufeff\u200f\u0085\t🙂\n"

    play(scene())


def test_who_is_where_is_said_by_the_server(house: House) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama, house.typist("jihan") as jihan:
            await lama.show({"user": {"name": "الأمانة"}, "cursor": {"anchor": 1}})
            await jihan.until(lambda: lama.copy.client_id in jihan.others)
            said = jihan.others[lama.copy.client_id]
            assert said["user"] == {key: lama.hello["person"][key] for key in ("name", "organisation", "colour")} | {
                "person": house.stage.cast.people["lama"].id
            }
            assert said["cursor"] == {"anchor": 1}
            await jihan.show({"cursor": {"anchor": 2}}, client=lama.copy.client_id)
            await jihan.show({"cursor": {"anchor": 3}})
            await lama.until(lambda: jihan.copy.client_id in lama.others)
            assert lama.others[lama.copy.client_id]["cursor"] == {"anchor": 1}
            async with house.typist("salma") as late:
                await late.until(lambda: len(late.others) == 2)
                await jihan.go()
                await late.until(lambda: late.others[jihan.copy.client_id] is None)

    play(scene())


def test_a_copy_that_has_parted_is_told_so(house: House) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama, house.typist("jihan") as jihan:
            right, wrong = (hashlib.sha256(text.encode()).digest() for text in (FIRST, FIRST + "؟"))
            for one, digest in ((lama, right), (jihan, wrong)):
                await one.send(bytes((protocol.HASH,)) + protocol.chunk(one.copy.vector()) + protocol.chunk(digest))
            assert await jihan.until_closed() == 1012
            assert jihan.said("diverged")
            await lama.append("سليم\n")
            await lama.until_saved()

    play(scene())


def test_what_comes_too_early_waits_for_the_rest(house: House) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama:
            first = lama.copy.splice([Edit(0, 0, "أ")])
            second = lama.copy.splice([Edit(1, 1, "ب")])
            assert first
            await lama.send_update(second)
            await lama.until_saved()
            async with house.typist("jihan") as jihan:
                assert jihan.text == "أب" + FIRST

    play(scene())


def test_who_reads_too_slowly_is_sent_away_and_the_others_do_not_wait(house: House) -> None:
    async def scene() -> None:
        token = {"authorization": f"Bearer {house.stage.token('jihan')}"}
        slow = await connect(house.address(), additional_headers=token, compression=None, max_size=None, max_queue=1)
        async with house.typist("lama") as lama:
            for _ in range(40):
                await lama.append("ط" * 250_000)
                await lama.until_saved()
                await lama.write(Edit(len(FIRST), len(lama.text), ""))
                await lama.until_saved()
            with pytest.raises(ConnectionClosed):
                while True:
                    await slow.recv()
            assert slow.close_code == 1013

    play(scene())
