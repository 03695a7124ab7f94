"""Returned emails are shown to their person, and not on pages that need no session."""

from collections.abc import Iterator

import pytest

from service.actions import bounces, notifications
from service.actions.accounts import email_codes
from service.actions.authorization import or_not_found
from service.store.accounts import people as people_store
from service.store.publication import notices as notices_store
from service.store.tables import mail
from tests.support.factories import SampleInstance
from tests.support.web_client import WebClient, open_web_client, page_text

LAMA = "lama@sindyan.example"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def an_email(instance: SampleInstance, *, status: str | None, address: str = "") -> None:
    """Send an email to Lama; with a `status` it came back."""
    with instance.write() as tx:
        lama = or_not_found(people_store.get(tx, instance.members.people["lama"].id))
        id = notifications.send_email(tx, lama, subject="s", body="b", address=address)
        notices_store.set_email_state(tx, id, state="sent", keep_body=False)
        if status is not None:
            bounces.note_bounce(tx, email=id, status=status)


def test_account_page_says_that_the_last_email_came_back(web_client: WebClient, instance: SampleInstance) -> None:
    an_email(instance, status="5.2.2")
    web_client.sign_in("lama")
    assert f"The last email to {LAMA} came back. The mailbox is full." in page_text(web_client.get("/account"))
    an_email(instance, status="5.1.1", address="new@x.example")
    assert "The last email to new@x.example came back. There is no such" in page_text(web_client.get("/account"))
    an_email(instance, status=None)
    assert "came back" not in page_text(web_client.get("/account"))


def test_sign_in_page_says_nothing_of_an_email_that_came_back(web_client: WebClient, instance: SampleInstance) -> None:
    pages = []
    for returned in (False, True):
        web_client.client.cookies.clear()
        made = web_client.post("/sign-in/code", {"email": LAMA})
        with instance.write() as tx:
            rows = tx.connection.execute(mail.select().where(mail.c.code_of == email_codes.SIGN_IN)).all()
            for row in rows if returned else ():
                notices_store.set_email_state(tx, row.id, state="sent", keep_body=False)
                bounces.note_bounce(tx, email=row.id, status="5.1.1")
        assert made.status_code == 303 and rows
        pages.append(page_text(web_client.get(made.headers["location"])))
    assert pages[0] == pages[1]
