"""`mithaq up` and everything it starts: real processes, a real socket, a real database."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from urllib.request import urlopen

import psutil
import pytest
from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from service.cli.local import private_redis
from service.job_dispatch import celery_url
from tests.support.waiting import TIMEOUT, is_alive, wait_until

REPOSITORY_ROOT = Path(__file__).parents[3]
FORKING = "main worker --with-beat --with-web"
"""End of the command line of the process that everything but Redis is forked from, and of its forks."""

LANES = ("web", "mails", "files", "proofs", "beat")
WORKERS = {"mails", "files", "proofs"}
MAX_IDLE_MB = 285
"""PSS of all processes; 331 when each loaded everything. The goal, 250, is measured by `python -m bench idle`."""


@dataclass
class UpProcess:
    """A running `mithaq up` and its output so far."""

    process: "subprocess.Popen[str]"
    port: int
    output_lines: list[str] = field(default_factory=list)
    output_queue: "Queue[str]" = field(default_factory=Queue)

    def read_output(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.output_queue.put(line)
        self.output_queue.put("")

    def wait_for_line(self, words: str) -> str:
        """Return the next line of output that contains `words`; fail after TIMEOUT seconds or when the process ends."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            try:
                self.output_lines.append(self.output_queue.get(timeout=max(0.0, deadline - time.monotonic())))
            except Empty:
                raise AssertionError(f"no line with {words!r}; last: {self.output_lines[-9:]}") from None
            assert self.output_lines[-1], f"ended without a line with {words!r}; last: {self.output_lines[-9:]}"
            if words in self.output_lines[-1]:
                return self.output_lines[-1]

    def find_processes(self, words: str) -> list[psutil.Process]:
        """Return the descendants whose command line ends with `words`."""
        return [child for child in self.descendants() if " ".join(command_line(child)).endswith(words)]

    def find_lane(self, lane: str) -> list[psutil.Process]:
        """Return the processes of a lane."""
        return [one for one in self.find_processes(FORKING) if process_name(one) == f"mithaq-{lane}"]

    def find_parent(self) -> psutil.Process:
        """Return the process that the lanes are forked from."""
        (parent,) = (one for one in self.find_processes(FORKING) if not process_name(one).startswith("mithaq-"))
        return parent

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


def command_line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def process_name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def mithaq(*words: str) -> list[str]:
    return [sys.executable, "-m", "service.cli.main", *words]


def environment(**settings: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MITHAQ_")}
    return inherited | settings


@contextmanager
def run_up(var: Path, *words: str, under: Sequence[str] = (), **settings: str) -> Iterator[UpProcess]:
    """Run `mithaq up` on a free port and kill it at the end; `under` is a command that executes it."""
    port = free_port()
    command = mithaq("up", "--var", str(var), "--port", str(port), *words)
    with subprocess.Popen(
        [*under, *command],
        cwd=REPOSITORY_ROOT,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        up = UpProcess(process, port)
        reader = Thread(target=up.read_output, daemon=True)
        reader.start()
        try:
            yield up
        finally:
            process.kill()
            process.wait()
            reader.join()


@pytest.fixture(scope="module")
def up_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UpProcess]:
    with run_up(tmp_path_factory.mktemp("up") / "var") as up:
        up.wait_for_line("Mithaq is ready")
        yield up


def refusal_message(*words: str, **settings: str) -> str:
    """Run `mithaq up`, check that it exits with code 2 and prints one line only, and return that line."""
    result = subprocess.run(
        mithaq("up", *words),
        cwd=REPOSITORY_ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (2, ""), result
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr.strip()


def modes(var: Path) -> dict[str, str]:
    return {str(path.relative_to(var)): stat.filemode(path.stat().st_mode) for path in [var, *var.rglob("*")]}


def var_of(up: UpProcess) -> Path:
    words = command_line(psutil.Process(up.process.pid))
    return Path(words[words.index("--var") + 1])


def workers_that_answer(var: Path, *, at_most: int = 1) -> dict[str, object]:
    """Return the lanes whose workers answer a ping through the private Redis of `var`."""
    with Celery(broker=celery_url(private_redis.url(var / "redis.sock")), set_as_current=False) as client:
        try:
            answers = client.control.inspect(timeout=1, limit=at_most).ping() or {}
        except (OperationalError, RedisError):
            return {}
        return {name.partition("@")[0]: answer for name, answer in answers.items()}


def test_port_in_use_is_rejected(tmp_path: Path) -> None:
    with socket.socket() as occupied:
        occupied.bind(("127.0.0.1", 0))
        occupied.listen()
        port = occupied.getsockname()[1]
        message = refusal_message("--var", str(tmp_path / "var"), "--port", str(port))
    assert message.startswith(f"Port {port} of 127.0.0.1 cannot be used (Address already in use).")


def test_var_that_cannot_be_a_directory_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "var").touch()
    assert "is not writable (File exists)" in refusal_message("--var", str(tmp_path / "var"))
    assert "is not writable (Not a directory)" in refusal_message("--var", str(tmp_path / "var" / "deeper"))


def test_directory_with_other_files_is_rejected_unchanged(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    tmp_path.chmod(0o755)
    assert "contains other files" in refusal_message("--var", str(tmp_path))
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_missing_redis_server_is_rejected(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from service.cli.local import private_redis
from service.cli.main import main
private_redis.BUNDLED_SERVER = Path("/nowhere")
main()
"""
    result = subprocess.run(
        [sys.executable, "-c", code, "up", "--var", str(tmp_path / "var"), "--port", str(free_port())],
        cwd=REPOSITORY_ROOT,
        env=environment(PATH="/nowhere"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr.count("\n")) == (2, 1), result
    assert result.stderr.startswith("No valkey-server or redis-server of version 6.2 or later was found.")


def test_missing_font_is_rejected(tmp_path: Path) -> None:
    code = """
from service.cli.local import preflight
from service.cli.main import main
preflight.FONT_FAMILIES = ("amiri", "no-such-family")
main()
"""
    result = subprocess.run(
        [sys.executable, "-c", code, "up", "--var", str(tmp_path / "var"), "--port", str(free_port())],
        cwd=REPOSITORY_ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (2, "Fonts are missing: no-such-family. Run: make install\n")


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("MITHAQ_HOST", "0.0.0.0", "cannot listen on 0.0.0.0"),
        ("MITHAQ_HOST", "::", "cannot listen on ::"),
        ("MITHAQ_ORIGIN", "https://mithaq.example", "no public address"),
        ("MITHAQ_DATABASE_URL", "postgresql+psycopg://localhost/mithaq", "its own SQLite database"),
        ("MITHAQ_SMTP_URL", "smtp://localhost", "sends no email"),
    ],
)
def test_sample_rejects_settings_beyond_this_machine(tmp_path: Path, setting: str, value: str, words: str) -> None:
    var = tmp_path / "var"
    assert words in refusal_message("--sample", "--var", str(var), **{setting: value})
    assert not var.exists()


def test_malformed_setting_is_rejected(tmp_path: Path) -> None:
    assert refusal_message("--var", str(tmp_path / "var"), MITHAQ_WORKERS="many").startswith("MITHAQ_WORKERS must be")


def test_second_up_on_the_same_var_is_rejected(up_process: UpProcess) -> None:
    var = str(var_of(up_process))
    message = refusal_message("--var", var, "--port", str(free_port()))
    assert message == f"Mithaq is already running on {var}. Stop it first, or use another directory: --var DIR."


def test_ready_message_names_localhost_and_health_succeeds(up_process: UpProcess) -> None:
    assert any(
        line.endswith(f": Mithaq is ready: http://localhost:{up_process.port}\n") for line in up_process.output_lines
    )
    with urlopen(f"http://127.0.0.1:{up_process.port}/health", timeout=10) as answer:
        assert answer.status == 200


def test_files_are_accessible_to_their_owner_only(up_process: UpProcess) -> None:
    found = modes(var_of(up_process))
    assert {"mithaq.db", "up.lock"} <= found.keys()
    assert any(name.startswith("redis/appendonly") for name in found)  # a file before Redis 7, since then a directory
    assert {name: mode for name, mode in found.items() if mode[4:] != "------"} == {}


def test_doctor_accepts_a_running_instance(up_process: UpProcess) -> None:
    var = str(var_of(up_process))
    result = subprocess.run(
        mithaq("doctor", "--var", var, "--port", str(up_process.port)),
        cwd=REPOSITORY_ROOT, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result
    assert f"Mithaq is running on port {up_process.port}" in result.stdout


def test_process_that_everything_is_forked_from_is_restarted_with_its_lanes(up_process: UpProcess) -> None:
    wait_until(lambda: all(up_process.find_lane(lane) for lane in LANES))
    victim = up_process.find_parent()
    children = victim.children(recursive=True)
    victim.kill()
    up_process.wait_for_line("mithaq stopped unexpectedly (signal 9); starting it again in 1 s.")
    wait_until(lambda: not any(is_alive(process) for process in [victim, *children]))
    wait_until(lambda: all(up_process.find_lane(lane) for lane in LANES))


@pytest.mark.parametrize("lane", LANES)
def test_killed_lane_is_restarted_and_reported_and_the_others_go_on(up_process: UpProcess, lane: str) -> None:
    wait_until(lambda: all(up_process.find_lane(name) for name in LANES))
    wait_until(lambda: workers_that_answer(var_of(up_process), at_most=3).keys() >= WORKERS)
    victim, *pool = sorted(up_process.find_lane(lane), key=lambda one: one.create_time())  # files have a pool
    others = {one.pid for name in LANES if name != lane for one in up_process.find_lane(name)}
    victim.kill()
    up_process.wait_for_line(f"{lane} stopped unexpectedly (signal 9); starting it again in 1 s")
    wait_until(lambda: not any(is_alive(process) for process in [victim, *pool]))
    wait_until(lambda: up_process.find_lane(lane))
    assert others <= {one.pid for name in LANES for one in up_process.find_lane(name)}


def test_idle_instance_shares_its_memory(up_process: UpProcess) -> None:
    wait_until(lambda: all(up_process.find_lane(lane) for lane in LANES))
    wait_until(lambda: workers_that_answer(var_of(up_process), at_most=3).keys() >= WORKERS)
    memory = [
        one.memory_full_info().pss / 1e6 for one in [psutil.Process(up_process.process.pid), *up_process.descendants()]
    ]
    assert sum(memory) <= MAX_IDLE_MB, memory


def test_up_itself_loads_neither_database_nor_web_server() -> None:
    code = "import sys, service.cli.commands.up; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"sqlalchemy", "celery", "redis", "uvicorn", "starlette", "service.web"} & set(loaded)


def test_killed_redis_is_restarted_and_the_worker_reconnects(up_process: UpProcess) -> None:
    (redis,) = [child for child in up_process.descendants() if child.name().startswith(private_redis.PROGRAMS)]
    redis.kill()
    up_process.wait_for_line("redis stopped unexpectedly (signal 9)")
    wait_until(lambda: workers_that_answer(var_of(up_process)))


def test_one_ctrl_c_stops_all_processes_within_ten_seconds(tmp_path: Path) -> None:
    with run_up(tmp_path / "var") as up:
        up.wait_for_line("Mithaq is ready")
        descendants = up.descendants()
        stop_requested = time.monotonic()
        up.process.send_signal(signal.SIGINT)
        assert up.process.wait(timeout=TIMEOUT) == 0
        assert time.monotonic() - stop_requested < 10
        assert not any(is_alive(process) for process in descendants)
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", up.port))
    assert not (tmp_path / "var" / "redis.sock").exists()


def test_no_process_outlives_a_killed_up_and_the_next_one_starts(tmp_path: Path) -> None:
    with run_up(tmp_path / "var") as up:
        up.wait_for_line("Mithaq is ready")
        wait_until(lambda: len(up.descendants()) >= 7)  # orphan guard, redis, web, worker and its lanes
        descendants = up.descendants()
        up.process.kill()
        up.process.wait()
        wait_until(lambda: not any(is_alive(process) for process in descendants))
    with run_up(tmp_path / "var") as up:
        up.wait_for_line("Mithaq is ready")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_stops_it_before_it_is_ready(tmp_path: Path, number: signal.Signals) -> None:
    with run_up(tmp_path / "var") as up:
        wait_until(lambda: (tmp_path / "var" / "redis").exists())
        wait_until(lambda: up.descendants())
        descendants = up.descendants()
        up.process.send_signal(number)
        assert up.process.wait(timeout=TIMEOUT) == 0
        assert not any(is_alive(process) for process in descendants)


def test_background_job_stops_on_sigint_and_ignores_sighup(tmp_path: Path) -> None:
    ignoring = ("sh", "-c", 'trap "" INT HUP; exec "$@"', "sh")
    with run_up(tmp_path / "var", under=ignoring) as up:
        up.wait_for_line("Mithaq is ready")
        up.process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            up.process.wait(timeout=1)
        up.process.send_signal(signal.SIGINT)
        assert up.process.wait(timeout=TIMEOUT) == 0


def test_long_path_with_spaces_and_arabic_is_accepted(tmp_path: Path) -> None:
    var = tmp_path / ("طويل جدًا " * 6) / "var"
    with run_up(var) as up:
        up.wait_for_line("Mithaq is ready")
        socket_path = private_redis.socket_path(var)
        assert socket_path.exists()
        assert stat.S_IMODE(socket_path.parent.stat().st_mode) == 0o700
        up.process.send_signal(signal.SIGINT)
        assert up.process.wait(timeout=TIMEOUT) == 0
    assert not socket_path.parent.exists()


def test_sample_shows_its_sign_in_keys_once(tmp_path: Path) -> None:
    with run_up(tmp_path / "var", "--sample") as up:
        assert "http://localhost" in up.wait_for_line("shown once")
        up.wait_for_line("secretariat")
        up.process.send_signal(signal.SIGINT)
        up.process.wait(timeout=TIMEOUT)
    with run_up(tmp_path / "var", "--sample") as up:
        up.wait_for_line("Mithaq is ready")
        up.process.send_signal(signal.SIGINT)
        up.wait_for_line("Stopping.")
        assert not [line for line in up.output_lines if "shown once" in line]
