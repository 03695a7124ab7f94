"""A rehearsed restore beside the service: people can look at the copy, but it sends nothing and closes no round."""

import re
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.cli.local.start_checks import check_secret
from service.sample.document import create_coalition
from service.store.db import connect
from tests.integration.cli.test_backup import run, settings_of
from tests.integration.cli.test_up import environment, free_port, mithaq
from tests.support.factories import (
    SECRET,
    SampleInstance,
    create_database,
    open_instance,
    open_round_with_document,
    prepare_endorsement,
)
from tests.support.waiting import TIMEOUT, wait_until

ORIGIN = "https://mithaq.example"


class MailServer:
    """Counts what it is given."""

    def __init__(self) -> None:
        self.count = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.count += 1
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[tuple[MailServer, str]]:
    keeper, port = MailServer(), free_port()
    controller = Controller(keeper, hostname="127.0.0.1", port=port)
    controller.start()
    yield keeper, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def public_instance(tmp_path: Path) -> Iterator[SampleInstance]:
    """Return an instance at a public address, with an open round and an email that waits."""
    (tmp_path / "var").mkdir()
    create_database(tmp_path / "var" / "mithaq.db")
    database = connect(f"sqlite:///{tmp_path}/var/mithaq.db")
    members = create_coalition(database, origin=ORIGIN)
    database.close()
    instance = open_instance("", members, tmp_path / "var")
    check_secret(instance.app_state.settings)
    _, round_id = open_round_with_document(instance)
    prepare_endorsement(instance, round_id, "yusuf")
    yield instance
    instance.database.close()


def query(database: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(database, timeout=TIMEOUT) as connection:
        return list(connection.execute(sql))


def wait_for_sweep(copy: Path) -> None:
    """Wait until the sweep has dispatched the email that waits, as it does in the pass that closes rounds."""
    query(copy, "UPDATE jobs SET next_at = 0, error = NULL WHERE name = 'notices.mail'")
    found = "SELECT count(*) FROM jobs WHERE name = 'notices.mail' AND error LIKE 'paused%'"
    wait_until(lambda: query(copy, found) != [(0,)])


def test_copy_sends_nothing_and_closes_nothing(
    public_instance: SampleInstance, mail_server: tuple[MailServer, str], tmp_path: Path
) -> None:
    server, smtp_url = mail_server
    port = free_port()
    made = run(settings_of(public_instance), "backup", "--no-proof", str(tmp_path / "backup"))
    assert made.exit_code == 0, made.output
    settings = {"MITHAQ_SECRET": SECRET.decode(), "MITHAQ_SMTP_URL": smtp_url, "MITHAQ_SWEEP_SECONDS": "1"}
    command = mithaq("rehearse", str(tmp_path / "backup"), "--up", "--port", str(port))
    log = tmp_path / "log"
    with log.open("wb") as words:
        process = subprocess.Popen(command, env=environment(**settings), stdout=words, stderr=words)
    try:
        wait_until(lambda: process.poll() is not None or "Mithaq is ready" in log.read_text())
        assert process.poll() is None, log.read_text()
        found = re.search(r"into (\S+)", log.read_text())
        assert found
        copy = Path(found[1]) / "var" / "mithaq.db"
        for child in psutil.Process(process.pid).children(recursive=True):
            assert smtp_url not in child.environ().values()
        query(copy, "UPDATE round SET closes_at = 1")
        wait_for_sweep(copy)
        wait_for_sweep(copy)
        assert query(copy, "SELECT DISTINCT state FROM round") == [("open",)]
        assert server.count == 0
        with urlopen(f"http://localhost:{port}/sign-in", timeout=TIMEOUT) as answer:
            assert answer.status == 200
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(TIMEOUT)
    assert process.returncode == 0, log.read_text()
    assert "The copy was deleted. It sent nothing" in log.read_text()
    assert not copy.parents[1].exists()
    assert server.count == 0
