"""Proofs on the pages and in the API: progress, files, failures with their words, and waivers that signatories read."""

from collections.abc import Iterator

import pytest

from service.store.documents import versions as versions_store
from service.store.membership import approvals as approvals_store
from service.store.publication import proofs as proofs_store
from tests.integration.actions.proofs.test_waivers import (
    DIFFERENCE,
    MEMORY,
    REASON,
    confirm,
    document_with_proofs,
    request_waiver,
)
from tests.support.factories import (
    SampleInstance,
    create_document,
    cut_version,
    ensure_signatory,
    grant_all_mandates,
    move_to_review,
    open_round,
)
from tests.support.web_client import WebClient, error_code, form_fields, open_web_client, page_text, parse_page


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def version_in_review(instance: SampleInstance) -> str:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    return document


def proof_ids(instance: SampleInstance, document: str) -> dict[str, str]:
    """Return the ids of the proofs of the latest version by format."""
    with instance.read() as tx:
        version = versions_store.get_latest(tx, document)
        assert version is not None
        return {one.format: one.id for one in proofs_store.list_by_version(tx, version.id)}


def test_proof_of_another_document_is_not_found(web_client: WebClient, instance: SampleInstance) -> None:
    document, other = version_in_review(instance), version_in_review(instance)
    web_client.sign_in("yusuf")
    (id, *_) = proof_ids(instance, other).values()
    assert web_client.get(f"/documents/{document}/proofs/{id}").status_code == 404
    assert web_client.get(f"/documents/{document}/proofs/prf_none").status_code == 404


def test_proofs_being_made_refresh_themselves_and_cannot_be_saved(
    web_client: WebClient, instance: SampleInstance
) -> None:
    instance.dispatcher.completes_proofs = False
    document = version_in_review(instance)
    page = web_client.sign_in("lama").get(f"/documents/{document}/proofs")
    assert parse_page(page).xpath("//*[@data-progress='running']")
    assert "0 of 2 proofs ready" in page_text(page) and "Waiting for its turn" in page_text(page)
    assert "2 proofs are being made" in page_text(web_client.get(f"/documents/{document}/endorsement"))
    refused = web_client.get(f"/documents/{document}/proofs/{proof_ids(instance, document)['pdf']}")
    assert (refused.status_code, error_code(refused)) == (409, "not_ready")


def test_whole_proof_is_saved_and_its_name_says_that_it_is_not_approved(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = version_in_review(instance)
    page = web_client.sign_in("salma").get(f"/documents/{document}/proofs")
    assert "2 of 2 proofs ready" in page_text(page) and "All proofs are ready" in page_text(page)
    assert f"/documents/{document}/round" in parse_page(page).xpath("//aside//a/@href")
    saved = web_client.get(f"/documents/{document}/proofs/{proof_ids(instance, document)['pdf']}")
    assert saved.status_code == 200 and saved.content == b"?"
    assert 'filename="not-approved-Title-ar.ar.pdf"' in saved.headers["content-disposition"]


def test_opening_without_proofs_says_so_and_starts_them(web_client: WebClient, instance: SampleInstance) -> None:
    document = version_in_review(instance)
    ensure_signatory(instance)
    page = web_client.sign_in("salma").get(f"/documents/{document}/round")
    assert "proofs" not in page_text(page)
    instance.dispatcher.completes_proofs = False
    with instance.write() as tx:
        proofs_store.add_engine(tx, id="eng_new", sha256="9" * 64, content={})
    assert "The proofs of this version must be made again" in page_text(web_client.get(f"/documents/{document}/round"))
    refused = web_client.post_confirmed(f"/documents/{document}/round", form_fields(page, "/round"))
    assert (refused.status_code, error_code(refused)) == (409, "proof_not_whole")
    assert "The proofs of this version are being made" in page_text(refused)
    assert [job.name for job in instance.dispatcher.dispatched[-2:]] == ["proofs.render"] * 2


def test_failure_is_said_with_its_words_and_waived_by_two_persons(
    web_client: WebClient, instance: SampleInstance
) -> None:
    grant_all_mandates(instance)
    document = document_with_proofs(instance, pdf={**DIFFERENCE, "line": 3})
    path = f"/documents/{document}/proofs"
    assert "no round can open" in page_text(web_client.sign_in("lama").get(f"/documents/{document}/endorsement"))
    page = web_client.get(path)
    assert "الماء" in page_text(page) and "(page 1 of the file)" in page_text(page)
    assert not parse_page(page).xpath("//form[contains(@action, 'proof-waiver')]")
    assert web_client.post(f"/documents/{document}/proof-waiver", {"version": "1"}).status_code == 403
    page = web_client.sign_in("salma").get(path)
    fields = {**form_fields(page, "/proof-waiver"), "reason": REASON}
    assert web_client.post(f"/documents/{document}/proof-waiver", fields).status_code == 303
    assert "Another person of the secretariat must confirm it" in page_text(web_client.get(path))
    shown = page_text(web_client.sign_in("karim").get("/approvals"))
    assert REASON in shown and "الماء" in shown and "Title ar" in shown
    with instance.read() as tx:
        (waiting,) = approvals_store.list_waiting(tx)
    assert web_client.post(f"/approvals/{waiting.id}/approval", {"channel": "a call"}).status_code == 303
    assert f"Everyone who signs reads the reason: {REASON}" in page_text(web_client.get(path))
    assert "opens without all proofs" in page_text(web_client.get(f"/documents/{document}/round"))
    round_id = open_round(instance, document)
    sentence = f"Reason given by the secretariat: {REASON}"
    assert sentence in page_text(web_client.sign_in("yusuf").get(f"/rounds/{round_id}/sign"))
    assert "It was opened without all proofs" in page_text(web_client.get("/notices"))


def test_waiver_without_a_reason_is_marked_at_its_field(web_client: WebClient, instance: SampleInstance) -> None:
    document = document_with_proofs(instance, pdf=MEMORY)
    page = web_client.sign_in("salma").get(f"/documents/{document}/proofs")
    fields = {**form_fields(page, "/proof-waiver"), "reason": "  "}
    refused = web_client.post(f"/documents/{document}/proof-waiver", fields)
    assert (refused.status_code, error_code(refused)) == (400, "waiver_reason_needed")
    assert parse_page(refused).xpath("//textarea[@name='reason']/@aria-invalid") == ["true"]


def test_proofs_are_made_again(web_client: WebClient, instance: SampleInstance) -> None:
    document = document_with_proofs(instance, pdf={"code": "render_timeout", "message": "slow"})
    page = web_client.sign_in("lama").get(f"/documents/{document}/proofs")
    stale = web_client.post(f"/documents/{document}/proofs", {"version": "7"})
    assert (stale.status_code, error_code(stale)) == (409, "stale_version")
    assert web_client.post(f"/documents/{document}/proofs", form_fields(page, "/proofs")).status_code == 303
    assert "Waiting for its turn" in page_text(web_client.get(f"/documents/{document}/proofs"))


def test_api_lists_proofs_and_asks_for_a_waiver(web_client: WebClient, instance: SampleInstance) -> None:
    document = document_with_proofs(instance, pdf=MEMORY)
    api = web_client.client
    path = f"/api/v1/documents/{document}"
    salma, lama = instance.session_headers("salma"), instance.session_headers("lama")
    listed = api.get(f"{path}/proofs", headers=lama).json()
    assert (listed["version"], listed["whole"]) == (1, False)
    assert {one["format"]: (one["state"], (one["failure"] or {}).get("code")) for one in listed["items"]} == {
        "docx": ("whole", None), "pdf": ("failed", "render_memory")
    }  # fmt: skip
    body = {"version": 1, "reason": REASON}
    assert api.post(f"{path}/proof-waivers", json=body, headers=lama).status_code == 403
    asked = api.post(f"{path}/proof-waivers", json=body, headers=salma)
    assert asked.status_code == 201 and asked.json()["approval"].startswith("apr_")
    assert api.post(f"{path}/proof-waivers", json=body, headers=salma).json()["code"] == "already_asked"
    again = api.post(f"{path}/proofs", json={"version": 1}, headers=lama)
    assert again.status_code == 202
    assert {one["state"] for one in again.json()["items"]} == {"whole", "queued"}


def test_keys_of_programs_cannot_waive(instance: SampleInstance, web_client: WebClient) -> None:
    document = document_with_proofs(instance, pdf=MEMORY)
    headers = {"authorization": f"Bearer {instance.token('salma')}"}
    body = {"version": 1, "reason": REASON}
    refused = web_client.client.post(f"/api/v1/documents/{document}/proof-waivers", json=body, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "person_needed")


def test_form_of_a_waiver_ends_with_the_waiver(instance: SampleInstance, web_client: WebClient) -> None:
    document = document_with_proofs(instance, pdf=MEMORY)
    confirm(instance, request_waiver(instance, document))
    page = web_client.sign_in("salma").get(f"/documents/{document}/proofs")
    assert not parse_page(page).xpath("//form[contains(@action, 'proof-waiver')]")
