"""The names of the jobs. A job is a row of the table `jobs`; its bell carries this name and the row's id, no more."""

from dataclasses import dataclass

RENDER_EXPORT = "exports.render"
IMPORT_WORD = "imports.word"
DELIVER_EMAIL = "notices.mail"
SWEEP = "sweep.all"

QUEUES = {RENDER_EXPORT: "exports", IMPORT_WORD: "imports", DELIVER_EMAIL: "notices", SWEEP: "sweep"}
"""Every name and the queue its bell rings in."""


@dataclass(frozen=True, slots=True)
class Job:
    """`id` is the row; `name` is one of QUEUES."""

    name: str
    id: str
