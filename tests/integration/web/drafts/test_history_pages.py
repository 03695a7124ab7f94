"""The draft as it stood, and the way back to it: outsider, wrong role, not found, refused, success."""

from collections.abc import Iterator

import pytest

from service.actions.drafts import save
from service.store.drafts import journal as journal_store
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review, save_text
from tests.support.web_client import (
    WebClient,
    error_code,
    form_fields,
    open_web_client,
    page_links,
    page_text,
    parse_page,
)

TEXT = "## Article 1\n\nThe first words of all.\n"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def create_text(instance: SampleInstance) -> str:
    """Row 1 by lama, row 2 by jihan, row 3 by salma."""
    document = create_document(instance, texts={"en": TEXT})
    save_text(instance, document, TEXT.replace("first", "second"), lang="en", by="jihan")
    save_text(instance, document, TEXT.replace("first", "third"), lang="en", by="salma")
    return document


def live_text(instance: SampleInstance, document: str) -> tuple[int, str]:
    with instance.read() as tx:
        its = save.read(tx, instance.actor(tx, "lama"), document_id=document, lang="en")
    return its.seq, its.text


def history_entries(answer: object) -> str:
    return " ".join(parse_page(answer).xpath("string(//article)").split())


def freeze_draft(instance: SampleInstance, document: str) -> None:
    with instance.write() as tx:
        journal_store.set_frozen(tx, f"{document}.en", frozen=True)


def restore_row(
    web_client: WebClient, document: str, seq: int, *, form: dict[str, str] | None = None
) -> tuple[int, str]:
    """Status and where it leads, or the code, of putting row `seq` back."""
    path = f"/documents/{document}/history/restoration"
    answer = web_client.post(f"{path}?lang=en&at={seq}", form or {"lang": "en", "at": str(seq)})
    return answer.status_code, answer.headers.get("location") or error_code(answer)


def test_a_stranger_sees_nothing(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    assert web_client.get(f"/documents/{document}/history").status_code == 401
    assert restore_row(web_client, document, 1)[0] == 401


def test_who_may_not_write_puts_nothing_back(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    web_client.sign_in("yusuf")
    page = web_client.get(f"/documents/{document}/history?at=1")
    assert "first words" in history_entries(page) and "Restore this text" not in page_text(page)
    assert web_client.get(f"/documents/{document}/history/restoration?at=1").status_code == 403
    assert restore_row(web_client, document, 1)[0] == 403
    assert live_text(instance, document)[0] == 3


def test_what_is_not_there(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    web_client.sign_in("lama")
    assert web_client.get("/documents/doc_none/history").status_code == 404
    assert web_client.get(f"/documents/{document}/history?lang=fr").status_code == 404
    for path in (f"/documents/{document}/history?at=4", f"/documents/{document}/history?at=x"):
        answer = web_client.get(path)
        assert (answer.status_code, error_code(answer)) == (400, "unknown_place")
    answer = web_client.get(f"/documents/{document}/history?time=nine")
    assert (answer.status_code, error_code(answer)) == (400, "bad_time")
    assert restore_row(web_client, document, 9, form={"lang": "en", "at": "9"})[0] == 400


def test_what_is_frozen_or_out_of_drafting_stays(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    web_client.sign_in("lama")
    freeze_draft(instance, document)
    assert "draft_frozen" in restore_row(web_client, document, 1)[1]
    assert "Restore this text" not in page_text(web_client.get(f"/documents/{document}/history?at=1"))
    other = create_text(instance)
    cut_version(instance, other)
    move_to_review(instance, other)
    assert "document_state" in restore_row(web_client, other, 1)[1]
    assert web_client.get(f"/documents/{other}/history?at=1").status_code == 200


def test_the_text_is_shown_as_it_stood(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    web_client.sign_in("lama")
    assert "third words" in history_entries(web_client.get(f"/documents/{document}/history"))
    assert "second words" in history_entries(web_client.get(f"/documents/{document}/history?at=2"))
    changed = web_client.get(f"/documents/{document}/history?at=2&view=inline")
    assert f"{instance.members.people['jihan'].names['en']} added:" in history_entries(changed)
    assert "first words" in history_entries(web_client.get(f"/documents/{document}/history?at=1"))
    assert "third words" in history_entries(web_client.get(f"/documents/{document}/history?time=2199-01-01T00:00"))
    assert f"/documents/{document}/changes?lang=en&since=2" in page_links(
        web_client.get(f"/documents/{document}/history?at=2")
    )


def test_turns_of_writing_lead_to_each_other(
    web_client: WebClient, instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.domain.documents.edit_sessions.MAX_PAUSE", 0)
    document = create_text(instance)
    web_client.sign_in("lama")
    page = web_client.get(f"/documents/{document}/history?at=2")
    ways = {one.get("rel"): one.get("href") for one in parse_page(page).xpath("//nav//a[@rel]")}
    assert ways["prev"].endswith("at=1&view=text") and ways["next"].endswith("at=3&view=text")
    turns = " ".join(parse_page(page).xpath("string(//ol[contains(@class, 'turns')])").split())
    assert all(instance.members.people[key].names["en"] in turns for key in ("lama", "jihan", "salma"))


def test_an_earlier_text_is_put_back_once(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    web_client.sign_in("lama")
    ask = f"/documents/{document}/history/restoration?lang=en&at=1"
    assert ask in page_links(web_client.get(f"/documents/{document}/history?at=1"))
    page = web_client.get(ask)
    assert "This will be removed" in page_text(page) and "Others are writing here now." in page_text(page)
    assert instance.members.people["salma"].names["en"] in page_text(page)
    form = form_fields(page, "at=1")
    for _ in range(2):
        assert restore_row(web_client, document, 1, form=form) == (303, f"/documents/{document}/texts/en")
    assert live_text(instance, document) == (4, TEXT)
    with instance.read() as tx:
        assert journal_store.list_latest_updates(tx, f"{document}.en", epoch=1)[0].origin == "restored:@1"
    assert "is already like this" in page_text(web_client.get(ask))


def test_where_the_history_was_shortened_the_first_known_text_is_shown(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_text(instance)
    with instance.write() as tx:
        assert save.compact(tx, f"{document}.en")
    web_client.sign_in("lama")
    page = web_client.get(f"/documents/{document}/history?at=1")
    assert "no longer available" in page_text(page) and "third words" in history_entries(page)
    assert "draft_restarted" in restore_row(web_client, document, 1)[1]
