"""Compose one email: plain text and HTML."""

import base64
import hashlib
import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from html import escape

from service.i18n import LANGUAGES
from service.mail.errors import EmailNotSent

HTML_STYLE = (
    "body{margin:0;padding:24px;background:#f3f2f0;color:#221b26;font:17px/1.7 system-ui,sans-serif}"
    "main{max-width:34rem;margin:auto;padding:24px;background:#fff;border-top:5px solid #6a2a5c}"
    "h1{font-size:20px;line-height:1.4;margin:0 0 16px}p{margin:0 0 16px;overflow-wrap:anywhere}"
    "a{color:#6a2a5c;font-weight:600}p:last-child{margin:0;color:#4f4655;font-size:15px}"
)
"""The whole style sheet of an email; it loads nothing from outside."""

HTML_STYLE_SHA256 = base64.b64encode(hashlib.sha256(HTML_STYLE.encode()).digest()).decode()
"""Base64 SHA-256 of HTML_STYLE, for the Content-Security-Policy of the page that shows an email."""


def render_html(*, subject: str, body: str, lang: str) -> str:
    """Render the plain text as HTML: a paragraph per block, and a link where a whole line is a URL."""
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
    """Build a UTF-8 message with plain text and HTML parts, marked auto-generated (RFC 3834).

    Raises EmailNotSent, permanent, if `to` is not exactly one address.
    """
    message = EmailMessage()
    message["From"] = Address("Mithaq ميثاق", addr_spec=sender)
    try:
        message["To"] = Address(addr_spec=to)
    except (ValueError, HeaderParseError):
        raise EmailNotSent("the recipient is not one address", permanent=True) from None
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, charset="utf-8")
    message.add_alternative(render_html(subject=subject, body=body, lang=lang), subtype="html", charset="utf-8")
    message["Content-Language"] = lang  # set last: add_alternative moves earlier Content-* headers into the first part
    return message
