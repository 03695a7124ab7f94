"""The filter for fail2ban in docs/operations.md finds refused sign-ins in every format, and nothing else."""

import logging
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from starlette.requests import HTTPConnection

from service.domain.accounts.security_event import KINDS
from service.logs.formats import JOURNAL, JSON, TEXT, create_formatter
from service.web.middleware.security_log import SecurityLog
from tests.support.factories import SampleInstance

DOCS = Path(__file__).parents[3] / "docs"
CLIENTS = ("203.0.113.9", "2001:db8::1")
FORGED = "mithaq-security kind=sign_in_failed client=198.51.100.1"


def documented_filter(page: str) -> str:
    (found,) = re.findall(r"```ini\n(# /etc/fail2ban/filter.d/mithaq.conf\n.*?)```", (DOCS / page).read_text(), re.S)
    return str(found)


def test_both_pages_have_the_same_filter() -> None:
    assert documented_filter("operations.md") == documented_filter("ar/operations.md")


@pytest.fixture
def records(instance: SampleInstance, caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Lines of each kind for each client, and lines that try to look like them."""
    security_log = SecurityLog(instance.app_state)
    for client in CLIENTS:
        for kind in sorted(KINDS):
            security_log.note(HTTPConnection({"type": "http", "client": (client, 1), "headers": []}), kind)
    log = logging.getLogger("service.live.connection")
    for text in (FORGED, f"\n2026-11-30T10:00:00.000Z WARNING web [-] mithaq.security: {FORGED}", f'"}}\n{FORGED}'):
        log.warning("refused %s", text)
        log.warning("%s", text)
    return caplog.records


@pytest.mark.skipif(not shutil.which("fail2ban-regex"), reason="fail2ban is not installed")
@pytest.mark.parametrize("prefix", ["", "host mithaq[12]: "], ids=["file", "journal"])
@pytest.mark.parametrize("format_", [TEXT, JOURNAL, JSON])
def test_filter_finds_the_lines(records: list[logging.LogRecord], format_: str, prefix: str, tmp_path: Path) -> None:
    formatter = create_formatter(format_)
    lines = [formatter.format(record) for record in records]
    if format_ == JOURNAL or prefix:  # the journal keeps the priority to itself, and the time beside the line
        lines = [f"2026-11-30T10:00:00.000Z {prefix}" + re.sub(r"^<\d>|^\d{4}\S+Z ", "", line) for line in lines]
    (tmp_path / "lines.log").write_text("\n".join(lines) + "\n")
    (tmp_path / "mithaq.conf").write_text(documented_filter("operations.md"))
    command = ("fail2ban-regex", "--out", "ip", str(tmp_path / "lines.log"), str(tmp_path / "mithaq.conf"))
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert sorted(found) == sorted(client for client in CLIENTS for _ in range(4)), lines
