"""Sending out an urgent statement survives SIGKILL at each step: one round opens, in the requester's name."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from sqlalchemy import update

from service.actions.proofs import proofs
from service.actions.trust import record_check
from service.domain.endorsement.urgent_sending import UrgentSending
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.endorsement import rounds as rounds_store
from service.store.endorsement import urgent_sendings as urgent_sendings_store
from service.store.tables import jobs
from tests.support.factories import SampleInstance, create_document, ensure_signatory
from workers import sweep
from workers.task import worker_context


def kill_at(instance: SampleInstance, point: str, document: str) -> UrgentSending:
    """Run a process that dies at `point`; return the sending after it."""
    person = instance.members.people["salma"].id
    command = [sys.executable, "-m", "tests.integration.workers.killed_process", point, document, person]
    environment = {**os.environ, **instance.app_state.settings.to_environ(), "PYTHONPATH": str(Path.cwd())}
    died = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert died.returncode == -signal.SIGKILL, died.stderr
    with instance.write() as tx:
        tx.connection.execute(update(jobs).where(jobs.c.state == "running").values(lease_until=tx.now - 1))
    with instance.read() as tx:
        found = urgent_sendings_store.get_latest(tx, document)
        assert found is not None and found.is_under_way, "it is carried on"
        assert rounds_store.list_by_document(tx, document) == []
        assert journal_store.get_head(tx, f"{document}.ar").frozen
    return found


def test_killed_at_each_step_it_opens_one_round(worker_instance: SampleInstance) -> None:
    worker_instance.dispatcher.completes_proofs = False
    ensure_signatory(worker_instance)
    document = create_document(worker_instance, texts={"ar": "نطالب بفتح الطريق إلى المشفى.\n"}, urgent=True)
    assert kill_at(worker_instance, "request", document).state == "requested"
    kill_at(worker_instance, "rendering", document)
    kill_at(worker_instance, "proofs", document)
    with worker_instance.read() as tx:
        version = versions_store.get_latest(tx, document)
        assert version is not None and proofs.proof_state(tx, version).is_whole
    kill_at(worker_instance, "opening", document)
    sweep.run_steps(worker_context())
    sweep.run_steps(worker_context())
    with worker_instance.read() as tx:
        (round_,) = rounds_store.list_by_document(tx, document)
        sending = urgent_sendings_store.get_latest(tx, document)
        assert record_check.check_record(tx).differences == []
    assert sending is not None and (sending.state, sending.round) == ("opened", round_.id)
    assert round_.opened_by == worker_instance.members.people["salma"].id
