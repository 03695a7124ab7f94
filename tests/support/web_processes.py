"""Web server processes over one database and one Redis, to be killed and restarted."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from service.cli.commands.demo import free_port
from service.cli.local import orphan_guard
from service.cli.local import private_redis as private_redis_command
from service.cli.local.processes import is_healthy
from service.config import Settings
from tests.support.waiting import wait_until

SERVE = (sys.executable, "-m", "service.cli.main", "serve")
PROCESS_GUARD = (sys.executable, "-S", str(orphan_guard.__file__), "exec")


@dataclass
class ChildProcess:
    """One process that lives as long as the test; `kill` is SIGKILL."""

    command: tuple[str, ...]
    environ: dict[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        with self.log.open("ab") as words:
            self.process = subprocess.Popen(
                (*PROCESS_GUARD, str(os.getpid()), *self.command),
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
            )

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def kill(self) -> None:
        """Send SIGKILL."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def send_signal(self, number: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(number)


@dataclass
class WebProcess(ChildProcess):
    """A web server; `settings` say where it listens."""

    settings: Settings = field(default_factory=Settings)

    def start(self) -> None:
        super().start()
        wait_until(lambda: is_healthy(self.settings))

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.settings.port}"


@contextmanager
def run_redis(directory: Path) -> Iterator[tuple[ChildProcess, str]]:
    """Run a Redis on a socket; yield its URL."""
    program, socket = private_redis_command.find_server(), private_redis_command.socket_path(directory)
    assert program
    redis = ChildProcess(
        private_redis_command.command(program, var=directory, socket=socket), dict(os.environ), directory / "r.log"
    )
    redis.start()
    wait_until(lambda: private_redis_command.is_reachable(socket))
    try:
        yield redis, private_redis_command.url(socket)
    finally:
        redis.kill()
        private_redis_command.remove_socket_directory(socket)


@contextmanager
def run_web_processes(
    settings: Settings, count: int, *, redis_url: str, command: tuple[str, ...] = SERVE
) -> Iterator[list[WebProcess]]:
    """Run so many web servers on the database of `settings`; yield them ready."""
    processes: list[WebProcess] = []
    try:
        for _ in range(count):
            web_settings = settings.replace(
                port=free_port(), database_url=settings.resolved_database_url, redis_url=redis_url
            )
            environ = {**os.environ, **web_settings.to_environ()}
            web = WebProcess(command, environ, settings.var / f"web-{web_settings.port}.log", settings=web_settings)
            processes.append(web)
            web.start()
        yield processes
    finally:
        for web in processes:
            web.kill()
