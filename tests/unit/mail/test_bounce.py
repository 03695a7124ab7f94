"""Bounces as mail servers write them, and what is none: only an id of ours and a status code are taken."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.mail.bounce import Bounce, NotABounce, parse_bounce
from service.mail.message import compose
from tests.support.mail.servers import an_envelope

ID = "mail_" + "a2" * 13
ORIGINAL = compose(an_envelope(id=ID), subject="رمزكم", body="b", lang="ar").as_bytes()
HEADERS = ORIGINAL.split(b"\r\n\r\n")[0] + b"\r\n"

TYPES = {"message/rfc822": ORIGINAL, "text/rfc822-headers": HEADERS, "message/global": ORIGINAL, "text/plain": HEADERS}
"""How the email that came back is attached."""


def a_report(*, action: str = "failed", status: str = "5.1.1", kind: str = "message/rfc822") -> bytes:
    """Return a delivery status notification in the form of RFC 3464."""
    lines = [
        b"From: MAILER-DAEMON@relay.example (Mail Delivery System)", b"To: mithaq@x.example",
        b"Subject: Undelivered Mail Returned to Sender", b"MIME-Version: 1.0",
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="B"', b"",
        b"--B", b"Content-Type: text/plain; charset=us-ascii", b"", b"I'm sorry to have to inform you: 9.9.9", b"",
        b"--B", b"Content-Type: message/delivery-status", b"",
        b"Reporting-MTA: dns; relay.example", b"",
        b"Final-Recipient: rfc822; other@x.example", b"Action: relayed", b"Status: 2.0.0", b"",
        b"Final-Recipient: rfc822; lama@x.example", f"Action: {action}".encode(), f"Status: {status}".encode(),
        b"Diagnostic-Code: smtp; 550 <b>call +1 555 0100</b>", b"",
        b"--B", f"Content-Type: {kind}".encode(), b"", TYPES[kind], b"--B--", b"",
    ]  # fmt: skip
    return b"\r\n".join(lines)


@pytest.mark.parametrize("kind", TYPES)
def test_report_names_the_email_and_the_status(kind: str) -> None:
    assert parse_bounce(a_report(kind=kind)) == Bounce(ID, "5.1.1", is_final=True)


def test_report_with_bare_line_feeds_is_read() -> None:
    assert parse_bounce(a_report().replace(b"\r\n", b"\n")) == Bounce(ID, "5.1.1", is_final=True)


@pytest.mark.parametrize(
    ("action", "status", "bounce"),
    [
        ("Failed (gave up)", "4.4.1 (no answer)", Bounce(ID, "4.4.1", is_final=True)),
        ("failed", "unknown", Bounce(ID, "", is_final=True)),
        ("delayed", "4.0.0", Bounce(ID, "4.0.0", is_final=False)),
    ],
)
def test_action_decides_whether_it_is_final(action: str, status: str, bounce: Bounce) -> None:
    assert parse_bounce(a_report(action=action, status=status)) == bounce


@pytest.mark.parametrize("action", ["delivered", "expanded", "relayed", "", "nonsense"])
def test_report_of_a_delivery_is_no_bounce(action: str) -> None:
    with pytest.raises(NotABounce):
        parse_bounce(a_report(action=action))


def a_plain_message(*, sender: str, text: str, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = sender, "failure notice"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


QUOTATION = f"Sorry, no mailbox here by that name. (#5.1.1)\n\nMessage-ID: <{ID}@x.example>\n"


@pytest.mark.parametrize(
    ("sender", "headers"),
    [
        ("MAILER-DAEMON@relay.example", {}),
        ("Mail Delivery System <mailer-daemon@relay.example>", {}),
        ("postmaster@relay.example", {}),
        ("noreply@relay.example", {"X_Failed_Recipients": "lama@x.example"}),
    ],
)
def test_plain_bounce_that_quotes_the_email_is_read(sender: str, headers: dict[str, str]) -> None:
    data = a_plain_message(sender=sender, text=QUOTATION, **headers)
    assert parse_bounce(data) == Bounce(ID, "5.1.1", is_final=True)


@pytest.mark.parametrize(
    "sender", ["lama@x.example", "MAILER-DAEMON <lama@x.example>", "my.postmaster.friend@x.example"]
)
def test_answer_that_quotes_the_email_is_no_bounce(sender: str) -> None:
    data = a_plain_message(
        sender=sender, text=QUOTATION, Auto_Submitted="auto-replied", In_Reply_To=f"<{ID}@x.example>"
    )
    with pytest.raises(NotABounce):
        parse_bounce(data)


def test_bounce_of_a_foreign_email_is_refused() -> None:
    with pytest.raises(NotABounce, match="none of our emails"):
        parse_bounce(a_report().replace(ID.encode(), b"CAJ=abc"))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\xfe", b"\r\n\r\n", b"From MAILER-DAEMON\n\n", b"Content-Type: message/rfc822\n\n" * 5000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(2000)),
        b"Content-Type: text/plain; charset=\xff\nContent-Transfer-Encoding: base64\n\n=" + b"A" * 999,
        a_report()[:700],
    ],
)  # fmt: skip
def test_hostile_message_is_refused_and_crashes_nothing(data: bytes) -> None:
    with pytest.raises(NotABounce):
        parse_bounce(data)


@given(st.data())
def test_changed_report_is_read_or_refused(data: st.DataObject) -> None:
    report = bytearray(a_report())
    for _ in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(report)))
        report[start : start + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))
    try:
        found = parse_bounce(bytes(report))
    except NotABounce:
        return
    assert found.email.startswith("mail_") and len(found.status) <= 9
