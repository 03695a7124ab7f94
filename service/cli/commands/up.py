"""`mithaq up`: run everything on one machine, with nothing but Python, until Ctrl-C."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click

from service.cli.common.errors import CommandError, CommandFailed
from service.cli.common.options import with_port, with_var
from service.cli.local import private_redis, readiness
from service.cli.local.health_request import is_healthy
from service.cli.local.preflight import (
    check_fonts,
    check_sample,
    environment_for,
    load_settings,
    lock_var_directory,
)
from service.cli.local.supervisor import ProcessSpec, Supervisor
from service.cli.local.web_sockets import check_port
from service.config import Settings
from service.domain.errors import N_
from service.logs.child_output import forward_line

log = logging.getLogger("mithaq.process")

STOP_TIMEOUTS = {"mithaq": 6.0, "redis": 2.0}
"""Seconds between SIGTERM and SIGKILL; the longest plus that of Redis stays under 10."""

READY_TIMEOUT = 60.0
"""Seconds."""

REDIS_READY_TIMEOUT = 15.0
"""Seconds."""

MAX_EXITS = 3
"""Exits before everything is ready, after which a process will not recover by itself."""


@click.command()
@with_port
@with_var
@click.option("--sample", is_flag=True, default=None, help="Run a demo coalition, on this computer only.")
@click.option("--live", is_flag=True, help="End the pause of a restored instance first.")
def up(port: int | None, var: Path | None, sample: bool | None, live: bool) -> None:
    """Run everything on this computer until you press Ctrl-C."""
    settings = load_settings(port=port, var=var, sample=sample)
    if settings.sample:
        check_sample(settings)
    lock = lock_var_directory(settings)
    try:
        check_port(settings)
        check_fonts()
        asyncio.run(_run_until_stopped(settings, _prepare_redis(settings), live=live))
    finally:
        os.close(lock)


@dataclass(frozen=True, slots=True)
class _PrivateRedis:
    """The private Redis: how to start it, and its socket."""

    spec: ProcessSpec
    socket: Path


def _prepare_redis(settings: Settings) -> _PrivateRedis | None:
    if settings.redis_url:
        return None
    program = private_redis.find_server()
    if program is None:
        raise CommandError(
            N_("No valkey-server or redis-server of version 6.2 or later was found. Install one, or run: make install")
        )
    socket = private_redis.socket_path(settings.var)
    command = private_redis.command(program, var=settings.var, socket=socket)
    return _PrivateRedis(ProcessSpec("redis", command, environment_for(settings), STOP_TIMEOUTS["redis"]), socket)


async def _run_until_stopped(settings: Settings, redis: _PrivateRedis | None, *, live: bool) -> None:
    supervisor = Supervisor(report=_warn, forward_line=forward_line)
    stop = _handle_stop_signals(supervisor)
    try:
        await _run_unless_stopped(stop, _start_all(supervisor, settings, redis, live=live))
        await stop.wait()
        readiness.notify(readiness.STOPPING)
    finally:
        await supervisor.stop()
        if redis:
            private_redis.remove_socket_directory(redis.socket)


def _handle_stop_signals(supervisor: Supervisor) -> asyncio.Event:
    """Handle SIGINT, SIGTERM and SIGHUP: the first sets the returned event, the second kills.

    SIGINT is handled even if it was inherited ignored, as in background jobs of a shell without job control. An ignored
    SIGHUP stays ignored: this is what nohup is for.
    """
    stop = asyncio.Event()

    def on_signal() -> None:
        if stop.is_set():
            supervisor.kill()
        else:
            log.info("%s", N_("Stopping. Press Ctrl-C again to stop at once."))
            stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        loop.add_signal_handler(signal.SIGHUP, on_signal)
    return stop


async def _run_unless_stopped(stop: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Await `work`, or cancel it when `stop` is set first."""
    running, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if running.done():
        running.result()
    else:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def _start_all(supervisor: Supervisor, settings: Settings, redis: _PrivateRedis | None, *, live: bool) -> None:
    if redis:
        settings = settings.replace(redis_url=private_redis.url(redis.socket))
        supervisor.start(redis.spec)
        await _wait_for_redis(supervisor, redis, var=settings.var)
    if await supervisor.run(mithaq_process(settings, "migrate")) != 0:
        raise CommandFailed(N_("The database could not be updated. See the reason above."))
    if live and await supervisor.run(mithaq_process(settings, "live")) != 0:
        raise CommandFailed(N_("The pause could not be ended. See the reason above."))
    sign_in_lines = await _fill_sample(supervisor, settings) if settings.sample else []
    # One process loads everything and forks the web server, the workers and the scheduler: they share its memory.
    supervisor.start(mithaq_process(settings, "worker", "--with-beat", "--with-web", name="mithaq"))
    await _wait_until(supervisor, lambda: is_healthy(settings), seconds=READY_TIMEOUT)
    log.info("%s", N_("Mithaq is ready: {origin}").format(origin=settings.public_origin))
    readiness.notify(readiness.READY)
    for line in sign_in_lines:
        _print(line)
    if settings.sample:
        await supervisor.run(_sample_step(settings, "publish"))  # nothing waits for this


async def _wait_for_redis(supervisor: Supervisor, redis: _PrivateRedis, *, var: Path) -> None:
    try:
        await _wait_until(supervisor, lambda: private_redis.is_reachable(redis.socket), seconds=REDIS_READY_TIMEOUT)
    except CommandFailed as error:
        raise CommandFailed(
            N_("The private Redis does not start: {words} Nothing is stored only there. You can delete {directory}."),
            words=private_redis.last_log_line(var),
            directory=var / "redis",
        ) from error


async def _fill_sample(supervisor: Supervisor, settings: Settings) -> list[str]:
    """Fill an empty instance; return the lines that say how people sign in."""
    lines: list[str] = []
    if await supervisor.run(_sample_step(settings, "fill"), forward_line=lambda _, line: lines.append(line)) != 0:
        raise CommandFailed(N_("The demo could not be created. {reason}"), reason="\n".join(lines))
    return lines


def _sample_step(settings: Settings, step: str) -> ProcessSpec:
    command = (sys.executable, "-m", "service.cli.local.sample_steps", step)
    return ProcessSpec("sample", command, environment_for(settings))


def mithaq_process(settings: Settings, command: str, *options: str, name: str = "") -> ProcessSpec:
    """Return the process that runs a `mithaq` command with `settings`."""
    command_line = (sys.executable, "-m", "service.cli.main", command, *options)
    return ProcessSpec(
        name or command, command_line, environment_for(settings), STOP_TIMEOUTS.get(name or command, 5.0)
    )


async def _wait_until(supervisor: Supervisor, condition: Callable[[], bool], *, seconds: float) -> None:
    """Wait until `condition` is true; it is called in a thread, ten times a second.

    Raises CommandFailed after `seconds`, or if a process keeps exiting.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    while not await asyncio.to_thread(condition):
        for name, exits in supervisor.unexpected_exits.items():
            if exits >= MAX_EXITS:
                raise CommandFailed(N_("{name} does not start. See the reason above."), name=name)
        if asyncio.get_running_loop().time() > deadline:
            raise CommandFailed(N_("Mithaq was not ready within {seconds} seconds."), seconds=f"{seconds:g}")
        await asyncio.sleep(0.1)


def _warn(sentence: str) -> None:
    log.warning("%s", sentence)


def _print(sentence: str) -> None:
    with suppress(BrokenPipeError):
        click.echo(sentence)
