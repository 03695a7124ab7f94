"""What people type is not in the log when the database refuses it, nor what a browser sends with its request."""

import asyncio
from unittest.mock import patch

import pytest

from service.actions.drafts import live
from service.store.db import Tx
from tests.integration.live.conftest import LiveServer
from tests.integration.logs.canary import CANARY, PROVOCATIONS, captured_log_lines
from tests.support.ws_clients import WsClient, run_in_thread


@pytest.mark.parametrize("kind", PROVOCATIONS)
def test_asvs_55_refused_update_is_not_logged(live_server: LiveServer, kind: str) -> None:
    def provoke(tx: Tx, *_: object, **__: object) -> object:
        PROVOCATIONS[kind](tx)
        raise AssertionError

    async def scenario() -> None:
        headers = {"cookie": f"x={CANARY}"}
        client = WsClient(live_server.ws_url(), token=live_server.instance.token("lama"), headers=headers)
        await client.connect()
        await client.append(CANARY)
        await asyncio.wait_for(client.wait_until_closed(), 20)

    with captured_log_lines() as lines, patch.object(live, "append_updates", provoke):
        run_in_thread(scenario())
    assert "could not be committed" in str(lines)
    assert CANARY not in str(lines)
