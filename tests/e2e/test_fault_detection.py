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
from service.cli.local.processes import is_healthy
from service.config import Settings
from service.job_dispatch import JobDispatcher
from service.jobs import RENDER_EXPORT, Job
from service.store.migrate import migrate
from service.store.tables import jobs
from tests.integration.cli.test_up import environment, free_port
from tests.support.compose_topology import SupervisedProcess
from tests.support.kill_test_data import KillTestSetup, create_setup
from tests.support.load_clients import LoadClients, find_all_violations, unfinished_exports
from tests.support.waiting import wait_until

SEED = 7


@dataclass(frozen=True)
class FaultCase:
    """What shows it: who works until when, and how often the web server is killed meanwhile."""

    name: str
    expected_violation: str
    kinds: tuple[str, ...]
    is_enough: Callable[[LoadClients], bool]
    worker: bool = False
    kills: int = 0


def completed(kind: str, outcome: str = "ok", times: int = 3) -> Callable[[LoadClients], bool]:
    return lambda work: sum((act.kind, act.outcome) == (kind, outcome) for act in work.history.operations) >= times


def further_operations(work: LoadClients) -> Callable[[LoadClients], bool]:
    """Acts after those that are done now."""
    before = len(work.history.operations)
    return lambda work: len(work.history.operations) >= before + 3


FAULT_CASES = (
    FaultCase("answered early", "was answered ok (200) and is there 0 times", ("save",), completed("save"), kills=3),
    FaultCase("recorded twice", "was answered ok (201) and is there 2 times", ("cast",), completed("cast")),
    FaultCase("not recorded", "was answered ok (201) and is there 0 times", ("cast",), completed("cast")),
    FaultCase(
        "keys forgotten",
        "was answered fail (403 code_void) and is there 1 times",
        ("cast",),
        completed("cast", "fail", 1),
    ),
    FaultCase("job lost", " is queued", ("export",), lambda work: len(work.requested_exports) >= 2),
    FaultCase("half a file", "other bytes", ("export",), lambda work: bool(work.wrong_files), worker=True),
)


@contextmanager
def run_faulty_service(
    var: Path, lie: str, *, worker: bool
) -> Iterator[tuple[KillTestSetup, dict[str, SupervisedProcess]]]:
    """A web server and, if asked for, a worker with its Redis, all of which tell `lie`."""
    var.mkdir(mode=0o700)
    socket = private_redis.socket_path(var)
    settings = Settings.load({}, var=var, port=free_port(), redis_url=private_redis.url(socket))
    migrate(settings.resolved_database_url)
    setup = create_setup(settings, organisations=2, sealed=1)
    parts = {name: _part(var, settings, lie, name) for name in ("serve", *(("worker",) if worker else ()))}
    if program := private_redis.find_server() if worker else None:
        command = private_redis.command(program, var=var, socket=socket)
        parts = {"redis": SupervisedProcess("redis", command, environment(), var / "redis.log"), **parts}
    try:
        for part in parts.values():
            part.keep_running()
        wait_until(lambda: is_healthy(settings))
        if worker:
            _dispatch_jobs(settings, setup, socket)
        yield setup, parts
    finally:
        for part in reversed(parts.values()):
            part.stop()
        setup.instance.database.close()


def _part(var: Path, settings: Settings, lie: str, name: str) -> SupervisedProcess:
    command = (sys.executable, "-m", "tests.support.faulty_service", lie, name)
    return SupervisedProcess(name, command, environment(**settings.to_environ()), var / f"{name}.log")


def _dispatch_jobs(settings: Settings, setup: KillTestSetup, socket: Path) -> None:
    """For the files that were asked for before anybody was there to hear."""
    wait_until(lambda: private_redis.is_reachable(socket))
    with setup.instance.read() as tx:
        ids = tx.connection.execute(jobs.select().where(jobs.c.name == RENDER_EXPORT)).scalars().all()
    bell = JobDispatcher(settings.redis_url.get_secret_value())
    for id in ids:
        bell.dispatch(Job(RENDER_EXPORT, id))


def find_violations_of(setup: KillTestSetup, lie: FaultCase, parts: dict[str, SupervisedProcess]) -> list[str]:
    """What the checker says of the work done on such a service."""
    work = LoadClients(setup, setup.instance.app_state.settings.port, SEED)
    work.start(lie.kinds)
    try:
        wait_until(partial(_is_enough, work, lie.is_enough))
        for _ in range(lie.kills):
            parts["serve"].kill()
            wait_until(partial(_is_enough, work, further_operations(work)))
    finally:
        work.stop()
    if lie.worker:
        wait_until(lambda: not unfinished_exports(setup))
    return find_all_violations(work)


def _is_enough(work: LoadClients, until: Callable[[LoadClients], bool]) -> bool:
    return until(work) or bool(work.errors)


@pytest.mark.parametrize("lie", FAULT_CASES, ids=lambda lie: lie.name)
def test_a_lie_is_found(tmp_path: Path, lie: FaultCase) -> None:
    with run_faulty_service(tmp_path / "var", lie.name, worker=lie.worker) as (ground, parts):
        found = find_violations_of(ground, lie, parts)
    assert [one for one in found if lie.expected_violation in one], f"seed {SEED}: {found}"


def test_nothing_is_found_where_nobody_lies(tmp_path: Path) -> None:
    def enough(work: LoadClients) -> bool:
        return all(completed(kind)(work) for kind in ("save", "cast")) and len(work.requested_exports) >= 2

    honest = FaultCase("honest", "", ("save", "cast", "export"), enough, worker=True, kills=2)
    with run_faulty_service(tmp_path / "var", honest.name, worker=True) as (ground, parts):
        assert find_violations_of(ground, honest, parts) == [], f"seed {SEED}"
