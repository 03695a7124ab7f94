"""One session with the mail server: what sending, the doctor and `mithaq mail-test` do alike (RFC 5321, RFC 6409)."""

import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from enum import StrEnum

from service.mail.connection import TIMEOUT, Deadline, TrustedCertificates, connect_to
from service.mail.failures import StartTlsMissing, explain_failure
from service.smtp_url import IMPLICIT, PLAIN, STARTTLS, SmtpServer

DELIVERY_SECONDS = 60.0
"""Seconds for a whole delivery, from the first address to the last answer; less than the lease of a job."""


class Step(StrEnum):
    """What has been done in a session."""

    CONNECTED = "connected"
    ENCRYPTED = "encrypted"
    SIGNED_IN = "signed_in"
    READY = "ready"
    ACCEPTED = "accepted"


Report = Callable[[Step, str], None]
"""Called after each step, with a detail: the version of TLS, or the answer of the server."""


def _report_nothing(_: Step, __: str) -> None:
    pass


def send(
    message: EmailMessage,
    *,
    server: SmtpServer,
    seconds: float = DELIVERY_SECONDS,
    report: Report = _report_nothing,
) -> None:
    """Send the message within `seconds`. Raises EmailNotSent."""
    sender = message["From"].addresses[0].addr_spec
    with _open_session(server, sender=sender, seconds=seconds, report=report) as client:
        client.send_message(message)
        report(Step.ACCEPTED, "")


def check(server: SmtpServer, *, sender: str, seconds: float, report: Report = _report_nothing) -> None:
    """Do everything that sending does, but send nothing: EHLO, TLS, sign in, NOOP. Raises EmailNotSent."""
    with _open_session(server, sender=sender, seconds=seconds, report=report) as client:
        code, said = client.noop()
        if code != 250:
            raise smtplib.SMTPResponseException(code, said)
        report(Step.READY, "")


class _Client(smtplib.SMTP):
    """An SMTP client on a connection that exists already."""

    def __init__(self, connected: socket.socket, *, host: str, helo: str) -> None:
        self._connected = connected
        super().__init__(host, local_hostname=helo, timeout=TIMEOUT)

    def connect(self, host: str = "", port: int = 0, source_address: object = None) -> tuple[int, bytes]:
        """Read the greeting. Called by the constructor."""
        self.sock, self.file = self._connected, None
        return self.getreply()


@contextmanager
def _open_session(server: SmtpServer, *, sender: str, seconds: float, report: Report) -> Iterator[smtplib.SMTP]:
    """Connect, encrypt and sign in; close the connection afterwards. What fails inside is raised as EmailNotSent.

    The server is greeted with the domain of the sender: the name of this machine is nobody's business.
    """
    deadline = Deadline(seconds)
    try:
        with connect_to(server.host, server.port, deadline=deadline) as connected, deadline.shuts_down(connected):
            client = _start(server, connected, helo=sender.rpartition("@")[2])
            try:
                report(Step.CONNECTED, "")
                _encrypt_and_sign_in(client, server, report=report)
                yield client
            finally:
                _quit(client)
    except (smtplib.SMTPException, OSError, StartTlsMissing) as error:
        raise explain_failure(error, server=server, sender=sender, deadline=deadline) from error


def _start(server: SmtpServer, connected: socket.socket, *, helo: str) -> _Client:
    if server.tls != IMPLICIT:
        return _Client(connected, host=server.host, helo=helo)
    trusted = TrustedCertificates(server.ca_file)
    encrypted = trusted.context.wrap_socket(connected, server_hostname=server.host)
    trusted.check(encrypted)
    return _Client(encrypted, host=server.host, helo=helo)


def _encrypt_and_sign_in(client: _Client, server: SmtpServer, *, report: Report) -> None:
    client.ehlo_or_helo_if_needed()
    if server.tls == STARTTLS:
        if not client.has_extn("starttls"):
            raise StartTlsMissing
        trusted = TrustedCertificates(server.ca_file)
        code, said = client.starttls(context=trusted.context)
        if code != 220:
            raise smtplib.SMTPResponseException(code, said)
        trusted.check(client.sock)
        client.ehlo_or_helo_if_needed()
    if server.tls != PLAIN:
        report(Step.ENCRYPTED, str(getattr(client.sock, "version", str)()))
    if server.user:
        client.login(server.user, server.password)
        report(Step.SIGNED_IN, server.user)


def _quit(client: _Client) -> None:
    """End the session. An email that was accepted is sent, however the server says goodbye."""
    with suppress(smtplib.SMTPException, OSError):
        client.quit()
    client.close()
