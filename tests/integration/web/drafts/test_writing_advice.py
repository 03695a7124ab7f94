"""Advice for those who write: seen by them alone, in both languages, with the coalition's own words."""

from collections.abc import Iterator

import pytest

from tests.integration.web.conftest import Caller
from tests.support.factories import Stage, a_document, a_save, a_version, in_review
from tests.support.web_client import Reader, opened, tree, words

TEXT = "Forty people were killed in Homs. All parties are called on to stop.\n"
ASKED = "Who did it?"


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


@pytest.fixture
def document(stage: Stage) -> str:
    return a_document(stage, texts={"ar": "نصّ هادئ.[](ref:udhr-3)\n", "en": TEXT})


def preview(reader: Reader, document: str, text: str) -> str:
    form = {"title": "T", "title_was": "T", "text": text, "epoch": "1", "seq": "1"}
    return words(reader.post(f"/documents/{document}/texts/en/preview", form))


def test_who_does_not_write_is_not_advised(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts={"ar": "نصّ هادئ.\n", "en": TEXT})
    a_version(stage, document)
    in_review(stage, document)
    said = words(reader.sign_in("yusuf").get(f"/documents/{document}?lang=en"))
    assert "Forty people" in said and ASKED not in said


def test_drafters_are_asked_on_the_page_of_the_document(reader: Reader, document: str) -> None:
    said = words(reader.sign_in("lama").get(f"/documents/{document}?lang=en"))
    assert ASKED in said and "How is it known?" in said and "Whoever names all sides names none." in said
    assert "2 sentences" in said


def test_a_preview_asks_and_compares_the_citations_of_both_texts(reader: Reader, document: str) -> None:
    reader.sign_in("lama")
    said = preview(reader, document, TEXT + "\nCited.[](ref:iccpr-99)\n")
    assert ASKED in said and "Cited, and not to be found: ref:iccpr-99" in said
    assert "Cited in one text only" in said and "udhr-3" in said
    assert "Cited in one text only" not in preview(reader, document, "Calm.[](ref:udhr-3)\n")


def test_a_coalition_has_words_of_its_own(reader: Reader, document: str, api: Caller) -> None:
    lists = {"en": {"violations": ["homs"], "actors": ["people"], "everybody": []}}
    assert api.call("PATCH", "/coalition", {"reading_aids": lists}, by="salma").status_code == 200
    said = words(reader.sign_in("lama").get(f"/documents/{document}?lang=en"))
    assert ASKED not in said and "How is it known?" in said
    long = {"en": {"violations": ["x" * 61]}}
    assert api.call("PATCH", "/coalition", {"reading_aids": long}, by="salma").json()["code"] == "word_list_too_long"


def test_the_settings_page_holds_the_lists_and_brings_ours_back(reader: Reader, document: str) -> None:
    reader.sign_in("salma")
    form = dict(tree(reader.get("/coalition")).xpath("//form[@action='/coalition']")[0].form_values())
    assert "massacre" in form["aids_en_violations"] and "مجزرة" in form["aids_ar_violations"]
    own = {"aids_en_violations": "peace, calm\nwords", "aids_en_actors": "", "aids_en_everybody": ""}
    assert reader.post("/coalition", {**form, **own}).status_code == 303
    assert "calm" in reader.get("/coalition").text
    assert ASKED not in words(reader.sign_in("lama").get(f"/documents/{document}?lang=en"))
    empty = dict.fromkeys(own, "")
    assert reader.sign_in("salma").post("/coalition", {**form, **empty}).status_code == 303
    assert "massacre" in reader.get("/coalition").text
    answer = reader.post("/coalition", {**form, "aids_en_actors": "x" * 61})
    assert "A list has 200 words at most, each of 60 characters at most." in words(answer)
    assert ASKED in words(reader.sign_in("lama").get(f"/documents/{document}?lang=en"))


def test_citations_are_compared_before_a_version_is_cut(reader: Reader, stage: Stage, document: str) -> None:
    reader.sign_in("lama")
    said = words(reader.get(f"/documents/{document}/steps"))
    assert "The texts do not cite the same instruments." in said and "udhr-3" in said
    a_save(stage, document, TEXT.replace("Homs.", "Homs.[](ref:udhr-3)"), lang="en")
    assert "cite the same" not in words(reader.get(f"/documents/{document}/steps"))
    assert "cite the same" not in words(reader.sign_in("yusuf").get(f"/documents/{document}/steps"))
