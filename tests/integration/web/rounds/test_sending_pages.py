"""Pages and API of urgent statements that are sent out: progress, cancelling, and failures said plainly."""

from collections.abc import Iterator

import pytest

from service.web.api.schemas.endorsement import SendingResponse
from tests.integration.actions.endorsement.test_urgent_sending import (
    TEXTS,
    carry_on,
    fail_one_proof,
    is_frozen,
    send_out,
    sending_of,
)
from tests.support.factories import SampleInstance, complete_proofs, create_document, ensure_signatory
from tests.support.web_client import (
    WebClient,
    error_code,
    form_fields,
    open_web_client,
    page_links,
    page_text,
    parse_page,
)


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    instance.dispatcher.completes_proofs = False
    yield from open_web_client(instance)


@pytest.fixture
def document(instance: SampleInstance) -> str:
    ensure_signatory(instance)
    return create_document(instance, texts=TEXTS, urgent=True)


def test_page_shows_progress_and_refreshes_itself(
    web_client: WebClient, instance: SampleInstance, document: str
) -> None:
    assert web_client.sign_in("salma").get(f"/documents/{document}/sending").status_code == 404
    form = form_fields(web_client.get(f"/documents/{document}/steps"), "/sending-out")
    sent = web_client.post(f"/documents/{document}/sending-out", {**form, "hours": "4"})
    assert sent.headers["location"] == f"/documents/{document}/sending"
    page = web_client.get(f"/documents/{document}/sending")
    text = page_text(page)
    assert "The files of version 1 are being checked" in text and "It will be open for 4 hours" in text
    assert "PDF, Arabic text: waiting" in text and "DOCX, English text: waiting" in text
    assert parse_page(page).xpath("//*[@data-progress='running']") and parse_page(page).xpath("//*[@data-live]")
    steps = web_client.get(f"/documents/{document}/steps")
    assert "being sent out" in page_text(steps) and f"/documents/{document}/sending" in page_links(steps)
    assert "Create the version" not in page_text(steps)
    again = web_client.post(f"/documents/{document}/sending-out", {**form, "hours": "4"})
    assert (again.status_code, error_code(again)) == (409, "sending_under_way")
    assert "Cancel the sending" not in page_text(web_client.sign_in("lama").get(f"/documents/{document}/sending"))
    complete_proofs(instance.database)
    opened = web_client.get(f"/documents/{document}/sending")
    assert opened.url.path == f"/rounds/{sending_of(instance, document).round}"


def test_sending_is_cancelled_by_form(web_client: WebClient, instance: SampleInstance, document: str) -> None:
    send_out(instance, document)
    web_client.sign_in("karim")
    page = web_client.get(f"/documents/{document}/sending")
    form = form_fields(page, "/cancellation")
    address = f"/documents/{document}/sending/cancellation"
    assert web_client.post(address, form).headers["location"] == f"/documents/{document}/steps"
    assert not is_frozen(instance, document)
    assert "This was cancelled" in page_text(web_client.get(f"/documents/{document}/sending"))
    assert error_code(web_client.post(address, form)) == "sending_ended"
    assert error_code(web_client.post(address, {"sending": "snd_none"})) == "not_found"
    text = page_text(web_client.sign_in("salma").get("/notices"))
    assert "Sending out an urgent statement was cancelled" in text


def test_failed_proof_leads_to_the_line_in_the_editor(
    web_client: WebClient, instance: SampleInstance, document: str
) -> None:
    send_out(instance, document)
    fail_one_proof(instance, document)
    carry_on(instance, document)
    page = web_client.sign_in("salma").get(f"/documents/{document}/sending")
    text = page_text(page)
    assert "No round was opened. The text can be changed again." in text and "Code proof_failed" in text
    assert "The text has a character that our fonts cannot print." in text and "بوقف الهدم" in text
    assert "Change this in the draft, then create a new version." in text
    assert f"/documents/{document}/texts/ar#line-1" in page_links(page)
    assert "An urgent statement could not be sent out" in page_text(web_client.get("/notices"))
    arabic = page_text(web_client.get(f"/documents/{document}/sending", **{"accept-language": "ar"}))
    assert "بوقف الهدم" in arabic


def test_api_sends_out_lists_and_cancels(web_client: WebClient, instance: SampleInstance, document: str) -> None:
    client, headers = web_client.client, instance.session_headers("salma")
    address = f"/api/v1/documents/{document}/sendings"
    late = client.post(address, json={"hours": 1, "at_least": 1}, headers={**headers, "if-match": '"77"'})
    assert (late.status_code, late.json()["code"]) == (412, "stale_document")
    made = client.post(address, json={"hours": 2, "at_least": 1}, headers=headers)
    sent = SendingResponse.model_validate(made.json())
    assert (made.status_code, sent.state, sent.version, sent.round) == (202, "requested", 1, None)
    assert client.get(address, headers=headers).json()["items"] == [made.json()]
    lama = instance.session_headers("lama")
    assert client.post(f"{address}/{sent.id}/cancellation", headers=lama).status_code == 403
    ended = client.post(f"{address}/{sent.id}/cancellation", headers=headers)
    assert (ended.status_code, ended.json()["state"]) == (200, "cancelled")
