"""Invitations: who may invite whom, and the effects of a link, once."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from service.actions import bounces
from service.actions.membership import invitations, offboarding
from service.domain.accounts.rules import INVITATION_LIFETIME
from service.store.publication import notices as notices_store
from tests.support.factories import ORIGIN as HOME
from tests.support.factories import SampleInstance
from tests.support.web_client import (
    WebClient,
    create_test_client,
    error_code,
    open_web_client,
    page_text,
    parse_page,
)

VALID_PASSWORD = "velvet harbour nineteen onions"
NEW = "rana@sindyan.example"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def invite(
    web_client: WebClient, by: str, *, email: str = NEW, organisation: str = "sindyan", role: str = "drafter"
) -> Any:
    web_client.sign_in(by)
    place = web_client.instance.members.organisations.get(organisation, organisation)
    form = {"email": email, "organisation": place, f"role_{role}": "1", "show": "1"}
    return web_client.post("/invitations", form)


def path_of(response: Any) -> str:
    """Return the path of the link on the page that shows it."""
    assert response.status_code == 200
    text = str(parse_page(response).xpath("string(//textarea)"))
    return text.split()[-1].removeprefix(HOME).replace("#", "/")


def accept_invitation(web_client: WebClient, path: str, **more: str) -> Any:
    web_client.post("/join/open", {"link": path})
    return web_client.post("/join", {"name_ar": "رنا", "lang": "ar", "password": VALID_PASSWORD, **more})


# Outsiders


@pytest.mark.parametrize("path", ["/join/guessed", "/join/x"])
def test_unknown_link_is_not_found(web_client: WebClient, path: str) -> None:
    response = web_client.get(path)
    assert response.status_code in (404, 409)
    assert accept_invitation(web_client, "/join/guessed").status_code == 409


def test_asvs_26_opening_a_link_does_not_use_it(web_client: WebClient) -> None:
    path = path_of(invite(web_client, "salma"))
    web_client.client.cookies.clear()
    for _ in range(3):
        page = web_client.get(path)
        assert page.status_code == 200
    assert "Sindyan Centre" in page_text(page)
    head = parse_page(page).find("head")
    assert head.findtext("title") == "Invitation · Mithaq"
    assert not head.xpath("meta[@property or @name='description']")
    assert accept_invitation(web_client, path).status_code == 303


def test_asvs_52_link_is_in_no_address_that_is_requested(web_client: WebClient) -> None:
    link = path_of(invite(web_client, "salma")).removeprefix("/join/")
    web_client.client.cookies.clear()
    asked = web_client.get("/join")
    assert parse_page(asked).xpath("//form[@action='/join/open']//input[@id='i-link']")
    opened = web_client.post("/join/open", {"link": f" {HOME}/join#{link} "})
    assert (opened.status_code, opened.headers["location"]) == (303, "/join")
    page = web_client.get("/join")
    assert "Sindyan Centre" in page_text(page) and link not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert accept_invitation(web_client, link).status_code == 303
    assert parse_page(web_client.get("/join")).xpath("//input[@id='i-link']"), "the link is forgotten"


# Wrong role


@pytest.mark.parametrize("who", ["yusuf", "reem"])
def test_other_roles_cannot_invite(web_client: WebClient, who: str) -> None:
    answer = invite(web_client, who)
    assert (answer.status_code, error_code(answer)) == (403, "forbidden")
    assert web_client.get("/invitations").status_code == 403
    assert "/invitations" not in web_client.get("/account").text


@pytest.mark.parametrize(
    ("organisation", "role"), [("two-banks", "drafter"), ("", "drafter"), ("sindyan", "auditor"), ("", "secretariat")]
)
def test_focal_point_invites_only_into_own_organisation(web_client: WebClient, organisation: str, role: str) -> None:
    answer = invite(web_client, "lama", organisation=organisation, role=role)
    assert answer.status_code == 403
    assert "A focal point can invite people from their own" in page_text(answer)
    with web_client.instance.write() as tx:
        assert invitations.list_invitations(tx, web_client.instance.actor(tx, "salma")) == []


def test_focal_point_revokes_only_own_invitations(web_client: WebClient) -> None:
    invite(web_client, "salma", organisation="two-banks")
    with web_client.instance.write() as tx:
        (one,) = invitations.list_invitations(tx, web_client.instance.actor(tx, "salma"))
    web_client.sign_in("lama")
    assert web_client.post(f"/invitations/{one.id}/withdrawal").status_code == 404
    assert NEW not in page_text(web_client.get("/invitations"))


# Rejected


@pytest.mark.parametrize(
    ("given", "status", "message"),
    [
        ({"email": "nobody"}, 400, "is not an email address"),
        ({"email": "lama@sindyan.example"}, 409, "Someone with this email address already exists"),
        ({"role": "queen"}, 400, "Choose at least one role"),
        ({"organisation": "", "role": "signatory"}, 400, "This role belongs to an organisation"),
        ({"organisation": "org_none"}, 404, "This does not exist"),
    ],
    ids=["bad_email", "email_taken", "no_role", "role_needs_organisation", "not_found"],
)
def test_invalid_invitation_is_reported_at_the_form(
    web_client: WebClient, given: dict[str, str], status: int, message: str
) -> None:
    answer = invite(web_client, "salma", **given)
    assert (answer.status_code, message in page_text(answer)) == (status, True)
    assert parse_page(answer).xpath("//input[@name='email']/@value") == [given.get("email", NEW)]


def test_password_is_needed_where_mail_is_off(instance: SampleInstance, web_client: WebClient) -> None:
    path = path_of(invite(web_client, "salma"))
    with instance.write() as tx:
        tx.connection.exec_driver_sql("UPDATE coalition SET sample = false")
    app_state = replace(instance.app_state, settings=instance.app_state.settings.replace(sample=False))
    with create_test_client(app_state) as client:
        other = WebClient(client, instance)
        answer = accept_invitation(other, path, password="")
        assert (answer.status_code, "Choose a password" in page_text(answer)) == (400, True)  # password_needed
        assert accept_invitation(other, path).status_code == 303


# Conflict


def test_asvs_26_link_works_once(web_client: WebClient) -> None:
    path = path_of(invite(web_client, "salma"))
    assert accept_invitation(web_client, path).status_code == 303
    web_client.client.cookies.clear()
    for response in (web_client.get(path), accept_invitation(web_client, path)):
        assert (response.status_code, error_code(response)) == (409, "invitation_over")


def test_revoked_replaced_or_expired_link_does_not_work(web_client: WebClient, instance: SampleInstance) -> None:
    first = path_of(invite(web_client, "salma"))
    second = path_of(invite(web_client, "salma"))
    assert web_client.get(first).status_code == 409
    assert web_client.get(second).status_code == 200
    with instance.write() as tx:
        one, _ = invitations.list_invitations(tx, instance.actor(tx, "salma"))
    assert web_client.post(f"/invitations/{one.id}/withdrawal").headers["location"] == "/invitations"
    assert web_client.post(f"/invitations/{one.id}/withdrawal").status_code == 409
    assert web_client.get(second).status_code == 409
    third = path_of(invite(web_client, "salma"))
    with instance.write() as tx:
        tx.connection.exec_driver_sql(f"UPDATE invitation SET expires_at = expires_at - {INVITATION_LIFETIME}")
    assert accept_invitation(web_client, third).status_code == 409
    assert "Link expired" in page_text(web_client.get("/invitations"))


def test_invitation_ends_with_the_inviter(web_client: WebClient, instance: SampleInstance) -> None:
    path = path_of(invite(web_client, "lama"))
    with instance.write() as tx:
        offboarding.apply_close(tx, person=instance.members.people["lama"].id, by="per_x")
    assert accept_invitation(web_client, path).status_code == 409


# Success


def test_invited_person_signs_in_with_their_roles(web_client: WebClient, instance: SampleInstance) -> None:
    page = invite(web_client, "lama", role="signatory")
    path = path_of(page)
    shares = {urlsplit(one).netloc: parse_qs(urlsplit(one).query) for one in parse_page(page).xpath("//a[@rel]/@href")}
    link = HOME + path.replace("/join/", "/join#")
    assert link in shares["wa.me"]["text"][0]
    assert shares["t.me"]["url"][0] == link
    assert "Sindyan" not in str(shares)
    assert all("noreferrer" in one for one in parse_page(page).xpath("//a[@target]/@rel"))
    web_client.client.cookies.clear()
    answer = accept_invitation(web_client, path, own="on")
    assert answer.headers["location"] == "/"
    me = web_client.client.get("/api/v1/me").json()
    assert (me["name"], me["roles"], me["lang"]) == ("رنا", ["signatory"], "ar")
    assert me["organisation"] == instance.members.organisations["sindyan"]
    assert parse_page(web_client.get("/")).get("lang") == "ar"
    web_client.client.cookies.clear()
    assert web_client.post("/sign-in", {"email": NEW, "password": VALID_PASSWORD}).status_code == 303


def test_added_person_who_never_signed_in_is_invited_unchanged(web_client: WebClient, instance: SampleInstance) -> None:
    from_file: dict[str, object] = {"name": "رنا", "email": NEW, "lang": "ar", "roles": [], "organisation": None}
    headers = {"authorization": f"Bearer {instance.token('salma')}"}
    id = web_client.client.post("/api/v1/people", json=from_file, headers=headers).json()["id"]
    path = path_of(invite(web_client, "salma", organisation="", role="observer"))
    assert parse_page(web_client.get(path)).xpath("//input[@id='name-ar']/@value") == ["رنا"]
    accept_invitation(web_client, path)
    me = web_client.client.get("/api/v1/me").json()
    assert (me["id"], me["roles"]) == (id, ["observer"])
    assert invite(web_client, "salma", organisation="", role="observer").status_code == 409


def test_list_shows_the_state_of_each_invitation(web_client: WebClient) -> None:
    accept_invitation(web_client, path_of(invite(web_client, "salma", email="one@x.example")), lang="en")
    invite(web_client, "salma", email="two@x.example")
    page = page_text(web_client.get("/invitations"))
    assert "Accepted" in page and "Not used yet" in page


def test_invitation_is_mailed_in_the_chosen_language(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("lama")
    form = parse_page(web_client.get("/invitations"))
    assert form.xpath("//select[@name='lang']/option[@selected]/@value") == ["en"]
    place = instance.members.organisations["sindyan"]
    sent = {"email": NEW, "organisation": place, "role_drafter": "1", "lang": "en"}
    hidden = web_client.post("/invitations", sent)
    assert "/join/" not in hidden.text and "We have emailed it to" in page_text(hidden)
    page = web_client.post("/invitations", {**sent, "show": "1"})
    assert "We have emailed it to" in page_text(page)
    text = str(parse_page(page).xpath("string(//textarea)"))
    assert text.startswith("You are invited to write with us.")
    assert NEW not in page_text(web_client.get("/mails"))
    web_client.sign_in("salma")
    mails = web_client.get("/mails")
    assert f"to {NEW}" in page_text(mails) and text.split()[-1] in page_text(mails)
    as_html, *_ = parse_page(mails).xpath("//section//a[starts-with(@href, '/mails/')]/@href")
    letter = web_client.get(as_html)
    assert letter.status_code == 200 and f'href="{text.split()[-1]}"' in letter.text
    assert "Sindyan" not in letter.text
    web_client.sign_in("lama")
    assert web_client.get(as_html).status_code == 404


def test_link_is_shown_to_the_inviter_only_where_mail_is_off(instance: SampleInstance, web_client: WebClient) -> None:
    with instance.write() as tx:
        tx.connection.exec_driver_sql("UPDATE coalition SET sample = false")
    app_state = replace(instance.app_state, settings=instance.app_state.settings.replace(sample=False))
    with create_test_client(app_state) as client:
        page = invite(WebClient(client, instance), "salma")
    assert "by mail" not in page_text(page) and "/join#" in page.text
    with instance.read() as tx:
        assert not notices_store.list_newest_invitation_emails(tx, limit=9)


def test_focal_point_gets_the_same_response_for_known_addresses(web_client: WebClient) -> None:
    answers = [
        invite(web_client, "lama", email=email) for email in ("huda@two-banks.example", "nobody@two-banks.example")
    ]
    shown = [re.sub(r"/join#[\w-]+|%2Fjoin%23[\w-]+|(huda|nobody)@", "", one.text) for one in answers]
    assert [one.status_code for one in answers] == [200, 200]
    assert shown[0] == shown[1]
    path = path_of(answers[0])
    web_client.client.cookies.clear()
    refused = accept_invitation(web_client, path)
    assert (refused.status_code, "This email address already has an account" in page_text(refused)) == (409, True)


def test_inviter_is_notified_when_the_mail_bounced(web_client: WebClient, instance: SampleInstance) -> None:
    invite(web_client, "salma")
    assert "could not be delivered" not in page_text(web_client.get("/invitations"))
    with instance.write() as tx:
        (letter,) = notices_store.list_newest_invitation_emails(tx, limit=9)
        notices_store.set_email_state(tx, letter.id, state="failed", keep_body=False)
    assert "could not be delivered" in page_text(web_client.get("/invitations"))


@pytest.mark.parametrize(
    ("status", "sentence"),
    [("5.1.1", "There is no such email address"), ("4.2.2", "The mailbox is full"), ("", "could not be delivered")],
)
def test_inviter_sees_why_a_sent_mail_came_back(
    web_client: WebClient, instance: SampleInstance, status: str, sentence: str
) -> None:
    invite(web_client, "salma")
    with instance.write() as tx:
        (email,) = notices_store.list_newest_invitation_emails(tx, limit=9)
        notices_store.set_email_state(tx, email.id, state="sent", keep_body=False)
        bounces.note_bounce(tx, email=email.id, status=status)
    assert f"{sentence}. Check the email address" in page_text(web_client.get("/invitations"))


def test_form_explains_roles_and_takes_the_language_of_the_page(web_client: WebClient) -> None:
    page = web_client.sign_in("salma").get("/invitations")
    assert "Can write texts and create versions." in page_text(page) and "needs a mandate too" in page_text(page)
    chosen = "//select[@name='lang']/option[@selected]/@value"
    assert parse_page(page).xpath(chosen) == ["en"]
    web_client.post("/language", {"lang": "ar", "next": "/invitations"})
    assert parse_page(web_client.get("/invitations")).xpath(chosen) == ["ar"]


def test_several_people_are_invited_at_once_or_none_of_them(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("salma")
    form = {"lang": "ar", "organisation": "", "role_observer": "1"}
    refused = web_client.post("/invitations", {**form, "email": "one@example.org, no address"})
    assert refused.status_code == 400
    with instance.write() as tx:
        assert invitations.list_invitations(tx, instance.actor(tx, "salma")) == []
    made = web_client.post("/invitations", {**form, "email": "one@example.org, two@example.org,one@example.org,"})
    assert made.status_code == 200 and "2 invitations created" in page_text(made)
    with instance.write() as tx:
        found = invitations.list_invitations(tx, instance.actor(tx, "salma"))
    assert {one.email for one in found} == {"one@example.org", "two@example.org"}
