"""Fixtures: a running service with its documents, and Chromium."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from service.actions.comments import comments
from service.actions.publication import publications, translations
from service.sample import document as document_module
from service.sample.document import SampleMembers
from tests.support.factories import (
    SECRET,
    SampleInstance,
    cast_endorsement,
    close_round,
    complete_proofs,
    copy_template,
    create_document,
    create_sealed_document,
    cut_version,
    move_to_review,
    open_round,
    save_text,
)
from tests.support.in_process_server import serve_in_process
from tests.support.web_client import create_publication

CHROMIUM_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class RunningInstance:
    """A service at `origin`, and the paths of the documents of its sample instance."""

    origin: str
    instance: SampleInstance
    paths: dict[str, str]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, CHROMIUM_PROGRAMS)), None)
    if program is None:
        pytest.skip("no chromium on the PATH: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def running_instance(
    database_template: tuple[Path, SampleMembers], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningInstance]:
    instance = copy_template(*database_template, tmp_path_factory.mktemp("theatre") / "var")
    with serve(instance, _create_documents(instance)) as running_instance:
        yield running_instance
    instance.database.close()


@contextmanager
def serve(instance: SampleInstance, paths: dict[str, str]) -> Iterator[RunningInstance]:
    """Serve the sample instance on a port of its own."""
    with serve_in_process(instance) as (port, served_instance):
        yield RunningInstance(f"http://localhost:{port}", served_instance, paths)


def _create_documents(instance: SampleInstance) -> dict[str, str]:
    """Create one document in each phase from the texts of the sample."""
    sealed = document_module.create_sealed_document(
        instance.database, instance.members, secret=SECRET, prove=complete_proofs
    )
    published = create_publication(instance, sealed)
    in_round, round_id = _create_document_in_round(instance)
    translated = _create_translated(instance)
    return {
        "sealed": f"/documents/{sealed}",
        "version": f"/documents/{sealed}/versions/2",
        "comparison": f"/documents/{sealed}/comparison?old=1&new=2",
        "public": f"/p/{published}",
        "followed": f"/documents/{translated}",
        "translated": f"/p/{create_publication(instance, translated)}",
        "withdrawn": f"/p/{_create_withdrawn(instance)}",
        "asked": f"/documents/{in_round}",
        "round": f"/rounds/{round_id}",
        "draft": f"/documents/{_create_draft(instance)}",
        "approved": f"/documents/{_create_approved(instance)}",
        "organisation": f"/organisations/{instance.members.organisations['sindyan']}",
        "person": f"/people/{instance.members.people['lama'].id}",
    }


def _texts(number: int) -> dict[str, str]:
    return {lang: document_module.read_text(f"statement.{number}.{lang}.md") for lang in ("ar", "en")}


def _create_draft(instance: SampleInstance) -> str:
    document = create_document(instance, kind="constitution", texts=_texts(1))
    _create_comments(instance, document)
    cut_version(instance, document)
    save_text(instance, document, _texts(2)["ar"], by="jihan")
    return document


def _create_comments(instance: SampleInstance, document: str) -> None:
    """Create threads of every kind on the Arabic text: answered and assigned, within an organisation, resolved, and on
    words that the next text does not have."""
    text = _texts(1)["ar"]
    removed = next(line for line in text.splitlines() if len(line) > 40 and line not in _texts(2)["ar"])
    lines = [line for line in text.splitlines() if len(line) > 60 and line in _texts(2)["ar"]]
    mentioned = [instance.members.people["yusuf"].id]
    target: dict[str, Any] = {"document_id": document, "lang": "ar"}
    with instance.write() as tx:
        lama, jihan = instance.actor(tx, "lama"), instance.actor(tx, "jihan")

        def comment_on(words: str, body: str, scope: str = "all") -> str:
            start = text.index(words)
            at: dict[str, Any] = {"epoch": 1, "seq": 1, "start": start, "end": start + len(words), "quote": words}
            return comments.open_thread(tx, lama, **target, **at, body=body, scope=scope, mentions=mentioned).id

        with_question = comment_on(lines[0][:40], "من أين هذا الرقم؟ نحتاج مصدرًا يمكن الرجوع إليه.")
        comments.reply(tx, jihan, **target, thread=with_question, body="من تقرير المرصد، Report 2024/7.\nسأضيف حاشية.")
        comment_on(lines[1][:60], "لنتّفق على صيغتنا نحن أولًا.", "organisation")
        comment_on(removed[:50], "هذه الجملة أطول ممّا ينبغي.")
        resolved = comment_on(lines[-1][:30], "هل نُبقي هذه الخاتمة؟")
        comments.resolve(tx, jihan, **target, thread=resolved)


def _create_document_in_round(instance: SampleInstance) -> tuple[str, str]:
    document = create_document(instance, kind="letter", texts=_texts(2))
    cut_version(instance, document)
    move_to_review(instance, document)
    round_id = open_round(instance, document)
    words = {"ar": "نتحفّظ على المادة ١: نرى أن تكون المدّة أطول.", "en": "On Article 1: we prefer a longer time."}
    cast_endorsement(instance, round_id, "huda", "endorse_with_reservation", reservation=words)
    return document, round_id


def _create_approved(instance: SampleInstance) -> str:
    document = create_document(instance, texts=_texts(1))
    cut_version(instance, document)
    move_to_review(instance, document)
    round_id = open_round(instance, document)
    for signatory, position in (("yusuf", "endorse"), ("huda", "endorse"), ("nabil", "decline")):
        cast_endorsement(instance, round_id, signatory, position)
    close_round(instance, round_id)
    return document


def _create_translated(instance: SampleInstance) -> str:
    """Create a document approved in Arabic, with a later English translation."""
    document = create_sealed_document(instance)
    text = _texts(1)["en"]
    with instance.write() as tx:
        lama = instance.actor(tx, "lama")
        translations.add_translation(tx, lama, document_id=document, lang="en", title="An appeal of a day", text=text)
    return document


def _create_withdrawn(instance: SampleInstance) -> str:
    document = _create_approved(instance)
    publication = create_publication(instance, document)
    with instance.write() as tx:
        publications.withdraw(tx, instance.actor(tx, "reem"), document_id=document, note="نُشرت قبل أوانها.")
    return publication
