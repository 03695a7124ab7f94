"""Job names and queues. A job is a row of table `jobs`; its Celery message carries only the name and the row id."""

from dataclasses import dataclass

RENDER_EXPORT = "exports.render"
IMPORT_WORD = "imports.word"
DELIVER_EMAIL = "notices.mail"
SWEEP = "sweep.all"

QUEUES = {RENDER_EXPORT: "exports", IMPORT_WORD: "imports", DELIVER_EMAIL: "notices", SWEEP: "sweep"}
"""Job name → Celery queue."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job to dispatch: `name` is a key of QUEUES, `id` the row."""

    name: str
    id: str
