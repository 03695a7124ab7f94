"""The pages of members, in this order: wrong role, not found, conflict, success."""

from collections.abc import Iterator

import pytest

from service.store.publication import exports as exports_store
from tests.support.factories import (
    Stage,
    a_cast,
    a_document,
    a_save,
    a_sealed_document,
    a_version,
    an_open_round,
    in_review,
    prepared,
)
from tests.support.web_client import Reader, code, links, opened, tree, with_files, words

BILINGUAL = {
    "ar": "## المادة ١ {#one}\n\nنصّ أوّل.\n",
    "en": "## Article 1 {#one}\n\nA first text with <b>signs</b> & more.\n",
}


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def exports_of(stage: Stage, document: str) -> list[str]:
    with stage.read() as tx:
        return [export.id for _, export in exports_store.of_document(tx, document)]


# Wrong role


def test_what_one_may_not_see_reads_like_what_is_not_there(reader: Reader, stage: Stage) -> None:
    """Communications sees nothing before review (policy)."""
    document = a_document(stage)
    reader.sign_in("reem")
    hidden, nowhere = reader.get(f"/documents/{document}"), reader.get("/documents/doc_none")
    assert (hidden.status_code, nowhere.status_code) == (404, 404)
    assert hidden.text.replace(document, "doc_none") == nowhere.text
    assert document not in reader.get("/").text


def test_a_mail_is_read_by_the_one_it_was_written_to(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    _, code = prepared(stage, round_id, "yusuf")
    _, other = prepared(stage, round_id, "huda")
    said = words(reader.sign_in("yusuf").get("/mails"))
    assert code in said and other not in said


# Not found


@pytest.mark.parametrize(
    "path",
    [
        "/documents/doc_none",
        "/documents/doc_none/versions/1",
        "/documents/doc_none/comparison",
        "/documents/doc_none/exports/exp_none",
        "/rounds/rnd_none",
    ],
)
def test_what_is_not_there_is_not_there(reader: Reader, path: str) -> None:
    answer = reader.sign_in("lama").get(path)
    assert answer.status_code == 404
    assert "There is nothing here to see" in words(answer)


def test_a_version_or_language_that_is_not_there(reader: Reader, stage: Stage) -> None:
    document = a_document(stage)
    a_version(stage, document)
    reader.sign_in("lama")
    for rest, status in {
        "?lang=en": 404,
        "?lang=xx": 404,
        "/versions/2": 404,
        "/versions/0": 404,
        "/versions/one": 400,
        "/versions/1?lang=en": 404,
        "/comparison?old=1&new=7": 404,
        "/comparison?old=x&new=1": 400,
    }.items():
        answer = reader.get(f"/documents/{document}{rest}")
        assert (answer.status_code, code(answer)) == (status, "bad_number" if status == 400 else "not_found"), rest


def test_a_file_of_one_document_is_not_found_under_another(reader: Reader, stage: Stage) -> None:
    document, other = a_sealed_document(stage), a_document(stage)
    with_files(stage, document)
    export = exports_of(stage, document)[0]
    reader.sign_in("lama")
    assert reader.get(f"/documents/{other}/exports/{export}").status_code == 404
    assert reader.get(f"/documents/{document}/exports/{export}").status_code == 200


# Conflict


def test_a_file_that_is_not_ready_cannot_be_had(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    reader.sign_in("lama")
    answer = reader.get(f"/documents/{document}/exports/{exports_of(stage, document)[0]}")
    assert answer.status_code == 409
    assert "This file is not ready yet." in words(answer)


# Success


def test_home_says_where_each_document_stands_and_who_is_awaited(reader: Reader, stage: Stage) -> None:
    document, round_id = an_open_round(stage)
    reader.sign_in("yusuf")
    said = words(reader.get("/"))
    assert "In endorsement" in said and "Waiting for your organisation" in said and "0 of 2 endorsements needed" in said
    assert {f"/documents/{document}", f"/rounds/{round_id}"} <= set(links(reader.get("/")))
    a_cast(stage, round_id, "yusuf")
    assert "Waiting for your organisation" not in words(reader.get("/"))


def test_the_newest_documents_come_first_and_older_ones_are_a_page_away(
    reader: Reader, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.web.dashboard.home.AT_ONCE", 2)
    ids = [a_document(stage) for _ in range(5)]
    reader.sign_in("lama")
    seen, path = [], "/"
    while path:
        found = links(reader.get(path))
        seen.append([link.removeprefix("/documents/") for link in found if link.startswith("/documents/doc_")])
        path = next((link for link in found if "before=" in link), "")
    assert seen == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]]
    assert reader.get("/?before=none").status_code == 200


def test_a_draft_is_shown_to_its_writers_with_who_wrote_last(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=BILINGUAL)
    a_save(stage, document, BILINGUAL["ar"] + "\nوسطر جديد.\n", by="jihan")
    reader.sign_in("lama")
    page = reader.get(f"/documents/{document}?lang=ar")
    assert "وسطر جديد." in words(page) and "Draft, as it stands now" in words(page)
    hands = words(page).partition("Who wrote last")[2]
    assert hands.index(stage.cast.people["jihan"].names["en"]) < hands.index(stage.cast.people["lama"].names["en"])
    assert "a first text with <b>signs</b> & more." in words(reader.get(f"/documents/{document}?lang=en")).lower()


def test_versions_and_what_changed_between_them(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts=BILINGUAL)
    a_version(stage, document)
    a_save(stage, document, BILINGUAL["en"].replace("first", "second"), lang="en")
    a_version(stage, document)
    a_save(stage, document, BILINGUAL["en"].replace("first", "third"), lang="en")
    reader.sign_in("lama")
    assert "A second text" in words(reader.get(f"/documents/{document}/versions/2?lang=en"))
    assert "There is a newer one" in words(reader.get(f"/documents/{document}/versions/1"))
    changed = reader.get(f"/documents/{document}/comparison?lang=en&old=1&new=2")
    root = tree(changed).find(".//article")
    assert "first" in root.find(".//del").text_content()
    assert "second" in root.find(".//ins").text_content()
    drafted = reader.get(f"/documents/{document}/comparison?lang=en&old=2&new=draft")
    assert "third" in tree(drafted).find(".//article").find(".//ins").text_content()


def test_a_reader_without_the_draft_compares_versions_only(reader: Reader, stage: Stage) -> None:
    document = a_document(stage)
    a_version(stage, document)
    in_review(stage, document)
    reader.sign_in("reem")
    assert "نصّ أوّل." in words(reader.get(f"/documents/{document}"))
    assert reader.get(f"/documents/{document}/comparison?old=1&new=draft").status_code == 400


def test_a_round_says_how_it_stands_in_words(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    a_cast(stage, round_id, "huda", "endorse_with_reservation", reservation={"ar": "نتحفّظ على <المادة> ١."})
    said = words(reader.sign_in("yusuf").get(f"/rounds/{round_id}"))
    for sentence in (
        "1 of 3 organisations has endorsed. 1 more is needed.",
        "At least two thirds of all members must endorse.",
        "Waiting for you",
        "Endorsed with a reservation",
        "نتحفّظ على <المادة> ١.",
        "23 hours",
        "by a code sent by mail",
    ):
        assert sentence in said
    a_cast(stage, round_id, "yusuf")
    assert "It would pass if it closed now." in words(reader.get(f"/rounds/{round_id}"))


def test_a_closed_round_says_how_it_ended(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    reader.sign_in("lama")
    round_page = next(link for link in links(reader.get(f"/documents/{document}")) if link.startswith("/rounds/"))
    said = words(reader.get(round_page))
    assert "2 of 3 organisations have endorsed. The text is approved." in said
    assert "Abstained" in said and "more is needed" not in said


def test_a_download_carries_the_title_and_is_never_shown_inside_a_page(reader: Reader, stage: Stage) -> None:
    document = a_sealed_document(stage)
    with_files(stage, document)
    reader.sign_in("lama")
    link = next(link for link in links(reader.get(f"/documents/{document}")) if "/exports/" in link)
    answer = reader.get(link)
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
