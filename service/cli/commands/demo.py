"""`mithaq demo`: one bilingual document from draft to published files.

It starts a temporary instance and uses its public API.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from service.cli.commands.demo_run import CheckFailed, DemoRun, wait_for
from service.cli.commands.demo_steps import run_steps
from service.cli.common.api_client import ApiClient
from service.cli.local import orphan_guard
from service.config import Settings
from service.sample.document import SampleMembers, create_coalition, load_script
from service.sample.sessions import start_sessions
from service.store.db import connect
from service.store.migrate import migrate

PROCESS_GUARD = str(Path(orphan_guard.__file__))
READY_TIMEOUT = 60.0
"""Seconds."""


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Directory for the files.")
def demo(out: Path) -> None:
    """Take one document from draft to sealed files and show each step."""
    out.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mithaq-demo-") as directory:
        settings = Settings.load({}, var=Path(directory) / "var", port=free_port(), sample=True)
        members, sessions = prepare_instance(settings)
        with running_instance(settings) as port:
            run = DemoRun(ApiClient(port), members, load_script(), out, sessions, started=started, last_step=started)
            run.report(f"a service of its own is ready at {settings.public_origin}")
            run_steps(run)
    click.echo(f"{time.monotonic() - started:7.2f} s  in all; everything held. The files are in {out}/")


def prepare_instance(settings: Settings) -> tuple[SampleMembers, dict[str, str]]:
    """Create the database with the sample coalition; return its members and a session of each."""
    settings.var.mkdir(mode=0o700, parents=True)
    os.umask(0o077)
    migrate(settings.resolved_database_url)
    database = connect(settings.resolved_database_url)
    try:
        members = create_coalition(database, origin=settings.public_origin)
        return members, start_sessions(database, members)
    finally:
        database.close()


@contextmanager
def running_instance(settings: Settings) -> Iterator[int]:
    """Run `mithaq up` with these settings; yield its port once it is ready, and stop it at the end."""
    log = settings.var / "up.log"
    command = [
        sys.executable,
        PROCESS_GUARD,
        "exec",
        str(os.getpid()),
        sys.executable,
        "-m",
        "service.cli.main",
        "up",
        "--sample",
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--port", str(settings.port), "--var", str(settings.var)], stdout=output, stderr=output
        )
    try:
        wait_for(lambda: _is_ready(settings.port, process, log), timeout=READY_TIMEOUT, what="the service to be ready")
        yield settings.port
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Return a TCP port that is free on 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_ready(port: int, process: "subprocess.Popen[bytes]", log: Path) -> bool:
    if process.poll() is not None:
        raise CheckFailed(f"the service stopped by itself:\n{log.read_text('utf-8', 'replace')}")
    return "Mithaq is ready" in log.read_text("utf-8", "replace")
