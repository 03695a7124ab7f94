"""One message by SMTP."""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

TIMEOUT = 20.0
"""Seconds for each exchange with the server."""


class NotSent(Exception):
    """The server did not take the message. `final`: it never will, so do not try again."""

    def __init__(self, reason: str, *, final: bool) -> None:
        self.final = final
        super().__init__(reason)


def compose(*, sender: str, to: str, subject: str, body: str) -> EmailMessage:
    """A plain-text message in UTF-8, marked as made by a machine."""
    message = EmailMessage()
    message["From"] = Address("Mithaq ميثاق", addr_spec=sender)
    message["To"] = to
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, charset="utf-8")
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
        raise NotSent(f"recipient refused: {codes}", final=all(code >= 500 for code in codes)) from error
    except smtplib.SMTPDataError as error:
        raise NotSent(f"message refused: {error.smtp_code}", final=error.smtp_code >= 500) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(f"{type(error).__name__}: {error}", final=False) from error


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=context)
    server = smtplib.SMTP(host, port or 587, timeout=TIMEOUT)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=context)
    return server
