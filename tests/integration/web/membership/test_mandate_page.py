"""The page of mandates says who granted and who confirmed each one."""

from collections.abc import Iterator

import pytest

from service.actions.membership import mandates
from tests.support.factories import SampleInstance
from tests.support.web_client import WebClient, open_web_client, page_text


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def grant_and_confirm(instance: SampleInstance, *, organisation: str, by: str, to: str) -> None:
    """Grant a mandate, confirmed by both members of the secretariat."""
    with instance.write() as tx:
        mandate = mandates.grant_mandate(
            tx,
            instance.actor(tx, by),
            organisation=instance.members.organisations[organisation],
            person=instance.members.people[to].id,
        )
    for who in ("karim", "salma"):
        with instance.write() as tx:
            mandates.confirm_mandate(tx, instance.actor(tx, who), mandate=mandate)


def test_mandate_names_who_confirmed_it(web_client: WebClient, instance: SampleInstance) -> None:
    grant_and_confirm(instance, organisation="sindyan", by="lama", to="yusuf")
    text = page_text(web_client.sign_in("yusuf").get("/mandates"))
    assert "Granted by Lama" in text and "Confirmed by Karim" in text and " and Salma" in text
    assert "Granted to themselves" not in text


def test_mandate_granted_to_oneself_says_so(web_client: WebClient, instance: SampleInstance) -> None:
    grant_and_confirm(instance, organisation="integrity", by="nabil", to="nabil")
    assert "Granted to themselves" in page_text(web_client.sign_in("nabil").get("/mandates"))
