"""Live editing while the public address moves: open connections end, and only pages of the new address open others."""

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from service.actions.membership import origin_move
from service.web.http import instance_origin
from tests.integration.live.conftest import LiveServer
from tests.support.factories import NEW_ORIGIN, OLD_ORIGIN, make_public
from tests.support.ws_clients import WsClient, run_in_thread


async def open_at(server: LiveServer, origin: str, *, cookie: str, page: str) -> ClientConnection:
    """Open a connection to the host of `origin`, as a browser does for a page of the origin `page`."""
    headers = {"origin": page, "cookie": f"__Host-mithaq={cookie}"}
    url = f"{origin.replace('https:', 'ws:')}{server.ws_url().partition(str(server.port))[2]}"
    return await connect(url, host="127.0.0.1", port=server.port, additional_headers=headers)


def test_connections_end_and_only_pages_of_the_new_address_connect(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance_origin, "READ_INTERVAL", 0.0)
    instance = live_server.instance
    session = instance.session("lama")

    async def scenario() -> None:
        headers = {"cookie": f"mithaq={session}", "origin": f"http://localhost:{live_server.port}"}
        async with WsClient(live_server.ws_url(), headers=headers) as open_page:
            make_public(instance)
            with instance.write() as tx:
                origin_move.move(tx, address=NEW_ORIGIN, keep_access=False)
            await open_page.wait_until_closed()
            assert open_page.closed == 4401
        cookie = instance.session("jihan")
        for origin, page, status in (
            (NEW_ORIGIN, OLD_ORIGIN, 403),
            (OLD_ORIGIN, OLD_ORIGIN, 410),
            (OLD_ORIGIN, NEW_ORIGIN, 410),
        ):
            with pytest.raises(InvalidStatus) as refused:
                await open_at(live_server, origin, cookie=cookie, page=page)
            assert refused.value.response.status_code == status
        async with await open_at(live_server, NEW_ORIGIN, cookie=cookie, page=NEW_ORIGIN) as taken:
            assert await taken.recv()

    run_in_thread(scenario())
