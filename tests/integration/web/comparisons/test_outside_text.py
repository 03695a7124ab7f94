"""A comparison shows what changed outside the text and in the other texts, in every view and as steps."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from service.actions.documents import documents, editions
from service.store.documents import documents as documents_store
from tests.support.factories import (
    SampleInstance,
    close_round,
    create_document,
    cut_version,
    grant_all_mandates,
    move_to_review,
    open_round,
    save_text,
)
from tests.support.web_client import WebClient, open_web_client, page_links, page_text, parse_page

VIEWS = ("inline", "side", "changes", "provision")
TEXTS = {"ar": "## المادة ١\n\nتبدأ الهدنة صباح الأحد.\n", "en": "## Article 1\n\nThe truce begins on Sunday.\n"}
FRONT: Mapping[str, Any] = {
    "reference": "SC/7",
    "place": {"ar": "حلب", "en": "Aleppo"},
    "addressees": {"en": ["To the Council", "To the Mission"], "ar": ["إلى المجلس", "إلى البعثة"]},
}
NEW_FRONT: Mapping[str, Any] = {
    "reference": "SC/8",
    "place": {"ar": "حمص", "en": "Homs"},
    "addressees": {"en": ["To the Council", "To the Assembly"], "ar": ["إلى المجلس", "إلى البعثة"]},
}


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


@pytest.fixture
def front_changed(instance: SampleInstance) -> str:
    """Return the comparison of a version, its front matter fixed by a round that did not pass, with the newest one."""
    document = create_document(instance, texts=TEXTS)
    set_front(instance, document, FRONT)
    grant_all_mandates(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    round_id = open_round(instance, document)
    close_round(instance, round_id)
    with instance.write() as tx:
        documents.change_state(tx, instance.actor(tx, "salma"), document_id=document, to_state="drafting")
    set_front(instance, document, NEW_FRONT)
    save_text(instance, document, TEXTS["ar"].replace("الأحد", "الاثنين"), lang="ar")
    cut_version(instance, document)
    return f"/documents/{document}/comparison?lang=en&old=1&new=2"


def set_front(instance: SampleInstance, document: str, front: Mapping[str, Any]) -> None:
    with instance.write() as tx:
        documents.update_front_matter(tx, instance.actor(tx, "lama"), document_id=document, front=front)


def set_title(instance: SampleInstance, document: str, lang: str, title: str) -> None:
    with instance.write() as tx:
        documents.set_title(tx, instance.actor(tx, "lama"), document_id=document, lang=lang, title=title)


def facts(response: Any) -> list[tuple[str, str]]:
    """Return label and value of each fact outside the text."""
    found = parse_page(response).xpath("//*[@class='cprov outside']//dl/div")
    return [(" ".join(one.findtext("dt").split()), one.find("dd").text_content().strip()) for one in found]


@pytest.mark.parametrize("view", VIEWS)
def test_front_matter_is_shown_with_marks_in_every_view(web_client: WebClient, front_changed: str, view: str) -> None:
    response = web_client.sign_in("lama").get(f"{front_changed}&view={view}")
    shown = parse_page(response).find(".//article")
    assert "The words of the text are the same, 4 changes outside the text." in page_text(response)
    assert [label.partition(" ")[0] for label, _ in facts(response)] == ["Reference", "Place", "Place", "Addressees"]
    assert [one.text_content().removeprefix("deleted: ") for one in shown.xpath(".//dl//del")] == [
        "7",
        "Aleppo",
        "حلب",
        "Mission",
    ]
    assert [one.text_content().removeprefix("added: ") for one in shown.xpath(".//dl//ins")] == [
        "8",
        "Homs",
        "حمص",
        "Assembly",
    ]


def test_front_matter_that_is_not_known_is_no_change(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    cut_version(instance, document)
    set_front(instance, document, FRONT)
    save_text(instance, document, TEXTS["en"].replace("Sunday", "Monday"), lang="en")
    cut_version(instance, document)
    assert not facts(web_client.sign_in("lama").get(f"/documents/{document}/comparison?lang=en&old=1&new=2"))


@pytest.mark.parametrize(("lang", "mark"), [("en", "clean "), ("ar", "النظيف")])
def test_title_change_is_marked_by_words_and_is_a_step(
    web_client: WebClient, instance: SampleInstance, lang: str, mark: str
) -> None:
    document = create_document(instance, texts=TEXTS)
    set_title(instance, document, "en", "A call for water")
    set_title(instance, document, "ar", "نداء من أجل الماء")
    cut_version(instance, document)
    set_title(instance, document, "en", "A call for clean water")
    set_title(instance, document, "ar", "نداء من أجل الماء النظيف")
    save_text(instance, document, TEXTS["en"].replace("Sunday", "Monday"), lang="en")
    cut_version(instance, document)
    response = web_client.sign_in("lama").get(f"/documents/{document}/comparison?lang={lang}&old=1&new=2")
    page = parse_page(response)
    (title,) = page.xpath("//*[@id='h-title'][@data-step]")
    assert [one.xpath("string(text())").strip() for one in title.iter("ins")] == [mark.strip()]
    assert len(facts(response)) == 1
    steps = page.xpath("//article//*[@data-step or starts-with(@id, 'c-') or contains(@id, '-new')]")
    assert page.xpath("string(//*[@class='stepper']/@data-steps)") == str(len(steps)) == "3"


def test_changes_of_the_other_text_are_counted_and_linked(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    cut_version(instance, document)
    save_text(instance, document, TEXTS["ar"].replace("الأحد", "الاثنين"), lang="ar")
    cut_version(instance, document)
    path = f"/documents/{document}/comparison?lang=en&old=1&new=2"
    response = web_client.sign_in("lama").get(path)
    (other,) = parse_page(response).xpath("//section[@id='text-ar'][@data-step]")
    assert "Arabic text: 1 change in 1 article" in " ".join(other.xpath("string(h3)").split())
    assert "#text-ar" in page_links(response)
    for link in other.xpath(".//a/@href"):
        assert "الاثنين" in page_text(web_client.get(link))


def test_text_that_only_the_draft_has_is_named(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": TEXTS["en"]})
    cut_version(instance, document)
    with instance.write() as tx:
        actor = instance.actor(tx, "lama")
        initial = documents.InitialText("نداء", TEXTS["ar"])
        editions.add(tx, actor, document_id=document, lang="ar", initial=initial, authentic=False)
    response = web_client.sign_in("lama").get(f"/documents/{document}/comparison?lang=en&old=1&new=draft")
    assert "Arabic text: new. The older side does not have it." in page_text(response)


def test_steps_are_counted_over_pages(web_client: WebClient, instance: SampleInstance) -> None:
    old = "".join(f"## Article {number}\n\n{f'Words of {number}. ' * 200}Four.\n\n" for number in range(1, 61))
    document = create_document(instance, texts={**TEXTS, "en": old})
    cut_version(instance, document)
    set_title(instance, document, "en", "Another title")
    save_text(instance, document, old.replace("Four.", "Five."), lang="en")
    save_text(instance, document, TEXTS["ar"].replace("الأحد", "الاثنين"), lang="ar")
    cut_version(instance, document)
    web_client.sign_in("lama")
    seen, following = 0, f"/documents/{document}/comparison?lang=en&old=1&new=2"
    while following:
        page = parse_page(web_client.get(following))
        assert page.xpath("string(//*[@class='stepper']/@data-before)") == str(seen)
        seen += len(page.xpath("//article//*[@data-step or starts-with(@id, 'c-')]"))
        following = page.xpath("string(//nav[contains(@class, 'cmp-pages')]//a[@rel='next']/@href)")
    assert seen == 62


def test_api_names_what_changed_outside_the_text_and_the_other_text(web_client: WebClient, front_changed: str) -> None:
    web_client.sign_in("yusuf")
    found = web_client.get(f"/api/v1{front_changed}").json()
    assert found["other_texts"] == ["ar"]
    assert {"fact": "reference", "lang": "", "old": ["SC/7"], "new": ["SC/8"]} in found["outside"]
    assert {"fact": "place", "lang": "ar", "old": ["حلب"], "new": ["حمص"]} in found["outside"]
    assert [one["fact"] for one in found["outside"]] == ["reference", "place", "place", "addressees"]


def test_signatory_is_shown_the_new_addressee_before_answering(
    web_client: WebClient, instance: SampleInstance, front_changed: str
) -> None:
    document = front_changed.split("/")[2]
    move_to_review(instance, document)
    round_id = open_round(instance, document, version=2)
    response = web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign?since=1")
    assert [label.partition(" ")[0] for label, _ in facts(response)] == ["Reference", "Place", "Place", "Addressees"]
    assert "Assembly" in parse_page(response).xpath("string(//*[@class='cprov outside'])")


def test_official_texts_that_changed_are_named_in_the_language_of_the_page(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_document(instance, texts=TEXTS)
    cut_version(instance, document)
    with instance.write() as tx:
        documents_store.touch(tx, document, authentic=["ar", "en"])
    response = web_client.sign_in("lama").get(f"/documents/{document}/comparison?lang=en&old=1&new=draft")
    ((label, value),) = facts(response)
    assert label == "Official texts" and "English text" in value
