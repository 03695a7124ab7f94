"""A running service, and the addresses of its texts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.support.factories import SampleInstance, create_document
from tests.support.in_process_server import serve_in_process
from tests.support.ws_clients import WsClient

INITIAL_TEXT = "## المادة ١ {#one}\n\nنصّ أوّل.\n"


@dataclass(frozen=True)
class LiveServer:
    """A server listening on `port`, and the Arabic text of one document in it."""

    port: int
    instance: SampleInstance
    document: str

    @property
    def draft_id(self) -> str:
        return f"{self.document}.ar"

    def ws_url(self, document: str = "", lang: str = "ar") -> str:
        path = f"/api/v1/documents/{document or self.document}/editions/{lang}/live"
        return f"ws://localhost:{self.port}{path}"

    def client(self, person: str, **more: Any) -> WsClient:
        """Return a client signed in as that person."""
        return WsClient(self.ws_url(), token=self.instance.token(person), **more)

    def at_port(self, port: int) -> "LiveServer":
        """Return the same text, served by another process."""
        return replace(self, port=port)


@pytest.fixture
def live_server(instance: SampleInstance) -> Iterator[LiveServer]:
    document = create_document(instance, texts={"ar": INITIAL_TEXT})
    with serve_in_process(instance) as (port, served):
        yield LiveServer(port, served, document)
