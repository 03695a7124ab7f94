"""Nobody who writes waits for what takes long: texts are read and compared before the transaction that saves them, and
strangers are turned away without one."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.actions.drafts import save
from service.domain.text.markup.parser import parse_markup
from tests.integration.web.conftest import ApiTestClient
from tests.integration.web.drafts.test_edit_pages import TEXTS, draft_text
from tests.support.factories import SampleInstance, create_document, save_text
from tests.support.web_client import WebClient, form_fields, open_web_client, page_text

PATIENCE = 60
"""Seconds after which a test that hangs gives up."""


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


class BlockedReader:
    """The reading of a text that holds `MARK` stops until it may go on."""

    MARK = "The long work."

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reading, self.may_go_on = threading.Event(), threading.Event()
        self.times, self._read = 0, parse_markup
        monkeypatch.setattr(save, "parse_markup", self)

    def __call__(self, text: str) -> object:
        if self.MARK in text:
            self.times += 1
            self.reading.set()
            assert self.may_go_on.wait(PATIENCE)
        return self._read(text)


@pytest.fixture
def blocked_reader(monkeypatch: pytest.MonkeyPatch) -> BlockedReader:
    return BlockedReader(monkeypatch)


def test_a_stranger_waits_for_nobody_who_writes(web_client: WebClient, instance: SampleInstance) -> None:
    with ThreadPoolExecutor(1) as pool, instance.write():
        answer = pool.submit(web_client.post, "/people", {"name": "Rana"}).result(PATIENCE)
        assert answer.status_code == 401
        refused = pool.submit(web_client.post, "/documents/doc_none/texts/en", {"text": "x"}).result(PATIENCE)
        assert refused.status_code == 401


def test_a_preview_waits_for_nobody_who_writes(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    form = form_fields(web_client.get(f"/documents/{document}/texts/en"))
    with ThreadPoolExecutor(1) as pool, instance.write():
        answer = pool.submit(web_client.post, f"/documents/{document}/texts/en/preview", form).result(PATIENCE)
    assert answer.status_code == 200 and "The first text." in page_text(answer)


def test_others_write_while_a_long_text_is_read(
    web_client: WebClient, instance: SampleInstance, blocked_reader: BlockedReader
) -> None:
    document, other = create_document(instance, texts=TEXTS), create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    form = form_fields(web_client.get(f"/documents/{document}/texts/en"))
    form["text"] = form["text"].replace("The second text.", BlockedReader.MARK)
    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(web_client.post, f"/documents/{document}/texts/en", form)
        assert blocked_reader.reading.wait(PATIENCE)
        save_text(instance, other, "Another.\n", lang="en", by="jihan")
        blocked_reader.may_go_on.set()
        assert saving.result(PATIENCE).status_code == 200
    assert BlockedReader.MARK in draft_text(instance, document) and draft_text(instance, other) == "Another.\n"
    assert blocked_reader.times == 1, "read before its transaction, and not again in it"


def test_what_others_wrote_meanwhile_is_merged_all_the_same(
    api: ApiTestClient, instance: SampleInstance, blocked_reader: BlockedReader
) -> None:
    document = create_document(instance, texts=TEXTS)
    path = f"/documents/{document}/editions/en/draft"
    was = api.get(path, by="lama").json()
    body = {
        "text": was["text"].replace("The second text.", BlockedReader.MARK),
        "epoch": was["epoch"],
        "seq": was["seq"],
    }
    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(api.call, "PUT", path, body, by="lama")
        assert blocked_reader.reading.wait(PATIENCE)
        save_text(instance, document, TEXTS["en"].replace("first", "opening"), lang="en", by="jihan")
        blocked_reader.may_go_on.set()
        answer = saving.result(PATIENCE)
    assert answer.status_code == 200 and answer.json()["merged"]
    assert BlockedReader.MARK in draft_text(instance, document) and "opening" in draft_text(instance, document)


def test_the_same_words_changed_meanwhile_are_a_conflict(
    web_client: WebClient, instance: SampleInstance, blocked_reader: BlockedReader
) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    form = form_fields(web_client.get(f"/documents/{document}/texts/en"))
    form["text"] = form["text"].replace("The second text.", BlockedReader.MARK)
    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(web_client.post, f"/documents/{document}/texts/en", form)
        assert blocked_reader.reading.wait(PATIENCE)
        save_text(instance, document, TEXTS["en"].replace("second", "last"), lang="en", by="jihan")
        blocked_reader.may_go_on.set()
        answer = saving.result(PATIENCE)
    assert answer.status_code == 409 and BlockedReader.MARK in page_text(answer)
    assert "last" in draft_text(instance, document) and BlockedReader.MARK not in draft_text(instance, document)


def test_the_same_save_again_answers_as_before(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    path = f"/documents/{document}/editions/en/draft"
    was = api.get(path, by="lama").json()
    body = {"text": "First of all.\n", "epoch": was["epoch"], "seq": was["seq"]}
    first = api.call("PUT", path, body, by="lama", Idempotency_Key="k")
    save_text(instance, document, "Later.\n", lang="en", by="jihan")
    again = api.call("PUT", path, body, by="lama", Idempotency_Key="k")
    assert first.status_code == again.status_code == 200 and again.json() == first.json()
