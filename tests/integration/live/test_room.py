"""Two people and more at one text."""

import asyncio

import pytest

from service.actions.drafts import restore as restore_actions
from service.actions.drafts import save
from service.domain.crdt.text_edits import Edit
from service.live import last_seen
from service.store.drafts import last_seen as last_seen_store
from tests.integration.live.conftest import FIRST, House
from tests.support.factories import a_save, a_version
from tests.support.waiting import wait_until
from tests.support.ws_clients import agree, play


def test_what_one_types_the_other_reads(house: House) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama, house.typist("jihan") as jihan:
            assert lama.text == jihan.text == FIRST
            assert (lama.hello["mode"], lama.hello["seq"], lama.hello["epoch"]) == ("write", 1, 1)
            await asyncio.gather(lama.append("كتبت لمى 🙂\n"), jihan.write(Edit(0, 0, "# Jihan\n\n")))
            text = await agree([lama, jihan])
            assert "كتبت لمى 🙂" in text and text.startswith("# Jihan")

    play(scene())
    wait_until(lambda: seen(house) == {"lama": 3, "jihan": 3})


def seen(house: House) -> dict[str, int]:
    """How far people who went had seen the text."""
    with house.stage.read() as tx:
        people = {key: house.stage.cast.people[key].id for key in ("lama", "jihan")}
        stays = {key: last_seen_store.stays(tx, person=id, drafts=[house.draft]) for key, id in people.items()}
    return {key: its[house.draft].seq for key, its in stays.items() if its}


def test_who_sits_there_has_seen_what_others_wrote(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_seen, "OFTEN", 0.0)

    async def scene() -> None:
        async with house.typist("lama") as lama, house.typist("jihan"):
            await lama.append("كتبت لمى\n")
            await lama.until_saved()
            await asyncio.to_thread(wait_until, lambda: seen(house).get("jihan") == 2)

    play(scene())


def test_words_of_the_room_say_which_row_they_lead_to(house: House) -> None:
    def stored(row: int) -> str:
        with house.stage.read() as tx:
            return save.load(tx, house.draft, epoch=1, upto=row).text

    async def scene() -> None:
        async with house.typist("lama") as lama, house.typist("jihan") as jihan:
            assert (lama.row, jihan.row) == (1, 1)
            for nth in range(3):
                await asyncio.gather(lama.append(f"سطر {nth} 🙂\n"), jihan.write(Edit(0, 0, f"J{nth} ")))
                text = await agree([lama, jihan])
                assert text == await asyncio.to_thread(stored, lama.row)
                assert lama.row == jihan.row >= max(lama.seq, jihan.seq)
            async with house.typist("karim") as karim:
                assert (karim.text, karim.row) == (text, lama.row)

    play(scene())


def test_a_form_that_is_saved_is_read_by_who_types(house: House) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama:
            await asyncio.to_thread(a_save, house.stage, house.document, FIRST + "\nسطر من النموذج.\n")
            await lama.until(lambda: "سطر من النموذج" in lama.text, seconds=0.9)
            await lama.append("وسطر حيّ.\n")
            await lama.until_saved()
            version = await asyncio.to_thread(a_version, house.stage, house.document)
            assert version == 1

    play(scene())


def test_what_is_put_back_comes_under_the_hands_of_who_types(house: House) -> None:
    def restore() -> None:
        with house.stage.write() as tx:
            actor = house.stage.actor(tx, "jihan")
            restore_actions.restore(tx, actor, document_id=house.document, lang="ar", number=1)

    def restore_row() -> None:
        with house.stage.write() as tx:
            actor = house.stage.actor(tx, "jihan")
            restore_actions.restore_place(tx, actor, document_id=house.document, lang="ar", seq=2)

    async def scene() -> None:
        await asyncio.to_thread(a_version, house.stage, house.document)
        async with house.typist("lama") as lama:
            await lama.append("لا يبقى\n")
            await lama.until_saved()
            await asyncio.to_thread(restore)
            await lama.until(lambda: lama.text == FIRST, seconds=0.9)
            await lama.append("ويُكتب بعده\n")
            await lama.until_saved()
            assert lama.text == FIRST + "ويُكتب بعده\n"
            await asyncio.to_thread(restore_row)
            await lama.until(lambda: lama.text == FIRST + "لا يبقى\n", seconds=0.9)

    play(scene())
