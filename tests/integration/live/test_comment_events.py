"""Who sits at a text hears that something was said about it, and looks."""

import asyncio
from functools import partial
from typing import Any

from service.actions.comments import comments
from service.change_notification import News
from service.pubsub import _read, _written
from tests.integration.live.conftest import FIRST, House
from tests.support.ws_clients import Typist, play

WORDS = "نصّ"


def comment(house: House, by: str, **more: Any) -> str:
    with house.stage.write() as tx:
        place = {"epoch": 1, "seq": 1, "start": FIRST.index(WORDS), "end": FIRST.index(WORDS) + len(WORDS)}
        values = {"quote": WORDS, "body": "لماذا؟", "scope": "all", **place, **more}
        actor = house.stage.actor(tx, by)
        return comments.make(tx, actor, document_id=house.document, lang="ar", **values).id


def settle(house: House, thread: str) -> None:
    with house.stage.write() as tx:
        actor = house.stage.actor(tx, "lama")
        comments.settle(tx, actor, document_id=house.document, lang="ar", thread=thread)


def _has_heard(one: Typist, count: int) -> bool:
    return len(one.said("comments")) >= count


async def heard(counts: dict[Typist, int]) -> None:
    """Wait until each has heard so often, and no more."""
    for one, count in counts.items():
        await one.until(partial(_has_heard, one, count))
    assert {one: len(one.said("comments")) for one in counts} == counts


def test_what_is_said_within_an_organisation_stirs_nobody_else(house: House) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama, house.typist("yusuf") as yusuf, house.typist("jihan") as jihan:
            await asyncio.to_thread(comment, house, "yusuf", scope="organisation")
            await heard({lama: 1, yusuf: 1, jihan: 0})
            thread = await asyncio.to_thread(comment, house, "jihan")
            await heard({lama: 2, yusuf: 2, jihan: 1})
            await asyncio.to_thread(settle, house, thread)
            await heard({lama: 3, yusuf: 3, jihan: 2})
            assert all(one == {"kind": "comments"} for one in jihan.said("comments"))

    play(scene())


def test_a_nudge_is_read_as_it_was_written() -> None:
    news = News({"doc.ar": 4}, rights=True, comments={"doc.ar", "doc.en"})
    assert _read(_written(news)) == news
