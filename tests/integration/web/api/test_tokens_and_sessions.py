"""Keys, sessions and persons over the API: how far a key reaches, how it ends, and what is never kept of it."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from service.actions.membership import people
from service.sample.document import DAY, TWO_THIRDS, load_actor
from service.web.app import create_app
from service.web.http.api_handler import MAX_BODY_BYTES
from tests.integration.web.conftest import ApiTestClient
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review

SAME_SITE = {"sec-fetch-site": "same-origin"}


def create_token(api: ApiTestClient, by: str, *scopes: str, **more: object) -> dict[str, str]:
    """{"id", "token"} of a new key of that person."""
    made: dict[str, str] = api.post("/tokens", {"label": "x", "scopes": scopes, **more}, by=by).json()
    return made


def call_with_token(api: ApiTestClient, key: dict[str, str], method: str, path: str, body: object = None) -> Any:
    return api.call(method, path, body, authorization=f"Bearer {key['token']}")


def cookie_of(api: ApiTestClient, key: str) -> str:
    """The cookie a browser gets for signing in with this key; the client itself forgets it."""
    answer = api.client.post("/sign-in", data={"key": key}, headers=SAME_SITE, follow_redirects=False)
    api.client.cookies.clear()
    return str(answer.headers["set-cookie"].split(";")[0])


# Outsiders


def test_whoever_may_not_act_or_says_nothing_that_can_be_read_does_not_queue_with_those_who_write(
    api: ApiTestClient,
) -> None:
    begun: list[str] = []

    def note(_: object, __: object, statement: str, *rest: object) -> None:
        begun.append(statement)

    event.listen(api.instance.database.engine, "before_cursor_execute", note)
    assert api.post("/documents", {}).status_code == 401
    assert api.post("/documents", b"{", by="lama").status_code == 400
    assert api.post("/documents", {}, by="lama").status_code == 400
    assert api.post("/documents", {}, by="lama", if_match="two").status_code == 400
    assert "BEGIN" in begun and "BEGIN IMMEDIATE" not in begun
    api.post("/tokens", {"label": "x", "scopes": ["read"]}, by="lama")
    assert "BEGIN IMMEDIATE" in begun


def test_a_strangers_request_is_not_read(api: ApiTestClient) -> None:
    assert api.post("/documents", b" " * (MAX_BODY_BYTES + 1)).status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/people/{person}/closing"),
        ("DELETE", "/people/{person}/roles?role=signatory"),
        ("GET", "/people/{person}/tokens"),
        ("DELETE", "/people/{person}/tokens/tok_none"),
    ],
)
def test_only_the_secretariat_takes_things_back(api: ApiTestClient, method: str, path: str) -> None:
    path = path.format(person=api.instance.members.people["yusuf"].id)
    for by in ("lama", "reem", "yusuf"):
        refused = api.call(method, path, by=by)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    narrow = create_token(api, "salma", "read", "write", "publish")
    assert call_with_token(api, narrow, method, path).status_code == 403
    assert api.get("/me", by="yusuf").status_code == 200


# Not found, refused


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("POST", "/people/per_none/closing", "not_found"),
        ("DELETE", "/people/per_none/roles?role=signatory", "not_found"),
        ("DELETE", "/people/{person}/roles?role=auditor", "not_found"),
        ("DELETE", "/people/{person}/roles?role=queen", "unknown_role"),
        ("DELETE", "/people/{person}/roles", "unknown_role"),
        ("GET", "/people/per_none/tokens", "not_found"),
        ("DELETE", "/people/{person}/tokens/tok_none", "not_found"),
    ],
)
def test_what_is_not_there_cannot_be_taken_back(api: ApiTestClient, method: str, path: str, code: str) -> None:
    path = path.format(person=api.instance.members.people["yusuf"].id)
    assert api.call(method, path, by="salma").json()["code"] == code


def test_a_role_for_a_document_that_is_not_there_is_not_given(api: ApiTestClient) -> None:
    path = f"/people/{api.instance.members.people['reem'].id}/roles"
    assert api.post(path, {"role": "drafter", "document": "doc_none"}, by="salma").status_code == 404
    assert api.post(path, {"role": "drafter", "document": create_document(api.instance)}, by="salma").status_code == 204


NINES = "9" * 5000
CURSORS = [base64.urlsafe_b64encode(b"seq:" + number).decode().rstrip("=") for number in (b"9" * 19, b"9" * 5000)]


@pytest.mark.parametrize(
    ("query", "code"),
    [(f"limit={NINES}", "bad_limit"), *((f"cursor={cursor}", "bad_cursor") for cursor in CURSORS)],
    ids=["limit", "19 digits", "5000 digits"],
)
def test_a_window_of_endless_digits_is_refused(api: ApiTestClient, query: str, code: str) -> None:
    answer = api.get(f"/documents?{query}", by="lama")
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize("number", ["1" * 19, NINES], ids=["19 digits", "5000 digits"])
def test_an_etag_of_endless_digits_is_refused(api: ApiTestClient, number: str) -> None:
    answer = api.call("PATCH", f"/documents/{create_document(api.instance)}", {}, by="lama", if_match=f'"{number}"')
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_etag")


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/documents", f'{{"kind": {NINES}}}', "invalid_json"),
        ("/documents", '{"kind": NaN}', "invalid_json"),
        ("/documents/{document}/versions", f'{{"seen": {{"ar": {NINES[:99]}}}}}', "invalid_fields"),
        ("/documents/{document}/rounds", f'{{"version": {NINES[:99]}, "closes_at": 1}}', "invalid_fields"),
    ],
    ids=["digits", "no number", "seen", "version"],
)
def test_numbers_that_nothing_can_hold_are_refused(api: ApiTestClient, path: str, body: str, code: str) -> None:
    answer = api.post(path.format(document=create_document(api.instance)), body.encode(), by="salma")
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_save_from_a_place_that_cannot_be_is_refused(api: ApiTestClient) -> None:
    path = f"/documents/{create_document(api.instance)}/editions/ar/draft"
    answer = api.call("PUT", path, {"text": "x", "epoch": 1, "seq": 10**30}, by="lama")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_fields")


def test_a_rule_with_numbers_that_nothing_can_hold_is_refused(api: ApiTestClient) -> None:
    document = create_document(api.instance)
    cut_version(api.instance, document)
    move_to_review(api.instance, document)
    with api.instance.read() as tx:
        closes_at = tx.now + DAY
    body = {"version": 1, "closes_at": closes_at, "rule": {**TWO_THIRDS, "den": 10**100}}
    answer = api.post(f"/documents/{document}/rounds", body, by="salma")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_rule")


def test_outside_a_sample_nobody_reads_mails_here(instance: SampleInstance) -> None:
    real = replace(instance.app_state, settings=instance.app_state.settings.replace(sample=False))
    with TestClient(create_app(real), base_url="http://localhost") as client:
        answer = client.get("/api/v1/mails", headers={"authorization": f"Bearer {instance.token('lama')}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_a_sample")


# Someone else was first


def test_moves_versions_and_rounds_heed_if_match(api: ApiTestClient) -> None:
    path = f"/documents/{create_document(api.instance)}"
    with api.instance.read() as tx:
        closes_at = tx.now + 7 * DAY
    for by, act, body in (
        ("lama", "versions", {}),
        ("salma", "moves", {"to": "review"}),
        ("salma", "rounds", {"version": 1, "closes_at": closes_at}),
    ):
        rev = api.get(path, by=by).headers["etag"]
        stale = api.post(f"{path}/{act}", body, by=by, if_match='"999"')
        assert (stale.status_code, stale.json()["code"]) == (412, "stale_document")
        assert api.get(path, by=by).headers["etag"] == rev
        assert api.post(f"{path}/{act}", body, by=by, if_match=rev).status_code in (200, 201)


def test_the_last_of_the_secretariat_cannot_be_sent_away(api: ApiTestClient) -> None:
    salma, karim = (api.instance.members.people[key].id for key in ("salma", "karim"))
    assert api.call("DELETE", f"/people/{karim}/roles?role=secretariat", by="salma").status_code == 204
    answer = api.post(f"/people/{salma}/closing", by="salma")
    assert (answer.status_code, answer.json()["code"]) == (409, "last_secretary")


def test_a_secret_is_shown_once_and_kept_nowhere(api: ApiTestClient) -> None:
    body = {"label": "x", "scopes": ["read"]}
    first, again = (api.post("/tokens", body, by="lama", idempotency_key="k1") for _ in range(2))
    assert first.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "shown_once")
    assert again.json()["extra"] == {"id": first.json()["id"]}
    assert len(api.get("/tokens", by="lama").json()["items"]) == 2
    other = api.post("/tokens", {**body, "label": "y"}, by="lama", idempotency_key="k1")
    assert other.json()["code"] == "idempotency_mismatch"
    token = first.json()["token"].encode()
    for name in ("mithaq.db", "mithaq.db-wal"):
        assert token not in (api.instance.app_state.settings.var / name).read_bytes()


# How far a key reaches


def test_a_session_of_a_narrow_key_is_narrow(api: ApiTestClient) -> None:
    for scopes, status in ((("read",), 403), (("read", "admin"), 201)):
        cookie = cookie_of(api, create_token(api, "salma", *scopes)["token"])
        answer = api.post("/organisations", {"names": {"en": "Another"}}, cookie=cookie, sec_fetch_site="same-origin")
        assert answer.status_code == status


def test_a_session_ends_with_its_key(api: ApiTestClient) -> None:
    key = create_token(api, "lama", "read")
    cookie = cookie_of(api, key["token"])
    assert api.get("/me", cookie=cookie).json()["scopes"] == ["read"]
    assert api.call("DELETE", f"/tokens/{key['id']}", by="lama").status_code == 204
    assert api.get("/me", cookie=cookie).status_code == 401


def test_a_key_cannot_end_or_outlive_what_reaches_further(api: ApiTestClient) -> None:
    narrow, wide = create_token(api, "lama", "read", expires_at=2**52), create_token(api, "lama", "read", "write")
    ended = call_with_token(api, narrow, "DELETE", f"/tokens/{wide['id']}")
    assert (ended.status_code, ended.json()["code"]) == (403, "scope_too_wide")
    body = {"label": "x", "scopes": ["read"], "expires_at": 2**52 + 1}
    longer = call_with_token(api, narrow, "POST", "/tokens", body)
    assert (longer.status_code, longer.json()["code"]) == (403, "outlives_its_maker")
    past = api.post("/tokens", {**body, "expires_at": 1}, by="lama")
    assert (past.status_code, past.json()["code"]) == (400, "bad_deadline")
    assert call_with_token(api, narrow, "DELETE", f"/tokens/{narrow['id']}").status_code == 204


def test_over_tls_only_the_cookie_no_neighbour_can_set_is_taken(instance: SampleInstance) -> None:
    with TestClient(create_app(instance.app_state), base_url="https://localhost") as client:
        answer = client.post(
            "/sign-in", data={"key": instance.token("lama")}, headers=SAME_SITE, follow_redirects=False
        )
        name, _, session = answer.headers["set-cookie"].split(";")[0].partition("=")
        client.cookies.clear()
        assert name == "__Host-mithaq"
        for cookie, status in ((f"{name}={session}", 200), (f"mithaq={session}", 401)):
            assert client.get("/api/v1/me", headers={"cookie": cookie}).status_code == status


def test_a_role_for_one_document_is_enough_for_ones_own_things(api: ApiTestClient) -> None:
    document, other = create_document(api.instance), create_document(api.instance)
    newcomer = {"name": "رنا", "email": "rana@x.example", "lang": "ar", "roles": []}
    person = api.post("/people", newcomer, by="salma").json()["id"]
    with api.instance.write() as tx:
        people.grant_role(tx, api.instance.actor(tx, "salma"), person=person, role="drafter", document=document)
        key = people.issue_token(tx, load_actor(tx, person), label="x", scopes=("read", "write"))
    mine = {"id": key.id, "token": key.token}
    for path in ("/tokens", "/notices", "/coalition", "/organisations", f"/documents/{document}"):
        assert call_with_token(api, mine, "GET", path).status_code == 200
    assert call_with_token(api, mine, "GET", f"/documents/{other}").status_code == 404
    assert call_with_token(api, mine, "GET", "/record").status_code == 403
    assert call_with_token(api, mine, "DELETE", f"/tokens/{key.id}").status_code == 204


def test_the_secretariat_sees_and_ends_the_keys_of_others(api: ApiTestClient) -> None:
    person = api.instance.members.people["lama"].id
    found = api.get(f"/people/{person}/tokens", by="salma").json()["items"]
    assert [one["label"] for one in found] == ["sample"]
    assert set(found[0]) == {"id", "label", "scopes", "created_at", "expires_at", "revoked_at"}
    cookie = cookie_of(api, api.instance.token("lama"))
    assert api.call("DELETE", f"/people/{person}/tokens/{found[0]['id']}", by="salma").status_code == 204
    assert api.get("/me", by="lama").status_code == 401
    assert api.get("/me", cookie=cookie).status_code == 401


def test_whoever_is_closed_comes_in_no_more_and_it_is_written_down(api: ApiTestClient) -> None:
    path = f"/people/{api.instance.members.people['yusuf'].id}/closing"
    cookie = cookie_of(api, api.instance.token("yusuf"))
    assert api.post(path, by="salma").status_code == 204
    assert api.get("/me", by="yusuf").status_code == api.get("/me", cookie=cookie).status_code == 401
    again = api.post(path, by="salma")
    assert (again.status_code, again.json()["code"]) == (409, "person_closed")
    rows = api.get("/record?limit=200", by="salma").json()["items"]
    assert "person.close" in [json.loads(row["content"])["act"] for row in rows]


# What is withdrawn


def test_withdrawing_shows_nobody_what_they_could_not_see(api: ApiTestClient) -> None:
    unseen, seen = create_document(api.instance), create_document(api.instance)
    for document in (unseen, seen):
        cut_version(api.instance, document)
    move_to_review(api.instance, seen)
    for document in (unseen, seen):
        assert api.post(f"/documents/{document}/moves", {"to": "withdrawn", "note": "x"}, by="salma").status_code == 200
    for path in ("", "/versions/1", "/comparison?lang=ar&old=1&new=1"):
        assert api.get(f"/documents/{unseen}{path}", by="reem").status_code == 404
        assert api.get(f"/documents/{seen}{path}", by="reem").status_code == 200
    assert [one["id"] for one in api.get("/documents", by="reem").json()["items"]] == [seen]
    assert [one["id"] for one in api.get("/documents", by="lama").json()["items"]] == [unseen, seen]


# What breaks


def test_what_breaks_is_answered_with_the_security_headers_and_nothing_of_the_inside(api: ApiTestClient) -> None:
    with api.instance.write() as tx:
        tx.connection.exec_driver_sql("DROP TABLE notice")
    answer = api.get("/notices", by="lama")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
    assert "notice" not in answer.json()["detail"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
