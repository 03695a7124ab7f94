"""Refusals of single acts, as the API tells them: the code, the number, and nothing changed."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from service.domain import errors
from service.domain.crdt.shared_text import BrokenCopy
from service.domain.endorsement.endorsement import LONGEST_RESERVATION
from service.store.drafts import journal as journal_store
from service.web.app import create_app
from service.web.http.errors import problem, status_of
from tests.integration.web.conftest import Caller
from tests.support.factories import Stage, a_document, a_version, an_open_round, in_review, mandated


def told(answer: object) -> tuple[int, str]:
    """(status, code) of a problem."""
    assert hasattr(answer, "status_code") and hasattr(answer, "json")
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.Stranger(), 401, "sign_in_needed"),
        (errors.Forbidden(), 403, "forbidden"),
        (errors.NotFound(), 404, "not_found"),
        (errors.Conflict(), 409, "conflict"),
        (BrokenCopy(), 503, "draft_copy_broken"),
    ],
)
def test_an_error_without_a_code_of_its_own_has_that_of_its_kind(
    error: errors.DomainError, status: int, code: str
) -> None:
    said = problem(error, lang="ar", instance="/x")
    assert (status_of(error), said["code"], said["type"]) == (status, code, f"urn:mithaq:problem:{code}")


def test_a_member_whose_role_does_not_allow_it_is_told_so(api: Caller) -> None:
    assert told(api.post("/organisations", {"names": {"ar": "منظمة"}}, by="yusuf")) == (403, "forbidden")


def test_an_organisation_that_joined_later_has_no_answer_in_the_round(api: Caller, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    late = api.post("/organisations", {"names": {"ar": "منظمة جديدة"}}, by="salma").json()["id"]
    moved = f"UPDATE person SET organisation = '{late}' WHERE id = '{stage.cast.people['yusuf'].id}'"
    with stage.write() as tx:
        tx.connection.exec_driver_sql(moved)
    answer = api.post(f"/rounds/{round_id}/challenges", {"position": "endorse", "lang": "ar"}, by="yusuf")
    assert told(answer) == (404, "not_on_roll")


def test_a_reservation_has_an_end(api: Caller, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    long = {"ar": "م" * (LONGEST_RESERVATION + 1)}
    body = {"position": "endorse_with_reservation", "reservation": long, "lang": "ar"}
    answer = api.post(f"/rounds/{round_id}/challenges", body, by="yusuf")
    assert told(answer) == (413, "reservation_too_long")


def test_review_needs_a_version(api: Caller, stage: Stage) -> None:
    document = a_document(stage)
    assert told(api.post(f"/documents/{document}/moves", {"to": "review"}, by="salma")) == (409, "no_version")
    assert api.get(f"/documents/{document}", by="lama").json()["state"] == "drafting"


def test_a_note_has_an_end(api: Caller, stage: Stage) -> None:
    document = a_document(stage)
    a_version(stage, document)
    in_review(stage, document)
    body = {"to": "withdrawn", "note": "ن" * 501}
    assert told(api.post(f"/documents/{document}/moves", body, by="salma")) == (413, "note_too_long")


def test_a_frozen_draft_takes_nothing(api: Caller, stage: Stage) -> None:
    document = a_document(stage)
    path = f"/documents/{document}/editions/ar/draft"
    opened = api.get(path, by="lama").json()
    with stage.write() as tx:
        journal_store.freeze(tx, f"{document}.ar", frozen=True)
    body = {"text": "نصّ آخر.\n", "epoch": opened["epoch"], "seq": opened["seq"]}
    assert told(api.call("PUT", path, body, by="lama")) == (409, "draft_frozen")
    assert api.get(path, by="lama").json()["text"] == opened["text"]


def test_a_mandate_is_confirmed_while_it_waits_and_ended_once(api: Caller, stage: Stage) -> None:
    mandated(stage)
    mandate = api.get("/mandates", by="salma").json()["items"][0]["id"]
    assert told(api.post(f"/mandates/{mandate}/confirmations", by="salma")) == (409, "mandate_not_waiting")
    assert api.post(f"/mandates/{mandate}/revocation", by="salma").status_code == 204
    assert told(api.post(f"/mandates/{mandate}/revocation", by="salma")) == (409, "mandate_ended")


@pytest.mark.parametrize("scopes", [[], ["everything"], ["read", "fly"]])
def test_a_key_reaches_what_there_is(api: Caller, scopes: list[str]) -> None:
    answer = api.post("/tokens", {"label": "x", "scopes": scopes}, by="lama")
    assert told(answer) == (400, "unknown_scope")


def test_mails_are_shown_in_a_sample_only(stage: Stage) -> None:
    house = replace(stage.house, settings=replace(stage.house.settings, sample=False))
    with TestClient(create_app(house), base_url="http://localhost") as client:
        answer = Caller(client, stage).get("/mails", by="lama")
    assert told(answer) == (403, "not_a_sample")
