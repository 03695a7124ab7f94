"""The editor is offered where drafts are live, and the plain form everywhere else."""

import dataclasses
import json
from collections.abc import Iterator

import pytest

from service.web.drafts import editor_config
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review
from tests.support.web_client import ORIGIN, WebClient, error_code, open_web_client, parse_page

TEXTS = {"ar": "نصّ أوّل.\n", "en": "The first text.\n"}


@pytest.fixture
def web_client(instance: SampleInstance, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebClient]:
    monkeypatch.setattr(editor_config, "asset_url", lambda name: f"/static/{name}")
    yield from open_web_client(
        dataclasses.replace(instance, app_state=dataclasses.replace(instance.app_state, has_live_editing=True))
    )


def csp_of(response: object) -> str:
    return str(response.headers["content-security-policy"])  # type: ignore[attr-defined]  # a response of the test client


def test_reader_without_write_access_is_offered_nothing(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("huda")
    response = web_client.get(f"/documents/{document}/texts/ar")
    assert response.status_code in (403, 404)
    assert "nonce" not in csp_of(response)


def test_page_has_room_address_and_messages(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    response = web_client.get(f"/documents/{document}/texts/en")
    (place,) = parse_page(response).xpath("//*[@id='editor']")
    assert place.get("data-live") == f"/api/v1/documents/{document}/editions/en/live"
    spoken = json.loads(place.get("data-spoken"))
    assert set(spoken["says"]) == set(editor_config.EDITOR_MESSAGES)
    assert all("other" in forms for forms in spoken["counts"].values())
    (script,) = parse_page(response).xpath("//script[@nonce]")
    assert f"style-src 'self' 'nonce-{script.get('nonce')}';" in csp_of(response)
    assert "unsafe" not in csp_of(response)


def test_rejected_word_file_leaves_the_editor_as_it_was(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    path = f"/documents/{document}/texts/en"
    response = web_client.client.post(
        f"{path}/word", files={"file": ("a.docx", b"no file")}, headers={"origin": ORIGIN, "accept-language": "ar"}
    )
    assert (response.status_code, error_code(response)) == (400, "word_file_type")
    (place,) = parse_page(response).xpath("//*[@id='editor']")
    assert place.get("data-live") == f"/api/v1/documents/{document}/editions/en/live"
    assert "The first text." in response.text and "ليس ملف" in response.text
    again = web_client.get(f"{path}/word")
    assert (again.status_code, again.url.path) == (200, path)


def test_reader_is_offered_to_follow_live(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("reem")
    assert web_client.get(f"/documents/{document}/texts/en/read").status_code == 404
    web_client.sign_in("nabil")
    path = f"/documents/{document}/texts/en/read"
    assert parse_page(web_client.get(f"/documents/{document}?lang=en")).xpath(f"//a[@href='{path}']")
    response = web_client.get(path)
    (place,) = parse_page(response).xpath("//*[@id='editor']")
    assert place.get("data-edition") == f"/api/v1/documents/{document}/editions/en"
    assert "The first text." in response.text and not parse_page(response).xpath("//textarea[@name='text']")
    assert "'nonce-" in csp_of(response)
    assert web_client.get(f"/documents/{document}/texts/fr/read").status_code == 404
    web_client.sign_in("lama")
    assert not parse_page(web_client.get(f"/documents/{document}?lang=en")).xpath(f"//a[@href='{path}']")
    cut_version(instance, document)
    move_to_review(instance, document)
    assert parse_page(web_client.get(f"/documents/{document}?lang=en")).xpath(f"//a[@href='{path}']")
    assert "in review" in web_client.get(path).text


def test_asvs_10_each_response_with_a_script_has_its_own_nonce(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    path = f"/documents/{document}/texts/en"
    assert csp_of(web_client.get(path)) != csp_of(web_client.get(path))


def test_unsaved_input_stays_in_the_plain_form(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    form = {"title": "T", "title_was": "Title en", "text": "Mine.", "epoch": "1", "seq": "1"}
    response = web_client.post(f"/documents/{document}/texts/en/preview", form)
    assert not parse_page(response).xpath("//*[@id='editor']")


def test_plain_form_is_used_without_rooms_or_script(instance: SampleInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    document = create_document(instance, texts=TEXTS)
    for live, address in ((False, "/static/built/editor.js"), (True, "")):
        monkeypatch.setattr(editor_config, "asset_url", lambda _, address=address: address)
        app_state = dataclasses.replace(instance.app_state, has_live_editing=live)
        for reader in open_web_client(dataclasses.replace(instance, app_state=app_state)):
            reader.sign_in("lama")
            response = reader.get(f"/documents/{document}/texts/en")
            assert not parse_page(response).xpath("//*[@id='editor']")
            assert parse_page(response).xpath("//textarea[@name='text']")


def test_automatic_numbers_are_part_of_the_page(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("lama")
    for numbering, lent in (("typed", False), ("automatic", True)):
        document = create_document(instance, texts=TEXTS, numbering=numbering)
        (place,) = parse_page(web_client.get(f"/documents/{document}/texts/ar")).xpath("//*[@id='editor']")
        assert (place.get("data-numbers") is not None) == lent
    counted = json.loads(place.get("data-numbers"))
    assert counted["lists"][counted["units"]["article"]][:2] == ["الأولى", "الثانية"]
