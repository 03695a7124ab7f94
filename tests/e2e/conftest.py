"""The pages of a running service, and Debian's chromium to read them with."""

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
from service.sample.document import Cast
from tests.support.factories import (
    SECRET,
    Stage,
    a_cast,
    a_document,
    a_round,
    a_save,
    a_sealed_document,
    a_stage,
    a_version,
    in_review,
)
from tests.support.in_process_server import serving
from tests.support.web_client import a_publication

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Theatre:
    """A service that answers at `origin`, and the paths of what stands on its stage."""

    origin: str
    stage: Stage
    places: dict[str, str]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip("no chromium on the PATH: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def theatre(template: tuple[Path, Cast], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    stage = a_stage(*template, tmp_path_factory.mktemp("theatre") / "var")
    with served(stage, _play(stage)) as theatre:
        yield theatre
    stage.database.close()


@contextmanager
def served(stage: Stage, places: dict[str, str]) -> Iterator[Theatre]:
    """The service on a stage, answered on a port of its own."""
    with serving(stage) as (port, told):
        yield Theatre(f"http://localhost:{port}", told, places)


def _play(stage: Stage) -> dict[str, str]:
    """One document in each phase, made of the sample's texts."""
    sealed = document_module.perform(stage.database, stage.cast, secret=SECRET)
    published = a_publication(stage, sealed)
    asked, round_id = _asked(stage)
    followed = _followed(stage)
    return {
        "sealed": f"/documents/{sealed}",
        "version": f"/documents/{sealed}/versions/2",
        "comparison": f"/documents/{sealed}/comparison?old=1&new=2",
        "public": f"/p/{published}",
        "followed": f"/documents/{followed}",
        "translated": f"/p/{a_publication(stage, followed)}",
        "withdrawn": f"/p/{_withdrawn(stage)}",
        "asked": f"/documents/{asked}",
        "round": f"/rounds/{round_id}",
        "draft": f"/documents/{_draft(stage)}",
        "approved": f"/documents/{_approved(stage)}",
        "organisation": f"/organisations/{stage.cast.organisations['sindyan']}",
        "person": f"/people/{stage.cast.people['lama'].id}",
    }


def _texts(number: int) -> dict[str, str]:
    return {lang: document_module.text(f"statement.{number}.{lang}.md") for lang in ("ar", "en")}


def _draft(stage: Stage) -> str:
    document = a_document(stage, kind="constitution", texts=_texts(1))
    _talk(stage, document)
    a_version(stage, document)
    a_save(stage, document, _texts(2)["ar"], by="jihan")
    return document


def _talk(stage: Stage, document: str) -> None:
    """Threads of all kinds on the Arabic text: answered and asking, within an organisation, settled, and on words that
    the next text does not have."""
    text = _texts(1)["ar"]
    gone = next(line for line in text.splitlines() if len(line) > 40 and line not in _texts(2)["ar"])
    lines = [line for line in text.splitlines() if len(line) > 60 and line in _texts(2)["ar"]]
    asks = [stage.cast.people["yusuf"].id]
    place: dict[str, Any] = {"document_id": document, "lang": "ar"}
    with stage.write() as tx:
        lama, jihan = stage.actor(tx, "lama"), stage.actor(tx, "jihan")

        def on(words: str, body: str, scope: str = "all") -> str:
            start = text.index(words)
            at: dict[str, Any] = {"epoch": 1, "seq": 1, "start": start, "end": start + len(words), "quote": words}
            return comments.make(tx, lama, **place, **at, body=body, scope=scope, mentions=asks).id

        asked = on(lines[0][:40], "من أين هذا الرقم؟ نحتاج مصدرًا يمكن الرجوع إليه.")
        comments.reply(tx, jihan, **place, thread=asked, body="من تقرير المرصد، Report 2024/7.\nسأضيف حاشية.")
        on(lines[1][:60], "لنتّفق على صيغتنا نحن أولًا.", "organisation")
        on(gone[:50], "هذه الجملة أطول ممّا ينبغي.")
        settled = on(lines[-1][:30], "هل نُبقي هذه الخاتمة؟")
        comments.settle(tx, jihan, **place, thread=settled)


def _asked(stage: Stage) -> tuple[str, str]:
    document = a_document(stage, kind="letter", texts=_texts(2))
    a_version(stage, document)
    in_review(stage, document)
    round_id = a_round(stage, document)
    words = {"ar": "نتحفّظ على المادة ١: نرى أن تكون المدّة أطول.", "en": "On Article 1: we prefer a longer time."}
    a_cast(stage, round_id, "huda", "endorse_with_reservation", reservation=words)
    return document, round_id


def _approved(stage: Stage) -> str:
    document = a_document(stage, texts=_texts(1))
    a_version(stage, document)
    in_review(stage, document)
    round_id = a_round(stage, document, close_when_all_answered=True)
    for signatory, position in (("yusuf", "endorse"), ("huda", "endorse"), ("nabil", "decline")):
        a_cast(stage, round_id, signatory, position)
    return document


def _followed(stage: Stage) -> str:
    """Approved in Arabic; its English followed."""
    document = a_sealed_document(stage)
    text = _texts(1)["en"]
    with stage.write() as tx:
        lama = stage.actor(tx, "lama")
        translations.add(tx, lama, document_id=document, lang="en", title="An appeal of a day", text=text)
    return document


def _withdrawn(stage: Stage) -> str:
    document = _approved(stage)
    publication = a_publication(stage, document)
    with stage.write() as tx:
        publications.withdraw(tx, stage.actor(tx, "reem"), document_id=document, note="نُشرت قبل أوانها.")
    return publication
