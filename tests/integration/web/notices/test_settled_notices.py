"""A notice that asks for something is settled with its matter: shown as done, and not counted any more."""

from collections.abc import Iterator

import pytest

from service.actions.membership import mandates, proposals
from service.actions.membership import people as people_actions
from service.store.membership import proposals as proposals_store
from service.store.publication import notices as notices_store
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    confirm_waiting,
    open_round_with_document,
)
from tests.support.web_client import WebClient, open_web_client, parse_page


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def grant_mandate(instance: SampleInstance) -> str:
    """Let the focal point of an organisation grant its signatory one more mandate."""
    with instance.write() as tx:
        return mandates.grant_mandate(
            tx,
            instance.actor(tx, "lama"),
            organisation=instance.members.organisations["sindyan"],
            person=instance.members.people["yusuf"].id,
        )


def confirm(instance: SampleInstance, mandate: str, who: str) -> None:
    with instance.write() as tx:
        mandates.confirm_mandate(tx, instance.actor(tx, who), mandate=mandate)


def rows(web_client: WebClient, who: str, sentence: str) -> list[tuple[str, str]]:
    """Return (class, text) of the notices with this sentence; the person is signed out again."""
    page = web_client.sign_in(who).get("/notices")
    web_client.post("/sign-out")
    found = parse_page(page).xpath("//ul[@class='told']/li")
    shown = [(str(one.get("class")), " ".join(one.text_content().split())) for one in found]
    return [one for one in shown if sentence in one[1]]


def unread(instance: SampleInstance, who: str, kind: str) -> int:
    with instance.read() as tx:
        found = notices_store.list_newest(tx, instance.members.people[who].id, limit=100)
    return sum(one.kind == kind and one.read_at is None for one in found)


def test_mandate_names_its_holder_and_is_done_when_confirmed(web_client: WebClient, instance: SampleInstance) -> None:
    sentence = "A mandate needs your confirmation."
    mandate = grant_mandate(instance)
    ((state, text),) = rows(web_client, "salma", sentence)
    assert state == "is-new" and "Yusuf" in text and "Sindyan Centre" in text
    confirm(instance, mandate, "karim")
    assert unread(instance, "karim", "mandate.granted") == 0 and unread(instance, "salma", "mandate.granted") == 1
    assert [state for state, _ in rows(web_client, "karim", sentence)] == ["is-done"]
    confirm(instance, mandate, "salma")
    assert unread(instance, "salma", "mandate.granted") == 0
    ((state, text),) = rows(web_client, "salma", sentence)
    assert state == "is-done" and "Done" in text


def test_revoked_mandate_waits_for_nobody(instance: SampleInstance) -> None:
    mandate = grant_mandate(instance)
    assert unread(instance, "salma", "mandate.granted") == 1
    with instance.write() as tx:
        mandates.revoke_mandate(tx, instance.actor(tx, "lama"), mandate=mandate)
    assert unread(instance, "salma", "mandate.granted") == 0


def test_request_is_done_when_it_is_confirmed(web_client: WebClient, instance: SampleInstance) -> None:
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        people_actions.grant_role(tx, salma, person=instance.members.people["reem"].id, role="secretariat")
    assert unread(instance, "karim", "approval.needed") == 1
    before = rows(web_client, "karim", "needs a second person")
    assert [state for state, text in before if "Salma" in text].count("is-new") == 1
    with instance.write() as tx:
        confirm_waiting(tx, instance.actor(tx, "karim"))
    assert unread(instance, "karim", "approval.needed") == 0
    assert {state for state, _ in rows(web_client, "karim", "needs a second person")} == {"is-done"}


def test_proposal_is_done_for_all_when_one_answered(web_client: WebClient, instance: SampleInstance) -> None:
    with instance.write() as tx:
        people_actions.add_person(
            tx,
            instance.actor(tx, "salma"),
            names={"en": "Rana"},
            email="rana@sindyan.example",
            organisation=instance.members.organisations["sindyan"],
            lang="en",
            roles=("signatory",),
        )
        (proposed,) = proposals_store.list_open(tx)
    assert unread(instance, "yusuf", "power.role_proposed") == 1
    with instance.write() as tx:
        proposals.refuse(tx, instance.actor(tx, "lama"), proposal=proposed.id)
    assert unread(instance, "yusuf", "power.role_proposed") == 0
    ((state, text),) = rows(web_client, "yusuf", "Someone was proposed")
    assert state == "is-done" and "Rana" in text


def test_round_is_done_for_those_who_answered_only(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    assert unread(instance, "yusuf", "round.opened") == unread(instance, "nabil", "round.opened") == 1
    cast_endorsement(instance, round_id, "yusuf")
    assert unread(instance, "yusuf", "round.opened") == 0 and unread(instance, "nabil", "round.opened") == 1
    assert [state for state, _ in rows(web_client, "yusuf", "A round of endorsement is open.")] == ["is-done"]
    assert [state for state, _ in rows(web_client, "nabil", "A round of endorsement is open.")] == ["is-new"]


def test_warning_stays_unread_until_it_is_read(instance: SampleInstance) -> None:
    mandate = grant_mandate(instance)
    confirm(instance, mandate, "karim")
    confirm(instance, mandate, "salma")
    assert unread(instance, "yusuf", "power.mandate_granted") == unread(instance, "yusuf", "mandate.confirmed") == 1
