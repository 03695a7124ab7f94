"""Refusals of single acts, as the API tells them: the code, the number, and nothing changed."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from service.domain import errors
from service.domain.crdt.panic_guard import BrokenReplica
from service.domain.endorsement.endorsement import MAX_RESERVATION_LENGTH
from service.store.drafts import journal as journal_store
from service.web.app import create_app
from service.web.http.errors import problem_details, status_of
from tests.integration.web.conftest import ApiTestClient
from tests.support.factories import (
    SampleInstance,
    create_document,
    cut_version,
    grant_all_mandates,
    move_to_review,
    open_round_with_document,
)


def problem_of(answer: object) -> tuple[int, str]:
    """(status, code) of a problem."""
    assert hasattr(answer, "status_code") and hasattr(answer, "json")
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.Unauthenticated(), 401, "sign_in_needed"),
        (errors.Forbidden(), 403, "forbidden"),
        (errors.NotFound(), 404, "not_found"),
        (errors.Conflict(), 409, "conflict"),
        (BrokenReplica(), 503, "draft_copy_broken"),
    ],
)
def test_an_error_without_a_code_of_its_own_has_that_of_its_kind(
    error: errors.DomainError, status: int, code: str
) -> None:
    said = problem_details(error, lang="ar", instance="/x")
    assert (status_of(error), said["code"], said["type"]) == (status, code, f"urn:mithaq:problem:{code}")


def test_a_member_whose_role_does_not_allow_it_is_told_so(api: ApiTestClient) -> None:
    assert problem_of(api.post("/organisations", {"names": {"ar": "منظمة"}}, by="yusuf")) == (403, "forbidden")


def test_an_organisation_that_joined_later_has_no_answer_in_the_round(
    api: ApiTestClient, instance: SampleInstance
) -> None:
    _, round_id = open_round_with_document(instance)
    late = api.post("/organisations", {"names": {"ar": "منظمة جديدة"}}, by="salma").json()["id"]
    moved = f"UPDATE person SET organisation = '{late}' WHERE id = '{instance.members.people['yusuf'].id}'"
    with instance.write() as tx:
        tx.connection.exec_driver_sql(moved)
    answer = api.post(f"/rounds/{round_id}/challenges", {"position": "endorse", "lang": "ar"}, by="yusuf")
    assert problem_of(answer) == (404, "not_on_roll")


def test_a_reservation_has_an_end(api: ApiTestClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    long = {"ar": "م" * (MAX_RESERVATION_LENGTH + 1)}
    body = {"position": "endorse_with_reservation", "reservation": long, "lang": "ar"}
    answer = api.post(f"/rounds/{round_id}/challenges", body, by="yusuf")
    assert problem_of(answer) == (413, "reservation_too_long")


def test_review_needs_a_version(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    assert problem_of(api.post(f"/documents/{document}/moves", {"to": "review"}, by="salma")) == (409, "no_version")
    assert api.get(f"/documents/{document}", by="lama").json()["state"] == "drafting"


def test_a_note_has_an_end(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    body = {"to": "withdrawn", "note": "ن" * 501}
    assert problem_of(api.post(f"/documents/{document}/moves", body, by="salma")) == (413, "note_too_long")


def test_a_frozen_draft_takes_nothing(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    path = f"/documents/{document}/editions/ar/draft"
    opened = api.get(path, by="lama").json()
    with instance.write() as tx:
        journal_store.set_frozen(tx, f"{document}.ar", frozen=True)
    body = {"text": "نصّ آخر.\n", "epoch": opened["epoch"], "seq": opened["seq"]}
    assert problem_of(api.call("PUT", path, body, by="lama")) == (409, "draft_frozen")
    assert api.get(path, by="lama").json()["text"] == opened["text"]


def test_a_mandate_is_confirmed_while_it_waits_and_ended_once(api: ApiTestClient, instance: SampleInstance) -> None:
    grant_all_mandates(instance)
    mandate = api.get("/mandates", by="salma").json()["items"][0]["id"]
    assert problem_of(api.post(f"/mandates/{mandate}/confirmations", by="salma")) == (409, "mandate_not_waiting")
    assert api.post(f"/mandates/{mandate}/revocation", by="salma").status_code == 204
    assert problem_of(api.post(f"/mandates/{mandate}/revocation", by="salma")) == (409, "mandate_ended")


@pytest.mark.parametrize("scopes", [[], ["everything"], ["read", "fly"]])
def test_a_key_reaches_what_there_is(api: ApiTestClient, scopes: list[str]) -> None:
    answer = api.post("/tokens", {"label": "x", "scopes": scopes}, by="lama")
    assert problem_of(answer) == (400, "unknown_scope")


def test_mails_are_shown_in_a_sample_only(instance: SampleInstance) -> None:
    app_state = replace(instance.app_state, settings=replace(instance.app_state.settings, sample=False))
    with TestClient(create_app(app_state), base_url="http://localhost") as client:
        answer = ApiTestClient(client, instance).get("/mails", by="lama")
    assert problem_of(answer) == (403, "not_a_sample")
