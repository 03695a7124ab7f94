"""Pages of suggestions, in this order: outsider, wrong role, not found, conflict, success."""

from collections.abc import Iterator

import pytest

from service.domain.text.markup.canonical import text_sha256
from tests.integration.web.drafts.test_edit_pages import draft_text
from tests.support.factories import (
    SampleInstance,
    create_document,
    create_suggestion,
    create_unsaved_change,
    save_text,
)
from tests.support.web_client import WebClient, error_code, form_fields, open_web_client, page_text

TEXT = "The first text.\n\nThe second text.\n"
PROPOSED = "The best text.\n\nThe second long text.\n"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def create_text(instance: SampleInstance) -> str:
    return create_document(instance, texts={"en": TEXT})


def address_of(instance: SampleInstance, document: str, **given: str) -> str:
    return f"/documents/{document}/suggestions/{create_suggestion(instance, document, PROPOSED, **given).id}"


def test_outsider_is_asked_to_sign_in_and_keeps_the_words(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    address = address_of(instance, document)
    assert web_client.get(address).status_code == 401
    assert web_client.post(f"{address}/acceptance").status_code == 401
    sent = web_client.post(f"/documents/{document}/texts/en/suggest", {"text": PROPOSED, "epoch": "1", "seq": "1"})
    assert sent.status_code == 401 and "The second long text." in sent.text


def test_reader_without_a_role_in_the_text_sees_but_cannot_suggest(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_text(instance)
    address = address_of(instance, document, reason="It is shorter.")
    web_client.sign_in("huda")
    page = web_client.get(address)
    assert "It is shorter." in page_text(page) and "/acceptance" not in page.text and "/dismissal" not in page.text
    assert web_client.post(f"{address}/acceptance").status_code == 403


def test_author_can_withdraw_but_not_accept(web_client: WebClient, instance: SampleInstance) -> None:
    address = address_of(instance, create_text(instance))
    web_client.sign_in("yusuf")
    page = web_client.get(address)
    assert "/acceptance" not in page.text and "Withdraw" in page_text(page)
    assert web_client.post(f"{address}/acceptance").status_code == 403
    assert web_client.post(f"{address}/dismissal").status_code == 303
    withdrawn = page_text(web_client.get(address))
    assert "Dismissed" in withdrawn and "Your suggestion was withdrawn" in withdrawn


def test_suggestion_of_another_document_is_not_found(web_client: WebClient, instance: SampleInstance) -> None:
    address, other = address_of(instance, create_text(instance)), create_text(instance)
    web_client.sign_in("lama")
    assert web_client.get(f"/documents/{other}/suggestions/{address.rpartition('/')[2]}").status_code == 404
    assert web_client.get(f"/documents/{other}/texts/ar/suggest").status_code == 404
    assert "No changes were suggested yet" in page_text(web_client.get(f"/documents/{other}/suggestions"))


def test_rejected_suggestion_keeps_words_and_position(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    address = f"/documents/{document}/texts/en/suggest"
    web_client.sign_in("yusuf")
    fields = form_fields(web_client.get(address), address)
    unchanged = web_client.post(address, fields)
    assert (unchanged.status_code, error_code(unchanged)) == (409, "nothing_suggested")
    save_text(instance, document, f"Before.\n\n{TEXT}", lang="en", by="jihan")
    too_long = web_client.post(address, fields | {"text": PROPOSED, "reason": "x" * 1001})
    assert error_code(too_long) == "reason_too_long"
    kept = form_fields(too_long, address)
    assert (kept["text"].strip(), kept["seq"]) == (PROPOSED.strip(), fields["seq"])


def test_conflict_is_shown_and_resolved(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    address = address_of(instance, document)
    save_text(instance, document, TEXT.replace("first", "very first"), lang="en", by="jihan")
    web_client.sign_in("lama")
    assert error_code(web_client.post(f"{address}/acceptance", {"hunk": "1"})) == "suggestion_conflict"
    assert web_client.post(f"{address}/acceptance").status_code == 303
    page = web_client.get(address)
    assert "Needs a choice" in page_text(page) and "Accept all" not in page_text(page)
    fields = form_fields(page, f"{address}/resolution")
    assert (fields["seen"], fields["passage"]) == (text_sha256("very first"), "best")
    stale = web_client.post(f"{address}/resolution", fields | {"seen": text_sha256("first")})
    assert error_code(stale) == "passage_changed"
    assert web_client.post(f"{address}/resolution", fields | {"passage": "very best"}).status_code == 303
    assert draft_text(instance, document, "en") == PROPOSED.replace("best", "very best")
    assert "The text says instead" in page_text(web_client.get(address))


def test_conflict_of_several_lines_is_resolved(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    found = create_suggestion(instance, document, f"{TEXT}\nOne line.\n\nAnother line.\n")
    address = f"/documents/{document}/suggestions/{found.id}"
    save_text(instance, document, f"{TEXT}\nNew words.\n\nOf two lines.\n", lang="en", by="jihan")
    web_client.sign_in("lama")
    fields = form_fields(web_client.get(address), f"{address}/resolution")
    assert "\n" in fields["passage"]
    crlf = {name: value.replace("\n", "\r\n") for name, value in fields.items()}
    assert web_client.post(f"{address}/resolution", crlf).status_code == 303
    assert draft_text(instance, document, "en") == f"{TEXT}\nOne line.\n\nAnother line.\n"


def test_suggestion_is_sent_found_and_accepted_one_by_one(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    address = f"/documents/{document}/texts/en/suggest"
    web_client.sign_in("yusuf")
    assert address in web_client.get(f"/documents/{document}").text
    fields = form_fields(web_client.get(address), address)
    sent = web_client.post(address, fields | {"text": PROPOSED, "reason": "Shorter."})
    place = sent.headers["location"]
    assert "Your suggestion was sent" in page_text(web_client.get(place))
    web_client.sign_in("salma")
    assert "1 suggested change is waiting" in page_text(web_client.get(f"/documents/{document}"))
    listed = web_client.get(f"/documents/{document}/suggestions")
    assert place in listed.text and "Shorter." in page_text(listed) and "2 changes" in page_text(listed)
    assert "<del>first</del><ins>best</ins>" in web_client.get(place).text
    assert web_client.post(f"{place}/acceptance", {"hunk": "2"}).status_code == 303
    assert draft_text(instance, document, "en") == TEXT.replace("second", "second long")
    assert "The change was added to the text." in page_text(web_client.get(f"/documents/{document}/suggestions"))
    assert "Added to the text" in page_text(web_client.get(place))
    assert web_client.post(f"{place}/dismissal", {"hunk": "1"}).status_code == 303
    assert "Partly added" in page_text(web_client.get(f"/documents/{document}/suggestions"))
    assert error_code(web_client.post(f"{place}/acceptance")) == "suggestion_ended"


def test_lists_are_paged(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    old, new = (create_suggestion(instance, document, f"{TEXT}{word}\n").id for word in ("One.", "Two."))
    web_client.sign_in("huda")
    page = web_client.get(f"/documents/{document}/suggestions?limit=1")
    assert new in page.text and old not in page.text
    cursor = page.text.partition("suggestions?cursor=")[2].partition('"')[0]
    assert old in web_client.get(f"/documents/{document}/suggestions?cursor={cursor}").text


def test_unsaved_change_is_sent_as_a_suggestion(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    kept = create_unsaved_change(instance, document, PROPOSED, by="yusuf", lang="en")
    address = f"/documents/{document}/unsaved-changes/{kept.id}"
    web_client.sign_in("yusuf")
    assert "Send as a suggestion" in page_text(web_client.get(address))
    sent = web_client.post(f"{address}/suggestion", {"reason": "Written offline."})
    assert "Written offline." in page_text(web_client.get(sent.headers["location"]))
    assert "Sent as a suggestion" in page_text(web_client.get(address))
    assert "Sent as a suggestion" in page_text(web_client.get(f"/documents/{document}/unsaved-changes"))
    assert error_code(web_client.post(f"{address}/suggestion")) == "unsaved_change_ended"
