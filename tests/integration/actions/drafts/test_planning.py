"""No action reads a text while it holds the write lock, and a draft in which many write still gets its versions."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from service.actions.comments import comments
from service.actions.documents import documents, editions, versions, word_import
from service.actions.drafts import live, planned_row, restore, save, unsaved_changes
from service.actions.endorsement import urgent_sending
from service.actions.publication import translations
from service.change_notification import ChangeNotifier
from service.domain.crdt.text_edits import Edit
from service.domain.documents.version import Version
from service.domain.errors import TooLarge, Unavailable
from service.domain.membership.people import Actor
from service.store import planning as planning_store
from service.store.db import Database, Tx
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.drafts import pauses as pauses_store
from service.store.drafts import word_imports as word_imports_store
from service.store.plans import DraftPaused
from tests.support.factories import (
    SampleInstance,
    create_document,
    create_sealed_document,
    create_unsaved_change,
    cut_version,
    ensure_signatory,
    save_text,
)
from tests.support.word_files import build_document

TEXT = "## Article 1 {#one}\n\nA first text.\n"
BRACKETS = ("[" * 99 + "]" * 99 + "\n\n") * 300
"""60,000 code points under every limit of length and depth, each paragraph with 99 nested brackets."""


@dataclass(frozen=True)
class PausedDatabase(Database):
    """Calls `before_read` each time a result is about to be computed."""

    before_read: Callable[[], None] = field(default=lambda: None)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        self.before_read()
        with super().read() as tx:
            yield tx


def paused(instance: SampleInstance, before_read: Callable[[], None]) -> Database:
    of = instance.database
    notifier: ChangeNotifier = of.notifier
    return PausedDatabase(of.engine, of.write_lock, notifier, before_read=before_read)


def act_on(instance: SampleInstance, name: str) -> Callable[[Tx], object]:
    """Prepare what the action `name` needs, and return it."""
    if name == "translate":
        sealed = create_sealed_document(instance)
        arguments: dict[str, Any] = {"document_id": sealed, "lang": "en", "title": "Title", "text": TEXT}
        return acting(instance, "karim", translations.add_translation, **arguments)
    urgent = name == "send out"
    document = create_document(instance, texts={"en": TEXT}, urgent=urgent)
    place: dict[str, Any] = {"document_id": document, "lang": "en"}
    if name == "create":
        return lambda tx: open_document(tx, instance.actor(tx, "lama"))
    if name == "renumber":
        return acting(instance, "lama", documents.set_numbering, document_id=document, numbering="automatic")
    if name == "cut":
        return acting(instance, "lama", versions.cut_version, document_id=document)
    if name == "send out":
        ensure_signatory(instance)
        return acting(instance, "salma", urgent_sending.send_out, document_id=document, hours=2, at_least=1)
    if name == "add edition":
        initial = documents.InitialText("عنوان", "نصّ.\n")
        arguments = {"document_id": document, "lang": "ar", "initial": initial, "authentic": False}
        return acting(instance, "lama", editions.add, **arguments)
    if name.startswith("restore"):
        cut_version(instance, document)
        save_text(instance, document, TEXT + "\nMore.\n", lang="en")
        if name == "restore row":
            return acting(instance, "lama", restore.restore_position, **place, seq=1)
        return acting(instance, "lama", restore.restore_version, **place, number=1)
    if name == "apply":
        found = create_unsaved_change(instance, document, TEXT + "\nMore.\n", lang="en")
        arguments = {"document_id": document, "change_id": found.id}
        return acting(instance, "jihan", unsaved_changes.apply_unsaved_change, **arguments)
    if name == "suggest":
        arguments = {**place, "text": TEXT + "\nMore.\n", "why": "closed", "position": (1, 1)}
        return acting(instance, "lama", unsaved_changes.add_unsaved_change, **arguments)
    if name == "save":
        return acting(instance, "lama", save.save, **place, text=TEXT + "\nMore.\n", epoch=1, seq=1)
    if name == "comment":
        passage = {"start": 3, "end": 10, "quote": "Article", "body": "Why?", "scope": "all"}
        return acting(instance, "lama", comments.open_thread, **place, epoch=1, seq=1, **passage)
    assert name == "accept import"
    with instance.write() as tx:
        actor = instance.actor(tx, "lama")
        id = word_import.add_import(
            tx, actor, document_id=document, lang="en", data=build_document(lambda one: one.add_paragraph("A text."))
        )
        word_imports_store.mark_ready(tx, id, text=TEXT, found={})
    return acting(instance, "lama", word_import.accept_import, import_id=id, text=TEXT + "\nMore.\n")


def acting(
    instance: SampleInstance, by: str, action: Callable[..., object], **arguments: Any
) -> Callable[[Tx], object]:
    return lambda tx: action(tx, instance.actor(tx, by), **arguments)


def open_document(tx: Tx, actor: Actor) -> str:
    texts = {"ar": documents.InitialText("عنوان", "نصّ.\n"), "en": documents.InitialText("Title", TEXT)}
    return documents.open_document(
        tx, actor, kind="statement", issued_by="coalition", authentic=["ar"], editions=texts, front={}
    )


ACTIONS = ("create", "renumber", "cut", "send out", "add edition", "restore version", "restore row", "apply")
MORE_ACTIONS = ("suggest", "save", "comment", "accept import", "translate")


@pytest.mark.parametrize("name", [*ACTIONS, *MORE_ACTIONS])
def test_others_write_while_an_action_reads_its_texts(instance: SampleInstance, name: str) -> None:
    work = act_on(instance, name)
    is_reading, may_read = threading.Event(), threading.Event()

    def before_read() -> None:
        is_reading.set()
        assert may_read.wait(30)

    results: list[object] = []
    database = paused(instance, before_read)
    thread = threading.Thread(
        target=lambda: results.append(planning_store.run_planned(database, instance.dispatcher, work)), daemon=True
    )
    thread.start()
    assert is_reading.wait(30)
    other = threading.Thread(target=create_document, args=[instance], daemon=True)
    other.start()
    other.join(30)
    assert not other.is_alive(), "another person's write waited for the texts of this one"
    may_read.set()
    thread.join(30)
    assert results


def type_row(instance: SampleInstance, draft: str, word: str) -> None:
    """Append one row as the live room does. Raises DraftPaused."""
    with instance.read() as tx:
        copy = planned_row.load_shared_text(tx, draft, epoch=1)
    data = copy.splice([Edit(len(copy.text), len(copy.text), word)])
    person = instance.members.people["jihan"].id
    with instance.write() as tx:
        after = journal_store.get_head(tx, draft).seq
        claims = {copy.client_id: person}
        live.append_updates(tx, draft, epoch=1, after=after, rows=[(person, data)], claims=claims)


class Typist:
    """Types a word each time a result is about to be computed, as long as the draft is not paused."""

    def __init__(self, instance: SampleInstance, draft: str, word: str) -> None:
        self._type = partial(type_row, instance, draft, word)
        self.typed = self.kept_waiting = 0

    def __call__(self) -> None:
        try:
            self._type()
            self.typed += 1
        except DraftPaused:
            self.kept_waiting += 1


def draft_text(instance: SampleInstance, draft: str) -> str:
    with instance.read() as tx:
        return planned_row.load_shared_text(tx, draft, epoch=1).text


def test_draft_that_moves_each_time_is_paused_and_loses_nothing(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": TEXT})
    draft = f"{document}.en"
    typist = Typist(instance, draft, "typed\n")
    work = acting(instance, "lama", documents.set_numbering, document_id=document, numbering="automatic")
    planning_store.run_planned(paused(instance, typist), instance.dispatcher, work)
    assert (typist.typed, typist.kept_waiting) == (planning_store.PLAN_ATTEMPTS, 1)
    type_row(instance, draft, "and goes on")
    expected = "## Article {#one}\n\nA first text.\n" + "typed\n" * planning_store.PLAN_ATTEMPTS
    assert draft_text(instance, draft) == expected + "and goes on"


def test_version_is_of_the_row_that_was_read_when_others_write_on(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": TEXT})
    typist = Typist(instance, f"{document}.en", "typed\n")
    work = acting(instance, "lama", versions.cut_version, document_id=document)
    planning_store.run_planned(paused(instance, typist), instance.dispatcher, work)
    with instance.read() as tx:
        latest = versions_store.get_latest(tx, document)
    assert isinstance(latest, Version)
    cut = latest.editions["en"]
    with instance.read() as tx:
        assert planned_row.load_shared_text(tx, f"{document}.en", epoch=1, upto=cut.seq).text == cut.text
    assert (cut.seq, typist.typed, typist.kept_waiting) == (1, 1, 0)
    assert draft_text(instance, f"{document}.en") == TEXT + "typed\n"


def test_pause_that_ended_too_early_refuses_the_action(
    instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning_store, "MAX_PAUSE", 0)
    document = create_document(instance, texts={"en": TEXT})
    typist = Typist(instance, f"{document}.en", "typed\n")
    work = acting(instance, "lama", documents.set_numbering, document_id=document, numbering="automatic")
    with pytest.raises(Unavailable) as refused:
        planning_store.run_planned(paused(instance, typist), instance.dispatcher, work)
    assert refused.value.code == "draft_busy"
    assert draft_text(instance, f"{document}.en") == TEXT + "typed\n" * (
        planning_store.PLAN_ATTEMPTS + planning_store.MAX_PAUSES
    )


def test_save_waits_for_the_pause_of_another_action(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": TEXT})
    with instance.write() as tx:
        pauses_store.set_pause(tx, f"{document}.en", until=tx.now + 300_000)
    work = acting(instance, "lama", save.save, document_id=document, lang="en", text=TEXT + "\nMore.\n", epoch=1, seq=1)
    planning_store.run_planned(instance.database, instance.dispatcher, work)
    assert draft_text(instance, f"{document}.en") == TEXT + "\nMore.\n"


def test_text_that_takes_too_long_to_read_is_refused_on_entry_with_its_place(instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": TEXT})
    with pytest.raises(TooLarge) as refused:
        save_text(instance, document, TEXT + "\n" + BRACKETS, lang="en")
    assert refused.value.code == "text_too_complex"
    assert refused.value.extra["excerpt"] == "[" * 60 + "…"
    type_row(instance, f"{document}.en", "\n" + BRACKETS)
    with pytest.raises(TooLarge):
        cut_version(instance, document)
    save_text(instance, document, TEXT + "\nWithout them.\n", lang="en")
    assert cut_version(instance, document) == 1
