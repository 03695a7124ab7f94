"""The processes of an instance: `mithaq up` starts them as children, a larger instance as services."""

import fcntl
import logging
import os
import resource
import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast

import click
import uvicorn

from service.cli.common.lazy_group import import_object
from service.cli.common.options import with_port, with_var
from service.cli.local.health_request import is_healthy as is_healthy  # also for those who import it from here
from service.cli.local.http_protocol import TimedHttpProtocol
from service.cli.local.preflight import LOCK_FILE, load_settings
from service.cli.local.secret_check import check_secret
from service.config import Settings
from service.domain.errors import N_
from service.jobs import LANES

GRACEFUL_SHUTDOWN_SECONDS = 3
"""Seconds that open requests get when the web server stops."""

MAX_CONNECTIONS = 2000
"""Connections of one web server, WebSockets included; requests on further ones get 503."""

RESERVED_FILES = 200
"""File descriptors for the database, Redis and files."""

UVICORN_OPTIONS: Mapping[str, Any] = {
    "http": TimedHttpProtocol,
    "ws": "websockets-sansio",
    "ws_max_size": 8 * 1024 * 1024 + 1024,  # bytes of one message: everything written while offline
    "ws_per_message_deflate": False,  # keystrokes are shorter than their compressed form
    "ws_ping_interval": 20.0,
    "ws_ping_timeout": 20.0,
}
"""Options of uvicorn that do not depend on settings."""


class _CeleryApp(Protocol):
    conf: Any


class _RunLanes(Protocol):
    def __call__(self, lanes: Iterable[str], *, others: Mapping[str, Callable[[], None]]) -> int: ...


@click.command()
@with_var
@with_port
def serve(var: Path | None, port: int | None) -> None:
    """Run only the web server."""
    settings = load_settings(var=var, port=port)
    check_secret(settings)
    _export_settings(settings)
    click.echo(N_("The web server listens on port {port}.").format(port=settings.port))
    uvicorn.run(
        "service.main:app",
        factory=True,
        host=settings.host,
        port=settings.port,
        log_level="warning" if settings.log == "info" else settings.log,
        access_log=settings.log == "debug",
        timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_SECONDS,
        server_header=False,
        limit_concurrency=_max_connections(),
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        **UVICORN_OPTIONS,
    )


@click.command()
@with_var
@click.option("--lane", type=click.Choice(list(LANES)), help="Run only this lane: mails (and the sweep), or files.")
@click.option("--with-beat", is_flag=True, help="Run the scheduler too, unless another process runs it.")
@click.option("--with-web", is_flag=True, hidden=True)
def worker(var: Path | None, lane: str | None, with_beat: bool, with_web: bool) -> None:
    """Run only the worker that creates files and sends emails."""
    settings = load_settings(var=var)
    check_secret(settings)
    _export_settings(settings)
    _reduce_logging(settings)
    run_lanes = cast(_RunLanes, import_object("workers.lanes:run"))
    lanes = ((lane,) if lane else tuple(LANES)) + (("beat",) if with_beat else ())
    raise SystemExit(run_lanes(lanes, others=_web_lane() if with_web else {}))


def _web_lane() -> dict[str, Callable[[], None]]:
    """Return the web server as a lane of `mithaq up`, which shares the memory of what it and the workers load.

    What it needs is loaded now, before the lanes are forked.
    """
    import_object("service.main:app")
    callback = serve.callback
    assert callback
    return {"web": partial(callback, var=None, port=None)}


@click.command()
@with_var
def beat(var: Path | None) -> None:
    """Run only the scheduler that starts the worker's jobs."""
    settings = load_settings(var=var)
    _export_settings(settings)
    _reduce_logging(settings)
    # The scheduler only sends task names; importing the tasks would cost 40 MB.
    cast(_CeleryApp, import_object("workers.app:celery")).conf.update(include=())
    cast(Callable[[], None], import_object("workers.beat:run"))()


def _max_connections() -> int:
    """Return MAX_CONNECTIONS, or fewer where the process may not open so many files; raises that limit if it can."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + RESERVED_FILES
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(min(MAX_CONNECTIONS, soft - RESERVED_FILES), 100)


def _export_settings(settings: Settings) -> None:
    """Export the settings to the environment, where service.main and workers.app read them."""
    os.environ.update(settings.to_environ())


def _reduce_logging(settings: Settings) -> None:
    """Silence Celery's three log lines per task, except for debugging: the sweep runs every few seconds."""
    warnings.filterwarnings("ignore", "You're running the worker with superuser")  # about pickle, which is off
    if settings.log == "info":
        for name in ("celery.beat", "celery.worker.strategy", "celery.app.trace"):
            logging.getLogger(name).setLevel(logging.WARNING)


def is_running(var: Path) -> bool:
    """Return whether a `mithaq up` holds the lock of `var`."""
    if not (var / LOCK_FILE).exists():
        return False
    with (var / LOCK_FILE).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
