"""Invitations: who may invite whom, and what a link does, once."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from service.actions.membership import invitations, offboarding
from service.domain.accounts.rules import INVITATION_LIFE
from service.store.publication import notices as notices_store
from tests.support.factories import ORIGIN as HOME
from tests.support.factories import Stage
from tests.support.web_client import Reader, browser, code, opened, tree, words

GOOD = "velvet harbour nineteen onions"
NEW = "rana@sindyan.example"


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def invited(reader: Reader, by: str, *, email: str = NEW, organisation: str = "sindyan", role: str = "drafter") -> Any:
    reader.sign_in(by)
    place = reader.stage.cast.organisations.get(organisation, organisation)
    return reader.post("/invitations", {"email": email, "organisation": place, f"role_{role}": "1"})


def path_of(answer: Any) -> str:
    """The path of the link on the page that shows it."""
    assert answer.status_code == 200
    text = str(tree(answer).xpath("string(//textarea)"))
    return text.split()[-1].removeprefix(HOME)


def accepted(reader: Reader, path: str, **more: str) -> Any:
    return reader.post(path, {"name_ar": "رنا", "lang": "ar", "password": GOOD, **more})


# Outsiders


@pytest.mark.parametrize("path", ["/join/guessed", "/join/"])
def test_a_link_that_was_never_given_opens_nothing(reader: Reader, path: str) -> None:
    answer = reader.get(path)
    assert answer.status_code in (404, 409)
    assert accepted(reader, "/join/guessed").status_code == 409


def test_looking_uses_nothing_up_and_shows_messengers_no_name(reader: Reader) -> None:
    path = path_of(invited(reader, "salma"))
    reader.client.cookies.clear()
    for _ in range(3):
        page = reader.get(path)
        assert page.status_code == 200
    assert "Sindyan Centre" in words(page)
    head = tree(page).find("head")
    assert head.findtext("title") == "Invitation · Mithaq"
    assert not head.xpath("meta[@property or @name='description']")
    assert accepted(reader, path).status_code == 303


# Wrong role


@pytest.mark.parametrize("who", ["yusuf", "reem"])
def test_most_people_invite_nobody(reader: Reader, who: str) -> None:
    answer = invited(reader, who)
    assert (answer.status_code, code(answer)) == (403, "forbidden")
    assert reader.get("/invitations").status_code == 403
    assert "/invitations" not in reader.get("/account").text


@pytest.mark.parametrize(
    ("organisation", "role"), [("two-banks", "drafter"), ("", "drafter"), ("sindyan", "auditor"), ("", "secretariat")]
)
def test_a_focal_point_invites_only_into_their_own(reader: Reader, organisation: str, role: str) -> None:
    answer = invited(reader, "lama", organisation=organisation, role=role)
    assert answer.status_code == 403
    assert "A focal point invites people of their own organisation" in words(answer)
    with reader.stage.write() as tx:
        assert invitations.listed(tx, reader.stage.actor(tx, "salma")) == []


def test_a_focal_point_withdraws_only_their_own(reader: Reader) -> None:
    invited(reader, "salma", organisation="two-banks")
    with reader.stage.write() as tx:
        (one,) = invitations.listed(tx, reader.stage.actor(tx, "salma"))
    reader.sign_in("lama")
    assert reader.post(f"/invitations/{one.id}/withdrawal").status_code == 404
    assert NEW not in words(reader.get("/invitations"))


# Refused


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"email": "nobody"}, 400, "is not a mail address"),
        ({"email": "lama@sindyan.example"}, 409, "There is a person with this address already"),
        ({"role": "queen"}, 400, "Choose at least one role"),
        ({"organisation": "", "role": "signatory"}, 400, "This role is held for an organisation"),
        ({"organisation": "org_none"}, 404, "There is nothing here"),
    ],
    ids=["bad_email", "email_taken", "no_role", "role_needs_organisation", "not_found"],
)
def test_an_invitation_that_cannot_be_is_told_at_the_form(
    reader: Reader, given: dict[str, str], status: int, said: str
) -> None:
    answer = invited(reader, "salma", **given)
    assert (answer.status_code, said in words(answer)) == (status, True)
    assert tree(answer).xpath("//input[@name='email']/@value") == [given.get("email", NEW)]


def test_without_mails_a_password_is_needed(stage: Stage, reader: Reader) -> None:
    path = path_of(invited(reader, "salma"))
    with stage.write() as tx:
        tx.connection.exec_driver_sql("UPDATE coalition SET sample = false")
    house = replace(stage.house, settings=replace(stage.house.settings, sample=False))
    with browser(house) as client:
        other = Reader(client, stage)
        answer = accepted(other, path, password="")
        assert (answer.status_code, "Choose a password" in words(answer)) == (400, True)  # password_needed
        assert accepted(other, path).status_code == 303


# Conflict


def test_a_link_opens_once(reader: Reader) -> None:
    path = path_of(invited(reader, "salma"))
    assert accepted(reader, path).status_code == 303
    reader.client.cookies.clear()
    for answer in (reader.get(path), accepted(reader, path)):
        assert (answer.status_code, code(answer)) == (409, "invitation_over")


def test_a_link_that_was_withdrawn_replaced_or_grew_old_opens_nothing(reader: Reader, stage: Stage) -> None:
    first = path_of(invited(reader, "salma"))
    second = path_of(invited(reader, "salma"))
    assert reader.get(first).status_code == 409
    assert reader.get(second).status_code == 200
    with stage.write() as tx:
        one, _ = invitations.listed(tx, stage.actor(tx, "salma"))
    assert reader.post(f"/invitations/{one.id}/withdrawal").headers["location"] == "/invitations"
    assert reader.post(f"/invitations/{one.id}/withdrawal").status_code == 409
    assert reader.get(second).status_code == 409
    third = path_of(invited(reader, "salma"))
    with stage.write() as tx:
        tx.connection.exec_driver_sql(f"UPDATE invitation SET expires_at = expires_at - {INVITATION_LIFE}")
    assert accepted(reader, third).status_code == 409
    assert "Too old" in words(reader.get("/invitations"))


def test_an_invitation_ends_with_whoever_sent_it(reader: Reader, stage: Stage) -> None:
    path = path_of(invited(reader, "lama"))
    with stage.write() as tx:
        offboarding.close_person(tx, stage.actor(tx, "salma"), person=stage.cast.people["lama"].id)
    assert accepted(reader, path).status_code == 409


# Success


def test_whoever_is_invited_comes_in_with_their_roles(reader: Reader, stage: Stage) -> None:
    page = invited(reader, "lama", role="signatory")
    path = path_of(page)
    shares = {urlsplit(one).netloc: parse_qs(urlsplit(one).query) for one in tree(page).xpath("//a[@rel]/@href")}
    assert path in shares["wa.me"]["text"][0]
    assert shares["t.me"]["url"][0] == HOME + path
    assert "Sindyan" not in str(shares)
    assert all("noreferrer" in one for one in tree(page).xpath("//a[@target]/@rel"))
    reader.client.cookies.clear()
    answer = accepted(reader, path, own="on")
    assert answer.headers["location"] == "/"
    me = reader.client.get("/api/v1/me").json()
    assert (me["name"], me["roles"], me["lang"]) == ("رنا", ["signatory"], "ar")
    assert me["organisation"] == stage.cast.organisations["sindyan"]
    assert tree(reader.get("/")).get("lang") == "ar"
    reader.client.cookies.clear()
    assert reader.post("/sign-in", {"email": NEW, "password": GOOD}).status_code == 303


def test_a_person_who_was_added_but_never_came_in_is_invited_as_they_are(reader: Reader, stage: Stage) -> None:
    from_file: dict[str, object] = {"name": "رنا", "email": NEW, "lang": "ar", "roles": [], "organisation": None}
    headers = {"authorization": f"Bearer {stage.token('salma')}"}
    id = reader.client.post("/api/v1/people", json=from_file, headers=headers).json()["id"]
    path = path_of(invited(reader, "salma", organisation="", role="observer"))
    assert tree(reader.get(path)).xpath("//input[@id='name-ar']/@value") == ["رنا"]
    accepted(reader, path)
    me = reader.client.get("/api/v1/me").json()
    assert (me["id"], me["roles"]) == (id, ["observer"])
    assert invited(reader, "salma", organisation="", role="observer").status_code == 409


def test_the_list_says_how_each_stands(reader: Reader) -> None:
    accepted(reader, path_of(invited(reader, "salma", email="one@x.example")), lang="en")
    invited(reader, "salma", email="two@x.example")
    page = words(reader.get("/invitations"))
    assert "Accepted" in page and "Waiting" in page


def test_an_invitation_goes_by_mail_in_the_language_chosen(reader: Reader, stage: Stage) -> None:
    reader.sign_in("lama")
    form = tree(reader.get("/invitations"))
    assert form.xpath("//select[@name='lang']/option[@selected]/@value") == ["ar"]
    place = stage.cast.organisations["sindyan"]
    page = reader.post("/invitations", {"email": NEW, "organisation": place, "role_drafter": "1", "lang": "en"})
    assert "on its way by mail" in words(page)
    text = str(tree(page).xpath("string(//textarea)"))
    assert text.startswith("You are invited to write with us.")
    assert NEW not in words(reader.get("/mails"))
    reader.sign_in("salma")
    mails = reader.get("/mails")
    assert f"to {NEW}" in words(mails) and text.split()[-1] in words(mails)
    (as_html,) = tree(mails).xpath("//section//a[starts-with(@href, '/mails/')]/@href")
    letter = reader.get(as_html)
    assert letter.status_code == 200 and f'href="{text.split()[-1]}"' in letter.text
    assert "Sindyan" not in letter.text
    reader.sign_in("lama")
    assert reader.get(as_html).status_code == 404


def test_where_no_mails_go_the_link_is_shown_to_the_inviter_alone(stage: Stage, reader: Reader) -> None:
    with stage.write() as tx:
        tx.connection.exec_driver_sql("UPDATE coalition SET sample = false")
    house = replace(stage.house, settings=replace(stage.house.settings, sample=False))
    with browser(house) as client:
        page = invited(Reader(client, stage), "salma")
    assert "by mail" not in words(page) and "/join/" in page.text
    with stage.read() as tx:
        assert not notices_store.latest_invitations(tx, limit=9)


def test_a_focal_point_is_answered_alike_whoever_has_the_address(reader: Reader) -> None:
    answers = [invited(reader, "lama", email=email) for email in ("huda@two-banks.example", "nobody@two-banks.example")]
    shown = [re.sub(r"/join/[\w-]+|%2Fjoin%2F[\w-]+|(huda|nobody)@", "", one.text) for one in answers]
    assert [one.status_code for one in answers] == [200, 200]
    assert shown[0] == shown[1]
    path = path_of(answers[0])
    reader.client.cookies.clear()
    refused = accepted(reader, path)
    assert (refused.status_code, "Somebody with this address is here already" in words(refused)) == (409, True)


def test_whoever_invites_is_told_that_the_mail_did_not_arrive(reader: Reader, stage: Stage) -> None:
    invited(reader, "salma")
    assert "could not be delivered" not in words(reader.get("/invitations"))
    with stage.write() as tx:
        (letter,) = notices_store.latest_invitations(tx, limit=9)
        notices_store.end_mail(tx, letter.id, state="failed", keep_body=False)
    assert "could not be delivered" in words(reader.get("/invitations"))
