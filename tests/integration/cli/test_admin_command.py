"""deploy/mithaq-admin: the settings of the service, read as systemd reads them, or refused with a sentence."""

import subprocess
from pathlib import Path

import pytest

from tests.integration.cli.test_up import REPOSITORY_ROOT

SCRIPT = REPOSITORY_ROOT / "deploy" / "mithaq-admin"


def run_admin(directory: Path, settings: str | None, *, name: str = "mithaq") -> "subprocess.CompletedProcess[str]":
    """Run the script with these settings; the program prints its environment and arguments."""
    program = directory / "program"
    program.write_text('#!/bin/sh\nenv\nprintf "argument=%s\\n" "$@"\n')
    program.chmod(0o755)
    (directory / "setpriv").write_text('#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"\n')
    (directory / "setpriv").chmod(0o755)
    if settings is not None:
        (directory / "mithaq.env").write_text(settings)
    script = SCRIPT.read_text().replace("/opt/mithaq/.venv/bin/mithaq", str(program))
    (directory / name).write_text(script.replace("/etc/mithaq", str(directory)))
    return subprocess.run(
        ["sh", str(directory / name), "init", "two words"],
        env={"PATH": f"{directory}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_values_are_taken_literally(tmp_path: Path) -> None:
    url = "smtp://u%40x:p$w@mail.example:587/?tls=require&ca=/a;b"
    done = run_admin(tmp_path, f"# a comment\n\nMITHAQ_SMTP_URL={url}\n;x\nAWS_ACCESS_KEY_ID=k")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert {f"MITHAQ_SMTP_URL={url}", "AWS_ACCESS_KEY_ID=k", "MITHAQ_VAR=/var/lib/mithaq"} <= set(lines)
    assert lines[-2:] == ["argument=init", "argument=two words"]


@pytest.mark.parametrize("line", ['MITHAQ_LOG="info"', "MITHAQ_LOG=in\\fo", "MITHAQ_LOG='info'", "MITHAQ_LOG=info "])
def test_values_that_systemd_reads_in_another_way_are_refused(tmp_path: Path, line: str) -> None:
    done = run_admin(tmp_path, f"{line}\n")
    assert (done.returncode, "write MITHAQ_LOG without quotes" in done.stderr, done.stdout) == (2, True, "")


def test_lines_that_set_nothing_are_refused_without_their_value(tmp_path: Path) -> None:
    done = run_admin(tmp_path, "export MITHAQ_SECRET=hidden\n")
    assert (done.returncode, "is not NAME=value" in done.stderr, "hidden" in done.stderr) == (2, True, False)


def test_missing_settings_are_said(tmp_path: Path) -> None:
    done = run_admin(tmp_path, None)
    assert (done.returncode, "Run this as root: sudo mithaq" in done.stderr) == (2, True)


def test_owner_has_an_address_of_its_own_for_the_database(tmp_path: Path) -> None:
    settings = "MITHAQ_DATABASE_URL=service\nMITHAQ_LOG=info\n"
    missing = run_admin(tmp_path, settings, name="mithaq-owner")
    assert (missing.returncode, "owner.env cannot be read. Run this as root: sudo mithaq-owner" in missing.stderr) == (
        2,
        True,
    )
    (tmp_path / "owner.env").write_text("MITHAQ_DATABASE_URL=owner\n")
    assert "MITHAQ_DATABASE_URL=service" in run_admin(tmp_path, settings).stdout
    lines = run_admin(tmp_path, settings, name="mithaq-owner").stdout.splitlines()
    assert {"MITHAQ_DATABASE_URL=owner", "MITHAQ_LOG=info"} <= set(lines)
