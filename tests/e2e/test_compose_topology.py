"""The whole instance of docker-compose.yml, run as processes: it works, needs no persistent Redis, and each job has one
effect however often it is dispatched."""

import json
import os
import re
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from redis import Redis

from service.cli.common.api_client import ApiClient
from service.job_dispatch import JobDispatcher
from service.jobs import QUEUES, RENDER_EXPORT, Job
from service.store import record as record_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.publication import exports as exports_store
from service.store.tables import artefact
from service.store.tables import jobs as job_table
from tests.support.compose_topology import ComposeTopology, run_topology
from tests.support.factories import (
    cast_endorsement,
    close_round,
    create_document,
    cut_version,
    move_to_review,
    open_round,
)
from tests.support.kill_test_data import KillTestSetup, create_setup, latest_mailed_code
from tests.support.load_clients import LoadClients, find_all_violations, unfinished_exports
from tests.support.waiting import wait_until

SETTLE_TIMEOUT = 120.0
"""Seconds; the rows of the jobs show when it is done."""


@dataclass(frozen=True)
class RunningTopology:
    """The running instance and its contents."""

    topology: ComposeTopology
    setup: KillTestSetup

    @property
    def redis(self) -> "Redis":
        return Redis(unix_socket_path=str(self.topology.redis_socket))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTopology]:
    directory = tmp_path_factory.mktemp("house")
    with run_topology(directory, MITHAQ_TASK_SECONDS="20", MITHAQ_SWEEP_SECONDS="1") as topology:
        setup = create_setup(topology.settings, organisations=2, sealed=0)
        yield RunningTopology(topology, setup)
        setup.instance.database.close()


def open_round_over_document(running: RunningTopology) -> tuple[str, str]:
    """Return a document and its round."""
    instance = running.setup.instance
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    return document, open_round(instance, document, rule={"kind": "sign_on", "at_least": 1})


def seal_document(running: RunningTopology) -> str:
    """Return a document sealed now; its two files are requested, and their jobs are not dispatched yet."""
    instance = running.setup.instance
    document, round_id = open_round_over_document(running)
    cast_endorsement(
        instance, round_id, "yusuf"
    )  # signatories not used by the clients of `LoadClients`: codes are limited per person and hour
    close_round(instance, round_id)
    return document


def export_states(running: RunningTopology, document: str) -> list[str]:
    """Return the states of the document's exports."""
    with running.setup.instance.read() as tx:
        return [one.state for _, one in exports_store.list_by_document(tx, document)]


def wait_until_ready(running: RunningTopology, document: str) -> None:
    wait_until(lambda: set(export_states(running, document)) == {"ready"}, seconds=SETTLE_TIMEOUT)


def export_jobs(running: RunningTopology, document: str) -> list[tuple[str, str, int]]:
    """Return (id, state, attempts) of each job that renders a file of the document."""
    with running.setup.instance.read() as tx:
        refs = [one.id for _, one in exports_store.list_by_document(tx, document)]
        query = job_table.select().where(job_table.c.ref.in_(refs))
        return [(row.id, row.state, row.attempts) for row in tx.connection.execute(query)]


def dispatch(running: RunningTopology, document: str) -> None:
    """Dispatch as the web server does after a commit."""
    dispatcher = JobDispatcher(running.topology.settings.redis_url.get_secret_value())
    for id, _, _ in export_jobs(running, document):
        dispatcher.dispatch(Job(RENDER_EXPORT, id))


def test_both_web_servers_answer_behind_one_port(running: RunningTopology) -> None:
    api = ApiClient(running.topology.port)
    token = running.setup.instance.token("reem")
    for _ in range(4):
        assert api.get("/me", token=token)["id"] == running.setup.instance.members.people["reem"].id


def test_sealed_files_can_be_fetched_from_either_server(running: RunningTopology) -> None:
    document = seal_document(running)
    dispatch(running, document)
    wait_until_ready(running, document)
    api, token = ApiClient(running.topology.port), running.setup.instance.token("reem")
    for one in api.get(f"/documents/{document}/exports", token=token)["items"]:
        fetched = {api.download(f"/exports/{one['id']}/file", token=token) for _ in range(2)}
        assert [len(data) for data in fetched] == [one["size"]]


def test_job_dispatched_three_times_makes_one_artefact(running: RunningTopology) -> None:
    with running.setup.instance.read() as tx:
        before = len(tx.connection.execute(artefact.select()).all())
    document = seal_document(running)
    for _ in range(3):
        dispatch(running, document)
    wait_until_ready(running, document)
    wait_until(lambda: running.redis.llen(QUEUES[RENDER_EXPORT]) == 0)
    assert [(state, attempts) for _, state, attempts in export_jobs(running, document)] == [("done", 1)] * 2
    with running.setup.instance.read() as tx:
        assert len(tx.connection.execute(artefact.select()).all()) == before + 2


@pytest.mark.skipif(not os.environ.get("MITHAQ_TEST_SOAK"), reason="waits for a lease to run out")
def test_worker_with_expired_lease_has_no_second_effect(running: RunningTopology) -> None:
    """As on a machine that was suspended: another worker has finished the job in the meantime."""
    one, other = (psutil.Process(running.topology.processes[name].process.pid) for name in ("worker-1", "worker-2"))  # type: ignore[union-attr]
    suspend(other)
    document = seal_document(running)
    dispatch(running, document)
    wait_until(lambda: "running" in [state for _, state, _ in export_jobs(running, document)])
    suspend(one)
    resume(other)
    wait_until_ready(running, document)
    resume(one)
    with running.setup.instance.read() as tx:
        files = [one.id for _, one in exports_store.list_by_document(tx, document)]
    wait_until(lambda: all(state == "done" for _, state, _ in export_jobs(running, document)))
    with running.setup.instance.read() as tx:
        acts = [json.loads(row.content or b"{}") for row in record_store.list_leaves(tx, limit=100_000)]
    ready = [one["facts"]["export"] for one in acts if one["act"] == "export.ready"]
    assert sorted(id for id in ready if id in files) == sorted(files)


def suspend(worker: psutil.Process) -> None:
    for process in [worker, *worker.children(recursive=True)]:
        process.send_signal(signal.SIGSTOP)


def resume(worker: psutil.Process) -> None:
    for process in [worker, *worker.children(recursive=True)]:
        process.send_signal(signal.SIGCONT)


def cast_over_the_api(running: RunningTopology, who: str, round_id: str) -> None:
    api, session = ApiClient(running.topology.port), running.setup.instance.session(who)
    prepared = api.post(f"/rounds/{round_id}/challenges", {"position": "endorse", "lang": "ar"}, session=session)
    with running.setup.instance.read() as tx:
        person, settings = running.setup.instance.members.people[who].id, running.setup.instance.app_state.settings
        from_mail = latest_mailed_code(tx, person, settings=settings)
    api.post(
        f"/rounds/{round_id}/endorsements", {"challenge": prepared["challenge"], "code": from_mail}, session=session
    )


def test_service_works_without_redis_and_recovers_by_itself(running: RunningTopology) -> None:
    running.topology.processes["redis"].stop()
    document = seal_document(running)
    _, round_id = open_round_over_document(running)
    cast_over_the_api(running, "yusuf", round_id)
    with running.setup.instance.read() as tx:
        assert [one.state for one in endorsements_store.list_by_round(tx, round_id)] == ["cast"]
    running.topology.processes["redis"].keep_running()
    wait_until_ready(running, document)


def test_flushed_or_empty_redis_loses_no_job(running: RunningTopology) -> None:
    one = seal_document(running)
    dispatch(running, one)
    running.redis.flushall()
    redis = running.topology.processes["redis"]
    redis.stop()
    other = seal_document(running)
    kept = Path(redis.command[redis.command.index("--dir") + 1])
    shutil.rmtree(kept)
    kept.mkdir()
    redis.keep_running()
    for document in (one, other):
        wait_until_ready(running, document)


@pytest.mark.skipif(not os.environ.get("MITHAQ_TEST_SOAK"), reason="takes a full minute")
def test_live_editing_loses_nothing_without_redis(running: RunningTopology) -> None:
    redis, clients = running.topology.processes["redis"], LoadClients(running.setup, running.topology.port, seed=60)
    redis.stop()
    one = seal_document(running)
    clients.start(("save", "cast"))
    try:
        assert not clients.is_stopping(timeout=60)
    finally:
        clients.stop()
    assert find_all_violations(clients) == []
    assert clients.history.count("save", "ok") > 60
    redis.keep_running()
    wait_until_ready(running, one)
    wait_until(lambda: not unfinished_exports(running.setup), seconds=SETTLE_TIMEOUT)
    wait_until(lambda: sum(running.redis.llen(name) for name in set(QUEUES.values())) <= 2)


def test_queues_do_not_grow_without_workers(running: RunningTopology) -> None:
    workers = [part for name, part in running.topology.processes.items() if name.startswith("worker")]
    for part in workers:
        part.stop()
    document = seal_document(running)
    beat = running.topology.processes["beat-1"].log
    heard = len(re.findall("sweep not sent", beat.read_text()))
    wait_until(lambda: len(re.findall("sweep not sent", beat.read_text())) >= heard + 3)
    assert {name: running.redis.llen(name) for name in QUEUES.values() if name != "sweep"} == dict.fromkeys(
        set(QUEUES.values()) - {"sweep"}, 0
    )
    assert running.redis.llen("sweep") <= 2
    for part in workers:
        part.keep_running()
    wait_until_ready(running, document)
