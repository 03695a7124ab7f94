"""Marks of mandates, and answers by email alone, on every page that shows an answer."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update

from service.domain.endorsement.terms import MAIL_ENOUGH, RoundOptions
from service.store.tables import coalition
from tests.integration.actions.endorsement.scenarios import dispute_answer, last_answer, withdraw_answer
from tests.integration.actions.endorsement.test_marks import age_mandates, document_in_review, mark_mandate
from tests.integration.actions.endorsement.test_proof_of_person import begin, sign
from tests.integration.web.rounds.test_signing_pages import choose_position
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    close_round,
    create_document,
    cut_version,
    grant_all_mandates,
    open_round,
)
from tests.support.web_client import (
    WebClient,
    create_publication,
    form_fields,
    open_web_client,
    page_text,
    parse_page,
)

SIGN_ON = {"v": 1, "kind": "sign_on", "at_least": 1}
MARKS = "confirmed by one person · address not proved"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def open_marked_round(instance: SampleInstance, **more: Any) -> tuple[str, str]:
    """Return (document, round); the mandate of Sindyan is marked twice, that of the others not at all."""
    grant_all_mandates(instance)
    age_mandates(instance)
    mark_mandate(instance, "yusuf", "confirmed_by_one", "address_not_proved")
    document = document_in_review(instance)
    return document, open_round(instance, document, rule=SIGN_ON, **more)


def notes(response: Any) -> list[str]:
    """Return what a page says of mandates and proofs."""
    return [one.text_content().strip() for one in parse_page(response).xpath("//small[contains(@class, 'marks')]")]


def test_signatory_sees_the_marks_before_signing(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_marked_round(instance)
    page = web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign")
    assert f"Your mandate: {MARKS}." in page_text(page)
    assert MARKS in page_text(web_client.get(choose_position(web_client, round_id, "endorse")))
    assert "Your mandate:" not in page_text(web_client.sign_in("huda").get(f"/rounds/{round_id}/sign"))


def test_receipt_round_and_public_page_show_the_marks(web_client: WebClient, instance: SampleInstance) -> None:
    document, round_id = open_marked_round(instance)
    cast_endorsement(instance, round_id, "yusuf")
    cast_endorsement(instance, round_id, "huda")
    shown = [f"Mandate: {MARKS}"]
    assert notes(web_client.sign_in("yusuf").get(f"/rounds/{round_id}/receipt")) == shown
    assert notes(web_client.get(f"/rounds/{round_id}")) == shown
    answers = web_client.get(f"/api/v1/rounds/{round_id}/endorsements").json()["items"]
    assert [one["marks"] for one in answers] == [["confirmed_by_one", "address_not_proved"], []]
    close_round(instance, round_id)
    assert notes(web_client.client.get(f"/p/{create_publication(instance, document)}?lang=en")) == shown


def test_hidden_answer_shows_no_marks_to_others(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_marked_round(instance, options=RoundOptions(visible_while_open="own"))
    cast_endorsement(instance, round_id, "yusuf")
    assert notes(web_client.sign_in("huda").get(f"/rounds/{round_id}")) == []
    assert len(notes(web_client.sign_in("lama").get(f"/rounds/{round_id}"))) == 1


def test_answer_by_email_alone_is_shown_as_such(web_client: WebClient, instance: SampleInstance) -> None:
    document, round_id = open_marked_round(instance, options=RoundOptions(proof=MAIL_ENOUGH))
    mark_mandate(instance, "yusuf")
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(sample=False))
    sign(instance, begin(instance, "yusuf", "code"), round_id)
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(sample=True))
    assert "by email alone" in page_text(web_client.sign_in("yusuf").get(f"/rounds/{round_id}/receipt"))
    assert notes(web_client.get(f"/rounds/{round_id}")) == ["Signed by email alone"]
    close_round(instance, round_id)
    publication = create_publication(instance, document)
    assert notes(web_client.client.get(f"/p/{publication}?lang=en")) == ["Signed by email alone"]


def test_public_page_says_that_a_withdrawal_is_disputed(web_client: WebClient, instance: SampleInstance) -> None:
    document, round_id = open_marked_round(instance)
    cast_endorsement(instance, round_id, "yusuf")
    close_round(instance, round_id)
    publication = create_publication(instance, document)
    withdraw_answer(instance, round_id, "yusuf", replaces=last_answer(instance, round_id, "sindyan").statement_sha256)
    dispute_answer(instance, round_id, "lama")
    web_client.sign_in("reem").post_confirmed(f"/documents/{document}/publication")
    sentence = "Someone in the organisation disputed this withdrawal on"
    assert sentence in page_text(web_client.client.get(f"/p/{publication}?lang=en"))
    assert "على هذا السحب" in page_text(web_client.client.get(f"/p/{publication}?lang=ar"))


def test_urgent_round_has_the_same_options(web_client: WebClient, instance: SampleInstance) -> None:
    grant_all_mandates(instance)
    document = create_document(instance, urgent=True)
    cut_version(instance, document)
    page = web_client.sign_in("salma").get(f"/documents/{document}/steps")
    assert "The round closes 10 minutes after the last organisation has answered" in page_text(page)
    form = form_fields(page, "/sending-out")
    assert form["close_after_all_minutes"] == "10" and form["named_in_public"] == "counted"
    chosen = {**form, "close_after_all_minutes": "3", "visible_while_open": "own", "named_in_public": "named"}
    refused = web_client.post(f"/documents/{document}/sending-out", {**chosen, "close_after_all_minutes": "61"})
    assert refused.status_code == 400
    opened = web_client.post(f"/documents/{document}/sending-out", chosen)
    assert opened.status_code == 303, page_text(opened)
    text = page_text(web_client.get(opened.headers["location"]))
    assert "The round closes 3 minutes after the last organisation has answered" in text
    assert "every organisation is named" in text and "only the organisation itself" in text


def test_notice_of_an_opened_round_lists_who_can_sign(web_client: WebClient, instance: SampleInstance) -> None:
    open_marked_round(instance)
    text = page_text(web_client.sign_in("lama").get("/notices"))
    assert "These people could sign for your organisation" in text and "confirmed by one person" in text
