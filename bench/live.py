"""Writing together: fifty people type five edits a second each, with carets, into one text of a running service.

What is timed is an edit from its writer to the replica of each other person, by when it is on disk. The service and
the people share the machine. `python -m bench.live_load` puts the same load on any service.
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
from service.job_dispatch import Silence
from service.sample import document as document_module
from service.sample.document import Cast
from service.store.db import connect
from service.store.migrate import migrate
from tests.support.web_processes import Web, private_redis, webs

SECONDS = float(os.environ.get("MITHAQ_BENCH_SECONDS", "20"))
VOCABULARY = ("نحن", "المنظمات", "على", "هذا", "البيان", "نؤكد", "أنّ", "الحرية", "حقّ", "لكلّ", "draft", "🙂", "article")
SHORT, LONG = 1_900, 60_000
"""Words of the two texts: about 10,000 characters, and a constitution."""
MEMORY = Path("/dev/shm")
"""A directory without a disk, where there is one."""

FEW = {"typists": 50, "typing": 50}
MANY = {"typists": 200, "typing": 10}


@dataclass
class House:
    """Web servers over one database, and a document in it."""

    cast: Cast
    document: str
    webs: list[Web]

    def editions(self) -> list[str]:
        return [f"{web.origin}/api/v1/documents/{self.document}/editions/ar" for web in self.webs]


def run() -> None:
    """Prints the tables."""
    head = ("text, servers", "edits/s", "arrived", "alike", "p50", "p95", "p99", "ack p50", "ack p99", "cpu", "MB")
    print("{:38} {:>7} {:>17} {:>6} {:>6} {:>6} {:>6} {:>8} {:>8} {:>5} {:>5}".format(*head))
    for name, words, count, people, directory in (
        ("10,000 characters", SHORT, 1, FEW, None),
        ("60,000 words", LONG, 1, FEW, None),
        ("60,000 words, no disk", LONG, 1, FEW, MEMORY),
        ("60,000 words, two servers", LONG, 2, FEW, None),
        ("10,000 characters, 200 here, 10 type", SHORT, 1, MANY, None),
    ):
        if directory is None or directory.is_dir():
            with house(words, count, directory=directory) as found:
                _line(name, found, people)


def _line(name: str, found: House, people: dict[str, int]) -> None:
    before = sum(_cpu(web) for web in found.webs)
    told = loaded(found.editions(), found.cast.people["lama"].token, people)
    cpu = sum(_cpu(web) for web in found.webs) - before
    rss = max(psutil.Process(web.pid).memory_info().rss for web in found.webs) / 1e6
    arrived = f"{told['delivered']:,}/{told['expected']:,}"
    alike = "yes" if told["texts"] == 1 and not told["unacknowledged"] else "NO"
    times = "{p50:6.0f} {p95:6.0f} {p99:6.0f} {ack_p50:8.0f} {ack_p99:8.0f}".format(**told)
    print(f"{name:38} {told['per_second']:7.0f} {arrived:>17} {alike:>6} {times} {cpu / SECONDS:5.0%} {rss:5.0f}")


def loaded(editions: Sequence[str], token: str, people: dict[str, int]) -> dict[str, Any]:
    """What the load script tells, run as a process of its own."""
    words = [f"--{name}={value}" for name, value in {**people, "rate": 5, "seconds": SECONDS, "token": token}.items()]
    command = [sys.executable, "-m", "bench.live_load", *words, *editions]
    told: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return told


@contextmanager
def house(words: int, count: int, *, directory: Path | None = None) -> Iterator[House]:
    """So many web servers on a text of so many words, its files in `directory` (default: where temporary files are)."""
    with tempfile.TemporaryDirectory(dir=directory) as place:
        settings = Settings(var=Path(place), sample=True)
        migrate(settings.database)
        database = connect(settings.database)
        cast = document_module.gather(database, origin=settings.public_origin)
        with database.write(Silence()) as tx:
            document = documents.open_document(
                tx,
                document_module.actor_of(tx, cast.people["lama"].id),
                kind="constitution",
                issued_by="coalition",
                authentic=["ar"],
                editions={"ar": documents.First("نصّ طويل", text(words))},
                front={},
            )
        database.close()
        with private_redis(Path(place)) as (_, url), webs(settings, count, redis_url=url) as found:
            yield House(cast, document, found)


def text(words: int) -> str:
    """A text of so many words in paragraphs of sixty."""
    chosen = random.Random(7)
    lines = (" ".join(chosen.choice(VOCABULARY) for _ in range(60)) for _ in range(words // 60))
    return "\n\n".join(lines)


def _cpu(web: Web) -> float:
    times = psutil.Process(web.pid).cpu_times()
    return float(times.user + times.system)
