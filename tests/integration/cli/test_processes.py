"""Each service alone, by the exact command line and settings of docker-compose.yml; only the addresses of what is not
available here (PostgreSQL, the container network) are replaced."""

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from celery import Celery

from service import job_dispatch
from service.cli.local import private_redis
from service.cli.local.processes import is_healthy
from service.config import Settings
from service.job_dispatch import celery_url
from service.jobs import LANES, QUEUES
from service.logs.child_output import is_formatted
from service.store.migrate import migrate
from tests.integration.cli.test_up import REPOSITORY_ROOT, environment, free_port, mithaq
from tests.support.deployment.compose_file import own_services
from tests.support.waiting import TIMEOUT, is_alive, wait_until


@pytest.fixture(scope="module")
def settings_overrides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Return the settings that replace those of the containers; a Redis runs, and the database is migrated."""
    var = tmp_path_factory.mktemp("parts")
    migrate(f"sqlite:///{var}/mithaq.db")
    program = private_redis.find_server()
    assert program
    socket = private_redis.socket_path(var)
    with subprocess.Popen(private_redis.command(program, var=var, socket=socket)) as redis:
        wait_until(lambda: private_redis.is_reachable(socket))
        yield {
            "MITHAQ_VAR": str(var),
            "MITHAQ_DATABASE_URL": f"sqlite:///{var}/mithaq.db",
            "MITHAQ_REDIS_URL": private_redis.url(socket),
            "MITHAQ_FILES_URL": f"file://{var}/files",
            "MITHAQ_PORT": str(free_port()),
            "MITHAQ_HOST": "127.0.0.1",
        }
        redis.terminate()


@contextmanager
def run_part(name: str, here: dict[str, str], *options: str) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    """Run the service called `name` in docker-compose.yml; yield it and its output file."""
    part = own_services()[name]
    log = Path(here["MITHAQ_VAR"]) / f"{name}.log"
    settings = environment(**{**part["environment"], **here})
    with (
        log.open("wb") as words,
        subprocess.Popen(
            mithaq(*part["command"], *options), cwd=REPOSITORY_ROOT, env=settings, stdout=words, stderr=words
        ) as process,
    ):
        try:
            yield process, log
        finally:
            process.kill()


def terminate(process: "subprocess.Popen[bytes]") -> int:
    """Return the exit code after SIGTERM, which must follow within 10 seconds."""
    started_at = time.monotonic()
    process.send_signal(signal.SIGTERM)
    code = process.wait(timeout=TIMEOUT)
    assert time.monotonic() - started_at < 10
    return code


def queues_consumed(redis_url: str, *, answers: int) -> set[str]:
    with Celery(broker=celery_url(redis_url), set_as_current=False) as asking:
        workers = asking.control.inspect(timeout=10, limit=answers).active_queues()
    return {queue["name"] for worker in workers.values() for queue in worker}


def test_migrate_can_be_run_repeatedly(settings_overrides: dict[str, str]) -> None:
    """The service `migrate` itself, with the roles of PostgreSQL, runs in tests/support/compose_topology.py."""
    settings = environment(**{**own_services()["migrate"]["environment"], **settings_overrides})
    for _ in range(2):
        result = subprocess.run(
            mithaq("migrate"), cwd=REPOSITORY_ROOT, env=settings, capture_output=True, text=True, check=False
        )
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_web_answers_and_stops_on_sigterm(settings_overrides: dict[str, str]) -> None:
    with run_part("web", settings_overrides) as (process, log):
        wait_until(lambda: process.poll() is not None or is_healthy(Settings.load(settings_overrides)))
        assert terminate(process) in {0, -signal.SIGTERM}  # uvicorn re-raises the signal after shutdown
        (line,) = log.read_text().splitlines()
        port = settings_overrides["MITHAQ_PORT"]
        assert is_formatted(line) and line.endswith(f": The web server listens on port {port}.")


def test_worker_consumes_every_queue_and_stops_on_sigterm(settings_overrides: dict[str, str]) -> None:
    with run_part("worker", settings_overrides) as (process, log):
        wait_for_lanes(process, log, *LANES)
        assert queues_consumed(settings_overrides["MITHAQ_REDIS_URL"], answers=len(LANES)) == set(QUEUES.values())
        assert job_dispatch.list_lanes_without_worker(settings_overrides["MITHAQ_REDIS_URL"]) == []
        assert terminate(process) == 0


def test_one_lane_may_be_run_alone(settings_overrides: dict[str, str]) -> None:
    with run_part("worker", settings_overrides, "--lane", "mails") as (process, log):
        wait_for_lanes(process, log, "mails")
        assert queues_consumed(settings_overrides["MITHAQ_REDIS_URL"], answers=1) == {"notices", "sweep"}
        assert job_dispatch.list_lanes_without_worker(settings_overrides["MITHAQ_REDIS_URL"]) == ["files", "proofs"]
        assert terminate(process) == 0


def test_lane_that_ends_is_started_again_and_others_go_on(settings_overrides: dict[str, str]) -> None:
    with run_part("worker", settings_overrides) as (process, log):
        wait_for_lanes(process, log, *LANES)
        mails, *others = lane_processes(process)
        mails.kill()
        wait_until(lambda: log.read_bytes().count(b"mails@") > 1 or process.poll() is not None)
        again = lane_processes(process)
        assert len(again) == len(LANES)
        assert mails not in again
        assert set(others) <= set(again)
        assert terminate(process) == 0


def test_no_lane_outlives_a_killed_worker(settings_overrides: dict[str, str]) -> None:
    with run_part("worker", settings_overrides) as (process, log):
        wait_for_lanes(process, log, *LANES)
        descendants = psutil.Process(process.pid).children(recursive=True)
        assert len(descendants) >= 3
        process.kill()
        process.wait()
        wait_until(lambda: not any(is_alive(one) for one in descendants))


def wait_for_lanes(process: "subprocess.Popen[bytes]", log: Path, *lanes: str) -> None:
    wait_until(
        lambda: process.poll() is not None or all(re.search(rf"{lane}@\S+ ready", log.read_text()) for lane in lanes)
    )


def lane_processes(process: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    """Return the processes of the lanes, in the order of LANES."""
    return sorted(psutil.Process(process.pid).children(), key=lambda one: one.create_time())


def test_beat_starts_and_stops_on_sigterm(settings_overrides: dict[str, str]) -> None:
    with run_part("beat", {**settings_overrides, "MITHAQ_LOG": "debug"}) as (process, log):
        wait_until(lambda: process.poll() is not None or b"beat: Starting" in log.read_bytes())
        assert terminate(process) == 0
