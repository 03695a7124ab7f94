"""Settings that become paths, and the secret that is created once."""

import threading
import traceback
from pathlib import Path

import pytest

from service.cli.common.errors import CommandError
from service.cli.local.preflight import lock_var_directory
from service.config import InvalidSetting, Settings
from service.files import open_file_store
from service.secret_key import load_secret
from service.setting_types import MIN_SECRET_BYTES
from service.store.db import connect
from service.store.migrate import migrate

ODD = "a#b?c d%20e و"
SERVER = "postgresql+psycopg://mithaq@db/mithaq"


def settings_in(directory: Path, **environ: str) -> Settings:
    return Settings.load({"MITHAQ_VAR": str(directory), **environ})


def test_any_directory_name_is_used_literally(tmp_path: Path) -> None:
    var = tmp_path / ODD
    var.mkdir()
    settings = settings_in(var)
    migrate(settings.resolved_database_url)
    database = connect(settings.resolved_database_url)
    with database.read() as tx:
        (row,) = tx.connection.exec_driver_sql("PRAGMA database_list").all()
    database.close()
    sha256 = open_file_store(settings.resolved_files_url).put(b"x")
    assert Path(row[2]) == var / "mithaq.db"
    assert (var / "files" / sha256[:2] / sha256[2:]).read_bytes() == b"x"
    assert [path.name for path in tmp_path.iterdir()] == [ODD]


def test_child_process_reads_the_same_settings(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / ODD, MITHAQ_SAMPLE="yes", MITHAQ_WORKERS="3")
    assert Settings.load(settings.to_environ()) == settings


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"MITHAQ_SECRET": "x" * (MIN_SECRET_BYTES - 1)}, "MITHAQ_SECRET must have 32 bytes"),
        ({"MITHAQ_DATABASE_URL": SERVER}, "MITHAQ_SECRET must be set"),
        ({"MITHAQ_DATABASE_URL": "postgres://a:passphrase@b/c"}, "MITHAQ_DATABASE_URL must be"),
        ({"MITHAQ_DATABASE_URL": "postgresql+psycopg://a:b@host:port/c"}, "MITHAQ_DATABASE_URL must be"),
        ({"MITHAQ_PORT": "0"}, "MITHAQ_PORT"),
        ({"MITHAQ_PORT": "٨٠٠٠"}, "MITHAQ_PORT"),
        ({"MITHAQ_WORKERS": "65"}, "MITHAQ_WORKERS"),
        ({"MITHAQ_TASK_SECONDS": "4"}, "MITHAQ_TASK_SECONDS"),
        ({"MITHAQ_SWEEP_SECONDS": "301"}, "MITHAQ_SWEEP_SECONDS"),
        ({"MITHAQ_LOG": "loud"}, "MITHAQ_LOG must be debug, info, warning or error, not loud."),
        ({"MITHAQ_LOG_FORMAT": "xml"}, "MITHAQ_LOG_FORMAT must be text, journal or json, not xml."),
        ({"MITHAQ_SAMPLE": "perhaps"}, "MITHAQ_SAMPLE"),
    ],
)
def test_invalid_settings_are_rejected_in_one_sentence(environ: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidSetting, match=message) as raised:
        Settings.load(environ)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["database_url", "redis_url", "files_url", "smtp_url", "secret"])
def test_secrets_are_in_no_repr_and_no_error(name: str) -> None:
    scheme = {"database_url": "postgresql+psycopg", "smtp_url": "smtps"}.get(name, "scheme")
    value = f"{scheme}://user:passphrase@host" + ("" if name == "smtp_url" else f"/{'x' * MIN_SECRET_BYTES}")
    environ = {"MITHAQ_SECRET": "y" * MIN_SECRET_BYTES, f"MITHAQ_{name.upper()}": value}
    settings = Settings.load(environ)
    assert getattr(settings, name).get_secret_value() == value
    assert "passphrase" not in repr(settings) + str(settings)
    with pytest.raises(InvalidSetting) as raised:
        Settings.load({**environ, "MITHAQ_PORT": "0"})
    assert "passphrase" not in "".join(traceback.format_exception(raised.value))


def test_server_with_a_secret_is_accepted() -> None:
    settings = Settings.load({"MITHAQ_DATABASE_URL": SERVER, "MITHAQ_SECRET": "ض" * 16})
    assert load_secret(settings) == ("ض" * 16).encode()


def test_secret_is_created_once_and_private(tmp_path: Path) -> None:
    key = load_secret(settings_in(tmp_path))
    assert len(key) >= MIN_SECRET_BYTES
    assert load_secret(settings_in(tmp_path)) == key
    assert [(path.name, path.stat().st_mode & 0o777) for path in tmp_path.iterdir()] == [("secret", 0o600)]


def test_concurrent_creators_read_the_same_secret(tmp_path: Path) -> None:
    settings, start, keys = settings_in(tmp_path), threading.Barrier(8), set()

    def ask() -> None:
        start.wait()
        keys.add(load_secret(settings))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_truncated_secret_prevents_start_and_releases_the_directory(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"half a key")
    (tmp_path / "secret").chmod(0o600)
    for _ in range(2):
        with pytest.raises(CommandError) as refused:
            lock_var_directory(settings_in(tmp_path))
        assert "less than 32 bytes" in str(refused.value)


@pytest.mark.parametrize("left", [b"", b"half a key"])
def test_truncated_secret_is_rejected(tmp_path: Path, left: bytes) -> None:
    (tmp_path / "secret").write_bytes(left)
    with pytest.raises(InvalidSetting, match="less than 32 bytes"):
        load_secret(settings_in(tmp_path))
