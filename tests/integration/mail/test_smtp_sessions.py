"""Sessions with real mail servers: TLS where it is required, certificates, passwords, deadlines, refusals."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from service.mail import smtp
from service.mail.errors import EmailNotSent
from service.mail.message import compose
from service.smtp_url import parse_smtp_url
from tests.support.mail.servers import (
    PASSWORD,
    USER,
    MailServer,
    an_envelope,
    make_certificate,
    run_mail_server,
    run_slow_server,
)

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")

CREDENTIALS = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@"


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate as Debian's ssl-cert makes it: for the name of the machine, not of an authority."""
    return make_certificate(tmp_path_factory.mktemp("tls") / "debian.pem", name="machine.example", is_authority=False)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate as `openssl req -x509` makes it, for the right address."""
    return make_certificate(tmp_path_factory.mktemp("tls") / "authority.pem", name="127.0.0.1", is_authority=True)


@pytest.fixture
def keeper() -> Iterator[MailServer]:
    yield MailServer()


def send(url: str, *, to: str = "lama@x.example", seconds: float = smtp.DELIVERY_SECONDS) -> dict[smtp.Step, str]:
    """Send an email and return what was reported."""
    seen: dict[smtp.Step, str] = {}
    message = compose(an_envelope(to=to), subject="رمزكم", body="b", lang="ar")
    smtp.send(message, server=parse_smtp_url(url), seconds=seconds, report=seen.__setitem__)
    return seen


def failure(url: str, *, to: str = "lama@x.example", seconds: float = smtp.DELIVERY_SECONDS) -> EmailNotSent:
    with pytest.raises(EmailNotSent) as raised:
        send(url, to=to, seconds=seconds)
    return raised.value


def operator_sentence(error: EmailNotSent) -> str:
    return error.sentence.format(**error.params)


def test_server_on_this_machine_gets_mail_without_tls_whatever_its_certificate(
    keeper: MailServer, debian: Path
) -> None:
    with run_mail_server(keeper, certificate=debian) as port:
        assert set(send(f"smtp://127.0.0.1:{port}")) == {smtp.Step.CONNECTED, smtp.Step.ACCEPTED}
    assert len(keeper.got) == 1 and keeper.sessions[0].ssl is None
    assert keeper.sessions[0].host_name == "x.example", "EHLO names the domain of the sender, not this machine"


def test_self_signed_certificate_is_refused_and_the_remedy_named(keeper: MailServer, debian: Path) -> None:
    with run_mail_server(keeper, certificate=debian) as port:
        error = failure(f"smtp://127.0.0.1:{port}?tls=starttls")
    assert not error.permanent and "self-signed" in str(error) and "?ca=FILE" in operator_sentence(error)
    assert keeper.got == []


@pytest.mark.parametrize("implicit", [False, True])
def test_certificate_of_the_file_is_accepted(keeper: MailServer, debian: Path, authority: Path, implicit: bool) -> None:
    for certificate in (debian, authority):
        with run_mail_server(keeper, certificate=certificate, implicit=implicit) as port:
            seen = send(f"smtp://127.0.0.1:{port}?tls={'implicit' if implicit else 'starttls'}&ca={certificate}")
        assert seen[smtp.Step.ENCRYPTED].startswith("TLSv1.")
    assert len(keeper.got) == 2


@pytest.mark.parametrize("implicit", [False, True])
def test_other_certificate_than_that_of_the_file_is_refused(
    keeper: MailServer, debian: Path, authority: Path, tmp_path: Path, implicit: bool
) -> None:
    other = make_certificate(tmp_path / "other.pem", name="machine.example", is_authority=False)
    misnamed = make_certificate(tmp_path / "misnamed.pem", name="mail.example", is_authority=True)
    for certificate, trusted in ((other, debian), (debian, authority), (misnamed, misnamed)):
        with run_mail_server(keeper, certificate=certificate, implicit=implicit) as port:
            url = f"smtp://127.0.0.1:{port}?tls={'implicit' if implicit else 'starttls'}&ca={trusted}"
            assert "is not trusted" in operator_sentence(failure(url))
    assert keeper.got == []


def test_server_without_starttls_gets_neither_password_nor_mail(keeper: MailServer) -> None:
    with run_mail_server(keeper, wants_password=True) as port:
        error = failure(f"smtp://{CREDENTIALS}127.0.0.1:{port}")
    assert "neither the password nor an email was sent" in operator_sentence(error)
    assert (keeper.logins, keeper.got) == ([], [])


@pytest.mark.parametrize("implicit", [False, True])
def test_password_is_given_over_tls(keeper: MailServer, debian: Path, implicit: bool) -> None:
    with run_mail_server(keeper, certificate=debian, implicit=implicit, wants_password=True) as port:
        seen = send(f"smtp{'s' if implicit else ''}://{CREDENTIALS}127.0.0.1:{port}?ca={debian}")
    assert keeper.logins == [(USER, PASSWORD)] and len(keeper.got) == 1
    assert list(seen) == [smtp.Step.CONNECTED, smtp.Step.ENCRYPTED, smtp.Step.SIGNED_IN, smtp.Step.ACCEPTED]


def test_wrong_password_is_named_and_tried_again_later(keeper: MailServer, debian: Path) -> None:
    with run_mail_server(keeper, certificate=debian, wants_password=True) as port:
        error = failure(f"smtp://me:passphrase@127.0.0.1:{port}?ca={debian}")
    assert not error.permanent and "refuses user and password (user or password refused: 535" in operator_sentence(
        error
    )
    assert "passphrase" not in operator_sentence(error) and keeper.got == []


def test_server_without_passwords_says_so(keeper: MailServer, debian: Path) -> None:
    with run_mail_server(keeper, certificate=debian) as port:
        assert "remove user and password" in operator_sentence(failure(f"smtp://me:pw@127.0.0.1:{port}?ca={debian}"))


def test_missing_password_is_no_fault_of_the_recipient(keeper: MailServer, debian: Path) -> None:
    with run_mail_server(keeper, certificate=debian, implicit=True, wants_password=True) as port:
        error = failure(f"smtps://127.0.0.1:{port}?ca={debian}")
    assert not error.permanent and "wants TLS or a password first" in operator_sentence(error)


def test_server_that_demands_starttls_says_so(keeper: MailServer, debian: Path) -> None:
    with run_mail_server(keeper, certificate=debian, wants_starttls=True) as port:
        error = failure(f"smtp://127.0.0.1:{port}")
    assert not error.permanent and "tls=starttls" in operator_sentence(error)


def test_refusals_of_recipient_and_message_are_permanent_by_their_code() -> None:
    rcpt = {"gone@x.example": "550 5.1.1 <gone@x.example>: no such person", "full@x.example": "452 4.2.2 mailbox full"}
    keeper = MailServer(rcpt=rcpt, data=["554 5.7.1 spam", "451 4.3.0 later", "250 OK"])
    with run_mail_server(keeper) as port:
        url = f"smtp://127.0.0.1:{port}"
        found = [failure(url, to=to) for to in ("gone@x.example", "full@x.example", "a@x.example", "a@x.example")]
        send(url, to="a@x.example")
    assert [one.permanent for one in found] == [True, False, True, False]
    reasons = ("5.1.1 <…>: no such person", "4.2.2 mailbox full", "5.7.1 spam", "4.3.0 later")
    assert all(reason in str(one) for reason, one in zip(reasons, found, strict=True))
    assert "gone@" not in str(found[0]), "reasons are logged"


def test_server_that_drips_is_left_at_the_deadline() -> None:
    with run_slow_server(interval=0.05) as port:
        began = time.monotonic()
        error = failure(f"smtp://127.0.0.1:{port}", seconds=0.5)
        assert 0.4 < time.monotonic() - began < 5
    assert not error.permanent and "did not finish within" in operator_sentence(error)


def test_server_that_drips_into_the_handshake_is_left_at_the_deadline() -> None:
    with run_slow_server(interval=0.05, first=b"\x16\x03\x03\x40\x00\x02") as port:
        began = time.monotonic()
        error = failure(f"smtps://127.0.0.1:{port}", seconds=0.5)
        assert 0.4 < time.monotonic() - began < 5
    assert "did not finish within" in operator_sentence(error)


def test_plain_server_asked_for_tls_from_the_start_is_reported(keeper: MailServer) -> None:
    with run_mail_server(keeper) as port:
        error = failure(f"smtps://127.0.0.1:{port}")
    assert "127.0.0.1" in operator_sentence(error) and "TLS" in str(error)


def test_closed_port_is_reported() -> None:
    assert "does not respond (ConnectionRefusedError" in operator_sentence(failure("smtp://127.0.0.1:9"))


def test_check_does_what_sending_does_and_sends_nothing(keeper: MailServer, debian: Path) -> None:
    with run_mail_server(keeper, certificate=debian, wants_password=True) as port:
        url = f"{CREDENTIALS}127.0.0.1:{port}?ca={debian}"
        smtp.check(parse_smtp_url(f"smtp://{url}"), sender="m@x.example", seconds=5)
        with pytest.raises(EmailNotSent):
            smtp.check(parse_smtp_url(f"smtp://me:no@127.0.0.1:{port}?ca={debian}"), sender="m@x.example", seconds=5)
        with pytest.raises(EmailNotSent):
            smtp.check(parse_smtp_url(f"smtp://{CREDENTIALS}127.0.0.1:{port}"), sender="m@x.example", seconds=5)
    assert keeper.got == []
