"""What the embedded house costs when nobody uses it, how soon it is ready, and how soon a worker hears the bell."""

import statistics
import tempfile
import time
from pathlib import Path

import psutil

from service.cli.commands import demo
from service.cli.local import private_redis
from service.config import Settings
from service.job_dispatch import Bell, Silence
from service.jobs import RENDER_EXPORT, Job
from service.store import jobs as jobs_store
from service.store.db import Database, connect, now_us
from service.store.tables import jobs as table

SETTLES = 5.0
"""Seconds after which a process that nobody asks anything is idle."""

RINGS = 40


def run() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings.read({}, var=Path(directory) / "var", port=demo.free_port(), sample=True)
        demo.prepared(settings)
        began = time.monotonic()
        with demo.running(settings):
            ready = time.monotonic() - began
            time.sleep(SETTLES)
            memory = _memory()
            heard = _heard(settings)
    print(f"{'ready after it is started':40} {ready:8.2f} s")
    for name, megabytes in memory.items():
        print(f"{'memory, idle: ' + name:40} {megabytes:8.0f} MB (PSS)")
    print(f"{'from the bell to the start of the task':40} {statistics.median(heard):8.1f} ms (median of {RINGS})")


def _memory() -> dict[str, float]:
    """Megabytes of each part of the running house, and of all; what processes share is counted once."""
    found: dict[str, float] = {}
    for process in psutil.Process().children(recursive=True):
        name = _name(process.cmdline())
        found[name] = found.get(name, 0) + process.memory_full_info().pss / 1e6
    return {**found, "all": sum(found.values())}


def _name(words: list[str]) -> str:
    for part in ("serve", "worker", "beat", "up", "watch"):
        if part in words:
            return part
    return "redis" if "redis-server" in " ".join(words) else "other"


def _heard(settings: Settings) -> list[float]:
    """Milliseconds from ringing to the claim, for jobs whose thing is gone and that are therefore soon over."""
    database = connect(settings.database)
    bell = Bell(private_redis.url(private_redis.socket_path(settings.var)))
    try:
        return [_once(database, bell, number) for number in range(RINGS)]
    finally:
        database.close()


def _once(database: Database, bell: Bell, number: int) -> float:
    with database.write(Silence()) as tx:
        jobs_store.enqueue(tx, RENDER_EXPORT, ref=f"exp_bench{number}", effect_key=f"bench-{number}")
    with database.read() as tx:
        query = table.select().where(table.c.ref == f"exp_bench{number}")
        id = tx.connection.execute(query).one().id
    rung = now_us()
    bell.ring(Job(RENDER_EXPORT, id))
    while True:
        with database.read() as tx:
            row = tx.connection.execute(query).one()
        if row.state == "failed":
            return float(row.tried_since - rung) / 1000
        time.sleep(0.01)
