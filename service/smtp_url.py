"""The URL of the mail server: parsed and checked when the settings are loaded, used when an email is sent.

`smtp://USER:PASSWORD@HOST:PORT?tls=MODE&ca=FILE`. TLS is required wherever there is a password or the host is not this
machine; an email to a server on this machine does not leave it and goes without, unless TLS is asked for.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from service.domain.membership.origin import is_loopback

STARTTLS, IMPLICIT, PLAIN = "starttls", "implicit", "none"
"""How TLS begins: by the command STARTTLS (RFC 3207), with the first byte (RFC 8314), or never."""

REQUIRE = "require"
"""Value of `tls`: as the port expects it, IMPLICIT on 465 and STARTTLS on every other."""

IMPLICIT_PORT, SUBMISSION_PORT = 465, 587

_SCHEMES = ("smtp", "smtps")
_SHAPE = "It looks like smtp://USER:PASSWORD@HOST:PORT or smtps://…; in USER and PASSWORD write @ as %40, / as %2F."


class InvalidSmtpUrl(ValueError):
    """The URL cannot be used. The message is one sentence for the operator, without any part of the URL."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server; `tls` is STARTTLS, IMPLICIT or PLAIN.

    `user` and `password` are both empty or both not. `ca_file` holds the certificates that are trusted instead of those
    of the system; empty for those.
    """

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = ""
    ca_file: str = ""

    def __repr__(self) -> str:
        """Leave out user and password."""
        return f"SmtpServer({self.host!r}, {self.port}, {self.tls!r})"


def parse_smtp_url(url: str) -> SmtpServer:
    """Return the mail server that `url` names. Raises InvalidSmtpUrl."""
    try:
        parts = urlsplit(url)
        host, port = _ascii_host(parts.hostname or ""), parts.port
    except ValueError:
        raise InvalidSmtpUrl(f"MITHAQ_SMTP_URL cannot be read. {_SHAPE}") from None
    if parts.scheme not in _SCHEMES:
        raise InvalidSmtpUrl(f"MITHAQ_SMTP_URL must begin with smtp:// or smtps://. {_SHAPE}")
    if not host or port == 0 or parts.path not in ("", "/") or parts.fragment:
        raise InvalidSmtpUrl(f"MITHAQ_SMTP_URL must name a host, and no path. {_SHAPE}")
    parameters = _parse_parameters(parts.query)
    user, password = _parse_credentials(parts.username, parts.password)
    tls = _choose_tls(parts.scheme, parameters.get("tls", ""), port, host=host, has_password=bool(password))
    default_port = IMPLICIT_PORT if tls == IMPLICIT else SUBMISSION_PORT
    return SmtpServer(host, port or default_port, tls, user, password, _check_ca_file(parameters.get("ca", "")))


def _ascii_host(host: str) -> str:
    """Return the host in ASCII (IDNA). Raises ValueError for what is no name of a host."""
    if any(character.isspace() or not character.isprintable() for character in host):
        raise ValueError(host)
    return host if ":" in host else host.encode("idna").decode()


def _parse_parameters(query: str) -> dict[str, str]:
    pairs = parse_qsl(query, keep_blank_values=True)
    parameters = dict(pairs)
    if len(parameters) < len(pairs) or set(parameters) - {"tls", "ca"} or (query and not pairs):
        raise InvalidSmtpUrl(
            "MITHAQ_SMTP_URL can have the parameters tls and ca after “?”, each once; in a password write ? as %3F."
        )
    return parameters


def _parse_credentials(user: str | None, password: str | None) -> tuple[str, str]:
    user, password = unquote(user or ""), unquote(password or "")
    if bool(user) != bool(password):
        raise InvalidSmtpUrl("MITHAQ_SMTP_URL must have both a user and a password, or neither.")
    if not (user + password).isascii() or not (user + password).isprintable():
        raise InvalidSmtpUrl("User and password in MITHAQ_SMTP_URL can have printable ASCII characters only.")
    return user, password


def _choose_tls(scheme: str, wanted: str, port: int | None, *, host: str, has_password: bool) -> str:
    """Return how TLS begins. Raises InvalidSmtpUrl for TLS that is contradictory, or missing where it is required."""
    if wanted not in ("", REQUIRE, STARTTLS, IMPLICIT, PLAIN):
        raise InvalidSmtpUrl("In MITHAQ_SMTP_URL tls must be require, starttls, implicit or none.")
    if scheme == "smtps" and wanted in (STARTTLS, PLAIN):
        raise InvalidSmtpUrl(f"MITHAQ_SMTP_URL contradicts itself: smtps:// is TLS from the start, not tls={wanted}.")
    is_optional = is_loopback(host) and not has_password
    if wanted == PLAIN and not is_optional:
        raise InvalidSmtpUrl(
            "MITHAQ_SMTP_URL cannot have tls=none: emails carry codes, so TLS is required with a password, and with "
            "every server that is not on this machine."
        )
    if wanted in (STARTTLS, IMPLICIT, PLAIN):
        return wanted
    if scheme == "smtps" or port == IMPLICIT_PORT:
        return IMPLICIT
    return PLAIN if is_optional and not wanted else STARTTLS


def _check_ca_file(path: str) -> str:
    if path:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            what = "contains no certificate in PEM" if isinstance(error, ssl.SSLError) else "cannot be read"
            raise InvalidSmtpUrl(f"The file {Path(path)}, which ca names in MITHAQ_SMTP_URL, {what}.") from None
    return path
