"""Who may sit in the room of a draft, and as what."""

import asyncio
import http.client
import json

import pytest
from websockets.exceptions import InvalidStatus

from service.actions.documents import documents
from service.actions.membership import offboarding, people
from service.domain.crdt.text_edits import Edit
from tests.integration.live.conftest import FIRST, House
from tests.support.factories import Stage, a_document, a_version, in_review
from tests.support.web_client import Reader, browser
from tests.support.ws_clients import Typist, play


def a_session(stage: Stage, who: str) -> str:
    """The cookie of a browser of that person."""
    with browser(stage.house) as client:
        return str(Reader(client, stage).sign_in(who).client.cookies["mithaq"])


def refusal(typist: Typist) -> tuple[int | None, str]:
    return typist.closed, typist.said("refused")[-1]["code"]


async def turned_away(typist: Typist) -> tuple[int | None, str]:
    await typist.come()
    await typist.until_closed()
    return refusal(typist)


def test_an_outsider_is_told_to_sign_in(house: House) -> None:
    async def scene() -> None:
        stranger = Typist(house.address(), token="mtq_unknown")
        assert await turned_away(stranger) == (4401, "sign_in_needed")
        assert stranger.text == ""

    play(scene())


def test_a_page_of_another_site_opens_nothing(house: House) -> None:
    cookie = a_session(house.stage, "lama")

    async def scene() -> None:
        for origin in ("https://elsewhere.example", "null", f"https://localhost:{house.port}", ""):
            headers = {"cookie": f"mithaq={cookie}", **({"origin": origin} if origin else {})}
            with pytest.raises(InvalidStatus) as refused:
                await Typist(house.address(), headers=headers).come()
            answer = refused.value.response
            assert answer.status_code == 403 and json.loads(answer.body or b"")["code"] == "foreign_origin"

    play(scene())


def test_the_address_is_for_websockets_alone(house: House) -> None:
    connection = http.client.HTTPConnection("localhost", house.port)
    connection.request("GET", house.address().split(str(house.port))[1])
    assert connection.getresponse().status == 404
    connection.close()


def test_communications_do_not_see_a_draft(house: House) -> None:
    async def scene() -> None:
        assert await turned_away(house.typist("reem")) == (4404, "not_found")

    play(scene())


def test_what_is_not_there_is_not_found(house: House) -> None:
    async def scene() -> None:
        for place in (house.address("doc_nowhere"), house.address(lang="en")):
            assert await turned_away(Typist(place, token=house.stage.token("lama"))) == (4404, "not_found")

    play(scene())


def test_a_focal_point_comments_and_does_not_write(house: House) -> None:
    async def scene() -> None:
        async with house.typist("nabil") as nabil, house.typist("lama") as lama:
            assert (nabil.hello["mode"], nabil.hello["code"]) == ("comment", "forbidden")
            await nabil.append("لا يُكتب هذا.")
            assert await nabil.until_closed() == 1008
            assert refusal(nabil) == (1008, "reading_only")
            await lama.append("ويُكتب هذا.\n")
            await lama.until_saved()
            assert lama.text == FIRST + "ويُكتب هذا.\n"

    play(scene())


def test_a_reading_key_reads(house: House) -> None:
    with house.stage.write() as tx:
        key = people.issue_token(tx, house.stage.actor(tx, "lama"), label="reads", scopes=("read",))

    async def scene() -> None:
        async with Typist(house.address(), token=key.token) as reader, house.typist("lama") as lama:
            assert reader.hello["mode"] == "read"
            await lama.append("يُقرأ حالاً\n")
            await reader.until(lambda: "يُقرأ حالاً" in reader.text)

    play(scene())


def test_in_review_everybody_reads(house: House) -> None:
    a_version(house.stage, house.document)
    in_review(house.stage, house.document)

    async def scene() -> None:
        async with house.typist("lama") as lama:
            assert (lama.hello["mode"], lama.hello["code"]) == ("read", "document_state")

    play(scene())


def test_a_browser_of_ours_writes_with_its_session(house: House) -> None:
    cookie = a_session(house.stage, "lama")
    headers = {"cookie": f"mithaq={cookie}", "origin": f"http://localhost:{house.port}"}

    async def scene() -> None:
        async with Typist(house.address(), headers=headers) as lama, house.typist("jihan") as jihan:
            assert lama.hello["person"]["name"] == "لمى الخطيب" or lama.hello["person"]["name"]
            assert lama.hello["keep_key"] != jihan.hello["keep_key"]
            kept = lama.hello["keep_key"]
            await lama.write(Edit(0, 0, "# عنوان\n\n"))
            await jihan.until(lambda: jihan.text.startswith("# عنوان"))
            async with Typist(house.address(), headers=headers) as again:
                assert again.hello["keep_key"] == kept

    play(scene())


def test_a_role_that_is_taken_is_felt_at_once(house: House) -> None:
    person = house.stage.cast.people["jihan"].id

    def take() -> None:
        with house.stage.write() as tx:
            offboarding.take_role(tx, house.stage.actor(tx, "salma"), person=person, role="drafter")

    async def scene() -> None:
        async with house.typist("lama") as lama, house.typist("jihan") as jihan:
            await asyncio.to_thread(take)
            await jihan.until(lambda: bool(jihan.said("mode")), seconds=1)
            assert jihan.said("mode") == [{"kind": "mode", "mode": "comment", "code": "forbidden"}]
            await jihan.append("كُتب بعد ذلك")
            await jihan.until(lambda: bool(jihan.said("frozen")))
            await lama.append("كتبت لمى\n")
            await lama.until_saved()
            assert "بعد ذلك" not in lama.text and lama.text.endswith("كتبت لمى\n")
            assert jihan.acked < jihan.sent and not lama.said("mode")

    play(scene())


def test_a_person_who_is_closed_is_out_at_once(house: House) -> None:
    def close() -> None:
        with house.stage.write() as tx:
            person = house.stage.cast.people["jihan"].id
            offboarding.close_person(tx, house.stage.actor(tx, "salma"), person=person)

    async def scene() -> None:
        async with house.typist("jihan") as jihan:
            await asyncio.to_thread(close)
            await jihan.until(lambda: jihan.closed is not None, seconds=1)
            assert refusal(jihan) == (4401, "sign_in_needed")

    play(scene())


def test_a_phase_that_ends_is_felt_at_once_and_keeps_what_came_before(house: House) -> None:
    def move() -> None:
        a_version(house.stage, house.document)
        in_review(house.stage, house.document)

    async def scene() -> None:
        async with house.typist("lama") as lama:
            await lama.append("قبل المراجعة\n")
            await lama.until_saved()
            await asyncio.to_thread(move)
            await lama.until(lambda: bool(lama.said("mode")), seconds=1)
            assert lama.said("mode")[-1] == {"kind": "mode", "mode": "read", "code": "document_state"}

    play(scene())


def test_a_withdrawn_document_is_frozen(house: House) -> None:
    def withdraw() -> None:
        with house.stage.write() as tx:
            actor = house.stage.actor(tx, "salma")
            documents.move(tx, actor, document_id=house.document, to="withdrawn", note="لن يصدر.")

    async def scene() -> None:
        async with house.typist("lama") as lama:
            await asyncio.to_thread(withdraw)
            await lama.until(lambda: bool(lama.said("mode")), seconds=1)
            assert lama.said("mode")[-1]["code"] == "draft_frozen"

    play(scene())


def test_rooms_of_two_documents_do_not_hear_each_other(house: House) -> None:
    other = a_document(house.stage, texts={"ar": "آخر\n"})

    async def scene() -> None:
        there = Typist(house.address(other), token=house.stage.token("lama"))
        async with house.typist("lama") as lama, there:
            await lama.append("هنا\n")
            await lama.until_saved()
            await there.append("هناك\n")
            await there.until_saved()
            assert (lama.text, there.text) == (FIRST + "هنا\n", "آخر\nهناك\n")

    play(scene())
