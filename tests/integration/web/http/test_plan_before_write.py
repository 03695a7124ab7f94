"""Nobody who writes waits for what takes long: texts are read and compared before the transaction that saves them, and
strangers are turned away without one."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.actions.drafts import save
from service.domain.text.markup.parser import read as read_markup
from tests.integration.web.conftest import Caller
from tests.integration.web.drafts.test_edit_pages import TEXTS, text_of
from tests.support.factories import Stage, a_document, a_save
from tests.support.web_client import Reader, fields, opened, words

PATIENCE = 60
"""Seconds after which a test that hangs gives up."""


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


class Slow:
    """The reading of a text that holds `MARK` stops until it may go on."""

    MARK = "The long work."

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reading, self.may_go_on = threading.Event(), threading.Event()
        self.times, self._read = 0, read_markup
        monkeypatch.setattr(save, "read_markup", self)

    def __call__(self, text: str) -> object:
        if self.MARK in text:
            self.times += 1
            self.reading.set()
            assert self.may_go_on.wait(PATIENCE)
        return self._read(text)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    return Slow(monkeypatch)


def test_a_stranger_waits_for_nobody_who_writes(reader: Reader, stage: Stage) -> None:
    with ThreadPoolExecutor(1) as pool, stage.write():
        answer = pool.submit(reader.post, "/people", {"name": "Rana"}).result(PATIENCE)
        assert answer.status_code == 401
        refused = pool.submit(reader.post, "/documents/doc_none/texts/en", {"text": "x"}).result(PATIENCE)
        assert refused.status_code == 401


def test_a_preview_waits_for_nobody_who_writes(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    form = fields(reader.get(f"/documents/{document}/texts/en"))
    with ThreadPoolExecutor(1) as pool, stage.write():
        answer = pool.submit(reader.post, f"/documents/{document}/texts/en/preview", form).result(PATIENCE)
    assert answer.status_code == 200 and "The first text." in words(answer)


def test_others_write_while_a_long_text_is_read(reader: Reader, stage: Stage, slow: Slow) -> None:
    document, other = a_document(stage, texts=TEXTS), a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    form = fields(reader.get(f"/documents/{document}/texts/en"))
    form["text"] = form["text"].replace("The second text.", Slow.MARK)
    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(reader.post, f"/documents/{document}/texts/en", form)
        assert slow.reading.wait(PATIENCE)
        a_save(stage, other, "Another.\n", lang="en", by="jihan")
        slow.may_go_on.set()
        assert saving.result(PATIENCE).status_code == 200
    assert Slow.MARK in text_of(stage, document) and text_of(stage, other) == "Another.\n"
    assert slow.times == 1, "read before its transaction, and not again in it"


def test_what_others_wrote_meanwhile_is_merged_all_the_same(api: Caller, stage: Stage, slow: Slow) -> None:
    document = a_document(stage, texts=TEXTS)
    path = f"/documents/{document}/editions/en/draft"
    was = api.get(path, by="lama").json()
    body = {"text": was["text"].replace("The second text.", Slow.MARK), "epoch": was["epoch"], "seq": was["seq"]}
    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(api.call, "PUT", path, body, by="lama")
        assert slow.reading.wait(PATIENCE)
        a_save(stage, document, TEXTS["en"].replace("first", "opening"), lang="en", by="jihan")
        slow.may_go_on.set()
        answer = saving.result(PATIENCE)
    assert answer.status_code == 200 and answer.json()["merged"]
    assert Slow.MARK in text_of(stage, document) and "opening" in text_of(stage, document)


def test_the_same_words_changed_meanwhile_are_a_conflict(reader: Reader, stage: Stage, slow: Slow) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    form = fields(reader.get(f"/documents/{document}/texts/en"))
    form["text"] = form["text"].replace("The second text.", Slow.MARK)
    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(reader.post, f"/documents/{document}/texts/en", form)
        assert slow.reading.wait(PATIENCE)
        a_save(stage, document, TEXTS["en"].replace("second", "last"), lang="en", by="jihan")
        slow.may_go_on.set()
        answer = saving.result(PATIENCE)
    assert answer.status_code == 409 and Slow.MARK in words(answer)
    assert "last" in text_of(stage, document) and Slow.MARK not in text_of(stage, document)


def test_the_same_save_again_answers_as_before(api: Caller, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    path = f"/documents/{document}/editions/en/draft"
    was = api.get(path, by="lama").json()
    body = {"text": "First of all.\n", "epoch": was["epoch"], "seq": was["seq"]}
    first = api.call("PUT", path, body, by="lama", Idempotency_Key="k")
    a_save(stage, document, "Later.\n", lang="en", by="jihan")
    again = api.call("PUT", path, body, by="lama", Idempotency_Key="k")
    assert first.status_code == again.status_code == 200 and again.json() == first.json()
