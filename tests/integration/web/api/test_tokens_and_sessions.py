"""API tokens, sessions and persons over the API: the scopes of a token, how it ends, and what is never stored of it."""

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
from service.web.http.bodies import MAX_BODY_BYTES
from tests.integration.web.conftest import ApiTestClient
from tests.support.factories import SampleInstance, create_document, cut_version, ensure_signatory, move_to_review

SAME_SITE = {"sec-fetch-site": "same-origin"}


def create_token(api: ApiTestClient, by: str, *scopes: str, **more: object) -> dict[str, str]:
    """Return {"id", "token"} of a new token of that person."""
    made: dict[str, str] = api.post("/tokens", {"label": "x", "scopes": scopes, **more}, by=by).json()
    return made


def call_with_token(api: ApiTestClient, key: dict[str, str], method: str, path: str, body: object = None) -> Any:
    return api.call(method, path, body, authorization=f"Bearer {key['token']}")


def cookie_of(api: ApiTestClient, key: str) -> str:
    """Return the cookie a browser gets for signing in with this token; the client itself forgets it."""
    response = api.client.post("/sign-in", data={"key": key}, headers=SAME_SITE, follow_redirects=False)
    api.client.cookies.clear()
    return str(response.headers["set-cookie"].split(";")[0])


# Outsiders


def test_unauthenticated_or_malformed_requests_do_not_wait_for_the_write_lock(
    api: ApiTestClient,
) -> None:
    begun: list[str] = []
    api.instance.session("lama")

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


def test_unauthenticated_body_is_not_read(api: ApiTestClient) -> None:
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
def test_only_secretariat_can_revoke(api: ApiTestClient, method: str, path: str) -> None:
    path = path.format(person=api.instance.members.people["yusuf"].id)
    for by in ("lama", "reem", "yusuf"):
        refused = api.call(method, path, by=by)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    narrow = create_token(api, "salma", "read", "write", "publish")
    assert call_with_token(api, narrow, method, path).status_code == 403
    assert api.get("/me", by="yusuf").status_code == 200


# Not found, rejected


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
def test_unknown_role_token_or_person_is_not_found(api: ApiTestClient, method: str, path: str, code: str) -> None:
    path = path.format(person=api.instance.members.people["yusuf"].id)
    assert api.call(method, path, by="salma").json()["code"] == code


def test_role_for_unknown_document_is_rejected(api: ApiTestClient) -> None:
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
def test_oversized_number_as_page_size_is_rejected(api: ApiTestClient, query: str, code: str) -> None:
    response = api.get(f"/documents?{query}", by="lama")
    assert (response.status_code, response.json()["code"]) == (400, code)


@pytest.mark.parametrize("number", ["1" * 19, NINES], ids=["19 digits", "5000 digits"])
def test_oversized_number_in_etag_is_rejected(api: ApiTestClient, number: str) -> None:
    response = api.call("PATCH", f"/documents/{create_document(api.instance)}", {}, by="lama", if_match=f'"{number}"')
    assert (response.status_code, response.json()["code"]) == (400, "bad_etag")


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
def test_numbers_out_of_range_are_rejected(api: ApiTestClient, path: str, body: str, code: str) -> None:
    response = api.post(path.format(document=create_document(api.instance)), body.encode(), by="salma")
    assert (response.status_code, response.json()["code"]) == (400, code)


def test_save_from_invalid_sequence_is_rejected(api: ApiTestClient) -> None:
    path = f"/documents/{create_document(api.instance)}/editions/ar/draft"
    response = api.call("PUT", path, {"text": "x", "epoch": 1, "seq": 10**30}, by="lama")
    assert (response.status_code, response.json()["code"]) == (400, "invalid_fields")


def test_rule_with_numbers_out_of_range_is_rejected(api: ApiTestClient) -> None:
    document = create_document(api.instance)
    cut_version(api.instance, document)
    move_to_review(api.instance, document)
    with api.instance.read() as tx:
        closes_at = tx.now + DAY
    body = {"version": 1, "closes_at": closes_at, "rule": {**TWO_THIRDS, "den": 10**100}}
    response = api.post(f"/documents/{document}/rounds", body, by="salma")
    assert (response.status_code, response.json()["code"]) == (400, "bad_rule")


def test_mails_are_not_found_outside_a_sample(instance: SampleInstance) -> None:
    real = replace(instance.app_state, settings=instance.app_state.settings.replace(sample=False))
    with TestClient(create_app(real), base_url="http://localhost") as client:
        response = client.get("/api/v1/mails", headers={"authorization": f"Bearer {instance.token('lama')}"})
    assert (response.status_code, response.json()["code"]) == (403, "not_a_sample")


# Conflict


def test_transitions_versions_and_rounds_honour_if_match(api: ApiTestClient) -> None:
    ensure_signatory(api.instance)
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


def test_last_secretariat_member_cannot_be_removed(api: ApiTestClient) -> None:
    salma, karim = (api.instance.members.people[key].id for key in ("salma", "karim"))
    assert api.call("DELETE", f"/people/{karim}/roles?role=secretariat", by="salma").status_code == 202
    assert api.call("DELETE", f"/people/{karim}/roles?role=secretariat", by="karim").status_code == 204
    response = api.post(f"/people/{salma}/closing", by="salma")
    assert (response.status_code, response.json()["code"]) == (409, "last_secretary")


def test_secret_is_shown_once_and_never_stored(api: ApiTestClient) -> None:
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


# Scopes of a token


def test_session_has_scopes_of_its_token(api: ApiTestClient) -> None:
    for scopes, status in ((("read",), 403), (("read", "admin"), 201)):
        cookie = cookie_of(api, create_token(api, "salma", *scopes)["token"])
        response = api.post("/organisations", {"names": {"en": "Another"}}, cookie=cookie, sec_fetch_site="same-origin")
        assert response.status_code == status


def test_session_ends_with_its_token(api: ApiTestClient) -> None:
    key = create_token(api, "lama", "read")
    cookie = cookie_of(api, key["token"])
    assert api.get("/me", cookie=cookie).json()["scopes"] == ["read"]
    assert api.call("DELETE", f"/tokens/{key['id']}", by="lama").status_code == 204
    assert api.get("/me", cookie=cookie).status_code == 401


def test_token_cannot_revoke_or_outlive_wider_ones(api: ApiTestClient) -> None:
    narrow, wide = create_token(api, "lama", "read", expires_at=2**52), create_token(api, "lama", "read", "write")
    ended = call_with_token(api, narrow, "DELETE", f"/tokens/{wide['id']}")
    assert (ended.status_code, ended.json()["code"]) == (403, "scope_too_wide")
    body = {"label": "x", "scopes": ["read"], "expires_at": 2**52 + 1}
    longer = call_with_token(api, narrow, "POST", "/tokens", body)
    assert (longer.status_code, longer.json()["code"]) == (403, "outlives_its_maker")
    past = api.post("/tokens", {**body, "expires_at": 1}, by="lama")
    assert (past.status_code, past.json()["code"]) == (400, "bad_deadline")
    assert call_with_token(api, narrow, "DELETE", f"/tokens/{narrow['id']}").status_code == 204


def test_only_host_prefixed_cookie_is_accepted_over_tls(instance: SampleInstance) -> None:
    with instance.write() as tx:
        tx.connection.exec_driver_sql("UPDATE coalition SET origin = 'https://localhost'")
    with TestClient(create_app(instance.app_state), base_url="https://localhost") as client:
        response = client.post(
            "/sign-in", data={"key": instance.token("lama")}, headers=SAME_SITE, follow_redirects=False
        )
        name, _, session = response.headers["set-cookie"].split(";")[0].partition("=")
        client.cookies.clear()
        assert name == "__Host-mithaq"
        for cookie, status in ((f"{name}={session}", 200), (f"mithaq={session}", 401)):
            assert client.get("/api/v1/me", headers={"cookie": cookie}).status_code == status


def test_role_for_one_document_suffices_for_own_resources(api: ApiTestClient) -> None:
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


def test_secretariat_lists_and_revokes_tokens_of_others(api: ApiTestClient) -> None:
    person = api.instance.members.people["lama"].id
    found = api.get(f"/people/{person}/tokens", by="salma").json()["items"]
    assert [one["label"] for one in found] == ["sample"]
    assert set(found[0]) == {"id", "label", "scopes", "created_at", "expires_at", "revoked_at"}
    cookie = cookie_of(api, api.instance.token("lama"))
    assert api.call("DELETE", f"/people/{person}/tokens/{found[0]['id']}", by="salma").status_code == 204
    assert api.get("/me", authorization=f"Bearer {api.instance.token('lama')}").status_code == 401
    assert api.get("/me", cookie=cookie).status_code == 401


def test_removed_person_cannot_sign_in_and_the_removal_is_recorded(api: ApiTestClient) -> None:
    path = f"/people/{api.instance.members.people['yusuf'].id}/closing"
    cookie = cookie_of(api, api.instance.token("yusuf"))
    assert api.get("/me", by="yusuf").status_code == 200
    assert api.post(path, by="salma").status_code == 202
    (waiting,) = api.get("/approvals", by="karim").json()["items"]
    assert api.post(f"/approvals/{waiting['id']}/approval", {"channel": "a call"}, by="karim").status_code == 200
    assert api.get("/me", by="yusuf").status_code == api.get("/me", cookie=cookie).status_code == 401
    again = api.post(path, by="salma")
    assert (again.status_code, again.json()["code"]) == (409, "person_closed")
    rows = api.get("/record?limit=200", by="salma").json()["items"]
    assert "person.close" in [json.loads(row["content"])["act"] for row in rows]


# Withdrawal


def test_withdrawing_reveals_nothing_hidden_before(api: ApiTestClient) -> None:
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


# Unexpected errors


def test_unexpected_error_has_security_headers_and_no_internals(api: ApiTestClient) -> None:
    with api.instance.write() as tx:
        tx.connection.exec_driver_sql("DROP TABLE notice")
    response = api.get("/notices", by="lama")
    assert (response.status_code, response.json()["code"]) == (503, "database_away")
    assert "notice" not in response.json()["detail"]
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
