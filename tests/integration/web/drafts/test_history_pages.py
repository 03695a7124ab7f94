"""Earlier states of the draft, and restoring them: outsider, wrong role, not found, rejected, success."""

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
    """Create row 1 by lama, row 2 by jihan, row 3 by salma."""
    document = create_document(instance, texts={"en": TEXT})
    save_text(instance, document, TEXT.replace("first", "second"), lang="en", by="jihan")
    save_text(instance, document, TEXT.replace("first", "third"), lang="en", by="salma")
    return document


def live_text(instance: SampleInstance, document: str) -> tuple[int, str]:
    with instance.read() as tx:
        its = save.read(tx, instance.actor(tx, "lama"), document_id=document, lang="en")
    return its.seq, its.text


def history_entries(response: object) -> str:
    return " ".join(parse_page(response).xpath("string(//article)").split())


def freeze_draft(instance: SampleInstance, document: str) -> None:
    with instance.write() as tx:
        journal_store.set_frozen(tx, f"{document}.en", frozen=True)


def restore_row(
    web_client: WebClient, document: str, seq: int, *, form: dict[str, str] | None = None
) -> tuple[int, str]:
    """Restore row `seq`; return the status and the redirect target, or the code of the error."""
    path = f"/documents/{document}/history/restoration"
    response = web_client.post(f"{path}?lang=en&at={seq}", form or {"lang": "en", "at": str(seq)})
    return response.status_code, response.headers.get("location") or error_code(response)


def test_outsider_sees_nothing(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    assert web_client.get(f"/documents/{document}/history").status_code == 401
    assert restore_row(web_client, document, 1)[0] == 401


def test_reader_cannot_restore(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    web_client.sign_in("yusuf")
    page = web_client.get(f"/documents/{document}/history?at=1")
    assert "first words" in history_entries(page) and "Restore this text" not in page_text(page)
    assert web_client.get(f"/documents/{document}/history/restoration?at=1").status_code == 403
    assert restore_row(web_client, document, 1)[0] == 403
    assert live_text(instance, document)[0] == 3


def test_unknown_row_is_not_found(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    web_client.sign_in("lama")
    assert web_client.get("/documents/doc_none/history").status_code == 404
    assert web_client.get(f"/documents/{document}/history?lang=fr").status_code == 404
    for path in (f"/documents/{document}/history?at=4", f"/documents/{document}/history?at=x"):
        response = web_client.get(path)
        assert (response.status_code, error_code(response)) == (400, "unknown_place")
    response = web_client.get(f"/documents/{document}/history?time=nine")
    assert (response.status_code, error_code(response)) == (400, "bad_time")
    assert restore_row(web_client, document, 9, form={"lang": "en", "at": "9"})[0] == 400


def test_restore_is_rejected_when_frozen_or_out_of_drafting(web_client: WebClient, instance: SampleInstance) -> None:
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


def test_text_is_shown_as_of_a_row(web_client: WebClient, instance: SampleInstance) -> None:
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


def test_edit_sessions_link_to_each_other(
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


def test_earlier_text_is_restored_once(web_client: WebClient, instance: SampleInstance) -> None:
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


def test_first_known_text_of_a_compacted_history_is_shown(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    with instance.write() as tx:
        assert save.compact(tx, f"{document}.en")
    web_client.sign_in("lama")
    page = web_client.get(f"/documents/{document}/history?at=1")
    assert "no longer available" in page_text(page) and "third words" in history_entries(page)
    assert "draft_restarted" in restore_row(web_client, document, 1)[1]
