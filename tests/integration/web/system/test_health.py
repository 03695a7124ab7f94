"""Health endpoints: liveness and readiness."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from service.cli.local import private_redis
from service.store.db import connect
from service.web.app import create_app
from service.web.http.app_state import AppState
from tests.support.compose_topology import SupervisedProcess
from tests.support.factories import SampleInstance
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    var = tmp_path_factory.mktemp("redis")
    program, socket = private_redis.find_server(), private_redis.socket_path(var)
    assert program
    part = SupervisedProcess("redis", private_redis.command(program, var=var, socket=socket), {}, var / "redis.out")
    part.keep_running()
    wait_until(lambda: private_redis.is_reachable(socket))
    yield private_redis.url(socket)
    part.stop()


def readiness(app_state: AppState, **settings: str) -> tuple[int, dict[str, str]]:
    app = create_app(replace(app_state, settings=app_state.settings.replace(**settings)))
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        assert client.get("/health").status_code == 200
        response = client.get("/ready")
        return response.status_code, response.json()


def test_service_is_not_ready_without_redis(instance: SampleInstance) -> None:
    for url in ("", "unix:///nowhere/redis.sock"):
        found = {"status": "not ready", "database": "ok", "redis": "away"}
        assert readiness(instance.app_state, redis_url=url) == (503, found)


def test_service_is_not_ready_before_the_migration(instance: SampleInstance, redis_url: str, tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path}/empty.db")
    found = {"status": "not ready", "database": "not migrated", "redis": "ok"}
    assert readiness(replace(instance.app_state, database=database), redis_url=redis_url) == (503, found)
    database.close()


def test_service_is_not_ready_without_a_database(instance: SampleInstance, redis_url: str) -> None:
    database = connect("postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    found = {"status": "not ready", "database": "away", "redis": "ok"}
    assert readiness(replace(instance.app_state, database=database), redis_url=redis_url) == (503, found)
    database.close()


def test_service_is_ready_with_everything(instance: SampleInstance, redis_url: str) -> None:
    assert readiness(instance.app_state, redis_url=redis_url) == (
        200,
        {"status": "ok", "database": "ok", "redis": "ok"},
    )
