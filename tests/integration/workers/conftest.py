"""A stage whose worker runs in this process, on the same database and files."""

from collections.abc import Iterator

import pytest

from service.config import Settings
from service.store.tables import jobs
from tests.support.factories import Stage
from workers import task

LEASE = 150_000_000
"""µs: what a worker takes by default."""


@pytest.fixture
def worker(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The stage; tasks called here find it through MITHAQ_* as a worker does."""
    for name, value in stage.house.settings.environ().items():
        monkeypatch.setenv(name, value)
    task._tools.cache_clear()
    tools = task.tools()
    tools.bell = stage.bell  # type: ignore[assignment]  # what would be rung is looked at
    yield stage
    task.tools().database.close()
    task._tools.cache_clear()


def job_ids(stage: Stage, name: str) -> list[str]:
    """The rows of a job, oldest first."""
    with stage.read() as tx:
        query = jobs.select().where(jobs.c.name == name).order_by(jobs.c.next_at, jobs.c.id)
        return [row.id for row in tx.connection.execute(query)]


def job_state(stage: Stage, id: str) -> str:
    with stage.read() as tx:
        return str(tx.connection.execute(jobs.select().where(jobs.c.id == id)).one().state)


def job_error(stage: Stage, id: str) -> str:
    """What the log of the job's last attempt says."""
    with stage.read() as tx:
        return str(tx.connection.execute(jobs.select().where(jobs.c.id == id)).one().error)


def settings_of(stage: Stage) -> Settings:
    return stage.house.settings
