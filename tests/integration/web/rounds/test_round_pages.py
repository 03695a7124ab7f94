"""Rounds and mandates by hand: outsider, wrong role, not found, conflict, success."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from service.actions.membership import mandates
from service.domain.endorsement.workdays import USUAL
from service.domain.errors import Conflict, Malformed
from service.store.endorsement import rounds as rounds_store
from service.store.membership import mandates as mandates_store
from service.web.forms.deadline_field import day_given, given, offered
from tests.integration.web.rounds.test_signing_pages import fields
from tests.support.factories import Stage, a_cast, a_document, a_version, an_open_round, in_review
from tests.support.web_client import Reader, code, links, opened, tree, words


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def reviewed(stage: Stage) -> str:
    document = a_document(stage)
    a_version(stage, document)
    in_review(stage, document)
    return document


def asked(reader: Reader, document: str, **more: str) -> Any:
    """The answer to the form that opens a round, with `more` in it."""
    page = reader.get(f"/documents/{document}/round")
    form = {"rule": "two_thirds", "deadline": "3d", **fields(page), **more}
    return reader.post(f"/documents/{document}/round", form)


def a_grant(stage: Stage) -> str:
    with stage.write() as tx:
        organisation = stage.actor(tx, "yusuf").organisation or ""
        focal = next(key for key in stage.cast.people if _grants(stage.actor(tx, key)) == organisation)
        person = stage.cast.people["yusuf"].id
        return mandates.grant(tx, stage.actor(tx, focal), organisation=organisation, person=person)


def _grants(actor: Any) -> str | None:
    return actor.organisation if actor.holds(["focal_point"]) else None


def focal_point(stage: Stage) -> str:
    with stage.read() as tx:
        mine = stage.actor(tx, "yusuf").organisation
        return next(key for key in stage.cast.people if _grants(stage.actor(tx, key)) == mine)


# Outsider and wrong role


@pytest.mark.parametrize("who", ["lama", "yusuf"])
def test_only_the_secretariat_opens_and_ends_rounds(reader: Reader, stage: Stage, who: str) -> None:
    document = reviewed(stage)
    reader.sign_in(who)
    assert reader.get(f"/documents/{document}/round").status_code == 403
    assert reader.post(f"/documents/{document}/round", {"version": "1"}).status_code == 403
    _, round_id = an_open_round(stage)
    assert "End the round early" not in words(reader.get(f"/rounds/{round_id}"))
    for act in ("close", "cancel"):
        assert reader.post(f"/rounds/{round_id}/{act}").status_code == 403


def test_nobody_confirms_who_is_not_of_the_secretariat(reader: Reader, stage: Stage) -> None:
    mandate = a_grant(stage)
    reader.sign_in("huda")
    assert reader.post(f"/mandates/{mandate}/confirm").status_code == 403
    assert stage.cast.people["yusuf"].names["en"] not in words(reader.get("/mandates")).partition("Mandates")[2]


# Not found


def test_what_is_not_there(reader: Reader) -> None:
    reader.sign_in("salma")
    assert reader.get("/documents/doc_none/round").status_code == 404
    for path in ("/rounds/rnd_none/close", "/mandates/man_none/confirm", "/mandates/man_none/revoke"):
        assert reader.post(path).status_code == 404


# Conflict


def test_a_document_that_is_not_in_review_opens_no_round(reader: Reader, stage: Stage) -> None:
    document = a_document(stage)
    answer = reader.sign_in("salma").get(f"/documents/{document}/round")
    assert answer.status_code == 409 and f"/documents/{document}" in links(answer)


def test_what_cannot_be_used_is_told_on_the_form_which_keeps_what_was_chosen(reader: Reader, stage: Stage) -> None:
    document = reviewed(stage)
    reader.sign_in("salma")
    answer = asked(reader, document, deadline="own", date="soon", quorum="half", rule="majority")
    assert answer.status_code == 400 and "Give the deadline as a day and an hour." in words(answer)
    assert tree(answer).xpath("//input[@checked]/@value")[:2] == ["majority", "own"]
    assert tree(answer).xpath("string(//option[@selected]/@value)") == "half"
    for more, said in (
        ({"rule": "sign_on", "at_least": "99"}, "The rule asks for 99 endorsements"),
        ({"rule": "sign_on", "at_least": "some"}, "This rule cannot be used"),
        ({"rule": "none"}, "This rule cannot be used"),
        ({"deadline": "own", "date": "2020-01-01", "time": "17:00"}, "A round must close in the future"),
    ):
        assert said in words(asked(reader, document, **more))
    answer = asked(reader, document, version="7")
    assert (answer.status_code, code(answer)) == (409, "stale_version")
    with stage.read() as tx:
        assert rounds_store.of_document(tx, document) == []


def test_a_day_that_cannot_be_read_has_its_code() -> None:
    with pytest.raises(Malformed) as unread:
        day_given("soon", "17:00", zone="Asia/Damascus")
    assert unread.value.code == "unread_deadline"


def test_a_mandate_is_confirmed_once_by_each_and_ended_once(reader: Reader, stage: Stage) -> None:
    mandate = a_grant(stage)
    reader.sign_in("salma")
    assert reader.post(f"/mandates/{mandate}/confirm").status_code == 303
    twice = reader.post(f"/mandates/{mandate}/confirm")
    assert code(twice) in ("already_confirmed", "mandate_not_waiting") and "/mandates" in links(twice)
    assert reader.post(f"/mandates/{mandate}/revoke").status_code == 303
    assert code(reader.post(f"/mandates/{mandate}/revoke")) == "mandate_ended"


def test_a_mandate_that_cannot_be_is_told_on_the_form(reader: Reader, stage: Stage) -> None:
    reader.sign_in(focal_point(stage))
    form = {"person": stage.cast.people["yusuf"].id, "until": "2020-01-01"}
    answer = reader.post("/mandates", form)
    assert answer.status_code == 400 and "A mandate must end in the future." in words(answer)
    assert tree(answer).xpath("string(//*[@id='until']/@value)") == "2020-01-01"


# Success


def test_a_round_is_opened_as_the_form_says(reader: Reader, stage: Stage) -> None:
    document = reviewed(stage)
    reader.sign_in("salma")
    organisation = next(iter(stage.cast.organisations.values()))
    answer = asked(reader, document, quorum="half", close_when_all_answered="1", **{f"required.{organisation}": "1"})
    assert answer.status_code == 303
    with stage.read() as tx:
        [made] = rounds_store.of_document(tx, document)
    assert answer.headers["location"] == f"/rounds/{made.id}"
    assert made.rule == {
        "v": 1, "kind": "fraction", "num": 2, "den": 3, "of": "all",
        "quorum": {"num": 1, "den": 2}, "required": [organisation],
    }  # fmt: skip
    assert made.close_when_all_answered
    closes = dt.datetime.fromtimestamp(made.closes_at / 1e6, ZoneInfo("Asia/Damascus"))
    assert (closes.hour, closes.minute) == (17, 0)


def test_the_deadlines_offered_are_working_hours_of_the_coalition() -> None:
    now = int(dt.datetime(2026, 11, 22, 22, 30, tzinfo=dt.UTC).timestamp()) * 1_000_000
    found = offered(now, zone="Asia/Damascus", days=USUAL)
    there = [dt.datetime.fromtimestamp(one.at / 1e6, ZoneInfo("Asia/Damascus")) for one in found.values()]
    assert there[0] == dt.datetime(2026, 11, 24, 17, tzinfo=ZoneInfo("Asia/Damascus"))
    assert there[2] == dt.datetime(2026, 11, 30, 17, tzinfo=ZoneInfo("Asia/Damascus"))
    assert all(one.strftime("%a") not in ("Fri", "Sat") and one.hour == 17 for one in there)


def test_a_deadline_on_a_day_of_rest_must_be_meant(reader: Reader, stage: Stage) -> None:
    document = reviewed(stage)
    today = dt.datetime.now(ZoneInfo("Asia/Damascus")).date()
    friday = today + dt.timedelta(days=7 + (4 - today.weekday()) % 7)
    own = {"deadline": "own", "date": friday.isoformat(), "time": "12:00"}
    with pytest.raises(Conflict) as refused:
        given(own, now=0, zone="Asia/Damascus", days=USUAL)
    assert refused.value.code == "deadline_on_rest_day"
    answer = asked(reader.sign_in("salma"), document, **own)
    assert answer.status_code == 409 and "This is not a working day of the coalition." in words(answer)
    with stage.read() as tx:
        assert rounds_store.of_document(tx, document) == []
    assert tree(answer).xpath("//input[@name='date']/@value") == [friday.isoformat()]
    meant = asked(reader, document, **own, rest_day="1")
    assert meant.status_code == 303
    assert "This is not a working day of the coalition." in words(reader.get(meant.headers["location"]))


def test_two_persons_end_a_round_and_the_second_sees_who_asked(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    reader.sign_in("salma")
    assert "2 persons of the secretariat must ask for it." in words(reader.get(f"/rounds/{round_id}"))
    assert reader.post(f"/rounds/{round_id}/close").status_code == 303
    assert "Close the round now" not in words(reader.get(f"/rounds/{round_id}"))
    said = words(reader.sign_in("karim").get(f"/rounds/{round_id}"))
    assert f"Asked to close it so far: {stage.cast.people['salma'].names['en']}" in said
    reader.post(f"/rounds/{round_id}/close")
    assert "was not approved" in words(reader.get(f"/rounds/{round_id}"))


def test_who_has_not_answered_can_be_reminded_without_naming_the_text(reader: Reader, stage: Stage) -> None:
    _, round_id = an_open_round(stage)
    a_cast(stage, round_id, "yusuf")
    page = reader.sign_in("salma").get(f"/rounds/{round_id}")
    texts = tree(page).xpath("//textarea/text()")
    assert len(texts) == 2 and all(f"/rounds/{round_id}/sign" in text and "Title" not in text for text in texts)
    ways = [link for link in links(page) if link.startswith("https://")]
    assert {link.split("/")[2] for link in ways} == {"wa.me", "t.me"}


def test_a_mandate_is_granted_and_confirmed_by_hand(reader: Reader, stage: Stage) -> None:
    reader.sign_in(focal_point(stage))
    page = reader.get("/mandates")
    form = {**fields(page), "person": stage.cast.people["yusuf"].id, "until": "2199-12-31"}
    assert [reader.post("/mandates", form).status_code for _ in range(2)] == [303, 303]
    assert "2 confirmations are still needed." in words(reader.get("/mandates"))
    with stage.read() as tx:
        [(_, made)] = mandates_store.every(tx)
    for who, said in (("salma", "1 confirmation is still needed."), ("karim", "In force")):
        reader.sign_in(who).post(f"/mandates/{made.id}/confirm")
        assert said in words(reader.get("/mandates"))
