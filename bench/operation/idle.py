"""Memory of an idle embedded instance, time until it is ready, and latency of job dispatch to a worker."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from service.cli.commands import demo
from service.cli.local import private_redis
from service.config import Settings
from service.job_dispatch import JobDispatcher, NullDispatcher, celery_url
from service.jobs import RENDER_EXPORT, Job
from service.store import jobs as jobs_store
from service.store.db import Database, connect, now_us
from service.store.tables import jobs as table
from tests.support.web_processes import run_redis

SETTLE_SECONDS = 5.0
"""Seconds after which a process without requests is idle."""

DISPATCHES = 40
MAX_IDLE_MB = 250
"""Goal of the whole instance (PSS)."""

BARE_WORKER = """
import os
from celery import Celery
Celery("bare", broker=os.environ["BROKER"]).worker_main(["--quiet", "worker", "--concurrency=2"])
"""


def run() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings.load({}, var=Path(directory) / "var", port=demo.free_port(), sample=True)
        demo.prepare_instance(settings)
        started_at = time.monotonic()
        with demo.running_instance(settings):
            ready = time.monotonic() - started_at
            time.sleep(SETTLE_SECONDS)
            memory = _memory_by_process()
            latencies = _dispatch_latencies(settings)
    print(f"{'start to ready':40} {ready:8.2f} s")
    for name, megabytes in memory.items():
        print(f"{'memory, idle: ' + name:40} {megabytes:8.0f} MB (PSS)")
    print(f"{'goal':40} {MAX_IDLE_MB:8} MB")
    print(f"{'a bare Celery worker with two processes':40} {_measure_bare_worker():8.0f} MB (PSS)")
    print(f"{'dispatch to start of task':40} {statistics.median(latencies):8.1f} ms (median of {DISPATCHES})")


def _memory_by_process() -> dict[str, float]:
    """Return the megabytes of each process of the running instance, and of all; shared memory is counted once."""
    found: dict[str, float] = {}
    for process in psutil.Process().children(recursive=True):
        name = _process_name(process)
        found[name] = found.get(name, 0) + process.memory_full_info().pss / 1e6
    return {**found, "all": sum(found.values())}


def _process_name(process: psutil.Process) -> str:
    if process.name().startswith("mithaq-"):
        return process.name().removeprefix("mithaq-")
    words = process.cmdline()
    names = {"worker": "the process they are forked from", "up": "up", "watch": "watch"}
    return next((name for word, name in names.items() if word in words), "redis")


def _measure_bare_worker() -> float:
    """Return the megabytes of a Celery worker without tasks."""
    command = (sys.executable, "-c", BARE_WORKER)
    with tempfile.TemporaryDirectory() as directory, run_redis(Path(directory)) as redis:
        environ = {**os.environ, "BROKER": celery_url(redis[1])}
        with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                time.sleep(SETTLE_SECONDS)
                worker = psutil.Process(process.pid)
                family = [worker, *worker.children(recursive=True)]
                return sum(one.memory_full_info().pss for one in family) / 1e6
            finally:
                process.terminate()


def _dispatch_latencies(settings: Settings) -> list[float]:
    """Return the milliseconds from dispatch to claim of each job.

    The subject of the jobs does not exist, so that they fail at once.
    """
    database = connect(settings.resolved_database_url)
    dispatcher = JobDispatcher(private_redis.url(private_redis.socket_path(settings.var)))
    try:
        return [_measure_dispatch(database, dispatcher, number) for number in range(DISPATCHES)]
    finally:
        database.close()


def _measure_dispatch(database: Database, dispatcher: JobDispatcher, number: int) -> float:
    with database.write(NullDispatcher()) as tx:
        jobs_store.enqueue(tx, RENDER_EXPORT, ref=f"exp_bench{number}", effect_key=f"bench-{number}")
    with database.read() as tx:
        query = table.select().where(table.c.ref == f"exp_bench{number}")
        id = tx.connection.execute(query).one().id
    dispatched_at = now_us()
    dispatcher.dispatch(Job(RENDER_EXPORT, id))
    while True:
        with database.read() as tx:
            row = tx.connection.execute(query).one()
        if row.state == "failed":
            return float(row.tried_since - dispatched_at) / 1000
        time.sleep(0.01)
