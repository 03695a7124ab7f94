"""`mithaq mail-test` and `mithaq mail-bounce`: every step and every refusal in one sentence, with its exit code."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from service.actions import notifications
from service.actions.accounts import code_mail
from service.actions.authorization import or_not_found
from service.cli.main import mithaq
from service.sample.document import SampleMembers
from service.store.accounts import people as people_store
from service.store.publication import deliveries as deliveries_store
from service.store.publication import notices as notices_store
from service.store.tables import coalition, mail
from tests.integration.cli.test_backup import settings_of
from tests.support.factories import SampleInstance, copy_template
from tests.support.mail.servers import MailServer, make_certificate, run_mail_server
from tests.unit.mail.test_bounce import ID, a_report

AWAY = "postgresql+psycopg://nobody@127.0.0.1:9/none"


def run(instance: SampleInstance, *arguments: str, data: bytes = b"", **changes: str) -> Result:
    """Run a command with the settings of an instance that is no sample."""
    environ = {**settings_of(instance), "MITHAQ_SAMPLE": "", **changes}
    return CliRunner().invoke(mithaq, list(arguments), input=data, env={"LANG": "en", "LC_ALL": "en", **environ})


def test_mail_test_sends_in_the_language_of_its_reader_and_shows_each_step(
    instance: SampleInstance, tmp_path: Path
) -> None:
    keeper, certificate = MailServer(), make_certificate(tmp_path / "c.pem", name="127.0.0.1", is_authority=True)
    with instance.read() as tx:
        address = or_not_found(people_store.get(tx, instance.members.people["lama"].id)).email
    with run_mail_server(keeper, certificate=certificate) as port:
        url = f"smtp://127.0.0.1:{port}?tls=starttls&ca={certificate}"
        result = run(instance, "mail-test", address, MITHAQ_SMTP_URL=url, MITHAQ_MAIL_FROM="out@x.example")
    assert result.exit_code == 0, result.output
    for line in ("From out@x.example by 127.0.0.1", "✓ The server answers", "✓ The connection is encrypted (TLSv1.",
                 "✓ The message is accepted", f"whether it arrives at {address}"):  # fmt: skip
        assert line in result.output
    (data,) = keeper.got
    message = message_from_bytes(data, policy=policy.default)
    assert str(message["subject"]).startswith("رسالة تجريبية – ") and message["content-language"] == "ar"
    assert message["message-id"].strip("<>") in result.output


def test_mail_test_names_what_to_change(instance: SampleInstance) -> None:
    keeper = MailServer(rcpt={"gone@x.example": "550 no such person"})
    with run_mail_server(keeper) as port:
        url = f"smtp://127.0.0.1:{port}"
        refused = run(instance, "mail-test", "gone@x.example", MITHAQ_SMTP_URL=url)
        no_tls = run(instance, "mail-test", "a@x.example", MITHAQ_SMTP_URL=f"smtp://me:pw@127.0.0.1:{port}")
    assert refused.exit_code == no_tls.exit_code == 1
    assert "✓ The server answers" in refused.output and "✗ The email server 127.0.0.1" in refused.output
    assert "does not accept the recipient" in refused.output and "offers no STARTTLS" in no_tls.output


@pytest.mark.parametrize(
    ("arguments", "environ", "sentence"),
    [
        (["a@x.example"], {}, "Set MITHAQ_SMTP_URL"),
        (["a@x.example"], {"MITHAQ_SAMPLE": "1"}, "A demo sends no email"),
        (["nonsense"], {"MITHAQ_SMTP_URL": "smtp://localhost:9"}, "“nonsense” is not an email address"),
        (["a@x.example"], {"MITHAQ_SMTP_URL": "nonsense"}, "MITHAQ_SMTP_URL must begin with smtp://"),
    ],
)
def test_mail_test_refuses_in_one_sentence(
    tmp_path: Path, arguments: list[str], environ: dict[str, str], sentence: str
) -> None:
    result = CliRunner().invoke(mithaq, ["mail-test", *arguments], env={"MITHAQ_VAR": str(tmp_path), **environ})
    assert (result.exit_code, sentence in result.output) == (2, True), result.output


def test_mail_test_works_before_the_coalition_is_founded(tmp_path: Path) -> None:
    keeper = MailServer()
    with run_mail_server(keeper) as port:
        environ = {"MITHAQ_VAR": str(tmp_path), "MITHAQ_SMTP_URL": f"smtp://127.0.0.1:{port}", "LC_ALL": "ar_SY.UTF-8"}
        result = CliRunner().invoke(mithaq, ["mail-test", "a@x.example"], env=environ)
    assert result.exit_code == 0 and "الخادم يستجيب" in result.output
    assert len(keeper.got) == 1 and list(tmp_path.iterdir()) == []


def sent_email(instance: SampleInstance, *, code_ref: str = "") -> str:
    """Return the id of an email to Lama that a mail server took."""
    with instance.write() as tx:
        lama = or_not_found(people_store.get(tx, instance.members.people["lama"].id))
        id = notifications.send_email(
            tx, lama, subject="s", body="b", code_of=code_mail.STATEMENT if code_ref else "", code_ref=code_ref
        )
        notices_store.set_email_state(tx, id, state="sent", keep_body=False)
    return id


def marks(instance: SampleInstance, id: str) -> tuple[int | None, str | None, str]:
    with instance.read() as tx:
        row = tx.connection.execute(mail.select().where(mail.c.id == id)).one()
    return row.bounced_at, row.bounce, row.state


def test_bounce_is_noted_once_and_changes_nothing_else(instance: SampleInstance) -> None:
    id = sent_email(instance)
    with instance.read() as tx:
        assert deliveries_store.get_last_delivery(tx) is not None
    first = run(instance, "mail-bounce", data=a_report().replace(ID.encode(), id.encode()))
    assert (first.exit_code, first.output) == (0, f"Noted: email {id} came back.\n")
    noted = marks(instance, id)
    assert noted[0] is not None and noted[1:] == ("5.1.1", "sent")
    again = run(instance, "mail-bounce", data=a_report(status="5.7.1").replace(ID.encode(), id.encode()))
    assert (again.exit_code, "was noted before" in again.output) == (0, True)
    assert marks(instance, id) == noted
    with instance.read() as tx:
        assert deliveries_store.get_last_delivery(tx) is None, "an email that came back shows no working mail server"


def test_delay_is_taken_and_not_noted(instance: SampleInstance) -> None:
    id = sent_email(instance)
    result = run(instance, "mail-bounce", data=a_report(action="delayed").replace(ID.encode(), id.encode()))
    assert (result.exit_code, "still trying" in result.output, marks(instance, id)[0]) == (0, True, None)


def test_bounce_of_an_unknown_email_is_refused_for_good(instance: SampleInstance) -> None:
    result = run(instance, "mail-bounce", data=a_report())
    assert (result.exit_code, result.output) == (65, f"Not noted: there is no email {ID} here.\n")


@pytest.mark.parametrize("data", [b"Subject: hello\n\nHi", b"\x00\xff" * 3000, b""])
def test_what_is_no_bounce_is_refused_for_good(data: bytes, tmp_path: Path) -> None:
    result = CliRunner().invoke(mithaq, ["mail-bounce"], input=data, env={"MITHAQ_VAR": str(tmp_path)})
    assert (result.exit_code, result.output) == (65, "Not noted: the message does not say that an email came back.\n")


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"MITHAQ_DATABASE_URL": AWAY, "MITHAQ_SECRET": "x" * 32}, "mithaq doctor"),
        ({"MITHAQ_DATABASE_URL": "", "MITHAQ_VAR": "/nowhere"}, "There is no database in /nowhere"),
        ({"MITHAQ_PORT": "0"}, "MITHAQ_PORT must be"),
    ],
)
def test_what_is_no_fault_of_the_message_is_deferred(environ: dict[str, str], sentence: str) -> None:
    result = CliRunner().invoke(mithaq, ["mail-bounce"], input=a_report(), env=environ)
    assert (result.exit_code, sentence in result.output) == (75, True), result.output


def test_missing_migration_is_deferred(database_template: tuple[Path, SampleMembers], tmp_path: Path) -> None:
    instance = copy_template(*database_template, tmp_path / "var")
    id = sent_email(instance)
    with instance.write() as tx:
        tx.connection.exec_driver_sql("ALTER TABLE mail RENAME COLUMN bounce TO bounce_of_later")
    result = run(instance, "mail-bounce", data=a_report().replace(ID.encode(), id.encode()))
    assert (result.exit_code, "Traceback" in result.output) == (75, False), result.output
    instance.database.close()


def test_sender_of_a_test_email_is_at_the_stored_origin(instance: SampleInstance) -> None:
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(origin="https://mithaq.example"))
    keeper = MailServer()
    with run_mail_server(keeper) as port:
        run(instance, "mail-test", "a@x.example", MITHAQ_SMTP_URL=f"smtp://127.0.0.1:{port}", MITHAQ_ORIGIN="")
    assert keeper.senders == ["mithaq@mithaq.example"]
