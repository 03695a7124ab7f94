"""What went wrong in a session with the mail server: whether to try again, and what an operator can change."""

import smtplib
import ssl

from service.domain.errors import N_
from service.mail.connection import Deadline
from service.mail.errors import EmailNotSent, printable_reason
from service.smtp_url import SmtpServer

NEEDS_SIGN_IN = 530
"""The server wants TLS or a password first (RFC 3207, RFC 4954): the settings are wrong, not the recipient."""

NO_ANSWER = N_("The email server {host} does not respond ({reason}). Correct MITHAQ_SMTP_URL. Emails wait until then.")
NO_STARTTLS = N_(
    "The email server {host} offers no STARTTLS, so neither the password nor an email was sent to it. If it expects "
    "TLS from the start, use smtps://. Without TLS only a server on this computer can be used, without a password."
)
WRONG_PASSWORD = N_(
    "The email server {host} refuses user and password ({reason}). Correct MITHAQ_SMTP_URL; in a password write @ as "
    "%40, / as %2F."
)
BAD_CERTIFICATE = N_(
    "The certificate of the email server {host} is not trusted ({reason}). Use the name it is issued for, or give the "
    "file of its certificate: add ?ca=FILE to MITHAQ_SMTP_URL."
)
NOT_SUPPORTED = N_(
    "The email server {host} does not offer what is needed ({reason}). If it takes no password, remove user and "
    "password from MITHAQ_SMTP_URL; if it does, use its port for submission, often 587 or 465."
)
SIGN_IN_NEEDED = N_(
    "The email server {host} wants TLS or a password first ({reason}). Add them to MITHAQ_SMTP_URL: tls=starttls, "
    "USER:PASSWORD@."
)
SENDER_REFUSED = N_(
    "The email server {host} does not accept the sender {sender} ({reason}). Set MITHAQ_MAIL_FROM to an address that "
    "you may send from."
)
RECIPIENT_REFUSED = N_(
    "The email server {host} does not accept the recipient ({reason}). Check the address. If it refuses every address "
    "that is not its own, it needs user and password in MITHAQ_SMTP_URL."
)
MESSAGE_REFUSED = N_("The email server {host} does not accept the message ({reason}). Ask its administrator why.")

ABOUT_ONE_EMAIL = frozenset({RECIPIENT_REFUSED, MESSAGE_REFUSED})
"""Sentences after which the next email may well be accepted."""


class StartTlsMissing(Exception):
    """The server does not offer STARTTLS, or somebody on the way removed the offer."""


def explain_failure(error: Exception, *, server: SmtpServer, sender: str, deadline: Deadline) -> EmailNotSent:
    """Return the failure of a session; only what concerns this one email is permanent."""
    host = f"{server.host}:{server.port}"
    if not deadline.left() and isinstance(error, OSError):
        return EmailNotSent(
            f"not finished within {deadline.seconds:.0f} seconds",
            permanent=False,
            sentence=N_("The email server {host} did not finish within {seconds} seconds. Emails wait until it does."),
            host=host,
            seconds=round(deadline.seconds),
        )
    sentence, reason, permanent = _describe(error)
    return EmailNotSent(reason, permanent=permanent, sentence=sentence, host=host, sender=sender)


def _describe(error: Exception) -> tuple[str, str, bool]:
    """Return (sentence, reason, permanent)."""
    match error:
        case StartTlsMissing():
            return NO_STARTTLS, "the server offers no STARTTLS, so nothing was sent to it", False
        case smtplib.SMTPAuthenticationError():
            return WRONG_PASSWORD, f"user or password refused: {_answer(error)}", False
        case smtplib.SMTPRecipientsRefused():
            return _describe_recipient(error)
        case smtplib.SMTPSenderRefused() if error.smtp_code != NEEDS_SIGN_IN:
            return SENDER_REFUSED, f"sender refused: {_answer(error)}", False
        case smtplib.SMTPDataError():
            return MESSAGE_REFUSED, f"message refused: {_answer(error)}", error.smtp_code >= 500
        case smtplib.SMTPResponseException() if error.smtp_code == NEEDS_SIGN_IN:
            return SIGN_IN_NEEDED, f"the server wants more: {_answer(error)}", False
        case smtplib.SMTPNotSupportedError():
            return NOT_SUPPORTED, printable_reason(str(error)), False
        case smtplib.SMTPException() if type(error) is smtplib.SMTPException:  # AUTH, but no method that we know
            return NOT_SUPPORTED, printable_reason(str(error)), False
        case ssl.SSLError():
            return BAD_CERTIFICATE, f"TLS: {printable_reason(_tls_reason(error))}", False
        case smtplib.SMTPResponseException():
            return NO_ANSWER, _answer(error), False
        case _:
            return NO_ANSWER, f"{type(error).__name__}: {printable_reason(str(error))}", False


def _describe_recipient(error: smtplib.SMTPRecipientsRefused) -> tuple[str, str, bool]:
    code, said = next(iter(error.recipients.values()))
    reason = f"{code} {printable_reason(said)}"
    if code == NEEDS_SIGN_IN:
        return SIGN_IN_NEEDED, f"the server wants more: {reason}", False
    return RECIPIENT_REFUSED, f"recipient refused: {reason}", code >= 500


def _answer(error: smtplib.SMTPResponseException) -> str:
    return f"{error.smtp_code} {printable_reason(error.smtp_error)}"


def _tls_reason(error: ssl.SSLError) -> str:
    return (
        error.verify_message if isinstance(error, ssl.SSLCertVerificationError) and error.verify_message else str(error)
    )
