"""Against a real Postfix, as Debian installs it: it takes our mail, and what comes back is noted."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli.doctor import server_checks
from service.cli.main import mithaq
from service.mail import smtp
from service.mail.errors import EmailNotSent
from service.mail.message import compose
from service.sample.document import SampleMembers
from service.smtp_url import parse_smtp_url
from tests.integration.mail.test_commands import marks, sent_email
from tests.support.factories import copy_template
from tests.support.mail import postfix
from tests.support.mail.servers import MailServer, an_envelope, run_mail_server
from tests.support.waiting import wait_until

pytestmark = pytest.mark.skipif(bool(postfix.missing()), reason=postfix.missing())


def test_postfix_of_debian_takes_mail_and_returns_what_is_refused_later(
    database_template: tuple[Path, SampleMembers], tmp_path: Path
) -> None:
    instance = copy_template(*database_template, tmp_path / "var")
    id = sent_email(instance)
    keeper = MailServer(rcpt={"gone@x.example": "550 5.1.1 no such person"})
    with run_mail_server(keeper) as next_hop, postfix.run_postfix(next_hop=next_hop) as server:
        url = f"smtp://127.0.0.1:{server.port}"
        pinned = f"{url}?tls=starttls&ca={server.certificate}"
        with pytest.raises(EmailNotSent, match="self-signed"):
            smtp.check(parse_smtp_url(f"{url}?tls=starttls"), sender="m@x.example", seconds=10)
        for working in (url, pinned):
            found = server_checks.mail(instance.app_state.settings.replace(smtp_url=working))
            assert "responds" in found.sentence
        for to, query in (("lama@x.example", url), ("gone@x.example", pinned)):
            envelope = an_envelope(
                id=id,
                to=to,
                sender="mithaq@mithaq.example",
                sender_name="ائتلاف المنظمات السورية من أجل العدالة والمساءلة",
            )
            smtp.send(compose(envelope, subject="رمزكم", body="الرمز", lang="ar"), server=parse_smtp_url(query))
        wait_until(
            lambda: keeper.got and server.returned.exists() and b"--\n" in server.returned.read_bytes()[-9:], seconds=30
        )
        (delivered,), returned = keeper.got, server.returned.read_bytes()
    assert message_from_bytes(delivered, policy=policy.default)["subject"] == "رمزكم"
    assert b"Date: " in delivered and f"Message-ID: <{id}@mithaq.example>".encode() in delivered
    environ = {**instance.app_state.settings.to_environ(), "MITHAQ_SAMPLE": ""}
    result = CliRunner().invoke(mithaq, ["mail-bounce"], input=returned, env=environ)
    assert (result.exit_code, result.output) == (0, f"Noted: email {id} came back.\n")
    assert marks(instance, id)[1] == "5.1.1"
    instance.database.close()
