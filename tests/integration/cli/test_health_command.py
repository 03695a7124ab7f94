"""`mithaq health`: what a health check sees of a worker, a scheduler and a web server that stop working."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from service import heartbeat
from service.cli.commands.health import _check_heartbeat, health
from service.cli.common.errors import CommandFailed
from service.cli.local import private_redis
from service.config import Settings
from service.jobs import LANES
from tests.integration.cli.test_up import REPOSITORY_ROOT, environment, free_port, mithaq
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings with a Redis that runs."""
    var = tmp_path_factory.mktemp("health")
    program, socket = private_redis.find_server(), private_redis.socket_path(var)
    assert program
    with subprocess.Popen(private_redis.command(program, var=var, socket=socket)) as redis:
        wait_until(lambda: private_redis.is_reachable(socket))
        yield Settings.load({}, var=var, port=free_port(), redis_url=private_redis.url(socket), sweep_seconds=1)
        redis.terminate()


def run_health(settings: Settings, *words: str) -> tuple[int, str]:
    """Return the exit code of `mithaq health` and its sentence."""
    ended = CliRunner(env={"MITHAQ_VAR": str(settings.var), **settings.to_environ()}).invoke(health, words)
    return ended.exit_code, ended.output.strip()


def make_older(settings: Settings, name: str, seconds: float) -> None:
    """Set the time of a heartbeat back, as if it had been the last one for `seconds`."""
    then = time.time() - seconds
    os.utime(settings.var / "heartbeats" / name, (then, then))


def test_worker_and_scheduler_are_seen_to_work_and_to_hang(settings: Settings) -> None:
    assert run_health(settings, "worker") == (1, "“mails” has not started to work here: Redis may be away.")
    command = mithaq("worker", "--with-beat")
    with subprocess.Popen(
        command, cwd=REPOSITORY_ROOT, env=environment(**settings.to_environ()), stderr=subprocess.DEVNULL
    ) as process:
        try:
            names = (*LANES, "beat")
            wait_until(lambda: all(heartbeat.measure_age(settings.var, name) is not None for name in names))
            assert run_health(settings, "worker") == (0, "worker works.")
            assert run_health(settings, "beat") == (0, "beat works.")
            for child in psutil.Process(process.pid).children(recursive=True):
                child.suspend()
            for name in names:
                make_older(settings, name, 40)
            expected = (1, "“mails” has done nothing for 40 seconds: it hangs, or Redis is away.")
            code, sentence = run_health(settings, "worker")
            assert (code, sentence.replace("41", "40")) == expected
            assert run_health(settings, "beat")[0] == 1
            for child in psutil.Process(process.pid).children(recursive=True):
                child.resume()
            wait_until(lambda: run_health(settings, "worker")[0] == run_health(settings, "beat")[0] == 0)
        finally:
            process.kill()


def test_lane_that_runs_alone_is_checked_alone(settings: Settings, tmp_path: Path) -> None:
    alone = settings.replace(var=tmp_path)
    heartbeat.record(tmp_path, "mails")
    assert run_health(alone, "worker", "--lane", "mails")[0] == 0
    assert run_health(alone, "worker")[0] == 1


def test_web_server_that_does_not_answer_is_seen(settings: Settings) -> None:
    assert run_health(settings, "web") == (1, f"The web server does not answer on port {settings.port}.")


def test_check_costs_little(settings: Settings) -> None:
    """A container runs it every 30 seconds."""
    heartbeat.record(settings.var, "mails")
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime + used.ru_stime, used.ru_maxrss)"
    )
    measured = subprocess.run(
        (sys.executable, "-c", code, *mithaq("health", "worker", "--lane", "mails")),
        cwd=REPOSITORY_ROOT,
        env=environment(**settings.to_environ()),
        capture_output=True,
        text=True,
        check=True,
    )
    processor, memory = map(float, measured.stdout.splitlines()[-1].split())
    assert processor < 1.0
    assert memory < 60_000


def test_scheduler_may_be_as_silent_as_its_sweeps_are_apart(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path, sweep_seconds=300)
    heartbeat.record(tmp_path, "beat")
    make_older(settings, "beat", 600)
    _check_heartbeat(settings, "beat", max_age=heartbeat.max_age_of_scheduler(settings.sweep_seconds))
    make_older(settings, "beat", 1000)
    with pytest.raises(CommandFailed):
        _check_heartbeat(settings, "beat", max_age=heartbeat.max_age_of_scheduler(settings.sweep_seconds))
