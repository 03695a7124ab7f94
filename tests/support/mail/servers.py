"""Mail servers for tests: aiosmtpd with and without TLS and passwords, and one that answers too slowly."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.mail import message
from tests.integration.cli.test_up import free_port

USER, PASSWORD = "mithaq@relay", "p@ss/word?"


def an_envelope(*, to: str = "lama@x.example", **changes: str) -> message.Envelope:
    """Return the envelope of an email."""
    fields = {"id": "mail_x", "sender": "mithaq@x.example", "sender_name": "X", "reply_to": "", **changes}
    return message.Envelope(to=to, sent_at=dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC), **fields)


@dataclass
class MailServer:
    """What a server got; `rcpt` and `data` are its answers by recipient and one after another, 250 otherwise."""

    rcpt: Mapping[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    got: list[bytes] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.rcpt:
            return self.rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.got.append(envelope.content)
        self.senders.append(envelope.mail_from or "")
        self.sessions.append(session)
        return self.data.pop(0) if self.data else "250 OK"

    def log_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
    ) -> AuthResult:
        """Accept USER with PASSWORD only."""
        self.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=self.logins[-1] == (USER, PASSWORD), handled=False)


@contextmanager
def run_mail_server(
    keeper: MailServer,
    *,
    certificate: Path | None = None,
    implicit: bool = False,
    wants_password: bool = False,
    wants_starttls: bool = False,
) -> Iterator[int]:
    """Run a server and return its port. `certificate` is a PEM file with its key; `implicit` is TLS from the start."""
    context = server_context(certificate) if certificate else None
    port = free_port()
    options: dict[str, Any] = {
        "tls_context": None if implicit else context,
        "require_starttls": wants_starttls,
        "auth_required": wants_password,
        "auth_require_tls": context is not None and not implicit,
        "auth_exclude_mechanism": None if wants_password else ("LOGIN", "PLAIN"),
        "authenticator": keeper.log_in if wants_password else None,
    }
    controller = Controller(
        keeper, hostname="127.0.0.1", port=port, ssl_context=context if implicit else None, **options
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def server_context(certificate: Path) -> ssl.SSLContext:
    """Return the TLS context of a server with the certificate and key of a PEM file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def make_certificate(path: Path, *, name: str, is_authority: bool) -> Path:
    """Write a self-signed certificate for a host or an address, with its key, as PEM.

    `is_authority` is how `openssl req -x509` makes it, otherwise as Debian's package ssl-cert does.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    try:
        general: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        general = x509.DNSName(name)
    begin = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + dt.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=False)
        .add_extension(x509.SubjectAlternativeName([general]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@contextmanager
def run_slow_server(*, interval: float, first: bytes = b"220-") -> Iterator[int]:
    """Run a server that sends `first` and then one letter in each `interval` (seconds), without an end."""
    ended = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        thread = threading.Thread(target=_drip, args=(listening, interval, first, ended))
        thread.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            ended.set()
            thread.join()


def _drip(listening: socket.socket, interval: float, first: bytes, ended: threading.Event) -> None:
    connected, _ = listening.accept()
    with connected:
        connected.sendall(first)
        while not ended.wait(interval):
            try:
                connected.sendall(b"x")
            except OSError:
                return
