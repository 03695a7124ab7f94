"""A connection to the mail server that ends at its deadline, and the certificates that it trusts."""

import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TIMEOUT = 20.0
"""Seconds to connect to one address, and for each answer."""


_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


class Deadline:
    """The time at which everything ends that is done with one connection."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left; 0 if there are none."""
        return max(0.0, self._end - time.monotonic())

    @contextmanager
    def shuts_down(self, connected: socket.socket) -> Iterator[None]:
        """Shut the connection down at the deadline: a server can keep every single answer within its time-out.

        TLS takes over the descriptor of the socket, so a duplicate is shut down.
        """
        duplicate = connected.dup()
        timer = threading.Timer(self.left(), _shut_down, [duplicate])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            duplicate.close()


def _shut_down(connected: socket.socket) -> None:
    with suppress(OSError):  # closed by the server
        connected.shutdown(socket.SHUT_RDWR)


def connect_to(host: str, port: int, *, deadline: Deadline) -> socket.socket:
    """Return a connection to the first address of `host` that accepts one. Raises OSError."""
    failure: OSError = TimeoutError("timed out")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        opened = socket.socket(family, kind, protocol)
        opened.settimeout(max(0.001, min(TIMEOUT, deadline.left())))
        try:
            opened.connect(address)
        except OSError as error:
            opened.close()
            failure = error
        else:
            opened.settimeout(TIMEOUT)
            return opened
    raise failure


class TrustedCertificates:
    """The certificates of a mail server that are accepted: of the system's authorities, or of a file.

    A file that holds no authority holds certificates of servers, such as the one that Debian makes for Postfix. They
    are accepted as they are, whatever name they are issued for.
    """

    def __init__(self, ca_file: str) -> None:
        """Read the file of `service.smtp_url.SmtpServer`. Raises OSError."""
        self.context = ssl.create_default_context(cafile=ca_file or None)
        self._exact: frozenset[bytes] = frozenset()
        if not ca_file:
            return
        self.context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        self.context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # since Python 3.13; made by hand, many are not strict
        if not self.context.cert_store_stats()["x509_ca"]:
            found = _CERTIFICATE.findall(Path(ca_file).read_text("ascii", "replace"))
            self._exact = frozenset(map(ssl.PEM_cert_to_DER_cert, found))
            self.context.check_hostname = False

    def check(self, connected: socket.socket | None) -> None:
        """Check that the certificate of a TLS connection is one of the file, if it holds such of servers.

        Raises ssl.SSLCertVerificationError.
        """
        given = connected.getpeercert(binary_form=True) if isinstance(connected, ssl.SSLSocket) else None
        if not self.context.check_hostname and given not in self._exact:
            raise ssl.SSLCertVerificationError("the certificate is not the one of the file")
