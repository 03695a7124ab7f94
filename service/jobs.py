"""The names of the jobs. A job is a row of the table `jobs`; its bell carries this name and the row's id, no more."""

from dataclasses import dataclass

RENDER_EXPORT = "exports.render"
READ_WORD = "imports.word"
DELIVER_MAIL = "notices.mail"
SWEEP = "sweep.all"

QUEUES = {RENDER_EXPORT: "exports", READ_WORD: "imports", DELIVER_MAIL: "notices", SWEEP: "sweep"}
"""Every name and the queue its bell rings in."""


@dataclass(frozen=True, slots=True)
class Job:
    """`id` is the row; `name` is one of QUEUES."""

    name: str
    id: str
