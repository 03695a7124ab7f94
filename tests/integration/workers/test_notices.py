"""Mails: shown in a sample, sent by a real SMTP server in earnest, waiting without one."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.actions import notices as telling
from service.actions.access import seen
from service.cli.demo import free_port
from service.jobs import DELIVER_MAIL
from service.store import jobs
from service.store import people as people_store
from service.store.tables import jobs as table
from service.store.tables import mail as mail_table
from service.store.tables import person
from tests.factories import ORIGIN, Stage, an_open_round
from tests.integration.workers.conftest import job_error, job_ids, job_state
from workers import notices as delivering
from workers import task


class Box:
    """A mail server that keeps what it gets, and refuses addresses it does not know."""

    def __init__(self) -> None:
        self.got: list[bytes] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("gone"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        if b"Subject: refused" in content:
            return "554 not here"
        if b"Subject: later" in content:
            return "451 not now"
        self.got.append(content)
        return "250 OK"


@pytest.fixture
def box() -> Iterator[tuple[Box, str]]:
    keeper = Box()
    port = free_port()
    controller = Controller(keeper, hostname="127.0.0.1", port=port)
    controller.start()
    yield keeper, f"smtp://127.0.0.1:{port}"
    controller.stop()


def a_mail(stage: Stage, *, to: str = "lama", subject: str = "رمزكم") -> str:
    with stage.write() as tx:
        receiver = seen(people_store.get(tx, stage.cast.people[to].id))
        telling.send(tx, receiver, subject=subject, body="الرمز: ١٢٣")
    return job_ids(stage, DELIVER_MAIL)[-1]


def earnest(monkeypatch: pytest.MonkeyPatch, smtp_url: str) -> None:
    """The same worker in a real instance."""
    monkeypatch.setenv("MITHAQ_SAMPLE", "0")
    monkeypatch.setenv("MITHAQ_SMTP_URL", smtp_url)
    task.tools().database.close()
    task._tools.cache_clear()


def state_of(stage: Stage) -> tuple[str, str]:
    with stage.read() as tx:
        row = tx.connection.execute(mail_table.select()).one()
    return row.state, row.body


def test_in_a_sample_mails_are_shown(worker: Stage) -> None:
    delivering.deliver(a_mail(worker))
    assert state_of(worker) == ("shown", "الرمز: ١٢٣")


def test_a_mail_goes_by_smtp_and_its_words_are_forgotten(
    worker: Stage, box: tuple[Box, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_mail(worker)
    earnest(monkeypatch, box[1])
    delivering.deliver(job)
    delivering.deliver(job)
    (data,) = box[0].got
    message = message_from_bytes(data, policy=policy.default)
    assert message["subject"] == "رمزكم"
    assert message["auto-submitted"] == "auto-generated"
    assert message.get_content().strip() == "الرمز: ١٢٣"
    assert state_of(worker) == ("sent", "")


def test_an_address_that_is_gone_is_not_tried_again(
    worker: Stage, box: tuple[Box, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with worker.write() as tx:
        lama = person.c.id == worker.cast.people["lama"].id
        tx.connection.execute(person.update().where(lama).values(email="gone@x.example"))
    job = a_mail(worker)
    earnest(monkeypatch, box[1])
    delivering.deliver(job)
    assert box[0].got == []
    assert state_of(worker) == ("failed", "")
    assert job_state(worker, job) == "done"


@pytest.mark.parametrize(
    ("subject", "state", "body", "job"),
    [("refused", "failed", "", "done"), ("later", "waiting", "الرمز: ١٢٣", "queued")],
)
def test_a_refused_message_is_final_and_a_postponed_one_is_not(
    worker: Stage, box: tuple[Box, str], monkeypatch: pytest.MonkeyPatch, subject: str, state: str, body: str, job: str
) -> None:
    id = a_mail(worker, subject=subject)
    earnest(monkeypatch, box[1])
    delivering.deliver(id)
    assert (job_state(worker, id), *state_of(worker)) == (job, state, body)


def job_row(stage: Stage, id: str) -> Any:
    with stage.read() as tx:
        return tx.connection.execute(table.select().where(table.c.id == id)).one()


def test_without_a_server_a_mail_waits_for_as_long_as_it_takes(
    worker: Stage, box: tuple[Box, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_mail(worker)
    earnest(monkeypatch, "")
    for _ in range(3 * jobs.MOST_ATTEMPTS):
        delivering.deliver(job)
        row = job_row(worker, job)
        assert (row.state, row.attempts, row.tried_since) == ("queued", 0, None)
        assert row.error.startswith("no_mail_server")
        assert state_of(worker) == ("waiting", "الرمز: ١٢٣")
    earnest(monkeypatch, box[1])
    delivering.deliver(job)
    assert len(box[0].got) == 1
    assert state_of(worker) == ("sent", "")


def tried_for(stage: Stage, job: str, days: float) -> None:
    """As if the first attempt had been so long ago."""
    with stage.write() as tx:
        since = tx.now - int(days * 24 * 3600 * 1_000_000)
        tx.connection.execute(table.update().where(table.c.id == job).values(tried_since=since))


def test_a_server_that_is_away_is_tried_for_five_days(worker: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    job = a_mail(worker)
    earnest(monkeypatch, "smtp://127.0.0.1:1")
    waits = []
    for _ in range(2 * jobs.MOST_ATTEMPTS):
        with worker.read() as tx:
            before = tx.clock()
        delivering.deliver(job)
        waits.append(job_row(worker, job).next_at - before)
        assert state_of(worker) == ("waiting", "الرمز: ١٢٣")
    assert jobs.FIRST_WAIT <= waits[0] < 2 * jobs.FIRST_WAIT
    assert min(waits[-4:]) >= jobs.LONGEST_WAIT
    tried_for(worker, job, 4.9)
    delivering.deliver(job)
    assert (job_state(worker, job), *state_of(worker)) == ("queued", "waiting", "الرمز: ١٢٣")
    tried_for(worker, job, 5)
    delivering.deliver(job)
    assert (job_state(worker, job), *state_of(worker)) == ("failed", "failed", "")
    assert job_error(worker, job).startswith("mail_not_sent")


def test_a_worker_lost_once_in_those_days_does_not_end_them(
    worker: Stage, box: tuple[Box, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_mail(worker)
    with worker.write() as tx:
        tx.connection.execute(table.update().where(table.c.id == job).values(attempts=2 * jobs.MOST_ATTEMPTS))
        assert jobs.claim(tx, job)
        tx.connection.execute(table.update().where(table.c.id == job).values(lease_until=tx.now))
    earnest(monkeypatch, box[1])
    delivering.deliver(job)
    assert state_of(worker) == ("sent", "")


def test_a_mail_about_a_round_has_its_link_and_no_title(worker: Stage) -> None:
    _, round_id = an_open_round(worker)
    with worker.read() as tx:
        rows = tx.connection.execute(mail_table.select()).all()
    bodies = [row.body for row in rows if f"{ORIGIN}/rounds/{round_id}\n" in row.body]
    assert bodies and len(bodies) == len(rows)
    assert not [body for body in bodies if "Title" in body]
