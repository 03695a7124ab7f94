"""Changes in a draft since a person last saw it: outsider, wrong role, not found, rejected, success."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from service.actions.drafts import replay, save
from service.domain.documents.last_seen import DraftSeen
from service.store.drafts import journal as journal_store
from service.store.drafts import last_seen as last_seen_store
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review, save_text
from tests.support.web_client import WebClient, open_web_client, page_links, page_text, parse_page

TEXT = "## Article 1\n\nThe first words of all.\n\nThe second paragraph.\n"
HOUR = 3600 * 1_000_000


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def create_text(instance: SampleInstance) -> str:
    """Create a text by lama, who saw it; then jihan deleted words and salma added some."""
    document = create_document(instance, texts={"en": TEXT})
    mark_seen(instance, document, by="lama", ago=2)
    save_text(instance, document, TEXT.replace("first ", ""), lang="en", by="jihan")
    save_text(instance, document, "By salma.\n\n" + TEXT.replace("first ", ""), lang="en", by="salma")
    return document


def mark_seen(instance: SampleInstance, document: str, *, by: str, ago: int, lang: str = "en") -> None:
    """Record that the person was shown the draft in its present state, so many hours ago."""
    with instance.write() as tx:
        head = journal_store.get_head(tx, f"{document}.{lang}")
        stay = DraftSeen(head.epoch, head.seq, tx.now - ago * HOUR, 0)
        last_seen_store.save_draft_seen(tx, stay, person=instance.actor(tx, by).person, draft=f"{document}.{lang}")


def name(instance: SampleInstance, key: str) -> str:
    return instance.members.people[key].names["en"]


def page_changes(response: object) -> str:
    return " ".join(parse_page(response).xpath("string(//article)").split())


def seq(instance: SampleInstance, document: str) -> int:
    with instance.read() as tx:
        return journal_store.get_head(tx, f"{document}.en").seq


def test_outsider_sees_nothing(web_client: WebClient, instance: SampleInstance) -> None:
    assert web_client.get(f"/documents/{create_text(instance)}/changes").status_code == 401


def test_communications_see_nothing(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    assert web_client.sign_in("reem").get(f"/documents/{document}/changes").status_code == 403


def test_unknown_document_or_language_is_not_found(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    web_client.sign_in("lama")
    assert web_client.get("/documents/doc_none/changes").status_code == 404
    assert web_client.get(f"/documents/{document}/changes?lang=fr").status_code == 404


@pytest.mark.parametrize(
    ("requested", "code"),
    [
        ("since=99", "unknown_place"),
        ("since=v9", "unknown_place"),
        ("since=x", "unknown_place"),
        ("time=x", "bad_time"),
    ],
)
def test_unknown_starting_point_is_rejected(
    web_client: WebClient, instance: SampleInstance, requested: str, code: str
) -> None:
    response = web_client.sign_in("lama").get(f"/documents/{create_text(instance)}/changes?{requested}")
    assert response.status_code == 400 and code in page_text(response)


def test_every_change_names_its_author(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    page = web_client.sign_in("lama").get(f"/documents/{document}/changes")
    assert f"{name(instance, 'salma')} added: 1By salma." in page_changes(page)
    assert f"{name(instance, 'jihan')} deleted: 2first" in page_changes(page)
    assert name(instance, "lama") not in " ".join(parse_page(page).xpath("//ol[contains(@class, 'doers')]//text()"))


def test_each_view_and_starting_point_is_shown(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    cut_version(instance, document)
    save_text(instance, document, "By salma.\n\n" + TEXT.replace("first ", "") + "\nLast.\n", lang="en", by="jihan")
    web_client.sign_in("lama")
    for view in ("inline", "side", "changes", "provision"):
        assert "By salma." in page_changes(web_client.get(f"/documents/{document}/changes?since=1&view={view}"))
    assert "added:" not in page_changes(
        web_client.get(f"/documents/{document}/changes?since={seq(instance, document)}")
    )
    assert page_changes(web_client.get(f"/documents/{document}/changes?since=v1")).count("added:") == 1
    assert page_changes(web_client.get(f"/documents/{document}/changes?since=start")).count("deleted:") == 0
    assert "By salma." in page_changes(web_client.get(f"/documents/{document}/changes?time=2020-01-01T10:00"))
    assert "added:" not in page_changes(web_client.get(f"/documents/{document}/changes?time=2199-01-01T10:00"))


def test_seen_changes_stay_available_for_a_while(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    web_client.sign_in("lama")
    first = web_client.get(f"/documents/{document}/changes")
    assert page_changes(web_client.get(f"/documents/{document}/changes")) == page_changes(first)
    with instance.read() as tx:
        its = last_seen_store.list_drafts_seen(tx, person=instance.actor(tx, "lama").person, drafts=[f"{document}.en"])
    assert (its[f"{document}.en"].before, its[f"{document}.en"].seq) == (1, 3)


def test_page_reports_a_reset_draft(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    with instance.write() as tx:
        stay = DraftSeen(0, 7, tx.now, 0)
        last_seen_store.save_draft_seen(tx, stay, person=instance.actor(tx, "lama").person, draft=f"{document}.en")
    web_client.sign_in("lama")
    assert "since your last visit" not in page_text(web_client.get("/"))
    page = web_client.get(f"/documents/{document}/changes")
    assert "This draft was restarted since" in page_text(page) and not parse_page(page).xpath("//option[@value='here']")


def test_page_reports_compacted_history(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    with instance.write() as tx:
        assert save.compact(tx, f"{document}.en")
    web_client.sign_in("lama")
    page = web_client.get(f"/documents/{document}/changes")
    assert "no longer available" in page_text(page) and "the same" in page_text(page)
    save_text(instance, document, "By lama.\n\n" + TEXT, lang="en")
    later = web_client.get(f"/documents/{document}/changes?since=1")
    assert "no longer available" in page_text(later) and "deleted: 1salma" in page_changes(later)


def test_earliest_changes_of_a_long_history_are_unattributed(
    web_client: WebClient, instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "MAX_TURNS", 1)
    page = web_client.sign_in("lama").get(f"/documents/{create_text(instance)}/changes")
    assert "without names" in page_text(page)
    assert "deleted: first" in page_changes(page).replace("removed:", "deleted:")
    assert f"{name(instance, 'salma')} added:" in page_changes(page)


def test_dashboard_and_document_link_to_the_changes(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    web_client.sign_in("lama")
    link = f"/documents/{document}/changes?lang=en&since=1"
    for place in ("/", f"/documents/{document}"):
        page = web_client.get(place)
        assert link in page_links(page), place
        assert "English text: 2 people changed it since your last visit" in page_text(page)
    writing = web_client.get(f"/documents/{document}/texts/en")
    assert link in page_links(writing)
    assert link in page_links(web_client.get("/")), "for a while the link stays for a person who saw it recently"
    assert link not in page_links(web_client.sign_in("yusuf").get("/"))


def test_reader_has_seen_what_the_document_page_showed(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    web_client.sign_in("yusuf").get(f"/documents/{document}")
    with instance.read() as tx:
        its = last_seen_store.list_drafts_seen(tx, person=instance.actor(tx, "yusuf").person, drafts=[f"{document}.en"])
    assert its[f"{document}.en"].seq == 3


def test_own_changes_are_not_new(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": TEXT})
    mark_seen(instance, document, by="lama", ago=2)
    save_text(instance, document, TEXT + "\nMore.\n", lang="en")
    assert "since your last visit" not in page_text(web_client.sign_in("lama").get(f"/documents/{document}"))


def test_read_only_database_does_not_prevent_reading(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    web_client.sign_in("lama")
    with instance.write() as tx:
        refuses = "CREATE TRIGGER refuses BEFORE UPDATE ON draft_reading BEGIN INSERT INTO nowhere VALUES (1); END"
        tx.connection.execute(text(refuses))
    assert "By salma." in page_changes(web_client.get(f"/documents/{document}/changes"))
    with instance.read() as tx:
        its = last_seen_store.list_drafts_seen(tx, person=instance.actor(tx, "lama").person, drafts=[f"{document}.en"])
    assert its[f"{document}.en"].seq == 1
