"""The parts of a running Mithaq, each alone: `mithaq up` starts them as children, a larger house as services."""

import fcntl
import http.client
import logging
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, cast

import click
import uvicorn

from service.cli.common.lazy_group import load
from service.cli.common.options import with_port, with_var
from service.cli.local.preflight import LOCK, settings_of
from service.config import Settings
from service.domain.errors import N_
from service.jobs import QUEUES

GRACE = 3
"""Seconds an open request gets when the web server is asked to stop."""

UVICORN: Mapping[str, Any] = {
    "ws": "websockets-sansio",
    "ws_max_size": 8 * 1024 * 1024 + 1024,  # bytes of one message: all that was written while away
    "ws_per_message_deflate": False,  # what is typed is shorter than what it would be packed into
    "ws_ping_interval": 20.0,
    "ws_ping_timeout": 20.0,
}
"""How uvicorn speaks through WebSockets."""


class _Celery(Protocol):
    conf: Any

    def worker_main(self, argv: list[str]) -> None: ...
    def start(self, argv: list[str]) -> None: ...


@click.command()
@with_var
@with_port
def serve(var: Path | None, port: int | None) -> None:
    """Run the web server alone."""
    settings = settings_of(var=var, port=port)
    _give(settings)
    click.echo(N_("The web server listens on port {port}.").format(port=settings.port))
    uvicorn.run(
        "service.main:app",
        factory=True,
        host=settings.host,
        port=settings.port,
        log_level="warning" if settings.log == "info" else settings.log,
        access_log=settings.log == "debug",
        timeout_graceful_shutdown=GRACE,
        server_header=False,
        **UVICORN,
    )


@click.command()
@with_var
def worker(var: Path | None) -> None:
    """Run the worker that renders and delivers, alone."""
    settings = settings_of(var=var)
    _give(settings)
    _hush(settings)
    # All queues, in one pool; no gossip between workers: the rows of the jobs are what they agree on.
    queues = ",".join(sorted(set(QUEUES.values())))
    words = ["--quiet", "worker", "--pool=prefork", f"--concurrency={settings.workers}", f"--queues={queues}"]
    _celery().worker_main([*words, "--without-gossip", "--without-mingle", f"--loglevel={settings.log}"])


@click.command()
@with_var
def beat(var: Path | None) -> None:
    """Run the timetable that wakes the worker, alone."""
    settings = settings_of(var=var)
    _give(settings)
    _hush(settings)
    # The timetable only sends names: what the tasks are made of would be 40 MB for nothing.
    _celery().conf.update(include=())
    load("workers.beat:Timetable")  # before Celery takes the signals: one that came while it loads would break it
    _celery().start(["--quiet", "beat", "--scheduler=workers.beat:Timetable", f"--loglevel={settings.log}"])


def _give(settings: Settings) -> None:
    """What a framework imports for us (service.main, workers.app) reads its settings from the environment."""
    os.environ.update(settings.environ())


def _hush(settings: Settings) -> None:
    """Celery reports every task three times, and the sweep comes by every few seconds: that is for debugging."""
    warnings.filterwarnings("ignore", "You're running the worker with superuser")  # means pickle; we take JSON alone
    if settings.log == "info":
        for name in ("celery.beat", "celery.worker.strategy", "celery.app.trace"):
            logging.getLogger(name).setLevel(logging.WARNING)


def _celery() -> _Celery:
    return cast(_Celery, load("workers.app:celery"))


def is_up(var: Path) -> bool:
    """Whether a `mithaq up` holds the lock of `var`."""
    if not (var / LOCK).exists():
        return False
    with (var / LOCK).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def healthy(settings: Settings) -> bool:
    """Whether the web server of `settings` answers 200 on /health."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
