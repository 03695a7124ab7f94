"""What holds for every operation of the API: tokens, problem details, idempotency, ETags, cursors, the OpenAPI
document."""

import json
from typing import Any

import pytest
from openapi_spec_validator import validate

from service.actions.membership import people
from service.domain.membership.people import ROLES
from service.domain.policy import POLICY
from service.web.api.operations import OPERATIONS
from service.web.http.api_handler import Operation
from service.web.http.bodies import MAX_BODY_BYTES, MAX_TEXTS_BYTES
from tests.integration.web.conftest import ApiTestClient
from tests.support.factories import SampleInstance, create_document, create_sealed_document, cut_version

DOCUMENT = {"kind": "statement", "authentic": ["ar"], "editions": {"ar": {"title": "عنوان", "text": "نصّ.\n"}}}


def path_of(operation: Operation) -> str:
    """Return the path of an operation with its parameters set to unknown ids."""
    path = operation.path.removeprefix("/api/v1")
    parts = (
        "document",
        "round",
        "export",
        "suggestion",
        "change",
        "mandate",
        "person",
        "token",
        "publication",
        "sha256",
    )
    for part in parts:
        path = path.replace("{" + part + "}", "none_of_ours")
    return path.replace("{lang}", "ar").replace("{number}", "1")


PRIVATE = [pytest.param(one, id=f"{one.method} {one.path}") for one in OPERATIONS if not one.public]


@pytest.mark.parametrize("operation", PRIVATE)
def test_outsider_must_authenticate(api: ApiTestClient, operation: Operation) -> None:
    response = api.call(operation.method, path_of(operation), b"{}")
    assert response.status_code == 401
    assert response.json()["code"] == "sign_in_needed"
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("operation", PRIVATE)
def test_token_without_scopes_is_forbidden(api: ApiTestClient, operation: Operation) -> None:
    with api.instance.write() as tx:  # as release 0.1 issued them; the scope is ignored
        reem = api.instance.actor(tx, "reem")
        narrow = people.create_token(tx, reem, label="sign only", scopes=("sign",), expires_at=None).token
    response = api.call(operation.method, path_of(operation), b"{}", authorization=f"Bearer {narrow}")
    if (operation.method, operation.path) in (("GET", "/api/v1/me"), ("GET", "/api/v1/documents")):
        assert response.status_code == 200
        assert response.json().get("items", []) == []
    else:
        assert response.status_code in (400, 403, 404)


def test_every_operation_has_a_policy_entry() -> None:
    for operation in OPERATIONS:
        assert operation.public or operation.verb in POLICY, operation.path


def test_every_policy_entry_names_known_roles() -> None:
    for verb, line in POLICY.items():
        assert line.roles and line.roles <= set(ROLES), verb


def test_unknown_and_forbidden_are_indistinguishable(api: ApiTestClient) -> None:
    document = create_document(api.instance)
    hidden, unknown = (api.get(f"/documents/{id}", by="reem").json() for id in (document, "doc_none"))
    assert {**hidden, "instance": ""} == {**unknown, "instance": ""}
    assert hidden["status"] == 404


def test_problem_is_in_the_reader_language_and_keeps_its_code(api: ApiTestClient) -> None:
    arabic, english = (api.get("/documents/x", by="lama", accept_language=lang) for lang in ("ar", "en"))
    assert arabic.headers["content-type"] == "application/problem+json"
    assert arabic.json()["code"] == english.json()["code"] == "not_found"
    assert arabic.json()["detail"] != english.json()["detail"]
    assert (arabic.headers["content-language"], english.headers["content-language"]) == ("ar", "en")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"\xff\xfe", "invalid_utf8"),
        (b"{", "invalid_json"),
        (b"[" * 100_000, "invalid_json"),
        (b"[]", "invalid_fields"),
        (b'{"kind": "statement"}', "invalid_fields"),
        (json.dumps({**DOCUMENT, "surprise": 1}).encode(), "invalid_fields"),
        (json.dumps({**DOCUMENT, "kind": "poem"}).encode(), "unknown_kind"),
        (json.dumps({**DOCUMENT, "issued_by": "king"}).encode(), "unknown_issuer"),
        (json.dumps({**DOCUMENT, "authentic": ["en"]}).encode(), "no_authentic_text"),
        (json.dumps({**DOCUMENT, "editions": {}}).encode(), "no_edition"),
        (json.dumps({**DOCUMENT, "editions": {"xx": {"title": "t"}}}).encode(), "unknown_language"),
        (json.dumps({**DOCUMENT, "editions": {"ar": {"title": "t", "text": "a\x00b"}}}).encode(), "control_character"),
        (b'{"kind":"statement","authentic":["ar"],"editions":{"ar":{"title":"t","text":"\\ud800"}}}', None),
        (json.dumps({**DOCUMENT, "editions": {"ar": {"title": "\u202et"}}}).encode(), "bidi_override"),
        (json.dumps({**DOCUMENT, "editions": {"ar": {"title": "t" * 301}}}).encode(), "name_too_long"),
    ],
)
def test_invalid_input_has_a_code_and_changes_nothing(api: ApiTestClient, body: bytes, code: str | None) -> None:
    response = api.post("/documents", body, by="lama")
    assert response.status_code in (400, 413)
    assert code is None or response.json()["code"] == code
    assert api.get("/documents", by="lama").json()["items"] == []


def test_oversized_body_is_rejected_before_it_is_read_completely(api: ApiTestClient) -> None:
    response = api.post("/documents", b" " * (MAX_TEXTS_BYTES + 1), by="lama")
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


def test_body_without_texts_is_small(api: ApiTestClient) -> None:
    response = api.post("/organisations", b" " * (MAX_BODY_BYTES + 1), by="salma")
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


def test_unknown_address_and_wrong_method_are_problems_too(api: ApiTestClient) -> None:
    assert api.get("/nothing", by="lama").json()["code"] == "not_found"
    wrong = api.call("DELETE", "/me", by="lama")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")


# Idempotency


def test_same_key_and_body_have_one_effect(api: ApiTestClient) -> None:
    first, again = (api.post("/documents", DOCUMENT, by="lama", idempotency_key="k1") for _ in range(2))
    assert first.json() == again.json()
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]
    assert len(api.get("/documents", by="lama").json()["items"]) == 1


def test_same_key_with_another_body_is_rejected(api: ApiTestClient) -> None:
    api.post("/documents", DOCUMENT, by="lama", idempotency_key="k1")
    other = api.post("/documents", {**DOCUMENT, "kind": "letter"}, by="lama", idempotency_key="k1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")


def test_key_is_scoped_to_its_person(api: ApiTestClient) -> None:
    ids = {api.post("/documents", DOCUMENT, by=by, idempotency_key="k1").json()["id"] for by in ("lama", "jihan")}
    assert len(ids) == 2


def test_failed_request_is_not_stored(api: ApiTestClient) -> None:
    refused = api.post("/documents", DOCUMENT, by="yusuf", idempotency_key="k1")
    assert refused.status_code == 403
    assert api.post("/documents", {"kind": 1}, by="yusuf", idempotency_key="k1").json()["code"] == "invalid_fields"


def test_oversized_key_is_rejected(api: ApiTestClient) -> None:
    response = api.post("/documents", DOCUMENT, by="lama", idempotency_key="k" * 201)
    assert response.json()["code"] == "bad_idempotency_key"


# ETags


def test_change_needs_current_etag(api: ApiTestClient) -> None:
    made = api.post("/documents", DOCUMENT, by="lama")
    path = f"/documents/{made.json()['id']}"
    assert api.get(path, by="lama", if_none_match=made.headers["etag"]).status_code == 304
    changed = api.call("PATCH", path, {"place": {"ar": "دمشق"}}, by="jihan", if_match=made.headers["etag"])
    assert changed.status_code == 200
    assert changed.headers["etag"] != made.headers["etag"]
    stale = api.call("PATCH", path, {"place": {"ar": "حلب"}}, by="lama", if_match=made.headers["etag"])
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_document")
    assert api.get(path, by="lama").json()["front"]["place"] == {"ar": "دمشق"}


def test_malformed_etag_is_rejected(api: ApiTestClient) -> None:
    id = api.post("/documents", DOCUMENT, by="lama").json()["id"]
    response = api.call("PATCH", f"/documents/{id}", {}, by="lama", if_match='"two"')
    assert response.json()["code"] == "bad_etag"


# Cursors


def test_pages_have_no_gaps_or_repetitions(api: ApiTestClient) -> None:
    made = [api.post("/documents", DOCUMENT, by="lama").json()["id"] for _ in range(5)]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.get(f"/documents?limit=2&cursor={cursor}", by="lama").json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert seen == made


@pytest.mark.parametrize(
    ("query", "code"),
    [("limit=0", "bad_limit"), ("limit=x", "bad_limit"), ("limit=٣", "bad_limit"), ("cursor=zzz", "bad_cursor")],
)
def test_invalid_page_size_is_rejected(api: ApiTestClient, query: str, code: str) -> None:
    assert api.get(f"/documents?{query}", by="lama").json()["code"] == code


# Lists show what `may` allows


def test_list_is_exactly_what_may_be_read(api: ApiTestClient) -> None:
    ids = [create_document(api.instance) for _ in range(3)]
    for id in ids[:2]:
        cut_version(api.instance, id)
        api.post(f"/documents/{id}/moves", {"to": "review"}, by="salma")
    for by in api.instance.members.people:
        listed = [one["id"] for one in api.get("/documents", by=by).json()["items"]]
        readable = [id for id in ids if api.get(f"/documents/{id}", by=by).status_code == 200]
        assert listed == readable


def test_focal_point_lists_people_of_own_organisation(api: ApiTestClient) -> None:
    assert len(api.get("/people", by="salma").json()["items"]) == 8
    own = api.get("/people", by="lama").json()["items"]
    assert {one["id"] for one in own} == {api.instance.members.people[key].id for key in ("lama", "yusuf")}
    assert api.get("/people", by="yusuf").status_code == 403


# The OpenAPI document


def test_document_is_valid_openapi_and_names_every_operation(api: ApiTestClient) -> None:
    described: dict[str, Any] = api.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    validate(described)
    named = {(method.upper(), path) for path, item in described["paths"].items() for method in item}
    assert named == {(one.method, one.path) for one in OPERATIONS}
    ids = [operation["operationId"] for item in described["paths"].values() for operation in item.values()]
    assert len(ids) == len(set(ids))


def test_operations_list_their_parameters(api: ApiTestClient) -> None:
    paths = api.get("/openapi.json").json()["paths"]

    def names(path: str, method: str) -> list[str]:
        return [one["name"] for one in paths[f"/api/v1{path}"][method]["parameters"]]

    assert names("/people/{person}/roles", "delete") == ["person", "role", "document"]
    assert names("/documents", "get") == ["cursor", "limit"]
    assert names("/documents/{document}/moves", "post") == ["document", "If-Match", "Idempotency-Key"]
    assert names("/documents/{document}/rounds", "get") == ["document"]


def test_every_response_has_the_security_headers(api: ApiTestClient) -> None:
    for path in ("/me", "/openapi.json", "/nothing"):
        headers = api.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


# Files


def test_unready_file_is_not_served(api: ApiTestClient) -> None:
    document = create_sealed_document(api.instance)
    export = api.get(f"/documents/{document}/exports", by="reem").json()["items"][0]
    response = api.get(f"/exports/{export['id']}/file", by="reem")
    assert (response.status_code, response.json()["code"]) == (409, "not_ready")


def test_get_requests_never_write(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    for by in ("salma", "yusuf", "reem"):
        instance.session(by)

    def fingerprint() -> list[object]:
        with instance.read() as tx:
            names = tx.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")
            tables = names.scalars().all()
            return [tx.connection.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name in tables]

    before = fingerprint()
    for operation in OPERATIONS:
        if operation.method == "GET":
            for by in ("salma", "yusuf", "reem"):
                api.get(path_of(operation).replace("none_of_ours", document), by=by)
    assert fingerprint() == before


def test_organisation_is_renamed_removed_and_readmitted(api: ApiTestClient, instance: SampleInstance) -> None:
    place = f"/organisations/{instance.members.organisations['sindyan']}"
    assert api.call("PATCH", place, {"names": {"en": "Other"}}).status_code == 401
    assert api.call("PATCH", place, {"names": {"en": "Other"}}, by="lama").status_code == 403
    assert api.get("/organisations/org_none", by="lama").status_code == 404
    assert api.call("PATCH", place, {"names": {"en": "Other"}}, by="salma").json()["names"] == {"en": "Other"}
    assert api.post(f"{place}/leaving", by="salma").json()["state"] == "member"
    confirm_over_api(api)
    gone = api.get(place, by="salma").json()
    assert gone["state"] == "left" and gone["left_at"]
    assert api.post(f"{place}/leaving", by="salma").json()["code"] == "organisation_left"
    assert api.get(place, by="salma").json() == gone
    assert gone["id"] not in {one["id"] for one in api.get("/organisations", by="salma").json()["items"]}
    assert api.post(f"{place}/return", by="salma").json()["state"] == "left"
    confirm_over_api(api)
    assert api.get(place, by="salma").json()["state"] == "member"


def confirm_over_api(api: ApiTestClient) -> None:
    """Confirm all that waits, as the other member of the secretariat; who asked may not."""
    for one in api.get("/approvals", by="karim").json()["items"]:
        path = f"/approvals/{one['id']}/approval"
        assert api.post(path, {"channel": "a call"}, by="salma").json()["code"] == "second_person_needed"
        assert api.post(path, {"channel": "a call"}, by="yusuf").json()["code"] == "forbidden"
        assert api.post(path, {"channel": "a call"}, by="karim").json()["state"] == "done"
        assert api.post(f"/approvals/{one['id']}/refusal", by="karim").json()["code"] == "approval_over"


def test_proposals_are_listed_and_accepted_over_the_api(api: ApiTestClient, instance: SampleInstance) -> None:
    integrity = instance.members.organisations["integrity"]
    body = {"name": "Noor", "email": "noor@x.example", "lang": "en", "organisation": integrity}
    person = api.post("/people", {**body, "roles": ["signatory", "focal_point"]}, by="salma").json()["id"]
    assert api.get("/proposals", by="lama").json()["items"] == []
    first, second = api.get("/proposals", by="nabil").json()["items"]
    assert {first["person"], second["person"]} == {person}
    assert api.post(f"/proposals/{first['id']}/acceptance", by="lama").status_code == 404
    assert api.post(f"/proposals/{first['id']}/acceptance", by="salma").status_code == 403
    assert api.post(f"/proposals/{first['id']}/acceptance", by="nabil").status_code == 204
    assert api.post(f"/proposals/{second['id']}/refusal", by="nabil").status_code == 204
    assert api.post(f"/people/{person}/roles", {"role": "focal_point"}, by="salma").status_code == 202


def test_settings_of_emails_can_be_set_and_read(api: ApiTestClient) -> None:
    mail = {"names_coalition": True, "code_in_subject": False, "reply_to": ""}
    assert api.get("/coalition", by="lama").json()["settings"]["mail"] == mail
    response = api.call("PATCH", "/coalition", {"mail": {"reply_to": "Office@x.example"}}, by="salma")
    assert response.json()["settings"]["mail"] == {**mail, "reply_to": "office@x.example"}
    assert api.call("PATCH", "/coalition", {"mail": {"reply_to": "nobody"}}, by="salma").json()["code"] == "bad_email"
    assert api.call("PATCH", "/coalition", {"mail": {"code": True}}, by="salma").json()["code"] == "invalid_fields"


def test_working_days_can_be_set_and_read(api: ApiTestClient) -> None:
    assert api.get("/coalition", by="lama").json()["settings"]["working_days"] == ["sun", "mon", "tue", "wed", "thu"]
    response = api.call("PATCH", "/coalition", {"working_days": ["thu", "mon"]}, by="salma")
    assert response.json()["settings"]["working_days"] == ["mon", "thu"]
    assert api.call("PATCH", "/coalition", {"working_days": []}, by="salma").json()["code"] == "bad_working_days"
    assert api.call("PATCH", "/coalition", {"working_days": ["mo"]}, by="salma").json()["code"] == "invalid_fields"
