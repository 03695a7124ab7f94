"""A mail server for the pages that send a test email."""

from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from tests.integration.cli.test_up import free_port


@pytest.fixture
def smtp_url() -> Iterator[str]:
    """Return the URL of a mail server that accepts everything."""
    port = free_port()
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}"
    controller.stop()
