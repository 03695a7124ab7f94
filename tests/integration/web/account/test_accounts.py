"""Accounts: sign-in methods, session lifetimes, and a person's own settings."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.actions.accounts import passwords
from service.actions.membership import coalition, invitation_links
from service.config import Settings
from service.domain.accounts.rules import AUTH_METHODS, CODE, PASSWORD, REAUTHENTICATION_INTERVAL, TOUCH_INTERVAL
from service.files import open_file_store
from service.job_dispatch import NullDispatcher
from service.store import record as record_store
from service.store.db import connect
from service.web.http.app_state import AppState
from tests.support.factories import (
    SECRET,
    RecordingDispatcher,
    SampleInstance,
    cast_endorsement,
    create_database,
    mailed_code,
    open_round_with_document,
)
from tests.support.web_client import (
    ORIGIN,
    WebClient,
    create_test_client,
    error_code,
    open_web_client,
    page_text,
    parse_page,
)

VALID_PASSWORD = "أربع كلمات لا يجمعها شيء"
OTHER_PASSWORD = "velvet harbour nineteen onions"
SALMA, LAMA = "salma@mithaq.example", "lama@sindyan.example"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


@pytest.fixture
def app_state(tmp_path: Path) -> Iterator[AppState]:
    """The app state of a real instance with the first person of its secretariat, who has not signed in yet. Mail is
    sent."""
    create_database(tmp_path / "mithaq.db")
    settings = Settings.load({}, var=tmp_path, secret=SECRET.decode(), smtp_url="smtp://localhost:1")
    database = connect(settings.resolved_database_url)
    yield AppState(settings, database, open_file_store(settings.resolved_files_url), RecordingDispatcher(), SECRET)
    database.close()


@pytest.fixture
def link(app_state: AppState) -> str:
    first = {"name": "سلمى", "email": SALMA, "lang": "ar"}
    with app_state.database.write(NullDispatcher()) as tx:
        names = {"names": {"en": "Civic Covenant Coalition"}}
        _, person = coalition.create_coalition(tx, origin=ORIGIN, sample=False, settings=names, first_person=first)
        return invitation_links.create_first_link(tx, person=person).link


@pytest.fixture
def client(app_state: AppState) -> Iterator[TestClient]:
    with create_test_client(app_state) as found:
        yield found


def post_form(client: TestClient, path: str, **form: str) -> Any:
    headers = {"accept-language": "en", "origin": ORIGIN}
    return client.post(path, data=form, headers=headers, follow_redirects=False)


def open_link(client: TestClient, link: str) -> str:
    """Open an invitation; return the path of its form."""
    return str(post_form(client, "/join/open", link=link).headers["location"])


def get_page(client: TestClient, path: str) -> Any:
    return client.get(path, headers={"accept-language": "en"})


def sign_in_by_link(client: TestClient, link: str, **more: str) -> None:
    assert (
        post_form(
            client, open_link(client, link), **{"name_en": "Salma", "lang": "en", "password": VALID_PASSWORD, **more}
        ).status_code
        == 303
    )


def age_sessions(app_state: AppState, by: int) -> None:
    """Shift the start and last use of every session into the past."""
    with app_state.database.write(NullDispatcher()) as tx:
        tx.connection.exec_driver_sql(f"UPDATE session SET proved_at = proved_at - {by}, seen_at = seen_at - {by}")


def alert_text(response: Any) -> str:
    return " ".join(parse_page(response).xpath("string(//*[@role='alert'])").split())


# Outsiders


def test_known_and_unknown_addresses_get_the_same_response(client: TestClient, link: str) -> None:
    sign_in_by_link(client, link)
    client.cookies.clear()
    known = post_form(client, "/sign-in", email=SALMA, password="not this one")
    unknown = post_form(client, "/sign-in", email="nobody@mithaq.example", password="not this one")
    assert (known.status_code, unknown.status_code) == (403, 403)
    assert known.text == unknown.text.replace("nobody@mithaq.example", SALMA)
    assert "is wrong" in alert_text(known)


def test_unknown_address_costs_as_much_as_a_known_one() -> None:
    def took(known: str | None) -> float:
        started_at = time.perf_counter()
        assert not passwords.verify_and_hash(
            passwords.HashingRequest(candidate="not this one", stored_hash=known)
        ).is_correct
        return time.perf_counter() - started_at

    hash_ = passwords.verify_and_hash(passwords.HashingRequest(new_password=VALID_PASSWORD)).new_hash
    took(None)
    assert 1 / 5 < min(took(None) for _ in range(5)) / min(took(hash_) for _ in range(5)) < 5


def test_code_request_responds_alike_for_known_and_unknown(web_client: WebClient) -> None:
    pages = [web_client.post("/sign-in/code", {"email": email}) for email in (LAMA, "nobody@mithaq.example")]
    assert [one.status_code for one in pages] == [303, 303]
    shown = [re.sub(r"cod_\w+", "", web_client.get(one.headers["location"]).text) for one in pages]
    assert shown[0] == shown[1]
    ids = [re.findall(r"cod_\w+", one.headers["location"])[0] for one in pages]
    tried = [web_client.post("/sign-in/code/given", {"id": id, "code": "00000000"}) for id in ids]
    assert {(one.status_code, alert_text(one)) for one in tried} == {(403, "Wrong code. Tries left: 4.")}


def test_wrong_passwords_are_counted_by_address(client: TestClient, link: str) -> None:
    sign_in_by_link(client, link)
    client.cookies.clear()
    for email in (SALMA, "nobody@mithaq.example"):
        for _ in range(AUTH_METHODS[PASSWORD].max_from_origin):
            assert post_form(client, "/sign-in", email=email, password="not this one").status_code == 403
        locked = post_form(client, "/sign-in", email=email, password=VALID_PASSWORD)
        assert (locked.status_code, "Too many wrong passwords" in alert_text(locked)) == (429, True)
    assert "too_many_passwords" not in error_code(get_page(client, "/"))


def test_codes_are_counted_by_address(web_client: WebClient) -> None:
    for _ in range(AUTH_METHODS[CODE].max_from_origin):
        assert web_client.post("/sign-in/code", {"email": "nobody@mithaq.example"}).status_code == 303
    refused = web_client.post("/sign-in/code", {"email": "nobody@mithaq.example"})
    assert (refused.status_code, "too many codes" in alert_text(refused)) == (429, True)


@pytest.mark.parametrize("form", [{"email": "nobody"}, {}])
def test_invalid_address_is_reported_at_its_field(web_client: WebClient, form: dict[str, str]) -> None:
    assert web_client.post("/sign-in/code", form).status_code == 400
    assert web_client.post("/sign-in", {**form, "password": "x"}).status_code == 403


def test_real_instance_has_no_sample_users(client: TestClient, app_state: AppState, link: str) -> None:
    sign_in_by_link(client, link)
    me = get_page(client, "/api/v1/me").json()["id"]
    client.cookies.clear()
    assert 'action="/sign-in/sample"' not in get_page(client, "/sign-in").text
    response = post_form(client, "/sign-in/sample", person=me)
    assert (response.status_code, error_code(response)) == (404, "not_found")


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("elevenchars", "password_too_short"),
        ("x" * 129, "password_too_long"),
        ("password1234", "password_known"),
        ("123456789012", "password_known"),
        ("aaaaaaaaaaaa", "password_known"),
        ("ااااااااااااا", "password_known"),
        ("P@ssw0rd2026", "password_known"),
        ("Civic Covenant Coalition", "password_known"),
        ("civiccovenant2026", "password_known"),
    ],
)
def test_asvs_20_weak_password_is_rejected(client: TestClient, link: str, password: str, refusal: str) -> None:
    refused = post_form(client, open_link(client, link), name_en="Salma", lang="en", password=password)
    assert refused.status_code == 400
    said = {"password_too_short": "at least", "password_too_long": "up to", "password_known": "too easy to guess"}
    assert said[refusal] in alert_text(refused)
    assert "set-cookie" not in refused.headers
    sign_in_by_link(client, link)


# Wrong proof


def test_binding_acts_require_recent_authentication(client: TestClient, app_state: AppState, link: str) -> None:
    sign_in_by_link(client, link, own="on")
    assert get_page(client, "/invitations").status_code == 200
    age_sessions(app_state, REAUTHENTICATION_INTERVAL)
    response = get_page(client, "/invitations")
    assert (response.status_code, error_code(response)) == (403, "proof_needed")
    assert "/confirm?next=/invitations" in response.text
    body = {"names": {"en": "Another"}}
    refused = client.post("/api/v1/organisations", json=body, headers={"origin": ORIGIN})
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_needed")
    assert get_page(client, "/account").status_code == 200
    key = post_form(client, "/account/keys", label="x", scope_read="1")
    assert (key.status_code, error_code(key)) == (403, "proof_needed")
    wrong = post_form(client, "/confirm", password="not this one", next="/invitations")
    assert (wrong.status_code, "is wrong" in alert_text(wrong)) == (403, True)
    assert (
        post_form(client, "/confirm", password=VALID_PASSWORD, next="/invitations").headers["location"]
        == "/invitations"
    )
    assert get_page(client, "/invitations").status_code == 200


def test_mailed_code_reauthenticates_only_its_own_person(client: TestClient, app_state: AppState, link: str) -> None:
    sign_in_by_link(client, link, own="on")
    me = get_page(client, "/api/v1/me").json()["id"]
    age_sessions(app_state, REAUTHENTICATION_INTERVAL)
    place = post_form(client, "/confirm/code", next="/invitations").headers["location"]
    id = re.findall(r"cod_\w+", place)[0]
    assert "Code from the email" in page_text(get_page(client, place))
    with app_state.database.read() as tx:
        mailed = mailed_code(tx, me)
    assert post_form(client, "/confirm", id=id, code="00000000").status_code == 403
    assert post_form(client, "/confirm", id=id, code=mailed, next="/invitations").status_code == 303
    void = post_form(client, "/confirm", id=id, code=mailed)
    assert (void.status_code, "has been used" in alert_text(void)) == (403, True)


def test_five_wrong_codes_void_it(web_client: WebClient, instance: SampleInstance) -> None:
    place = web_client.post("/sign-in/code", {"email": LAMA}).headers["location"]
    id = re.findall(r"cod_\w+", place)[0]
    with instance.read() as tx:
        mailed = mailed_code(tx, instance.members.people["lama"].id)
    wrong = f"{(int(mailed) + 1) % 10**8:08d}"
    for left in (4, 3, 2, 1, 0):
        assert f"left: {left}" in alert_text(web_client.post("/sign-in/code/given", {"id": id, "code": wrong}))
    assert "has been used" in alert_text(web_client.post("/sign-in/code/given", {"id": id, "code": mailed}))


def test_new_code_voids_the_earlier_one(web_client: WebClient, instance: SampleInstance) -> None:
    place = web_client.post("/sign-in/code", {"email": LAMA}).headers["location"]
    with instance.read() as tx:
        first = mailed_code(tx, instance.members.people["lama"].id)
    web_client.post("/sign-in/code", {"email": LAMA})
    response = web_client.post("/sign-in/code/given", {"id": re.findall(r"cod_\w+", place)[0], "code": first})
    assert (response.status_code, "has been used" in alert_text(response)) == (403, True)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"name_ar": "س", "lang": "tlh", "zone": "", "digits": ""}, 400),
        ({"name_ar": "س", "lang": "ar", "zone": "Mars/Olympus", "digits": ""}, 400),
        ({"name_ar": "", "lang": "ar", "zone": "", "digits": ""}, 400),
        ({"name_ar": "\u202eeve", "lang": "ar", "zone": "", "digits": ""}, 400),
    ],
)
def test_invalid_account_change_is_rejected(web_client: WebClient, form: dict[str, str], status: int) -> None:
    web_client.sign_in("lama")
    assert web_client.post("/account", form).status_code == status
    assert web_client.get("/api/v1/me").json()["name"] == "لمى شاهين"


def test_unknown_digits_are_rejected(web_client: WebClient) -> None:
    web_client.sign_in("lama")
    api = web_client.post("/account", {"name_ar": "س", "lang": "ar", "zone": "", "digits": "roman"})
    assert (api.status_code, alert_text(api)) == (400, "Unknown numerals.")  # unknown_digits


# Not found


@pytest.mark.parametrize("path", ["/account/sessions/none/end", "/account/keys/tok_none/end"])
def test_unknown_session_or_token_is_not_found(web_client: WebClient, path: str) -> None:
    web_client.sign_in("lama")
    assert web_client.post(path).status_code == 404


# Success


def test_password_signs_in_and_its_change_ends_every_other_session(
    client: TestClient, app_state: AppState, link: str
) -> None:
    sign_in_by_link(client, link)
    with create_test_client(app_state) as other:
        assert (
            post_form(other, "/sign-in", email=f" {SALMA.upper()} ", password=VALID_PASSWORD, own="on").status_code
            == 303
        )
        assert get_page(other, "/account").status_code == 200
        assert "your own device" in page_text(get_page(other, "/account"))
        wrong = post_form(client, "/account/password", current="not this one", new=OTHER_PASSWORD)
        assert (wrong.status_code, "is wrong" in alert_text(wrong)) == (403, True)
        known = post_form(client, "/account/password", current=VALID_PASSWORD, new="password1234")
        assert (known.status_code, "too easy to guess" in alert_text(known)) == (400, True)
        assert post_form(client, "/account/password", current=VALID_PASSWORD, new=OTHER_PASSWORD).status_code == 303
        assert get_page(client, "/account").status_code == 200
        assert get_page(other, "/account").status_code == 401
        assert post_form(other, "/sign-in", email=SALMA, password=VALID_PASSWORD).status_code == 403
        assert post_form(other, "/sign-in", email=SALMA, password=OTHER_PASSWORD).status_code == 303


def test_person_without_password_sets_one(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("lama")
    assert web_client.post("/account/password", {"new": VALID_PASSWORD}).headers["location"] == "/account#password"
    web_client.post("/sign-out")
    assert (
        web_client.post("/sign-in", {"email": LAMA, "password": VALID_PASSWORD, "next": "/mails"}).headers["location"]
        == "/mails"
    )


def test_mailed_code_signs_in_once(web_client: WebClient, instance: SampleInstance) -> None:
    place = web_client.post("/sign-in/code", {"email": LAMA, "next": "/mails", "own": "on"}).headers["location"]
    with instance.read() as tx:
        given = {"id": re.findall(r"cod_\w+", place)[0], "code": mailed_code(tx, instance.members.people["lama"].id)}
    assert parse_page(web_client.get(place)).xpath("//input[@name='own']/@checked")
    response = web_client.post("/sign-in/code/given", {**given, "next": "/mails", "own": "on"})
    assert response.headers["location"] == "/mails"
    assert "max-age" in response.headers["set-cookie"].lower()
    assert web_client.get("/api/v1/me").json()["name"] == "لمى شاهين"
    web_client.post("/sign-out")
    assert web_client.post("/sign-in/code/given", given).status_code == 403


def test_sample_sign_in_is_one_click(web_client: WebClient) -> None:
    page = parse_page(web_client.get("/sign-in?next=/mails"))
    people = page.xpath("//form[@action='/sign-in/sample']//button/@value")
    assert len(people) == 8
    assert web_client.post("/sign-in/sample", {"person": people[0], "next": "/mails"}).headers["location"] == "/mails"
    assert web_client.get("/invitations").status_code == 200


def test_sessions_are_listed_and_ended(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.client.headers["user-agent"] = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"
    web_client.sign_in("lama")
    for other in open_web_client(instance):
        other.sign_in("lama")
        page = web_client.get("/account")
        assert "Firefox · Android" in page_text(page) and "Unknown browser" in page_text(page)
        (path,) = parse_page(page).xpath(
            "//form[contains(@action, '/sessions/') and not(contains(@action, 's/end'))]/@action"
        )
        assert web_client.post(path).status_code == 303
        assert other.get("/account").status_code == 401
        other.sign_in("lama")
        assert web_client.post("/account/sessions/end").headers["location"] == "/"
        assert other.get("/account").status_code == web_client.get("/account").status_code == 401


def test_active_session_is_refreshed(client: TestClient, app_state: AppState, link: str) -> None:
    sign_in_by_link(client, link)
    for _ in range(15):
        age_sessions(app_state, TOUCH_INTERVAL + 1)
        assert get_page(client, "/").status_code == 200
    assert get_page(client, "/account").status_code == 200


def test_token_is_created_shown_once_and_revoked(web_client: WebClient) -> None:
    web_client.sign_in("lama")
    none = web_client.post("/account/keys", {"label": "script"})
    assert (none.status_code, "at least one" in alert_text(none)) == (400, True)
    (key,) = parse_page(web_client.post("/account/keys", {"label": "script", "scope_read": "1"})).xpath(
        "//input[@id='made']/@value"
    )
    headers = {"authorization": f"Bearer {key}"}
    assert web_client.client.get("/api/v1/me", headers=headers).json()["scopes"] == ["read"]
    page = web_client.get("/account")
    assert key not in page.text and "script" in page_text(page)
    (path,) = parse_page(page).xpath("//li[.//bdi='script']//form/@action")
    web_client.post(path)
    assert web_client.client.get("/api/v1/me", headers=headers).status_code == 401


def test_account_settings_are_saved_and_shown(web_client: WebClient) -> None:
    web_client.sign_in("lama")
    given = {"name_ar": "لمى ش.", "name_en": "Lama Sh.", "lang": "ar", "zone": "Europe/Berlin", "digits": "latn"}
    assert web_client.post("/account", given).headers["location"] == "/account"
    page = parse_page(web_client.get("/account"))
    assert page.get("lang") == "ar"
    assert page.xpath("//select[@name='zone']/option[@selected]/@value")[0] == "Europe/Berlin"
    assert page.xpath("//input[@id='name-ar']/@value") == ["لمى ش."]
    assert not re.search("[٠-٩]", page.xpath("string(//section[.//@id='sessions'])"))
    assert "برلين" in page.xpath("string(//section[.//@id='sessions'])")


# Password reset


def request_reset_code(web_client: WebClient, instance: SampleInstance, email: str = LAMA) -> tuple[str, str]:
    """Return (id, code) of a code requested on the password reset page."""
    place = web_client.post("/forgotten", {"email": email}).headers["location"]
    with instance.read() as tx:
        return re.findall(r"cod_\w+", place)[0], mailed_code(tx, instance.members.people["lama"].id)


def test_password_reset_responds_alike_for_known_and_unknown(web_client: WebClient) -> None:
    pages = [web_client.post("/forgotten", {"email": email}) for email in (LAMA, "nobody@mithaq.example")]
    assert [one.status_code for one in pages] == [303, 303]
    shown = [re.sub(r"cod_\w+", "", web_client.get(one.headers["location"]).text) for one in pages]
    assert shown[0] == shown[1]
    ids = [re.findall(r"cod_\w+", one.headers["location"])[0] for one in pages]
    tried = [web_client.post("/forgotten/code", {"id": id, "code": "00000000", "new": VALID_PASSWORD}) for id in ids]
    assert {(one.status_code, alert_text(one)) for one in tried} == {(403, "Wrong code. Tries left: 4.")}
    assert web_client.post("/forgotten", {"email": "nobody"}).status_code == 400
    for _ in range(AUTH_METHODS[CODE].max_from_origin):
        last = web_client.post("/forgotten", {"email": LAMA})
    assert (last.status_code, "too many codes" in alert_text(last)) == (429, True)


def test_password_reset_without_mail_says_so(instance: SampleInstance) -> None:
    with instance.write() as tx:
        tx.connection.exec_driver_sql("UPDATE coalition SET sample = false")
    app_state = replace(instance.app_state, settings=instance.app_state.settings.replace(sample=False))
    with create_test_client(app_state) as client:
        assert "This service cannot send email yet" in page_text(get_page(client, "/forgotten"))


def test_code_is_valid_only_for_its_purpose(web_client: WebClient, instance: SampleInstance) -> None:
    id, mailed = request_reset_code(web_client, instance)
    assert web_client.post("/sign-in/code/given", {"id": id, "code": mailed}).status_code == 403
    place = web_client.post("/sign-in/code", {"email": LAMA}).headers["location"]
    with instance.read() as tx:
        other = mailed_code(tx, instance.members.people["lama"].id)
    form = {"id": re.findall(r"cod_\w+", place)[0], "code": other, "new": VALID_PASSWORD}
    assert web_client.post("/forgotten/code", form).status_code == 403


def test_password_reset_ends_every_other_session(web_client: WebClient, instance: SampleInstance) -> None:
    for other in open_web_client(instance):
        other.sign_in("lama")
        id, mailed = request_reset_code(web_client, instance)
        weak = web_client.post("/forgotten/code", {"id": id, "code": mailed, "new": "password1234"})
        assert (weak.status_code, "too easy to guess" in alert_text(weak)) == (400, True)
        assert other.get("/account").status_code == 200
        done = web_client.post("/forgotten/code", {"id": id, "code": mailed, "new": VALID_PASSWORD, "own": "on"})
        assert (done.status_code, done.headers["location"]) == (303, "/")
        assert other.get("/account").status_code == 401
        web_client.client.cookies.delete("lang")
        again = web_client.post("/forgotten/code", {"id": id, "code": mailed, "new": OTHER_PASSWORD})
        assert (again.status_code, "has been used" in alert_text(again)) == (403, True)
    assert "Your password was changed" in page_text(web_client.get("/notices"))
    with instance.read() as tx:
        assert b"password.renew" in (record_store.list_leaves(tx)[-1].content or b"")
    web_client.post("/sign-out")
    assert web_client.post("/sign-in", {"email": LAMA, "password": VALID_PASSWORD}).status_code == 303


# Rate limits and known browsers


def test_others_cannot_lock_out_a_known_browser(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("lama").post("/account/password", {"new": VALID_PASSWORD})
    web_client.post("/sign-out")
    assert web_client.post("/sign-in", {"email": LAMA, "password": VALID_PASSWORD, "own": "on"}).status_code == 303
    web_client.post("/sign-out")
    assert "lama" not in str(dict(web_client.client.cookies))
    for outsider in open_web_client(instance):
        for _ in range(AUTH_METHODS[PASSWORD].max_from_origin):
            assert outsider.post("/sign-in", {"email": LAMA, "password": OTHER_PASSWORD}).status_code == 403
        assert outsider.post("/sign-in", {"email": LAMA, "password": VALID_PASSWORD}).status_code == 429
        outsider.client.cookies.set("known", "guessed.0123456789abcdef0123456789abcdef")
        assert outsider.post("/sign-in", {"email": LAMA, "password": VALID_PASSWORD}).status_code == 429
    assert web_client.post("/sign-in", {"email": SALMA, "password": OTHER_PASSWORD}).status_code == 403
    assert web_client.post("/sign-in", {"email": LAMA, "password": VALID_PASSWORD}).status_code == 303


def test_account_lists_every_sign_in_method(web_client: WebClient) -> None:
    web_client.sign_in("lama")
    shown = parse_page(web_client.get("/account")).xpath("//section[.//@id='proofs']")[0]
    rows = [" ".join(row.text_content().split()) for row in shown.xpath(".//li")]
    names = [row.findtext(".//b") for row in shown.xpath(".//li")]
    assert names == ["Password", "Codes by email", "Passkeys", "Authenticator app"]
    assert "Not set" in rows[0] and "Ready" in rows[1]
    assert "Available in a later release" in rows[2] and "Not set" in rows[3]
    assert not shown.xpath(".//li//button | .//li//a")


# Names


def test_person_is_named_in_the_language_of_the_page(web_client: WebClient, instance: SampleInstance) -> None:
    person = f"/people/{instance.members.people['lama'].id}"
    web_client.sign_in("salma")
    assert "Lama Shahin" in page_text(web_client.get(person))
    web_client.post("/language", {"lang": "ar"})
    assert "لمى شاهين" in page_text(web_client.get(person))
    web_client.sign_in("lama")
    none = web_client.post("/account", {"lang": "ar", "zone": "", "digits": ""})
    assert none.status_code == 400 and parse_page(none).xpath("//input[@id='name-ar']/@aria-invalid") == ["true"]
    given = {"name_ar": "لمى", "name_en": "", "lang": "en", "zone": "", "digits": ""}
    assert web_client.post("/account", given).status_code == 303
    me = web_client.get("/api/v1/me").json()
    assert (me["name"], me["names"]) == ("لمى", {"ar": "لمى"})
    shown = parse_page(web_client.get("/account")).xpath("//a[@class='me']//bdi[@lang='ar']")
    assert [one.text for one in shown] == ["لمى"]


def test_language_of_the_page_is_not_that_of_the_account(web_client: WebClient) -> None:
    web_client.sign_in("lama").post("/language", {"lang": "en"})
    assert 'lang="en"' in web_client.get("/").text
    me = web_client.get("/api/v1/me").json()
    assert (me["name"], me["names"]) == ("لمى شاهين", {"ar": "لمى شاهين", "en": "Lama Shahin"})


def test_api_clients_set_and_get_names_by_language(web_client: WebClient, instance: SampleInstance) -> None:
    headers = {"authorization": f"Bearer {instance.token('salma')}"}
    new = {"names": {"ar": "رنا", "en": "Rana"}, "email": "rana@x.example", "lang": "en"}
    id = web_client.client.post("/api/v1/people", json=new, headers=headers).json()["id"]
    both = {"name": "Hala", "names": {"ar": "هالة"}, "email": "hala@x.example", "lang": "en"}
    assert web_client.client.post("/api/v1/people", json=both, headers=headers).status_code == 201
    nobody = web_client.client.post("/api/v1/people", json={"email": "x@x.example", "lang": "en"}, headers=headers)
    assert (nobody.status_code, nobody.json()["code"]) == (400, "no_name")
    found = {one["id"]: one for one in web_client.client.get("/api/v1/people", headers=headers).json()["items"]}
    assert (found[id]["name"], found[id]["names"]) == ("Rana", {"ar": "رنا", "en": "Rana"})
    assert {"ar": "هالة", "en": "Hala"} in [one["names"] for one in found.values()]


def test_name_from_before_languages_is_kept(web_client: WebClient, instance: SampleInstance) -> None:
    with instance.write() as tx:
        tx.connection.exec_driver_sql("UPDATE person SET names = '{}'")
    me = web_client.sign_in("lama").get("/api/v1/me").json()
    assert (me["name"], me["names"]) == ("لمى شاهين", {"ar": "لمى شاهين"})


def test_sample_sign_in_page_names_awaited_people(web_client: WebClient, instance: SampleInstance) -> None:
    def waiting() -> list[str]:
        shown = parse_page(web_client.get("/sign-in")).xpath(
            "//button[@name='person'][.//span[contains(@class, 'tag')]]"
        )
        return sorted(one.findtext(".//b/bdi") for one in shown)

    assert waiting() == []
    _, round_id = open_round_with_document(instance)
    assert waiting() == ["Huda al-Ali", "Nabil Atiyya", "Yusuf Murad"]
    cast_endorsement(instance, round_id, "yusuf")
    assert waiting() == ["Huda al-Ali", "Nabil Atiyya"]
    headings = parse_page(web_client.get("/sign-in")).xpath(
        "//form[@action='/sign-in/sample']//h3//text()[normalize-space()]"
    )
    assert headings[0] == "The coalition itself" and len([one for one in headings if len(one) > 1]) == 4
