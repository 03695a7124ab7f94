"""A rolling restart of the instance of docker-compose.yml under load: nobody should notice it."""

import asyncio
import http.client
import json
import statistics
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from service.cli.common.api_client import credential_headers
from service.domain.crdt.updates import parse_state_vector
from tests.support.compose_topology import ComposeTopology, SupervisedProcess, run_topology
from tests.support.factories import create_document
from tests.support.kill_test_data import KillTestSetup, create_setup
from tests.support.waiting import wait_until
from tests.support.ws_clients import ReconnectingClient, WsClient, wait_until_converged

READERS, SAVERS, TYPISTS = 2, 2, 4
EDITS_PER_SECOND = 5.0
"""Of each typist."""

QUIET_SECONDS = 5.0
"""Seconds under load before the first restart, and after each."""


@dataclass
class Requests:
    """What the clients saw: seconds of each request, and failures."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {"GET": [], "PUT": []})
    failures: list[str] = field(default_factory=list)

    def send(self, port: int, method: str, path: str, session: str, body: object = None) -> dict[str, object]:
        """Send one request on a connection of its own; return the answer, empty if it failed."""
        headers = {**credential_headers(session=session), "content-type": "application/json"}
        started = time.perf_counter()
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
                connection.request(method, path, None if body is None else json.dumps(body).encode(), headers)
                response = connection.getresponse()
                answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.failures.append(f"{method}: {error!r}")
            return {}
        self.seconds[method].append(time.perf_counter() - started)
        if response.status >= 400:
            self.failures.append(f"{method}: {response.status} {answer[:200]!r}")
            return {}
        return dict(json.loads(answer))


@dataclass(frozen=True)
class Outcome:
    """The result of a run: requests, restarts in seconds by process, and what was typed and is missing."""

    requests: Requests
    restarts: dict[str, float]
    edits: int
    lost: int


def run() -> None:
    """Print the table."""
    outcome = measure()
    for method, times in outcome.requests.seconds.items():
        ordered = sorted(times)
        p99 = ordered[int(len(ordered) * 0.99)]
        median = statistics.median(ordered)
        print(f"{method:4} {len(ordered):6} requests, median {median * 1000:6.0f} ms, p99 {p99 * 1000:6.0f} ms")
    print(f"failed requests: {len(outcome.requests.failures)} (goal 0)", *outcome.requests.failures[:5], sep="\n  ")
    print(f"edits typed: {outcome.edits}; replicas that miss one at the end: {outcome.lost} (goal 0)")
    for name, seconds in outcome.restarts.items():
        print(f"  {name:10} stopped and ready again in {seconds:5.1f} s")


def measure() -> Outcome:
    """Restart web servers, workers and the scheduler, one after another, under load."""
    with tempfile.TemporaryDirectory() as directory, run_topology(Path(directory)) as topology:
        setup = create_setup(topology.settings, organisations=2, sealed=0)
        try:
            return asyncio.run(_measure(topology, setup))
        finally:
            setup.instance.database.close()


async def _measure(topology: ComposeTopology, setup: KillTestSetup) -> Outcome:
    requests, stop, stop_typing = Requests(), threading.Event(), asyncio.Event()
    documents = [create_document(setup.instance) for _ in range(1 + SAVERS)]
    session = setup.instance.session("lama")
    url = f"ws://localhost:{topology.port}/api/v1/documents/{documents[0]}/editions/ar/live"
    typists = [ReconnectingClient([url], token=setup.instance.token("lama"), seed=seed) for seed in range(TYPISTS)]
    for typist in typists:
        await typist.reconnect()
    threads = [threading.Thread(target=_read, args=(topology.port, requests, session, stop)) for _ in range(READERS)]
    threads += [
        threading.Thread(target=_save, args=(topology.port, requests, session, document, stop))
        for document in documents[1:]
    ]
    for thread in threads:
        thread.start()
    typing = [asyncio.create_task(one.edit_until(stop_typing, rate=EDITS_PER_SECOND)) for one in typists]
    restarts = await asyncio.to_thread(_restart_all, topology)
    stop.set()
    stop_typing.set()
    await asyncio.gather(*typing)
    for thread in threads:
        await asyncio.to_thread(thread.join)
    lost = await _count_lost(url, setup, typists)
    return Outcome(requests, restarts, sum(len(one.acknowledged) for one in typists), lost)


async def _count_lost(url: str, setup: KillTestSetup, typists: list[ReconnectingClient]) -> int:
    """Return how many replicas, one of them new, differ from the others once everything is acknowledged."""
    try:
        async with WsClient(url, token=setup.instance.token("lama")) as fresh:
            await wait_until_converged([*typists, fresh])
            known = parse_state_vector(fresh.replica.state_vector())
            return sum(parse_state_vector(one.replica.state_vector()) != known for one in typists)
    except TimeoutError:
        return len({one.text for one in typists})
    finally:
        for typist in typists:
            await typist.close()


def _restart_all(topology: ComposeTopology) -> dict[str, float]:
    time.sleep(QUIET_SECONDS)
    seconds = {}
    for name, process in topology.processes.items():
        if name != "redis":
            seconds[name] = _restart(topology, process)
            time.sleep(QUIET_SECONDS)
    return seconds


def _restart(topology: ComposeTopology, process: SupervisedProcess) -> float:
    """Stop a process and start it, as an upgrade does; return the seconds until it is ready."""
    started, written = time.monotonic(), process.log.stat().st_size
    process.stop()
    process.keep_running()
    if process.name.startswith("web"):
        wait_until(topology.is_healthy)
    elif process.name.startswith("worker"):
        wait_until(lambda: "ready" in process.log.read_bytes()[written:].decode())
    return time.monotonic() - started


def _read(port: int, requests: Requests, session: str, stop: threading.Event) -> None:
    while not stop.wait(0.1):
        requests.send(port, "GET", "/api/v1/documents", session)


def _save(port: int, requests: Requests, session: str, document: str, stop: threading.Event) -> None:
    path, number = f"/api/v1/documents/{document}/editions/ar/draft", 0
    while not stop.wait(0.5):
        opened = requests.send(port, "GET", path, session)
        if opened:
            number += 1
            text = f"{opened['text']}\nسطر {number}.\n"
            requests.send(port, "PUT", path, session, {"text": text, "epoch": opened["epoch"], "seq": opened["seq"]})
