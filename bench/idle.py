"""Memory of an idle embedded instance, time until it is ready, and latency of job dispatch to a worker."""

import statistics
import tempfile
import time
from pathlib import Path

import psutil

from service.cli.commands import demo
from service.cli.local import private_redis
from service.config import Settings
from service.job_dispatch import JobDispatcher, NullDispatcher
from service.jobs import RENDER_EXPORT, Job
from service.store import jobs as jobs_store
from service.store.db import Database, connect, now_us
from service.store.tables import jobs as table

SETTLE_SECONDS = 5.0
"""Seconds after which a process without requests is idle."""

DISPATCHES = 40


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
    print(f"{'dispatch to start of task':40} {statistics.median(latencies):8.1f} ms (median of {DISPATCHES})")


def _memory_by_process() -> dict[str, float]:
    """Return the megabytes of each process of the running instance, and of all; shared memory is counted once."""
    found: dict[str, float] = {}
    for process in psutil.Process().children(recursive=True):
        name = _process_name(process.cmdline())
        found[name] = found.get(name, 0) + process.memory_full_info().pss / 1e6
    return {**found, "all": sum(found.values())}


def _process_name(words: list[str]) -> str:
    for part in ("serve", "worker", "beat", "up", "watch"):
        if part in words:
            return part
    return "redis" if any(name in " ".join(words) for name in private_redis.PROGRAMS) else "other"


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
