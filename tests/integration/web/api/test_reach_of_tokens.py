"""A stolen API token, or a session that one began, does no act of power."""

from typing import Any

import pytest

from service.actions.membership import people
from service.domain.membership.people import TOKEN_SCOPES
from service.domain.policy import POLICY
from service.store.publication import notices as notices_store
from tests.integration.web.conftest import ApiTestClient
from tests.support.factories import SampleInstance, open_round_with_document, prepare_endorsement

ACTS: list[tuple[str, str, str, dict[str, Any] | None]] = [
    ("yusuf", "POST", "/rounds/{round}/challenges", {"position": "endorse", "lang": "ar"}),
    ("yusuf", "POST", "/rounds/{round}/endorsements", {"challenge": "{challenge}", "code": "{code}"}),
    ("lama", "POST", "/mandates", {"organisation": "{organisation}", "person": "{yusuf}"}),
    ("salma", "POST", "/people/{yusuf}/roles", {"role": "focal_point"}),
    ("salma", "DELETE", "/people/{yusuf}/roles?role=signatory", None),
    ("salma", "POST", "/people/{yusuf}/closing", None),
    ("salma", "POST", "/people", {"name": "x", "email": "x@x.example", "lang": "ar", "roles": ["drafter"]}),
    ("salma", "PATCH", "/coalition", {"mandate_confirmations": 1}),
    ("salma", "POST", "/documents/{document}/rounds", {"version": 1, "closes_at": 1}),
    ("salma", "POST", "/rounds/{round}/closing", None),
    ("salma", "POST", "/rounds/{round}/cancellation", None),
    ("salma", "POST", "/documents/{document}/moves", {"to": "withdrawn"}),
    ("reem", "POST", "/documents/{document}/publication", None),
]


def _fill_in(value: Any, places: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _fill_in(one, places) for name, one in value.items()}
    return value.format_map(places) if isinstance(value, str) else value


@pytest.mark.parametrize("begins", ["token", "session of a token"])
def test_token_does_no_act_of_power(api: ApiTestClient, begins: str) -> None:
    instance = api.instance
    document, round_id = open_round_with_document(instance)
    challenge, code = prepare_endorsement(instance, round_id, "yusuf")
    places = {
        "document": document, "round": round_id, "challenge": challenge, "code": code,
        "yusuf": instance.members.people["yusuf"].id, "organisation": instance.members.organisations["sindyan"],
    }  # fmt: skip
    for by, method, path, body in ACTS:
        headers = {"authorization": f"Bearer {instance.token(by)}"}
        if begins != "token":
            signed_in = api.client.post(
                "/sign-in", data={"key": instance.token(by)}, headers={"sec-fetch-site": "same-origin"},
                follow_redirects=False,
            )  # fmt: skip
            headers = {"cookie": signed_in.headers["set-cookie"].split(";")[0], "sec_fetch_site": "same-origin"}
            api.client.cookies.clear()
        response = api.call(method, _fill_in(path, places), _fill_in(body, places), **headers)
        assert (response.status_code, response.json().get("code")) == (403, "person_needed"), (by, method, path)


def test_the_same_acts_are_open_to_a_person(api: ApiTestClient) -> None:
    _, round_id = open_round_with_document(api.instance)
    prepared = api.post(f"/rounds/{round_id}/challenges", {"position": "endorse", "lang": "ar"}, by="yusuf")
    assert prepared.status_code == 201
    assert api.post(f"/rounds/{round_id}/closing", by="salma").status_code == 200
    assert api.call("PATCH", "/coalition", {"mandate_confirmations": 1}, by="salma").status_code == 200


def test_settings_that_protect_nobody_are_open_to_a_token(api: ApiTestClient) -> None:
    headers = {"authorization": f"Bearer {api.instance.token('salma')}"}
    assert api.call("PATCH", "/coalition", {"names": {"ar": "ائتلاف"}}, **headers).status_code == 200


def test_token_invites_only_where_the_role_has_no_power(api: ApiTestClient) -> None:
    with api.instance.write() as tx:
        lama = api.instance.actor(tx, "lama")
        key = people.create_token(tx, lama, label="x", scopes=TOKEN_SCOPES, expires_at=None).token
    organisation = api.instance.members.organisations["sindyan"]
    found = []
    for role in ("drafter", "focal_point", "signatory"):
        form = {"email": f"{role}@x.example", "organisation": organisation, "lang": "ar", f"role_{role}": "1"}
        with_key = api.client.post("/sign-in", data={"key": key}, headers={"sec-fetch-site": "same-origin"})
        assert with_key.status_code == 200
        response = api.client.post("/invitations", data=form, headers={"sec-fetch-site": "same-origin"})
        found.append((response.status_code, "person_needed" in response.text))
    assert found == [(200, False), (403, True), (403, True)]


def test_every_act_of_power_is_marked_in_the_policy() -> None:
    marked = {verb for verb, rule in POLICY.items() if rule.person_needed}
    assert {verb for verb in POLICY if POLICY[verb].scope == "sign"} <= marked
    assert {"mandate.grant", "mandate.confirm", "role.grant", "role.take", "person.close", "person.appoint"} <= marked
    assert {"coalition.protect", "round.open", "round.close", "publication.publish", "account.secure"} <= marked


def test_token_never_has_the_scope_sign(api: ApiTestClient, instance: SampleInstance) -> None:
    response = api.post("/tokens", {"label": "x", "scopes": ["read", "sign"]}, by="yusuf")
    assert (response.status_code, response.json()["code"]) == (403, "person_needed")
    with instance.write() as tx:  # as release 0.1 issued them
        yusuf = instance.actor(tx, "yusuf")
        old = people.create_token(tx, yusuf, label="old", scopes=("read", "sign"), expires_at=None).token
    assert api.get("/me", authorization=f"Bearer {old}").json()["scopes"] == ["read"]


def test_new_token_ends_by_itself_and_its_holder_is_notified(api: ApiTestClient, instance: SampleInstance) -> None:
    made = api.post("/tokens", {"label": "x", "scopes": ["read"]}, by="yusuf").json()
    (listed,) = [one for one in api.get("/tokens", by="yusuf").json()["items"] if one["id"] == made["id"]]
    assert listed["expires_at"] - listed["created_at"] == 90 * 24 * 3600 * 1_000_000
    with instance.read() as tx:
        waiting = notices_store.list_awaiting_email(tx, instance.members.people["yusuf"].id)
    assert [one.kind for one in waiting] == ["key.made"]
