"""The pages of a signatory who has only their mailbox, and of the colleague who confirms."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import update

from service.actions.accounts import sign_in
from service.domain.accounts.rules import CODE, PASSWORD
from service.store.accounts import accounts as accounts_store
from service.store.tables import coalition
from service.web.http.auth import SESSION_COOKIE
from tests.support.factories import SampleInstance, mailed_code, open_round_with_document
from tests.support.web_client import WebClient, create_test_client, form_fields, page_links, page_text


@pytest.fixture
def round_id(instance: SampleInstance) -> str:
    _, id = open_round_with_document(instance)
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(sample=False))
    return id


@pytest.fixture
def browsers(instance: SampleInstance) -> Iterator[tuple[WebClient, WebClient]]:
    """Return two browsers on the instance, which is no sample."""
    app_state = replace(instance.app_state, settings=instance.app_state.settings.replace(sample=False))
    with create_test_client(app_state) as one, create_test_client(app_state) as other:
        yield WebClient(one, instance), WebClient(other, instance)


def begin(browser: WebClient, who: str, started_with: str) -> None:
    with browser.instance.write() as tx:
        actor = browser.instance.actor(tx, who)
        session = sign_in.start_session(tx, actor, browser=sign_in.Browser(), started_with=started_with)
    browser.client.cookies.set(SESSION_COOKIE, session)


def prepare(browser: WebClient, round_id: str) -> tuple[str, str]:
    """Return (address of the page for the code, code)."""
    form = {"position": "endorse", "lang": "ar", "key": "prepare"}
    made = browser.post(f"/rounds/{round_id}/sign", form)
    assert made.status_code == 303
    with browser.instance.read() as tx:
        return made.headers["location"], mailed_code(tx, browser.instance.members.people["yusuf"].id)


def test_mailbox_alone_is_refused_with_what_else_there_is(browsers: tuple[WebClient, WebClient], round_id: str) -> None:
    yusuf, _ = browsers
    begin(yusuf, "yusuf", CODE)
    address, code = prepare(yusuf, round_id)
    page = yusuf.get(address)
    assert "One more proof that it is you" in page_text(page) and "Ask a colleague to confirm" in page_text(page)
    refused = yusuf.post(address, {**form_fields(page, address), "code": code})
    assert (refused.status_code, "One more proof that it is you" in page_text(refused)) == (403, True)


def test_colleague_is_asked_confirms_and_the_receipt_says_so(
    browsers: tuple[WebClient, WebClient], round_id: str
) -> None:
    yusuf, lama = browsers
    begin(yusuf, "yusuf", CODE)
    address, code = prepare(yusuf, round_id)
    asked = yusuf.post(f"{address}/colleagues", form_fields(yusuf.get(address), f"{address}/colleagues"))
    assert asked.status_code == 303 and "Call them" in page_text(yusuf.get(asked.headers["location"]))
    begin(lama, "lama", PASSWORD)
    assert f"{address}/approval" in page_links(lama.get("/"))
    page = lama.get(f"{address}/approval")
    assert "Does this answer come from" in page_text(page)
    assert lama.post(f"{address}/approval", form_fields(page, f"{address}/approval")).status_code == 303
    assert "They can sign now" in page_text(lama.get(f"{address}/approval"))
    page = yusuf.get(address)
    assert "Confirmed by a colleague" in page_text(page)
    assert yusuf.post(address, {**form_fields(page, address), "code": code}).status_code == 303
    receipt = page_text(yusuf.get(f"/rounds/{round_id}/receipt"))
    assert "confirmed by another person of the organisation" in receipt


def test_password_link_leads_to_the_password_and_back(browsers: tuple[WebClient, WebClient], round_id: str) -> None:
    yusuf, _ = browsers
    with yusuf.instance.write() as tx:
        accounts_store.set_password(tx, yusuf.instance.members.people["yusuf"].id, hash_="x")
    begin(yusuf, "yusuf", CODE)
    address, _code = prepare(yusuf, round_id)
    (link,) = [one for one in page_links(yusuf.get(address)) if one.startswith("/confirm?")]
    page = yusuf.get(link)
    assert "Email me a code" not in page_text(page)
    assert form_fields(page, "/confirm")["next"] == address


def test_password_renewed_by_email_is_named_with_its_day(browsers: tuple[WebClient, WebClient], round_id: str) -> None:
    yusuf, _ = browsers
    with yusuf.instance.write() as tx:
        accounts_store.set_password(tx, yusuf.instance.members.people["yusuf"].id, hash_="x", by_mail=True)
    begin(yusuf, "yusuf", PASSWORD)
    address, _ = prepare(yusuf, round_id)
    assert "You can sign with it from" in page_text(yusuf.get(address))


def test_page_of_a_colleague_is_hidden_from_others(browsers: tuple[WebClient, WebClient], round_id: str) -> None:
    yusuf, other = browsers
    begin(yusuf, "yusuf", CODE)
    address, _ = prepare(yusuf, round_id)
    for who in ("salma", "huda", "yusuf"):
        begin(other, who, PASSWORD)
        assert other.get(f"{address}/approval").status_code == 404
