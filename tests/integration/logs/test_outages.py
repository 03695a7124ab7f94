"""What is away is logged a few times, without passwords, and once when it is back."""

import logging
from pathlib import Path

import pytest

from service.files import FilesUnreachable, open_file_store
from service.files.s3_store import BUCKET
from service.logs.back_off import Outage
from service.pubsub import PubSub
from service.store.db import DatabaseUnavailable, connect
from tests.integration.logs.canary import CANARY, captured_log_lines
from tests.support.s3 import CREDENTIALS
from workers.app import celery

log = logging.getLogger("service.test")


def test_unreachable_database_is_one_line() -> None:
    database = connect(f"postgresql+psycopg://mithaq:{CANARY}@127.0.0.1:1/x", outage=Outage(log, "The database"))
    with captured_log_lines("info") as lines:
        for _ in range(20):
            with pytest.raises(DatabaseUnavailable), database.read():
                raise AssertionError
    database.close()
    (line,) = lines.text.splitlines()
    assert "The database is not available: psycopg.OperationalError: connection failed" in line
    assert CANARY not in str(lines)


def test_database_that_is_back_is_one_line_and_a_refusal_is_none(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path}/x.db", outage=Outage(log, "The database"))
    with captured_log_lines("info") as lines:
        with pytest.raises(DatabaseUnavailable), database.read() as tx:
            tx.connection.exec_driver_sql("SELECT 1 FROM missing")
        for _ in range(2):
            with database.read() as tx:
                tx.connection.exec_driver_sql("SELECT 1")
        with pytest.raises(ValueError, match="x"), database.read():
            raise ValueError("x")
    database.close()
    first, second = lines.text.splitlines()
    assert "is not available: sqlite3.OperationalError: no such table: missing" in first
    assert "The database is available again after 0 s and 1 failures" in second


def test_unreachable_bucket_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    files = open_file_store("s3://mithaq/x?endpoint=http://127.0.0.1:9&region=us-east-1")
    BUCKET.recovered()
    with captured_log_lines("info") as lines:
        for _ in range(2):
            with pytest.raises(FilesUnreachable):
                files.get("0" * 64)
    BUCKET.recovered()
    (line,) = lines.text.splitlines()
    assert "The bucket of files is not available: " in line
    assert not any(value in line for value in CREDENTIALS.values())


def test_worker_waits_for_redis_for_ever() -> None:
    assert celery.conf.broker_connection_max_retries is None


def test_url_of_redis_is_not_logged_with_its_password() -> None:
    outage = PubSub(f"redis://:{CANARY}@127.0.0.1:1/0")._outage
    with captured_log_lines("info") as lines:
        outage.failed(ConnectionError(f"cannot connect to redis://:{CANARY}@127.0.0.1:1/0"))
    assert "Redis is not available" in str(lines) and CANARY not in str(lines)
