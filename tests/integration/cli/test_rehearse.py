"""`mithaq rehearse`: a verdict about a backup, and nothing left of it; that nothing is sent is tested in tests/e2e."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest

from service.cli.common import archive, free_space
from service.cli.local.start_checks import check_secret
from service.cli.rehearsal import scratch
from tests.integration.cli.test_backup import create_busy_instance, replace_rows, run, settings_of
from tests.support.factories import SECRET, SampleInstance

DATABASES = ("sqlite",)


@pytest.fixture
def backup(instance: SampleInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the directory of one kept backup of a busy instance that was started; its secret is not in it."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    create_busy_instance(instance)
    check_secret(instance.app_state.settings)
    made = run(settings_of(instance), "backup", "--keep", "1", "--no-proof", str(tmp_path / "kept"))
    assert made.exit_code == 0, made.output
    return next((tmp_path / "kept").glob("mithaq-*"))


def left(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "tmp").glob("mithaq-rehearsal-*"))


def test_newest_backup_is_good_and_its_copy_is_deleted(backup: Path, tmp_path: Path) -> None:
    (backup / archive.SECRET).write_bytes(SECRET)  # and so MITHAQ_SECRET is not used
    before = sorted(backup.rglob("*"))
    settings = {"MITHAQ_SECRET": "another secret, as long as it must be", "MITHAQ_VAR": str(tmp_path / "absent")}
    result = run({**settings, "MITHAQ_BACKUP_DIR": str(backup.parent)}, "rehearse")
    assert result.exit_code == 0, result.output
    assert f"Restoring {backup}, made " in result.output
    assert "✓ The record is intact" in result.output
    assert "This backup is good." in result.output
    assert left(tmp_path) == []
    assert sorted(backup.rglob("*")) == before
    assert not (tmp_path / "absent").exists()


def test_backup_without_its_secret_is_not_good(backup: Path, tmp_path: Path) -> None:
    result = run({}, "rehearse", str(backup))
    assert (result.exit_code, "Set MITHAQ_SECRET to the one of the instance" in result.output) == (1, True)
    (backup / archive.SECRET).write_bytes(b"not the secret of this instance, though long enough")
    result = run({}, "rehearse", str(backup))
    assert (result.exit_code, "Set MITHAQ_SECRET to the one of the instance" in result.output) == (1, True)
    result = run({"MITHAQ_SECRET": "another secret, as long as it must be"}, "rehearse", str(backup))
    assert (result.exit_code, "needs the secret with the fingerprint" in result.output) == (1, True), result.output
    assert left(tmp_path) == []


def test_altered_rows_make_a_backup_not_good(backup: Path, tmp_path: Path) -> None:
    replace_rows(backup, "mandate", lambda rows: [row.replace(b'"confirmed"', b'"revoked"') for row in rows])
    result = run({"MITHAQ_SECRET": SECRET.decode()}, "rehearse", str(backup))
    assert (result.exit_code, "✗ Rows that differ from the record" in result.output) == (1, True), result.output
    assert "Do not rely on this backup" in result.output
    assert left(tmp_path) == []


def test_backup_that_cannot_be_restored_is_said(backup: Path, tmp_path: Path) -> None:
    replace_rows(backup, "person", lambda rows: rows[1:])
    result = run({"MITHAQ_SECRET": SECRET.decode()}, "rehearse", str(backup))
    assert (result.exit_code, "could not be restored. Rows in this backup refer to" in result.output) == (1, True)
    (backup / "rows" / "record.jsonl").write_bytes(b"")
    result = run({"MITHAQ_SECRET": SECRET.decode()}, "rehearse", str(backup))
    assert (result.exit_code, "is damaged or missing" in result.output) == (2, True)
    assert left(tmp_path) == []


def test_full_disk_is_said_before_anything_is_written(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(free_space, "MARGIN", shutil.disk_usage(tmp_path).total * 2)
    result = run({"MITHAQ_SECRET": SECRET.decode()}, "rehearse", str(backup))
    assert (result.exit_code, "MB are needed" in result.output) == (2, True)


def test_copy_that_a_killed_rehearsal_left_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    names = ("mithaq-rehearsal-killed", "mithaq-rehearsal-foreign")
    killed, foreign = (tmp_path / name for name in names)
    for path in (killed, foreign):
        path.mkdir()
    (killed / scratch.LOCK).touch()
    with scratch.scratch_directory() as running:
        with scratch.scratch_directory():
            assert running.exists()
        assert (killed.exists(), foreign.exists()) == (False, True)
    assert not running.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [([], "or set MITHAQ_BACKUP_DIR"), (["/proc"], "contains none"), (["/nowhere"], "No such file")],
)
def test_backup_that_is_missing_is_said(words: list[str], sentence: str) -> None:
    result = run({}, "rehearse", *words)
    assert (result.exit_code, sentence in result.output) == (2, True), result.output


def test_manifest_of_a_newer_release_is_said(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"v": 2}))
    result = run({}, "rehearse", str(tmp_path))
    assert (result.exit_code, "A newer release made this backup" in result.output) == (2, True)
