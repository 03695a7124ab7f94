"""A code leaves and a round closes while every process that reads Word files is busy."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from service.actions.documents import word_import
from service.cli.local import private_redis
from service.config import Settings
from service.job_dispatch import JobDispatcher, list_lanes_without_worker
from service.sample.document import SampleMembers
from service.store.endorsement import rounds as rounds_store
from service.store.tables import jobs, mail
from tests.support.factories import SampleInstance, copy_template, create_document, open_round_with_document
from tests.support.factories import prepare_endorsement as prepare
from tests.support.waiting import wait_until
from tests.support.word_files import build_document


def test_mails_and_sweep_go_on_while_word_files_fill_the_worker(
    database_template: tuple[Path, SampleMembers], tmp_path: Path
) -> None:
    instance = copy_template(*database_template, tmp_path / "var")
    _, round_id = open_round_with_document(instance)
    documents = [create_document(instance) for _ in range(6)]
    data = build_document(lambda document: document.add_paragraph("نصّ"))
    with _running_worker(instance.app_state.settings) as (worker, redis_url):
        wait_until(lambda: not list_lanes_without_worker(redis_url))
        files = sorted(worker.children(), key=lambda one: one.create_time())[1]
        for process in (files, *files.children(recursive=True)):
            process.suspend()
        with instance.database.write(JobDispatcher(redis_url)) as tx:
            for number, document in enumerate(documents):
                actor = instance.actor(tx, "lama" if number % 2 else "jihan")
                word_import.add_import(tx, actor, document_id=document, lang="ar", data=data)
        prepare(instance, round_id, "yusuf")
        with instance.database.write(JobDispatcher(redis_url)) as tx:
            for job in tx.connection.execute(jobs.select().where(jobs.c.name == "notices.mail")).all():
                tx.connection.execute(jobs.update().where(jobs.c.id == job.id).values(next_at=tx.now))
            tx.connection.exec_driver_sql(f"UPDATE round SET closes_at = {tx.now}")
        wait_until(lambda: _unsent_mails(instance) == 0, seconds=15)
        wait_until(lambda: _state(instance, round_id) != "open", seconds=15)
        assert _waiting_imports(instance) == 6
        for process in (*files.children(recursive=True), files):
            process.resume()
        wait_until(lambda: _waiting_imports(instance) == 0)
    instance.database.close()


@contextmanager
def _running_worker(settings: Settings) -> Iterator[tuple[psutil.Process, str]]:
    """Run a Redis and `mithaq worker --with-beat` with a sweep every second."""
    program = private_redis.find_server()
    assert program
    socket = private_redis.socket_path(settings.var)
    command = private_redis.command(program, var=settings.var, socket=socket)
    environ = settings.replace(redis_url=private_redis.url(socket), sweep_seconds=1).to_environ()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as redis:
        try:
            wait_until(lambda: private_redis.is_reachable(socket))
            words = (sys.executable, "-m", "service.cli.main", "worker", "--with-beat")
            with subprocess.Popen(words, env={**os.environ, **environ}) as worker:
                try:
                    yield psutil.Process(worker.pid), private_redis.url(socket)
                finally:
                    worker.kill()
        finally:
            redis.terminate()
            private_redis.remove_socket_directory(socket)


def _unsent_mails(instance: SampleInstance) -> int:
    with instance.read() as tx:
        return len(tx.connection.execute(mail.select().where(mail.c.state == "waiting")).all())


def _waiting_imports(instance: SampleInstance) -> int:
    with instance.read() as tx:
        query = jobs.select().where(jobs.c.name == "imports.word", jobs.c.state.in_(["queued", "running"]))
        return len(tx.connection.execute(query).all())


def _state(instance: SampleInstance, round_id: str) -> str:
    with instance.read() as tx:
        found = rounds_store.get(tx, round_id)
        assert found
        return found.state
