"""What changed in a draft since one was there: outsider, wrong role, not found, refused, success."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from service.actions.drafts import replay, save
from service.domain.documents.last_seen import Stay
from service.store.drafts import journal as journal_store
from service.store.drafts import last_seen as last_seen_store
from tests.support.factories import Stage, a_document, a_save, a_version, in_review
from tests.support.web_client import Reader, links, opened, tree, words

TEXT = "## Article 1\n\nThe first words of all.\n\nThe second paragraph.\n"
HOUR = 3600 * 1_000_000


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def a_text(stage: Stage) -> str:
    """By lama, who saw it; then jihan took words out and salma added some."""
    document = a_document(stage, texts={"en": TEXT})
    seen(stage, document, by="lama", ago=2)
    a_save(stage, document, TEXT.replace("first ", ""), lang="en", by="jihan")
    a_save(stage, document, "By salma.\n\n" + TEXT.replace("first ", ""), lang="en", by="salma")
    return document


def seen(stage: Stage, document: str, *, by: str, ago: int, lang: str = "en") -> None:
    """That person was shown the draft as it stands, so many hours ago."""
    with stage.write() as tx:
        head = journal_store.head(tx, f"{document}.{lang}")
        stay = Stay(head.epoch, head.seq, tx.now - ago * HOUR, 0)
        last_seen_store.put_stay(tx, stay, person=stage.actor(tx, by).person, draft=f"{document}.{lang}")


def name(stage: Stage, key: str) -> str:
    return stage.cast.people[key].names["en"]


def said(answer: object) -> str:
    return " ".join(tree(answer).xpath("string(//article)").split())


def seq(stage: Stage, document: str) -> int:
    with stage.read() as tx:
        return journal_store.head(tx, f"{document}.en").seq


def test_a_stranger_sees_nothing(reader: Reader, stage: Stage) -> None:
    assert reader.get(f"/documents/{a_text(stage)}/changes").status_code == 401


def test_communications_see_nothing(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    a_version(stage, document)
    in_review(stage, document)
    assert reader.sign_in("reem").get(f"/documents/{document}/changes").status_code == 403


def test_what_is_not_there(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    reader.sign_in("lama")
    assert reader.get("/documents/doc_none/changes").status_code == 404
    assert reader.get(f"/documents/{document}/changes?lang=fr").status_code == 404


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("since=99", "unknown_place"),
        ("since=v9", "unknown_place"),
        ("since=x", "unknown_place"),
        ("time=x", "bad_time"),
    ],
)
def test_a_place_that_is_not_there_is_refused(reader: Reader, stage: Stage, asked: str, code: str) -> None:
    answer = reader.sign_in("lama").get(f"/documents/{a_text(stage)}/changes?{asked}")
    assert answer.status_code == 400 and code in words(answer)


def test_every_change_names_its_person(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    page = reader.sign_in("lama").get(f"/documents/{document}/changes")
    assert f"{name(stage, 'salma')} added: 1By salma." in said(page)
    assert f"{name(stage, 'jihan')} took out: 2first" in said(page)
    assert name(stage, "lama") not in " ".join(tree(page).xpath("//ol[contains(@class, 'doers')]//text()"))


def test_each_view_and_each_beginning_is_shown(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    a_version(stage, document)
    a_save(stage, document, "By salma.\n\n" + TEXT.replace("first ", "") + "\nLast.\n", lang="en", by="jihan")
    reader.sign_in("lama")
    for view in ("inline", "side", "changes", "provision"):
        assert "By salma." in said(reader.get(f"/documents/{document}/changes?since=1&view={view}"))
    assert "added:" not in said(reader.get(f"/documents/{document}/changes?since={seq(stage, document)}"))
    assert said(reader.get(f"/documents/{document}/changes?since=v1")).count("added:") == 1
    assert said(reader.get(f"/documents/{document}/changes?since=start")).count("took out:") == 0
    assert "By salma." in said(reader.get(f"/documents/{document}/changes?time=2020-01-01T10:00"))
    assert "added:" not in said(reader.get(f"/documents/{document}/changes?time=2199-01-01T10:00"))


def test_whoever_saw_it_has_seen_it_and_may_look_again_for_a_while(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    reader.sign_in("lama")
    first = reader.get(f"/documents/{document}/changes")
    assert said(reader.get(f"/documents/{document}/changes")) == said(first)
    with stage.read() as tx:
        its = last_seen_store.stays(tx, person=stage.actor(tx, "lama").person, drafts=[f"{document}.en"])
    assert (its[f"{document}.en"].before, its[f"{document}.en"].seq) == (1, 3)


def test_where_the_draft_was_begun_anew_the_page_says_so(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    with stage.write() as tx:
        stay = Stay(0, 7, tx.now, 0)
        last_seen_store.put_stay(tx, stay, person=stage.actor(tx, "lama").person, draft=f"{document}.en")
    reader.sign_in("lama")
    assert "since you were here" not in words(reader.get("/"))
    page = reader.get(f"/documents/{document}/changes")
    assert "begun anew" in words(page) and "I was last here" not in words(page)


def test_where_the_history_was_shortened_the_page_says_so(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    with stage.write() as tx:
        assert save.compact(tx, f"{document}.en")
    reader.sign_in("lama")
    page = reader.get(f"/documents/{document}/changes")
    assert "is not known any more" in words(page) and "the same" in words(page)
    a_save(stage, document, "By lama.\n\n" + TEXT, lang="en")
    later = reader.get(f"/documents/{document}/changes?since=1")
    assert "is not known any more" in words(later) and "took out: 1salma" in said(later)


def test_where_too_much_was_written_the_first_changes_are_nobodys(
    reader: Reader, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "MOST", 1)
    page = reader.sign_in("lama").get(f"/documents/{a_text(stage)}/changes")
    assert "without names" in words(page)
    assert "deleted: first" in said(page).replace("removed:", "deleted:")
    assert f"{name(stage, 'salma')} added:" in said(page)


def test_the_first_page_and_the_document_tell_of_it(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    reader.sign_in("lama")
    link = f"/documents/{document}/changes?lang=en&since=1"
    for place in ("/", f"/documents/{document}"):
        page = reader.get(place)
        assert link in links(page), place
        assert "English text: 2 people changed it since you were here" in words(page)
    writing = reader.get(f"/documents/{document}/texts/en")
    assert link in links(writing)
    assert link in links(reader.get("/")), "for a while it is told to whoever saw it lately"
    assert link not in links(reader.sign_in("yusuf").get("/"))


def test_who_only_reads_has_seen_what_the_page_of_the_document_showed(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    reader.sign_in("yusuf").get(f"/documents/{document}")
    with stage.read() as tx:
        its = last_seen_store.stays(tx, person=stage.actor(tx, "yusuf").person, drafts=[f"{document}.en"])
    assert its[f"{document}.en"].seq == 3


def test_what_one_wrote_oneself_is_no_news(reader: Reader, stage: Stage) -> None:
    document = a_document(stage, texts={"en": TEXT})
    seen(stage, document, by="lama", ago=2)
    a_save(stage, document, TEXT + "\nMore.\n", lang="en")
    assert "since you were here" not in words(reader.sign_in("lama").get(f"/documents/{document}"))


def test_a_database_that_takes_no_note_keeps_nobody_from_reading(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    reader.sign_in("lama")
    with stage.write() as tx:
        refuses = "CREATE TRIGGER refuses BEFORE UPDATE ON draft_reading BEGIN INSERT INTO nowhere VALUES (1); END"
        tx.connection.execute(text(refuses))
    assert "By salma." in said(reader.get(f"/documents/{document}/changes"))
    with stage.read() as tx:
        its = last_seen_store.stays(tx, person=stage.actor(tx, "lama").person, drafts=[f"{document}.en"])
    assert its[f"{document}.en"].seq == 1
