"""Who may enter the room of a draft, and with what permissions."""

import asyncio
import http.client
import json

import pytest
from websockets.exceptions import InvalidStatus

from service.actions.documents import documents
from service.actions.membership import offboarding, people
from service.domain.crdt.text_edits import Edit
from service.live import endpoint
from tests.integration.live.conftest import INITIAL_TEXT, LiveServer
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review
from tests.support.web_client import WebClient, create_test_client
from tests.support.ws_clients import WsClient, run_in_thread


def create_session(instance: SampleInstance, who: str) -> str:
    """Return the cookie of a session of that person."""
    with create_test_client(instance.app_state) as client:
        return str(WebClient(client, instance).sign_in(who).client.cookies["mithaq"])


def close_reason(typist: WsClient) -> tuple[int | None, str]:
    return typist.closed, typist.messages_of("refused")[-1]["code"]


async def expect_refused(typist: WsClient) -> tuple[int | None, str]:
    await typist.connect()
    await typist.wait_until_closed()
    return close_reason(typist)


def test_unauthenticated_client_must_sign_in(live_server: LiveServer) -> None:
    async def scenario() -> None:
        outsider = WsClient(live_server.ws_url(), token="mtq_unknown")
        assert await expect_refused(outsider) == (4401, "sign_in_needed")
        assert outsider.text == ""

    run_in_thread(scenario())


def test_cross_site_connection_is_rejected(live_server: LiveServer) -> None:
    cookie = create_session(live_server.instance, "lama")

    async def scenario() -> None:
        for origin in ("https://elsewhere.example", "null", f"https://localhost:{live_server.port}", ""):
            headers = {"cookie": f"mithaq={cookie}", **({"origin": origin} if origin else {})}
            with pytest.raises(InvalidStatus) as refused:
                await WsClient(live_server.ws_url(), headers=headers).connect()
            answer = refused.value.response
            problem = json.loads(answer.body or b"")
            assert answer.status_code == problem["status"] == 403
            assert problem["code"] == "foreign_origin"

    run_in_thread(scenario())


def test_one_person_has_a_limited_number_of_connections(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "MAX_SOCKETS", 2)

    async def scenario() -> None:
        async with live_server.client("lama") as first, live_server.client("lama"):
            third = live_server.client("lama")
            await third.connect()
            await third.wait_for(lambda: third.closed == 1013)
            assert third.control_messages[-1]["code"] == "too_many_connections"
            async with live_server.client("jihan") as other:
                assert other.ready and first.closed is None
        async with live_server.client("lama") as again:
            assert again.ready, "their places are free again"

    run_in_thread(scenario())


def test_plain_http_request_is_rejected(live_server: LiveServer) -> None:
    connection = http.client.HTTPConnection("localhost", live_server.port)
    connection.request("GET", live_server.ws_url().split(str(live_server.port))[1])
    assert connection.getresponse().status == 404
    connection.close()


def test_communications_cannot_see_draft(live_server: LiveServer) -> None:
    async def scenario() -> None:
        assert await expect_refused(live_server.client("reem")) == (4404, "not_found")

    run_in_thread(scenario())


def test_unknown_edition_is_not_found(live_server: LiveServer) -> None:
    async def scenario() -> None:
        for place in (live_server.ws_url("doc_nowhere"), live_server.ws_url(lang="en")):
            assert await expect_refused(WsClient(place, token=live_server.instance.token("lama"))) == (
                4404,
                "not_found",
            )

    run_in_thread(scenario())


def test_focal_point_comments_but_does_not_write(live_server: LiveServer) -> None:
    async def scenario() -> None:
        async with live_server.client("nabil") as nabil, live_server.client("lama") as lama:
            assert (nabil.hello["mode"], nabil.hello["code"]) == ("comment", "forbidden")
            await nabil.append("لا يُكتب هذا.")
            assert await nabil.wait_until_closed() == 1008
            assert close_reason(nabil) == (1008, "reading_only")
            await lama.append("ويُكتب هذا.\n")
            await lama.wait_until_saved()
            assert lama.text == INITIAL_TEXT + "ويُكتب هذا.\n"

    run_in_thread(scenario())


def test_read_only_token_only_reads(live_server: LiveServer) -> None:
    with live_server.instance.write() as tx:
        key = people.issue_token(tx, live_server.instance.actor(tx, "lama"), label="reads", scopes=("read",))

    async def scenario() -> None:
        async with WsClient(live_server.ws_url(), token=key.token) as reader, live_server.client("lama") as lama:
            assert reader.hello["mode"] == "read"
            await lama.append("يُقرأ حالاً\n")
            await reader.wait_for(lambda: "يُقرأ حالاً" in reader.text)

    run_in_thread(scenario())


def test_everybody_only_reads_in_review(live_server: LiveServer) -> None:
    cut_version(live_server.instance, live_server.document)
    move_to_review(live_server.instance, live_server.document)

    async def scenario() -> None:
        async with live_server.client("lama") as lama:
            assert (lama.hello["mode"], lama.hello["code"]) == ("read", "document_state")

    run_in_thread(scenario())


def test_browser_session_can_write(live_server: LiveServer) -> None:
    cookie = create_session(live_server.instance, "lama")
    headers = {"cookie": f"mithaq={cookie}", "origin": f"http://localhost:{live_server.port}"}

    async def scenario() -> None:
        async with WsClient(live_server.ws_url(), headers=headers) as lama, live_server.client("jihan") as jihan:
            assert lama.hello["person"]["name"] == "لمى الخطيب" or lama.hello["person"]["name"]
            assert lama.hello["keep_key"] != jihan.hello["keep_key"]
            kept = lama.hello["keep_key"]
            await lama.write(Edit(0, 0, "# عنوان\n\n"))
            await jihan.wait_for(lambda: jihan.text.startswith("# عنوان"))
            async with WsClient(live_server.ws_url(), headers=headers) as again:
                assert again.hello["keep_key"] == kept

    run_in_thread(scenario())


def test_revoked_role_takes_effect_at_once(live_server: LiveServer) -> None:
    person = live_server.instance.members.people["jihan"].id

    def take() -> None:
        with live_server.instance.write() as tx:
            offboarding.revoke_role(tx, live_server.instance.actor(tx, "salma"), person=person, role="drafter")

    async def scenario() -> None:
        async with live_server.client("lama") as lama, live_server.client("jihan") as jihan:
            await asyncio.to_thread(take)
            await jihan.wait_for(lambda: bool(jihan.messages_of("mode")), seconds=1)
            assert jihan.messages_of("mode") == [{"kind": "mode", "mode": "comment", "code": "forbidden"}]
            await jihan.append("كُتب بعد ذلك")
            await jihan.wait_for(lambda: bool(jihan.messages_of("frozen")))
            await lama.append("كتبت لمى\n")
            await lama.wait_until_saved()
            assert "بعد ذلك" not in lama.text and lama.text.endswith("كتبت لمى\n")
            assert jihan.acked < jihan.sent and not lama.messages_of("mode")

    run_in_thread(scenario())


def test_removed_person_is_disconnected_at_once(live_server: LiveServer) -> None:
    def close() -> None:
        with live_server.instance.write() as tx:
            person = live_server.instance.members.people["jihan"].id
            offboarding.apply_close(tx, person=person, by="per_x")

    async def scenario() -> None:
        async with live_server.client("jihan") as jihan:
            await asyncio.to_thread(close)
            await jihan.wait_for(lambda: jihan.closed is not None, seconds=1)
            assert close_reason(jihan) == (4401, "sign_in_needed")

    run_in_thread(scenario())


def test_phase_change_takes_effect_at_once_and_keeps_earlier_edits(live_server: LiveServer) -> None:
    def move() -> None:
        cut_version(live_server.instance, live_server.document)
        move_to_review(live_server.instance, live_server.document)

    async def scenario() -> None:
        async with live_server.client("lama") as lama:
            await lama.append("قبل المراجعة\n")
            await lama.wait_until_saved()
            await asyncio.to_thread(move)
            await lama.wait_for(lambda: bool(lama.messages_of("mode")), seconds=1)
            assert lama.messages_of("mode")[-1] == {"kind": "mode", "mode": "read", "code": "document_state"}

    run_in_thread(scenario())


def test_withdrawn_document_is_frozen(live_server: LiveServer) -> None:
    def withdraw() -> None:
        with live_server.instance.write() as tx:
            actor = live_server.instance.actor(tx, "salma")
            documents.change_state(tx, actor, document_id=live_server.document, to_state="withdrawn", note="لن يصدر.")

    async def scenario() -> None:
        async with live_server.client("lama") as lama:
            await asyncio.to_thread(withdraw)
            await lama.wait_for(lambda: bool(lama.messages_of("mode")), seconds=1)
            assert lama.messages_of("mode")[-1]["code"] == "draft_frozen"

    run_in_thread(scenario())


def test_rooms_of_two_documents_are_isolated(live_server: LiveServer) -> None:
    other = create_document(live_server.instance, texts={"ar": "آخر\n"})

    async def scenario() -> None:
        there = WsClient(live_server.ws_url(other), token=live_server.instance.token("lama"))
        async with live_server.client("lama") as lama, there:
            await lama.append("هنا\n")
            await lama.wait_until_saved()
            await there.append("هناك\n")
            await there.wait_until_saved()
            assert (lama.text, there.text) == (INITIAL_TEXT + "هنا\n", "آخر\nهناك\n")

    run_in_thread(scenario())
