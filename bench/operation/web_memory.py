"""Memory of one web server: fresh, and after large bodies, beside a bare Starlette application."""

import http.client
import json
import os
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import psutil

from bench.support.sample_instance import SampleBench, create_document_versions, open_sample_bench
from service.cli.commands.demo import free_port
from service.cli.common.api_client import credential_headers
from service.store.drafts import journal as journal_store
from tests.support.waiting import wait_until
from tests.support.web_processes import run_redis, run_web_processes

BODY_BYTES = 10_000_000
REPEATS = 5
"""Large bodies of each kind."""

MAX_FRESH_MB, MAX_AFTER_MB = 90, 130
"""Goals of one web server (PSS)."""

BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
async def read(request):
    body = await request.body()
    return PlainTextResponse(str(len(body)))
app = Starlette(routes=[Route("/health", read, methods=["GET", "POST"])])
uvicorn.run(app, port=int(sys.argv[1]), log_level="error")
"""
"""A Starlette application that reads bodies and does nothing with them."""


def run() -> None:
    """Print the table."""
    ours, bare = measure_web_server(), _measure_bare()
    print(f"{'one web server (PSS)':24} {'ready':>8} {'one page':>10} {'2 bodies of 10 MB':>20} {'10 bodies':>12}")
    for name, measured in (("Mithaq", ours), ("bare Starlette", bare)):
        print(
            f"{name:24}"
            + "".join(f"{megabytes:{width}.0f} MB" for megabytes, width in zip(measured, (6, 8, 18, 10), strict=True))
        )
    print(f"{'ratio':24}" + "".join(f"{one / other:11.1f}" for one, other in zip(ours, bare, strict=True)))
    print(f"goal: {MAX_FRESH_MB} MB when it is ready, {MAX_AFTER_MB} MB after large bodies")


def measure_web_server() -> tuple[float, ...]:
    """Return the megabytes of one web server: ready, after one page, after two large texts, after all of them.

    Each is another text of 900,000 code points, saved by the form (10 MB) or through the API (10 MB).
    """
    with open_sample_bench() as bench, tempfile.TemporaryDirectory() as directory, run_redis(Path(directory)) as redis:
        document = create_document_versions(bench, ["word " * 200 + "\n"])
        session = bench.session_cookie("lama")
        settings = bench.app_state.settings.replace(secret=bench.app_state.secret.decode())
        with run_web_processes(settings, 1, redis_url=redis[1]) as (web,):
            measured = [_megabytes(web.pid)]
            _request(web.settings.port, "GET", "/", session)
            measured.append(_megabytes(web.pid))
            for number in range(REPEATS):
                for save in (_save_form, _save_json):
                    status = save(bench, web.settings.port, document, session, number)
                    assert status == 200, status
                measured.append(_megabytes(web.pid))
            return (*measured[:3], measured[-1])


def _position(bench: SampleBench, document: str) -> dict[str, int]:
    with bench.database.read() as tx:
        head = journal_store.get_head(tx, f"{document}.en")
    return {"epoch": head.epoch, "seq": head.seq}


def _save_form(bench: SampleBench, port: int, document: str, session: str, number: int) -> int:
    """Send a text of nearly a million Arabic code points, each of nine bytes in a form."""
    text = _long_text(number)
    fields = {
        "title": "A proposal",
        "title_was": "A proposal",
        "text": text,
        **_position(bench, document),
    }
    body = urlencode(fields).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return _request(port, "POST", f"/documents/{document}/texts/en", session, body, headers)


def _save_json(bench: SampleBench, port: int, document: str, session: str, number: int) -> int:
    body = json.dumps({"text": _long_text(number), **_position(bench, document)}).encode().ljust(BODY_BYTES)
    path = f"/api/v1/documents/{document}/editions/en/draft"
    return _request(port, "PUT", path, session, body, {"content-type": "application/json"})


def _long_text(number: int) -> str:
    return "\n\n".join(f"فقرة {number} {paragraph} " + "كلمة " * 150 for paragraph in range(1200)) + "\n"


def _request(
    port: int, method: str, path: str, session: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> int:
    with closing(http.client.HTTPConnection("localhost", port, timeout=120)) as connection:
        connection.request(method, path, body, {**credential_headers(session=session), **(headers or {})})
        response = connection.getresponse()
        response.read()
        return response.status


def _measure_bare() -> tuple[float, ...]:
    port = free_port()
    with subprocess.Popen([sys.executable, "-c", BARE, str(port)], env=os.environ) as process:
        try:
            wait_until(lambda: _answers(port))
            measured = [_megabytes(process.pid)] * 2
            for _ in range(2 * REPEATS):
                _request(port, "POST", "/health", "", b"a" * BODY_BYTES)
                measured.append(_megabytes(process.pid))
            return (*measured[:2], measured[3], measured[-1])
        finally:
            process.kill()


def _answers(port: int) -> bool:
    try:
        return _request(port, "GET", "/health", "") == 200
    except OSError:
        return False


def _megabytes(pid: int) -> float:
    return float(psutil.Process(pid).memory_full_info().pss) / 1e6
