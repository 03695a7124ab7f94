"""Web servers as processes of their own over one database and one Redis, to be killed and started again."""

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
from service.cli.local.processes import healthy
from service.config import Settings
from tests.support.waiting import wait_until

TETHER = (sys.executable, "-S", str(orphan_guard.__file__), "exec")


@dataclass
class Child:
    """One process that lives as long as the test; `kill` is SIGKILL."""

    command: tuple[str, ...]
    environ: dict[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        with self.log.open("ab") as words:
            self.process = subprocess.Popen(
                (*TETHER, str(os.getpid()), *self.command),
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
        """End it at once; what it was doing is not finished."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def send(self, number: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(number)


@dataclass
class Web(Child):
    """A web server; `settings` say where it listens."""

    settings: Settings = field(default_factory=Settings)

    def start(self) -> None:
        super().start()
        wait_until(lambda: healthy(self.settings))

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.settings.port}"


@contextmanager
def private_redis(directory: Path) -> Iterator[tuple[Child, str]]:
    """A Redis on a socket, and its address."""
    program, socket = private_redis_command.find_server(), private_redis_command.socket_path(directory)
    assert program
    redis = Child(
        private_redis_command.command(program, var=directory, socket=socket), dict(os.environ), directory / "r.log"
    )
    redis.start()
    wait_until(lambda: private_redis_command.answers(socket))
    try:
        yield redis, private_redis_command.url(socket)
    finally:
        redis.kill()
        private_redis_command.leave(socket)


@contextmanager
def webs(settings: Settings, count: int, *, redis_url: str) -> Iterator[list[Web]]:
    """So many web servers on the database of `settings`, ready."""
    found: list[Web] = []
    try:
        for _ in range(count):
            own = Settings(
                var=settings.var,
                port=free_port(),
                database_url=settings.database,
                redis_url=redis_url,
                secret=settings.secret,
                sample=settings.sample,
            )
            command = (sys.executable, "-m", "service.cli.main", "serve")
            environ = {**os.environ, **own.environ()}
            web = Web(command, environ, settings.var / f"web-{own.port}.log", settings=own)
            found.append(web)
            web.start()
        yield found
    finally:
        for web in found:
            web.kill()
