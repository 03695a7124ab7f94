"""`mithaq backup --keep`: dated backups that are complete or absent, and which of them are removed."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from service.cli.common import archive, free_space, kept_backups
from service.cli.doctor import backup_checks, command
from service.config import Settings
from service.sample.document import SampleMembers
from tests.integration.cli.test_backup import create_busy_instance, run, settings_of
from tests.integration.cli.test_up import REPOSITORY_ROOT, environment
from tests.support.factories import SampleInstance, copy_template, create_sealed_document, stored_path

DATABASES = ("sqlite",)

DAY = 24 * 3_600_000_000


def back_up(instance: SampleInstance, directory: Path, *words: str, keep: int = 2) -> str:
    done = run(settings_of(instance), "backup", "--keep", str(keep), str(directory), *words)
    assert done.exit_code == 0, done.output
    return done.output


def complete_names(directory: Path) -> list[str]:
    return [one.path.name for one in kept_backups.list_backups(directory)]


def move_back(backup: Path, *, days: int) -> Path:
    """Make a backup older, in its name and manifest, as one that was proved."""
    manifest = json.loads((backup / "manifest.json").read_bytes())
    manifest["made_at"] -= days * DAY
    (backup / "manifest.json").write_text(json.dumps(manifest))
    (backup / "proved").unlink(missing_ok=True)
    archive.mark_proved(backup)
    return kept_backups.complete_backup(backup, made_at=manifest["made_at"])


@pytest.fixture(scope="module")
def template_backup(database_template: tuple[Path, SampleMembers], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a backup of an instance as each test begins with one."""
    directory = tmp_path_factory.mktemp("template-backup")
    opened = copy_template(*database_template, directory / "var")
    back_up(opened, directory / "kept", "--no-proof")
    opened.database.close()
    return kept_backups.list_backups(directory / "kept")[0].path


def make_older(backup: Path, directory: Path, *days: int) -> list[Path]:
    """Copy a backup into a directory, as proved ones so many days old; return them, in this order."""
    directory.mkdir(exist_ok=True)
    copies = [shutil.copytree(backup, directory / f"copy-{number}") for number in days]
    return [move_back(copy, days=number) for copy, number in zip(copies, days, strict=True)]


def make_older_of(instance: SampleInstance, directory: Path) -> Path:
    """Make a proved backup of an instance that is a day old."""
    back_up(instance, directory, "--no-proof")
    return move_back(kept_backups.list_backups(directory)[0].path, days=1)


def test_oldest_proved_backups_are_removed_after_the_new_one(
    instance: SampleInstance, template_backup: Path, tmp_path: Path
) -> None:
    oldest, newer = make_older(template_backup, tmp_path / "kept", 2, 1)
    output = back_up(instance, tmp_path / "kept")
    names = complete_names(tmp_path / "kept")
    assert (len(names), names[1]) == (2, newer.name)
    assert f"Removed: {oldest.name}\n" in output
    assert "Proved" in output
    restored = run(
        {"MITHAQ_VAR": str(tmp_path / "new"), **secret_of(instance)}, "restore", f"{tmp_path}/kept/{names[0]}"
    )
    assert restored.exit_code == 0, restored.output


def secret_of(instance: SampleInstance) -> dict[str, str]:
    return {"MITHAQ_SECRET": instance.app_state.settings.secret.get_secret_value()}


def test_nothing_else_in_the_directory_is_touched(
    instance: SampleInstance, template_backup: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    old, older, oldest = make_older(template_backup, kept, 7, 8, 9)
    (kept / "letter.txt").write_text("mine")
    renamed = shutil.copytree(oldest, kept / "mithaq-20200101T000000Z")  # not the time in its manifest
    (kept / "mithaq-20200202T000000Z").mkdir()
    (kept / "mithaq-20200303T000000Z").symlink_to(renamed)
    (oldest / "note.txt").write_text("before the congress")
    output = back_up(instance, kept, keep=1)
    assert "contains other files: " + oldest.name in output
    left = {path.name for path in kept.iterdir()} - {kept_backups.LOCK, complete_names(kept)[0]}
    assert left == {
        "letter.txt",
        oldest.name,
        *(f"mithaq-2020{day}T000000Z" for day in ("0101", "0202", "0303")),
    }
    assert not old.exists()
    assert not older.exists()


def test_unproved_backup_removes_nothing_and_is_never_counted(
    instance: SampleInstance, template_backup: Path, tmp_path: Path
) -> None:
    (older,) = make_older(template_backup, tmp_path / "kept", 1)
    output = back_up(instance, tmp_path / "kept", "--no-proof", keep=1)
    assert "No earlier backup was removed.\n" in output
    assert older.exists()
    back_up(instance, tmp_path / "kept", keep=1)
    assert not older.exists()
    assert [one.proved for one in kept_backups.list_backups(tmp_path / "kept")] == [True, False]


def test_backups_stay_if_rows_differ_from_the_record(instance: SampleInstance, tmp_path: Path) -> None:
    create_sealed_document(instance)
    older = make_older_of(instance, tmp_path / "kept")
    with instance.write() as tx:
        tx.connection.exec_driver_sql("UPDATE mandate SET state = 'revoked'")
    made = run(settings_of(instance), "backup", "--keep", "1", str(tmp_path / "kept"))
    assert (made.exit_code, "No earlier backup was removed" in made.output) == (1, True), made.output
    assert older.exists()
    assert len(complete_names(tmp_path / "kept")) == 2


def test_backup_stays_while_it_alone_has_a_file(instance: SampleInstance, tmp_path: Path) -> None:
    sha256 = create_busy_instance(instance)
    older = make_older_of(instance, tmp_path / "kept")
    stored_path(instance.app_state.files, sha256).unlink()
    output = back_up(instance, tmp_path / "kept", keep=1)
    assert f"could not be read today: {older.name}" in output
    assert older.exists()


def test_nothing_is_removed_if_the_clock_was_wrong(
    instance: SampleInstance, template_backup: Path, tmp_path: Path
) -> None:
    older, future = make_older(template_backup, tmp_path / "kept", 1, -400)
    made = run(settings_of(instance), "backup", "--keep", "1", str(tmp_path / "kept"))
    assert (made.exit_code, f"{future.name} is dated after this backup" in made.output) == (1, True), made.output
    assert older.exists()


STEPS = {"proof": "backup.prove_backup", "name": "kept_backups.complete_backup", "removal": "kept_backups.shutil"}
"""What a backup is about to do when it is killed; the value is the function of that step, or its module."""

KILLED = """
import os, signal
from service.cli.commands import backup
from service.cli.common import kept_backups
from service.cli.main import main
def kill(*words, **options):
    os.kill(os.getpid(), signal.SIGKILL)
kill.rmtree = kill
{step} = kill
main()
"""


def test_killed_backup_leaves_nothing_that_looks_complete(
    instance: SampleInstance, template_backup: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    (older,) = make_older(template_backup, kept, 1)
    for step, function in STEPS.items():
        shutil.rmtree(kept / "left", ignore_errors=True)
        for unfinished in kept.glob(".mithaq-un*"):  # or the next one would be killed while it removes this
            unfinished.rename(kept / "left")
        killed = subprocess.run(
            [sys.executable, "-c", KILLED.format(step=function), "backup", "--keep", "1", str(kept)],
            cwd=REPOSITORY_ROOT,
            env=environment(**settings_of(instance)),
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL
        assert len(complete_names(kept)) == 1
        assert (complete_names(kept) == [older.name]) is (step != "removal")
    (kept / "left").rename(kept / f"{kept_backups.UNFINISHED}left")
    back_up(instance, kept, keep=5)
    assert len(complete_names(kept)) == 2
    assert not list(kept.glob(".mithaq-un*")) + list(kept.glob(".mithaq-re*"))
    assert all(one.proved for one in kept_backups.list_backups(kept))


def test_two_backups_at_one_time_do_not_delete_each_other(instance: SampleInstance, tmp_path: Path) -> None:
    with kept_backups.locked_directory(tmp_path / "kept"):
        made = run(settings_of(instance), "backup", "--keep", "1", str(tmp_path / "kept"))
    assert (made.exit_code, "Another backup is being written" in made.output) == (2, True)


def test_disk_that_becomes_full_leaves_what_was_there(
    instance: SampleInstance, template_backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(directory: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(directory))

    (older,) = make_older(template_backup, tmp_path / "kept", 1)
    monkeypatch.setattr(archive, "mark_proved", full)
    made = run(settings_of(instance), "backup", "--keep", "1", str(tmp_path / "kept"))
    assert (made.exit_code, "(No space left on device: " in made.output) == (2, True), made.output
    assert "Earlier backups in" in made.output
    assert {path.name for path in (tmp_path / "kept").iterdir()} == {kept_backups.LOCK, older.name}


def test_full_disk_is_said_before_anything_is_written(
    instance: SampleInstance, template_backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (older,) = make_older(template_backup, tmp_path / "kept", 1)
    monkeypatch.setattr(free_space, "MARGIN", shutil.disk_usage(tmp_path).total * 2)
    made = run(settings_of(instance), "backup", "--keep", "1", str(tmp_path / "kept"))
    assert (made.exit_code, "MB are needed. Free some space." in made.output) == (2, True), made.output
    assert complete_names(tmp_path / "kept") == [older.name]
    alone = run(settings_of(instance), "backup", str(tmp_path / "alone"))
    assert (alone.exit_code, (tmp_path / "alone").exists()) == (2, False)


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="no second file system")
def test_directory_may_be_on_another_file_system(instance: SampleInstance) -> None:
    kept = Path("/dev/shm") / f"mithaq-test-{os.getpid()}"
    try:
        back_up(instance, kept)
        assert kept_backups.list_backups(kept)[0].proved
        assert (kept.stat().st_mode & 0o777, kept_backups.list_backups(kept)[0].path.stat().st_mode & 0o777) == (
            0o700,
            0o700,
        )
    finally:
        shutil.rmtree(kept)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--keep", "3"], "or set MITHAQ_BACKUP_DIR"),
        ([], "Name a new directory"),
        (["--keep", "3", "/proc/nowhere"], "Earlier backups in /proc/nowhere are unchanged."),
    ],
)
def test_directory_that_is_missing_or_wrong_is_said(instance: SampleInstance, words: list[str], sentence: str) -> None:
    made = run(settings_of(instance), "backup", *words)
    assert (made.exit_code, sentence in made.output) == (2, True), made.output


def test_directory_that_is_a_backup_itself_is_rejected(
    instance: SampleInstance, template_backup: Path, tmp_path: Path
) -> None:
    (older,) = make_older(template_backup, tmp_path / "kept", 1)
    made = run(settings_of(instance), "backup", "--keep", "1", str(older))
    assert (made.exit_code, "is a backup itself" in made.output) == (2, True)


def finding(settings: Settings) -> tuple[bool, str] | None:
    assert command.run_check(backup_checks.backups, settings, lang="ar")
    return command.run_check(backup_checks.backups, settings, lang="en")


def test_doctor_says_how_old_the_newest_backup_is(instance: SampleInstance, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    settings = instance.app_state.settings.replace(sample=False, backup_dir=str(kept))
    assert finding(settings) == (False, f"The backups in {kept} cannot be read (No such file or directory).")
    kept.mkdir()
    assert "There is no proved backup in" in (finding(settings) or (True, ""))[1]
    done = run({**settings_of(instance), "MITHAQ_BACKUP_DIR": str(kept)}, "backup", "--keep", "3")
    assert done.exit_code == 0, done.output
    assert finding(settings) == (True, "The newest backup is 0 hours old; kept: 1")
    move_back(kept_backups.list_backups(kept)[0].path, days=3)
    found = finding(settings)
    assert found is not None
    assert (found[0], "The newest proved backup is 72 hours old" in found[1]) == (False, True)


def test_doctor_says_that_no_directory_of_backups_is_known(instance: SampleInstance) -> None:
    settings = instance.app_state.settings
    assert command.run_check(backup_checks.backups, settings) is None  # a sample
    assert finding(settings.replace(sample=False)) == (
        True,
        "Nobody looks after the age of backups: set MITHAQ_BACKUP_DIR",
    )
