"""One message by SMTP."""

import base64
import hashlib
import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from html import escape
from urllib.parse import unquote, urlsplit

from service.i18n import LANGUAGES

TIMEOUT = 20.0
"""Seconds for each exchange with the server."""


class EmailNotSent(Exception):
    """The server did not take the message. `final`: it never will, so do not try again."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        self.permanent = permanent
        super().__init__(reason)


HTML_STYLE = (
    "body{margin:0;padding:24px;background:#f3f2f0;color:#221b26;font:17px/1.7 system-ui,sans-serif}"
    "main{max-width:34rem;margin:auto;padding:24px;background:#fff;border-top:5px solid #6a2a5c}"
    "h1{font-size:20px;line-height:1.4;margin:0 0 16px}p{margin:0 0 16px;overflow-wrap:anywhere}"
    "a{color:#6a2a5c;font-weight:600}p:last-child{margin:0;color:#4f4655;font-size:15px}"
)
"""All the look of a mail; it fetches nothing from anywhere."""

HTML_STYLE_SHA256 = base64.b64encode(hashlib.sha256(HTML_STYLE.encode()).digest()).decode()
"""For the policy of the page that shows a mail."""


def render_html(*, subject: str, body: str, lang: str) -> str:
    """The same words for readers of HTML: paragraphs, and a link where a line is an address of ours."""
    paragraphs = "".join(f"<p>{_render_paragraph(part)}</p>" for part in body.strip().split("\n\n"))
    head = f'<meta charset="utf-8"><title>{escape(subject)}</title><style>{HTML_STYLE}</style>'
    frame = f'<html lang="{lang}" dir="{LANGUAGES[lang].direction}">'
    main = f"<main><h1>{escape(subject)}</h1>{paragraphs}</main>"
    return f"<!doctype html>{frame}<head>{head}</head><body>{main}</body></html>"


def _render_paragraph(part: str) -> str:
    return "<br>".join(_render_line(line) for line in part.split("\n"))


def _render_line(line: str) -> str:
    escaped = escape(line)
    return f'<a href="{escaped}" dir="ltr">{escaped}</a>' if re.fullmatch(r"https?://\S+", line) else escaped


def compose(*, sender: str, to: str, subject: str, body: str, lang: str) -> EmailMessage:
    """A message in UTF-8, as plain text and as HTML, marked as made by a machine."""
    message = EmailMessage()
    message["From"] = Address("Mithaq ميثاق", addr_spec=sender)
    message["To"] = to
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, charset="utf-8")
    message.add_alternative(render_html(subject=subject, body=body, lang=lang), subtype="html", charset="utf-8")
    message["Content-Language"] = lang  # only now: a header of content moves into the first part
    return message


def send(message: EmailMessage, *, smtp_url: str) -> None:
    """Hand the message to the server at smtp:// (STARTTLS where offered) or smtps://. Raises NotSent."""
    parts = urlsplit(smtp_url)
    try:
        with _connect(parts.scheme, parts.hostname or "localhost", parts.port) as server:
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise EmailNotSent(f"recipient refused: {codes}", permanent=all(code >= 500 for code in codes)) from error
    except smtplib.SMTPDataError as error:
        raise EmailNotSent(f"message refused: {error.smtp_code}", permanent=error.smtp_code >= 500) from error
    except (smtplib.SMTPException, OSError) as error:
        raise EmailNotSent(f"{type(error).__name__}: {error}", permanent=False) from error


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=context)
    server = smtplib.SMTP(host, port or 587, timeout=TIMEOUT)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=context)
    return server
