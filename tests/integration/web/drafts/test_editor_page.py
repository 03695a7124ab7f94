"""The editor is offered where drafts are live, and the plain form stands wherever it is not."""

import dataclasses
import json
from collections.abc import Iterator

import pytest

from service.web.drafts import editor_config
from tests.support.factories import Stage, a_document, a_version, in_review
from tests.support.web_client import Reader, opened, tree

TEXTS = {"ar": "نصّ أوّل.\n", "en": "The first text.\n"}


@pytest.fixture
def reader(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    monkeypatch.setattr(editor_config, "style", lambda name: f"/static/{name}")
    yield from opened(dataclasses.replace(stage, house=dataclasses.replace(stage.house, live=True)))


def policy(answer: object) -> str:
    return str(answer.headers["content-security-policy"])  # type: ignore[attr-defined]  # a response of the test client


def test_who_may_not_write_is_offered_nothing(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("huda")
    answer = reader.get(f"/documents/{document}/texts/ar")
    assert answer.status_code in (403, 404)
    assert "nonce" not in policy(answer)


def test_the_page_names_the_room_and_lends_its_words(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    answer = reader.get(f"/documents/{document}/texts/en")
    (place,) = tree(answer).xpath("//*[@id='editor']")
    assert place.get("data-live") == f"/api/v1/documents/{document}/editions/en/live"
    spoken = json.loads(place.get("data-spoken"))
    assert set(spoken["says"]) == set(editor_config.SAYS)
    assert all("other" in forms for forms in spoken["counts"].values())
    (script,) = tree(answer).xpath("//script[@nonce]")
    assert f"style-src 'self' 'nonce-{script.get('nonce')}';" in policy(answer)
    assert "unsafe" not in policy(answer)


def test_who_does_not_write_is_shown_the_way_to_read_along(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("reem")
    assert reader.get(f"/documents/{document}/texts/en/read").status_code == 404
    reader.sign_in("nabil")
    path = f"/documents/{document}/texts/en/read"
    assert tree(reader.get(f"/documents/{document}?lang=en")).xpath(f"//a[@href='{path}']")
    answer = reader.get(path)
    (place,) = tree(answer).xpath("//*[@id='editor']")
    assert place.get("data-edition") == f"/api/v1/documents/{document}/editions/en"
    assert "The first text." in answer.text and not tree(answer).xpath("//textarea[@name='text']")
    assert "'nonce-" in policy(answer)
    assert reader.get(f"/documents/{document}/texts/fr/read").status_code == 404
    reader.sign_in("lama")
    assert not tree(reader.get(f"/documents/{document}?lang=en")).xpath(f"//a[@href='{path}']")
    a_version(stage, document)
    in_review(stage, document)
    assert tree(reader.get(f"/documents/{document}?lang=en")).xpath(f"//a[@href='{path}']")
    assert "in review" in reader.get(path).text


def test_each_page_has_its_own_nonce(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    path = f"/documents/{document}/texts/en"
    assert policy(reader.get(path)) != policy(reader.get(path))


def test_words_that_are_not_saved_stay_in_the_plain_form(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    form = {"title": "T", "title_was": "Title en", "text": "Mine.", "epoch": "1", "seq": "1"}
    answer = reader.post(f"/documents/{document}/texts/en/preview", form)
    assert not tree(answer).xpath("//*[@id='editor']")


def test_without_rooms_or_without_the_script_there_is_the_plain_form(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = a_document(stage, texts=TEXTS)
    for live, address in ((False, "/static/built/editor.js"), (True, "")):
        monkeypatch.setattr(editor_config, "style", lambda _, address=address: address)
        house = dataclasses.replace(stage.house, live=live)
        for reader in opened(dataclasses.replace(stage, house=house)):
            reader.sign_in("lama")
            answer = reader.get(f"/documents/{document}/texts/en")
            assert not tree(answer).xpath("//*[@id='editor']")
            assert tree(answer).xpath("//textarea[@name='text']")


def test_numbers_that_nobody_types_come_with_the_page(reader: Reader, stage: Stage) -> None:
    reader.sign_in("lama")
    for numbering, lent in (("typed", False), ("automatic", True)):
        document = a_document(stage, texts=TEXTS, numbering=numbering)
        (place,) = tree(reader.get(f"/documents/{document}/texts/ar")).xpath("//*[@id='editor']")
        assert (place.get("data-numbers") is not None) == lent
    counted = json.loads(place.get("data-numbers"))
    assert counted["lists"][counted["units"]["article"]][:2] == ["الأولى", "الثانية"]
