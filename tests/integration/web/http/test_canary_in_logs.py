"""What a request contained is neither in the log nor on the page when the database refuses it."""

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from sqlalchemy.exc import SQLAlchemyError

from service.web.account import sample_users
from tests.integration.logs.canary import CANARY, PROVOCATIONS, captured_log_lines
from tests.support.factories import SampleInstance
from tests.support.in_process_server import serve_in_process

DATABASES = ("sqlite", "postgresql")


@pytest.mark.parametrize("kind", PROVOCATIONS)
def test_asvs_55_refused_values_are_not_logged(
    instance: SampleInstance, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def provoke(*_: object) -> object:
        with instance.write() as tx:
            PROVOCATIONS[kind](tx)
        raise AssertionError

    monkeypatch.setattr(sample_users, "list_sample_users", provoke)
    with captured_log_lines() as lines, serve_in_process(instance) as (port, _):
        request = Request(f"http://localhost:{port}/sign-in?email={CANARY.upper()}", headers={"cookie": f"x={CANARY}"})
        with pytest.raises(HTTPError) as answer:
            urlopen(request, timeout=20)
        with answer.value:
            page = answer.value.read().decode()
    assert answer.value.code == 503
    assert any(word in str(lines) for word in ("sqlite3.", "psycopg.")), "the error itself is logged"
    assert CANARY not in str(lines).lower()
    assert CANARY not in page


def test_error_of_the_driver_contains_the_value(instance: SampleInstance) -> None:
    """Or the tests above would prove nothing."""
    with pytest.raises(SQLAlchemyError) as raised, instance.write() as tx:
        PROVOCATIONS["not null"](tx)
    assert (CANARY in str(raised.value)) == (instance.database.dialect == "postgresql")
