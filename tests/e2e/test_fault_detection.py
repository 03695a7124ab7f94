"""The history checker finds a service that breaks its promises: real processes that lie in one thing, and one honest.

Without this nobody knows whether the kill tests pass because nothing is lost, or because nothing is looked at.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from service.cli.local import private_redis
from service.cli.local.processes import healthy
from service.config import Settings
from service.job_dispatch import Bell
from service.jobs import RENDER_EXPORT, Job
from service.store.migrate import migrate
from service.store.tables import jobs
from tests.integration.cli.test_up import environment, free_port
from tests.support.compose_topology import Part
from tests.support.kill_test_data import Ground, prepare
from tests.support.load_clients import Work, everything_wrong, unfinished
from tests.support.waiting import wait_until

SEED = 7


@dataclass(frozen=True)
class Lie:
    """What shows it: who works until when, and how often the web server is killed meanwhile."""

    name: str
    found: str
    kinds: tuple[str, ...]
    until: Callable[[Work], bool]
    worker: bool = False
    kills: int = 0


def done(kind: str, outcome: str = "ok", times: int = 3) -> Callable[[Work], bool]:
    return lambda work: sum((act.kind, act.outcome) == (kind, outcome) for act in work.history.acts) >= times


def more(work: Work) -> Callable[[Work], bool]:
    """Acts after those that are done now."""
    before = len(work.history.acts)
    return lambda work: len(work.history.acts) >= before + 3


LIES = (
    Lie("answered early", "was answered ok (200) and is there 0 times", ("save",), done("save"), kills=3),
    Lie("recorded twice", "was answered ok (201) and is there 2 times", ("cast",), done("cast")),
    Lie("not recorded", "was answered ok (201) and is there 0 times", ("cast",), done("cast")),
    Lie("keys forgotten", "was answered fail (403 code_void) and is there 1 times", ("cast",), done("cast", "fail", 1)),
    Lie("job lost", " is queued", ("export",), lambda work: len(work.asked) >= 2),
    Lie("half a file", "other bytes", ("export",), lambda work: bool(work.halves), worker=True),
)


@contextmanager
def house(var: Path, lie: str, *, worker: bool) -> Iterator[tuple[Ground, dict[str, Part]]]:
    """A web server and, if asked for, a worker with its Redis, all of which tell `lie`."""
    var.mkdir(mode=0o700)
    socket = private_redis.socket_path(var)
    settings = Settings.read({}, var=var, port=free_port(), redis_url=private_redis.url(socket))
    migrate(settings.database)
    ground = prepare(settings, organisations=2, sealed=1)
    parts = {name: _part(var, settings, lie, name) for name in ("serve", *(("worker",) if worker else ()))}
    if program := private_redis.find_server() if worker else None:
        command = private_redis.command(program, var=var, socket=socket)
        parts = {"redis": Part("redis", command, environment(), var / "redis.log"), **parts}
    try:
        for part in parts.values():
            part.keep()
        wait_until(lambda: healthy(settings))
        if worker:
            _ring(settings, ground, socket)
        yield ground, parts
    finally:
        for part in reversed(parts.values()):
            part.stop()
        ground.stage.database.close()


def _part(var: Path, settings: Settings, lie: str, name: str) -> Part:
    command = (sys.executable, "-m", "tests.support.faulty_service", lie, name)
    return Part(name, command, environment(**settings.environ()), var / f"{name}.log")


def _ring(settings: Settings, ground: Ground, socket: Path) -> None:
    """For the files that were asked for before anybody was there to hear."""
    wait_until(lambda: private_redis.answers(socket))
    with ground.stage.read() as tx:
        ids = tx.connection.execute(jobs.select().where(jobs.c.name == RENDER_EXPORT)).scalars().all()
    bell = Bell(settings.redis_url)
    for id in ids:
        bell.ring(Job(RENDER_EXPORT, id))


def told(ground: Ground, lie: Lie, parts: dict[str, Part]) -> list[str]:
    """What the checker says of the work done on such a service."""
    work = Work(ground, ground.stage.house.settings.port, SEED)
    work.begin(lie.kinds)
    try:
        wait_until(partial(_enough, work, lie.until))
        for _ in range(lie.kills):
            parts["serve"].kill()
            wait_until(partial(_enough, work, more(work)))
    finally:
        work.end()
    if lie.worker:
        wait_until(lambda: not unfinished(ground))
    return everything_wrong(work)


def _enough(work: Work, until: Callable[[Work], bool]) -> bool:
    return until(work) or bool(work.broken)


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.name)
def test_a_lie_is_found(tmp_path: Path, lie: Lie) -> None:
    with house(tmp_path / "var", lie.name, worker=lie.worker) as (ground, parts):
        found = told(ground, lie, parts)
    assert [one for one in found if lie.found in one], f"seed {SEED}: {found}"


def test_nothing_is_found_where_nobody_lies(tmp_path: Path) -> None:
    def enough(work: Work) -> bool:
        return all(done(kind)(work) for kind in ("save", "cast")) and len(work.asked) >= 2

    honest = Lie("honest", "", ("save", "cast", "export"), enough, worker=True, kills=2)
    with house(tmp_path / "var", honest.name, worker=True) as (ground, parts):
        assert told(ground, honest, parts) == [], f"seed {SEED}"
