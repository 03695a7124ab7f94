"""What changed, in each view: nobody needs a script, and no change is out of reach."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete

from service.store.documents import block_indexes as block_indexes_store
from service.store.documents import versions as versions_store
from service.store.tables import version_index
from tests.support.factories import Stage, a_document, a_round, a_save, a_version, in_review, mandated
from tests.support.web_client import Reader, links, opened, tree, words

MOVED = "Nobody may search a home or read letters except by the order of a court."
STAYS = "Courts are free, and no authority may meddle in their work or in how any law is put into practice."
OLD = f"## Article 1\n\nThe people rule.\n\n{MOVED}\n\n## Article 2\n\n{STAYS}\n\n## Article 3\n\nFour years.\n"
NEW = f"## Article 1\n\nThe people rule.\n\n## Article 2\n\n{STAYS}\n\n## Article 3\n\nFive years.\n\n{MOVED}\n"
VIEWS = ("inline", "side", "changes", "provision")


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


@pytest.fixture
def changed(stage: Stage) -> str:
    return of(stage, OLD, NEW)


def of(stage: Stage, old: str, new: str) -> str:
    """The comparison of both texts as the two versions of a document."""
    document = a_document(stage, texts={"ar": "نصّ.\n", "en": old})
    a_version(stage, document)
    a_save(stage, document, new, lang="en")
    a_version(stage, document)
    return f"/documents/{document}/comparison?lang=en&old=1&new=2"


def article(answer: Any) -> Any:
    return tree(answer).find(".//article")


@pytest.mark.parametrize("view", VIEWS)
def test_who_may_not_see_the_document_sees_no_comparison(reader: Reader, changed: str, view: str) -> None:
    assert reader.sign_in("reem").get(f"{changed}&view={view}").status_code == 404


@pytest.mark.parametrize(
    "query", ["view=upside", "page=0", "page=99", "page=x", "at=99", "at=-1", "view=provision&at=x"]
)
def test_what_is_out_of_range_is_the_nearest_there_is(reader: Reader, changed: str, query: str) -> None:
    answer = reader.sign_in("lama").get(f"{changed}&{query}")
    assert answer.status_code == 200 and article(answer).xpath(".//section")


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_tells_how_much_and_leads_to_the_others(reader: Reader, changed: str, view: str) -> None:
    answer = reader.sign_in("lama").get(f"{changed}&view={view}")
    assert "1 change in 1 article, 1 passage moved" in words(answer)
    assert {f"{changed}&view={other}" for other in VIEWS} <= set(links(answer))
    ids = tree(answer).xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links(answer) if link.startswith("#")} <= set(ids)


@pytest.mark.parametrize("view", ["inline", "side", "changes"])
def test_both_ends_of_a_move_lead_to_each_other(reader: Reader, changed: str, view: str) -> None:
    shown = article(reader.sign_in("lama").get(f"{changed}&view={view}"))
    assert shown.xpath("//*[@id='m-1-old']//a/@href") == ["#m-1-new"]
    assert shown.xpath("//*[@id='m-1-new']//a/@href") == ["#m-1-old"]
    assert "Article 3" in shown.xpath("string(//*[@id='m-1-old'])")
    assert "Moved here from Article 1" in shown.xpath("string(//*[@id='m-1-new'])")


def test_in_the_text_the_unchanged_is_folded_and_still_there(reader: Reader, changed: str) -> None:
    shown = article(reader.sign_in("lama").get(changed))
    fold = shown.xpath(".//details")[0]
    assert "Article 2: unchanged" in fold.xpath("string(summary)") and STAYS in fold.text_content()


def test_side_by_side_the_older_stands_first(reader: Reader, changed: str) -> None:
    shown = article(reader.sign_in("lama").get(f"{changed}&view=side"))
    row = shown.xpath(".//div[contains(@class, 'twin')][.//del]")[0]
    older, newer = row.xpath("div")
    assert "Four" in older.text_content() and "Five" not in older.text_content()
    assert "Five" in newer.text_content() and "Four" not in newer.text_content()


def test_changes_only_leaves_the_rest_out(reader: Reader, changed: str) -> None:
    shown = article(reader.sign_in("lama").get(f"{changed}&view=changes")).text_content()
    assert "Five" in shown and "Article 3" in shown and STAYS not in shown and "The people rule" not in shown


def test_one_by_one_begins_where_something_changed(reader: Reader, changed: str) -> None:
    answer = reader.sign_in("lama").get(f"{changed}&view=provision")
    assert "The people rule" in article(answer).text_content() and STAYS not in article(answer).text_content()
    following = tree(answer).xpath("string(//a[@rel='next']/@href)")
    assert STAYS in article(reader.get(following)).text_content()


def test_numbers_that_changed_alone_are_folded_and_old_references_told(reader: Reader, stage: Stage) -> None:
    bodies = [STAYS, "The capital is Damascus, the city of jasmine.", "See Article 2 on the capital and its name."]
    old = "".join(f"## Article {number}\n\n{body}\n\n" for number, body in enumerate(bodies, 1))
    new = "## Article 1\n\nThis one is new to the text and is about water.\n\n" + "".join(
        f"## Article {number}\n\n{body}\n\n" for number, body in enumerate(bodies, 2)
    )
    said = words(reader.sign_in("lama").get(of(stage, old, new)))
    assert "1 change in 1 article, 3 numbers changed" in said
    assert "nothing else in them changed" in said
    assert "The text names article 2, which is now article 3." in said


def test_long_texts_come_in_pages_and_no_change_is_lost(reader: Reader, stage: Stage) -> None:
    old = "".join(f"## Article {number}\n\n{f'Words of article {number}. ' * 60}Four.\n\n" for number in range(1, 101))
    path = of(stage, old, old.replace("Four.", "Five."))
    reader.sign_in("lama")
    found, following = [], path
    while following:
        page = reader.get(following)
        assert len(page.text) < 400_000
        found += tree(page).xpath("//article//*[starts-with(@id, 'c-')]/@id")
        following = tree(page).xpath("string(//nav[contains(@class, 'cmp-pages')]//a[@rel='next']/@href)")
    assert found == [f"c-{number}" for number in range(1, 101)]
    last = next(link for link in links(reader.get(path)) if link.endswith("#p-99"))
    assert tree(reader.get(last.partition("#")[0])).xpath("//*[@id='p-99']")


def test_a_long_unchanged_run_is_read_where_it_stands(reader: Reader, stage: Stage) -> None:
    old = "".join(f"## Article {number}\n\n{f'Words of article {number}. ' * 60}\n\n" for number in range(1, 31))
    path = of(stage, old, old + "## Article 31\n\nAnd a last one.\n")
    answer = reader.sign_in("lama").get(path)
    assert "Words of article 7." not in article(answer).text_content()
    assert "From Article 1 to Article 30: unchanged" in words(answer)
    assert "Words of article 1." in words(reader.get(f"{path}&view=provision&at=0"))


def test_nothing_changed(reader: Reader, stage: Stage) -> None:
    path = of(stage, OLD, NEW).replace("new=2", "new=1")
    reader.sign_in("lama")
    for view in VIEWS:
        assert "The two texts are the same." in words(reader.get(f"{path}&view={view}"))


def test_a_signatory_sees_the_changes_alone(reader: Reader, stage: Stage) -> None:
    mandated(stage)
    document = of(stage, OLD, NEW).split("/")[2]
    in_review(stage, document)
    round_id = a_round(stage, document, version=2)
    answer = reader.sign_in("yusuf").get(f"/rounds/{round_id}/sign?lang=en")
    news = tree(answer).xpath("//details[contains(@class, 'news')]")[0]
    assert "1 change in 1 article, 1 passage moved" in " ".join(news.text_content().split())
    assert "Five" in news.text_content() and "The people rule" not in news.text_content()
    assert any(f"/documents/{document}/comparison?" in link for link in news.xpath(".//a/@href"))


def test_versions_of_an_older_release_are_indexed_when_they_are_first_compared(stage: Stage, reader: Reader) -> None:
    compared = of(stage, OLD.replace("people", "older people"), NEW.replace("people", "newer people"))
    with stage.write() as tx:
        tx.connection.execute(delete(version_index))
        ids = [one.id for one in versions_store.every(tx, compared.split("/")[2])]
        assert block_indexes_store.missing(tx, ids, lang="en") == ids
    assert reader.sign_in("lama").get(compared).status_code == 200
    with stage.read() as tx:
        assert block_indexes_store.missing(tx, ids, lang="en") == []
