"""Live editing: fifty people type five edits per second each, with carets, into one text of a running service.

Measured: the latency from the writer of an edit to the replica of each other person, by which time it is on disk. The
service and the clients share the machine. `python -m bench.support.live_load` puts the same load on any service.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from service.actions.documents import documents
from service.config import Settings
from service.job_dispatch import NullDispatcher
from service.sample import document as document_module
from service.sample.document import SampleMembers
from service.store.db import connect
from service.store.migrate import migrate
from tests.support.web_processes import WebProcess, run_redis, run_web_processes

SECONDS = float(os.environ.get("MITHAQ_BENCH_SECONDS", "20"))
VOCABULARY = ("نحن", "المنظمات", "على", "هذا", "البيان", "نؤكد", "أنّ", "الحرية", "حقّ", "لكلّ", "draft", "🙂", "article")
SHORT_WORDS, LONG_WORDS = 1_900, 60_000
"""Words of the two texts: about 10,000 characters, and a constitution."""

MEMORY_DIRECTORY = Path("/dev/shm")
"""A directory in memory (tmpfs), where there is one."""

FEW_PEOPLE = {"typists": 50, "typing": 50}
MANY_PEOPLE = {"typists": 200, "typing": 10}


@dataclass
class LiveBench:
    """Web servers over one database, with one document in it."""

    members: SampleMembers
    document: str
    web_processes: list[WebProcess]

    def edition_urls(self) -> list[str]:
        """Return the API URL of the edition on each server."""
        return [f"{web.origin}/api/v1/documents/{self.document}/editions/ar" for web in self.web_processes]


def run() -> None:
    """Print the tables."""
    head = ("text, servers", "edits/s", "arrived", "equal", "p50", "p95", "p99", "ack p50", "ack p99", "cpu", "MB")
    print("{:38} {:>7} {:>17} {:>6} {:>6} {:>6} {:>6} {:>8} {:>8} {:>5} {:>5}".format(*head))
    for name, words, count, people, directory in (
        ("10,000 characters", SHORT_WORDS, 1, FEW_PEOPLE, None),
        ("60,000 words", LONG_WORDS, 1, FEW_PEOPLE, None),
        ("60,000 words, no disk", LONG_WORDS, 1, FEW_PEOPLE, MEMORY_DIRECTORY),
        ("60,000 words, two servers", LONG_WORDS, 2, FEW_PEOPLE, None),
        ("10,000 characters, 200 join, 10 type", SHORT_WORDS, 1, MANY_PEOPLE, None),
    ):
        if directory is None or directory.is_dir():
            with run_live_bench(words, count, directory=directory) as found:
                _print_row(name, found, people)


def _print_row(name: str, bench: LiveBench, people: dict[str, int]) -> None:
    before = sum(_cpu(web) for web in bench.web_processes)
    result = run_load(bench.edition_urls(), bench.members.people["lama"].token, people)
    cpu = sum(_cpu(web) for web in bench.web_processes) - before
    rss = max(psutil.Process(web.pid).memory_info().rss for web in bench.web_processes) / 1e6
    arrived = f"{result['delivered']:,}/{result['expected']:,}"
    alike = "yes" if result["texts"] == 1 and not result["unacknowledged"] else "NO"
    times = "{p50:6.0f} {p95:6.0f} {p99:6.0f} {ack_p50:8.0f} {ack_p99:8.0f}".format(**result)
    print(f"{name:38} {result['per_second']:7.0f} {arrived:>17} {alike:>6} {times} {cpu / SECONDS:5.0%} {rss:5.0f}")


def run_load(editions: Sequence[str], token: str, people: dict[str, int]) -> dict[str, Any]:
    """Return the output of the load script, run as a separate process."""
    words = [f"--{name}={value}" for name, value in {**people, "rate": 5, "seconds": SECONDS, "token": token}.items()]
    command = [sys.executable, "-m", "bench.support.live_load", *words, *editions]
    result: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return result


@contextmanager
def run_live_bench(words: int, count: int, *, directory: Path | None = None) -> Iterator[LiveBench]:
    """Run `count` web servers on a text of that many words.

    Their files are in `directory`, by default the temporary directory of the system.
    """
    with tempfile.TemporaryDirectory(dir=directory) as directory_path:
        settings = Settings(var=Path(directory_path), sample=True)
        migrate(settings.resolved_database_url)
        database = connect(settings.resolved_database_url)
        members = document_module.create_coalition(database, origin=settings.public_origin)
        with database.write(NullDispatcher()) as tx:
            document = documents.open_document(
                tx,
                document_module.load_actor(tx, members.people["lama"].id),
                kind="constitution",
                issued_by="coalition",
                authentic=["ar"],
                editions={"ar": documents.InitialText("نصّ طويل", random_text(words))},
                front={},
            )
        database.close()
        with run_redis(Path(directory_path)) as (_, url), run_web_processes(settings, count, redis_url=url) as found:
            yield LiveBench(members, document, found)


def random_text(words: int) -> str:
    """Return a text of that many words in paragraphs of sixty."""
    chosen = random.Random(7)
    lines = (" ".join(chosen.choice(VOCABULARY) for _ in range(60)) for _ in range(words // 60))
    return "\n\n".join(lines)


def _cpu(web: WebProcess) -> float:
    times = psutil.Process(web.pid).cpu_times()
    return float(times.user + times.system)
