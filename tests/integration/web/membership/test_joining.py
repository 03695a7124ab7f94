"""Invitations of imported people, and who has joined: outsider, wrong role, not found, conflict, success."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from service.domain.accounts.rules import INVITATION_LIFETIME
from service.store.accounts import people as people_store
from service.store.membership import invitations as invitations_store
from service.store.publication import notices as notices_store
from tests.integration.web.membership.test_coalition_pages import TABLE, post_multipart
from tests.support.factories import SampleInstance
from tests.support.web_client import WebClient, create_test_client, error_code, open_web_client, page_text, parse_page

PASSWORD = "velvet harbour nineteen onions"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


@pytest.fixture
def without_mail(instance: SampleInstance) -> Iterator[WebClient]:
    """A real instance without a mail server."""
    with instance.write() as tx:
        tx.connection.exec_driver_sql("UPDATE coalition SET sample = false")
    app_state = replace(instance.app_state, settings=instance.app_state.settings.replace(sample=False))
    with create_test_client(app_state) as client:
        yield WebClient(client, instance)


def import_table(web_client: WebClient) -> str:
    """Import two organisations and two people, and return the text of the page that follows."""
    response = post_multipart(web_client.sign_in("salma"), "/import/whole", text=TABLE)
    assert response.status_code == 303
    return page_text(web_client.get(response.headers["location"]))


def person_id(instance: SampleInstance, address: str) -> str:
    with instance.read() as tx:
        found = people_store.get_by_email(tx, address)
    assert found is not None
    return found.id


def count_invitations(instance: SampleInstance) -> int:
    with instance.read() as tx:
        return len(invitations_store.list_newest(tx, organisation=None, limit=100))


# Outsider and wrong role


def test_outsider_and_others_than_inviters_invite_nobody(web_client: WebClient, instance: SampleInstance) -> None:
    import_table(web_client)
    hala = person_id(instance, "hala@qasioun.example")
    web_client.post("/sign-out")
    for path in ("/people/invitations", f"/people/{hala}/invitation"):
        assert web_client.post(path).status_code == 401
        refused = web_client.sign_in("yusuf").post(path)
        assert (refused.status_code, error_code(refused)) == (403, "forbidden")
        web_client.post("/sign-out")
    assert count_invitations(instance) == 0


# Not found


def test_focal_point_invites_nobody_of_another_organisation(web_client: WebClient, instance: SampleInstance) -> None:
    import_table(web_client)
    hala = person_id(instance, "hala@qasioun.example")
    assert web_client.sign_in("lama").post(f"/people/{hala}/invitation").status_code == 404
    refused = web_client.post("/people/invitations")
    assert (refused.status_code, error_code(refused)) == (409, "nobody_to_invite")
    assert count_invitations(instance) == 0


# Conflict


def test_person_who_has_joined_is_not_invited(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("lama")
    web_client.post("/sign-out")
    lama = instance.members.people["lama"].id
    response = web_client.sign_in("salma").post(f"/people/{lama}/invitation")
    assert (response.status_code, error_code(response)) == (409, "person_joined")


# Success


def test_import_tells_what_came_in_and_what_was_there(web_client: WebClient) -> None:
    text = import_table(web_client)
    assert "Imported: 2 new organisations, 2 new people." in text and "Already in the coalition" not in text
    again = TABLE.partition("\n")[0] + "\n,Qasioun Legal Forum,لينا,lina@qasioun.example,ar,drafter\n"
    response = post_multipart(web_client, "/import/whole", text=again)
    text = page_text(web_client.get(response.headers["location"]))
    assert "0 new organisations, 1 new person" in text and "Already in the coalition: Qasioun Legal Forum." in text


def test_invite_all_mails_each_once_and_the_list_says_so(web_client: WebClient, instance: SampleInstance) -> None:
    assert "Not invited yet" in import_table(web_client)
    page = web_client.post("/people/invitations")
    text = page_text(page)
    assert page.status_code == 200 and "hala@qasioun.example" in text and "samer@qasioun.example" in text
    assert not parse_page(page).xpath("//textarea")
    with instance.read() as tx:
        mailed = [one.to for one in notices_store.list_newest_invitation_emails(tx, limit=50)]
    assert {"hala@qasioun.example", "samer@qasioun.example"} <= set(mailed) and len(mailed) == len(set(mailed))
    text = page_text(web_client.get("/people"))
    assert "Invited on" in text and "Not invited yet" not in text and "Invite all" not in text


def test_without_mail_each_link_is_shown_once_and_works(without_mail: WebClient, instance: SampleInstance) -> None:
    import_table(without_mail)
    hala = person_id(instance, "hala@qasioun.example")
    page = without_mail.post(f"/people/{hala}/invitation")
    words = str(parse_page(page).xpath("string(//textarea)"))
    link = re.search(r"#(\w+)", words)
    assert link is not None and link[1] not in page_text(without_mail.get(f"/people/{hala}"))
    without_mail.post("/sign-out")
    without_mail.post("/join/open", {"link": link[1]})
    assert without_mail.post("/join", {"name_ar": "هالة", "lang": "ar", "password": PASSWORD}).status_code == 303
    without_mail.client.cookies.clear()
    text = page_text(without_mail.sign_in("salma").get(f"/people/{hala}"))
    assert "Joined" in text and "Invite again" not in text


def test_expired_invitation_is_made_again(web_client: WebClient, instance: SampleInstance) -> None:
    import_table(web_client)
    hala = person_id(instance, "hala@qasioun.example")
    assert web_client.post(f"/people/{hala}/invitation").status_code == 200
    with instance.write() as tx:
        tx.connection.exec_driver_sql(f"UPDATE invitation SET expires_at = expires_at - {2 * INVITATION_LIFETIME}")
    assert "The invitation expired on" in page_text(web_client.get(f"/people/{hala}"))
    assert web_client.post(f"/people/{hala}/invitation").status_code == 200
    assert "Invited on" in page_text(web_client.get(f"/people/{hala}"))
