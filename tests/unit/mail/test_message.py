"""An email is read back as it was written, by a strict parser, and is 7 bits in short lines on the way."""

import datetime as dt
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.mail.message import compose, message_id, render_html, sender_address
from tests.support.mail.servers import an_envelope

ARABIC = "ائتلاف المنظمات السورية من أجل العدالة والمساءلة والسلام، مع شركائه في المهجر (تجربة) «اقتباس» عبر ميثاق"
MAX_OCTETS = 998

LINES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" "), max_size=300)
"""What a name or a subject can be: printable, in any script."""


def read_strictly(message: EmailMessage) -> EmailMessage:
    """Return the message as read from its bytes, which must have no defect (RFC 5322, RFC 2045)."""
    data = message.as_bytes()
    assert max(data) < 128 and b"\n" not in data.replace(b"\r\n", b"") and b"\r" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= MAX_OCTETS
    parsed = BytesParser(policy=policy.SMTP.clone(raise_on_defect=True)).parsebytes(data)
    assert isinstance(parsed, EmailMessage)
    return parsed


def header_lines(message: EmailMessage, name: str) -> str:
    """Return a header as it is on the wire, unfolded."""
    head = message.as_bytes().split(b"\r\n\r\n", 1)[0].decode("ascii").replace("\r\n ", "\n ")
    (found,) = (one for one in head.replace("\n ", "\x00").split("\r\n") if one.startswith(f"{name}: "))
    return found.replace("\x00", " ").removeprefix(f"{name}: ")


def display_name(message: EmailMessage) -> tuple[str, str]:
    """Return name and address of From by RFC 2047; the parser of `email.policy` puts a blank between encoded words."""
    name, address = parseaddr(header_lines(message, "From"))
    return str(make_header(decode_header(name))), address


def test_message_has_what_mail_programs_and_filters_ask_for() -> None:
    envelope = an_envelope(sender_name="Coalition via Mithaq", reply_to="press@x.example")
    read = read_strictly(compose(envelope, subject="A test", body="Hello", lang="en"))
    assert parsedate_to_datetime(str(read["date"])) == dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
    assert read["message-id"] == "<mail_x@x.example>"
    assert read["from"] == "Coalition via Mithaq <mithaq@x.example>"
    assert (read["to"], read["reply-to"], read["subject"]) == ("lama@x.example", "press@x.example", "A test")
    assert (read["auto-submitted"], read["content-language"]) == ("auto-generated", "en")
    assert read["mime-version"] == "1.0"


def test_text_and_html_say_the_same_in_any_script() -> None:
    body = f"{ARABIC}\n\nhttps://x.example/{'a' * 1200}\n\n{'نصّ طويل ' * 600}"
    read = read_strictly(compose(an_envelope(), subject="s", body=body, lang="ar"))
    plain, html = (read.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None and plain.get_content().replace("\r\n", "\n").strip() == body.strip()
    assert html is not None and ARABIC in html.get_content() and 'lang="ar" dir="rtl"' in html.get_content()


def test_link_is_a_button_that_shows_where_it_leads() -> None:
    url = "https://x.example/rounds/1?a=1&b=2"
    html = render_html(subject="s", body=f"Answer now.\n\n{url}\n\nBye", lang="en")
    shown = url.replace("&", "&amp;")
    assert f'<a class="b" href="{shown}">Open the page</a><br><a href="{shown}" dir="ltr">{shown}</a>' in html
    assert "Open the page" not in render_html(subject="s", body=f"Two lines\n{url}", lang="en")


@pytest.mark.parametrize(
    "name", [ARABIC, ARABIC * 2, "ا" * 200, "é " * 60 + "é", 'A "b", c <d@e.example>', "=?utf-8?q?x?="]
)
def test_long_and_odd_names_are_read_back(name: str) -> None:
    message = compose(an_envelope(sender_name=name), subject=name, body="b", lang="ar")
    assert display_name(message) == (name, "mithaq@x.example")
    assert read_strictly(message)["subject"] == name or "=?" in name
    for line in message.as_bytes().split(b"\r\n\r\n")[0].split(b"\r\n"):
        assert len(line) <= 76 or b"=?" not in line


@given(name=LINES, subject=LINES)
def test_any_name_and_subject_are_read_back(name: str, subject: str) -> None:
    name, subject = (" ".join(one.split()).replace("=?", "") or "x" for one in (name, subject))
    message = compose(an_envelope(sender_name=name), subject=subject, body="b", lang="en")
    assert display_name(message) == (name, "mithaq@x.example")
    assert str(make_header(decode_header(header_lines(message, "Subject")))) == subject
    read_strictly(message)


def test_line_breaks_in_a_name_or_subject_begin_no_header() -> None:
    envelope = an_envelope(sender_name="A\r\nBcc: victim@x.example")
    read = read_strictly(compose(envelope, subject="S\nBcc: victim@x.example", body="b", lang="en"))
    assert read["bcc"] is None and read["subject"] == "S Bcc: victim@x.example"


@pytest.mark.parametrize(
    ("origin", "sender"),
    [
        ("https://mithaq.example", "mithaq@mithaq.example"),
        ("https://mithaq.example:8443", "mithaq@mithaq.example"),
        ("http://192.0.2.7:8000", "mithaq@[192.0.2.7]"),
        ("http://[2001:db8::1]", "mithaq@[IPv6:2001:db8::1]"),
        ("", "mithaq@localhost"),
    ],
)
def test_sender_is_at_the_host_of_the_origin(origin: str, sender: str) -> None:
    assert sender_address(mail_from="", origin=origin) == sender
    assert sender_address(mail_from="out@x.example", origin=origin) == "out@x.example"
    read = read_strictly(compose(an_envelope(sender=sender), subject="s", body="b", lang="en"))
    assert read["from"].addresses[0].addr_spec == sender
    assert read["message-id"] == message_id("mail_x", sender=sender)
