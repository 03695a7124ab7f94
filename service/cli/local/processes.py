"""The processes of an instance: `mithaq up` starts them as children, a larger instance as services."""

import fcntl
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
from service.cli.local.start_checks import check_start
from service.cli.local.web_listener import run_web_server, warn_about_proxies
from service.cli.local.web_sockets import bind_sockets
from service.config import Settings
from service.jobs import LANES

GRACEFUL_SHUTDOWN_SECONDS = 3
"""Seconds that open requests get when the web server stops."""

MAX_CONNECTIONS = 2000
"""Connections of one web server, WebSockets included; requests on further ones get 503."""

RESERVED_FILES = 200
"""File descriptors for the database, Redis and files."""

KEEP_ALIVE_SECONDS = 130
"""Seconds for which an idle connection is kept: longer than proxies keep theirs (Caddy 120, Traefik 90).

If the web server ended it first, a form that is sent at that moment would be answered with 502: a proxy does not repeat
what may have been received.
"""

UVICORN_OPTIONS: Mapping[str, Any] = {
    "http": TimedHttpProtocol,
    "ws": "websockets-sansio",
    "ws_max_size": 8 * 1024 * 1024 + 1024,  # bytes of one message: everything written while offline
    "ws_per_message_deflate": False,  # keystrokes are shorter than their compressed form
    "ws_ping_interval": 20.0,
    "ws_ping_timeout": 20.0,
    "timeout_keep_alive": KEEP_ALIVE_SECONDS,
    "proxy_headers": False,  # service.web.middleware.forwarded_address reads them
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
    check_start(settings)
    sockets = bind_sockets(settings)
    warn_about_proxies(settings)
    _export_settings(settings)
    config = uvicorn.Config(
        "service.main:app",
        factory=True,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_SECONDS,
        server_header=False,
        limit_concurrency=_max_connections(),
        **UVICORN_OPTIONS,
    )
    run_web_server(config, sockets, settings=settings)


@click.command()
@with_var
@click.option(
    "--lane", type=click.Choice(list(LANES)), help="Run only this lane: mails (and the sweep), files, or proofs."
)
@click.option("--with-beat", is_flag=True, help="Run the scheduler too, unless another process runs it.")
@click.option("--with-web", is_flag=True, hidden=True)
def worker(var: Path | None, lane: str | None, with_beat: bool, with_web: bool) -> None:
    """Run only the worker that creates files and sends emails."""
    settings = load_settings(var=var)
    check_start(settings)
    _export_settings(settings)
    _ignore_root_warning()
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
    _ignore_root_warning()
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


def _ignore_root_warning() -> None:
    warnings.filterwarnings("ignore", "You're running the worker with superuser")  # about pickle, which is off


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
