"""The outline of a text, in this order: outsider, wrong role, not found, success."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.factories import Stage, a_document, a_save, a_version, in_review
from tests.support.web_client import Reader, links, opened, tree, words

TEXTS = {
    "ar": "## المادة ١ {#one}\n\nنصّ أوّل عن السيادة.\n\n## المادة ٢\n\nكما في المادة ٩.\n\n## المادة ٣\n\nنصّ ثالث.\n",
    "en": "## Article 1 {#one}\n\nA first text about sovereignty.\n\n## Article 2\n\nSee [](#gone).\n",
}


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def told(answer: Any) -> list[str]:
    """What is said of each provision."""
    found = tree(answer).xpath("//ul[@class='remarks']/li//div")
    return [" ".join((one.text or "").split() or one.text_content().split()) for one in found]


# Outsider


def test_a_stranger_sees_none(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    assert reader.get(f"/documents/{document}/outline").status_code == 401


# Wrong role


def test_advice_is_for_those_who_write(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    page = reader.sign_in("yusuf").get(f"/documents/{document}/outline?lang=en")
    assert "Article 2" in words(page) and told(page) == [] and "things to look at" not in words(page)


# Not found


def test_a_document_or_language_that_is_not_there(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    assert reader.get("/documents/doc_none/outline").status_code == 404
    assert reader.get(f"/documents/{document}/outline?lang=fr").status_code == 404


# Success


def test_each_remark_stands_at_its_provision(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    assert f"/documents/{document}/outline?lang=en" in links(reader.get(f"/documents/{document}?lang=en"))
    page = reader.get(f"/documents/{document}/outline?lang=en")
    said = words(page)
    assert "1 thing to look at" in said and "A reference leads nowhere: no heading is called gone." in said
    assert "Only in the Arabic text" in said and "المادة ٣" in said
    page = reader.get(f"/documents/{document}/outline?lang=ar")
    said = words(page)
    assert "2 things to look at" in said and "no heading has that number" in said
    assert "It has no counterpart in the English text." in said


def test_links_lead_to_the_place_in_the_text(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=TEXTS)
    reader.sign_in("lama")
    page = reader.get(f"/documents/{document}/outline?lang=ar")
    places = [link.partition("#")[2] for link in links(page) if "#t-" in link]
    assert places == ["t-h-one", "t-o-2", "t-o-3"]
    shown = tree(reader.get(f"/documents/{document}?lang=ar"))
    for place, label in zip(places, ("المادة ١", "المادة ٢", "المادة ٣"), strict=True):
        assert label in shown.xpath(f"//*[@id='{place}']")[0].text_content()


def test_a_counterpart_that_was_left_behind(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts={lang: TEXTS[lang].replace("[](#gone)", "[](#one)") for lang in TEXTS})
    a_version(stage, document)
    a_save(stage, document, TEXTS["ar"].replace("عن السيادة", "عن سيادة الشعب كله"), lang="ar")
    reader.sign_in("lama")
    said = words(reader.get(f"/documents/{document}/outline?lang=en"))
    assert "Its counterpart in the Arabic text has changed since version 1, and this has not." in said


def test_what_is_reviewed_has_an_outline_without_advice(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts={"ar": TEXTS["ar"]})
    a_version(stage, document)
    in_review(stage, document)
    page = reader.sign_in("lama").get(f"/documents/{document}/outline")
    assert "Version 1" in words(page) and "المادة ٣" in words(page) and told(page) == []


def test_a_text_without_headings(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts={"ar": "نصّ.\n"})
    assert "no heading in this text yet" in words(reader.sign_in("lama").get(f"/documents/{document}/outline"))


def test_automatic_numbers_that_were_typed(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts={"en": "## Article 1\n\nWords.\n"}, numbering="automatic")
    a_save(stage, document, "## Article\n\nSee Article 2.\n\n## Article 2\n\nWords.\n", lang="en")
    said = words(reader.sign_in("lama").get(f"/documents/{document}/outline"))
    assert "Article 2 is typed, and will not follow when the numbers change." in said
    assert "The number 2 is typed, though it would come by itself." in said
