"""Mail: shown in a sample, sent by a real SMTP server in a real instance, queued without one."""

import datetime as dt
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.actions import notifications, outgoing_mail
from service.actions.accounts import email_codes
from service.actions.authorization import or_not_found
from service.actions.membership import coalition, invitations, offboarding
from service.cli.commands.demo import free_port
from service.domain.accounts.rules import RequestOrigin
from service.domain.publication.notice import EMAIL_BATCH_DELAY
from service.jobs import DELIVER_EMAIL
from service.sample.document import DAY
from service.store import jobs as jobs_store
from service.store.accounts import people as people_store
from service.store.membership import organisations as organisations_store
from service.store.publication import notices as notices_store
from service.store.publication.notices import Email, email_from_row, select_emails
from service.store.tables import coalition as coalition_table
from service.store.tables import jobs as table
from service.store.tables import mail as mail_table
from service.store.tables import notice as notice_table
from service.store.tables import person
from tests.integration.logs.canary import captured_log_lines
from tests.integration.workers.conftest import job_error, job_ids, job_state
from tests.support.factories import (
    ORIGIN,
    SECRET,
    SampleInstance,
    cast_endorsement,
    create_document,
    create_invitation,
    cut_version,
    move_to_review,
    open_round,
    open_round_with_document,
)
from tests.support.mail import servers as mail_servers
from workers import notices as delivering
from workers import sweep, task


class MailServer:
    """An SMTP server that stores what it gets, and rejects unknown addresses."""

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
        subject = str(message_from_bytes(content, policy=policy.default)["subject"])
        if subject.startswith("refused"):
            return "554 not here"
        if subject.startswith("later"):
            return "451 not now"
        self.got.append(content)
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[tuple[MailServer, str]]:
    keeper = MailServer()
    port = free_port()
    controller = Controller(keeper, hostname="127.0.0.1", port=port)
    controller.start()
    yield keeper, f"smtp://127.0.0.1:{port}"
    controller.stop()


def a_mail(instance: SampleInstance, *, to: str = "lama", subject: str = "رمزكم") -> str:
    with instance.write() as tx:
        receiver = or_not_found(people_store.get(tx, instance.members.people[to].id))
        notifications.send_email(tx, receiver, subject=subject, body="الرمز: ١٢٣")
    return job_ids(instance, DELIVER_EMAIL)[-1]


def use_real_instance(monkeypatch: pytest.MonkeyPatch, smtp_url: str) -> None:
    """Turn the same worker's instance into a real one."""
    monkeypatch.setenv("MITHAQ_SAMPLE", "0")
    monkeypatch.setenv("MITHAQ_SMTP_URL", smtp_url)
    task.worker_context().database.close()
    task._cached_context.cache_clear()


def state_of(instance: SampleInstance) -> tuple[str, str]:
    with instance.read() as tx:
        row = tx.connection.execute(mail_table.select()).one()
    return row.state, row.body


def test_mails_are_shown_in_a_sample(worker_instance: SampleInstance) -> None:
    delivering.deliver(a_mail(worker_instance))
    assert state_of(worker_instance) == ("shown", "الرمز: ١٢٣")


def test_mail_is_sent_by_smtp_and_its_body_is_deleted(
    worker_instance: SampleInstance, mail_server: tuple[MailServer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_mail(worker_instance)
    use_real_instance(monkeypatch, mail_server[1])
    delivering.deliver(job)
    delivering.deliver(job)
    (data,) = mail_server[0].got
    message = message_from_bytes(data, policy=policy.default)
    name = coalition_names(worker_instance)["ar"]
    assert message["subject"] == f"رمزكم – {name}"
    assert str(message["from"]).split() == f"{name} عبر ميثاق <mithaq@localhost>".split()
    assert message["date"] and str(message["message-id"]).endswith("@localhost>") and message["reply-to"] is None
    assert message["auto-submitted"] == "auto-generated"
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None and plain.get_content().strip() == "الرمز: ١٢٣"
    assert html is not None and "<p>الرمز: ١٢٣</p>" in html.get_content()
    assert 'lang="ar" dir="rtl"' in html.get_content() and "src=" not in html.get_content()
    assert state_of(worker_instance) == ("sent", "")


def coalition_names(instance: SampleInstance) -> dict[str, str]:
    with instance.read() as tx:
        return dict(or_not_found(organisations_store.get_coalition(tx)).settings["names"])


def test_repeat_has_the_message_id_of_the_first_attempt(
    worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper, job = mail_servers.MailServer(data=["451 4.3.0 later"]), a_mail(worker_instance)
    with mail_servers.run_mail_server(keeper) as port:
        use_real_instance(monkeypatch, f"smtp://127.0.0.1:{port}")
        delivering.deliver(job)
        assert state_of(worker_instance)[0] == "waiting"
        delivering.deliver(job)
    assert state_of(worker_instance) == ("sent", "")
    ids = [message_from_bytes(data)["message-id"] for data in keeper.got]
    with worker_instance.read() as tx:
        (row,) = tx.connection.execute(mail_table.select()).all()
    assert ids == [f"<{row.id}@localhost>"] * 2


def set_mail_settings(instance: SampleInstance, **mail: object) -> None:
    with instance.write() as tx:
        coalition.update_settings(tx, instance.actor(tx, "salma"), settings={"mail": mail})


def test_sender_is_at_the_stored_origin_and_unnamed_if_the_coalition_wants_that(
    worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_mail_settings(worker_instance, names_coalition=False, reply_to="office@x.example")
    with worker_instance.write() as tx:
        tx.connection.execute(coalition_table.update().values(origin="https://moved.example"))
    keeper, job = mail_servers.MailServer(), a_mail(worker_instance)
    with mail_servers.run_mail_server(keeper) as port:
        use_real_instance(monkeypatch, f"smtp://127.0.0.1:{port}")
        delivering.deliver(job)
    message = message_from_bytes(keeper.got[0], policy=policy.default)
    assert (message["subject"], message["from"]) == ("رمزكم", "Mithaq ميثاق <mithaq@moved.example>")
    assert message["reply-to"] == "office@x.example" and keeper.senders == ["mithaq@moved.example"]


@pytest.mark.parametrize("wanted", [False, True])
def test_code_is_in_the_subject_only_if_the_coalition_wants_that(instance: SampleInstance, wanted: bool) -> None:
    set_mail_settings(instance, code_in_subject=wanted, reply_to="office@x.example")
    with instance.write() as tx:
        lama = or_not_found(people_store.get(tx, instance.members.people["lama"].id))
        email_codes.send_code(
            tx, address=lama.email, purpose=email_codes.SIGN_IN, origin=RequestOrigin("here"), secret=SECRET
        )
        email = email_from_row(tx.connection.execute(select_emails()).one())
        outgoing = or_not_found(outgoing_mail.prepare(tx, email, secret=SECRET))
    (code,) = re.findall(r"\b\d{8}\b", outgoing.email.body)
    assert (code in outgoing.email.subject, outgoing.reply_to) == (wanted, "")
    assert code not in email.subject


def test_permanent_failure_of_an_address_is_not_retried(
    worker_instance: SampleInstance, mail_server: tuple[MailServer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with worker_instance.write() as tx:
        lama = person.c.id == worker_instance.members.people["lama"].id
        tx.connection.execute(person.update().where(lama).values(email="gone@x.example"))
    job = a_mail(worker_instance)
    use_real_instance(monkeypatch, mail_server[1])
    delivering.deliver(job)
    assert mail_server[0].got == []
    assert state_of(worker_instance) == ("failed", "")
    assert job_state(worker_instance, job) == "done"


@pytest.mark.parametrize(
    ("subject", "state", "body", "job"),
    [("refused", "failed", "", "done"), ("later", "waiting", "الرمز: ١٢٣", "queued")],
)
def test_rejected_message_is_final_and_deferred_one_is_not(
    worker_instance: SampleInstance,
    mail_server: tuple[MailServer, str],
    monkeypatch: pytest.MonkeyPatch,
    subject: str,
    state: str,
    body: str,
    job: str,
) -> None:
    id = a_mail(worker_instance, subject=subject)
    use_real_instance(monkeypatch, mail_server[1])
    delivering.deliver(id)
    assert (job_state(worker_instance, id), *state_of(worker_instance)) == (job, state, body)


def job_row(instance: SampleInstance, id: str) -> Any:
    with instance.read() as tx:
        return tx.connection.execute(table.select().where(table.c.id == id)).one()


def test_mail_waits_indefinitely_without_a_server(
    worker_instance: SampleInstance, mail_server: tuple[MailServer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_mail(worker_instance)
    use_real_instance(monkeypatch, "")
    for _ in range(3 * jobs_store.MAX_ATTEMPTS):
        delivering.deliver(job)
        row = job_row(worker_instance, job)
        assert (row.state, row.attempts, row.tried_since) == ("queued", 0, None)
        assert row.error.startswith("no_mail_server")
        assert state_of(worker_instance) == ("waiting", "الرمز: ١٢٣")
    use_real_instance(monkeypatch, mail_server[1])
    delivering.deliver(job)
    assert len(mail_server[0].got) == 1
    assert state_of(worker_instance) == ("sent", "")


def age_first_attempt(instance: SampleInstance, job: str, days: float) -> None:
    """Shift the first attempt into the past."""
    with instance.write() as tx:
        since = tx.now - int(days * 24 * 3600 * 1_000_000)
        tx.connection.execute(table.update().where(table.c.id == job).values(tried_since=since))


def test_unreachable_server_is_retried_for_five_days(
    worker_instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_mail(worker_instance)
    use_real_instance(monkeypatch, "smtp://127.0.0.1:1")
    waits = []
    for _ in range(2 * jobs_store.MAX_ATTEMPTS):
        with worker_instance.read() as tx:
            before = tx.clock()
        delivering.deliver(job)
        waits.append(job_row(worker_instance, job).next_at - before)
        assert state_of(worker_instance) == ("waiting", "الرمز: ١٢٣")
    assert jobs_store.INITIAL_BACKOFF <= waits[0] < 2 * jobs_store.INITIAL_BACKOFF
    assert min(waits[-4:]) >= jobs_store.MAX_BACKOFF
    age_first_attempt(worker_instance, job, 4.9)
    delivering.deliver(job)
    assert (job_state(worker_instance, job), *state_of(worker_instance)) == ("queued", "waiting", "الرمز: ١٢٣")
    age_first_attempt(worker_instance, job, 5)
    delivering.deliver(job)
    assert (job_state(worker_instance, job), *state_of(worker_instance)) == ("failed", "failed", "")
    assert job_error(worker_instance, job).startswith("mail_not_sent")


def test_lost_worker_does_not_end_the_retries(
    worker_instance: SampleInstance, mail_server: tuple[MailServer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_mail(worker_instance)
    with worker_instance.write() as tx:
        tx.connection.execute(table.update().where(table.c.id == job).values(attempts=2 * jobs_store.MAX_ATTEMPTS))
        assert jobs_store.claim(tx, job, lease=1)
        tx.connection.execute(table.update().where(table.c.id == job).values(lease_until=tx.now))
    use_real_instance(monkeypatch, mail_server[1])
    delivering.deliver(job)
    assert state_of(worker_instance) == ("sent", "")


def mails_to(instance: SampleInstance, key: str) -> list[Email]:
    with instance.read() as tx:
        return [one for _, one in notices_store.list_emails(tx, person_id=instance.members.people[key].id)]


def run_sweep_later(instance: SampleInstance, *, after: int = EMAIL_BATCH_DELAY) -> None:
    """Run the sweep as if so many µs had passed since the last notice."""
    with instance.write() as tx:
        waiting = notice_table.c.mail_at.is_not(None)
        tx.connection.execute(notice_table.update().where(waiting).values(mail_at=notice_table.c.mail_at - after))
    sweep.queue_notice_mails(task.worker_context())


def test_mail_about_a_round_has_its_link_and_no_title(worker_instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(worker_instance)
    run_sweep_later(worker_instance)
    for key in ("yusuf", "jihan", "nabil"):
        (mail,) = mails_to(worker_instance, key)
        assert f"{ORIGIN}/rounds/{round_id}\n" in mail.body and "Title" not in mail.body
        assert mail.subject == "مطلوب جواب منظمتكم"


def test_notices_name_the_address_for_replies_if_there_is_one(worker_instance: SampleInstance) -> None:
    set_mail_settings(worker_instance, reply_to="office@x.example")
    open_round_with_document(worker_instance)
    run_sweep_later(worker_instance)
    (mail,) = mails_to(worker_instance, "yusuf")
    assert mail.body.endswith("وتذهب الردود عليها إلى office@x.example.\n")
    with worker_instance.read() as tx:
        outgoing = or_not_found(outgoing_mail.prepare(tx, mail, secret=SECRET))
    assert outgoing.reply_to == "office@x.example"


def test_notices_are_batched_into_one_mail_once(worker_instance: SampleInstance) -> None:
    _, first = open_round_with_document(worker_instance)
    sweep.queue_notice_mails(task.worker_context())
    assert mails_to(worker_instance, "yusuf") == []
    document = create_document(worker_instance)
    cut_version(worker_instance, document)
    move_to_review(worker_instance, document)
    second = open_round(worker_instance, document)
    run_sweep_later(worker_instance)
    sweep.queue_notice_mails(task.worker_context())
    (mail,) = mails_to(worker_instance, "yusuf")
    assert mail.subject == "رسالتان من ائتلافكم"
    assert mail.body.index(first) < mail.body.index(second)


def test_former_member_gets_no_mail(worker_instance: SampleInstance) -> None:
    open_round_with_document(worker_instance)
    with worker_instance.write() as tx:
        offboarding.apply_close(tx, person=worker_instance.members.people["huda"].id, by="per_x")
    run_sweep_later(worker_instance)
    assert mails_to(worker_instance, "huda") == [] and len(mails_to(worker_instance, "yusuf")) == 1


def test_subject_says_what_is_asked(worker_instance: SampleInstance) -> None:
    with worker_instance.write() as tx:
        yusuf = person.c.id == worker_instance.members.people["yusuf"].id
        tx.connection.execute(person.update().where(yusuf).values(lang="en"))
    open_round_with_document(worker_instance, lasts=9 * DAY)
    run_sweep_later(worker_instance)
    mail = mails_to(worker_instance, "yusuf")[-1]
    assert mail.subject == "Your organisation needs to answer" and "Title" not in mail.subject + mail.body


def test_mail_uses_language_and_time_zone_of_its_recipient(worker_instance: SampleInstance) -> None:
    with worker_instance.write() as tx:
        yusuf = person.c.id == worker_instance.members.people["yusuf"].id
        tx.connection.execute(person.update().where(yusuf).values(lang="en", zone="Europe/Berlin"))
    _, round_id = open_round_with_document(worker_instance, lasts=2 * DAY)
    end_round_soon(worker_instance, round_id)
    run_sweep_later(worker_instance)
    mail = mails_to(worker_instance, "yusuf")[-1]
    assert mail.subject == "2 messages from your coalition"
    assert "Berlin time. Your organisation has not answered yet." in mail.body


def end_round_soon(instance: SampleInstance, round_id: str) -> None:
    """Shift the round as if it had opened two days ago and ended within the day; then run the sweep."""
    with instance.write() as tx:
        opened, closes = tx.now - 2 * DAY, tx.now + DAY // 2
        tx.connection.exec_driver_sql(
            f"UPDATE round SET opened_at = {opened}, closes_at = {closes} WHERE id = '{round_id}'"
        )
    sweep.send_reminders(task.worker_context())


def reminders_of(instance: SampleInstance, key: str) -> int:
    with instance.read() as tx:
        found = notices_store.list_by_person(tx, instance.members.people[key].id)
    return sum(one.kind == "round.reminder" for _, one in found)


def test_missing_answer_is_reminded_once_before_the_round_ends(worker_instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(worker_instance, lasts=3 * DAY)
    cast_endorsement(worker_instance, round_id, "huda")
    sweep.send_reminders(task.worker_context())
    assert reminders_of(worker_instance, "yusuf") == 0
    end_round_soon(worker_instance, round_id)
    end_round_soon(worker_instance, round_id)
    assert [reminders_of(worker_instance, key) for key in ("yusuf", "lama", "nabil")] == [1, 1, 1]
    assert [reminders_of(worker_instance, key) for key in ("huda", "jihan", "reem")] == [0, 0, 0]


def test_reminder_on_a_day_of_rest_is_sent_on_the_working_day_before(
    worker_instance: SampleInstance,
) -> None:
    """The round closes on a Sunday at noon: a day before that is Saturday, and Thursday is the last working day."""
    _, round_id = open_round_with_document(worker_instance, lasts=3 * DAY)
    closes = dt.datetime(2030, 3, 10, 12, tzinfo=ZoneInfo("Asia/Damascus"))
    at = int(closes.timestamp()) * 1_000_000
    with worker_instance.write() as tx:
        tx.connection.exec_driver_sql(
            f"UPDATE round SET opened_at = {at - 9 * DAY}, closes_at = {at} WHERE id = '{round_id}'"
        )
    for days, reminders in ((4, 0), (3, 1), (2, 1)):
        with worker_instance.write(at=at - days * DAY) as tx:
            notifications.send_reminder(tx, round_id=round_id)
            assert notifications.list_due_reminders(tx) == ([round_id] if reminders else [])
        assert reminders_of(worker_instance, "yusuf") == reminders


def test_round_opened_within_its_last_day_sends_no_reminder(worker_instance: SampleInstance) -> None:
    open_round_with_document(worker_instance, lasts=DAY // 2)
    sweep.send_reminders(task.worker_context())
    assert reminders_of(worker_instance, "yusuf") == 0


def test_invitation_is_mailed_once_and_its_link_is_not_stored(
    worker_instance: SampleInstance, mail_server: tuple[MailServer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with worker_instance.write() as tx:
        link = create_invitation(tx, worker_instance.actor(tx, "salma"), organisation=None, roles=("observer",)).link
    (job,) = job_ids(worker_instance, DELIVER_EMAIL)
    use_real_instance(monkeypatch, mail_server[1])
    delivering.deliver(job)
    delivering.deliver(job)
    (data,) = mail_server[0].got
    message = message_from_bytes(data, policy=policy.default)
    assert (message["to"], message["content-language"]) == ("new@x.example", "en")
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None and f"{ORIGIN}/join#{link}" in part.get_content()
    assert state_of(worker_instance) == ("sent", "")


def test_revoked_invitation_is_not_mailed(
    worker_instance: SampleInstance, mail_server: tuple[MailServer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with worker_instance.write() as tx:
        salma = worker_instance.actor(tx, "salma")
        made = create_invitation(tx, salma, organisation=None, roles=("observer",))
        invitations.withdraw(tx, salma, invitation=made.id)
    (job,) = job_ids(worker_instance, DELIVER_EMAIL)
    use_real_instance(monkeypatch, mail_server[1])
    delivering.deliver(job)
    assert (mail_server[0].got, job_state(worker_instance, job)) == ([], "done")


def test_mail_without_recipient_is_dropped(worker_instance: SampleInstance) -> None:
    with worker_instance.write() as tx:
        notifications.send_email(tx, None, subject="x", body="y")
    (job,) = job_ids(worker_instance, DELIVER_EMAIL)
    delivering.deliver(job)
    with worker_instance.read() as tx:
        assert tx.connection.execute(mail_table.select()).all() == []
    assert job_state(worker_instance, job) == "done"


def test_mail_server_that_does_not_answer_is_one_line_and_another_when_it_is_back(
    worker_instance: SampleInstance, mail_server: tuple[MailServer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [a_mail(worker_instance) for _ in range(3)]
    delivering.MAIL_SERVER.recovered()
    use_real_instance(monkeypatch, "smtp://127.0.0.1:9")
    with captured_log_lines("info") as lines:
        for job in jobs:
            delivering.deliver(job)
        use_real_instance(monkeypatch, mail_server[1])
        for job in jobs:
            delivering.deliver(job)
    found = [line.partition("workers.notices: ")[2] for line in lines.text.splitlines() if "workers.notices:" in line]
    assert len(mail_server[0].got) == len(jobs)
    assert len(found) == 2 and found[0].startswith("The mail server is not available: EmailNotSent: ")
    assert found[1].endswith(" and 3 failures") and found[1].startswith("The mail server is available again after ")
