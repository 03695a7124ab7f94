"""Accounts: who comes in by which proof, how long it lasts, and what one keeps of oneself."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.actions.accounts import passwords
from service.actions.membership import coalition, invitations
from service.config import Settings
from service.domain.accounts.rules import CODE, PASSWORD, PROOF_LIFE, PROOFS, TOUCH_AFTER
from service.files import open_files
from service.job_dispatch import Silence
from service.sample.document import mailed_code
from service.store import record as record_store
from service.store.db import connect
from service.web.http.app_state import House
from tests.support.factories import SECRET, Doorbell, Stage, a_cast, a_database, an_open_round
from tests.support.web_client import ORIGIN, Reader, browser, code, opened, tree, words

GOOD = "أربع كلمات لا يجمعها شيء"
OTHER = "velvet harbour nineteen onions"
SALMA, LAMA = "salma@mithaq.example", "lama@sindyan.example"


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A real instance with the first person of its secretariat, who has not come in yet. Its mails go."""
    a_database(tmp_path / "mithaq.db")
    settings = Settings.read({}, var=tmp_path, secret=SECRET.decode(), smtp_url="smtp://localhost:1")
    database = connect(settings.database)
    yield House(settings, database, open_files(settings.files), Doorbell(), SECRET)
    database.close()


@pytest.fixture
def link(house: House) -> str:
    first = {"name": "سلمى", "email": SALMA, "lang": "ar"}
    with house.database.write(Silence()) as tx:
        names = {"names": {"en": "Civic Covenant Coalition"}}
        _, person = coalition.found(tx, origin=ORIGIN, sample=False, settings=names, first=first)
        return invitations.first_link(tx, person=person).link


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    with browser(house) as found:
        yield found


def sent(client: TestClient, path: str, **form: str) -> Any:
    headers = {"accept-language": "en", "origin": ORIGIN}
    return client.post(path, data=form, headers=headers, follow_redirects=False)


def got(client: TestClient, path: str) -> Any:
    return client.get(path, headers={"accept-language": "en"})


def come_in(client: TestClient, link: str, **more: str) -> None:
    assert (
        sent(client, f"/join/{link}", **{"name_en": "Salma", "lang": "en", "password": GOOD, **more}).status_code == 303
    )


def later(house: House, by: int) -> None:
    """Every session began and was used that much earlier."""
    with house.database.write(Silence()) as tx:
        tx.connection.exec_driver_sql(f"UPDATE session SET proved_at = proved_at - {by}, seen_at = seen_at - {by}")


def alert(answer: Any) -> str:
    return " ".join(tree(answer).xpath("string(//*[@role='alert'])").split())


# Outsiders


def test_known_and_unknown_addresses_are_answered_alike(client: TestClient, link: str) -> None:
    come_in(client, link)
    client.cookies.clear()
    known = sent(client, "/sign-in", email=SALMA, password="not this one")
    unknown = sent(client, "/sign-in", email="nobody@mithaq.example", password="not this one")
    assert (known.status_code, unknown.status_code) == (403, 403)
    assert known.text == unknown.text.replace("nobody@mithaq.example", SALMA)
    assert "is not right" in alert(known)


def test_an_unknown_address_costs_as_much_as_a_known_one() -> None:
    def took(known: str | None) -> float:
        began = time.perf_counter()
        assert not passwords.answer(passwords.Question(given="not this one", known=known)).right
        return time.perf_counter() - began

    hash_ = passwords.answer(passwords.Question(new=GOOD)).new
    took(None)
    assert 1 / 5 < min(took(None) for _ in range(5)) / min(took(hash_) for _ in range(5)) < 5


def test_a_code_is_asked_for_alike_by_known_and_unknown(reader: Reader) -> None:
    pages = [reader.post("/sign-in/code", {"email": email}) for email in (LAMA, "nobody@mithaq.example")]
    assert [one.status_code for one in pages] == [303, 303]
    shown = [re.sub(r"cod_\w+", "", reader.get(one.headers["location"]).text) for one in pages]
    assert shown[0] == shown[1]
    ids = [re.findall(r"cod_\w+", one.headers["location"])[0] for one in pages]
    tried = [reader.post("/sign-in/code/given", {"id": id, "code": "00000000"}) for id in ids]
    assert {(one.status_code, alert(one)) for one in tried} == {(403, "This is not the code. Tries left: 4.")}


def test_wrong_passwords_are_counted_by_address(client: TestClient, link: str) -> None:
    come_in(client, link)
    client.cookies.clear()
    for email in (SALMA, "nobody@mithaq.example"):
        for _ in range(PROOFS[PASSWORD].here):
            assert sent(client, "/sign-in", email=email, password="not this one").status_code == 403
        locked = sent(client, "/sign-in", email=email, password=GOOD)
        assert (locked.status_code, "too many wrong passwords" in alert(locked)) == (429, True)
    assert "too_many_passwords" not in code(got(client, "/"))


def test_codes_are_counted_by_address(reader: Reader) -> None:
    for _ in range(PROOFS[CODE].here):
        assert reader.post("/sign-in/code", {"email": "nobody@mithaq.example"}).status_code == 303
    refused = reader.post("/sign-in/code", {"email": "nobody@mithaq.example"})
    assert (refused.status_code, "too many codes" in alert(refused)) == (429, True)


@pytest.mark.parametrize("form", [{"email": "nobody"}, {}])
def test_what_is_no_address_is_told_at_its_field(reader: Reader, form: dict[str, str]) -> None:
    assert reader.post("/sign-in/code", form).status_code == 400
    assert reader.post("/sign-in", {**form, "password": "x"}).status_code == 403


def test_nobody_plays_in_a_real_instance(client: TestClient, house: House, link: str) -> None:
    come_in(client, link)
    me = got(client, "/api/v1/me").json()["id"]
    client.cookies.clear()
    assert 'action="/sign-in/sample"' not in got(client, "/sign-in").text
    answer = sent(client, "/sign-in/sample", person=me)
    assert (answer.status_code, code(answer)) == (404, "not_found")


def test_only_so_many_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    with passwords._AT_ONCE, passwords._AT_ONCE:
        answer = reader.post("/sign-in", {"email": LAMA, "password": "x"})
    assert (answer.status_code, code(answer)) == (503, "too_busy")


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
def test_a_password_that_is_guessed_first_is_refused(
    client: TestClient, link: str, password: str, refusal: str
) -> None:
    refused = sent(client, f"/join/{link}", name_en="Salma", lang="en", password=password)
    assert refused.status_code == 400
    said = {"password_too_short": "at least", "password_too_long": "at most", "password_known": "guessed among"}
    assert said[refusal] in alert(refused)
    assert "set-cookie" not in refused.headers
    come_in(client, link)


# Wrong proof


def test_binding_acts_ask_again_after_half_an_hour(client: TestClient, house: House, link: str) -> None:
    come_in(client, link, own="on")
    assert got(client, "/invitations").status_code == 200
    later(house, PROOF_LIFE)
    asked = got(client, "/invitations")
    assert (asked.status_code, code(asked)) == (403, "proof_needed")
    assert "/confirm?next=/invitations" in asked.text
    body = {"names": {"en": "Another"}}
    refused = client.post("/api/v1/organisations", json=body, headers={"origin": ORIGIN})
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_needed")
    assert got(client, "/account").status_code == 200
    key = sent(client, "/account/keys", label="x", scope_read="1")
    assert (key.status_code, code(key)) == (403, "proof_needed")
    wrong = sent(client, "/confirm", password="not this one", next="/invitations")
    assert (wrong.status_code, "is not right" in alert(wrong)) == (403, True)
    assert sent(client, "/confirm", password=GOOD, next="/invitations").headers["location"] == "/invitations"
    assert got(client, "/invitations").status_code == 200


def test_a_code_by_mail_is_a_proof_too_but_not_anothers(client: TestClient, house: House, link: str) -> None:
    come_in(client, link, own="on")
    me = got(client, "/api/v1/me").json()["id"]
    later(house, PROOF_LIFE)
    place = sent(client, "/confirm/code", next="/invitations").headers["location"]
    id = re.findall(r"cod_\w+", place)[0]
    assert "Code from the mail" in words(got(client, place))
    with house.database.read() as tx:
        mailed = mailed_code(tx, me)
    assert sent(client, "/confirm", id=id, code="00000000").status_code == 403
    assert sent(client, "/confirm", id=id, code=mailed, next="/invitations").status_code == 303
    void = sent(client, "/confirm", id=id, code=mailed)
    assert (void.status_code, "used up" in alert(void)) == (403, True)


def test_five_wrong_codes_end_it(reader: Reader, stage: Stage) -> None:
    place = reader.post("/sign-in/code", {"email": LAMA}).headers["location"]
    id = re.findall(r"cod_\w+", place)[0]
    with stage.read() as tx:
        mailed = mailed_code(tx, stage.cast.people["lama"].id)
    wrong = f"{(int(mailed) + 1) % 10**8:08d}"
    for left in (4, 3, 2, 1, 0):
        assert f"left: {left}" in alert(reader.post("/sign-in/code/given", {"id": id, "code": wrong}))
    assert "used up" in alert(reader.post("/sign-in/code/given", {"id": id, "code": mailed}))


def test_a_new_code_ends_the_earlier_one(reader: Reader, stage: Stage) -> None:
    place = reader.post("/sign-in/code", {"email": LAMA}).headers["location"]
    with stage.read() as tx:
        first = mailed_code(tx, stage.cast.people["lama"].id)
    reader.post("/sign-in/code", {"email": LAMA})
    answer = reader.post("/sign-in/code/given", {"id": re.findall(r"cod_\w+", place)[0], "code": first})
    assert (answer.status_code, "used up" in alert(answer)) == (403, True)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"name_ar": "س", "lang": "tlh", "zone": "", "digits": ""}, 400),
        ({"name_ar": "س", "lang": "ar", "zone": "Mars/Olympus", "digits": ""}, 400),
        ({"name_ar": "", "lang": "ar", "zone": "", "digits": ""}, 400),
        ({"name_ar": "\u202eeve", "lang": "ar", "zone": "", "digits": ""}, 400),
    ],
)
def test_an_account_is_not_changed_to_what_cannot_be(reader: Reader, form: dict[str, str], status: int) -> None:
    reader.sign_in("lama")
    assert reader.post("/account", form).status_code == status
    assert reader.get("/api/v1/me").json()["name"] == "لمى شاهين"


def test_digits_that_nobody_knows_are_refused(reader: Reader) -> None:
    reader.sign_in("lama")
    api = reader.post("/account", {"name_ar": "س", "lang": "ar", "zone": "", "digits": "roman"})
    assert (api.status_code, alert(api)) == (400, "These digits are not known here.")  # unknown_digits


# Not found


@pytest.mark.parametrize("path", ["/account/sessions/none/end", "/account/keys/tok_none/end"])
def test_what_is_not_ones_own_is_not_ended(reader: Reader, path: str) -> None:
    reader.sign_in("lama")
    assert reader.post(path).status_code == 404


# Success


def test_a_password_opens_and_its_change_ends_every_other_session(client: TestClient, house: House, link: str) -> None:
    come_in(client, link)
    with browser(house) as other:
        assert sent(other, "/sign-in", email=f" {SALMA.upper()} ", password=GOOD, own="on").status_code == 303
        assert got(other, "/account").status_code == 200
        assert "your own device" in words(got(other, "/account"))
        wrong = sent(client, "/account/password", current="not this one", new=OTHER)
        assert (wrong.status_code, "is not right" in alert(wrong)) == (403, True)
        known = sent(client, "/account/password", current=GOOD, new="password1234")
        assert (known.status_code, "guessed among" in alert(known)) == (400, True)
        assert sent(client, "/account/password", current=GOOD, new=OTHER).status_code == 303
        assert got(client, "/account").status_code == 200
        assert got(other, "/account").status_code == 401
        assert sent(other, "/sign-in", email=SALMA, password=GOOD).status_code == 403
        assert sent(other, "/sign-in", email=SALMA, password=OTHER).status_code == 303


def test_whoever_has_no_password_sets_one(reader: Reader, stage: Stage) -> None:
    reader.sign_in("lama")
    assert reader.post("/account/password", {"new": GOOD}).headers["location"] == "/account#password"
    reader.post("/sign-out")
    assert reader.post("/sign-in", {"email": LAMA, "password": GOOD, "next": "/mails"}).headers["location"] == "/mails"


def test_a_mailed_code_opens_once(reader: Reader, stage: Stage) -> None:
    place = reader.post("/sign-in/code", {"email": LAMA, "next": "/mails", "own": "on"}).headers["location"]
    with stage.read() as tx:
        given = {"id": re.findall(r"cod_\w+", place)[0], "code": mailed_code(tx, stage.cast.people["lama"].id)}
    assert tree(reader.get(place)).xpath("//input[@name='own']/@checked")
    answer = reader.post("/sign-in/code/given", {**given, "next": "/mails", "own": "on"})
    assert answer.headers["location"] == "/mails"
    assert "max-age" in answer.headers["set-cookie"].lower()
    assert reader.get("/api/v1/me").json()["name"] == "لمى شاهين"
    reader.post("/sign-out")
    assert reader.post("/sign-in/code/given", given).status_code == 403


def test_in_a_sample_one_click_is_enough(reader: Reader) -> None:
    page = tree(reader.get("/sign-in?next=/mails"))
    people = page.xpath("//form[@action='/sign-in/sample']//button/@value")
    assert len(people) == 8
    assert reader.post("/sign-in/sample", {"person": people[0], "next": "/mails"}).headers["location"] == "/mails"
    assert reader.get("/invitations").status_code == 200


def test_sessions_are_listed_and_ended(reader: Reader, stage: Stage) -> None:
    reader.client.headers["user-agent"] = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"
    reader.sign_in("lama")
    for other in opened(stage):
        other.sign_in("lama")
        page = reader.get("/account")
        assert "Firefox · Android" in words(page) and "Unknown browser" in words(page)
        (path,) = tree(page).xpath(
            "//form[contains(@action, '/sessions/') and not(contains(@action, 's/end'))]/@action"
        )
        assert reader.post(path).status_code == 303
        assert other.get("/account").status_code == 401
        other.sign_in("lama")
        assert reader.post("/account/sessions/end").headers["location"] == "/"
        assert other.get("/account").status_code == reader.get("/account").status_code == 401


def test_a_session_that_is_used_stays_awake(client: TestClient, house: House, link: str) -> None:
    come_in(client, link)
    for _ in range(15):
        later(house, TOUCH_AFTER + 1)
        assert got(client, "/").status_code == 200
    assert got(client, "/account").status_code == 200


def test_a_key_is_made_shown_once_and_ended(reader: Reader) -> None:
    reader.sign_in("lama")
    none = reader.post("/account/keys", {"label": "script"})
    assert (none.status_code, "at least one" in alert(none)) == (400, True)
    (key,) = tree(reader.post("/account/keys", {"label": "script", "scope_read": "1"})).xpath(
        "//input[@id='made']/@value"
    )
    headers = {"authorization": f"Bearer {key}"}
    assert reader.client.get("/api/v1/me", headers=headers).json()["scopes"] == ["read"]
    page = reader.get("/account")
    assert key not in page.text and "script" in words(page)
    (path,) = tree(page).xpath("//li[.//bdi='script']//form/@action")
    reader.post(path)
    assert reader.client.get("/api/v1/me", headers=headers).status_code == 401


def test_an_account_says_how_its_person_is_spoken_to(reader: Reader) -> None:
    reader.sign_in("lama")
    given = {"name_ar": "لمى ش.", "name_en": "Lama Sh.", "lang": "ar", "zone": "Europe/Berlin", "digits": "latn"}
    assert reader.post("/account", given).headers["location"] == "/account"
    page = tree(reader.get("/account"))
    assert page.get("lang") == "ar"
    assert page.xpath("//select[@name='zone']/option[@selected]/@value")[0] == "Europe/Berlin"
    assert page.xpath("//input[@id='name-ar']/@value") == ["لمى ش."]
    assert not re.search("[٠-٩]", page.xpath("string(//section[.//@id='sessions'])"))
    assert "برلين" in page.xpath("string(//section[.//@id='sessions'])")


# A forgotten password


def code_for(reader: Reader, stage: Stage, email: str = LAMA) -> tuple[str, str]:
    """(id, code) of a code asked for on the page of forgotten passwords."""
    place = reader.post("/forgotten", {"email": email}).headers["location"]
    with stage.read() as tx:
        return re.findall(r"cod_\w+", place)[0], mailed_code(tx, stage.cast.people["lama"].id)


def test_a_forgotten_password_is_asked_about_alike_by_known_and_unknown(reader: Reader) -> None:
    pages = [reader.post("/forgotten", {"email": email}) for email in (LAMA, "nobody@mithaq.example")]
    assert [one.status_code for one in pages] == [303, 303]
    shown = [re.sub(r"cod_\w+", "", reader.get(one.headers["location"]).text) for one in pages]
    assert shown[0] == shown[1]
    ids = [re.findall(r"cod_\w+", one.headers["location"])[0] for one in pages]
    tried = [reader.post("/forgotten/code", {"id": id, "code": "00000000", "new": GOOD}) for id in ids]
    assert {(one.status_code, alert(one)) for one in tried} == {(403, "This is not the code. Tries left: 4.")}
    assert reader.post("/forgotten", {"email": "nobody"}).status_code == 400
    for _ in range(PROOFS[CODE].here):
        last = reader.post("/forgotten", {"email": LAMA})
    assert (last.status_code, "too many codes" in alert(last)) == (429, True)


def test_where_no_mails_go_a_forgotten_password_is_said_to_wait(stage: Stage) -> None:
    with stage.write() as tx:
        tx.connection.exec_driver_sql("UPDATE coalition SET sample = false")
    house = replace(stage.house, settings=replace(stage.house.settings, sample=False))
    with browser(house) as client:
        assert "No mails go from here yet" in words(got(client, "/forgotten"))


def test_a_code_serves_the_purpose_it_was_asked_for(reader: Reader, stage: Stage) -> None:
    id, mailed = code_for(reader, stage)
    assert reader.post("/sign-in/code/given", {"id": id, "code": mailed}).status_code == 403
    place = reader.post("/sign-in/code", {"email": LAMA}).headers["location"]
    with stage.read() as tx:
        other = mailed_code(tx, stage.cast.people["lama"].id)
    form = {"id": re.findall(r"cod_\w+", place)[0], "code": other, "new": GOOD}
    assert reader.post("/forgotten/code", form).status_code == 403


def test_a_forgotten_password_is_set_anew_and_every_other_session_ends(reader: Reader, stage: Stage) -> None:
    for other in opened(stage):
        other.sign_in("lama")
        id, mailed = code_for(reader, stage)
        weak = reader.post("/forgotten/code", {"id": id, "code": mailed, "new": "password1234"})
        assert (weak.status_code, "guessed among" in alert(weak)) == (400, True)
        assert other.get("/account").status_code == 200
        done = reader.post("/forgotten/code", {"id": id, "code": mailed, "new": GOOD, "own": "on"})
        assert (done.status_code, done.headers["location"]) == (303, "/")
        assert other.get("/account").status_code == 401
        reader.client.cookies.delete("lang")
        again = reader.post("/forgotten/code", {"id": id, "code": mailed, "new": OTHER})
        assert (again.status_code, "used up" in alert(again)) == (403, True)
    assert "Your password was set anew" in words(reader.get("/notices"))
    with stage.read() as tx:
        assert b"password.renew" in (record_store.rows(tx)[-1].content or b"")
    reader.post("/sign-out")
    assert reader.post("/sign-in", {"email": LAMA, "password": GOOD}).status_code == 303


# Strangers and browsers that are known


def test_strangers_keep_nobody_out_of_their_own_browser(reader: Reader, stage: Stage) -> None:
    reader.sign_in("lama").post("/account/password", {"new": GOOD})
    reader.post("/sign-out")
    assert reader.post("/sign-in", {"email": LAMA, "password": GOOD, "own": "on"}).status_code == 303
    reader.post("/sign-out")
    assert "lama" not in str(dict(reader.client.cookies))
    for stranger in opened(stage):
        for _ in range(PROOFS[PASSWORD].here):
            assert stranger.post("/sign-in", {"email": LAMA, "password": OTHER}).status_code == 403
        assert stranger.post("/sign-in", {"email": LAMA, "password": GOOD}).status_code == 429
        stranger.client.cookies.set("known", "guessed.0123456789abcdef0123456789abcdef")
        assert stranger.post("/sign-in", {"email": LAMA, "password": GOOD}).status_code == 429
    assert reader.post("/sign-in", {"email": SALMA, "password": OTHER}).status_code == 403
    assert reader.post("/sign-in", {"email": LAMA, "password": GOOD}).status_code == 303


def test_an_account_shows_every_way_to_prove_who_one_is(reader: Reader) -> None:
    reader.sign_in("lama")
    shown = tree(reader.get("/account")).xpath("//section[.//@id='proofs']")[0]
    rows = [" ".join(row.text_content().split()) for row in shown.xpath(".//li")]
    names = [row.findtext(".//b") for row in shown.xpath(".//li")]
    assert names == ["Password", "Codes by mail", "Passkeys", "Authenticator app"]
    assert "Not set" in rows[0] and "Ready" in rows[1]
    assert all("Comes with a later release" in row for row in rows[2:])
    assert not shown.xpath(".//li//button | .//li//a")


# Names


def test_a_person_is_called_in_the_language_of_the_page(reader: Reader, stage: Stage) -> None:
    person = f"/people/{stage.cast.people['lama'].id}"
    reader.sign_in("salma")
    assert "Lama Shahin" in words(reader.get(person))
    reader.post("/language", {"lang": "ar"})
    assert "لمى شاهين" in words(reader.get(person))
    reader.sign_in("lama")
    none = reader.post("/account", {"lang": "ar", "zone": "", "digits": ""})
    assert none.status_code == 400 and tree(none).xpath("//input[@id='name-ar']/@aria-invalid") == ["true"]
    given = {"name_ar": "لمى", "name_en": "", "lang": "en", "zone": "", "digits": ""}
    assert reader.post("/account", given).status_code == 303
    me = reader.get("/api/v1/me").json()
    assert (me["name"], me["names"]) == ("لمى", {"ar": "لمى"})
    shown = tree(reader.get("/account")).xpath("//a[@class='me']//bdi[@lang='ar']")
    assert [one.text for one in shown] == ["لمى"]


def test_a_choice_of_language_keeps_the_names(reader: Reader) -> None:
    reader.sign_in("lama").post("/language", {"lang": "en"})
    me = reader.get("/api/v1/me").json()
    assert (me["name"], me["names"]) == ("Lama Shahin", {"ar": "لمى شاهين", "en": "Lama Shahin"})


def test_programs_give_and_get_names_by_language(reader: Reader, stage: Stage) -> None:
    headers = {"authorization": f"Bearer {stage.token('salma')}"}
    new = {"names": {"ar": "رنا", "en": "Rana"}, "email": "rana@x.example", "lang": "en"}
    id = reader.client.post("/api/v1/people", json=new, headers=headers).json()["id"]
    both = {"name": "Hala", "names": {"ar": "هالة"}, "email": "hala@x.example", "lang": "en"}
    assert reader.client.post("/api/v1/people", json=both, headers=headers).status_code == 201
    nobody = reader.client.post("/api/v1/people", json={"email": "x@x.example", "lang": "en"}, headers=headers)
    assert (nobody.status_code, nobody.json()["code"]) == (400, "no_name")
    found = {one["id"]: one for one in reader.client.get("/api/v1/people", headers=headers).json()["items"]}
    assert (found[id]["name"], found[id]["names"]) == ("Rana", {"ar": "رنا", "en": "Rana"})
    assert {"ar": "هالة", "en": "Hala"} in [one["names"] for one in found.values()]


def test_whoever_joined_before_names_had_languages_keeps_theirs(reader: Reader, stage: Stage) -> None:
    with stage.write() as tx:
        tx.connection.exec_driver_sql("UPDATE person SET names = '{}'")
    me = reader.sign_in("lama").get("/api/v1/me").json()
    assert (me["name"], me["names"]) == ("لمى شاهين", {"ar": "لمى شاهين"})


def test_the_door_of_a_sample_says_whom_a_round_waits_for(reader: Reader, stage: Stage) -> None:
    def waiting() -> list[str]:
        shown = tree(reader.get("/sign-in")).xpath("//button[@name='person'][.//span[contains(@class, 'tag')]]")
        return sorted(one.findtext(".//b/bdi") for one in shown)

    assert waiting() == []
    _, round_id = an_open_round(stage)
    assert waiting() == ["Huda al-Ali", "Nabil Atiyya", "Yusuf Murad"]
    a_cast(stage, round_id, "yusuf")
    assert waiting() == ["Huda al-Ali", "Nabil Atiyya"]
    headings = tree(reader.get("/sign-in")).xpath("//form[@action='/sign-in/sample']//h3//text()[normalize-space()]")
    assert headings[0] == "The coalition itself" and len([one for one in headings if len(one) > 1]) == 4
