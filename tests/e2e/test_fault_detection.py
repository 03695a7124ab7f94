"""The history checker detects a service that breaks its guarantees: real processes with one fault each, and one
without.

Without these tests nobody knows whether the kill tests pass because nothing is lost, or because nothing is checked.
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
    """What exposes the fault: which clients work until when, and how often the web server is killed during the run."""

    name: str
    expected_violation: str
    kinds: tuple[str, ...]
    is_enough: Callable[[LoadClients], bool]
    worker: bool = False
    kills: int = 0


def completed(kind: str, outcome: str = "ok", times: int = 3) -> Callable[[LoadClients], bool]:
    return lambda clients: (
        sum((act.kind, act.outcome) == (kind, outcome) for act in clients.history.operations) >= times
    )


def further_operations(clients: LoadClients) -> Callable[[LoadClients], bool]:
    """Return a condition: operations beyond those completed so far."""
    before = len(clients.history.operations)
    return lambda clients: len(clients.history.operations) >= before + 3


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
    FaultCase("job lost", " is queued", ("export",), lambda clients: len(clients.requested_exports) >= 2),
    FaultCase("half a file", "other bytes", ("export",), lambda clients: bool(clients.wrong_files), worker=True),
)


@contextmanager
def run_faulty_service(
    var: Path, fault: str, *, worker: bool
) -> Iterator[tuple[KillTestSetup, dict[str, SupervisedProcess]]]:
    """Run a web server and, if asked for, a worker with its Redis, all with the fault `lie`."""
    var.mkdir(mode=0o700)
    socket = private_redis.socket_path(var)
    settings = Settings.load({}, var=var, port=free_port(), redis_url=private_redis.url(socket))
    migrate(settings.resolved_database_url)
    setup = create_setup(settings, organisations=2, sealed=1)
    parts = {"serve": _part(var, settings, fault, "serve")}
    if worker:
        # With its scheduler: a server killed between a commit and the dispatch leaves the job to the sweep.
        parts["worker"] = _part(var, settings, fault, "worker", "--with-beat")
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


def _part(var: Path, settings: Settings, fault: str, name: str, *options: str) -> SupervisedProcess:
    command = (sys.executable, "-m", "tests.support.faulty_service", fault, name, *options)
    return SupervisedProcess(name, command, environment(**settings.to_environ()), var / f"{name}.log")


def _dispatch_jobs(settings: Settings, setup: KillTestSetup, socket: Path) -> None:
    """Dispatch the jobs of files that were requested before a worker was running."""
    wait_until(lambda: private_redis.is_reachable(socket))
    with setup.instance.read() as tx:
        ids = tx.connection.execute(jobs.select().where(jobs.c.name == RENDER_EXPORT)).scalars().all()
    dispatcher = JobDispatcher(settings.redis_url.get_secret_value())
    for id in ids:
        dispatcher.dispatch(Job(RENDER_EXPORT, id))


def find_violations_of(setup: KillTestSetup, fault: FaultCase, parts: dict[str, SupervisedProcess]) -> list[str]:
    """Return the violations the checker finds after the clients worked on such a service."""
    clients = LoadClients(setup, setup.instance.app_state.settings.port, SEED)
    clients.start(fault.kinds)
    try:
        wait_until(partial(_is_enough, clients, fault.is_enough))
        for _ in range(fault.kills):
            parts["serve"].kill()
            wait_until(partial(_is_enough, clients, further_operations(clients)))
    finally:
        clients.stop()
    if fault.worker:
        wait_until(lambda: not unfinished_exports(setup))
    return find_all_violations(clients)


def _is_enough(clients: LoadClients, until: Callable[[LoadClients], bool]) -> bool:
    return until(clients) or bool(clients.errors)


@pytest.mark.parametrize("fault", FAULT_CASES, ids=lambda fault: fault.name)
def test_fault_is_detected(tmp_path: Path, fault: FaultCase) -> None:
    with run_faulty_service(tmp_path / "var", fault.name, worker=fault.worker) as (setup, parts):
        found = find_violations_of(setup, fault, parts)
    assert [one for one in found if fault.expected_violation in one], f"seed {SEED}: {found}"


def test_correct_service_has_no_violations(tmp_path: Path) -> None:
    def enough(clients: LoadClients) -> bool:
        return all(completed(kind)(clients) for kind in ("save", "cast")) and len(clients.requested_exports) >= 2

    honest = FaultCase("honest", "", ("save", "cast", "export"), enough, worker=True, kills=2)
    with run_faulty_service(tmp_path / "var", honest.name, worker=True) as (setup, parts):
        assert find_violations_of(setup, honest, parts) == [], f"seed {SEED}"
