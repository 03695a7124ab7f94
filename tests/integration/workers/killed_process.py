"""A process of the service that kills itself in the middle of sending out an urgent statement.

`python -m tests.integration.workers.killed_process POINT DOCUMENT PERSON`: the settings of the instance are in its
environment.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any

from service.actions.endorsement import signatories, urgent_sending
from service.jobs import Job
from service.sample.document import load_actor
from service.store.endorsement import rounds as rounds_store
from workers import proofs, sweep
from workers.task import worker_context


def die(*_: Any, **__: Any) -> Any:
    """End as if the machine had lost its power."""
    os.kill(os.getpid(), signal.SIGKILL)


class _LostBroker:
    """Loses every job, and the process with it: the transaction is committed."""

    def dispatch(self, job: Job) -> None:
        die(job)


def die_after_request(document: str, person: str) -> None:
    """Send the statement out, and die before any worker is told."""
    with worker_context().database.write(_LostBroker()) as tx:
        urgent_sending.send_out(tx, load_actor(tx, person), document_id=document, hours=3, at_least=1)


def die_while_rendering(_: str, __: str) -> None:
    """Die while the first proof is rendered."""
    setattr(proofs, "render", die)  # noqa: B010  # the name is an import of that module
    proofs.render_all()


def die_after_proofs(document: str, _: str) -> None:
    """Make every proof, and die before the round that opens is committed."""
    carry_on = urgent_sending.carry_on

    def carry_on_or_die(tx: Any, *, document_id: str) -> None:
        carry_on(tx, document_id=document_id)
        if rounds_store.list_by_document(tx, document_id):
            die()

    urgent_sending.carry_on = carry_on_or_die
    proofs.render_all()


def die_while_opening(_: str, __: str) -> None:
    """Sweep, and die in the middle of opening the round."""
    signatories.notify_opened = die
    sweep.run_steps(worker_context())


POINTS: Mapping[str, Callable[[str, str], None]] = {
    "request": die_after_request,
    "rendering": die_while_rendering,
    "proofs": die_after_proofs,
    "opening": die_while_opening,
}

if __name__ == "__main__":
    POINTS[sys.argv[1]](*sys.argv[2:])
