"""Pages of what waits for a second person, of proposed roles, and of addresses."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from service.actions.accounts import code_mail, email_codes
from service.actions.membership import people
from service.store.accounts import addresses as addresses_store
from service.store.accounts import people as people_store
from service.store.membership import approvals as approvals_store
from service.store.membership import proposals as proposals_store
from service.store.publication import notices as notices_store
from service.store.tables import mail, notice
from tests.support.factories import SECRET, SampleInstance
from tests.support.web_client import WebClient, create_test_client, error_code, open_web_client, page_text, parse_page


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def ask_to_close(web_client: WebClient, instance: SampleInstance) -> str:
    """Ask, as salma, to close yusuf's account; return the path of the request."""
    web_client.sign_in("salma").post_confirmed(f"/people/{instance.members.people['yusuf'].id}/close")
    with instance.read() as tx:
        return f"/approvals/{approvals_store.list_waiting(tx)[0].id}"


def test_second_person_finds_the_act_on_the_first_page_and_confirms_it(
    web_client: WebClient, instance: SampleInstance
) -> None:
    path = ask_to_close(web_client, instance)
    own = web_client.get("/approvals")
    assert "Remove someone’s access" in page_text(own) and not parse_page(own).xpath("//input[@name='channel']")
    web_client.sign_in("karim")
    assert "Remove someone’s access" in page_text(web_client.get("/"))
    assert "1 more person must confirm." in page_text(web_client.get("/approvals"))
    silent = web_client.post(f"{path}/approval", {"channel": " "})
    assert (silent.status_code, error_code(silent)) == (400, "channel_needed")
    assert web_client.post(f"{path}/approval", {"channel": "a call"}).headers["location"] == "/approvals"
    assert "Nothing is waiting." in page_text(web_client.get("/approvals"))


def test_request_is_withdrawn_by_its_requester_and_refused_by_another(
    web_client: WebClient, instance: SampleInstance
) -> None:
    path = ask_to_close(web_client, instance)
    assert error_code(web_client.sign_in("lama").post(f"{path}/refusal")) == "second_person_needed"
    assert web_client.sign_in("salma").post(f"{path}/refusal").status_code == 303
    assert error_code(web_client.post(f"{path}/refusal")) == "approval_over"
    path = ask_to_close(web_client, instance)
    assert web_client.sign_in("karim").post(f"{path}/refusal").status_code == 303


def test_focal_point_accepts_a_proposed_colleague(web_client: WebClient, instance: SampleInstance) -> None:
    with instance.write() as tx:
        sindyan = instance.members.organisations["sindyan"]
        salma = instance.actor(tx, "salma")
        person = people.add_person(
            tx, salma, name="Noor", email="noor@x.example", organisation=sindyan, lang="en", roles=("signatory",)
        )
        (proposal,) = proposals_store.list_open(tx, person=person)
    web_client.sign_in("salma")
    assert "Proposed, not in effect yet: Signatory" in page_text(web_client.get(f"/people/{person}"))
    assert web_client.post(f"/proposals/{proposal.id}/acceptance").status_code == 403
    web_client.sign_in("lama")
    assert "Someone was proposed to act for your organisation" in page_text(web_client.get("/"))
    assert "Noor" in page_text(web_client.get("/approvals"))
    assert web_client.post(f"/proposals/{proposal.id}/acceptance").status_code == 303
    assert "Signatory" in page_text(web_client.get(f"/people/{person}"))
    assert error_code(web_client.post(f"/proposals/{proposal.id}/refusal")) == "approval_over"


def test_unproved_person_proves_the_address_on_the_account_page(
    web_client: WebClient, instance: SampleInstance
) -> None:
    lama = instance.members.people["lama"].id
    with instance.write() as tx:
        addresses_store.forget_proof(tx, lama)
    web_client.sign_in("lama")
    assert "Prove your email address" in page_text(web_client.get("/"))
    place = web_client.post("/account/address").headers["location"]
    id = place.partition("id=")[2].partition("#")[0]
    assert parse_page(web_client.get(place)).xpath("//form[@action='/account/address/code']")
    code = code_mail.derive_code(email_codes.SIGN_IN, id, secret=SECRET)
    assert "Wrong code." in page_text(web_client.post("/account/address/code", {"id": id, "code": "12345678"}))
    assert web_client.post("/account/address/code", {"id": id, "code": code}).status_code == 303
    assert "Prove your email address" not in page_text(web_client.get("/"))


def test_person_changes_the_address_with_two_codes(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("lama")
    bad = web_client.post("/account/address/change", {"address": "nobody"})
    assert (bad.status_code, "is not an email address" in page_text(bad)) == (400, True)
    place = web_client.post("/account/address/change", {"address": "lama@new.example"}).headers["location"]
    ids = dict(part.split("=") for part in place.partition("?")[2].partition("#")[0].split("&"))
    assert parse_page(web_client.get(place)).xpath("//input[@name='old_code']")
    codes = {
        "old_code": code_mail.derive_code(email_codes.OLD_ADDRESS, ids["old"], secret=SECRET),
        "new_code": code_mail.derive_code(email_codes.NEW_ADDRESS, ids["new"], secret=SECRET),
    }
    assert web_client.post("/account/address/change/codes", {**ids, **codes}).status_code == 303
    assert "lama@new.example" in page_text(web_client.get("/account"))


def test_focal_point_changes_an_address_and_the_holder_stops_it(
    web_client: WebClient, instance: SampleInstance
) -> None:
    place = f"/people/{instance.members.people['yusuf'].id}"
    web_client.sign_in("lama")
    assert error_code(web_client.post(f"{place}/new-address", {"address": "karim@mithaq.example"})) == "email_taken"
    assert web_client.post(f"{place}/new-address", {"address": "y@new.example"}).headers["location"] == place
    assert "y@new.example" in page_text(web_client.get(place))
    web_client.sign_in("yusuf")
    assert "Your address changes to" in page_text(web_client.get("/account"))
    assert web_client.post(f"{place}/new-address/stop").headers["location"] == "/account#address"
    assert error_code(web_client.post(f"{place}/new-address/stop")) == "no_address_change"


def test_where_no_email_is_sent_the_page_of_a_person_offers_to_confirm_them(instance: SampleInstance) -> None:
    lama = instance.members.people["lama"].id
    with instance.write() as tx:
        addresses_store.forget_proof(tx, lama)
        tx.connection.exec_driver_sql("UPDATE coalition SET sample = false")
    app_state = replace(instance.app_state, settings=instance.app_state.settings.replace(sample=False))
    with create_test_client(app_state) as client:
        web_client = WebClient(client, instance)
        web_client.sign_in("salma")
        assert "Confirm who this is" in page_text(web_client.get(f"/people/{lama}"))
        assert web_client.post(f"/people/{lama}/address", {"channel": "a call"}).status_code == 303
        assert "address not proved" in page_text(web_client.get(f"/people/{lama}"))
    with instance.read() as tx:
        found = people_store.get(tx, lama)
        assert found is not None and found.address_proof == "channel"


def test_notice_of_power_that_could_not_be_emailed_is_shown_to_colleagues(
    web_client: WebClient, instance: SampleInstance
) -> None:
    ask_to_close(web_client, instance)
    with instance.write() as tx:
        yusuf = instance.members.people["yusuf"].id
        notices_store.add_email(tx, id="mail_x", person_id=yusuf, subject="x", body="x")
        tx.connection.execute(mail.update().where(mail.c.id == "mail_x").values(state="failed"))
        tx.connection.execute(notice.update().where(notice.c.person == yusuf).values(mail="mail_x", mail_at=None))
    web_client.sign_in("lama")
    assert "We could not email your colleagues" in page_text(web_client.get("/"))
    place = f"/organisations/{instance.members.organisations['sindyan']}"
    assert "We could not email this to" in page_text(web_client.get(place))
    web_client.sign_in("nabil")
    assert "We could not email" not in page_text(web_client.get("/")) + page_text(web_client.get(place))
