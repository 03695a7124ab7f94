"""Messages that must be rejected: forged, foreign, malformed or too large, and the consequences for their sender."""

import hashlib
import json
import random
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from service.domain.crdt.text_edits import Edit
from service.domain.crdt.updates import encode_varint
from service.live import protocol
from tests.integration.live.conftest import INITIAL_TEXT, LiveServer
from tests.integration.live.test_authorization import close_reason
from tests.support.ws_clients import run_in_thread, wait_until_converged

GARBAGE = (
    b"\xff" * 40,
    b"\x07",
    b"",
    bytes((protocol.SYNC, 9)) + protocol.chunk(b"x"),
    protocol.update(b"\x01\x01\x05\x00\x07\x01\x01t"),
    protocol.step_1(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
    protocol.update(b"\x01\x01\x05\x00\x04\x01\x01x\x01a\x00"),
    protocol.step_1(encode_varint(60_000) + b"\x01\x01" * 60_000),
    bytes((protocol.HASH,)) + protocol.chunk(b"\x00") + protocol.chunk(b"x" * 32) + b"more",
)
VALID_MESSAGES = (
    protocol.step_1(b"\x01\x05\x07"),
    protocol.step_2(b"\x00\x00"),
    protocol.update(b"\x01\x01\x05\x00\x04\x01\x01t\x01a\x00"),
    protocol.update(b"\x00\x01\x05\x01\x00\x01"),
    protocol.awareness([protocol.AwarenessEntry(5, 1, b'{"cursor":{"anchor":{"tname":"t"},"head":{"tname":"t"}}}')]),
    bytes((protocol.HASH,)) + protocol.chunk(b"\x01\x05\x07") + protocol.chunk(b"x" * 32),
)
MALFORMED_AWARENESS = (
    bytes((protocol.AWARENESS,)),
    bytes((protocol.AWARENESS,)) + protocol.chunk(encode_varint(1) + b"\x05"),
    bytes((protocol.AWARENESS,)) + protocol.chunk(encode_varint(9_000_000)),
    bytes((protocol.AWARENESS,)) + protocol.chunk(b"\x00") + b"more",
    *(
        protocol.awareness([protocol.AwarenessEntry(4242, clock, state)])
        for clock, state in (
            (99, b'{"cursor":NaN}'),
            (99, b'{"cursor":{"anchor":null,"head":null}}'),
            (99, b'{"cursor":{"anchor":{"item":{"client":1e999,"clock":0}},"head":{"tname":"t"}}}'),
            (99, b'{"cursor":{"anchor":{"tname":"\\ud800"},"head":{"tname":"t"}}}'),
            (99, b'{"mark":"\\ud800"}'),
            (99, b"\xff"),
            (99, b"[" * 8000),
            (99, b"x" * 70_000),
            (2**53 - 1, b'{"cursor":null}'),
        )
    ),
)


@pytest.mark.parametrize("message", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_disconnects_its_sender_only(live_server: LiveServer, message: bytes) -> None:
    async def scenario() -> None:
        async with live_server.client("lama") as lama, live_server.client("jihan") as jihan:
            await jihan.send(message)
            assert await jihan.wait_until_closed() == 1007
            assert close_reason(jihan) == (1007, "update_refused")
            await lama.append("لا يزال يكتب\n")
            await lama.wait_until_saved()

    run_in_thread(scenario())


def test_malformed_awareness_is_dropped_and_ends_nobody(live_server: LiveServer) -> None:
    async def scenario() -> None:
        async with live_server.client("lama") as lama, live_server.client("jihan") as jihan:
            for message in MALFORMED_AWARENESS:
                await jihan.send(message)
            await jihan.send_awareness({"cursor": _selection(3)})
            await lama.wait_for(lambda: jihan.replica.client_id in lama.remote_awareness)
            assert 4242 not in lama.remote_awareness
            await jihan.append("تكتب\n")
            await lama.append("ويكتب\n")
            await wait_until_converged([lama, jihan])
            assert (lama.closed, jihan.closed) == (None, None)
            assert not jihan.messages_of("refused")

    run_in_thread(scenario())


def test_mutated_messages_of_every_kind_end_their_sender_only(live_server: LiveServer, request: Any) -> None:
    """A message is refused or dropped; a code other than these would be an error that nobody caught."""
    choose = random.Random(request.node.name)

    async def scenario() -> None:
        async with live_server.client("lama") as lama:
            for message in (_mutate(choose, one) for one in VALID_MESSAGES * 4):
                async with live_server.client("jihan") as jihan:
                    await jihan.send(message)
                    await jihan.send(b"\x07")
                    code = await jihan.wait_until_closed()
                    assert code in (1007, 1008, 1009) or jihan.messages_of("diverged"), message
            await lama.append("لا يزال يكتب\n")
            await lama.wait_until_saved()
            assert lama.closed is None

    run_in_thread(scenario())


def _mutate(choose: random.Random, message: bytes) -> bytes:
    """Cut a message short, or replace or insert bytes."""
    at = choose.randrange(len(message) + 1)
    match choose.randrange(3):
        case 0:
            return message[:at]
        case 1:
            return message[:at] + choose.randbytes(choose.randrange(1, 12)) + message[at + 1 :]
        case _:
            return message[:at] + b"\xff" * choose.randrange(1, 10) + message[at:]


def test_awareness_clock_that_browsers_cannot_count_on_is_dropped(live_server: LiveServer) -> None:
    """The removal of a client has the next clock: after 2**53 - 1 no browser could read it."""

    async def scenario() -> None:
        async with live_server.client("lama") as lama:
            async with live_server.client("jihan") as jihan:
                await jihan.send(protocol.awareness([protocol.AwarenessEntry(4242, 2**53 - 1, b"{}")]))
                await jihan.send(protocol.awareness([protocol.AwarenessEntry(4243, 2**31 - 1, b"{}")]))
                await lama.wait_for(lambda: 4243 in lama.remote_awareness)
                assert 4242 not in lama.remote_awareness
            await lama.wait_for(lambda: lama.remote_awareness[4243] is None)

    run_in_thread(scenario())


def test_text_frames_are_rejected(live_server: LiveServer) -> None:
    async def scenario() -> None:
        async with live_server.client("lama") as lama:
            await lama.send(json.dumps({"kind": "hello"}))
            assert await lama.wait_until_closed() == 1003

    run_in_thread(scenario())


def test_oversized_edit_is_rejected_and_oversized_message_is_not_read(
    live_server: LiveServer,
) -> None:
    async def scenario() -> None:
        async with live_server.client("lama") as lama:
            await lama.append("س" * 600_000)
            assert await lama.wait_until_closed() == 1009
            assert close_reason(lama) == (1009, "change_too_large")
        async with live_server.client("lama") as again:
            await again.send(protocol.update(b"\x00" * 9_000_000))
            assert await again.wait_until_closed() == 1009
            assert again.text == INITIAL_TEXT

    run_in_thread(scenario())


def test_text_size_is_limited(live_server: LiveServer) -> None:
    async def scenario() -> None:
        async with live_server.client("lama") as lama:
            for _ in range(3):
                await lama.append("a" * 350_000)
            assert await lama.wait_until_closed() == 1009
            assert close_reason(lama) == (1009, "text_too_long")

    run_in_thread(scenario())


def test_client_id_of_another_person_is_rejected(live_server: LiveServer) -> None:
    async def scenario() -> None:
        async with live_server.client("lama") as lama:
            await lama.append("كتبت لمى\n")
            await lama.wait_until_saved()
            forger = live_server.client("jihan", client=lama.replica.client_id)
            await forger.connect()
            await forger.wait_for(lambda: forger.ready)
            await forger.append("باسم لمى")
            assert await forger.wait_until_closed() == 1008
            assert close_reason(forger) == (1008, "another_writer")
            assert forger.messages_of("frozen")
            await lama.append("وتكتب\n")
            await lama.wait_until_saved()
            assert "باسم لمى" not in lama.text

    run_in_thread(scenario())


def test_client_id_moves_with_its_person(live_server: LiveServer) -> None:
    async def scenario() -> None:
        lama = live_server.client("lama")
        async with lama:
            await lama.append("أوّلاً\n")
            await lama.wait_until_saved()
        await lama.append("بلا خطّ\n")
        async with lama, live_server.client("jihan") as jihan:
            await lama.wait_until_saved()
            assert await wait_until_converged([lama, jihan]) == INITIAL_TEXT + "أوّلاً\nبلا خطّ\n"

    run_in_thread(scenario())


def test_half_a_character_is_rejected(live_server: LiveServer) -> None:
    async def scenario() -> None:
        async with live_server.client("lama") as lama:
            await lama.write(Edit(0, 0, "🙂"))
            await lama.wait_until_saved()
            client = encode_varint(lama.replica.client_id)
            await lama.send_update(b"\x00\x01" + client + b"\x01" + b"\x00\x01")
            assert await lama.wait_until_closed() == 1007

    run_in_thread(scenario())


@pytest.mark.parametrize("mark", ["\0", "\x1b", "\x7f", "\x9f", "\u202d", "\u202e", "\ufdd0", "\uffff"])
def test_forbidden_character_is_rejected(live_server: LiveServer, mark: str) -> None:
    async def scenario() -> None:
        async with live_server.client("lama") as lama, live_server.client("jihan") as jihan:
            await jihan.append(f"قبل{mark}بعد")
            assert await jihan.wait_until_closed() == 1007
            assert close_reason(jihan) == (1007, "mark_refused")
            await lama.append("\r\n\u2067\ufeff\u200f\u0085\t🙂\n")
            await lama.wait_until_saved()
            assert lama.text == INITIAL_TEXT + "\r\n\u2067\ufeff\u200f\u0085\t🙂\n"

    run_in_thread(scenario())


def _selection(clock: int) -> dict[str, Any]:
    position = {"item": {"client": 7, "clock": clock}, "assoc": 0}
    return {"anchor": position, "head": position}


def test_awareness_identity_is_set_by_the_server(live_server: LiveServer) -> None:
    async def scenario() -> None:
        async with live_server.client("lama") as lama, live_server.client("jihan") as jihan:
            await lama.send_awareness({"user": {"name": "الأمانة"}, "cursor": _selection(1)})
            await jihan.wait_for(lambda: lama.replica.client_id in jihan.remote_awareness)
            said = jihan.remote_awareness[lama.replica.client_id]
            assert said["user"] == {key: lama.hello["person"][key] for key in ("name", "organisation", "colour")} | {
                "person": live_server.instance.members.people["lama"].id
            }
            assert said["cursor"] == _selection(1)
            await jihan.send_awareness({"cursor": _selection(2)}, client=lama.replica.client_id)
            await jihan.send_awareness({"cursor": _selection(3)})
            await lama.wait_for(lambda: jihan.replica.client_id in lama.remote_awareness)
            assert lama.remote_awareness[lama.replica.client_id]["cursor"] == _selection(1)
            async with live_server.client("salma") as late:
                await late.wait_for(lambda: len(late.remote_awareness) == 2)
                await jihan.close()
                await late.wait_for(lambda: late.remote_awareness[jihan.replica.client_id] is None)

    run_in_thread(scenario())


def test_diverged_replica_is_notified(live_server: LiveServer) -> None:
    async def scenario() -> None:
        async with live_server.client("lama") as lama, live_server.client("jihan") as jihan:
            right, wrong = (hashlib.sha256(text.encode()).digest() for text in (INITIAL_TEXT, INITIAL_TEXT + "؟"))
            for one, digest in ((lama, right), (jihan, wrong)):
                await one.send(
                    bytes((protocol.HASH,)) + protocol.chunk(one.replica.state_vector()) + protocol.chunk(digest)
                )
            assert await jihan.wait_until_closed() == 1012
            assert jihan.messages_of("diverged")
            await lama.append("سليم\n")
            await lama.wait_until_saved()

    run_in_thread(scenario())


def test_early_edit_waits_for_its_dependencies(live_server: LiveServer) -> None:
    async def scenario() -> None:
        async with live_server.client("lama") as lama:
            first = lama.replica.splice([Edit(0, 0, "أ")])
            second = lama.replica.splice([Edit(1, 1, "ب")])
            assert first
            await lama.send_update(second)
            await lama.wait_until_saved()
            async with live_server.client("jihan") as jihan:
                assert jihan.text == "أب" + INITIAL_TEXT

    run_in_thread(scenario())


def test_slow_reader_is_disconnected_without_delaying_others(live_server: LiveServer) -> None:
    async def scenario() -> None:
        token = {"authorization": f"Bearer {live_server.instance.token('jihan')}"}
        slow = await connect(
            live_server.ws_url(), additional_headers=token, compression=None, max_size=None, max_queue=1
        )
        async with live_server.client("lama") as lama:
            for _ in range(40):
                await lama.append("ط" * 250_000)
                await lama.wait_until_saved()
                await lama.write(Edit(len(INITIAL_TEXT), len(lama.text), ""))
                await lama.wait_until_saved()
            with pytest.raises(ConnectionClosed):
                while True:
                    await slow.recv()
            assert slow.close_code == 1013

    run_in_thread(scenario())
