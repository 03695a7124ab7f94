"""How long another person's write waits while somebody acts on a text of 1,000,000 code points, on SQLite.

Another thread commits one small row again and again: first alone (the bare commit), then during each act. Its longest
wait is printed, with the ratio to its longest wait alone. Then: the processor time of the reader for dense texts of
1,000,000 code points, with the ratio to plain text of that length.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import text

from bench.support.sample_instance import SampleBench, open_sample_bench
from service.actions.documents import documents, editions, versions
from service.actions.drafts import restore, save, unsaved_changes
from service.domain.errors import TooLarge
from service.domain.membership.people import Actor
from service.domain.text.markup.canonical import canonicalise
from service.domain.text.markup.parser import parse_markup
from service.job_dispatch import NullDispatcher
from service.store.db import Tx
from service.store.planning import run_planned

SMALL_WRITE = text("UPDATE person SET lang = 'ar' WHERE id = :id")
LENGTH = 1_000_000
ALONE = 3.0
"""Seconds for which the other person writes alone."""

SENTENCE = "The parties agree that every person has the right to take part in public life. "
ARTICLE = "## Article 1 {#a}\n\n" + SENTENCE * 4 + "\n\n"
DENSE = {
    "nested brackets": "[" * 99 + "]" * 99 + "\n\n",
    "emphasis": "_a",
    "paragraphs of one letter": "a\n\n",
    "list items": "- a\n",
    "links": "[a](https://b.c) ",
    "nested quotations": "> " * 9 + "a\n",
    "table rows": "|a|b|c|\n|-|-|-|\n" + "|1|2|3|\n" * 100 + "\n",
    "footnotes": "[^a]: b\n",
    "backticks": "`" * 99 + " ",
}


@dataclass
class OtherWriter:
    """Commits one small row again and again; the longest waits in milliseconds."""

    bench: SampleBench
    waits: list[float] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Write until stopped."""
        person = self.bench.members.people["karim"].id
        while not self.stop.wait(0.005):
            start = time.perf_counter()
            with self.bench.database.write(NullDispatcher()) as tx:
                tx.connection.execute(SMALL_WRITE, {"id": person})
            self.waits.append(1000 * (time.perf_counter() - start))


def run() -> None:
    """Print the tables."""
    with open_sample_bench() as bench:
        _print_waits(bench)
    _print_reader()


def _print_waits(bench: SampleBench) -> None:
    print(f"{'another person’s write, SQLite':32} {'act, s':>8} {'longest wait, ms':>18} {'ratio to alone':>16}")
    alone = max(_measure(bench, lambda: time.sleep(ALONE))[1])
    print(f"{'alone':32} {ALONE:8.1f} {alone:18.1f} {1:16.1f}")
    for name, act in _acts(bench):
        seconds, waits = _measure(bench, partial(run_planned, bench.database, NullDispatcher(), act))
        print(f"{name:32} {seconds:8.1f} {max(waits):18.1f} {max(waits) / alone:16.1f}")


def _measure(bench: SampleBench, act: Callable[[], object]) -> tuple[float, list[float]]:
    writer = OtherWriter(bench)
    thread = threading.Thread(target=writer.run)
    thread.start()
    start = time.perf_counter()
    try:
        act()
    finally:
        seconds = time.perf_counter() - start
        writer.stop.set()
        thread.join()
    return seconds, writer.waits


def _acts(bench: SampleBench) -> list[tuple[str, Callable[[Tx], object]]]:
    long_text = canonicalise(ARTICLE * (LENGTH // len(ARTICLE))).text
    changed = long_text.replace("public", "common", 2_000)
    lama, jihan = bench.actor("lama"), bench.actor("jihan")
    found: dict[str, Any] = {}

    def create(tx: Tx) -> None:
        found["id"] = _open(tx, lama, long_text)

    def add_edition(tx: Tx) -> None:
        initial = documents.InitialText("عنوان", long_text)
        editions.add(tx, lama, document_id=found["id"], lang="ar", initial=initial, authentic=False)

    def save_text(tx: Tx) -> None:
        save.save(tx, lama, document_id=found["id"], lang="en", text=changed, epoch=1, seq=1)

    def suggest(tx: Tx) -> None:
        position, last = (1, 2), changed + "\nOne more paragraph.\n"
        place = {"document_id": found["id"], "lang": "en"}
        found["sug"] = unsaved_changes.add_unsaved_change(
            tx, lama, **place, text=last, why="closed", position=position
        ).id

    def apply(tx: Tx) -> None:
        unsaved_changes.apply_unsaved_change(tx, jihan, document_id=found["id"], change_id=found["sug"])

    def cut(tx: Tx) -> None:
        versions.cut_version(tx, lama, document_id=found["id"])

    def restore_row(tx: Tx) -> None:
        restore.restore_position(tx, lama, document_id=found["id"], lang="en", seq=1)

    def renumber(tx: Tx) -> None:
        documents.set_numbering(tx, lama, document_id=found["id"], numbering="automatic")

    acts = [("create a document", create), ("save", save_text), ("keep an unsaved change", suggest)]
    acts += [("apply an unsaved change", apply), ("create a version", cut), ("restore", restore_row)]
    return [*acts, ("change the numbering", renumber), ("add a language", add_edition)]


def _open(tx: Tx, actor: Actor, long_text: str) -> str:
    return documents.open_document(
        tx,
        actor,
        kind="statement",
        issued_by="coalition",
        authentic=["en"],
        editions={"en": documents.InitialText("Long", long_text)},
        front={},
    )


def _print_reader() -> None:
    print(f"\n{'the reader, 1,000,000 code points':34} {'processor, s':>13} {'ratio to plain':>15}  result")
    plain, _ = _read(SENTENCE * 6 + "\n\n")
    print(f"{'plain paragraphs':34} {plain:13.2f} {1:15.1f}  read")
    for name, unit in {"articles": ARTICLE, **DENSE}.items():
        seconds, result = _read(unit)
        print(f"{name:34} {seconds:13.2f} {seconds / plain:15.1f}  {result}")


def _read(unit: str) -> tuple[float, str]:
    dense = canonicalise(unit * ((LENGTH - 1) // len(unit))).text
    start = time.process_time()
    try:
        parse_markup(dense)
        result = "read"
    except TooLarge as refused:
        result = refused.code
    return time.process_time() - start, result
