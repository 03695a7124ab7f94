"""`mithaq up`: everything on one machine, with nothing but Python, until Ctrl-C."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import click

from service.cli.common.errors import Failed, Refused
from service.cli.common.lazy_group import load
from service.cli.common.options import with_port, with_var
from service.cli.local import private_redis
from service.cli.local.preflight import check_fonts, check_port, check_sample, claim_var, environ_of, settings_of
from service.cli.local.processes import healthy
from service.cli.local.supervisor import Crew, Part
from service.config import Settings
from service.domain.errors import N_

PATIENCE = {"web": 4.0, "worker": 6.0, "beat": 2.0, "redis": 2.0}
"""Seconds between asking a part to stop and killing it; the longest of them and Redis after it stay under 10."""

READY_WITHIN = 60.0
REDIS_READY_WITHIN = 15.0
FILES_WITHIN = 180.0
TOO_OFTEN = 3
"""A part that stops so often before everything is ready will not come up by itself."""


@click.command()
@with_port
@with_var
@click.option("--sample", is_flag=True, default=None, help="With a sample coalition, on this machine only.")
def up(port: int | None, var: Path | None, sample: bool | None) -> None:
    """Run everything on this machine until Ctrl-C."""
    settings = settings_of(port=port, var=var, sample=sample)
    if settings.sample:
        check_sample(settings)
    lock = claim_var(settings)
    try:
        check_port(settings)
        check_fonts()
        asyncio.run(_live(settings, _redis(settings)))
    finally:
        os.close(lock)


@dataclass(frozen=True, slots=True)
class _Redis:
    """The private Redis: how to start it and where it answers."""

    part: Part
    socket: Path


def _redis(settings: Settings) -> _Redis | None:
    if settings.redis_url:
        return None
    program = private_redis.find_server()
    if program is None:
        raise Refused(
            N_("No redis-server of version 6.2 or later was found. Install one, or run: make install (x86-64 only).")
        )
    socket = private_redis.socket_path(settings.var)
    command = private_redis.command(program, var=settings.var, socket=socket)
    return _Redis(Part("redis", command, environ_of(settings), PATIENCE["redis"]), socket)


async def _live(settings: Settings, redis: _Redis | None) -> None:
    crew = Crew(say=_say, pass_on=_pass_on)
    stop = _listen_for_stop(crew)
    try:
        await _unless(stop, _bring_up(crew, settings, redis))
        await stop.wait()
    finally:
        await crew.stop()
        if redis:
            private_redis.leave(redis.socket)


def _listen_for_stop(crew: Crew) -> asyncio.Event:
    """The first Ctrl-C, SIGTERM or hang-up sets the event; the second kills."""
    stop = asyncio.Event()

    def heard() -> None:
        if stop.is_set():
            crew.kill()
        else:
            _say(N_("Stopping. Press Ctrl-C again to stop at once."))
            stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup and shells without job control mean it
            asyncio.get_running_loop().add_signal_handler(number, heard)
    return stop


async def _unless(stop: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Do `work` to its end, or leave it when `stop` comes first."""
    doing, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if doing.done():
        doing.result()
    else:
        doing.cancel()
        with suppress(asyncio.CancelledError):
            await doing


async def _bring_up(crew: Crew, settings: Settings, redis: _Redis | None) -> None:
    if redis:
        settings = replace(settings, redis_url=private_redis.url(redis.socket))
        crew.start(redis.part)
        await _redis_ready(crew, redis, var=settings.var)
    if await crew.run(part(settings, "migrate")) != 0:
        raise Failed(N_("The database could not be brought to this release; the reason stands above."))
    sign_ins = await _sample(settings) if settings.sample else []
    crew.start(part(settings, "serve", name="web"), part(settings, "worker"))
    await _until(crew, lambda: healthy(settings), seconds=READY_WITHIN)
    crew.start(part(settings, "beat"))  # last: nobody waits for it
    _say(N_("Mithaq is ready: {origin}").format(origin=settings.public_origin))
    for line in sign_ins:
        _say(line)
    if settings.sample:
        await _publish_sample(settings)


async def _redis_ready(crew: Crew, redis: _Redis, *, var: Path) -> None:
    try:
        await _until(crew, lambda: private_redis.answers(redis.socket), seconds=REDIS_READY_WITHIN)
    except Failed as failed:
        raise Failed(
            N_("The private Redis does not start: {words} Nothing is only there: {directory} may be deleted."),
            words=private_redis.last_words(var),
            directory=var / "redis",
        ) from failed


async def _sample(settings: Settings) -> list[str]:
    ensure = cast(Callable[[Settings], list[str]], load("service.sample.coalition:ensure"))
    return await asyncio.to_thread(ensure, settings)


async def _publish_sample(settings: Settings) -> None:
    """Publish the sample's statement as soon as the worker has made its files; nobody waits for it."""
    publish = cast(Callable[[Settings], bool], load("service.sample.coalition:publish"))
    deadline = asyncio.get_running_loop().time() + FILES_WITHIN
    while not await asyncio.to_thread(publish, settings) and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(1)


def part(settings: Settings, command: str, *, name: str = "") -> Part:
    """The part of `mithaq` that runs `command` with `settings`."""
    words = (sys.executable, "-m", "service.cli.main", command)
    return Part(name or command, words, environ_of(settings), PATIENCE.get(name or command, 5.0))


async def _until(crew: Crew, holds: Callable[[], bool], *, seconds: float) -> None:
    """Wait until `holds` (asked in a thread, ten times a second). Raises Failed after `seconds`, or too many deaths."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not await asyncio.to_thread(holds):
        for name, deaths in crew.deaths.items():
            if deaths >= TOO_OFTEN:
                raise Failed(N_("{name} does not start; the reason stands above."), name=name)
        if asyncio.get_running_loop().time() > deadline:
            raise Failed(N_("Mithaq was not ready within {seconds} seconds."), seconds=f"{seconds:g}")
        await asyncio.sleep(0.1)


def _say(sentence: str) -> None:
    with suppress(BrokenPipeError):
        click.echo(sentence)


def _pass_on(name: str, line: str) -> None:
    with suppress(BrokenPipeError):
        click.echo(f"{name:<7}| {line}", err=True)
