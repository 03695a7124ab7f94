"""Every view of the comparison works without script, and no change is unreachable."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete

from service.actions.documents import documents
from service.store.documents import block_indexes as block_indexes_store
from service.store.documents import versions as versions_store
from service.store.tables import version_index
from tests.support.factories import (
    SampleInstance,
    create_document,
    cut_version,
    grant_all_mandates,
    move_to_review,
    open_round,
    save_text,
)
from tests.support.web_client import WebClient, open_web_client, page_links, page_text, parse_page

MOVED = "Nobody may search a home or read letters except by the order of a court."
STAYS = "Courts are free, and no authority may meddle in their work or in how any law is put into practice."
OLD = f"## Article 1\n\nThe people rule.\n\n{MOVED}\n\n## Article 2\n\n{STAYS}\n\n## Article 3\n\nFour years.\n"
NEW = f"## Article 1\n\nThe people rule.\n\n## Article 2\n\n{STAYS}\n\n## Article 3\n\nFive years.\n\n{MOVED}\n"
VIEWS = ("inline", "side", "changes", "provision")


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


@pytest.fixture
def moved_paragraph(instance: SampleInstance) -> str:
    return compare(instance, OLD, NEW)


def compare(instance: SampleInstance, old: str, new: str) -> str:
    """Return the comparison of both texts as the two versions of a document."""
    document = create_document(instance, texts={"ar": "نصّ.\n", "en": old})
    cut_version(instance, document)
    save_text(instance, document, new, lang="en")
    cut_version(instance, document)
    return f"/documents/{document}/comparison?lang=en&old=1&new=2"


def article(response: Any) -> Any:
    return parse_page(response).find(".//article")


@pytest.mark.parametrize("view", VIEWS)
def test_comparison_is_not_found_for_who_cannot_see_the_document(
    web_client: WebClient, moved_paragraph: str, view: str
) -> None:
    assert web_client.sign_in("reem").get(f"{moved_paragraph}&view={view}").status_code == 404


@pytest.mark.parametrize(
    "query", ["view=upside", "page=0", "page=99", "page=x", "at=99", "at=-1", "view=provision&at=x"]
)
def test_out_of_range_parameters_are_clamped(web_client: WebClient, moved_paragraph: str, query: str) -> None:
    response = web_client.sign_in("lama").get(f"{moved_paragraph}&{query}")
    assert response.status_code == 200 and article(response).xpath(".//section")


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_shows_counts_and_links_to_the_others(
    web_client: WebClient, moved_paragraph: str, view: str
) -> None:
    response = web_client.sign_in("lama").get(f"{moved_paragraph}&view={view}")
    assert "1 change in 1 article, 1 passage moved" in page_text(response)
    assert {f"{moved_paragraph}&view={other}" for other in VIEWS} <= set(page_links(response))
    ids = parse_page(response).xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page_links(response) if link.startswith("#")} <= set(ids)


@pytest.mark.parametrize("view", ["inline", "side", "changes"])
def test_both_ends_of_a_move_link_to_each_other(web_client: WebClient, moved_paragraph: str, view: str) -> None:
    shown = article(web_client.sign_in("lama").get(f"{moved_paragraph}&view={view}"))
    assert shown.xpath("//*[@id='m-1-old']//a/@href") == ["#m-1-new"]
    assert shown.xpath("//*[@id='m-1-new']//a/@href") == ["#m-1-old"]
    assert "Article 3" in shown.xpath("string(//*[@id='m-1-old'])")
    assert "Moved here from Article 1" in shown.xpath("string(//*[@id='m-1-new'])")


def test_unchanged_text_is_folded_in_the_text_view(web_client: WebClient, moved_paragraph: str) -> None:
    shown = article(web_client.sign_in("lama").get(moved_paragraph))
    fold = shown.xpath(".//details")[0]
    assert "Article 2: unchanged" in fold.xpath("string(summary)") and STAYS in fold.text_content()


def test_older_text_is_first_side_by_side(web_client: WebClient, moved_paragraph: str) -> None:
    shown = article(web_client.sign_in("lama").get(f"{moved_paragraph}&view=side"))
    row = shown.xpath(".//div[contains(@class, 'twin')][.//del]")[0]
    older, newer = row.xpath("div")
    assert "Four" in older.text_content() and "Five" not in older.text_content()
    assert "Five" in newer.text_content() and "Four" not in newer.text_content()


def test_changes_only_view_leaves_out_unchanged_text(web_client: WebClient, moved_paragraph: str) -> None:
    shown = article(web_client.sign_in("lama").get(f"{moved_paragraph}&view=changes")).text_content()
    assert "Five" in shown and "Article 3" in shown and STAYS not in shown and "The people rule" not in shown


def test_one_by_one_view_begins_at_the_first_change(web_client: WebClient, moved_paragraph: str) -> None:
    response = web_client.sign_in("lama").get(f"{moved_paragraph}&view=provision")
    assert "The people rule" in article(response).text_content() and STAYS not in article(response).text_content()
    following = parse_page(response).xpath("string(//a[@rel='next']/@href)")
    assert STAYS in article(web_client.get(following)).text_content()


def test_renumbering_is_folded_and_outdated_references_are_reported(
    web_client: WebClient, instance: SampleInstance
) -> None:
    bodies = [STAYS, "The capital is Damascus, the city of jasmine.", "See Article 2 on the capital and its name."]
    old = "".join(f"## Article {number}\n\n{body}\n\n" for number, body in enumerate(bodies, 1))
    new = "## Article 1\n\nThis one is new to the text and is about water.\n\n" + "".join(
        f"## Article {number}\n\n{body}\n\n" for number, body in enumerate(bodies, 2)
    )
    text = page_text(web_client.sign_in("lama").get(compare(instance, old, new)))
    assert "1 change in 1 article, 3 numbers changed" in text
    assert "nothing else in them changed" in text
    assert "The text says “article 2”, but the number is now “article 3”." in text


def test_long_texts_are_paged_and_no_change_is_lost(web_client: WebClient, instance: SampleInstance) -> None:
    old = "".join(f"## Article {number}\n\n{f'Words of article {number}. ' * 60}Four.\n\n" for number in range(1, 101))
    path = compare(instance, old, old.replace("Four.", "Five."))
    web_client.sign_in("lama")
    found, following = [], path
    while following:
        page = web_client.get(following)
        assert len(page.text) < 400_000
        found += parse_page(page).xpath("//article//*[starts-with(@id, 'c-')]/@id")
        following = parse_page(page).xpath("string(//nav[contains(@class, 'cmp-pages')]//a[@rel='next']/@href)")
    assert found == [f"c-{number}" for number in range(1, 101)]
    last = next(link for link in page_links(web_client.get(path)) if link.endswith("#p-99"))
    assert parse_page(web_client.get(last.partition("#")[0])).xpath("//*[@id='p-99']")


def test_long_unchanged_run_is_loaded_in_place(web_client: WebClient, instance: SampleInstance) -> None:
    old = "".join(f"## Article {number}\n\n{f'Words of article {number}. ' * 60}\n\n" for number in range(1, 31))
    path = compare(instance, old, old + "## Article 31\n\nAnd a last one.\n")
    response = web_client.sign_in("lama").get(path)
    assert "Words of article 7." not in article(response).text_content()
    assert "From Article 1 to Article 30: unchanged" in page_text(response)
    assert "Words of article 1." in page_text(web_client.get(f"{path}&view=provision&at=0"))


def test_equal_texts_show_no_changes(web_client: WebClient, instance: SampleInstance) -> None:
    path = compare(instance, OLD, NEW).replace("new=2", "new=1")
    web_client.sign_in("lama")
    for view in VIEWS:
        assert "The two texts are the same." in page_text(web_client.get(f"{path}&view={view}"))


def test_signatory_sees_the_changes_only(web_client: WebClient, instance: SampleInstance) -> None:
    grant_all_mandates(instance)
    document = compare(instance, OLD, NEW).split("/")[2]
    move_to_review(instance, document)
    round_id = open_round(instance, document, version=2)
    response = web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign?lang=en")
    details = parse_page(response).xpath("//details[contains(@class, 'news')]")[0]
    assert "1 change in 1 article, 1 passage moved" in " ".join(details.text_content().split())
    assert "Five" in details.text_content() and "The people rule" not in details.text_content()
    assert any(f"/documents/{document}/comparison?" in link for link in details.xpath(".//a/@href"))


def test_versions_of_an_older_release_are_indexed_at_the_first_comparison(
    instance: SampleInstance, web_client: WebClient
) -> None:
    compared = compare(instance, OLD.replace("people", "older people"), NEW.replace("people", "newer people"))
    with instance.write() as tx:
        tx.connection.execute(delete(version_index))
        ids = [one.id for one in versions_store.list_by_document(tx, compared.split("/")[2])]
        assert block_indexes_store.list_missing(tx, ids, lang="en") == ids
    assert web_client.sign_in("lama").get(compared).status_code == 200
    with instance.read() as tx:
        assert block_indexes_store.list_missing(tx, ids, lang="en") == []


def test_other_texts_and_facts_that_changed_are_shown(instance: SampleInstance, web_client: WebClient) -> None:
    document = create_document(instance, texts={"ar": "## المادة ١\n\nنصّ أوّل.\n", "en": OLD})
    cut_version(instance, document)
    save_text(instance, document, "## المادة ١\n\nنصّ ثانٍ.\n", lang="ar")
    with instance.write() as tx:
        documents.set_numbering(tx, instance.actor(tx, "lama"), document_id=document, numbering="automatic")
    cut_version(instance, document)
    shown = page_text(web_client.sign_in("lama").get(f"/documents/{document}/comparison?lang=en&old=1&new=2"))
    assert "The Arabic text changed as well. 2 changes" in shown
    assert "Typed numbers" in shown and "Numbered automatically" in shown
    arabic = page_text(web_client.get(f"/documents/{document}/comparison?lang=ar&old=1&new=2"))
    assert "The English text changed as well." in arabic


def test_structure_and_changes_inside_a_move_are_steps(instance: SampleInstance, web_client: WebClient) -> None:
    old = f"## Article 1\n\n{MOVED} {STAYS}\n\n## Article 2\n\n{STAYS}\n\nLast words stay here.\n"
    new = f"## Article 1\n\n{MOVED}\n\n{STAYS}\n\n## Article 2\n\n{STAYS}\n\n- Last words stay here.\n"
    response = web_client.sign_in("lama").get(compare(instance, old, new))
    marks = article(response).xpath(".//*[contains(@class, 'layout')]")
    assert [mark.get("id") for mark in marks] == ["c-1", "c-2"]
    edited = (
        f"## Article 1\n\nThe people rule.\n\n## Article 2\n\n{STAYS}\n\n{MOVED.replace('may search', 'can search')}\n"
    )
    response = web_client.get(compare(instance, OLD, edited))
    inside = article(response).xpath(".//*[@class='moved']//ins | .//*[@class='moved']//del")
    assert {"".join(one.itertext()).rpartition(" ")[2] for one in inside} >= {"may", "can"}
