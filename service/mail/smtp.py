"""Send one email by SMTP."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from service.mail.errors import EmailNotSent

TIMEOUT = 20.0
"""Seconds for each exchange with the SMTP server."""


def send(message: EmailMessage, *, smtp_url: str) -> None:
    """Send the message to a smtp:// (STARTTLS if offered) or smtps:// server. Raises EmailNotSent."""
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
