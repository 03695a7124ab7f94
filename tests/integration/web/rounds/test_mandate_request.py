"""A signatory without a mandate asks for one: outsider, wrong role, conflict, success."""

from collections.abc import Iterator

import pytest

from service.actions.membership import mandates
from service.store.membership import mandates as mandates_store
from service.store.publication import notices as notices_store
from tests.support.factories import SampleInstance, open_round_with_document
from tests.support.web_client import WebClient, error_code, open_web_client, page_text, parse_page

PATH = "/mandates/request"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def revoke_mandate_of_yusuf(instance: SampleInstance) -> None:
    with instance.write() as tx:
        (found,) = mandates_store.list_unrevoked(tx, person=instance.members.people["yusuf"].id)
        mandates.revoke_mandate(tx, instance.actor(tx, "lama"), mandate=found.id)


def requests_to(instance: SampleInstance, who: str) -> list[bool]:
    """Return for each request for a mandate to this person whether it is unread."""
    with instance.read() as tx:
        found = notices_store.list_newest(tx, instance.members.people[who].id, limit=100)
    return [one.read_at is None for one in found if one.kind == "mandate.wanted"]


def test_outsider_and_others_than_signatories_ask_nobody(web_client: WebClient, instance: SampleInstance) -> None:
    assert web_client.post(PATH).status_code == 401
    refused = web_client.sign_in("reem").post(PATH)
    assert (refused.status_code, error_code(refused)) == (403, "forbidden")


def test_holder_of_a_mandate_needs_none(web_client: WebClient, instance: SampleInstance) -> None:
    open_round_with_document(instance)
    refused = web_client.sign_in("yusuf").post(PATH)
    assert (refused.status_code, error_code(refused)) == (409, "mandate_not_needed")


def test_signatory_asks_the_focal_point_by_name_once_a_day(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    revoke_mandate_of_yusuf(instance)
    web_client.sign_in("yusuf")
    for path in ("/", f"/rounds/{round_id}", f"/rounds/{round_id}/sign"):
        page = web_client.get(path)
        assert parse_page(page).xpath("//form[@action='/mandates/request']"), path
        assert "Ask for a mandate: Lama" in page_text(page), path
    for _ in range(2):
        answer = web_client.post(PATH, {"next": f"/rounds/{round_id}"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/rounds/{round_id}")
    assert requests_to(instance, "lama") == [True] and requests_to(instance, "salma") == []


def test_waiting_mandate_is_asked_of_the_secretariat_and_settled(
    web_client: WebClient, instance: SampleInstance
) -> None:
    open_round_with_document(instance)
    revoke_mandate_of_yusuf(instance)
    yusuf = instance.members.people["yusuf"].id
    assert web_client.sign_in("yusuf").post(PATH).status_code == 303
    with instance.write() as tx:
        mandate = mandates.grant_mandate(
            tx, instance.actor(tx, "lama"), organisation=instance.members.organisations["sindyan"], person=yusuf
        )
    assert requests_to(instance, "lama") == [False]
    assert web_client.post(PATH).status_code == 303
    assert requests_to(instance, "salma") == requests_to(instance, "karim") == [True]
    for who in ("karim", "salma"):
        with instance.write() as tx:
            mandates.confirm_mandate(tx, instance.actor(tx, who), mandate=mandate)
    assert requests_to(instance, "salma") == [False]
    assert web_client.post(PATH).status_code == 409
