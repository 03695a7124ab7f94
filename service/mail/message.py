"""Compose one email: plain text and HTML."""

import base64
import datetime as dt
import hashlib
import ipaddress
import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from html import escape
from urllib.parse import urlsplit

from service.i18n import LANGUAGES, Translator
from service.mail.errors import EmailNotSent
from service.mail.headers import POLICY, one_line

HTML_STYLE = (
    "body{margin:0;padding:24px;background:#f3f2f0;color:#221b26;font:17px/1.7 system-ui,sans-serif}"
    "main{max-width:34rem;margin:auto;padding:24px;background:#fff;border-top:5px solid #6a2a5c}"
    "h1{font-size:20px;line-height:1.4;margin:0 0 16px}p{margin:0 0 16px;overflow-wrap:anywhere}"
    "a{color:#6a2a5c;font-weight:600}a.b{display:inline-block;margin:0 0 8px;padding:10px 20px;border-radius:4px;"
    "background:#6a2a5c;color:#fff;text-decoration:none}.u a{font-size:13px;font-weight:400}"
    "p:last-child{margin:0;color:#4f4655;font-size:15px}"
)
"""The whole style sheet of an email; it loads nothing from outside."""

HTML_STYLE_SHA256 = base64.b64encode(hashlib.sha256(HTML_STYLE.encode()).digest()).decode()
"""Base64 SHA-256 of HTML_STYLE, for the Content-Security-Policy of the page that shows an email."""


_URL = r"https?://\S+"


def render_html(*, subject: str, body: str, lang: str) -> str:
    """Render the plain text as HTML: a paragraph per block, a link where a whole line is a URL.

    A block that is a URL alone is a button, with the URL below it so that everybody sees where it leads.
    """
    label = escape(Translator(lang).t("Open the page"))
    paragraphs = "".join(_render_block(part, label=label) for part in body.strip().split("\n\n"))
    head = f'<meta charset="utf-8"><title>{escape(subject)}</title><style>{HTML_STYLE}</style>'
    frame = f'<html lang="{lang}" dir="{LANGUAGES[lang].direction}">'
    main = f"<main><h1>{escape(subject)}</h1>{paragraphs}</main>"
    return f"<!doctype html>{frame}<head>{head}</head><body>{main}</body></html>"


def _render_block(part: str, *, label: str) -> str:
    shown = _render_paragraph(part)
    if re.fullmatch(_URL, part):
        return f'<p class="u"><a class="b" href="{escape(part)}">{label}</a><br>{shown}</p>'
    return f"<p>{shown}</p>"


def _render_paragraph(part: str) -> str:
    return "<br>".join(_render_line(line) for line in part.split("\n"))


def _render_line(line: str) -> str:
    escaped = escape(line)
    return f'<a href="{escaped}" dir="ltr">{escaped}</a>' if re.fullmatch(_URL, line) else escaped


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands around the text of an email: addresses, the sender's name ("" for none), what identifies it.

    `id` is that of its row, so that a repeat is recognised; `reply_to` is "" for none; `sent_at` is aware.
    """

    id: str
    sender: str
    sender_name: str
    to: str
    reply_to: str
    sent_at: dt.datetime


def compose(envelope: Envelope, *, subject: str, body: str, lang: str) -> EmailMessage:
    """Build a message of text and HTML in 7 bits, marked auto-generated (RFC 5322, RFC 2047, RFC 3834).

    Raises EmailNotSent, permanent, if `to` is not exactly one address.
    """
    message = EmailMessage(policy=POLICY)
    message["Date"] = envelope.sent_at
    message["Message-ID"] = message_id(envelope.id, sender=envelope.sender)
    message["From"] = Address(one_line(envelope.sender_name), addr_spec=envelope.sender)
    try:
        message["To"] = Address(addr_spec=envelope.to)
    except (ValueError, HeaderParseError):
        raise EmailNotSent("the recipient is not one address", permanent=True) from None
    if envelope.reply_to:
        message["Reply-To"] = Address(addr_spec=envelope.reply_to)
    message["Subject"] = one_line(subject)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, charset="utf-8")
    message.add_alternative(render_html(subject=subject, body=body, lang=lang), subtype="html", charset="utf-8")
    message["Content-Language"] = lang  # set last: add_alternative moves earlier Content-* headers into the first part
    return message


def message_id(id: str, *, sender: str) -> str:
    """Return the Message-ID of the email with this id: `<mail_…@host of the sender>`."""
    return f"<{id}@{sender.rpartition('@')[2]}>"


def sender_address(*, mail_from: str, origin: str) -> str:
    """Return the address that emails come from: `mail_from`, or else `mithaq@` and the host of the public origin."""
    host = urlsplit(origin).hostname or "localhost"
    return mail_from or f"mithaq@{_domain(host)}"


def _domain(host: str) -> str:
    """Return the host as the domain of an address, an IP address as a literal (RFC 5321 §4.1.3)."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.encode("idna").decode()
    return f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"
