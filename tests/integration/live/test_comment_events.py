"""Comment events: participants of a room are notified of new comments."""

import asyncio
from functools import partial
from typing import Any

from service.actions.comments import comments
from service.change_notification import ChangeNotification
from service.pubsub import _decode_change, _encode_change
from tests.integration.live.conftest import INITIAL_TEXT, LiveServer
from tests.support.ws_clients import WsClient, run_in_thread

WORDS = "نصّ"


def add_comment(live_server: LiveServer, by: str, **more: Any) -> str:
    with live_server.instance.write() as tx:
        place = {
            "epoch": 1,
            "seq": 1,
            "start": INITIAL_TEXT.index(WORDS),
            "end": INITIAL_TEXT.index(WORDS) + len(WORDS),
        }
        values = {"quote": WORDS, "body": "لماذا؟", "scope": "all", **place, **more}
        actor = live_server.instance.actor(tx, by)
        return comments.open_thread(tx, actor, document_id=live_server.document, lang="ar", **values).id


def resolve_comment(live_server: LiveServer, thread: str) -> None:
    with live_server.instance.write() as tx:
        actor = live_server.instance.actor(tx, "lama")
        comments.resolve(tx, actor, document_id=live_server.document, lang="ar", thread=thread)


def _has_received(one: WsClient, count: int) -> bool:
    return len(one.messages_of("comments")) >= count


async def wait_for_events(counts: dict[WsClient, int]) -> None:
    """Wait until each client has received that many events, and no more."""
    for one, count in counts.items():
        await one.wait_for(partial(_has_received, one, count))
    assert {one: len(one.messages_of("comments")) for one in counts} == counts


def test_organisation_comment_notifies_nobody_else(live_server: LiveServer) -> None:
    async def scenario() -> None:
        async with (
            live_server.client("lama") as lama,
            live_server.client("yusuf") as yusuf,
            live_server.client("jihan") as jihan,
        ):
            await asyncio.to_thread(add_comment, live_server, "yusuf", scope="organisation")
            await wait_for_events({lama: 1, yusuf: 1, jihan: 0})
            thread = await asyncio.to_thread(add_comment, live_server, "jihan")
            await wait_for_events({lama: 2, yusuf: 2, jihan: 1})
            await asyncio.to_thread(resolve_comment, live_server, thread)
            await wait_for_events({lama: 3, yusuf: 3, jihan: 2})
            assert all(one == {"kind": "comments"} for one in jihan.messages_of("comments"))

    run_in_thread(scenario())


def test_event_is_parsed_as_published() -> None:
    notification = ChangeNotification({"doc.ar": 4}, rights=True, comments={"doc.ar", "doc.en"})
    assert _decode_change(_encode_change(notification)) == notification
