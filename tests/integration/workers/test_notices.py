"""Mails: shown in a sample, sent by a real SMTP server in earnest, waiting without one."""

import datetime as dt
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.actions import notifications
from service.actions.authorization import seen
from service.actions.membership import invitations, offboarding
from service.cli.commands.demo import free_port
from service.domain.publication.notice import GATHERED_FOR
from service.jobs import DELIVER_MAIL
from service.sample.document import DAY
from service.store import jobs as jobs_store
from service.store.accounts import people as people_store
from service.store.publication import notices as notices_store
from service.store.publication.notices import Mail
from service.store.tables import jobs as table
from service.store.tables import mail as mail_table
from service.store.tables import notice as notice_table
from service.store.tables import person
from tests.integration.workers.conftest import job_error, job_ids, job_state
from tests.support.factories import (
    ORIGIN,
    Stage,
    a_cast,
    a_document,
    a_round,
    a_version,
    an_invitation,
    an_open_round,
    in_review,
)
from workers import notices as delivering
from workers import sweep, task


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
        notifications.send(tx, receiver, subject=subject, body="الرمز: ١٢٣")
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
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None and plain.get_content().strip() == "الرمز: ١٢٣"
    assert html is not None and "<p>الرمز: ١٢٣</p>" in html.get_content()
    assert 'lang="ar" dir="rtl"' in html.get_content() and "src=" not in html.get_content()
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
    for _ in range(3 * jobs_store.MOST_ATTEMPTS):
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
    for _ in range(2 * jobs_store.MOST_ATTEMPTS):
        with worker.read() as tx:
            before = tx.clock()
        delivering.deliver(job)
        waits.append(job_row(worker, job).next_at - before)
        assert state_of(worker) == ("waiting", "الرمز: ١٢٣")
    assert jobs_store.FIRST_WAIT <= waits[0] < 2 * jobs_store.FIRST_WAIT
    assert min(waits[-4:]) >= jobs_store.LONGEST_WAIT
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
        tx.connection.execute(table.update().where(table.c.id == job).values(attempts=2 * jobs_store.MOST_ATTEMPTS))
        assert jobs_store.claim(tx, job, lease=1)
        tx.connection.execute(table.update().where(table.c.id == job).values(lease_until=tx.now))
    earnest(monkeypatch, box[1])
    delivering.deliver(job)
    assert state_of(worker) == ("sent", "")


def mails_to(stage: Stage, key: str) -> list[Mail]:
    with stage.read() as tx:
        return [one for _, one in notices_store.mails(tx, person_id=stage.cast.people[key].id)]


def gathered(stage: Stage, *, after: int = GATHERED_FOR) -> None:
    """As if so many µs had passed since the last notice, and the sweep came by."""
    with stage.write() as tx:
        waiting = notice_table.c.mail_at.is_not(None)
        tx.connection.execute(notice_table.update().where(waiting).values(mail_at=notice_table.c.mail_at - after))
    sweep.gather_mails(task.tools())


def test_a_mail_about_a_round_has_its_link_and_no_title(worker: Stage) -> None:
    _, round_id = an_open_round(worker)
    gathered(worker)
    for key in ("yusuf", "jihan", "nabil"):
        (mail,) = mails_to(worker, key)
        assert f"{ORIGIN}/rounds/{round_id}\n" in mail.body and "Title" not in mail.body
        assert mail.subject == "رسالة من ائتلافكم"


def test_notices_wait_for_each_other_and_go_in_one_mail_once(worker: Stage) -> None:
    _, first = an_open_round(worker)
    sweep.gather_mails(task.tools())
    assert mails_to(worker, "yusuf") == []
    document = a_document(worker)
    a_version(worker, document)
    in_review(worker, document)
    second = a_round(worker, document)
    gathered(worker)
    sweep.gather_mails(task.tools())
    (mail,) = mails_to(worker, "yusuf")
    assert mail.subject == "رسالتان من ائتلافكم"
    assert mail.body.index(first) < mail.body.index(second)


def test_who_has_left_gets_no_mail(worker: Stage) -> None:
    an_open_round(worker)
    with worker.write() as tx:
        offboarding.close_person(tx, worker.actor(tx, "salma"), person=worker.cast.people["huda"].id)
    gathered(worker)
    assert mails_to(worker, "huda") == [] and len(mails_to(worker, "yusuf")) == 1


def test_a_mail_speaks_the_language_and_the_zone_of_its_reader(worker: Stage) -> None:
    with worker.write() as tx:
        yusuf = person.c.id == worker.cast.people["yusuf"].id
        tx.connection.execute(person.update().where(yusuf).values(lang="en", zone="Europe/Berlin"))
    _, round_id = an_open_round(worker, lasts=2 * DAY)
    near(worker, round_id)
    gathered(worker)
    mail = mails_to(worker, "yusuf")[-1]
    assert mail.subject == "2 messages from your coalition"
    assert "Berlin time, and your organisation has not answered yet." in mail.body


def near(stage: Stage, round_id: str) -> None:
    """As if the round had opened two days ago and ended within the day; then the sweep comes by."""
    with stage.write() as tx:
        opened, closes = tx.now - 2 * DAY, tx.now + DAY // 2
        tx.connection.exec_driver_sql(
            f"UPDATE round SET opened_at = {opened}, closes_at = {closes} WHERE id = '{round_id}'"
        )
    sweep.remind(task.tools())


def reminded(stage: Stage, key: str) -> int:
    with stage.read() as tx:
        found = notices_store.of_person(tx, stage.cast.people[key].id)
    return sum(one.kind == "round.reminder" for _, one in found)


def test_who_has_not_answered_is_reminded_once_before_the_round_ends(worker: Stage) -> None:
    _, round_id = an_open_round(worker, lasts=3 * DAY)
    a_cast(worker, round_id, "huda")
    sweep.remind(task.tools())
    assert reminded(worker, "yusuf") == 0
    near(worker, round_id)
    near(worker, round_id)
    assert [reminded(worker, key) for key in ("yusuf", "lama", "nabil")] == [1, 1, 1]
    assert [reminded(worker, key) for key in ("huda", "jihan", "reem")] == [0, 0, 0]


def test_a_reminder_that_would_come_on_a_day_of_rest_comes_on_the_working_day_before(worker: Stage) -> None:
    """The round closes on a Sunday at noon: a day before that is Saturday, and Thursday is the last working day."""
    _, round_id = an_open_round(worker, lasts=3 * DAY)
    closes = dt.datetime(2030, 3, 10, 12, tzinfo=ZoneInfo("Asia/Damascus"))
    at = int(closes.timestamp()) * 1_000_000
    with worker.write() as tx:
        tx.connection.exec_driver_sql(
            f"UPDATE round SET opened_at = {at - 9 * DAY}, closes_at = {at} WHERE id = '{round_id}'"
        )
    for days, told in ((4, 0), (3, 1), (2, 1)):
        with worker.write(at=at - days * DAY) as tx:
            notifications.remind(tx, round_id=round_id)
            assert notifications.to_remind(tx) == ([round_id] if told else [])
        assert reminded(worker, "yusuf") == told


def test_a_round_that_opened_within_its_last_day_reminds_nobody(worker: Stage) -> None:
    an_open_round(worker, lasts=DAY // 2)
    sweep.remind(task.tools())
    assert reminded(worker, "yusuf") == 0


def test_an_invitation_goes_once_with_its_link_and_nothing_keeps_it(
    worker: Stage, box: tuple[Box, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with worker.write() as tx:
        link = an_invitation(tx, worker.actor(tx, "salma"), organisation=None, roles=("observer",)).link
    (job,) = job_ids(worker, DELIVER_MAIL)
    earnest(monkeypatch, box[1])
    delivering.deliver(job)
    delivering.deliver(job)
    (data,) = box[0].got
    message = message_from_bytes(data, policy=policy.default)
    assert (message["to"], message["content-language"]) == ("new@x.example", "en")
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None and f"{ORIGIN}/join/{link}" in part.get_content()
    assert state_of(worker) == ("sent", "")


def test_an_invitation_that_was_withdrawn_does_not_go(
    worker: Stage, box: tuple[Box, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with worker.write() as tx:
        salma = worker.actor(tx, "salma")
        made = an_invitation(tx, salma, organisation=None, roles=("observer",))
        invitations.withdraw(tx, salma, invitation=made.id)
    (job,) = job_ids(worker, DELIVER_MAIL)
    earnest(monkeypatch, box[1])
    delivering.deliver(job)
    assert (box[0].got, job_state(worker, job)) == ([], "done")


def test_what_is_written_to_nobody_is_dropped(worker: Stage) -> None:
    with worker.write() as tx:
        notifications.send(tx, None, subject="x", body="y")
    (job,) = job_ids(worker, DELIVER_MAIL)
    delivering.deliver(job)
    with worker.read() as tx:
        assert tx.connection.execute(mail_table.select()).all() == []
    assert job_state(worker, job) == "done"
