"""The house of docker-compose.yml, whole, as processes: it works, needs no Redis that keeps anything, and one job has
one effect however often it is rung for."""

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

from service.cli.common.api_client import Api
from service.job_dispatch import Bell
from service.jobs import QUEUES, RENDER_EXPORT, Job
from service.store import record as record_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.publication import exports as exports_store
from service.store.tables import artefact
from service.store.tables import jobs as job_table
from tests.support.compose_topology import Topology, topology
from tests.support.factories import a_cast, a_document, a_round, a_version, closed, in_review
from tests.support.kill_test_data import Ground, latest_code, prepare
from tests.support.load_clients import Work, everything_wrong, unfinished
from tests.support.waiting import wait_until

SETTLES = 120.0
"""Seconds; the rows of the jobs say when it is done."""


@dataclass(frozen=True)
class Here:
    """The running house, and what stands in it."""

    house: Topology
    ground: Ground

    @property
    def redis(self) -> "Redis":
        return Redis(unix_socket_path=str(self.house.redis_socket))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    directory = tmp_path_factory.mktemp("house")
    with topology(directory, MITHAQ_TASK_SECONDS="20", MITHAQ_SWEEP_SECONDS="1") as house:
        ground = prepare(house.settings, organisations=2, sealed=0)
        yield Here(house, ground)
        ground.stage.database.close()


def opened(here: Here) -> tuple[str, str]:
    """A document and its round."""
    stage = here.ground.stage
    document = a_document(stage)
    a_version(stage, document)
    in_review(stage, document)
    return document, a_round(stage, document, rule={"kind": "sign_on", "at_least": 1})


def sealed(here: Here) -> str:
    """A document that is sealed now; its two files are asked for, and nobody has rung for them yet."""
    stage = here.ground.stage
    document, round_id = opened(here)
    a_cast(stage, round_id, "yusuf")  # whom the clients of `Work` leave alone: a person gets so many codes an hour
    closed(stage, round_id)
    return document


def made(here: Here, document: str) -> list[str]:
    """The states of a document's files."""
    with here.ground.stage.read() as tx:
        return [one.state for _, one in exports_store.of_document(tx, document)]


def becomes_ready(here: Here, document: str) -> None:
    wait_until(lambda: set(made(here, document)) == {"ready"}, seconds=SETTLES)


def job_of(here: Here, document: str) -> list[tuple[str, str, int]]:
    """(id, state, attempts) of each job that makes a file of the document."""
    with here.ground.stage.read() as tx:
        refs = [one.id for _, one in exports_store.of_document(tx, document)]
        query = job_table.select().where(job_table.c.ref.in_(refs))
        return [(row.id, row.state, row.attempts) for row in tx.connection.execute(query)]


def ring(here: Here, document: str) -> None:
    """As the web server does after the commit."""
    bell = Bell(here.house.settings.redis_url)
    for id, _, _ in job_of(here, document):
        bell.ring(Job(RENDER_EXPORT, id))


def test_both_web_servers_answer_behind_one_port(here: Here) -> None:
    api = Api(here.house.port)
    token = here.ground.stage.token("reem")
    for _ in range(4):
        assert api.get("/me", token=token)["id"] == here.ground.stage.cast.people["reem"].id


def test_a_seal_becomes_files_that_anybody_may_fetch_from_either(here: Here) -> None:
    document = sealed(here)
    ring(here, document)
    becomes_ready(here, document)
    api, token = Api(here.house.port), here.ground.stage.token("reem")
    for one in api.get(f"/documents/{document}/exports", token=token)["items"]:
        fetched = {api.fetch(f"/exports/{one['id']}/file", token=token) for _ in range(2)}
        assert [len(data) for data in fetched] == [one["size"]]


def test_three_rings_for_one_job_make_one_artefact(here: Here) -> None:
    with here.ground.stage.read() as tx:
        before = len(tx.connection.execute(artefact.select()).all())
    document = sealed(here)
    for _ in range(3):
        ring(here, document)
    becomes_ready(here, document)
    wait_until(lambda: here.redis.llen(QUEUES[RENDER_EXPORT]) == 0)
    assert [(state, attempts) for _, state, attempts in job_of(here, document)] == [("done", 1)] * 2
    with here.ground.stage.read() as tx:
        assert len(tx.connection.execute(artefact.select()).all()) == before + 2


@pytest.mark.skipif(not os.environ.get("MITHAQ_TEST_SOAK"), reason="waits for a lease to run out")
def test_a_worker_that_slept_through_its_lease_has_no_second_effect(here: Here) -> None:
    """As on a machine that is suspended: another has done the work when it wakes."""
    one, other = (psutil.Process(here.house.parts[name].process.pid) for name in ("worker-1", "worker-2"))  # type: ignore[union-attr]
    stop(other)
    document = sealed(here)
    ring(here, document)
    wait_until(lambda: "running" in [state for _, state, _ in job_of(here, document)])
    stop(one)
    wake(other)
    becomes_ready(here, document)
    wake(one)
    with here.ground.stage.read() as tx:
        files = [one.id for _, one in exports_store.of_document(tx, document)]
    wait_until(lambda: all(state == "done" for _, state, _ in job_of(here, document)))
    with here.ground.stage.read() as tx:
        told = [json.loads(row.content or b"{}") for row in record_store.rows(tx, limit=100_000)]
    ready = [one["facts"]["export"] for one in told if one["act"] == "export.ready"]
    assert sorted(id for id in ready if id in files) == sorted(files)


def stop(worker: psutil.Process) -> None:
    for process in [worker, *worker.children(recursive=True)]:
        process.send_signal(signal.SIGSTOP)


def wake(worker: psutil.Process) -> None:
    for process in [worker, *worker.children(recursive=True)]:
        process.send_signal(signal.SIGCONT)


def cast_over_the_api(here: Here, who: str, round_id: str) -> None:
    api, token = Api(here.house.port), here.ground.stage.token(who)
    prepared = api.post(f"/rounds/{round_id}/challenges", {"position": "endorse", "lang": "ar"}, token=token)
    with here.ground.stage.read() as tx:
        from_mail = latest_code(tx, here.ground.stage.cast.people[who].id)
    api.post(f"/rounds/{round_id}/endorsements", {"challenge": prepared["challenge"], "code": from_mail}, token=token)


def test_without_redis_people_go_on_and_nothing_waits_for_an_operator(here: Here) -> None:
    here.house.parts["redis"].stop()
    document = sealed(here)
    _, round_id = opened(here)
    cast_over_the_api(here, "yusuf", round_id)
    with here.ground.stage.read() as tx:
        assert [one.state for one in endorsements_store.of_round(tx, round_id)] == ["cast"]
    here.house.parts["redis"].keep()
    becomes_ready(here, document)


def test_a_redis_that_is_flushed_or_starts_empty_loses_no_job(here: Here) -> None:
    one = sealed(here)
    ring(here, one)
    here.redis.flushall()
    redis = here.house.parts["redis"]
    redis.stop()
    other = sealed(here)
    kept = Path(redis.command[redis.command.index("--dir") + 1])
    shutil.rmtree(kept)
    kept.mkdir()
    redis.keep()
    for document in (one, other):
        becomes_ready(here, document)


@pytest.mark.skipif(not os.environ.get("MITHAQ_TEST_SOAK"), reason="takes a full minute")
def test_a_minute_without_redis_costs_nobody_a_word(here: Here) -> None:
    redis, work = here.house.parts["redis"], Work(here.ground, here.house.port, seed=60)
    redis.stop()
    one = sealed(here)
    work.begin(("save", "cast"))
    try:
        assert not work.stopped(within=60)
    finally:
        work.end()
    assert everything_wrong(work) == []
    assert work.history.count("save", "ok") > 60
    redis.keep()
    becomes_ready(here, one)
    wait_until(lambda: not unfinished(here.ground), seconds=SETTLES)
    wait_until(lambda: sum(here.redis.llen(name) for name in set(QUEUES.values())) <= 2)


def test_queues_do_not_grow_while_no_worker_is_there(here: Here) -> None:
    workers = [part for name, part in here.house.parts.items() if name.startswith("worker")]
    for part in workers:
        part.stop()
    document = sealed(here)
    beat = here.house.parts["beat-1"].log
    heard = len(re.findall("nobody has heard", beat.read_text()))
    wait_until(lambda: len(re.findall("nobody has heard", beat.read_text())) >= heard + 3)
    assert {name: here.redis.llen(name) for name in QUEUES.values() if name != "sweep"} == dict.fromkeys(
        set(QUEUES.values()) - {"sweep"}, 0
    )
    assert here.redis.llen("sweep") <= 2
    for part in workers:
        part.keep()
    becomes_ready(here, document)
