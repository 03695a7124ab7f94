"""Rounds and mandates by form: outsider, wrong role, not found, conflict, success."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from service.actions.membership import mandates
from service.domain.endorsement.workdays import DEFAULT_WORKING_DAYS
from service.domain.errors import Conflict, InvalidInput
from service.store.endorsement import rounds as rounds_store
from service.store.membership import mandates as mandates_store
from service.store.tables import mandate_confirmation
from service.web.forms.deadline_field import deadline_options, parse_day_and_time, parse_deadline
from service.web.forms.rounds import DeadlineFields
from tests.integration.web.rounds.test_signing_pages import hidden_fields
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    create_document,
    cut_version,
    ensure_signatory,
    move_to_review,
    open_round_with_document,
)
from tests.support.web_client import (
    WebClient,
    error_code,
    form_fields,
    open_web_client,
    page_links,
    page_text,
    parse_page,
)


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def create_document_in_review(instance: SampleInstance) -> str:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    return document


def post_round_form(web_client: WebClient, document: str, **more: str) -> Any:
    """Return the response to the form that opens a round, with `more` in it."""
    ensure_signatory(web_client.instance)
    page = web_client.get(f"/documents/{document}/round")
    form = {"rule": "two_thirds", "deadline": "3d", **hidden_fields(page), **more}
    return web_client.post_confirmed(f"/documents/{document}/round", form)


def grant_mandate(instance: SampleInstance) -> str:
    with instance.write() as tx:
        organisation = instance.actor(tx, "yusuf").organisation or ""
        focal = next(key for key in instance.members.people if _grants(instance.actor(tx, key)) == organisation)
        person = instance.members.people["yusuf"].id
        return mandates.grant_mandate(tx, instance.actor(tx, focal), organisation=organisation, person=person)


def _grants(actor: Any) -> str | None:
    return actor.organisation if actor.has_role(["focal_point"]) else None


def focal_point(instance: SampleInstance) -> str:
    with instance.read() as tx:
        mine = instance.actor(tx, "yusuf").organisation
        return next(key for key in instance.members.people if _grants(instance.actor(tx, key)) == mine)


# Outsider and wrong role


@pytest.mark.parametrize("who", ["lama", "yusuf"])
def test_only_secretariat_opens_and_closes_rounds(web_client: WebClient, instance: SampleInstance, who: str) -> None:
    document = create_document_in_review(instance)
    web_client.sign_in(who)
    assert web_client.get(f"/documents/{document}/round").status_code == 403
    assert web_client.post_confirmed(f"/documents/{document}/round", {"version": "1"}).status_code == 403
    _, round_id = open_round_with_document(instance)
    assert "End the round early" not in page_text(web_client.get(f"/rounds/{round_id}"))
    for act in ("close", "cancel"):
        assert web_client.post(f"/rounds/{round_id}/{act}").status_code == 403


def test_only_secretariat_confirms_mandates(web_client: WebClient, instance: SampleInstance) -> None:
    mandate = grant_mandate(instance)
    web_client.sign_in("huda")
    assert web_client.post(f"/mandates/{mandate}/confirm").status_code == 403
    assert (
        instance.members.people["yusuf"].names["en"]
        not in page_text(web_client.get("/mandates")).partition("Mandates")[2]
    )


# Not found


def test_unknown_round_or_mandate_is_not_found(web_client: WebClient) -> None:
    web_client.sign_in("salma")
    assert web_client.get("/documents/doc_none/round").status_code == 404
    for path in ("/rounds/rnd_none/close", "/mandates/man_none/confirm", "/mandates/man_none/revoke"):
        assert web_client.post(path).status_code == 404


# Conflict


def test_document_not_in_review_is_rejected(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    response = web_client.sign_in("salma").get(f"/documents/{document}/round")
    assert response.status_code == 409 and f"/documents/{document}" in page_links(response)


def test_invalid_input_is_reported_on_the_form_which_keeps_it(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document_in_review(instance)
    web_client.sign_in("salma")
    response = post_round_form(web_client, document, deadline="own", date="soon", quorum="half", rule="majority")
    assert response.status_code == 400 and "Enter the date and time of the deadline." in page_text(response)
    assert parse_page(response).xpath("//input[@checked]/@value")[:2] == ["majority", "own"]
    assert parse_page(response).xpath("string(//option[@selected]/@value)") == "half"
    for more, said in (
        ({"rule": "sign_on", "at_least": "99"}, "The rule needs 99 endorsements"),
        ({"rule": "sign_on", "at_least": "some"}, "This rule cannot be used"),
        ({"rule": "none"}, "This rule cannot be used"),
        ({"deadline": "own", "date": "2020-01-01", "time": "17:00"}, "Choose a closing date in the next 12 months"),
    ):
        assert said in page_text(post_round_form(web_client, document, **more))
    response = post_round_form(web_client, document, version="7")
    assert (response.status_code, error_code(response)) == (409, "stale_version")
    with instance.read() as tx:
        assert rounds_store.list_by_document(tx, document) == []


def test_malformed_date_has_its_code() -> None:
    with pytest.raises(InvalidInput) as unread:
        parse_day_and_time("soon", "17:00", zone="Asia/Damascus")
    assert unread.value.code == "unread_deadline"


def test_mandate_is_confirmed_once_by_each_and_ended_once(web_client: WebClient, instance: SampleInstance) -> None:
    mandate = grant_mandate(instance)
    web_client.sign_in("salma")
    checked = {"channel": "a call"}
    assert web_client.post(f"/mandates/{mandate}/confirm", checked).status_code == 303
    twice = web_client.post(f"/mandates/{mandate}/confirm", checked)
    assert error_code(twice) in ("already_confirmed", "mandate_not_waiting") and "/mandates" in page_links(twice)
    assert web_client.post(f"/mandates/{mandate}/revoke").status_code == 303
    assert error_code(web_client.post(f"/mandates/{mandate}/revoke")) == "mandate_ended"


def test_page_asks_how_the_holder_of_a_mandate_was_checked(web_client: WebClient, instance: SampleInstance) -> None:
    mandate = grant_mandate(instance)
    page = web_client.sign_in("salma").get("/mandates")
    assert form_fields(page, f"/mandates/{mandate}/confirm")["channel"] == ""
    silent = web_client.post(f"/mandates/{mandate}/confirm", {"channel": " "})
    assert silent.status_code == 400 and "Say how you checked" in page_text(silent)
    with instance.read() as tx:
        assert not tx.connection.execute(select(mandate_confirmation)).all()
    assert web_client.post(f"/mandates/{mandate}/confirm", {"channel": " a  call "}).status_code == 303
    with instance.read() as tx:
        (row,) = tx.connection.execute(select(mandate_confirmation)).all()
    assert row.channel == "a call"


def test_invalid_mandate_is_reported_on_the_form(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in(focal_point(instance))
    form = {"person": instance.members.people["yusuf"].id, "until": "2020-01-01"}
    response = web_client.post("/mandates", form)
    assert response.status_code == 400 and "The end date of a mandate must be in the future." in page_text(response)
    assert parse_page(response).xpath("string(//*[@id='until']/@value)") == "2020-01-01"


# Success


def test_round_is_opened_as_the_form_says(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document_in_review(instance)
    web_client.sign_in("salma")
    organisation = next(iter(instance.members.organisations.values()))
    response = post_round_form(
        web_client, document, quorum="half", close_when_all_answered="1", **{f"required.{organisation}": "1"}
    )
    assert response.status_code == 303
    with instance.read() as tx:
        [made] = rounds_store.list_by_document(tx, document)
    assert response.headers["location"] == f"/rounds/{made.id}"
    assert made.rule == {
        "v": 1, "kind": "fraction", "num": 2, "den": 3, "of": "all",
        "quorum": {"num": 1, "den": 2}, "required": [organisation],
    }  # fmt: skip
    assert made.close_when_all_answered
    closes = dt.datetime.fromtimestamp(made.closes_at / 1e6, ZoneInfo("Asia/Damascus"))
    assert (closes.hour, closes.minute) == (17, 0)


def test_offered_deadlines_are_in_working_hours_of_the_coalition() -> None:
    now = int(dt.datetime(2026, 11, 22, 22, 30, tzinfo=dt.UTC).timestamp()) * 1_000_000
    found = deadline_options(now, zone="Asia/Damascus", working_weekdays=DEFAULT_WORKING_DAYS)
    there = [dt.datetime.fromtimestamp(one.at / 1e6, ZoneInfo("Asia/Damascus")) for one in found.values()]
    assert there[0] == dt.datetime(2026, 11, 24, 17, tzinfo=ZoneInfo("Asia/Damascus"))
    assert there[2] == dt.datetime(2026, 11, 30, 17, tzinfo=ZoneInfo("Asia/Damascus"))
    assert all(one.strftime("%a") not in ("Fri", "Sat") and one.hour == 17 for one in there)


def test_deadline_on_a_day_of_rest_must_be_confirmed(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document_in_review(instance)
    today = dt.datetime.now(ZoneInfo("Asia/Damascus")).date()
    friday = today + dt.timedelta(days=7 + (4 - today.weekday()) % 7)
    own = {"deadline": "own", "date": friday.isoformat(), "time": "12:00"}
    with pytest.raises(Conflict) as refused:
        parse_deadline(DeadlineFields.parse(own), now=0, zone="Asia/Damascus", working_weekdays=DEFAULT_WORKING_DAYS)
    assert refused.value.code == "deadline_on_rest_day"
    response = post_round_form(web_client.sign_in("salma"), document, **own)
    assert response.status_code == 409 and "This is not a working day of the coalition." in page_text(response)
    with instance.read() as tx:
        assert rounds_store.list_by_document(tx, document) == []
    assert parse_page(response).xpath("//input[@name='date']/@value") == [friday.isoformat()]
    meant = post_round_form(web_client, document, **own, rest_day="1")
    assert meant.status_code == 303
    assert "This is not a working day of the coalition." in page_text(web_client.get(meant.headers["location"]))


def test_round_is_closed_by_two_persons_and_the_second_sees_who_asked(
    web_client: WebClient, instance: SampleInstance
) -> None:
    _, round_id = open_round_with_document(instance)
    web_client.sign_in("salma")
    assert "2 members of the secretariat must ask for it." in page_text(web_client.get(f"/rounds/{round_id}"))
    assert web_client.post_confirmed(f"/rounds/{round_id}/close").status_code == 303
    assert "Close the round now" not in page_text(web_client.get(f"/rounds/{round_id}"))
    text = page_text(web_client.sign_in("karim").get(f"/rounds/{round_id}"))
    assert f"Have asked to close it: {instance.members.people['salma'].names['en']}" in text
    web_client.post_confirmed(f"/rounds/{round_id}/close")
    assert "was not approved" in page_text(web_client.get(f"/rounds/{round_id}"))


def test_reminder_can_be_sent_without_naming_the_document(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    assert not parse_page(web_client.sign_in("yusuf").get(f"/rounds/{round_id}")).xpath("//textarea"), "has answered"
    assert parse_page(web_client.sign_in("nabil").get(f"/rounds/{round_id}")).xpath("//textarea")
    page = web_client.sign_in("salma").get(f"/rounds/{round_id}")
    (text,) = parse_page(page).xpath("//textarea/text()")
    assert f"/rounds/{round_id}/sign" in text and "Title" not in text
    ways = [link for link in page_links(page) if link.startswith("https://")]
    assert {link.split("/")[2] for link in ways} == {"wa.me", "t.me"}


def test_mandate_is_granted_and_confirmed_by_form(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in(focal_point(instance))
    page = web_client.get("/mandates")
    form = {**hidden_fields(page), "person": instance.members.people["yusuf"].id, "until": "2199-12-31"}
    assert [web_client.post("/mandates", form).status_code for _ in range(2)] == [303, 303]
    assert "2 more confirmations are needed." in page_text(web_client.get("/mandates"))
    with instance.read() as tx:
        [(_, made)] = mandates_store.list_all(tx)
    for who, said in (("salma", "1 more confirmation is needed."), ("karim", "In force")):
        web_client.sign_in(who).post(f"/mandates/{made.id}/confirm", {"channel": "a call"})
        assert said in page_text(web_client.get("/mandates"))
