"""Writing advice: shown to drafters only, in both languages, with the coalition's own word lists."""

from collections.abc import Iterator

import pytest

from tests.integration.web.conftest import ApiTestClient
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review, save_text
from tests.support.web_client import WebClient, open_web_client, page_text, parse_page

TEXT = "Forty people were killed in Homs. All parties are called on to stop.\n"
ASKED = "Who did it?"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


@pytest.fixture
def document(instance: SampleInstance) -> str:
    return create_document(instance, texts={"ar": "نصّ هادئ.[](ref:udhr-3)\n", "en": TEXT})


def preview(web_client: WebClient, document: str, text: str) -> str:
    form = {"title": "T", "title_was": "T", "text": text, "epoch": "1", "seq": "1"}
    return page_text(web_client.post(f"/documents/{document}/texts/en/preview", form))


def test_reader_gets_no_advice(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": "نصّ هادئ.\n", "en": TEXT})
    cut_version(instance, document)
    move_to_review(instance, document)
    text = page_text(web_client.sign_in("yusuf").get(f"/documents/{document}?lang=en"))
    assert "Forty people" in text and ASKED not in text


def test_drafters_get_advice_on_the_document_page(web_client: WebClient, document: str) -> None:
    text = page_text(web_client.sign_in("lama").get(f"/documents/{document}?lang=en"))
    assert ASKED in text and "What is the source?" in text and "“All sides” names no one." in text
    assert "2 sentences" in text


def test_preview_gives_advice_and_compares_citations_of_both_texts(web_client: WebClient, document: str) -> None:
    web_client.sign_in("lama")
    text = preview(web_client, document, TEXT + "\nCited.[](ref:iccpr-99)\n")
    assert ASKED in text and "Cited, but it does not exist: ref:iccpr-99" in text
    assert "Cited in only one of the texts" in text and "udhr-3" in text
    assert "Cited in only one of the texts" not in preview(web_client, document, "Calm.[](ref:udhr-3)\n")


def test_coalition_has_its_own_word_lists(web_client: WebClient, document: str, api: ApiTestClient) -> None:
    lists = {"en": {"violations": ["homs"], "actors": ["people"], "everybody": []}}
    assert api.call("PATCH", "/coalition", {"reading_aids": lists}, by="salma").status_code == 200
    text = page_text(web_client.sign_in("lama").get(f"/documents/{document}?lang=en"))
    assert ASKED not in text and "What is the source?" in text
    long = {"en": {"violations": ["x" * 61]}}
    assert api.call("PATCH", "/coalition", {"reading_aids": long}, by="salma").json()["code"] == "word_list_too_long"


def test_settings_page_edits_the_lists_and_restores_the_defaults(web_client: WebClient, document: str) -> None:
    web_client.sign_in("salma")
    form = dict(parse_page(web_client.get("/coalition")).xpath("//form[@action='/coalition']")[0].form_values())
    assert "massacre" in form["aids_en_violations"] and "مجزرة" in form["aids_ar_violations"]
    own = {"aids_en_violations": "peace, calm\nwords", "aids_en_actors": "", "aids_en_everybody": ""}
    assert web_client.post("/coalition", {**form, **own}).status_code == 303
    assert "calm" in web_client.get("/coalition").text
    assert ASKED not in page_text(web_client.sign_in("lama").get(f"/documents/{document}?lang=en"))
    empty = dict.fromkeys(own, "")
    assert web_client.sign_in("salma").post("/coalition", {**form, **empty}).status_code == 303
    assert "massacre" in web_client.get("/coalition").text
    response = web_client.post("/coalition", {**form, "aids_en_actors": "x" * 61})
    assert "A list can have up to 200 words, each up to 60 characters." in page_text(response)
    assert ASKED in page_text(web_client.sign_in("lama").get(f"/documents/{document}?lang=en"))


def test_citations_are_compared_before_a_version_is_cut(
    web_client: WebClient, instance: SampleInstance, document: str
) -> None:
    web_client.sign_in("lama")
    text = page_text(web_client.get(f"/documents/{document}/steps"))
    assert "The texts do not cite the same treaties and resolutions." in text and "udhr-3" in text
    save_text(instance, document, TEXT.replace("Homs.", "Homs.[](ref:udhr-3)"), lang="en")
    assert "cite the same" not in page_text(web_client.get(f"/documents/{document}/steps"))
    assert "cite the same" not in page_text(web_client.sign_in("yusuf").get(f"/documents/{document}/steps"))
