"""Two or more people in one room."""

import asyncio

import pytest

from service.actions.drafts import planned_row
from service.actions.drafts import restore as restore_actions
from service.domain.crdt.text_edits import Edit
from service.live import last_seen
from service.store.drafts import last_seen as last_seen_store
from tests.integration.live.conftest import INITIAL_TEXT, LiveServer
from tests.support.factories import cut_version, save_text
from tests.support.waiting import wait_until
from tests.support.ws_clients import run_in_thread, wait_until_converged


def test_edit_of_one_is_received_by_the_other(live_server: LiveServer) -> None:
    async def scenario() -> None:
        async with live_server.client("lama") as lama, live_server.client("jihan") as jihan:
            assert lama.text == jihan.text == INITIAL_TEXT
            assert (lama.hello["mode"], lama.hello["seq"], lama.hello["epoch"]) == ("write", 1, 1)
            await asyncio.gather(lama.append("كتبت لمى 🙂\n"), jihan.write(Edit(0, 0, "# Jihan\n\n")))
            text = await wait_until_converged([lama, jihan])
            assert "كتبت لمى 🙂" in text and text.startswith("# Jihan")

    run_in_thread(scenario())
    wait_until(lambda: last_seen_rows(live_server) == {"lama": 3, "jihan": 3})


def last_seen_rows(live_server: LiveServer) -> dict[str, int]:
    """Return the last row seen by each person who has left."""
    with live_server.instance.read() as tx:
        people = {key: live_server.instance.members.people[key].id for key in ("lama", "jihan")}
        stays = {
            key: last_seen_store.list_drafts_seen(tx, person=id, drafts=[live_server.draft_id])
            for key, id in people.items()
        }
    return {key: its[live_server.draft_id].seq for key, its in stays.items() if its}


def test_participant_has_seen_edits_of_others(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_seen, "SAVE_INTERVAL", 0.0)

    async def scenario() -> None:
        async with live_server.client("lama") as lama, live_server.client("jihan"):
            await lama.append("كتبت لمى\n")
            await lama.wait_until_saved()
            await asyncio.to_thread(wait_until, lambda: last_seen_rows(live_server).get("jihan") == 2)

    run_in_thread(scenario())


def test_room_messages_name_the_row_they_lead_to(live_server: LiveServer) -> None:
    def stored(row: int) -> str:
        with live_server.instance.read() as tx:
            return planned_row.load_shared_text(tx, live_server.draft_id, epoch=1, upto=row).text

    async def scenario() -> None:
        async with live_server.client("lama") as lama, live_server.client("jihan") as jihan:
            assert (lama.row, jihan.row) == (1, 1)
            for nth in range(3):
                await asyncio.gather(lama.append(f"سطر {nth} 🙂\n"), jihan.write(Edit(0, 0, f"J{nth} ")))
                text = await wait_until_converged([lama, jihan])
                assert text == await asyncio.to_thread(stored, lama.row)
                assert lama.row == jihan.row >= max(lama.seq, jihan.seq)
            async with live_server.client("karim") as karim:
                assert (karim.text, karim.row) == (text, lama.row)

    run_in_thread(scenario())


def test_form_save_is_received_by_participants(live_server: LiveServer) -> None:
    async def scenario() -> None:
        async with live_server.client("lama") as lama:
            await asyncio.to_thread(
                save_text, live_server.instance, live_server.document, INITIAL_TEXT + "\nسطر من النموذج.\n"
            )
            await lama.wait_for(lambda: "سطر من النموذج" in lama.text, seconds=0.9)
            await lama.append("وسطر حيّ.\n")
            await lama.wait_until_saved()
            version = await asyncio.to_thread(cut_version, live_server.instance, live_server.document)
            assert version == 1

    run_in_thread(scenario())


def test_restore_is_received_by_participants(live_server: LiveServer) -> None:
    def restore() -> None:
        with live_server.instance.write() as tx:
            actor = live_server.instance.actor(tx, "jihan")
            restore_actions.restore_version(tx, actor, document_id=live_server.document, lang="ar", number=1)

    def restore_row() -> None:
        with live_server.instance.write() as tx:
            actor = live_server.instance.actor(tx, "jihan")
            restore_actions.restore_position(tx, actor, document_id=live_server.document, lang="ar", seq=2)

    async def scenario() -> None:
        await asyncio.to_thread(cut_version, live_server.instance, live_server.document)
        async with live_server.client("lama") as lama:
            await lama.append("لا يبقى\n")
            await lama.wait_until_saved()
            await asyncio.to_thread(restore)
            await lama.wait_for(lambda: lama.text == INITIAL_TEXT, seconds=0.9)
            await lama.append("ويُكتب بعده\n")
            await lama.wait_until_saved()
            assert lama.text == INITIAL_TEXT + "ويُكتب بعده\n"
            await asyncio.to_thread(restore_row)
            await lama.wait_for(lambda: lama.text == INITIAL_TEXT + "لا يبقى\n", seconds=0.9)

    run_in_thread(scenario())
