"""MITHAQ_SMTP_URL: what is accepted, what TLS follows, and the sentence for what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.config import InvalidSetting, Settings
from service.smtp_url import IMPLICIT, PLAIN, STARTTLS, InvalidSmtpUrl, SmtpServer, parse_smtp_url


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost:25", SmtpServer("localhost", 25, PLAIN)),
        ("smtp://127.0.0.1", SmtpServer("127.0.0.1", 587, PLAIN)),
        ("smtp://[::1]:2525/", SmtpServer("::1", 2525, PLAIN)),
        ("smtp://localhost:25?tls=none", SmtpServer("localhost", 25, PLAIN)),
        ("smtp://localhost:25?tls=require", SmtpServer("localhost", 25, STARTTLS)),
        ("smtp://localhost:25?tls=starttls", SmtpServer("localhost", 25, STARTTLS)),
        ("smtp://me:pw@localhost:25", SmtpServer("localhost", 25, STARTTLS, "me", "pw")),
        ("smtp://mail.example", SmtpServer("mail.example", 587, STARTTLS)),
        ("smtp://mail.example:465", SmtpServer("mail.example", 465, IMPLICIT)),
        ("smtp://mail.example:465?tls=starttls", SmtpServer("mail.example", 465, STARTTLS)),
        ("smtp://mail.example?tls=implicit", SmtpServer("mail.example", 465, IMPLICIT)),
        ("smtps://mail.example", SmtpServer("mail.example", 465, IMPLICIT)),
        ("smtps://mail.example:10465?tls=require", SmtpServer("mail.example", 10465, IMPLICIT)),
        ("smtps://a%40b:p%2F%3F%23w@MAIL.example", SmtpServer("mail.example", 465, IMPLICIT, "a@b", "p/?#w")),
        ("smtp://بريد.example", SmtpServer("بريد.example".encode("idna").decode(), 587, STARTTLS)),
    ],
)
def test_url_names_a_server_and_its_tls(url: str, server: SmtpServer) -> None:
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "must begin with smtp:// or smtps://"),
        ("smtp+starttls://mail.example", "must begin with smtp:// or smtps://"),
        ("http://mail.example", "must begin with smtp:// or smtps://"),
        ("smtp://", "must name a host"),
        ("smtp://:25", "must name a host"),
        ("smtp://mail.example:0", "must name a host"),
        ("smtp://mail.example:70000", "cannot be read"),
        ("smtp://mail.example:smtp", "cannot be read"),
        ("smtp://mail..example", "cannot be read"),
        ("smtp://ma il.example", "cannot be read"),
        ("smtp://mail.example/inbox", "must name a host, and no path"),
        ("smtp://me:pa#ss@mail.example", "cannot be read"),
        ("smtp://me:pa/ss@mail.example", "cannot be read"),
        ("smtp://me:pa?ss@mail.example", "cannot be read"),
        ("smtp://mail.example#x", "no path"),
        ("smtp://mail.example?verify=no", "can have the parameters tls and ca"),
        ("smtp://mail.example?tls=require&tls=starttls", "each once"),
        ("smtp://mail.example?tls=always", "tls must be require, starttls, implicit or none"),
        ("smtps://mail.example?tls=starttls", "contradicts itself"),
        ("smtps://localhost?tls=none", "contradicts itself"),
        ("smtp://mail.example?tls=none", "cannot have tls=none"),
        ("smtp://me:pw@localhost?tls=none", "cannot have tls=none"),
        ("smtp://me@mail.example", "both a user and a password"),
        ("smtp://:pw@mail.example", "both a user and a password"),
        ("smtp://me:كلمة@mail.example", "printable ASCII"),
        ("smtp://me:a%0D%0AQUIT@mail.example", "printable ASCII"),
        (
            "smtp://mail.example?ca=/nowhere/ca.pem",
            "/nowhere/ca.pem, which ca names in MITHAQ_SMTP_URL, cannot be read",
        ),
    ],
)
def test_bad_url_is_refused_when_settings_are_loaded(url: str, sentence: str) -> None:
    with pytest.raises(InvalidSetting) as raised:
        Settings.load({"MITHAQ_SMTP_URL": url})
    assert sentence in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize("sign", ["/", "?", "#", "@", "[", ":", "%", " ", "؟"])
def test_password_that_is_not_encoded_is_in_no_sentence(sign: str) -> None:
    try:
        parse_smtp_url(f"smtp://me:passphrase{sign}word@mail.example?tls=none")
    except InvalidSmtpUrl as error:
        assert "passphrase" not in str(error) and "word@" not in str(error)


@given(st.text(max_size=60).map(lambda rest: f"smtp://{rest}") | st.text(max_size=60))
def test_any_text_is_a_server_or_one_sentence(url: str) -> None:
    try:
        found = parse_smtp_url(url)
    except InvalidSmtpUrl as error:
        assert "\n" not in str(error)
    else:
        assert found.host.isascii() and 0 < found.port < 65536
        assert found.tls != PLAIN or not found.password


def test_server_without_credentials_is_what_a_log_shows() -> None:
    assert "pw" not in repr(parse_smtp_url("smtp://me:pw@mail.example"))
