"""Quotas as a person and a program meet them: the refusal, and what is left."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from service.config import Settings
from service.domain.quotas import DEFAULT_HOURLY, INVITATIONS, UPLOADS
from service.main import hourly_limits
from tests.support.factories import SampleInstance, open_round_with_document
from tests.support.web_client import WebClient, error_code, open_web_client, page_text


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    """A browser at a server whose limits are three invitations and two Word files an hour."""
    database = replace(instance.database, hourly_limits={INVITATIONS: 3, UPLOADS: 2})
    yield from open_web_client(replace(instance, app_state=replace(instance.app_state, database=database)))


def test_many_invitations_to_anybody_end_at_the_limit(web_client: WebClient) -> None:
    open_round_with_document(web_client.instance)
    web_client.sign_in("lama")
    organisation = web_client.instance.members.organisations["sindyan"]
    answers = [
        web_client.post(
            "/invitations", {"email": f"s{n}@victim.example", "organisation": organisation, "role_drafter": "1"}
        )
        for n in range(5)
    ]
    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert error_code(answers[-1]) == "quota_reached"
    assert "The limit is 3 invitations an hour." in page_text(answers[-1])
    account = page_text(web_client.get("/account"))
    assert "Invitations in the last hour used: 3" in account.replace(" · ", " ")
    assert "left: 0" in account


def test_api_says_what_is_left_and_when(web_client: WebClient) -> None:
    lama = {"authorization": f"Bearer {web_client.instance.token('lama')}"}
    me = web_client.client.get("/api/v1/me", headers=lama).json()
    assert me["quotas"][UPLOADS] == {"limit": 2, "left": 2}
    assert me["quotas"]["unfinished_imports"] == {"limit": 3, "left": 3}


def test_settings_are_the_limits() -> None:
    assert hourly_limits(Settings.load({})) == DEFAULT_HOURLY
    changed = hourly_limits(Settings.load({"MITHAQ_INVITATIONS_PER_HOUR": "7"}))
    assert changed == {**DEFAULT_HOURLY, INVITATIONS: 7}
