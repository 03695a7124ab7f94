"""A sample instance whose worker runs in this process, on the same database and files."""

from collections.abc import Iterator

import pytest

from service.config import Settings
from service.store.tables import jobs
from tests.support.factories import SampleInstance
from workers import task

DEFAULT_LEASE = 150_000_000
"""µs: the default lease of a worker."""


@pytest.fixture
def worker_instance(instance: SampleInstance, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleInstance]:
    """The sample instance; tasks called here find it through MITHAQ_* as a worker does."""
    for name, value in instance.app_state.settings.to_environ().items():
        monkeypatch.setenv(name, value)
    task._cached_context.cache_clear()
    tools = task.worker_context()
    tools.dispatcher = instance.dispatcher  # type: ignore[assignment]  # dispatched jobs are recorded
    yield instance
    task.worker_context().database.close()
    task._cached_context.cache_clear()


def job_ids(instance: SampleInstance, name: str) -> list[str]:
    """Return the rows of a job, oldest first."""
    with instance.read() as tx:
        query = jobs.select().where(jobs.c.name == name).order_by(jobs.c.next_at, jobs.c.id)
        return [row.id for row in tx.connection.execute(query)]


def job_state(instance: SampleInstance, id: str) -> str:
    with instance.read() as tx:
        return str(tx.connection.execute(jobs.select().where(jobs.c.id == id)).one().state)


def job_error(instance: SampleInstance, id: str) -> str:
    """Return the error logged for the last attempt of the job."""
    with instance.read() as tx:
        return str(tx.connection.execute(jobs.select().where(jobs.c.id == id)).one().error)


def instance_settings(instance: SampleInstance) -> Settings:
    return instance.app_state.settings
