"""Heartbeats are written where the process may write, and never into a directory of somebody else."""

import os
import tempfile
from pathlib import Path

import pytest

from service import heartbeat


def test_heartbeat_is_kept_in_the_data_directory(tmp_path: Path) -> None:
    assert heartbeat.measure_age(tmp_path, "mails") is None
    assert heartbeat.record(tmp_path, "mails")
    assert (tmp_path / "heartbeats" / "mails").exists()
    age = heartbeat.measure_age(tmp_path, "mails")
    assert age is not None
    assert age < heartbeat.MAX_AGE


def test_read_only_data_directory_leaves_the_temporary_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container with a read-only file system."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    var = tmp_path / "not a directory"
    var.touch()
    assert heartbeat.record(var, "files")
    assert heartbeat.measure_age(var, "files") is not None
    (directory,) = tmp_path.glob("mithaq-heartbeats-*")
    assert directory.stat().st_mode & 0o777 == 0o700
    assert heartbeat.measure_age(tmp_path / "another", "files") is None


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a directory of another user")
def test_directory_of_another_user_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    var = tmp_path / "not a directory"
    var.touch()
    assert heartbeat.record(var, "files")
    (directory,) = tmp_path.glob("mithaq-heartbeats-*")
    os.chown(directory, 12345, 12345)
    assert not heartbeat.record(var, "files")
