"""A Postfix of its own, as Debian configures it, in a temporary directory on a free port. Needs root."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.cli.test_up import free_port
from tests.support.mail.servers import make_certificate

SNAKEOIL = Path("/etc/ssl/certs/ssl-cert-snakeoil.pem"), Path("/etc/ssl/private/ssl-cert-snakeoil.key")
"""The certificate that Debian makes for the machine, and its key."""

MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/log
maillog_file_prefixes = {home}
myhostname = relay.example
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:{next_hop}
smtp_tls_security_level = none
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
minimal_backoff_time = 1s
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
proxymap  unix - - n - - proxymap
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
error     unix - - n - - error
retry     unix - - n - - error
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


OPERATIONS = Path(__file__).parents[3] / "docs/operations.md"


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running Postfix: its port, the file of its certificate, and where it gives what comes back to the sender."""

    port: int
    certificate: Path
    returned: Path


def missing() -> str:
    """Return why Postfix cannot be run here; "" if it can."""
    if os.geteuid() != 0:
        return "Postfix runs as root only"
    return "" if shutil.which("postfix", path=f"/usr/sbin:{os.environ['PATH']}") else "Postfix is not installed"


@contextmanager
def run_postfix(*, next_hop: int) -> Iterator[Postfix]:
    """Run a Postfix that takes mail from this machine and passes all of it to a port.

    Mail to mithaq@mithaq.example goes to a program, by the lines of docs/operations.md; the program keeps it in a file.
    """
    home = Path(tempfile.mkdtemp(prefix="mithaq-postfix-"))
    before = os.umask(0o022)  # commands of other tests make it 0077; the processes of Postfix drop root
    try:
        with _running(home, next_hop=next_hop) as server:
            yield server
    finally:
        os.umask(before)
        shutil.rmtree(home)


@contextmanager
def _running(home: Path, *, next_hop: int) -> Iterator[Postfix]:
    home.chmod(0o755)
    certificate, key = SNAKEOIL if all(one.exists() for one in SNAKEOIL) else (_certificate(home), _certificate(home))
    port = free_port()
    (home / "conf").mkdir()
    for name, owner in (("queue", "root"), ("data", "postfix"), ("inbox", "nobody")):
        (home / name).mkdir()
        shutil.chown(home / name, owner)
    values = {"home": home, "port": port, "next_hop": next_hop, "certificate": certificate, "key": key}
    documented = _documented_files()
    (home / "conf/main.cf").write_text(MAIN.format(**values) + _moved(documented["main.cf"], home))
    (home / "conf/master.cf").write_text(MASTER.format(**values) + _moved(documented["master.cf"], home))
    (home / "conf/transport").write_text(documented["transport"])
    subprocess.run(["/usr/sbin/postmap", "-c", home / "conf", f"hash:{home}/conf/transport"], check=True)
    (home / "conf/bounce").write_text(f"#!/bin/sh\nexec cat > {home}/inbox/returned\n")
    (home / "conf/bounce").chmod(0o755)
    _command(home, "start")
    try:
        yield Postfix(port, certificate, home / "inbox/returned")
    finally:
        _command(home, "stop")


def _documented_files() -> dict[str, str]:
    """Return the lines that docs/operations.md adds to the files of Postfix, by name of the file."""
    (block,) = re.findall(r"^```\n(# /etc/postfix/master\.cf\n.*?)^```", OPERATIONS.read_text("utf-8"), re.M | re.S)
    files = re.findall(r"^# /etc/postfix/(\S+?),?(?: .*)?\n((?:[^#\n].*\n)+)", block, re.M)
    return dict(files)


def _moved(lines: str, home: Path) -> str:
    """Return documented lines with the paths and the user of a test."""
    moved = lines.replace("/etc/postfix/", f"{home}/conf/").replace(
        "/usr/local/bin/mithaq-bounce", f"{home}/conf/bounce"
    )
    return moved.replace("user=mithaq", "user=nobody")


def _certificate(home: Path) -> Path:
    path = home / "server.pem"
    return path if path.exists() else make_certificate(path, name="machine.example", is_authority=False)


def _command(home: Path, word: str) -> None:
    done = subprocess.run(
        ["/usr/sbin/postfix", "-c", str(home / "conf"), word], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + (home / "log").read_text() if (home / "log").exists() else done.stderr
