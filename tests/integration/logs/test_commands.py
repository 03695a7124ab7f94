"""What a command writes when it breaks off: lines of our format, and no values."""

import subprocess
import sys

import pytest

from service.logs.child_output import is_formatted
from tests.integration.cli.test_up import REPOSITORY_ROOT, environment, mithaq
from tests.integration.logs.canary import CANARY

BREAKS = f"""
import threading, warnings
from service.logs.setup import configure
configure(level="info", format_={{format!r}}, part="backup")
warnings.warn("something old")
thread = threading.Thread(target=lambda: int("{CANARY}"), daemon=True)
thread.start()
thread.join()
raise KeyError("{CANARY}")
"""


@pytest.mark.parametrize("format_", ["text", "journal", "json"])
def test_uncaught_errors_and_warnings_have_the_format_and_no_values(format_: str) -> None:
    command = [sys.executable, "-c", BREAKS.format(format=format_)]
    ended = subprocess.run(command, cwd=REPOSITORY_ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1 and ended.stdout == ""
    lines = ended.stderr.splitlines()
    assert len(lines) >= 3 and [line for line in lines if not is_formatted(line)] == []
    assert all(word in ended.stderr for word in ("py.warnings", "ValueError", "KeyError", " backup "[1:-1]))
    assert CANARY not in ended.stderr


def test_password_of_the_database_is_not_written() -> None:
    url = f"postgresql+psycopg://mithaq:{CANARY}@127.0.0.1:1/x"
    settings = environment(MITHAQ_DATABASE_URL=url, MITHAQ_SECRET="s" * 32)
    ended = subprocess.run(
        mithaq("migrate"), cwd=REPOSITORY_ROOT, env=settings, capture_output=True, text=True, check=False
    )
    assert ended.returncode != 0 and ended.stderr
    assert CANARY not in ended.stdout + ended.stderr
    assert "Traceback (most recent call last)" not in ended.stderr


@pytest.mark.parametrize("format_", ["journal", "json"])
def test_sentence_that_ends_a_command_is_a_line_where_lines_are_collected(format_: str) -> None:
    settings = environment(MITHAQ_LOG_FORMAT=format_, MITHAQ_PORT="0")
    ended = subprocess.run(
        mithaq("serve"), cwd=REPOSITORY_ROOT, env=settings, capture_output=True, text=True, check=False
    )
    (line,) = ended.stderr.splitlines()
    assert ended.returncode == 2 and is_formatted(line) and "MITHAQ_PORT must be between 1 and 65535" in line
