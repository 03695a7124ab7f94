"""The card that leads the secretariat through setting up: outsider, wrong role, conflict, success."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from service.store.publication import notices as notices_store
from tests.support.factories import SampleInstance, create_document
from tests.support.web_client import (
    WebClient,
    create_test_client,
    error_code,
    open_web_client,
    page_links,
    page_text,
    parse_page,
)


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    """A real instance without a mail server, not a sample."""
    with instance.write() as tx:
        tx.connection.exec_driver_sql("UPDATE coalition SET sample = false")
    app_state = replace(instance.app_state, settings=instance.app_state.settings.replace(sample=False))
    with create_test_client(app_state) as client:
        yield WebClient(client, instance)


@pytest.fixture
def sample_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def card(page: Any) -> str:
    """Return the text of the card, "" if there is none."""
    return " ".join(str(parse_page(page).xpath("string(//section[@id='setup'])")).split())


@pytest.mark.parametrize("path", ["/setup/test-email", "/setup/away"])
def test_outsider_and_others_than_the_secretariat_are_refused(web_client: WebClient, path: str) -> None:
    assert web_client.post(path).status_code == 401
    response = web_client.sign_in("lama").post(path)
    assert (response.status_code, error_code(response)) == (403, "forbidden")


@pytest.mark.parametrize("who", ["lama", "yusuf", "reem"])
def test_others_than_the_secretariat_see_no_card(web_client: WebClient, who: str) -> None:
    assert card(web_client.sign_in(who).get("/")) == ""


def test_second_test_email_within_a_minute_is_refused(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("salma")
    assert web_client.post("/setup/test-email").status_code == 303
    with instance.read() as tx:
        before = notices_store.list_newest_emails(tx, instance.members.people["salma"].id, limit=9)
    response = web_client.post("/setup/test-email")
    assert (response.status_code, error_code(response)) == (409, "test_email_sent")
    with instance.read() as tx:
        assert notices_store.list_newest_emails(tx, instance.members.people["salma"].id, limit=9) == before


def test_card_names_what_is_missing_and_links_there(web_client: WebClient, instance: SampleInstance) -> None:
    page = web_client.sign_in("salma").get("/")
    text = card(page)
    assert "Set up your coalition" in text and "No email can be sent yet" in text
    assert "you have nothing to do" not in page_text(page)
    assert "Start from a template" in text and {"/coalition", "/documents/new"} <= set(page_links(page))
    create_document(instance)
    assert "Start from a template" not in card(web_client.get("/"))


def test_card_put_away_stays_away_in_this_browser(web_client: WebClient) -> None:
    web_client.sign_in("salma")
    assert card(web_client.get("/")) != ""
    assert web_client.post("/setup/away").status_code == 303
    assert card(web_client.get("/")) == ""


def test_sample_has_no_card(sample_client: WebClient) -> None:
    assert card(sample_client.sign_in("salma").get("/")) == ""
