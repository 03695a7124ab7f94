"""PostgreSQL fails at the worst moment: no response claims that nothing was changed when the outcome is unknown."""

import pytest

from tests.integration.web.conftest import ApiTestClient
from tests.support.postgres import PostgresTemplate

DATABASES = ("postgresql",)

DYING = """
CREATE FUNCTION dying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER dying AFTER INSERT ON document DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION dying()
"""
"""The connection breaks during COMMIT."""

ONE = {"kind": "statement", "authentic": ["ar"], "editions": {"ar": {"title": "عنوان", "text": "نصّ.\n"}}}


@pytest.fixture
def failing_api(api: ApiTestClient, postgres: PostgresTemplate) -> ApiTestClient:
    name = api.instance.database.engine.url.database
    assert name
    postgres.execute(DYING, database=name)
    return api


def test_connection_lost_at_commit_is_an_unknown_outcome(failing_api: ApiTestClient) -> None:
    for lang, words in (("en", "may or may not have been saved"), ("ar", "قد يكون ما فعلتموه محفوظًا")):
        response = failing_api.post("/documents", ONE, by="lama", accept_language=lang, idempotency_key=f"key-{lang}")
        assert (response.status_code, response.json()["code"]) == (503, "outcome_unknown")
        assert words in response.json()["detail"]
        assert failing_api.get("/documents", by="lama").json()["items"] == []


def test_retry_with_the_same_key_gets_the_outcome(failing_api: ApiTestClient, postgres: PostgresTemplate) -> None:
    assert failing_api.post("/documents", ONE, by="lama", idempotency_key="key").status_code == 503
    postgres.execute("DROP TRIGGER dying ON document", database=str(failing_api.instance.database.engine.url.database))
    for replayed in (None, "true"):
        response = failing_api.post("/documents", ONE, by="lama", idempotency_key="key")
        assert (response.status_code, response.headers.get("idempotency-replayed")) == (201, replayed)
    assert len(failing_api.get("/documents", by="lama").json()["items"]) == 1
