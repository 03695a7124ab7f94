"""Real processes: one id from the proxy to the worker, one format, and few lines while Redis is away."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

import pytest

from service.cli.commands.demo import free_port
from service.job_dispatch import list_lanes_without_worker
from service.logs.child_output import is_formatted
from service.sample.document import SampleMembers
from tests.support.factories import copy_template
from tests.support.waiting import wait_until
from tests.support.web_processes import ChildProcess, WebProcess, run_redis

REQUEST_ID = "0123456789abcdef0123456789abcdef"
PATH_SECRET, QUERY_SECRET, PASSWORD = "path-canary", "query-canary", "password-canary"


class _StayHere(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(frozen=True)
class LoggingInstance:
    """A web server and a worker that log JSON, and the Redis between them."""

    web: WebProcess
    worker: ChildProcess
    redis: ChildProcess
    opener: OpenerDirector

    def request(self, path: str, form: Mapping[str, str] | None = None, **headers: str) -> Any:
        """Send a request as the proxy does; return the response, whatever its status."""
        data = urlencode(form).encode() if form is not None else None
        sent = {"sec-fetch-site": "same-origin", **{name.replace("_", "-"): value for name, value in headers.items()}}
        try:
            with self.opener.open(Request(self.web.origin + path, data, sent), timeout=30) as answer:
                return answer
        except HTTPError as refusal:
            with refusal:
                return refusal

    def lines(self, *processes: ChildProcess) -> list[dict[str, Any]]:
        """Return the lines of both processes, or of these, after checking that each is one of ours."""
        lines = [line for one in processes or (self.web, self.worker) for line in one.log.read_text().splitlines()]
        assert [line for line in lines if not is_formatted(line)] == []
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def logging_instance(
    database_template: tuple[Path, SampleMembers], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LoggingInstance]:
    directory = tmp_path_factory.mktemp("logs")
    instance = copy_template(*database_template, directory / "var")
    instance.database.close()
    with run_redis(directory) as (redis, redis_url):
        settings = instance.app_state.settings.replace(
            port=free_port(), redis_url=redis_url, log_format="json", access_log=True, trusted_proxies="127.0.0.1",
            sweep_seconds=1,
        )  # fmt: skip
        environ = {**os.environ, **settings.to_environ()}
        words = (sys.executable, "-m", "service.cli.main")
        web = WebProcess((*words, "serve"), environ, directory / "web.log", settings=settings)
        worker = ChildProcess((*words, "worker", "--with-beat"), environ, directory / "worker.log")
        web.start()
        worker.start()
        try:
            wait_until(lambda: not list_lanes_without_worker(redis_url))
            yield LoggingInstance(web, worker, redis, build_opener(_StayHere))
        finally:
            web.kill()
            worker.kill()


def test_id_of_the_proxy_leads_to_the_lines_of_web_and_worker(logging_instance: LoggingInstance) -> None:
    answer = logging_instance.request("/sign-in/code", {"email": "lama@sindyan.example"}, x_request_id=REQUEST_ID)
    assert (answer.status, answer.headers["x-request-id"]) == (303, REQUEST_ID)

    def found() -> set[tuple[str, str]]:
        return {(one["part"], one["logger"]) for one in logging_instance.lines() if one["request"] == REQUEST_ID}

    wait_until(lambda: found() == {("web", "mithaq.access"), ("mails", "workers.jobs")})


def test_id_that_does_not_look_like_one_is_replaced(logging_instance: LoggingInstance) -> None:
    for id in ("short", "x" * 65, "forged ]line"):
        given = logging_instance.request("/sign-in", x_request_id=id).headers["x-request-id"]
        assert given != id and len(given) == 12


def test_lines_name_neither_secrets_nor_whole_addresses(logging_instance: LoggingInstance) -> None:
    form = {"email": "lama@sindyan.example", "password": PASSWORD}
    for path, sent in ((f"/documents/doc_{PATH_SECRET}", None), (f"/{PATH_SECRET}", None), ("/sign-in", form)):
        logging_instance.request(
            f"{path}?q={QUERY_SECRET}", sent, x_forwarded_for="203.0.113.77", cookie=f"x={PATH_SECRET}"
        )
    wait_until(lambda: any(one.get("kind") == "sign_in_failed" for one in logging_instance.lines()))
    lines = logging_instance.lines()
    text = json.dumps(lines)
    assert not any(secret in text for secret in (PATH_SECRET, QUERY_SECRET, PASSWORD, "lama@"))
    (failed,) = [one for one in lines if one["logger"] == "mithaq.security"]
    assert (failed["kind"], failed["client"]) == ("sign_in_failed", "203.0.113.77")
    assert [json.dumps(one) for one in lines if "203.0.113.77" in json.dumps(one)] == [json.dumps(failed)]
    accessed = {(one["method"], one["path"], one["status"], one["network"]) for one in lines if "path" in one}
    assert ("GET", "/documents/{document}", 401, "203.0.113.0/24") in accessed
    assert ("GET", "-", 404, "203.0.113.0/24") in accessed


def test_processes_write_few_lines_while_redis_is_away(logging_instance: LoggingInstance) -> None:
    before = len(logging_instance.lines(logging_instance.web)), len(logging_instance.lines(logging_instance.worker))
    logging_instance.redis.kill()

    def web_lines() -> list[str]:
        return [one["message"] for one in logging_instance.lines(logging_instance.web)[before[0] :]]

    wait_until(lambda: any(line.startswith("Redis is still not available") for line in web_lines()), seconds=40)
    assert len(web_lines()) <= 3
    by_part = Counter(one["part"] for one in logging_instance.lines(logging_instance.worker)[before[1] :])
    assert by_part and max(by_part.values()) <= 10
    logging_instance.redis.start()
    wait_until(lambda: any(line.startswith("Redis is available again after") for line in web_lines()), seconds=40)
