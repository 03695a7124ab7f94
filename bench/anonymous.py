"""What anonymous users can do to others: large forms and wrong passwords, against a whole instance."""

import http.client
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path

import psutil

from service.cli.commands import demo
from service.config import Settings

Attack = Callable[[int, threading.Event], None]

SECONDS = 8.0
"""Seconds of each measurement."""

FORM_BYTES = 24 * 1024 * 1024 - 16
SENDERS = 4
"""Connections that send large forms; ten times as many try passwords."""

MAX_HEALTH_MS, MAX_GROWTH_MB = 100, 60
"""Limits: the 99th percentile of /health, and growth of the web server, while one anonymous user sends large forms."""


def run() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings.load({}, var=Path(directory) / "var", port=demo.free_port(), sample=True)
        demo.prepare_instance(settings)
        with demo.running_instance(settings) as port:
            web = _web_process()
            quiet = _measure(port, "/health", [])
            before = web.memory_info().rss
            forms = _measure(port, "/health", [_send_large_form] * SENDERS)
            growth = (web.memory_info().rss - before) / 1e6
            quiet_page = _measure(port, "/sign-in", [])
            page = _measure(port, "/sign-in", [_try_password] * SENDERS * 10)
    print(f"{'':44} {'median':>9} {'p99':>9} {'limit':>9}")
    _print_row("/health, quiet", quiet)
    _print_row(f"/health, {SENDERS} send forms of 24 MiB", forms, limit=f"{MAX_HEALTH_MS} ms")
    print(f"{'growth of the web server':44} {growth:6.0f} MB {'':9} {MAX_GROWTH_MB:6} MB")
    _print_row("/sign-in, quiet", quiet_page)
    _print_row(f"/sign-in, {SENDERS * 10} try passwords", page)


def _print_row(name: str, times: list[float], *, limit: str = "") -> None:
    ordered = sorted(times)
    high = ordered[int(len(ordered) * 0.99)]
    print(f"{name:44} {statistics.median(ordered):6.1f} ms {high:6.1f} ms {limit:>9}")


def _measure(port: int, path: str, attackers: Sequence[Attack]) -> list[float]:
    """Return the milliseconds of each request for `path` while the attackers run."""
    stop = threading.Event()
    threads = [threading.Thread(target=attack, args=(port, stop)) for attack in attackers]
    for thread in threads:
        thread.start()
    times, end = [], time.monotonic() + SECONDS
    while time.monotonic() < end:
        started_at = time.perf_counter()
        _request(port, "GET", path)
        times.append((time.perf_counter() - started_at) * 1000)
        time.sleep(0.02)
    stop.set()
    for thread in threads:
        thread.join()
    return times


def _send_large_form(port: int, stop: threading.Event) -> None:
    body = b"a=" + b"%41" * ((FORM_BYTES - 2) // 3)
    while not stop.is_set():
        _request(port, "POST", "/documents/new", body)


def _try_password(port: int, stop: threading.Event) -> None:
    while not stop.is_set():
        _request(port, "POST", "/sign-in", f"email=a{time.time_ns()}@x.example&password=notthisone".encode())


def _request(port: int, method: str, path: str, body: bytes | None = None) -> None:
    connection = http.client.HTTPConnection("localhost", port, timeout=60)
    headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    with suppress(OSError), closing(connection):  # the server may close it without reading the body
        connection.request(method, path, body, headers)
        connection.getresponse().read()


def _web_process() -> psutil.Process:
    return next(one for one in psutil.Process().children(recursive=True) if one.name() == "mithaq-web")
