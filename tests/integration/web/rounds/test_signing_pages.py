"""The signing pages: outsider, wrong role, not found, conflict, success."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update

from service.actions.documents import documents
from service.domain.publication.render_failure import Part, RenderFailure
from service.domain.publication.reservation_proof import PATIENCE
from service.domain.trust.statement import statement_sha256
from service.jobs import PROVE_RESERVATION
from service.store.tables import jobs, reservation_proof
from tests.support import factories
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    close_round,
    create_document,
    cut_version,
    move_to_review,
    open_round,
    open_round_with_document,
    save_text,
)
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
    yield from open_web_client(instance)


def hidden_fields(response: Any, *, form: int = 0) -> dict[str, str]:
    """Return the hidden fields of a form in the page's body."""
    found = parse_page(response).xpath("//main//form")[form]
    return {str(one.get("name")): str(one.get("value")) for one in found.xpath(".//input[@type='hidden']")}


def choose_position(web_client: WebClient, round_id: str, position: str, **more: str) -> str:
    """Return the page that asks for the code of a choice."""
    page = web_client.get(f"/rounds/{round_id}/sign")
    response = web_client.post(f"/rounds/{round_id}/sign", {**hidden_fields(page), "position": position, **more})
    assert response.status_code == 303, page_text(response)
    location = str(response.headers["location"])
    return follow_check(web_client, round_id, location) if "/sign/reservation?" in location else location


def follow_check(web_client: WebClient, round_id: str, location: str) -> str:
    """Go on from the page that waits for the proof of a reservation; return the page that asks for the code."""
    page = web_client.get(location)
    response = web_client.post(f"/rounds/{round_id}/sign", form_fields(page))
    assert response.status_code == 303, page_text(response)
    return str(response.headers["location"])


def mailed_code(instance: SampleInstance, who: str) -> str:
    with instance.read() as tx:
        return factories.mailed_code(tx, instance.members.people[who].id)


def sign_round(web_client: WebClient, round_id: str, who: str, position: str = "endorse", **more: str) -> Any:
    """Return the receipt after all steps."""
    address = choose_position(web_client, round_id, position, **more)
    response = web_client.post(
        address, {**hidden_fields(web_client.get(address)), "code": mailed_code(web_client.instance, who)}
    )
    assert response.status_code == 303, page_text(response)
    return web_client.get(response.headers["location"])


# Outsider


def test_outsider_signs_in_and_returns_to_the_choice(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    for id in (round_id, "rnd_none"):
        response = web_client.client.get(f"/rounds/{id}/sign", follow_redirects=False)
        assert (response.status_code, response.headers["location"]) == (303, f"/sign-in?next=/rounds/{id}/sign")
    assert web_client.get(f"/rounds/{round_id}/receipt").status_code == 401
    assert web_client.post(f"/rounds/{round_id}/sign", {"position": "endorse"}).status_code == 401


# Wrong role


@pytest.mark.parametrize("who", ["salma", "lama"])
def test_person_without_mandate_reads_and_sees_who_answers(
    web_client: WebClient, instance: SampleInstance, who: str
) -> None:
    _, round_id = open_round_with_document(instance)
    page = web_client.sign_in(who).get(f"/rounds/{round_id}/sign")
    assert page.status_code == 200 and not parse_page(page).xpath("//input[@type='radio']")
    assert "Only people with a mandate can answer" in page_text(page)
    response = web_client.post(f"/rounds/{round_id}/sign", {"position": "endorse", "lang": "ar"})
    assert (response.status_code, error_code(response)) == (403, "forbidden")


def test_signatory_with_unconfirmed_mandate_sees_what_to_do(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    round_id = open_round(instance, document)
    text = page_text(web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign"))
    assert "You have no confirmed mandate" in text and "the secretariat confirms them" in text
    response = web_client.post(f"/rounds/{round_id}/sign", {"position": "endorse", "lang": "ar"})
    assert (response.status_code, error_code(response)) == (403, "no_mandate")
    assert f"/rounds/{round_id}" in page_links(response)


# Not found


def test_unknown_or_foreign_challenge_is_not_found(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    address = choose_position(web_client.sign_in("yusuf"), round_id, "endorse")
    for path in ("/rounds/rnd_none/sign", f"/rounds/{round_id}/sign/chl_none", f"/rounds/{round_id}/receipt"):
        assert web_client.get(path).status_code == 404
    assert web_client.get(f"/rounds/{round_id}/sign?lang=en").status_code == 404
    assert web_client.sign_in("huda").get(address).status_code == 404


# Conflict


def test_closed_round_rejects_answers_and_links_to_the_outcome(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    page = web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign")
    close_round(instance, round_id)
    response = web_client.post(f"/rounds/{round_id}/sign", {**hidden_fields(page), "position": "endorse"})
    assert (response.status_code, error_code(response)) == (409, "round_closed")
    assert f"/rounds/{round_id}" in page_links(response)
    assert "This round is closed." in page_text(web_client.get(f"/rounds/{round_id}/sign"))


def test_concurrent_answer_is_not_overwritten_unseen(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    page = web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign")
    cast_endorsement(instance, round_id, "yusuf", "decline")
    response = web_client.post(f"/rounds/{round_id}/sign", {**hidden_fields(page), "position": "endorse"})
    assert (response.status_code, error_code(response)) == (409, "already_endorsed")
    assert f"/rounds/{round_id}/sign" in page_links(response)


def test_reservation_without_text_is_reported_and_input_is_kept(
    web_client: WebClient, instance: SampleInstance
) -> None:
    _, round_id = open_round_with_document(instance)
    page = web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign")
    form = {**hidden_fields(page), "position": "abstain", "reservation.ar": "نتحفّظ."}
    response = web_client.post(f"/rounds/{round_id}/sign", form)
    assert response.status_code == 400
    assert "write the reservation" in page_text(response)
    assert parse_page(response).xpath("string(//textarea[@lang='ar'])").removeprefix("\n") == "نتحفّظ."
    assert parse_page(response).xpath("string(//input[@checked]/@value)") == "abstain"


def test_wrong_code_is_reported_at_its_field_until_attempts_run_out(
    web_client: WebClient, instance: SampleInstance
) -> None:
    _, round_id = open_round_with_document(instance)
    address = choose_position(web_client.sign_in("yusuf"), round_id, "endorse")
    for left in (4, 3, 2, 1):
        response = web_client.post(address, {"code": "00000000"})
        assert response.status_code == 403
        assert parse_page(response).xpath("string(//*[@id='code']/@aria-invalid)") == "true"
        assert f"Tries left: {left}." in page_text(response)
    web_client.post(address, {"code": "00000000"})
    void = web_client.get(address)
    assert (void.status_code, error_code(void)) == (403, "code_void")
    assert f"/rounds/{round_id}/sign" in page_links(void)


def test_form_with_a_used_key_and_other_input_is_rejected(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    form = hidden_fields(web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign"))
    assert web_client.post(f"/rounds/{round_id}/sign", {**form, "position": "endorse"}).status_code == 303
    response = web_client.post(f"/rounds/{round_id}/sign", {**form, "position": "decline"})
    assert (response.status_code, error_code(response)) == (409, "form_reused")


# Success


def test_signatory_goes_from_the_choice_to_the_receipt(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    web_client.sign_in("yusuf")
    address = choose_position(
        web_client, round_id, "endorse_with_reservation", **{"reservation.ar": "نتحفّظ على <المادة> ١."}
    )
    page = web_client.get(address)
    assert "نؤيّد الإصدار" in page_text(page) and "نتحفّظ على <المادة> ١." in page_text(page)
    spaced = mailed_code(instance, "yusuf")
    done = web_client.post(address, {**hidden_fields(page), "code": f" {spaced[:4]} {spaced[4:]} "})
    receipt = web_client.get(done.headers["location"])
    for sentence in (
        "Your endorsement with its reservation is recorded",
        "1 of 3 organisations has endorsed.",
        "نتحفّظ على <المادة> ١.",
        "Signed by",
        "by a code sent by email",
        "can change or withdraw its answer",
    ):
        assert sentence in page_text(receipt)
    file = web_client.get(f"/rounds/{round_id}/receipt/statement")
    assert file.headers["content-disposition"].startswith("attachment;")
    assert statement_sha256(file.content)[:4] in page_text(receipt)


def test_reservation_waits_for_its_proof_and_is_seen_by_its_author_alone(
    web_client: WebClient, instance: SampleInstance
) -> None:
    _, round_id = open_round_with_document(instance)
    instance.dispatcher.completes_proofs = False
    address = f"/rounds/{round_id}/sign"
    page = web_client.sign_in("yusuf").get(address)
    words = {"reservation.ar": "نتحفّظ على <المادة> ١.", "reservation.en": "We reserve."}
    form = {**hidden_fields(page), "position": "endorse_with_reservation", **words}
    waiting = web_client.post(address, form).headers["location"]
    shown = web_client.get(waiting)
    assert "You have not signed anything yet" in page_text(shown) and "نتحفّظ على <المادة> ١." in page_text(shown)
    assert parse_page(shown).xpath("//*[@data-progress='running']") and not parse_page(shown).xpath("//main//form")
    assert web_client.sign_in("huda").get(waiting).status_code == 404
    with instance.write() as tx:
        for job in [one for one in instance.dispatcher.dispatched if one.name == PROVE_RESERVATION]:
            tx.connection.execute(update(reservation_proof).values(state="whole"))
            tx.connection.execute(update(jobs).where(jobs.c.id == job.id).values(state="done"))
    done = web_client.sign_in("yusuf").get(waiting)
    assert parse_page(done).xpath("//form[@data-continue]") and "took too long" not in page_text(done)
    sent = form_fields(done)
    assert {name: sent[name] for name in words} == words
    code_page = web_client.get(web_client.post(address, sent).headers["location"])
    assert "We reserve." in page_text(code_page)


def test_unprintable_reservation_is_refused_at_its_field_and_a_late_proof_lets_go_on(
    web_client: WebClient, instance: SampleInstance
) -> None:
    _, round_id = open_round_with_document(instance)
    instance.dispatcher.completes_proofs = False
    address = f"/rounds/{round_id}/sign"
    page = web_client.sign_in("yusuf").get(address)
    form = {**hidden_fields(page), "position": "endorse_with_reservation", "reservation.ar": "نتحفّظ ههنا."}
    waiting = web_client.post(address, form).headers["location"]
    with instance.write() as tx:
        tx.connection.execute(update(reservation_proof).values(requested_at=tx.now - PATIENCE))
    late = web_client.get(waiting)
    assert "The check took too long" in page_text(late) and not parse_page(late).xpath("//form[@data-continue]")
    with instance.write() as tx:
        failure = RenderFailure("render_unprintable", "x", line=1, words="ههنا", part=Part.RESERVATION).to_json()
        tx.connection.execute(update(reservation_proof).values(state="failed", failure=failure, requested_at=tx.now))
    refused = web_client.post(address, form_fields(web_client.get(waiting)))
    assert (refused.status_code, error_code(refused)) == (400, "reservation_unprintable")
    assert "near “ههنا”" in page_text(refused)
    field = parse_page(refused).xpath("//*[@id='reservation-ar']")[0]
    assert field.get("aria-invalid") == "true" and field.text.strip() == "نتحفّظ ههنا."


def test_form_sent_twice_acts_once(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    form = {**hidden_fields(web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign")), "position": "endorse"}
    first, second = (web_client.post(f"/rounds/{round_id}/sign", form) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    address = first.headers["location"]
    given = {**hidden_fields(web_client.get(address)), "code": mailed_code(instance, "yusuf")}
    assert [web_client.post(address, given).status_code for _ in range(2)] == [303, 303]


def test_answer_is_changed_and_withdrawn(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    web_client.sign_in("yusuf")
    sign_round(web_client, round_id, "yusuf")
    assert "Your organisation has answered." in page_text(web_client.get(f"/rounds/{round_id}/sign"))
    assert "Your abstention is recorded" in page_text(sign_round(web_client, round_id, "yusuf", "abstain"))
    receipt = page_text(sign_round(web_client, round_id, "yusuf", "withdraw"))
    assert "Your organisation’s answer was withdrawn" in receipt and "Answer again" in receipt


def test_answer_can_be_withdrawn_after_the_seal(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    for who in ("yusuf", "huda"):
        cast_endorsement(instance, round_id, who)
    close_round(instance, round_id)
    page = web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign")
    assert not parse_page(page).xpath("//input[@type='radio']") and "sealed text does not change" in page_text(page)
    assert "You can no longer answer" in page_text(sign_round(web_client, round_id, "yusuf", "withdraw"))


def test_changes_since_the_version_known_to_the_organisation_are_shown(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document, first = open_round_with_document(instance)
    cast_endorsement(instance, first, "yusuf")
    close_round(instance, first)
    with instance.write() as tx:
        documents.change_state(tx, instance.actor(tx, "salma"), document_id=document, to_state="drafting")
    for number, word in ((2, "ثانٍ"), (3, "ثالث")):
        save_text(instance, document, f"## المادة ١ {{#one}}\n\nنصّ {word}.\n")
        assert cut_version(instance, document) == number
    move_to_review(instance, document)
    round_id = open_round(instance, document, version=3)
    page = web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign")
    assert "What changed since version 1" in page_text(page) and "answered on version 1" in page_text(page)
    assert "ثالث" in parse_page(page).xpath("string(//details//ins)")
    assert "What changed since version 2" in page_text(web_client.get(f"/rounds/{round_id}/sign?since=2"))
