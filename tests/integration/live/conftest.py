"""A running service, and the addresses of the texts in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.support.factories import Stage, a_document
from tests.support.in_process_server import serving
from tests.support.ws_clients import Typist

FIRST = "## المادة ١ {#one}\n\nنصّ أوّل.\n"


@dataclass(frozen=True)
class House:
    """What listens on `port`, and the Arabic text of one document in it."""

    port: int
    stage: Stage
    document: str

    @property
    def draft(self) -> str:
        return f"{self.document}.ar"

    def address(self, document: str = "", lang: str = "ar") -> str:
        place = f"/api/v1/documents/{document or self.document}/editions/{lang}/live"
        return f"ws://localhost:{self.port}{place}"

    def typist(self, who: str, **more: Any) -> Typist:
        """A browser of that person."""
        return Typist(self.address(), token=self.stage.token(who), **more)

    def at(self, port: int) -> "House":
        """The same text, by another process."""
        return replace(self, port=port)


@pytest.fixture
def house(stage: Stage) -> Iterator[House]:
    document = a_document(stage, texts={"ar": FIRST})
    with serving(stage) as (port, told):
        yield House(port, told, document)
