"""docs/one-server.md: its commands as printed, in a scratch directory, with what its units run in place of systemd."""

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from ctypes.util import find_library
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import pytest

from service.cli.local import private_redis
from tests.integration.cli.test_up import REPOSITORY_ROOT, free_port
from tests.support.deployment.document_commands import PageRunner, read_blocks, without_comments
from tests.support.deployment.systemd_units import read_start
from tests.support.waiting import TIMEOUT

PAGE = REPOSITORY_ROOT / "docs" / "one-server.md"
ARABIC_PAGE = REPOSITORY_ROOT / "docs" / "ar" / "one-server.md"

FILTERED = ("backup", "rehearse")
"""Commands that timers run."""

INSTALLED = ("service", "workers", "templates", "deploy")
NOT_RUN = [
    ["apt", "update"],
    ["systemctl", "reload"],
    ["newest=$(basename", '"$(ls'],
    ["mithaq", "rehearse"],
    ["mithaq", "backup"],
    ["systemctl", "restart"],
]
"""How the blocks begin that the test leaves out."""

SHIMS = {
    # Owners cannot be given away without root, and the test has one user only.
    "install": 'for word; do shift; case $word in --owner=* | --group=*) ;; *) set -- "$@" "$word";; esac; done\n'
    'exec /usr/bin/install "$@"\n',
    "setpriv": 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"\n',
}


@dataclass
class Server:
    """A scratch directory in place of a server, and what systemd would do on it."""

    root: Path
    opened: ExitStack
    port: int = field(default_factory=free_port)
    running: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def clone_and_install(self) -> None:
        """Put the checkout and its packages where the page installs them."""
        (self.root / "opt" / "mithaq").mkdir(parents=True)
        for name in INSTALLED:
            (self.root / "opt" / "mithaq" / name).symlink_to(REPOSITORY_ROOT / name)
        (self.root / "opt" / "mithaq" / ".venv").symlink_to(sys.prefix)
        for directory in ("usr/local/sbin", "etc/systemd/system", "var/backups"):
            (self.root / directory).mkdir(parents=True)

    def start(self) -> None:
        """Start mithaq.service as its unit says, and wait until it says that it is ready."""
        unit = self.unit("mithaq.service")
        notified = self.opened.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        address = self.root / f"notify-{len(self.running)}"
        notified.bind(str(address))
        notified.settimeout(TIMEOUT)
        start = read_start(unit)
        log = self.opened.enter_context((self.root / "journal").open("ab"))
        environ = {**self.environ(), **start.environ, "NOTIFY_SOCKET": str(address)}
        process = subprocess.Popen(
            [*system_call_filters(unit), *start.command], cwd=self.root, env=environ, stdout=log, stderr=log
        )
        self.running.append(process)
        self.opened.callback(process.wait)
        self.opened.callback(process.kill)
        try:
            assert notified.recv(100) == b"READY=1"
        except TimeoutError:
            raise AssertionError((self.root / "journal").read_text()) from None

    def stop(self) -> None:
        """Stop mithaq.service as systemd does."""
        process = self.running[-1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(TIMEOUT) == 0, (self.root / "journal").read_text()

    def check_page_and_timers(self) -> None:
        """Check that the first person can come, and that the timers start what the page runs next.

        The shim `mithaq` applies the filters of their units.
        """
        with urlopen(f"http://localhost:{self.port}/join", timeout=TIMEOUT) as answer:
            assert answer.status == 200
        commands = [read_start(self.unit(f"mithaq-{name}.service")).command[1:] for name in FILTERED]
        assert commands == [["backup", "--keep", "14"], ["rehearse"]]
        assert "mithaq backup --keep 14\nmithaq rehearse\n" in PAGE.read_text(encoding="utf-8")

    def lose(self) -> None:
        """Stop, and continue with an empty directory, as on a new server."""
        self.stop()
        state = self.root / "var" / "lib" / "mithaq"
        state.rename(self.root / "lost")
        state.mkdir(mode=0o700)

    def unit(self, name: str) -> Path:
        """Return the installed unit, with the paths of the scratch directory."""
        path = self.root / "etc" / "systemd" / "system" / name
        text = path.read_text()
        for directory in ("/opt/mithaq", "/etc/mithaq", "/var/lib/mithaq", "/var/backups/mithaq"):
            text = text.replace(directory, f"{self.root}{directory}")
        changed = self.root / name
        changed.write_text(text)
        return changed

    def admin_shim(self) -> str:
        """Return a shim for what the page installs as /usr/local/sbin/mithaq, with the paths of the scratch directory.

        What the timers run too is run under the filters of their units.
        """
        paths = "; ".join(f"s#{path}#{self.root}&#" for path in ("/etc/mithaq", "/opt/mithaq", "/var/lib/mithaq"))
        lines = [f'sed "{paths}" {self.root}/usr/local/sbin/mithaq > {self.root}/admin', "case $1 in"]
        for name in FILTERED:
            unit = REPOSITORY_ROOT / "deploy" / "systemd" / f"mithaq-{name}.service"
            lines.append(f'{name}) exec {shlex.join([*system_call_filters(unit), "sh", f"{self.root}/admin"])} "$@";;')
        return "\n".join([*lines, f'*) exec sh {self.root}/admin "$@";;', "esac", ""])

    def environ(self) -> dict[str, str]:
        return {"PATH": self.path(), "PYTHONPATH": str(REPOSITORY_ROOT), "LANG": "C.UTF-8", "HOME": str(self.root)}

    def path(self) -> str:
        server = private_redis.find_server()
        assert server
        return f"{self.root}/shims:{self.root}/usr/local/sbin:{os.environ['PATH']}:{server.parent}"


def system_call_filters(unit: Path) -> list[str]:
    """Return the command that applies the filters of a unit, where that is possible."""
    if not (shutil.which("systemd-analyze") and find_library("seccomp")):
        return []
    return [sys.executable, "-m", "tests.support.deployment.unit_sandbox", str(unit)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "shims").mkdir()
    with ExitStack() as opened:
        server = Server(tmp_path, opened)
        for name, text in {**SHIMS, "mithaq": server.admin_shim()}.items():
            (tmp_path / "shims" / name).write_text(f"#!/bin/sh\n{text}")
            (tmp_path / "shims" / name).chmod(0o755)
        yield server


def test_page_works_as_printed(server: Server, smtp_url: str) -> None:
    directories = ("/opt/mithaq", "/etc/mithaq", "/etc/caddy", "/etc/systemd", "/var/lib/mithaq", "/var/backups/mithaq")
    replacements = {
        **{path: f"{server.root}{path}" for path in (*directories, "/usr/local/sbin/mithaq")},
        "smtps://USER:PASSWORD@mail.example:465": smtp_url,
        "MITHAQ_TRUSTED": f"MITHAQ_PORT={server.port}\nMITHAQ_TRUSTED",
        "https://mithaq.example": f"http://localhost:{server.port}",  # there is no certificate, and no name
        "127.0.0.1:8000": f"127.0.0.1:{server.port}",
    }
    runner = PageRunner(
        server.root,
        replacements=replacements,
        environ=server.environ(),
        instead={
            "git clone --branch RELEASE REPOSITORY /opt/mithaq": server.clone_and_install,
            "systemctl daemon-reload": server.start,
            "systemctl enable --now mithaq-backup.timer mithaq-rehearse.timer": server.check_page_and_timers,
            "rclone copy REMOTE:mithaq/NEWEST.tar.age /root": server.lose,
        },
    )
    left = runner.run(PAGE)
    assert [one.text.split()[:2] for one in left] == NOT_RUN


def test_arabic_page_has_the_same_commands() -> None:
    pages = [without_comments(read_blocks(page.read_text(encoding="utf-8"))) for page in (PAGE, ARABIC_PAGE)]
    assert pages[0] == pages[1]
