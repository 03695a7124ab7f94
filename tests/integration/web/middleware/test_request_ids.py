"""ASVS 51: an error is found in the log by the id on its page."""

import json
import logging
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from service.store.membership import organisations as organisations_store
from service.web.account import sample_users
from tests.support.factories import SampleInstance
from tests.support.web_client import WebClient, open_web_client, parse_page


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


class Unexpected(Exception):
    """Something nobody expected."""


@pytest.mark.parametrize(
    "failure", [Unexpected("boom"), OperationalError("SELECT", {}, Exception("gone")), OSError(28, "disk full")]
)
def test_asvs_51_error_page_shows_an_id_that_is_in_the_log(
    web_client: WebClient, failure: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> object:
        raise failure

    web_client.get("/sign-in")
    monkeypatch.setattr(sample_users, "list_sample_users", fail)
    page = web_client.get("/sign-in")
    assert page.status_code == 503
    request_id = str(parse_page(page).xpath("string((//main//bdi[contains(@class, 'mono')])[2])"))
    assert len(request_id) == 12 and any(request_id in one.getMessage() for one in caplog.records)
    assert "boom" not in page.text and "Traceback" not in page.text


def test_asvs_51_problem_details_carry_the_id(
    web_client: WebClient, instance: SampleInstance, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> object:
        raise OperationalError("SELECT", {}, Exception("gone"))

    headers = {"authorization": f"Bearer {instance.token('lama')}"}
    assert web_client.get("/api/v1/coalition", **headers).status_code == 200
    monkeypatch.setattr(organisations_store, "get_coalition", fail)
    problem = json.loads(web_client.get("/api/v1/coalition", **headers).text)
    assert problem["code"] == "database_away"
    assert any(problem["request"] in one.getMessage() for one in caplog.records)


def test_refusals_carry_no_id_and_write_no_line(web_client: WebClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        page = web_client.get("/nowhere")
        web_client.get("/account")
    assert len(parse_page(page).xpath("//main//bdi[contains(@class, 'mono')]")) == 1
    assert not [one for one in caplog.records if one.name.startswith("service")]
