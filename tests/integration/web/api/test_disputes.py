"""Disputes over the API: by people who are signed in, for their own organisation."""

from service.domain.endorsement.terms import OWN, RoundOptions
from tests.integration.actions.endorsement.scenarios import dispute_answer, last_answer, request_end, round_of
from tests.integration.web.conftest import ApiTestClient
from tests.support.factories import cast_endorsement, open_round_with_document


def test_dispute_is_made_and_settled(api: ApiTestClient) -> None:
    _, round_id = open_round_with_document(api.instance)
    cast_endorsement(api.instance, round_id, "yusuf")
    answer = last_answer(api.instance, round_id, "sindyan")
    body = {"endorsement": answer.id, "reason": "We did not decide this."}
    made = api.post(f"/rounds/{round_id}/disputes", body, by="lama")
    assert (made.status_code, made.json()["settled_at"], made.json()["subject"]) == (201, None, "answer")
    refused = api.post(f"/rounds/{round_id}/disputes", body, by="lama")
    assert (refused.status_code, refused.json()["code"]) == (409, "already_disputed")
    tally = api.get(f"/rounds/{round_id}", by="huda").json()["tally"]
    assert tally["disputed"] == [api.instance.members.organisations["sindyan"]]
    settled = api.post(f"/disputes/{made.json()['id']}/settlement", by="lama")
    assert settled.status_code == 200 and settled.json()["settled_at"]


def test_key_neither_disputes_nor_settles(api: ApiTestClient) -> None:
    _, round_id = open_round_with_document(api.instance)
    cast_endorsement(api.instance, round_id, "yusuf")
    made = dispute_answer(api.instance, round_id, "yusuf")
    answer = last_answer(api.instance, round_id, "sindyan")
    key = {"authorization": f"Bearer {api.instance.token('lama')}"}
    for path, body in (
        (f"/rounds/{round_id}/disputes", {"endorsement": answer.id, "reason": "x"}),
        (f"/disputes/{made.dispute.id}/settlement", None),
    ):
        refused = api.post(path, body, **key)
        assert (refused.status_code, refused.json()["code"]) == (403, "person_needed")


def test_round_that_hides_answers_hides_their_disputes(api: ApiTestClient) -> None:
    _, round_id = open_round_with_document(api.instance, options=RoundOptions(visible_while_open=OWN))
    cast_endorsement(api.instance, round_id, "yusuf")
    dispute_answer(api.instance, round_id, "lama")
    seen = {by: len(api.get(f"/rounds/{round_id}/disputes", by=by).json()["items"]) for by in ("huda", "lama", "salma")}
    assert seen == {"huda": 0, "lama": 1, "salma": 1}


def test_request_to_end_a_round_is_withdrawn(api: ApiTestClient) -> None:
    _, round_id = open_round_with_document(api.instance)
    request_end(api.instance, round_id, "salma")
    withdrawn = api.post(f"/rounds/{round_id}/ending-withdrawal", {"act": "close"}, by="salma")
    assert withdrawn.status_code == 200
    request_end(api.instance, round_id, "karim")
    assert round_of(api.instance, round_id).state == "open"
